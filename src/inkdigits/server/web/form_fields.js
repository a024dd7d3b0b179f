/** The fields of a form while they are drawn, and what of it can be taken back. Nothing here knows the page. */
import { around, shared } from "./areas.js";

/** The most of the smaller of two fields that may lie in the other; more is refused when it is saved. */
const MOST_SHARED = 0.02;
/** A found place of which so much is in a field is taken. */
const TAKEN = 0.2;
/** Shares of a page's height within which fields are on one line. */
const LINE = 0.013;
let ids = 0;

export class FormFields {
  #past = [];
  #future = [];
  #saved = [];
  #last = null; // what the newest change was; the same again is one step to take back

  /** @param {object[]} offered the places that were found: `{name, kind, cells, page}`. */
  constructor(offered) {
    this.all = [];
    this.found = offered;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  get isSaved() {
    return this.all === this.#saved;
  }

  /** Returns the field with an id. */
  get(id) {
    return this.all.find((one) => one.id === id);
  }

  /** Returns the found places of a page that no field has taken. */
  offers(page) {
    return this.found.filter((one) => one.page === page
      && !this.all.some((field) => field.page === page && shared(around(field.cells), around(one.cells)) > TAKEN));
  }

  /** Returns the boxes for one tick that were found in a place of a page, from the left. */
  boxesIn(area, page) {
    const inside = this.found.filter((one) => one.page === page && one.kind === "mark" && shared(one.cells[0], area) > 0.5);
    return inside.map((one) => one.cells[0]).sort((a, b) => a[0] - b[0]);
  }

  /** Returns why a field cannot be saved, in a few words; "" where nothing is wrong. */
  fault(field) {
    const others = this.all.filter((one) => one.id !== field.id);
    if (!field.name.trim()) return "It has no name";
    if (others.some((one) => one.name === field.name)) return "Another field has this name";
    const over = others.find((one) => one.page === field.page
      && one.cells.some((cell) => field.cells.some((own) => shared(cell, own) > MOST_SHARED)));
    return over ? `It lies over ${over.name}` : "";
  }

  /** Adds fields; returns the id of the last. */
  add(...fields) {
    const added = [];
    for (const { name, kind, cells, page } of fields) {
      added.push({ id: `f${(ids += 1)}`, name: this.#free(name, added), kind, cells, page });
    }
    this.#change([...this.all, ...added].sort(inOrder), null);
    return added.at(-1)?.id;
  }

  /** Changes a field; `step` names changes of which several after each other are taken back together. */
  update(id, change, step = null) {
    const all = this.all.map((one) => (one.id === id ? { ...one, ...change } : one));
    this.#change(change.cells ? all.sort(inOrder) : all, step && `${id} ${step}`);
  }

  remove(id) {
    this.#change(this.all.filter((one) => one.id !== id), null);
  }

  undo() {
    this.#step(this.#past, this.#future);
  }

  redo() {
    this.#step(this.#future, this.#past);
  }

  /** Says that these fields are saved. */
  saved(fields) {
    this.#saved = fields;
    this.#last = null;
  }

  #change(all, step) {
    if (!step || step !== this.#last) this.#past.push(this.all);
    this.#last = step;
    this.#future = [];
    this.all = all;
  }

  #step(from, to) {
    if (!from.length) return;
    to.push(this.all);
    this.all = from.pop();
    this.#last = null;
  }

  #free(name, added) {
    const taken = new Set([...this.all, ...added].map((one) => one.name));
    if (name && !taken.has(name)) return name;
    let count = 1;
    while (taken.has(`field${count}`)) count += 1;
    return `field${count}`;
  }
}

/** The order of the table's columns: by pages, lines, then from the left. */
function inOrder(one, other) {
  const place = ({ cells, page }) => [page, Math.round(cells[0][1] / LINE), cells[0][0]];
  const [a, b] = [place(one), place(other)];
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
