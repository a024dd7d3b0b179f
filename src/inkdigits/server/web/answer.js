/** A reading and what a person corrected in it. Nothing here knows the page. */

import { textWithCells, written } from "./cells.js";

const NUMBER_OR_TOKEN = /[^ \n]+/g;

export class Answer {
  /**
   * @param {object} reading as the server gave it.
   * @param {{picture: Blob, name: string, ms?: number|null}} context where it comes from.
   */
  constructor(reading, { picture, name, ms = null }) {
    this.reading = reading;
    this.picture = picture;
    this.name = name;
    this.ms = ms;
    this.corrected = new Map(); // "number,digit" → the right character
    this.kept = new Map(); // "number,digit" → the id under which the server keeps its correction
    this.textEdited = null; // the whole text, where it was typed as such
    this.cells = new Map(); // "row,column" → the text of a cell of the table, where it was typed as such
  }

  get numbers() {
    return this.reading.numbers;
  }

  get isCorrected() {
    return this.corrected.size > 0 || this.cells.size > 0 || this.textEdited !== null;
  }

  /** Returns what stands for a digit now: the correction, or what was read. */
  value(number, digit) {
    return this.corrected.get(`${number},${digit}`) ?? this.numbers[number].digits[digit].value;
  }

  /** Returns a number's text with its corrections. */
  numberText(number) {
    const { digits, text, row, column } = this.numbers[number];
    const typed = this.cells.get(`${row},${column}`);
    if (typed !== undefined) return this.reading.table[row][column].numbers[0] === number ? typed : "";
    return digits.length ? digits.map((_, digit) => this.value(number, digit)).join("") : text;
  }

  /** Returns the whole text with its corrections; line breaks stay where they were. */
  get text() {
    if (this.textEdited !== null) return this.textEdited;
    if (this.cells.size) return textWithCells(this);
    let index = 0;
    return this.reading.text.replace(NUMBER_OR_TOKEN, (token) =>
      index < this.numbers.length ? this.numberText(index++) : token);
  }

  /** Returns the lines of a page as lists of indices into `numbers`. */
  get lines() {
    let index = 0;
    return this.reading.text.split("\n").map((line) => (line.match(NUMBER_OR_TOKEN) ?? []).map(() => index++));
  }

  /** Sets a character; the one that was read takes the correction back. */
  correct(number, digit, character) {
    const key = `${number},${digit}`;
    this.cells.delete(`${this.numbers[number].row},${this.numbers[number].column}`);
    if (character === this.numbers[number].digits[digit].value) this.corrected.delete(key);
    else this.corrected.set(key, character);
  }

  /** Says whether a number needs a look. */
  isUnsure(number) {
    return this.numbers[number].status === "unsure";
  }

  /** Says whether a digit needs a look: it is unsure, or its number is and no other digit is less sure. */
  isUnsureDigit(number, digit) {
    if (this.corrected.has(`${number},${digit}`)) return false;
    const { digits } = this.numbers[number];
    const least = Math.min(...digits.map(({ confidence }) => confidence));
    return digits[digit].status === "unsure" || (this.isUnsure(number) && digits[digit].confidence === least);
  }

  /** Returns what stands in a cell of the table now. */
  cellText(row, column) {
    const typed = this.cells.get(`${row},${column}`);
    return typed ?? this.reading.table[row][column].numbers.map((number) => this.numberText(number)).join(" ");
  }

  /** Says whether a person put a cell of the table right. */
  isCellCorrected(row, column) {
    return this.cellText(row, column) !== this.reading.table[row][column].text;
  }

  /** Says whether a cell of the table needs a look. */
  isCellUnsure(row, column) {
    return !this.isCellCorrected(row, column) && this.reading.table[row][column].numbers.some((number) => this.isUnsure(number));
  }

  /** Sets the text of a cell of the table; returns as {@link setText} does. */
  setCell(row, column, text) {
    const { numbers, text: read } = this.reading.table[row][column];
    const key = `${row},${column}`;
    const places = numbers.flatMap((number) => this.#places(number));
    this.cells.delete(key);
    this.textEdited = null;
    const { fits, changed } = this.#settle(places, text, read);
    if (!fits) this.cells.set(key, text.trim());
    return changed;
  }

  /**
   * Sets the whole text, as an editor of a table does.
   * @returns {{number: number, digit: number, label: string}[]} the digits that are now another than before: where
   *   the new text has a character for each that was read, those that it replaces; else nothing can be said of
   *   single digits, and what was said of them is taken back.
   */
  setText(text) {
    const places = this.numbers.flatMap((_, number) => this.#places(number));
    this.cells.clear();
    const { fits, changed } = this.#settle(places, text, this.reading.text);
    this.textEdited = fits ? null : text;
    return changed;
  }

  #places(number) {
    return this.numbers[number].digits.map((_, digit) => ({ number, digit }));
  }

  #settle(places, text, read) {
    const characters = [...text.replace(/\s/g, "")];
    const shape = (value) => value.trim().replace(/\S/g, "x");
    const fits = shape(text) === shape(read) && characters.length === places.length;
    const was = ({ number, digit }) => this.numbers[number].digits[digit].value;
    const changed = places
      .map((place, index) => ({ ...place, label: fits ? characters[index] : was(place) }))
      .filter(({ number, digit, label }) => label !== this.value(number, digit));
    for (const { number, digit, label } of changed) this.correct(number, digit, label);
    return { fits, changed };
  }

  /** Returns what a download holds: the reading, with the right text and what had been read. */
  toJSON() {
    const { inputs: _, ...reading } = this.reading;
    return {
      ...reading,
      source: this.name,
      text: this.text,
      ...written(this),
      corrected: this.isCorrected,
      ...(this.isCorrected ? { read: this.reading.text } : {}),
    };
  }
}
