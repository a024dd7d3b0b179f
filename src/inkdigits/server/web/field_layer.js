/** The fields over the picture of the form: drawn, moved and sized with the pointer or the keyboard. */
import { around, between, fitted, moved } from "./areas.js";
import { el } from "./dom.js";
import { described } from "./field_form.js";

/** The least width and height of a field, as a share of the page. */
const LEAST = 0.006;
/** Pixels that the pointer moves before something is drawn or moved: less is a click. */
const SLOP = 4;
/** What an arrow key moves, as a share of the page; with Alt the second. */
const STEPS = [0.005, 0.0005];
const CORNERS = { nw: [0, 0], ne: [1, 0], sw: [0, 1], se: [1, 1] };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class FieldLayer {
  #drag = null; // {start, id, corner, base, cells}

  /**
   * @param {HTMLElement} layer lies exactly over the picture.
   * @param {{onDraw: (area: number[]) => void, onTake: (offer: object) => void, onChoose: (id: string|null) => void,
   *   onCells: (id: string, cells: number[][], step?: string) => void, onDelete: (id: string) => void,
   *   onName: () => void}} listeners what a person did.
   */
  constructor(layer, listeners) {
    this.layer = layer;
    this.listeners = listeners;
    layer.addEventListener("pointerdown", (event) => this.#down(event));
    layer.addEventListener("pointermove", (event) => this.#move(event));
    layer.addEventListener("pointerup", (event) => this.#up(event));
    layer.addEventListener("pointercancel", () => this.#cancel());
    layer.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Shows the fields and found places of a page. */
  show({ fields, offers, chosen, faults }) {
    const focused = this.layer.contains(document.activeElement) ? document.activeElement.dataset : null;
    this.fields = fields;
    this.layer.replaceChildren(
      ...offers.map((offer) => this.#offer(offer)),
      ...fields.map((field) => this.#field(field, field.id === chosen, faults.get(field.id))),
    );
    if (focused?.id) this.focus(focused.id);
  }

  /** Puts the cursor on a field. */
  focus(id) {
    this.layer.querySelector(`[data-id="${id}"]`)?.focus({ preventScroll: true });
  }

  #field(field, chosen, fault) {
    const node = el("button", {
      type: "button", class: `field${chosen ? " chosen" : ""}${fault ? " wrong" : ""}`, "data-id": field.id, "aria-pressed": String(chosen),
      "aria-label": `${field.name || "no name"}, ${described(field)}${fault ? `. ${fault}` : ""}`,
      onfocus: () => { if (!chosen) this.listeners.onChoose(field.id); },
    }, el("b", { "aria-hidden": "true" }, field.name), ...(chosen ? Object.keys(CORNERS).map((name) => el("i", { class: `handle ${name}`, "data-corner": name })) : []));
    put(node, field.cells);
    return node;
  }

  #offer(offer) {
    const node = el("button", {
      type: "button", class: "offer", "aria-label": `Take what was found: ${described(offer)}`, onclick: () => this.listeners.onTake(offer),
    });
    put(node, offer.cells);
    return node;
  }

  #at(event) {
    const frame = this.layer.getBoundingClientRect();
    return [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
  }

  #down(event) {
    if (event.button !== 0 || event.target.closest(".offer")) return;
    const node = event.target.closest(".field");
    if (!node && event.pointerType === "touch") return; // a finger scrolls; "Add a field" adds one
    event.preventDefault(); // no text is selected, and the focus is set below
    const field = node && this.fields.find((one) => one.id === node.dataset.id);
    const corner = event.target.dataset.corner;
    this.#drag = { start: this.#at(event), at: [event.clientX, event.clientY], id: field?.id, corner, cells: null, base: field?.cells };
    this.layer.setPointerCapture(event.pointerId);
    this.listeners.onChoose(field?.id ?? null);
    if (field) this.focus(field.id);
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return;
    if (!drag.cells && Math.hypot(event.clientX - drag.at[0], event.clientY - drag.at[1]) < SLOP) return;
    const here = this.#at(event);
    const [across, down] = [here[0] - drag.start[0], here[1] - drag.start[1]];
    if (!drag.id) drag.cells = [between(drag.start, here, LEAST)];
    else if (!drag.corner) drag.cells = fitted(drag.base, moved(around(drag.base), across, down));
    else drag.cells = fitted(drag.base, sized(around(drag.base), drag.corner, across, down));
    let node = drag.id ? this.layer.querySelector(`[data-id="${drag.id}"]`) : this.layer.querySelector(".drawn");
    if (!node) this.layer.append(node = el("div", { class: "drawn" }));
    put(node, drag.cells);
  }

  #up() {
    const drag = this.#drag;
    this.#drag = null;
    this.layer.querySelector(".drawn")?.remove();
    if (!drag?.cells) return;
    if (drag.id) this.listeners.onCells(drag.id, drag.cells);
    else this.listeners.onDraw(drag.cells[0]);
  }

  #cancel() {
    const drag = this.#drag;
    this.#drag = null;
    this.layer.querySelector(".drawn")?.remove();
    if (drag?.id) put(this.layer.querySelector(`[data-id="${drag.id}"]`), drag.base);
  }

  #key(event) {
    const field = this.fields.find((one) => one.id === event.target.dataset.id);
    if (event.key === "Escape") this.#cancel();
    if (!field || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const [across, down] = arrow.map((way) => way * STEPS[Number(event.altKey)]);
      const area = around(field.cells);
      const next = event.shiftKey ? sized(area, "se", across, down) : moved(area, across, down);
      this.listeners.onCells(field.id, fitted(field.cells, next), event.shiftKey ? "size" : "move");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.listeners.onDelete(field.id);
    } else if (event.key === "Enter") {
      this.listeners.onName();
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** Returns a place of which one corner was moved. */
function sized([x, y, width, height], corner, across, down) {
  const [right, low] = CORNERS[corner];
  const held = [x + (right ? 0 : width), y + (low ? 0 : height)];
  const dragged = [x + right * width + across, y + low * height + down].map((side) => Math.min(1, Math.max(0, side)));
  return between(held, dragged, LEAST);
}

/** Puts an element where its boxes are, and draws these. */
function put(node, cells) {
  const [x, y, width, height] = around(cells);
  Object.entries({ left: x, top: y, width, height }).forEach(([side, share]) => { node.style[side] = `${100 * share}%`; });
  node.querySelectorAll("s").forEach((one) => one.remove());
  if (cells.length < 2) return;
  for (const [a, b, c, d] of cells) {
    const box = el("s", {});
    Object.entries({ left: (a - x) / width, top: (b - y) / height, width: c / width, height: d / height })
      .forEach(([side, share]) => { box.style[side] = `${100 * share}%`; });
    node.prepend(box);
  }
}
