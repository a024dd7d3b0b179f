/** The place of a review: unsure cells one after the other, by keyboard alone. */
import { cellPicture, nextCells, releaseCells, reviewProgress } from "./api.js";
import { Ask } from "./ask.js";
import { byId, counted, fill, percent } from "./dom.js";
import { keep, kept, newId } from "./memory.js";
import { complain, quiet, say, tell } from "./notice.js";
import { Outbox, patiently } from "./outbox.js";

const AT_A_TIME = 8;
const MOST = 32; // that the server gives at a time
const FEW = 4;
const BACK = 50; // answers that can be undone
const WHO = "inkdigits-who";
const TAB = "inkdigits-tab";
const DONE = "inkdigits-review-done";

let cells = []; // the first is in sight
let answered = []; // [{id, cell}], the last is undone first
let said = new Set(); // what is answered here: a list of cells may have been made before the server knew it
let pictures = new Map(); // cell's place → promise of its picture
let again = false;
let fetching = null;
let complained = false;
let outbox = null;
let ask = null;
let begun = null;
const tab = kept("sessionStorage", TAB) ?? keep("sessionStorage", TAB, newId());

/** Shows the review; called whenever it comes into sight. */
export async function showReview() {
  try {
    begun ??= begin();
    await begun;
    progress(await reviewProgress());
    if (kept("localStorage", WHO)) await open();
    else name();
  } catch (error) {
    if (!ask) begun = null; // the next time it comes into sight
    complain(error.message);
  }
}

async function begin() {
  await fill(byId("review"), "/web/review.html");
  ask = new Ask((text) => answer("text", text));
  answered = JSON.parse(kept("sessionStorage", DONE) ?? "[]");
  outbox = new Outbox(tab, {
    onSent: (_, told) => told?.review && progress(told.review),
    onRefused: refused,
    onWait: waits,
  });
  byId("review-name").addEventListener("submit", (event) => {
    event.preventDefault();
    keep("localStorage", WHO, byId("who").value.trim());
    open();
  });
  byId("ask-other").addEventListener("click", () => answer("other", ""));
  byId("ask-skip").addEventListener("click", () => answer("skip", ""));
  byId("ask-undo").addEventListener("click", undo);
  byId("ask-take").addEventListener("click", () => ask.take());
  byId("review-again").addEventListener("click", lookAgain);
  byId("review-who").addEventListener("click", name);
  document.addEventListener("keydown", onKey);
  window.addEventListener("pagehide", () => releaseCells(tab));
}

/** Looks for more: at what was skipped, or at what others have given back. */
function lookAgain() {
  again ||= told.skipped > 0;
  said = new Set(outbox.cells);
  open();
}

/** Says that answers wait for the server, and that they do no longer. */
function waits(count, error) {
  const waiting = count ? ` ${counted(count, "answer")} of yours wait${count === 1 ? "s" : ""} in this browser.` : "";
  if (error) complain(error.message + waiting);
  else if (complained) quiet();
  complained = Boolean(error);
}

function name() {
  byId("who").value = kept("localStorage", WHO) ?? "";
  show("review-name");
  byId("who").focus();
}

async function open() {
  byId("review-who").textContent = kept("localStorage", WHO);
  await fetchMore();
  next();
}

/** Brings cells until there are enough; those that were answered meanwhile are left out. */
async function fetchMore() {
  fetching ??= (async () => {
    try {
      const count = Math.min(AT_A_TIME + outbox.size, MOST);
      const told = await patiently(() => nextCells({ tab, count, again }), gone);
      for (const cell of outbox.cells) said.add(cell); // of this window before it was loaded anew
      const known = new Set(cells.map(({ cell }) => cell));
      cells.push(...told.cells.filter(({ cell }) => !said.has(cell) && !known.has(cell)));
      for (const { cell } of cells) if (!pictures.has(cell)) pictures.set(cell, picture(cell));
      progress(told.review);
      if (!outbox.size) waits(0, null);
    } catch (error) {
      complain(error.message);
    } finally {
      fetching = null;
    }
  })();
  return fetching;
}

const gone = (error) => waits(outbox.size, error);

async function picture(cell) {
  try {
    return await patiently(() => cellPicture(cell), gone);
  } catch (error) {
    return { error };
  }
}

/** Shows the first of the cells. */
async function next() {
  const [cell] = cells;
  if (!cell) {
    show(null);
    await fetchMore();
    if (cells.length) next();
    else over();
    return;
  }
  if (cells.length < FEW) fetchMore();
  show("ask");
  ask.show(cell);
  byId("ask-undo").disabled = !answered.length;
  if (matchMedia("(hover: hover) and (pointer: fine)").matches) byId("ask-text").focus({ preventScroll: true });
  say(`${byId("ask-question").textContent} Read ${cell.text}, ${percent(cell.confidence)}`);
  const shown = await (pictures.get(cell.cell) ?? picture(cell.cell));
  ask.picture(cell, shown.error ? null : shown);
  if (shown.error) byId("ask-why").textContent = shown.error.message;
}

