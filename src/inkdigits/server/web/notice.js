/** What the page says: one line for eyes that covers no field, live regions for screen readers. */
import { byId } from "./dom.js";

const SHOWN_MS = 6000;
/** A line with something to press stays longer. */
const ACT_MS = 12000;
/** What a line must not cover, the most important first. */
const KEEP_CLEAR = ["input:not([type=file]), textarea, canvas", "button, a, label, summary"];
const GAP = 8;
let timer = 0;

/** Tells screen readers something that eyes see elsewhere. */
export function say(text) {
  byId("say").textContent = text;
}

/** Tells screen readers at once what went wrong, where eyes see it in its place. */
export function warn(text) {
  byId("alert").textContent = text;
}

/**
 * Shows a line for a while.
 * @param {string} text
 * @param {{label: string, run: () => void}} [act] a button beside it.
 */
export function tell(text, act) {
  show(text, false, act);
  timer = setTimeout(quiet, act ? ACT_MS : SHOWN_MS);
}

/** Shows what went wrong; the line stays until it is dismissed or {@link quiet} is called. */
export function complain(text) {
  show(text, true);
}

/** Takes the line away. */
export function quiet() {
  clearTimeout(timer);
  byId("notice").hidden = true;
}

function show(text, wrong, act) {
  clearTimeout(timer);
  byId("notice").classList.toggle("wrong", wrong);
  byId("notice-text").textContent = text;
  byId("notice-act").hidden = !act;
  byId("notice-act").textContent = act?.label ?? "";
  byId("notice-act").onclick = act ? () => { quiet(); act.run(); } : null;
  byId("notice").hidden = false;
  place();
  byId(wrong ? "alert" : "say").textContent = text;
  if (wrong) byId("say").textContent = "";
}

/** Puts the line at the bottom of the window, or above what stands there; at a side where the middle has no room. */
function place() {
  const notice = byId("notice");
  if (notice.hidden) return;
  const lowest = innerHeight - notice.offsetHeight - 2 * GAP;
  for (const side of ["", "at-left", "at-right"]) {
    notice.classList.remove("at-left", "at-right");
    if (side) notice.classList.add(side);
    const top = freeOf(notice, lowest);
    notice.style.top = `${top ?? lowest}px`;
    if (top !== null) return;
  }
  notice.classList.remove("at-left", "at-right");
}

/** Returns the lowest place of the line where it covers no field, and if it can nothing to press; null for none. */
function freeOf(notice, lowest) {
  const { left, right, height } = notice.getBoundingClientRect();
  const inTheWay = (selector) => [...document.querySelectorAll(selector)]
    .filter((one) => !notice.contains(one))
    .map((one) => one.getBoundingClientRect())
    .filter((one) => one.width && one.left < right + GAP && one.right > left - GAP && one.bottom > 0 && one.top < innerHeight);
  const fields = inTheWay(KEEP_CLEAR[0]);
  return free(lowest, height, [...fields, ...inTheWay(KEEP_CLEAR[1])]) ?? free(lowest, height, fields);
}

/** Returns the lowest place between things of the page; null where there is none. */
function free(lowest, height, things) {
  const places = [lowest, ...things.map(({ top }) => top - height - GAP)].filter((top) => top <= lowest && top >= GAP);
  places.sort((one, other) => other - one);
  return places.find((top) => things.every((one) => one.top >= top + height || one.bottom <= top)) ?? null;
}

byId("notice-close").addEventListener("click", quiet);
for (const moved of ["scroll", "resize", "focusin"]) window.addEventListener(moved, place, { passive: true });
