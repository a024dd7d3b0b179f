/** The place of kept corrections. */
import { keptPicture, listCorrections, postCorrection, removeCorrection } from "./api.js";
import { byId, counted, el, icon } from "./dom.js";
import { complain, say, tell } from "./notice.js";

const A_TIME = 120;
let waiting = [];
let count = 0;

/** Fetches the corrections and shows them. */
export async function showKept() {
  try {
    waiting = await listCorrections();
  } catch (error) {
    complain(error.message);
    return;
  }
  count = waiting.length;
  byId("kept").replaceChildren();
  if (count) say(counted(count, "correction"));
  more(A_TIME);
}

function entry(correction) {
  const { label, read, created, picture } = correction;
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
      onclick: () => remove(correction, item),
    }, icon("close")));
  return item;
}

async function remove(correction, item) {
  const { id, label } = correction;
  const button = item.querySelector("button");
  button.disabled = true; // a second click would find nothing
  let picture;
  try {
    picture = await keptPicture(id);
    await removeCorrection(id);
  } catch (error) {
    button.disabled = false;
    complain(error.message);
    return;
  }
  const after = item.nextElementSibling;
  const next = (after ?? item.previousElementSibling)?.querySelector("button");
  item.remove();
  count -= 1;
  more(0);
  (next ?? byId("main")).focus();
  tell(`Removed a ${label}. Trainings will not see it.`, { label: "Undo", run: () => restore(correction, picture, after) });
}

/** Has the server keep a removed correction again, and shows it where it was. */
async function restore({ label, read, created }, picture, after) {
  try {
    const again = await postCorrection({ picture, name: "kept.png", label, read });
    const item = entry({ ...again, created, picture: `/v1/corrections/${again.id}/picture` });
    byId("kept").insertBefore(item, after?.isConnected ? after : null);
    count += 1;
    more(0);
    item.querySelector("button").focus();
    tell(`The ${label} is kept again.`);
  } catch (error) {
    complain(error.message);
  }
}

function more(howMany) {
  byId("kept").append(...waiting.splice(0, howMany).map(entry));
  byId("more-kept").hidden = waiting.length === 0;
  byId("nothing").hidden = count > 0;
  byId("export").hidden = count === 0;
}

byId("more-kept").addEventListener("click", () => more(A_TIME));
