/** Puts the page together. */
import { loadModel, model } from "./api.js";
import { byId } from "./dom.js";
import { drawing } from "./drawing.js";
import { intake } from "./files.js";
import { Many } from "./many.js";
import { complain } from "./notice.js";
import { pictureView } from "./picture.js";
import { tabs } from "./tabs.js";

/** Returns what the reader is told: what to expect, and what may stand there where that is given. */
function told() {
  const fields = [document.querySelector("input[name=expect]:checked"), byId("allowed"), byId("pattern")];
  return Object.fromEntries(fields.filter((field) => field.value).map((field) => [field.name, field.value]));
}

const views = tabs(document.querySelector("[role=tablist]"), () => {});
const draw = drawing({ told, isShown: () => views.current() === "draw" });
const picture = pictureView({ told });
const many = new Many({ told, onOpen: openPicture });

function openPicture(file) {
  views.show("picture");
  picture.open(file);
}

intake((files, fromFolder) => {
  if (files.length > 1 || fromFolder || views.current() === "files") {
    views.show("files");
    many.add(files, fromFolder);
  } else {
    openPicture(files[0]);
  }
});

for (const field of document.querySelectorAll("input[name=expect], #allowed, #pattern")) {
  field.addEventListener("change", () => {
    draw.again();
    picture.again();
  });
}

try {
  await loadModel();
  byId("corrections-link").hidden = !model.corrections;
} catch (error) {
  complain(error.message);
}
document.documentElement.dataset.ready = ""; // for tests
