/** Small helpers to make elements; data only ever becomes text or an attribute, never HTML. */

/**
 * Makes an element.
 * @param {string} tag its name.
 * @param {Object<string, *>} attributes `class`, `on…` listeners, booleans, anything else as it is.
 * @param {...(Node|string|null|undefined|false)} children what it holds.
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Returns a picture of the sprite; it says nothing to screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** Returns the element with an id. */
export const byId = (id) => document.getElementById(id);

/** Returns a share of 0..1 as a percentage that is never rounded to 0 or 100. */
export function percent(share) {
  if (share > 0.999) return share === 1 ? "100\u00a0%" : ">\u00a099.9\u00a0%";
  if (share < 0.001) return share === 0 ? "0\u00a0%" : "<\u00a00.1\u00a0%";
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

/** Returns a bar that is filled to a share of 0..1. */
export function bar(share) {
  const fill = el("span", { class: "fill" });
  fill.style.width = `${Math.max(1, 100 * share)}%`;
  return el("span", { class: "track", "aria-hidden": "true" }, fill);
}

/** Returns `1 picture`, `2 pictures`. */
export const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Brings what stands in the body of another file of the page into an element. */
export async function fill(element, path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`The server has no ${path}. Reload the page.`);
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  element.replaceChildren(...document.adoptNode(parsed.body).childNodes);
}
