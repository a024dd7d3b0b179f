/** The drawing pad: pointers become strokes, strokes become a picture. */
import { paint, paintStroke, pointOf, toPicture } from "./strokes.js";

/** More pixels than this a CSS pixel cost time and are not seen. */
const MOST_DENSITY = 2;

export class Pad {
  #context;
  #pointer = null;
  #strokes = [];
  #restored = false; // strokes are here that nobody was told of

  /**
   * @param {HTMLCanvasElement} canvas where to draw; it has its size and `touch-action: none` from CSS.
   * @param {{onBegin: () => void, onChange: () => void}} listeners a stroke begins; the drawing is another one.
   */
  constructor(canvas, { onBegin, onChange }) {
    this.canvas = canvas;
    this.onBegin = onBegin;
    this.onChange = onChange;
    this.#context = canvas.getContext("2d");
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    canvas.addEventListener("pointercancel", (event) => this.#end(event));
    document.addEventListener("themechange", () => this.#repaint());
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  get isEmpty() {
    return this.#strokes.length === 0;
  }

  /** Says whether restored strokes wait for the pad to come into sight. */
  get isUnseen() {
    return this.#restored;
  }

  /** The strokes, as data. */
  get strokes() {
    return this.#strokes;
  }

  /** Takes strokes that were drawn before; they count as a change once the pad is in sight and has its size. */
  restore(strokes) {
    this.#strokes = strokes;
    this.#restored = strokes.length > 0;
  }

  /** Takes the last stroke back. */
  undo() {
    if (this.#pointer !== null || this.isEmpty) return;
    this.#strokes.pop();
    this.#repaint();
    this.onChange();
  }

  /** Takes all strokes away. */
  clear() {
    this.#pointer = null;
    this.#strokes = [];
    this.#repaint();
    this.onChange();
  }

  /**
   * Returns the drawing as a PNG with the size of the pad in its pixels: `{picture, width, height}`. The picture is
   * higher where a phone was turned and strokes stand below the pad.
   */
  async picture() {
    const shown = this.canvas.height / this.canvas.width;
    const lowest = Math.max(...this.#strokes.flat().map(({ y, width }) => y + width));
    const drawn = await toPicture(this.#strokes, Math.max(shown, lowest));
    return { ...drawn, height: drawn.width * shown };
  }

  #begin(event) {
    if (this.#pointer !== null || !event.isPrimary || event.button !== 0) return;
    this.#pointer = event.pointerId;
    this.canvas.setPointerCapture?.(event.pointerId);
    this.#strokes.push([pointOf(event, this.canvas.getBoundingClientRect())]);
    paintStroke(this.#context, this.#strokes.at(-1), this.canvas.width);
    this.onBegin();
  }

  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const stroke = this.#strokes.at(-1);
    const from = stroke.length - 1; // the last piece ended in a point, now it bends on
    const rectangle = this.canvas.getBoundingClientRect();
    const finer = event.getCoalescedEvents?.() ?? [];
    for (const one of finer.length ? finer : [event]) stroke.push(pointOf(one, rectangle));
    paintStroke(this.#context, stroke, this.canvas.width, from);
  }

  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#repaint();
    this.onChange();
  }

  #resize() {
    const { clientWidth, clientHeight } = this.canvas;
    if (!clientWidth) return; // not shown
    const density = Math.min(devicePixelRatio || 1, MOST_DENSITY);
    this.canvas.width = Math.round(clientWidth * density);
    this.canvas.height = Math.round(clientHeight * density);
    this.#repaint();
    if (this.#restored) {
      this.#restored = false;
      this.onChange();
    }
  }

  #repaint() {
    const { color, backgroundColor } = getComputedStyle(this.canvas);
    paint(this.#context, this.#strokes, { ink: color, paper: backgroundColor });
  }
}
