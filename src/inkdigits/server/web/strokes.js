/** Strokes as data, and how they look. Coordinates and widths are shares of the canvas's width. */

/** The width of a pen at full size, as a share of the canvas's width. */
const PEN = 0.02;
/** The widest picture that is sent, in pixels: digits stay large, requests small. */
const SENT_WIDTH = 900;

/**
 * @typedef {{x: number, y: number, width: number}} Point
 * @typedef {Point[]} Stroke
 */

/** Returns a point of a stroke; a pen writes wider when it is pressed, a finger and a mouse do not. */
export function pointOf(event, rectangle) {
  const pressure = event.pointerType === "pen" && event.pressure > 0 ? 0.5 + event.pressure : 1;
  return {
    x: (event.clientX - rectangle.left) / rectangle.width,
    y: (event.clientY - rectangle.top) / rectangle.width,
    width: PEN * pressure,
  };
}

/** Draws a stroke from its point `from` on; the whole stroke is smooth because it bends at midpoints. */
export function paintStroke(context, stroke, scale, from = 0) {
  context.lineCap = "round";
  context.lineJoin = "round";
  if (stroke.length === 1) {
    context.beginPath();
    context.arc(stroke[0].x * scale, stroke[0].y * scale, (stroke[0].width * scale) / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  for (let index = Math.max(1, from); index < stroke.length; index += 1) {
    const before = stroke[Math.max(0, index - 2)];
    const corner = stroke[index - 1];
    const end = stroke[index];
    const start = index === 1 ? corner : middle(before, corner);
    const stop = index === stroke.length - 1 ? end : middle(corner, end);
    context.beginPath();
    context.lineWidth = ((corner.width + end.width) / 2) * scale;
    context.moveTo(start.x * scale, start.y * scale);
    context.quadraticCurveTo(corner.x * scale, corner.y * scale, stop.x * scale, stop.y * scale);
    context.stroke();
  }
}

/** Draws all strokes on a fresh ground. */
export function paint(context, strokes, { ink, paper }) {
  const { width, height } = context.canvas;
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.fillStyle = ink;
  context.strokeStyle = ink;
  for (const stroke of strokes) paintStroke(context, stroke, width);
}

/** Returns the drawing as a PNG, dark on white whatever the theme is, and its size. */
export async function toPicture(strokes, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = SENT_WIDTH;
  canvas.height = Math.round(SENT_WIDTH * ratio);
  paint(canvas.getContext("2d"), strokes, { ink: "#16202c", paper: "#ffffff" });
  const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return { picture, width: canvas.width, height: canvas.height };
}

const middle = (one, other) => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
