/** The page of kept corrections. */
import { listCorrections } from "./api.js";
import { byId, counted, el } from "./dom.js";
import { complain, say } from "./notice.js";

const A_TIME = 120;
let waiting = [];

function entry({ label, read, created, picture }) {
  const when = new Date(created);
  const year = when.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const date = Number.isNaN(when.valueOf()) ? String(created)
    : when.toLocaleString([], { year, month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
  return el("li", {},
    el("div", { class: "picture" }, el("img", { src: picture, alt: `A handwritten ${label}`, loading: "lazy" })),
    el("div", { class: "words" },
      el("p", { class: "label" }, label),
      el("p", { class: "was" }, read ? `${read} was read` : "no digit was read"),
      el("time", { datetime: created }, date)));
}

function more() {
  byId("kept").append(...waiting.splice(0, A_TIME).map(entry));
  byId("more").hidden = waiting.length === 0;
}

async function start() {
  try {
    waiting = await listCorrections();
  } catch (error) {
    complain(error.message);
    return;
  }
  const any = waiting.length > 0;
  byId("nothing").hidden = any;
  byId("export").hidden = !any;
  if (any) say(counted(waiting.length, "correction"));
  more();
}

byId("more").addEventListener("click", more);
await start();
document.documentElement.dataset.ready = ""; // for tests
