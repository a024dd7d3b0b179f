/** The icons, in the page itself: what is drawn later needs no server. */

/** Brings the symbols of `/web/icons.svg` into the page; `<use href="#icon-check">` shows one. */
export async function loadIcons() {
  const response = await fetch("/web/icons.svg");
  if (!response.ok) return; // words say all that icons say
  const parsed = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
  const symbols = document.adoptNode(parsed.documentElement);
  symbols.setAttribute("hidden", "");
  symbols.setAttribute("aria-hidden", "true");
  document.body.prepend(symbols);
}
