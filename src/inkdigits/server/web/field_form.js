/** What may stand in a field: its type as words to choose from, and as a template has it. */
import { around, split } from "./areas.js";
import { el, icon } from "./dom.js";

const MOST_BOXES = 32; // the server says what is wrong beyond it
const NAMES = {
  digits: "Digits", number: "Number", date: "Date", time: "Time", choice: "One of several", mark: "A box to tick", free: "Any number",
};
/** The arguments of each type: what they are called, and what they are at first. */
const ARGUMENTS = {
  digits: [["At least", "1"], ["At most", ""]],
  number: [["From", ""], ["To", ""], ["In steps of", ""]],
  date: [["Order", "DMY"]],
  choice: [["Texts, by commas", "1, 2, 3"]],
};
/** What digits are of which nobody said how many. */
const ANY_DIGITS = "digits(1, 9)";
const ORDERS = ["DMY", "MDY", "YMD", "DYM", "MYD", "YDM"];

/** Returns `{name, given}` of a type as a template has it: `number(0, 100)` has the arguments "0" and "100". */
export function parsed(kind) {
  const [, name, inside] = /^(\w+)(?:\((.*)\))?$/.exec(kind) ?? [null, "free", undefined];
  return { name, given: inside ? inside.split(",").map((part) => part.trim()) : [] };
}

/** Returns a type as a template has it. */
export function written(name, given) {
  if (name === "choice") return `choice(${given.join(", ")})`;
  const parts = given.map((part) => part.trim());
  while (parts.length && !parts.at(-1)) parts.pop();
  return parts.length ? `${name}(${parts.join(", ")})` : name;
}

/** Returns what a field is, in words. */
export function described({ kind, cells }) {
  return `${NAMES[parsed(kind).name] ?? kind}${cells.length > 1 ? `, ${cells.length} boxes` : ""}`;
}

/**
 * Fills an element with the form of a field.
 * @param {HTMLElement} element
 * @param {() => object} now gives the field as it is.
 * @param {{onChange: (change: object, step: string) => void, onDelete: () => void, boxesIn: (area: number[]) => number[][]}} page
 *   what a person did; and the boxes for one tick that were found in a place.
 */
export function showForm(element, now, { onChange, onDelete, boxesIn }) {
  const field = now();
  const { name, given } = parsed(field.kind);
  const ticked = name === "choice" && field.cells.length > 1;
  const line = (label, control, id) => el("p", { class: "line-of" }, el("label", { for: id }, label), control);
  const parts = [
    line("Name", text("field-name", field.name, (value) => onChange({ name: value }, "name")), "field-name"),
    line("What stands there", select("field-type", Object.entries(NAMES), name, (value) => onChange(ofType(now(), value), `to ${value}`)), "field-type"),
  ];
  if (name === "date") {
    parts.push(line("Order", select("field-order", ORDERS.map((one) => [one, one]), given[0] ?? "DMY",
      (value) => onChange({ kind: written(name, [value]) }, "order")), "field-order"));
  } else if (name === "choice") {
    parts.push(line("Texts, by commas", text("field-texts", given.join(", "), (value) => {
      const texts = value.split(",").map((one) => one.trim());
      onChange({ kind: written(name, texts), ...(now().cells.length > 1 ? { cells: split(around(now().cells), texts.length) } : {}) }, "texts");
    }), "field-texts"));
  } else if (ARGUMENTS[name]) {
    parts.push(el("div", { class: "several" }, ...ARGUMENTS[name].map(([label], place) => {
      const id = `field-argument-${place + 1}`;
      return line(label, text(id, given[place] ?? "", (value) => {
        const rest = parsed(now().kind).given;
        const all = ARGUMENTS[name].map((_, index) => (index === place ? value : rest[index] ?? ""));
        onChange({ kind: written(name, all) }, `argument ${place}`);
      }), id);
    })));
  }
  if (name === "choice") {
    const box = el("input", { type: "checkbox", id: "field-ticked", checked: ticked });
    box.addEventListener("change", () => onChange(box.checked ? ofTicks(now(), boxesIn) : { cells: [around(now().cells)] }, "ticked"));
    parts.push(el("p", { class: "tick-of" }, box, el("label", { for: "field-ticked" }, "A box to tick for each, from the left")));
  } else if (name !== "mark") {
    const boxes = el("input", { type: "number", id: "field-boxes", min: 1, max: MOST_BOXES, value: field.cells.length });
    boxes.addEventListener("change", () => {
      const count = Math.min(MOST_BOXES, Math.max(1, Math.round(Number(boxes.value)) || 1));
      boxes.value = count;
      onChange(ofBoxes(now(), count), "boxes");
    });
    parts.push(line("Boxes, one a character (1: written freely)", boxes, "field-boxes"));
  }
  parts.push(el("p", { class: "fault", id: "field-fault" }),
    el("div", { class: "tools" }, el("button", { type: "button", id: "delete", onclick: onDelete }, icon("clear"), "Delete")));
  element.replaceChildren(...parts);
}

/** Returns what changes in a field that becomes of another type. */
function ofType(field, name) {
  const first = (ARGUMENTS[name] ?? []).map(([, value]) => value);
  const count = field.cells.length;
  if (name === "mark") return { kind: "mark", cells: [around(field.cells)] };
  if (name === "digits") return { kind: count > 1 ? `digits(${count})` : ANY_DIGITS };
  if (name === "choice") return { kind: written(name, first), cells: [around(field.cells)] };
  return { kind: written(name, first) };
}

/** Returns what changes in a choice that gets a box to tick for each text: those that were found there, else even ones. */
function ofTicks(field, boxesIn) {
  const area = around(field.cells);
  const { given } = parsed(field.kind);
  const found = boxesIn(area);
  if (found.length < 2) return { cells: split(area, given.length) };
  const texts = found.map((_, place) => given[place] ?? String(place + 1));
  return { cells: found, kind: written("choice", texts) };
}

/** Returns what changes in a field that gets another number of boxes. */
function ofBoxes(field, count) {
  const { name, given } = parsed(field.kind);
  const whole = name === "digits" && count > 1 && (field.kind === ANY_DIGITS || given.join() === String(field.cells.length));
  return { cells: split(around(field.cells), count), ...(whole ? { kind: `digits(${count})` } : {}) };
}

function text(id, value, onInput) {
  const field = el("input", { id, autocomplete: "off", autocapitalize: "off", spellcheck: "false", value });
  field.addEventListener("input", () => onInput(field.value));
  return field;
}

function select(id, options, value, onChoose) {
  const field = el("select", { id }, ...options.map(([name, shown]) => el("option", { value: name, selected: name === value }, shown)));
  field.addEventListener("change", () => onChoose(field.value));
  return field;
}
