/** The page on which the fields of a form are drawn. */
import { saveTemplate, templateToDraw } from "./api.js";
import { byId, counted, el } from "./dom.js";
import { described, showForm } from "./field_form.js";
import { FieldLayer } from "./field_layer.js";
import { FormFields } from "./form_fields.js";
import { loadIcons } from "./icons.js";
import { complain, quiet, say, tell } from "./notice.js";

/** How wide the page is shown, in widths of its place. */
const ZOOMS = [1, 1.5, 2, 3];
/** The place of a field that is added without drawing it. */
const NEW = { width: 0.2, height: 0.03 };

const icons = loadIcons();
let form = { pages: [], path: "" };
let fields = new FormFields([]);
let chosen = null;
let page = 0;
let zoom = 0;
let title = "";

const layer = new FieldLayer(byId("layer"), {
  onDraw: (area) => add({ kind: "free", cells: [area], page }, true),
  onTake: (offer) => add(offer),
  onChoose: (id) => choose(id),
  onCells: (id, cells, step) => changed(() => fields.update(id, { cells }, step)),
  onDelete: remove,
  onName: () => byId("field-name")?.focus(),
});

function add(field, named = false) {
  changed(() => { chosen = fields.add(field); });
  openForm();
  if (named) byId("field-name").select();
  else layer.focus(chosen);
  say(`${fields.get(chosen).name} is there`);
}

function remove(id) {
  const { name } = fields.get(id);
  changed(() => fields.remove(id));
  choose(null);
  byId("blank").focus({ preventScroll: true });
  tell(`${name} is deleted.`, { label: "Undo", run: undo });
}

function undo() {
  changed(() => fields.undo());
  openForm();
}

function redo() {
  changed(() => fields.redo());
  openForm();
}

/** Makes a change and shows what there is now. */
function changed(make) {
  make();
  if (!fields.get(chosen)) chosen = null;
  refresh();
}

function choose(id) {
  if (id === chosen) return;
  chosen = id;
  openForm();
  refresh();
}

/** Shows the form of the field that is chosen. */
function openForm() {
  const field = fields.get(chosen);
  byId("field-title").textContent = field ? "This field" : "No field chosen";
  if (!field) {
    byId("field-form").replaceChildren(el("p", { class: "muted" }, "Choose one on the form or in the list."));
    return;
  }
  const { id } = field;
  showForm(byId("field-form"), () => fields.get(id), {
    onChange: (change, step) => {
      changed(() => fields.update(id, change, step));
      if ("name" in change || step === "texts" || step.startsWith("argument")) return; // the cursor stays where it is
      const { activeElement } = document;
      openForm();
      byId(activeElement.id)?.focus();
      refresh();
    },
    onDelete: () => remove(id),
    boxesIn: (area) => fields.boxesIn(area, page),
  });
  refresh();
}

function refresh() {
  const faults = new Map(fields.all.map((field) => [field.id, fields.fault(field)]));
  layer.show({ fields: fields.all.filter((one) => one.page === page), offers: fields.offers(page), chosen, faults });
  byId("undo").disabled = !fields.canUndo;
  byId("redo").disabled = !fields.canRedo;
  byId("take-all").hidden = !fields.offers(page).length;
  if (byId("field-fault")) byId("field-fault").textContent = faults.get(chosen) ?? "";
  byId("list-title").textContent = counted(fields.all.length, "field");
  byId("field-list").replaceChildren(...fields.all.map((field) => el("li", {},
    el("button", { type: "button", "aria-pressed": String(field.id === chosen), class: faults.get(field.id) ? "wrong" : null, onclick: () => go(field) },
      el("span", { class: "name" }, field.name || "no name"), el("span", { class: "kind" }, described(field))))));
}

/** Chooses a field of the list and brings it into sight. */
function go(field) {
  if (field.page !== page) turn(field.page);
  choose(field.id);
  layer.focus(field.id);
  document.querySelector(".field.chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function turn(to) {
  page = to;
  byId("blank-picture").src = form.pages[page].picture;
  byId("blank-picture").alt = form.pages.length > 1 ? `Page ${page + 1} of the empty form` : "The empty form";
  const radio = byId("pages").querySelector(`[value="${page}"]`);
  if (radio) radio.checked = true;
  if (fields.get(chosen)?.page !== page) chosen = null;
  openForm();
  refresh();
}

function enlarge(step) {
  zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + step));
  byId("blank-page").style.width = `${100 * ZOOMS[zoom]}%`;
  byId("out").disabled = zoom === 0;
  byId("in").disabled = zoom === ZOOMS.length - 1;
}

/** Adds a field where the form is in sight. */
function addHere() {
  const [frame, sight] = [byId("layer").getBoundingClientRect(), byId("blank").getBoundingClientRect()];
  const middle = (Math.max(sight.top, 0) + Math.min(sight.bottom, innerHeight)) / 2;
  const y = Math.min(1 - NEW.height, Math.max(0, (middle - frame.top) / frame.height));
  add({ kind: "free", cells: [[0.5 - NEW.width / 2, y, NEW.width, NEW.height]], page });
}

async function save() {
  const faulty = fields.all.find((field) => fields.fault(field));
  if (faulty) {
    go(faulty);
    complain(`${faulty.name || "A field"} cannot be saved: ${fields.fault(faulty).toLowerCase()}.`);
    return;
  }
  const { all } = fields;
  const wanted = byId("title").value;
  byId("save").disabled = true;
  try {
    const { path } = await saveTemplate({ title: wanted, fields: all.map(({ id: _, ...field }) => field) });
    fields.saved(all);
    title = wanted;
    quiet();
    tell(`${counted(all.length, "field")} saved in ${path}. Now: inkdigits read FORMS --template ${path}`);
  } catch (error) {
    complain(error.message);
  } finally {
    byId("save").disabled = false;
  }
}

document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const typing = event.target.matches("input");
  if (key === "s") save();
  else if (!typing && key === "z" && !event.shiftKey) undo();
  else if (!typing && (key === "y" || (key === "z" && event.shiftKey))) redo();
  else return;
  event.preventDefault();
});
byId("undo").addEventListener("click", undo);
byId("redo").addEventListener("click", redo);
byId("in").addEventListener("click", () => enlarge(1));
byId("out").addEventListener("click", () => enlarge(-1));
byId("add").addEventListener("click", addHere);
byId("take-all").addEventListener("click", () => {
  changed(() => fields.add(...fields.offers(page)));
  say(`${counted(fields.all.length, "field")} there`);
});
byId("save").addEventListener("click", save);
window.addEventListener("beforeunload", (event) => {
  if (!fields.isSaved && (fields.all.length || fields.canUndo)) event.preventDefault();
  else if (byId("title").value !== title) event.preventDefault();
});

try {
  [form] = await Promise.all([templateToDraw(), icons]);
  fields = new FormFields(form.offered);
  fields.saved(fields.all);
  title = form.title;
  byId("title").value = title;
  byId("pages").hidden = form.pages.length < 2;
  byId("pages").replaceChildren(...form.pages.map((_, place) => el("label", {},
    el("input", { type: "radio", name: "page", value: place, onchange: () => turn(place) }), el("span", {}, `Page ${place + 1}`))));
  turn(0);
  await byId("blank-picture").decode();
} catch (error) {
  complain(error.message);
}
document.documentElement.dataset.ready = ""; // for tests
