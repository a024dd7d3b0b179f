/** Puts the page together. */
import { loadModel, model } from "./api.js";
import { byId } from "./dom.js";
import { drawing } from "./drawing.js";
import { fetchExample, fetchExamples } from "./examples.js";
import { intake } from "./files.js";
import { loadIcons } from "./icons.js";
import { showKept } from "./kept.js";
import { Many } from "./many.js";
import { complain } from "./notice.js";
import { pictureView } from "./picture.js";
import { places } from "./places.js";
import { showReview } from "./review.js";
import { tabs } from "./tabs.js";

/** Returns what the reader is told: what to expect, and what may stand there where that is given. */
function told() {
  const fields = [document.querySelector("input[name=expect]:checked"), byId("allowed"), byId("pattern")];
  return Object.fromEntries(fields.filter((field) => field.value).map((field) => [field.name, field.value]));
}

const icons = loadIcons();
const views = tabs(document.querySelector("[role=tablist]"), () => {});
const place = places({ addressOfReader: () => `/#${views.current()}`, onCorrections: showKept, onReview: showReview });
const isShown = () => views.current() === "draw" && !byId("reader").hidden;
const draw = drawing({ told, isShown, onExample: openExample });
const picture = pictureView({ told, onExample: openExample });
const many = new Many({ told, onOpen: openPicture });

function openPicture(file) {
  place.read();
  views.show("picture");
  picture.open(file);
}

async function openExample(name) {
  try {
    openPicture(await fetchExample(name));
  } catch (error) {
    complain(error.message);
  }
}

intake((files, fromFolder) => {
  if (files.length > 1 || fromFolder || views.current() === "files") {
    place.read();
    views.show("files");
    many.add(files, fromFolder);
  } else {
    openPicture(files[0]);
  }
});

byId("try-files").addEventListener("click", async () => {
  try {
    many.add(await fetchExamples());
  } catch (error) {
    complain(error.message);
  }
});

for (const field of document.querySelectorAll("input[name=expect], #allowed, #pattern")) {
  field.addEventListener("change", () => {
    draw.again();
    picture.again();
  });
}

window.addEventListener("beforeunload", (event) => {
  if (many.isAtWork) event.preventDefault(); // the browser asks whether to leave
});

try {
  await Promise.all([loadModel(), icons]);
  byId("places").hidden = !model.corrections && !model.review;
  byId("to-corrections").hidden = !model.corrections;
  byId("to-review").hidden = !model.review;
} catch (error) {
  complain(error.message);
}
document.documentElement.dataset.ready = ""; // for tests
