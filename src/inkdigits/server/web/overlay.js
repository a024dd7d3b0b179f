/** Boxes over a picture: where each number and digit was found. */
import { el } from "./dom.js";
import { placeLabels } from "./labels.js";

/** Above this many numbers, only the unsure and the chosen ones carry their text. */
const CALM = 6;
const watched = new WeakSet();

/**
 * Shows the boxes of an answer. The result beside the picture says the same to keyboards and screen readers,
 * so these are for the eye and the pointer only.
 * @param {HTMLElement} layer lies exactly over the picture; `aria-hidden`.
 * @param {import("./answer.js").Answer|null} answer nothing takes the boxes away.
 * @param {{size: {width: number, height: number}, chosen: number, cell?: number[]|null, onPick: (number: number, digit: number|null) => void}} options
 *   the picture's size in its own pixels, the number in focus, the place of the cell of a table in focus, and what a
 *   click does.
 */
export function showBoxes(layer, answer, { size, chosen, cell = null, onPick }) {
  layer.replaceChildren();
  if (!answer || !size.width) return;
  const alone = answer.numbers.length === 1;
  const add = (place, options) => layer.append(box(place, size, options));

  if (cell) add(cell, { label: "", cell: true });
  answer.numbers.forEach((number, index) => {
    const unsure = answer.isUnsure(index);
    if (!alone || !number.digits.length) {
      const labelled = unsure || index === chosen || answer.numbers.length <= CALM;
      const label = labelled ? answer.numberText(index) : "";
      add(number.box, { label, unsure, chosen: index === chosen, onPick: () => onPick(index, null) });
    }
    if (index !== chosen) return;
    number.digits.forEach((digit, place) => add(digit.box, {
      label: alone ? answer.value(index, place) : "",
      unsure: answer.isUnsureDigit(index, place),
      part: !alone,
      onPick: () => onPick(index, place),
    }));
  });
  placeLabels(layer);
  if (!watched.has(layer)) {
    watched.add(layer);
    new ResizeObserver(() => placeLabels(layer)).observe(layer); // boxes grow with the picture, labels do not
  }
}

function box([x, y, width, height], size, { label, unsure, chosen, part, cell, onPick }) {
  const names = { unsure, chosen, part, cell };
  const classes = ["box", ...Object.keys(names).filter((name) => names[name])].join(" ");
  const node = el("button", { type: "button", tabindex: -1, class: classes, onclick: onPick ?? null },
    label && el("b", {}, unsure ? `${label} ?` : label));
  const share = (length, whole) => `${(100 * length) / whole}%`;
  node.style.left = share(x, size.width);
  node.style.top = share(y, size.height);
  node.style.width = share(width, size.width);
  node.style.height = share(height, size.height);
  return node;
}
