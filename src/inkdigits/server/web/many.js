/** The view of many files: what comes in, the progress, the filter, the table and the downloads. */
import { Answer } from "./answer.js";
import { waiting } from "./api.js";
import { readRows } from "./batch.js";
import { keep } from "./corrections.js";
import { byId, counted } from "./dom.js";
import { saveCsv, saveJson } from "./download.js";
import { chooser, isPicture, nameOf } from "./files.js";
import { say, tell } from "./notice.js";
import { rowElement, stateOf } from "./table.js";

/** Rows in the page at a time; thousands would make it slow. */
const SHOWN = 200;
const FILTERS = { all: () => true, unsure: (state) => state === "unsure", failed: (state) => state === "error" };

export class Many {
  #rows = [];
  #shown = SHOWN;
  #filter = "all";
  #running = null;

  /**
   * @param {{told: () => object, onOpen: (file: File) => void}} page what the reader is told; shows one picture large.
   */
  constructor({ told, onOpen }) {
    this.told = told;
    this.onOpen = onOpen;
    chooser(byId("choose-files"), byId("files-input"), (files) => this.add(files));
    chooser(byId("choose-folder"), byId("folder-input"), (files) => this.add(files, true));
    for (const radio of document.querySelectorAll("input[name=filter]")) {
      radio.addEventListener("change", () => this.#setFilter(radio.value));
    }
    byId("csv").addEventListener("click", () => saveCsv(this.#answers(), "readings"));
    byId("json").addEventListener("click", () => saveJson(this.#answers(), "readings", { list: true }));
    byId("again").addEventListener("click", () => this.#again());
    byId("stop").addEventListener("click", () => this.#running?.abort());
    byId("empty").addEventListener("click", () => this.#empty());
    byId("more").addEventListener("click", () => {
      this.#shown += SHOWN;
      this.#render();
    });
  }

  /** Adds files and reads them; of a folder, only what looks like a picture. */
  add(files, fromFolder = false) {
    const taken = fromFolder ? files.filter(isPicture) : files;
    if (taken.length < files.length) tell(`${counted(files.length - taken.length, "file")} left out: no picture.`);
    for (const file of taken) {
      this.#rows.push({ file, name: nameOf(file), url: URL.createObjectURL(file), state: "waiting" });
    }
    this.#render();
    this.#run();
  }

  async #run() {
    if ((this.#running && !this.#running.signal.aborted) || !this.#rows.length) return;
    const mine = new AbortController();
    const { signal } = mine;
    this.#running = mine;
    this.#progress();
    while (!signal.aborted && this.#rows.some((row) => row.state === "waiting")) {
      await readRows(this.#rows, { // again, where more files came meanwhile
        told: this.told(),
        signal,
        onRows: (rows) => this.#changed(rows),
        onWait: (seconds) => tell(waiting(seconds)),
      });
    }
    if (this.#running !== mine) return; // all was removed, and other files came
    this.#running = null;
    this.#progress();
    say(byId("progress-text").textContent);
  }

  #changed(rows) {
    for (const row of rows) {
      row.answer = row.state === "done"
        ? new Answer(row.reading, { picture: row.file, name: row.name })
        : null;
      this.#redraw(row);
    }
    this.#progress();
  }

  #edit(row, text) {
    const changed = row.answer.setText(text);
    for (const { number, digit, label } of changed) keep(row.answer, number, digit, label);
    if (!changed.length) say(`${row.name} is ${text}`);
    // The row stays where it is even if the filter no longer asks for it, until the filter is set anew.
    const next = document.activeElement;
    this.#redraw(row, { stay: true });
    if (next?.isConnected) next.focus();
    this.#progress();
  }

  #again() {
    for (const row of this.#rows) Object.assign(row, { state: "waiting", answer: null, error: null });
    this.#render();
    this.#run();
  }

  #empty() {
    this.#running?.abort();
    for (const row of this.#rows) URL.revokeObjectURL(row.url);
    this.#rows = [];
    this.#shown = SHOWN;
    this.#render();
    byId("choose-files").focus();
  }

  #setFilter(name) {
    this.#filter = name;
    this.#shown = SHOWN;
    this.#render();
  }

  /** Returns what the downloads hold: every row, also one that failed or waits. */
  #answers() {
    return this.#rows.map((row) => row.answer ?? new Answer(
      { source: row.name, status: "error", text: "", confidence: 0, numbers: [], error: row.error ?? "not read" },
      { picture: row.file, name: row.name },
    ));
  }

  #make(row) {
    row.element = rowElement(row, {
      onOpen: () => this.onOpen(row.file),
      onEdit: (text) => this.#edit(row, text),
    });
    return row.element;
  }

  #redraw(row, { stay = false } = {}) {
    const old = row.element;
    const wanted = stay || FILTERS[this.#filter](stateOf(row));
    if (old?.isConnected && wanted) old.replaceWith(this.#make(row));
    else if (old?.isConnected || wanted) this.#render();
  }

  #render() {
    const wanted = this.#rows.filter((row) => FILTERS[this.#filter](stateOf(row)));
    byId("batch").hidden = this.#rows.length === 0;
    byId("rows").replaceChildren(...wanted.slice(0, this.#shown).map((row) => this.#make(row)));
    byId("rows").parentElement.hidden = wanted.length === 0;
    byId("no-rows").hidden = wanted.length > 0;
    byId("more").hidden = wanted.length <= this.#shown;
    this.#progress();
  }

  #progress() {
    const states = this.#rows.map(stateOf);
    const count = (name) => states.filter(FILTERS[name]).length;
    const done = states.filter((state) => state !== "waiting" && state !== "reading").length;
    for (const name of Object.keys(FILTERS)) byId(`count-${name}`).textContent = count(name);
    const all = this.#rows.length;
    const notes = [count("unsure") && `${count("unsure")} unsure`, count("failed") && `${count("failed")} failed`].filter(Boolean);
    byId("progress-text").textContent = [
      done < all ? `${done} of ${counted(all, "file")} read` : `${counted(all, "file")} read`, ...notes].join(", ");
    byId("progress").max = Math.max(1, all);
    byId("progress").value = done;
    byId("stop").hidden = !this.#running;
    byId("again").hidden = Boolean(this.#running);
  }
}
