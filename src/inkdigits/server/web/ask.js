/** One cell in sight: its picture large, what was read, what else it may be, and a field for anything else. */
import { byId, el, percent } from "./dom.js";

/** The keys of the alternatives. */
export const LETTERS = "abcde";
const TALLEST = 0.42; // of the window's height
const LARGEST = 10; // times the picture's own size
const NO_TEXT = /[^0-9.+\-/:%x]/g; // x: a box that is ticked
const SPEAK_FOR_THEMSELVES = new Set(["field", "reason"]);

const SIGNS = { ".": "a point", "-": "a minus", "/": "a slash", ":": "a colon", "+": "a plus", "%": "a percent sign" };
const named = (character) => SIGNS[character] ?? character;

export class Ask {
  #cell = null;
  #choice = 0;

  /** @param {(text: string) => void} onText called with the text that a person chose or typed. */
  constructor(onText) {
    this.onText = onText;
    this.field = byId("ask-text");
    this.field.addEventListener("input", () => {
      this.field.value = this.field.value.replaceAll(",", ".").replace(NO_TEXT, "");
      this.#mark();
    });
    window.addEventListener("resize", () => this.#fit());
    byId("ask-picture").addEventListener("load", () => this.#fit());
  }

  /** Returns the texts to choose from with how likely each is; what was read comes first. */
  get choices() {
    return [[this.#cell.text, this.#cell.confidence], ...this.#cell.alternatives];
  }

  /** Shows a cell; its picture comes when it is there. */
  show(cell) {
    this.#cell = cell;
    this.#choice = 0;
    this.field.value = "";
    const two = /^(.) or (.)$/.exec(cell.question);
    byId("ask-question").textContent = two ? `Is it ${named(two[1])} or ${named(two[2])}?` : "What is written here?";
    const place = Object.entries(cell.place).map(([name, value]) => (SPEAK_FOR_THEMSELVES.has(name) ? value : `${name} ${value}`));
    const number = cell.number ? [`number ${cell.number}`] : [];
    byId("ask-place").textContent = [cell.source, ...(place.length ? place : number)].join(", ");
    byId("ask-choices").dataset.cell = cell.cell;
    byId("ask-choices").replaceChildren(...this.choices.map(([text, share], index) => el("li", {},
      el("button", { type: "button", onclick: () => this.onText(text) },
        el("kbd", { "aria-hidden": "true" }, index ? LETTERS[index - 1] : "Enter"),
        el("span", { class: "text" }, text),
        el("span", { class: "share" }, index ? percent(share) : `read, ${percent(share)}`)))));
    this.#mark();
    this.#clear();
  }

  /** Shows the picture of the cell in sight; null where there is none. */
  picture(cell, shown) {
    if (cell !== this.#cell) return;
    byId("ask-missing").hidden = Boolean(shown);
    byId("ask-shown").hidden = !shown;
    if (!shown) return;
    const image = byId("ask-picture");
    image.src = shown.url;
    image.alt = `The cell in which ${this.#cell.text} was read`;
    const [left, top, width, height] = shown.box;
    const box = byId("ask-box");
    Object.entries({ left, top, width, height }).forEach(([side, share]) => { box.style[side] = `${100 * share}%`; });
    box.hidden = width >= 1 && height >= 1;
  }

  /** Moves along the choices. */
  move(step) {
    const count = this.choices.length;
    this.#choice = (this.#choice + step + count) % count;
    this.field.value = "";
    this.#mark();
  }

  /** Takes what is typed, else what is chosen. */
  take() {
    this.onText(this.field.value || this.choices[this.#choice][0]);
  }

  /** Takes the choice of a letter; returns whether there is one. */
  takeLetter(letter) {
    const index = LETTERS.indexOf(letter) + 1;
    if (!index || index >= this.choices.length) return false;
    this.onText(this.choices[index][0]);
    return true;
  }

  #mark() {
    const typed = this.field.value !== "";
    [...byId("ask-choices").children].forEach((item, index) => {
      const chosen = !typed && index === this.#choice;
      item.firstElementChild.classList.toggle("chosen", chosen);
      if (chosen) item.firstElementChild.setAttribute("aria-current", "true");
      else item.firstElementChild.removeAttribute("aria-current");
    });
  }

  #clear() {
    byId("ask-shown").hidden = true;
    byId("ask-missing").hidden = true;
  }

  /** Makes the picture as large as there is room. */
  #fit() {
    const image = byId("ask-picture");
    if (!image.naturalWidth || byId("review").hidden) return;
    const room = byId("ask-stage").clientWidth - 48;
    const scale = Math.min(room / image.naturalWidth, (TALLEST * innerHeight) / image.naturalHeight, LARGEST);
    image.style.width = `${Math.max(1, scale * image.naturalWidth)}px`;
  }
}
