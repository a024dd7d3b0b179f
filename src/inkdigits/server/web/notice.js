/** What the page says: one line at the bottom for eyes, live regions for screen readers. */
import { byId } from "./dom.js";

const SHOWN_MS = 6000;
let timer = 0;

/** Tells screen readers something that eyes see elsewhere. */
export function say(text) {
  byId("say").textContent = text;
}

/** Tells screen readers at once what went wrong, where eyes see it in its place. */
export function warn(text) {
  byId("alert").textContent = text;
}

/** Shows a line for a while. */
export function tell(text) {
  show(text, false);
  timer = setTimeout(quiet, SHOWN_MS);
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

function show(text, wrong) {
  clearTimeout(timer);
  byId("notice").classList.toggle("wrong", wrong);
  byId("notice-text").textContent = text;
  byId("notice").hidden = false;
  byId(wrong ? "alert" : "say").textContent = text;
  if (wrong) byId("say").textContent = "";
}

byId("notice-close").addEventListener("click", quiet);
