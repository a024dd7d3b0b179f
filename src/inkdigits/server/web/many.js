/** The view of many files: what comes in, the progress, the filter, the table and the downloads. */
import { Answer } from "./answer.js";
import { postTable, waiting } from "./api.js";
import { readRows } from "./batch.js";
import { forTable } from "./cells.js";
import { keepAll } from "./corrections.js";
import { byId, counted } from "./dom.js";
import { save, saveCsv, saveJson } from "./download.js";
import { chooser, isPicture, nameOf } from "./files.js";
import { Listing } from "./listing.js";
import { complain, say, tell } from "./notice.js";
import { rowElement, stateOf } from "./table.js";

const FILTERS = { all: () => true, unsure: (state) => state === "unsure", failed: (state) => state === "error" };

export class Many {
  #rows = [];
  #filter = "all";
  #running = null;

  /**
   * @param {{told: () => object, onOpen: (file: File) => void}} page what the reader is told; shows one picture large.
   */
  constructor({ told, onOpen }) {
    this.told = told;
    this.onOpen = onOpen;
    this.listing = new Listing(byId("rows"), {
      make: (row) => rowElement(row, { onOpen: () => this.onOpen(row.file), onEdit: (text) => this.#edit(row, text) }),
      wants: (row) => FILTERS[this.#filter](stateOf(row)),
    });
    chooser(byId("choose-files"), byId("files-input"), (files) => this.add(files));
    chooser(byId("choose-folder"), byId("folder-input"), (files) => this.add(files, true));
    for (const radio of document.querySelectorAll("input[name=filter]")) {
      radio.addEventListener("change", () => this.#setFilter(radio.value));
    }
    byId("csv").addEventListener("click", () => saveCsv(this.#answers(), "readings"));
    byId("json").addEventListener("click", () => saveJson(this.#answers(), "readings", { list: true }));
    for (const kind of ["csv", "xlsx"]) byId(`sheets-${kind}`).addEventListener("click", () => this.#saveTables(kind));
    byId("again").addEventListener("click", () => this.#again());
    byId("stop").addEventListener("click", () => this.#running?.abort());
    byId("empty").addEventListener("click", () => this.#empty());
    byId("more").addEventListener("click", () => {
      this.listing.more(this.#rows);
      this.#progress();
    });
  }

  /** Says whether leaving the page would lose somebody's work or time. */
  get isAtWork() {
    return Boolean(this.#running) || this.#rows.some((row) => row.answer?.isCorrected);
  }

  /** Adds files and reads them; of a folder, only what looks like a picture. */
  add(files, fromFolder = false) {
    const taken = fromFolder ? files.filter(isPicture) : files;
    if (taken.length < files.length) tell(`${counted(files.length - taken.length, "file")} left out: no picture.`);
    for (const file of taken) {
      const url = URL.createObjectURL(file);
      this.#rows.push({ file, name: nameOf(file), url, state: "waiting", answer: null, error: null });
    }
    this.listing.fill(this.#rows);
    this.#progress();
    this.#run();
  }

  async #run() {
    if ((this.#running && !this.#running.signal.aborted) || !this.#rows.length) return;
    const mine = new AbortController();
    const { signal } = mine;
    this.#running = mine;
    this.#progress();
    try {
      while (!signal.aborted && this.#rows.some((row) => row.state === "waiting")) {
        await readRows(this.#rows, { // again, where more files came meanwhile
          told: this.told(),
          signal,
          onRows: (rows) => this.#changed(rows),
          onWait: (seconds) => tell(waiting(seconds)),
        });
      }
    } catch (error) {
      complain(`Reading stopped: ${error.message}. "Go on" reads the rest.`);
    } finally { // whatever went wrong: the buttons work again
      if (this.#running === mine) { // else all was removed, and other files came
        this.#running = null;
        for (const row of this.#rows) if (row.state === "reading") row.state = "waiting";
        this.#progress();
        say(byId("progress-text").textContent);
      }
    }
  }

  #changed(rows) {
    for (const row of rows) if (this.#rows.includes(row)) this.listing.update(row, this.#rows);
    this.listing.fill(this.#rows); // one that went made room
    this.#progress();
  }

  #edit(row, text) {
    const changed = row.answer.setText(text);
    keepAll(row.answer, changed);
    if (!changed.length) say(`${row.name} is ${text}`);
    // The row stays where it is even if the filter no longer asks for it, until the filter is set anew.
    const next = document.activeElement;
    this.listing.update(row, this.#rows, { stay: true });
    if (next?.isConnected) next.focus();
    this.#progress();
  }

  /** Reads what waits; where nothing does, everything that no person has put right. */
  #again() {
    if (!this.#rows.some((row) => row.state === "waiting")) {
      const known = this.#rows.filter((row) => row.answer?.isCorrected).length;
      for (const row of this.#rows) {
        if (!row.answer?.isCorrected) Object.assign(row, { state: "waiting", answer: null, error: null });
      }
      if (known) tell(`${counted(known, "corrected row")} stay${known === 1 ? "s" : ""} as ${known === 1 ? "it is" : "they are"}.`);
    }
    this.listing.reset(this.#rows);
    this.#progress();
    this.#run();
  }

  #empty() {
    this.#running?.abort();
    for (const row of this.#rows) for (const url of [row.url, row.preview]) if (url) URL.revokeObjectURL(url);
    this.#rows = [];
    this.listing.reset(this.#rows);
    this.#progress();
    byId("choose-files").focus();
  }

  #setFilter(name) {
    this.#filter = name;
    this.listing.reset(this.#rows);
    this.#progress();
  }

  /** Returns what the downloads hold: every row, also one that failed or waits. */
  #answers() {
    return this.#rows.map((row) => row.answer ?? new Answer(
      { source: row.name, status: "error", text: "", confidence: 0, numbers: [], error: row.error ?? "not read" },
      { picture: row.file, name: row.name },
    ));
  }

  /** Saves the tables of all sheets as one, a line a row; what has none, or failed, has its lines too. */
  async #saveTables(kind) {
    const answers = this.#answers();
    const whole = answers.filter((answer) => answer.textEdited !== null && answer.reading.table).length;
    if (whole) tell(`${counted(whole, "sheet")} typed over as a whole: the table has what was read there. Open it to put its cells right.`);
    try {
      save(await postTable(answers.map(forTable), kind), `tables.${kind}`);
    } catch (error) {
      complain(error.message);
    }
  }

  #progress() {
    const states = this.#rows.map(stateOf);
    const count = (name) => states.filter(FILTERS[name]).length;
    const waits = states.filter((state) => state === "waiting" || state === "reading").length;
    const all = this.#rows.length;
    const done = all - waits;
    for (const name of Object.keys(FILTERS)) byId(`count-${name}`).textContent = count(name);
    const notes = [count("unsure") && `${count("unsure")} unsure`, count("failed") && `${count("failed")} failed`].filter(Boolean);
    byId("progress-text").textContent = [
      waits ? `${done} of ${counted(all, "file")} read` : `${counted(all, "file")} read`, ...notes].join(", ");
    byId("progress").max = Math.max(1, all);
    byId("progress").value = done;
    byId("batch").hidden = all === 0;
    byId("try-files").hidden = all > 0;
    byId("rows").parentElement.hidden = this.listing.size === 0;
    byId("no-rows").hidden = this.listing.size > 0;
    byId("no-rows").textContent = this.#running ? "No row of this kind so far." : "No row of this kind.";
    byId("more").hidden = count(this.#filter) <= this.listing.size;
    const isSheet = (row) => Boolean(row.answer?.reading.table);
    for (const kind of ["csv", "xlsx"]) byId(`sheets-${kind}`).hidden = !this.#rows.some(isSheet);
    byId("stop").hidden = !this.#running;
    byId("again").hidden = Boolean(this.#running);
    byId("again").textContent = waits ? "Go on" : "Read again";
  }
}
