/** The table of a sheet: its rows and columns, where each cell stands in the picture, and a field to put it right. */
import { postTable } from "./api.js";
import { forTable } from "./cells.js";
import { keepAll } from "./corrections.js";
import { byId, counted, el, icon, percent } from "./dom.js";
import { save, stem } from "./download.js";
import { complain, say } from "./notice.js";

/** How much of the paper around a cell is shown with it, as a share of its height. */
const MARGIN = 0.35;
/** Pixels that the picture of a cell takes, at most. */
const PLACE = { width: 280, height: 72 };
/** Characters of a column, at least and at most. */
const WIDTHS = [4, 16];

export class SheetTable {
  #answer = null;
  #fields = new Map(); // "row,column" → its field
  #here = null; // [row, column] of the cell in sight

  /**
   * @param {HTMLElement} section what it fills, in the page once there is a table.
   * @param {{onPlace: (box: number[]|null, number: number|null) => void, onEdit: () => void,
   *   picture: () => {image: HTMLImageElement, size: {width: number, height: number}}}} page who shows a cell's place,
   *   who is told of another text, and the picture with the size in which boxes are told.
   */
  constructor(section, { onPlace, onEdit, picture }) {
    this.section = section;
    this.onPlace = onPlace;
    this.onEdit = onEdit;
    this.picture = picture;
  }

