/** The places of the page, reader, review and corrections: one document, so nothing is lost between them. */
import { byId } from "./dom.js";

const TITLES = { reader: document.title, review: "Review: inkdigits", corrections: "Corrections: inkdigits" };

/**
 * Shows the place that the address names, and changes it where a link is followed.
 * @param {{addressOfReader: () => string, onCorrections: () => void, onReview: () => void}} page the reader's address
 *   with its view; the others are called whenever theirs come into sight.
 * @returns {{read: () => void}} `read` goes to the reader.
 */
export function places({ addressOfReader, onCorrections, onReview }) {
  const here = () => ({ "/corrections": "corrections", "/review": "review" })[location.pathname] ?? "reader";

  function show() {
    const place = here();
    for (const one of Object.keys(TITLES)) {
      byId(one).hidden = one !== place;
      byId(`to-${one}`).toggleAttribute("aria-current", one === place);
      if (one === place) byId(`to-${one}`).setAttribute("aria-current", "page");
    }
    document.title = TITLES[place];
    if (place === "corrections") onCorrections();
    if (place === "review") onReview();
  }

  function go(place) {
    if (place === here()) return;
    history.pushState(null, "", place === "reader" ? addressOfReader() : `/${place}`);
    show();
    scrollTo(0, 0);
    byId("main").focus({ preventScroll: true });
  }

  for (const [id, place] of [["brand", "reader"], ["to-reader", "reader"], ["to-reading", "reader"], ["to-corrections", "corrections"],
    ["to-review", "review"]]) {
    byId(id).addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a tab of its own
      event.preventDefault();
      go(place);
    });
  }
  window.addEventListener("popstate", show);
  show();
  return { read: () => go("reader") };
}
