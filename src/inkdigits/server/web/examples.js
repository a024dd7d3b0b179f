/** Pictures to try the page with, for somebody who has none at hand. */
import { ApiError } from "./api.js";
import { el } from "./dom.js";

const EXAMPLES = [
  ["2407-photo.jpg", "Number in a photo"],
  ["page-ruled-list.jpg", "Page of numbers"],
  ["12.5-form-cell.png", "Cell of a form"],
  ["4-blackboard.webp", "Chalk on a board"],
];

/** Returns an example as a file, as if it had been chosen. */
export async function fetchExample(name) {
  let response;
  try {
    response = await fetch(`/examples/${name}`);
  } catch {
    response = { ok: false };
  }
  if (!response.ok) throw new ApiError("The example cannot be fetched. Check that inkdigits serve still runs, then try again.", 0);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}

/** Returns all of them. */
export const fetchExamples = () => Promise.all(EXAMPLES.map(([name]) => fetchExample(name)));

/**
 * Makes a row of small pictures to press.
 * @param {(name: string) => void} onExample
 * @returns {HTMLElement}
 */
export function exampleList(onExample) {
  return el("div", { class: "examples" },
    el("h3", {}, "Try an example"),
    el("ul", {}, ...EXAMPLES.map(([name, title]) =>
      el("li", {}, el("button", { type: "button", onclick: () => onExample(name) },
        el("img", { src: `/examples/${name}`, alt: "", width: 72, height: 56 }), el("span", {}, title))))));
}
