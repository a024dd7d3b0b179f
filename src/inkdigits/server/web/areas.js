/** Places on a page: [x, y, width, height] as shares of its sides, and fields that are several of them. */

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** Returns the smallest place that holds others. */
export function around(cells) {
  const [left, top] = [0, 1].map((side) => Math.min(...cells.map((cell) => cell[side])));
  const [right, bottom] = [0, 1].map((side) => Math.max(...cells.map((cell) => cell[side] + cell[side + 2])));
  return [left, top, right - left, bottom - top];
}

/** Returns boxes of one width that part a place. */
export function split([x, y, width, height], count) {
  return [...Array(count).keys()].map((place) => [x + (place * width) / count, y, width / count, height]);
}

/** Returns the boxes of a field in another place, each in its share of it. */
export function fitted(cells, [x, y, width, height]) {
  const [left, top, wide, tall] = around(cells);
  return cells.map(([a, b, c, d]) => [x + ((a - left) * width) / wide, y + ((b - top) * height) / tall, (c * width) / wide, (d * height) / tall]);
}

/** Returns a place that was moved and stays on the page. */
export function moved([x, y, width, height], across, down) {
  return [clamp(x + across, 0, 1 - width), clamp(y + down, 0, 1 - height), width, height];
}

/** Returns the place between two corners, on the page and at least so wide and high. */
export function between([a, b], [c, d], least) {
  const [left, top] = [clamp(Math.min(a, c), 0, 1 - least), clamp(Math.min(b, d), 0, 1 - least)];
  return [left, top, clamp(Math.abs(a - c), least, 1 - left), clamp(Math.abs(b - d), least, 1 - top)];
}

/** Returns the share of the smaller of two places that lies in the other. */
export function shared([x, y, width, height], [a, b, c, d]) {
  const across = Math.min(x + width, a + c) - Math.max(x, a);
  const down = Math.min(y + height, b + d) - Math.max(y, b);
  return across <= 0 || down <= 0 ? 0 : (across * down) / Math.min(width * height, c * d);
}
