/** What was read: the text, how sure, why, and where to put it right. */
import { digitCard } from "./digits.js";
import { el, icon, percent } from "./dom.js";
import { saveCsv, saveJson } from "./download.js";
import { keep } from "./corrections.js";
import { quiet, say, tell, warn } from "./notice.js";

/** Texts above this length are set smaller. */
const LONG = 9;
/** How much surer the least sure digit is than its number, before a word is said about it. */
const WORTH_A_WORD = 0.01;

export class Result {
  #answer = null;
  #chosen = 0;

  /**
   * @param {HTMLElement} section has its heading; the rest is made here.
   * @param {{hints: (string|Node)[], onShow: (answer: import("./answer.js").Answer|null, chosen: number) => void,
   *   onAgain: () => void}} options what stands here before anything was read, who draws the boxes, and who reads
   *   again what failed.
   */
  constructor(section, { hints, onShow, onAgain }) {
    this.section = section;
    this.hints = hints;
    this.onShow = onShow;
    this.onAgain = onAgain;
    this.heading = section.firstElementChild;
    this.spinner = el("span", { class: "spinner", "aria-hidden": "true" });
    this.clear();
  }

  /** Shows the hints. */
  clear() {
    this.#answer = null;
    this.#fill(...this.hints.map((hint) => (typeof hint === "string" ? el("p", { class: "placeholder" }, hint) : hint)));
    this.onShow(null, 0);
  }

  /** Says that a request runs. */
  busy(on) {
    this.section.classList.toggle("busy", on);
    this.section.setAttribute("aria-busy", String(on));
  }

