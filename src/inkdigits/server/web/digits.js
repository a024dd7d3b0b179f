/** The card of one digit: what it is, how sure, what else it might be, and a field to put it right. */
import { bar, el, icon, percent } from "./dom.js";

/** How many answers a card shows. */
const SHOWN = 3;
const RIGHT_ANSWERS = /^[-0-9.+/:%]$/;

/**
 * @param {import("./answer.js").Answer} answer the whole reading.
 * @param {number} number index of the number.
 * @param {number} digit index of the digit in it.
 * @param {{onType: () => void, onCorrect: (label: string) => void}} listeners `onType` while it is typed,
 *   `onCorrect` when it is done and another digit than before.
 * @returns {HTMLLIElement}
 */
export function digitCard(answer, number, digit, { onType, onCorrect }) {
  const one = answer.numbers[number].digits[digit];
  const count = answer.numbers[number].digits.length;
  const note = el("p", { class: "note" });
  const input = el("input", {
    inputmode: one.value >= "0" && one.value <= "9" ? "numeric" : "text", autocomplete: "off", enterkeyhint: "done", spellcheck: "false",
    "aria-label": `${one.value}, digit ${digit + 1} of ${count}, ${percent(one.confidence)}. Type the right one to correct it`,
  });
  const card = el("li", { class: "card" }, input, bars(one), note);
  let before = answer.value(number, digit);

  function refresh() {
    const value = answer.value(number, digit);
    const corrected = value !== one.value;
    input.value = value;
    card.classList.toggle("unsure", answer.isUnsureDigit(number, digit));
    card.classList.toggle("corrected", corrected);
    note.replaceChildren();
    if (corrected) note.append(icon("pencil"), `Corrected; ${one.value} was read`);
    else if (card.classList.contains("unsure")) note.append(icon("unsure"), "Unsure. Type the right digit if this one is wrong");
    note.hidden = !note.hasChildNodes();
  }

  /** Takes the key that was pressed, wherever the cursor stands and whatever is selected. */
  function type(event) {
    const typed = (event.data ?? input.value).trim().at(-1)?.replace(",", ".");
    if (!RIGHT_ANSWERS.test(typed ?? "")) {
      input.value = answer.value(number, digit);
      input.select();
      return;
    }
    answer.correct(number, digit, typed);
    refresh();
    input.select();
    onType();
  }

  function done() {
    const value = answer.value(number, digit);
    if (value === before) return;
    before = value;
    onCorrect(value);
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("input", type);
  input.addEventListener("blur", done);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      done();
      (card.nextElementSibling?.querySelector("input") ?? input).focus();
    } else if (event.key === "Escape") {
      answer.correct(number, digit, before);
      refresh();
      input.select();
      onType();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const other = event.key === "ArrowDown" ? card.nextElementSibling : card.previousElementSibling;
      other?.querySelector("input")?.focus();
      event.preventDefault();
    }
  });
  refresh();
  return card;
}

function bars(digit) {
  const answers = [[digit.value, digit.confidence], ...digit.alternatives].slice(0, SHOWN);
  return el("ol", { class: "bars" }, ...answers.map(([value, share]) =>
    el("li", {}, el("span", {}, value), bar(share), el("span", { class: "share" }, percent(share)))));
}