function answer(verdict, text) {
  const [cell] = cells;
  if (!cell || byId("ask").hidden) return;
  cells.shift();
  const id = newId();
  answered.push({ id, cell });
  said.add(cell.cell);
  if (answered.length > BACK) forget(answered.shift().cell);
  keep("sessionStorage", DONE, JSON.stringify(answered));
  outbox.push("answers", { id, cell: cell.cell, verdict, text, who: kept("localStorage", WHO), tab });
  next();
}

/** Lets go of the picture of a cell that does not come back. */
async function forget({ cell }) {
  const shown = await pictures.get(cell);
  pictures.delete(cell);
  if (shown?.url) URL.revokeObjectURL(shown.url);
}

function undo() {
  const last = answered.pop();
  if (!last) return;
  keep("sessionStorage", DONE, JSON.stringify(answered));
  outbox.push("undo", { id: newId(), undoes: last.id, who: kept("localStorage", WHO), tab });
  cells.unshift(last.cell);
  said.delete(last.cell.cell);
  next();
}

/** Says why an answer was not taken, and goes on with what holds. */
function refused({ path, body }, error) {
  tell(error.message);
  answered = answered.filter(({ id }) => id !== (path === "undo" ? body.undoes : body.id));
  if (path === "undo") {
    cells = [];
    next();
  }
}

function over() {
  show("review-over");
  const { left, skipped } = told;
  byId("review-again").hidden = !left;
  byId("review-again").textContent = skipped ? `Look at ${counted(skipped, "skipped cell")}` : "Look again";
  byId("review-over-title").textContent = left ? "Nothing left for you" : "All looked at";
  byId("review-over-text").textContent = !left ? "The tables have what you said."
    : skipped === left ? "What is left was skipped." : "Others have what is left.";
  say(byId("review-over-title").textContent);
}

let told = { left: 0, skipped: 0 };
function progress(review) {
  told = review;
  const rounded = (count) => count.toFixed(count < 10 ? 1 : 0);
  const { asked, done, skipped, left, share_left: share, expected_errors: errors, expected_unlooked: unlooked } = review;
  byId("review-bar").max = Math.max(1, asked);
  byId("review-bar").value = done;
  byId("review-left").textContent = left ? `${done} of ${counted(asked, "cell")} looked at, ${percent(share)} left${skipped ? `, ${skipped} skipped` : ""}`
    : `All ${counted(asked, "cell")} looked at`;
  byId("review-errors").textContent = `An error is still expected in ${rounded(errors)} cells, ${rounded(unlooked)} of them among the ${review.cells - asked} that are sure.`;
  byId("review-file").textContent = review.name;
  if (!byId("review-over").hidden) over();
}

function show(id) {
  for (const one of ["review-name", "ask", "review-over"]) byId(one).hidden = one !== id;
}

function onKey(event) {
  const elsewhere = event.target.closest?.("input, textarea, select") && event.target.id !== "ask-text";
  const asking = !byId("ask").hidden;
  if (byId("review").hidden || elsewhere || !byId("review-name").hidden) return;
  const typed = ask.field.value !== "";
  const back = (event.key === "ArrowLeft" && !typed) || event.key.toLowerCase() === "u";
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") return act(event, undo);
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (back) return act(event, undo);
  if (!asking) return;
  const pressed = event.target.closest?.("button, a");
  if (event.key === "Enter" && !pressed) act(event, () => ask.take());
  else if (event.key === "ArrowDown") act(event, () => ask.move(1));
  else if (event.key === "ArrowUp") act(event, () => ask.move(-1));
  else if (event.key === "ArrowRight" && !typed) act(event, () => answer("skip", ""));
  else if (event.key === "Escape") act(event, () => { ask.field.value = ""; ask.move(0); });
  else if (/^[a-wyz]$/i.test(event.key)) act(event, () => onLetter(event.key.toLowerCase()));
  else if (/^[0-9.,+\-/:%x]$/.test(event.key) && event.target !== ask.field) ask.field.focus(); // which then takes it
}

function onLetter(letter) {
  if (letter === "n") answer("other", "");
  else if (letter === "s") answer("skip", "");
  else ask.takeLetter(letter);
}

function act(event, run) {
  event.preventDefault();
  if (!event.repeat) run(); // a key held down answers once
}