  /** Shows why there is no answer. */
  fail(message) {
    this.#answer = null;
    this.#fill(el("p", { class: "verdict" }, mood("plain", "failed", "Not read")), el("p", { class: "placeholder" }, message),
      el("div", { class: "tools" }, el("button", { type: "button", onclick: () => this.onAgain() }, icon("again"), "Try again")));
    this.onShow(null, 0);
    quiet();
    warn(message);
  }

  /** Shows an answer. */
  show(answer) {
    this.#answer = answer;
    this.#chosen = Math.max(0, answer.numbers.findIndex((_, number) => answer.isUnsure(number)));
    this.text = el("div", { class: "answer" });
    this.verdict = el("p", { class: "verdict" });
    this.whole = el("p", { class: "whole" });
    this.why = el("div", { class: "why" });
    if (answer.reading.status === "empty") {
      this.#fill(el("p", { class: "verdict" }, mood("plain", "none", "No digits found")),
        el("p", { class: "placeholder" }, "Write larger, come closer with the camera, or say above what to expect."));
      this.onShow(null, 0);
      say("No digits found");
      return;
    }
    this.#fill(this.text, this.verdict, this.whole, this.#tools(), this.why);
    this.#refresh();
    this.#explain();
    const { status, confidence } = answer.reading;
    say(`Read ${answer.text.replaceAll("\n", ", ")}, ${status === "unsure" ? "unsure" : "sure"}, ${percent(confidence)}`);
  }

  /** Shows what a person has put right elsewhere. */
  edited() {
    this.#refresh();
    this.#explain();
  }

  /** Shows a number and its digits. */
  choose(number) {
    if (number !== this.#chosen) this.#choose(number);
  }

  /** Chooses a number, and with a digit puts the cursor into its field. */
  pick(number, digit) {
    if (number !== this.#chosen) {
      this.#chosen = number;
      this.#refresh();
      this.#explain();
    }
    const inputs = this.why.querySelectorAll(".card input");
    inputs[digit ?? 0]?.focus();
  }

  #fill(...children) {
    this.section.replaceChildren(this.heading, this.spinner, ...children);
  }

  #refresh() {
    const answer = this.#answer;
    this.#showText(answer);
    const { status, confidence } = answer.reading;
    const feeling = answer.isCorrected ? mood("sure", "pencil", "Corrected")
      : status === "unsure" ? mood("unsure", "unsure", "Unsure") : mood("sure", "check", "Sure");
    const read = answer.reading.table ? "see the table" : `${answer.reading.text.replaceAll("\n", " ")} was read`;
    const sureness = answer.isCorrected ? read : percent(confidence);
    this.verdict.replaceChildren(feeling, el("span", { class: "sureness" }, sureness));
    if (answer.ms !== null && !answer.isCorrected) this.verdict.append(el("span", { class: "took" }, `read in ${answer.ms.toFixed(answer.ms < 10 ? 1 : 0)}\u00a0ms`));
    this.whole.textContent = answer.isCorrected ? "" : ofTheWhole(answer);
    this.whole.hidden = !this.whole.textContent;
    this.onShow(answer, this.#chosen);
  }

  #showText(answer) {
    const many = answer.numbers.length > 1;
    this.text.className = `answer${many ? " many" : answer.text.length > LONG ? " long" : ""}`;
    if (!many) {
      this.text.replaceChildren(el("span", { class: answer.isUnsure(0) && !answer.isCorrected ? "unsure" : null }, answer.text));
      return;
    }
    const focused = this.text.contains(document.activeElement);
    this.text.replaceChildren(...answer.lines.map((line) => el("div", { class: "line" }, ...line.map((number) => {
      const unsure = answer.isUnsure(number);
      return el("button", {
        type: "button",
        class: unsure ? "unsure" : null,
        "aria-pressed": String(number === this.#chosen),
        onclick: () => this.#choose(number),
      }, answer.numberText(number), unsure && icon("unsure"), unsure && el("span", { class: "unseen" }, "unsure"));
    }))));
    if (focused) this.text.querySelector("[aria-pressed=true]")?.focus();
  }

  #choose(number) {
    this.#chosen = number;
    this.#refresh();
    this.#explain();
  }

  #explain() {
    const answer = this.#answer;
    const number = this.#chosen;
    const one = answer.numbers[number];
    const input = answer.reading.inputs?.[number];
    const parts = [];
    const many = answer.numbers.length > 1;
    if (input) {
      const image = el("img", { src: input, alt: `The model's input for ${one.text}: white ink on black` });
      image.addEventListener("load", () => saw.classList.toggle("square", image.naturalWidth === image.naturalHeight));
      const saw = el("div", { class: "saw" }, el("h3", {}, "What the model saw", many && " as ", many && el("b", {}, one.text), many && `, ${percent(one.confidence)} sure`), image);
      parts.push(saw);
    }
    const cards = one.digits.map((_, digit) => digitCard(answer, number, digit, {
      onType: () => this.#refresh(),
      onCorrect: (label) => keep(answer, number, digit, label),
    }));
    if (cards.length) {
      parts.push(el("div", {}, el("h3", {}, "Digits, and what else they might be"), el("ol", { class: "cards" }, ...cards)),
        el("p", { class: "how" }, "Wrong? Type the right digit over it."));
    }
    if (one.second != null) parts.push(el("p", { class: "second" }, ofTheSecond(one)));
    this.why.replaceChildren(...parts);
  }

  #tools() {
    const answer = this.#answer;
    const button = (name, text, onclick) => el("button", { type: "button", onclick }, icon(name), text);
    return el("div", { class: "tools" },
      button("copy", "Copy", () => copy(this.#answer.text)),
      button("download", "CSV", () => saveCsv([answer], answer.name)),
      button("download", "JSON", () => saveJson([answer], answer.name)));
  }
}

function mood(kind, picture, text) {
  return el("span", { class: `mood ${kind}` }, icon(picture), text);
}

/** Says what a second reader read, who was asked because the number was unsure. */
function ofTheSecond({ text, second }) {
  if (second === text) return "A second reader read the same.";
  return second ? `A second reader read ${second}.` : "A second reader read nothing there.";
}

/** Says of what the confidence is, where another figure could be expected from those of the digits. */
function ofTheWhole({ reading, numbers }) {
  const least = numbers.reduce((one, other) => (other.confidence < one.confidence ? other : one));
  if (numbers.length > 1) return `That is ${least.text}, the least sure of ${numbers.length} numbers.`;
  const lowest = Math.min(...least.digits.map(({ confidence }) => confidence));
  return lowest - reading.confidence < WORTH_A_WORD ? ""
    : "That is for the whole: also that no digit is missing, and none too many. Each one alone is surer.";
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    tell("Copied.");
  } catch {
    tell("This browser does not let the page copy. Select the text and copy it.");
  }
}
