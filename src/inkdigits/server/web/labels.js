/** Where the labels of boxes go: clear of what was found, and of each other. */

/** Pixels between a label and its box. */
const GAP = 2;
/** Pixels by which a label may stand out of the picture; the sheet around it is wider. */
const OUTSIDE = 22;

/**
 * Puts each label beside its box, or away where there is no room: the text beside the picture has it, too.
 * @param {HTMLElement} layer holds the boxes, each with at most one `b`.
 */
export function placeLabels(layer) {
  const frame = layer.getBoundingClientRect();
  if (!frame.width) return; // not shown
  const out = getComputedStyle(layer).overflow === "visible" ? OUTSIDE : 0;
  const room = { left: frame.left - out, top: frame.top - out, right: frame.right + out, bottom: frame.bottom + out };
  const boxes = [...layer.children].map((node) => ({ node, place: node.getBoundingClientRect(), label: node.querySelector("b") }));
  const taken = [];
  const first = (name) => (one, other) => other.node.classList.contains(name) - one.node.classList.contains(name);
  for (const { node, place, label } of boxes.filter((box) => box.label).sort(first("unsure")).sort(first("chosen"))) {
    const others = boxes.filter((other) => other.node !== node && !inside(other.place, place)).map((other) => other.place);
    const { width, height } = label.getBoundingClientRect();
    const spot = spots(place, width, height).find((one) =>
      inside(one, room) && ![...others, ...taken].some((other) => meet(one, other)));
    label.classList.toggle("away", !spot);
    if (!spot) continue;
    taken.push(spot);
    label.style.left = `${spot.left - place.left - node.clientLeft}px`;
    label.style.top = `${spot.top - place.top - node.clientTop}px`;
  }
}

/** Returns the places for a label, the best first. */
function spots(place, width, height) {
  const middle = (place.left + place.right - width) / 2;
  const above = place.top - height - GAP;
  const below = place.bottom + GAP;
  const beside = (place.top + place.bottom - height) / 2;
  const corners = [[place.left, above], [middle, above], [place.right - width, above], [place.left, below], [middle, below],
    [place.right - width, below], [place.right + GAP, beside], [place.left - width - GAP, beside]];
  return corners.map(([left, top]) => ({ left, top, right: left + width, bottom: top + height }));
}

const inside = (one, other) => one.left >= other.left - 1 && one.right <= other.right + 1 && one.top >= other.top - 1 && one.bottom <= other.bottom + 1;
const meet = (one, other) => one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