  /** Shows the table of an answer; the same answer again is only brought up to date. */
  show(answer) {
    const table = answer?.reading.table;
    if (answer !== this.#answer) {
      this.#answer = table ? answer : null;
      this.#here = null;
      this.section.hidden = !table;
      this.section.replaceChildren(...(table ? this.#parts(table) : []));
    }
    if (table) this.#refresh();
  }

  #parts(table) {
    this.#fields.clear();
    this.summary = el("p", { class: "muted", id: "table-summary" });
    this.canvas = el("canvas", { class: "cut", "aria-hidden": "true" });
    this.words = el("p", { class: "cell-words" });
    this.place = el("div", { class: "cell-place" }, this.canvas, this.words);
    this.next = el("button", { type: "button", onclick: () => this.#toUnsure() }, icon("unsure"), "Next unsure");
    const button = (kind, text) => el("button", { type: "button", onclick: () => this.#download(kind) }, icon("download"), text);
    const blocks = [...new Set(table.map(([first]) => first.table))];
    return [
      el("div", { class: "table-head" },
        el("div", {}, el("h2", { id: "table-title" }, "Table"), this.summary),
        el("div", { class: "tools" }, this.next, button("csv", "Table as CSV"), button("xlsx", "Table as Excel"))),
      this.place,
      ...blocks.map((block) => this.#block(table, block, blocks.length)),
      el("p", { class: "how" }, "Click a cell to see its place in the picture; type over it what is right. ",
        el("span", { class: "mouse" }, "Enter and the arrows go up and down, Tab goes on.")),
    ];
  }

  #block(table, block, count) {
    const rows = table.map((cells, row) => ({ cells, row })).filter(({ cells }) => cells[0].table === block);
    const width = Math.max(...rows.map(({ cells }) => cells.length));
    const columns = [...Array(width).keys()];
    const widest = columns.map((column) => Math.max(...rows.map(({ cells }) => (cells[column]?.spans[1] === 1 ? cells[column].text.length : 0))));
    const name = count > 1 ? `Table ${block + 1}` : "The table";
    return el("div", { class: "scroller", tabindex: "-1" }, el("table", { class: "cells" },
      el("caption", { class: "unseen" }, `${name} of the sheet; each cell can be edited`),
      el("thead", {}, el("tr", {}, el("td", { class: "corner" }), ...columns.map((column) => el("th", { scope: "col" }, `c${column + 1}`)))),
      el("tbody", {}, ...rows.map(({ cells, row }) => el("tr", {}, el("th", { scope: "row" }, String(row + 1)),
        ...cells.map((cell, column) => this.#cell(cell, row, column, widest[column])))))));
  }

  #cell(cell, row, column, widest) {
    const [down, across] = cell.spans;
    if (!down || !across) return null; // part of a cell above or beside it
    const field = el("input", { autocomplete: "off", spellcheck: "false", inputmode: "text", placeholder: cell.other ? "words" : null });
    field.style.width = `calc(${Math.min(WIDTHS[1], Math.max(WIDTHS[0], widest))}ch + 2.6rem)`; // with room for an icon
    const key = `${row},${column}`;
    this.#fields.set(key, field);
    field.addEventListener("focus", () => this.#see(row, column));
    field.addEventListener("change", () => this.#edit(row, column, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") field.value = this.#answer.cellText(row, column);
      const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.#beside(row, column, step).focus();
    });
    return el("td", { class: cell.other && !cell.text ? "words" : null, rowspan: down > 1 ? down : null, colspan: across > 1 ? across : null },
      field, icon("unsure"), icon("pencil"));
  }

  /** Returns the field above or below one, itself where there is none. */
  #beside(row, column, step) {
    for (let other = row + step; this.#answer.reading.table[other]; other += step) {
      const field = this.#fields.get(`${other},${column}`);
      if (field) return field;
    }
    return this.#fields.get(`${row},${column}`);
  }

  #edit(row, column, text) {
    const answer = this.#answer;
    if (text.trim() === answer.cellText(row, column)) return;
    const read = answer.reading.table[row][column].text;
    const changed = answer.setCell(row, column, text);
    keepAll(answer, changed);
    if (!changed.length) say(`${text.trim() || "nothing"} in place of ${read || "nothing"}`);
    this.onEdit(); // which brings this up to date, too
  }

  /** Shows where a cell stands. */
  #see(row, column) {
    this.#here = [row, column];
    const cell = this.#answer.reading.table[row][column];
    this.#cut(cell.box);
    this.#tell();
    this.onPlace(cell.box, cell.numbers[0] ?? null);
  }

  #cut([x, y, width, height]) {
    const { image, size } = this.picture();
    const scale = image.naturalWidth / size.width; // a preview is smaller than the picture
    const around = MARGIN * height;
    const [left, top] = [Math.max(0, x - around), Math.max(0, y - around)];
    const [right, bottom] = [Math.min(size.width, x + width + around), Math.min(size.height, y + height + around)];
    const ratio = devicePixelRatio || 1;
    const zoom = Math.min(PLACE.width / (right - left), PLACE.height / (bottom - top));
    const [wide, tall] = [zoom * (right - left), zoom * (bottom - top)];
    this.canvas.hidden = !(scale > 0 && wide > 0 && tall > 0);
    if (this.canvas.hidden) return; // a picture that is not shown
    this.canvas.width = Math.round(ratio * wide);
    this.canvas.height = Math.round(ratio * tall);
    this.canvas.style.width = `${wide}px`;
    this.canvas.style.height = `${tall}px`;
    const pen = this.canvas.getContext("2d");
    pen.drawImage(image, scale * left, scale * top, scale * (right - left), scale * (bottom - top), 0, 0, this.canvas.width, this.canvas.height);
  }

  #tell() {
    if (!this.#here) {
      this.canvas.hidden = true;
      this.words.replaceChildren("Click a cell to see it here, and its place in the picture.");
      return;
    }
    const [row, column] = this.#here;
    const cell = this.#answer.reading.table[row][column];
    const sure = Math.min(...cell.numbers.map((number) => this.#answer.numbers[number].confidence));
    const read = cell.numbers.length ? `${cell.text} was read, ${percent(sure)} sure`
      : cell.other ? "Something else is written here, that is not read" : "Nothing was read here";
    this.words.replaceChildren(el("b", {}, `Row ${row + 1}, c${column + 1}`), ` ${read}`);
  }

  #toUnsure() {
    const all = [...this.#fields.keys()];
    const start = this.#here ? all.indexOf(this.#here.join()) + 1 : 0;
    const next = [...all.slice(start), ...all.slice(0, start)].find((key) => this.#answer.isCellUnsure(...key.split(",").map(Number)));
    this.#fields.get(next)?.focus();
  }

  #refresh() {
    const { table } = this.#answer.reading;
    let unsure = 0;
    let corrected = 0;
    for (const [key, field] of this.#fields) {
      const [row, column] = key.split(",").map(Number);
      const doubtful = this.#answer.isCellUnsure(row, column);
      const edited = this.#answer.isCellCorrected(row, column);
      unsure += doubtful;
      corrected += edited;
      const cell = field.parentElement;
      cell.classList.toggle("unsure", doubtful);
      cell.classList.toggle("corrected", edited);
      field.value = this.#answer.cellText(row, column);
      const state = edited ? ", corrected" : doubtful ? ", unsure" : cell.classList.contains("words") ? ", words" : "";
      field.setAttribute("aria-label", `Row ${row + 1}, column ${column + 1}${state}`);
    }
    const width = Math.max(...table.map((cells) => cells.length));
    const outside = this.#answer.numbers.filter(({ row }) => row === null).length;
    this.summary.textContent = [`${counted(table.length, "row")}, ${counted(width, "column")}`, `${counted(unsure, "cell")} unsure`,
      corrected && `${corrected} corrected`, outside && `${counted(outside, "number")} outside`].filter(Boolean).join(", ");
    this.next.disabled = !unsure;
    this.#tell();
  }

  async #download(kind) {
    try {
      save(await postTable([forTable(this.#answer)], kind), `${stem(this.#answer.name)}.${kind}`);
    } catch (error) {
      complain(error.message);
    }
  }
}

/** Returns the table below the picture. */
export const sheetTable = (page) => new SheetTable(byId("picture-table"), page);
