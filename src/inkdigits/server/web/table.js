/** One row of the table of files: picture, name, reading, confidence, status. */
import { bar, el, icon, percent } from "./dom.js";
import { smallPreview } from "./preview.js";

const STATES = {
  waiting: ["clock", "Waiting"],
  reading: ["again", "Reading"],
  ok: ["check", "Sure"],
  unsure: ["unsure", "Unsure"],
  empty: ["none", "No digits"],
  error: ["failed", "Failed"],
  corrected: ["pencil", "Corrected"],
};
const MOST_LINES = 10;

/** Returns what a row stands for in the filter and the last column. */
export function stateOf(row) {
  if (row.state !== "done") return row.state;
  return row.answer.isCorrected ? "corrected" : row.answer.reading.status;
}

/**
 * Makes a row's element; it is made anew whenever the row changes.
 * @param {import("./batch.js").Row & {url: string}} row
 * @param {{onOpen: () => void, onEdit: (text: string) => void}} listeners the picture was pressed; the text is another one.
 * @returns {HTMLTableRowElement}
 */
export function rowElement(row, { onOpen, onEdit }) {
  const state = stateOf(row);
  const [picture, word] = STATES[state];
  const confidence = row.state === "done" && row.answer.reading.status !== "empty" ? row.answer.reading.confidence : null;
  return el("tr", { role: "row", class: state === "unsure" ? "unsure" : null, "data-state": state },
    cell({}, thumbnail(row, onOpen)),
    cell({ class: "file" }, row.name, row.error && el("small", { class: "why-not" }, row.error)),
    cell({}, row.state === "done" && editor(row, onEdit)),
    cell({}, confidence !== null && el("div", { class: "sure" }, percent(confidence), bar(confidence))),
    cell({}, el("span", { class: `state ${state}` }, icon(picture), word)));
}

function cell(attributes, ...children) {
  return el("td", { role: "cell", ...attributes }, ...children);
}

function thumbnail(row, onOpen) {
  const image = el("img", { src: row.preview ?? row.url, alt: "", loading: "lazy", decoding: "async" });
  const button = el("button", { type: "button", class: "thumb", "aria-label": `Open ${row.name}`, onclick: onOpen }, image);
  image.addEventListener("error", async () => { // none that browsers know, or no picture at all
    image.hidden = true;
    row.previewed ??= smallPreview(row.file); // asked for once, however often the row is made anew
    try {
      const url = await row.previewed;
      if (image.src === url) throw new Error("a preview cannot be shown");
      row.preview = url;
      image.src = url;
      image.hidden = false;
    } catch {
      image.replaceWith(icon("picture"));
    }
  });
  return button;
}

function editor(row, onEdit) {
  const lines = row.answer.text.split("\n").length;
  const label = { "aria-label": `Reading of ${row.name}`, autocomplete: "off", spellcheck: "false" };
  const field = lines > 1
    ? el("textarea", { rows: Math.min(lines, MOST_LINES), ...label })
    : el("input", { inputmode: "text", ...label });
  field.value = row.answer.text;
  field.addEventListener("change", () => onEdit(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      field.value = row.answer.text;
    } else if (event.key === "Enter" && lines === 1) {
      event.preventDefault();
      const fields = [...field.closest("tbody").querySelectorAll("input, textarea")];
      const next = fields[fields.indexOf(field) + 1];
      if (next) next.focus();
      else field.blur();
    }
  });
  return field;
}
