/** The page of kept corrections. */
import { listCorrections, removeCorrection } from "./api.js";
import { byId, counted, el, icon } from "./dom.js";
import { complain, say, tell } from "./notice.js";

const A_TIME = 120;
let waiting = [];
let count = 0;

function entry({ id, label, read, created, picture }) {
  const when = new Date(created);
  const year = when.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const date = Number.isNaN(when.valueOf()) ? String(created)
    : when.toLocaleString([], { year, month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
  const item = el("li", {},
    el("div", { class: "picture" }, el("img", { src: picture, alt: `A handwritten ${label}`, loading: "lazy" })),
    el("div", { class: "words" },
      el("p", { class: "label" }, label),
      el("p", { class: "was" }, read ? `${read} was read` : "no digit was read"),
      el("time", { datetime: created }, date)),
    el("button", {
      type: "button", class: "bare remove", title: "Remove", "aria-label": `Remove this ${label}, ${date}`,
      onclick: () => remove(id, label, item),
    }, icon("close")));
  return item;
}

async function remove(id, label, item) {
  const button = item.querySelector("button");
  button.disabled = true; // a second click would find nothing
  try {
    await removeCorrection(id);
  } catch (error) {
    button.disabled = false;
    complain(error.message);
    return;
  }
  const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("button");
  item.remove();
  count -= 1;
  more(0);
  (next ?? byId("main")).focus();
  tell(`Removed a ${label}. Trainings will not see it.`);
}

function more(howMany) {
  byId("kept").append(...waiting.splice(0, howMany).map(entry));
  byId("more").hidden = waiting.length === 0;
  byId("nothing").hidden = count > 0;
  byId("export").hidden = count === 0;
}

async function start() {
  try {
    waiting = await listCorrections();
  } catch (error) {
    complain(error.message);
    return;
  }
  count = waiting.length;
  if (count) say(counted(count, "correction"));
  more(A_TIME);
}

byId("more").addEventListener("click", () => more(A_TIME));
await start();
document.documentElement.dataset.ready = ""; // for tests
