/** The view of one picture: bring it, see it with its boxes, and what was read in it. */
import { Answer } from "./answer.js";
import { model, readPicture, tooLarge, waiting } from "./api.js";
import { camera } from "./camera.js";
import { byId } from "./dom.js";
import { chooser, nameOf } from "./files.js";
import { latest } from "./latest.js";
import { quiet, tell } from "./notice.js";
import { showBoxes } from "./overlay.js";
import { Result } from "./result.js";

const HINTS = ["Nothing read yet.", "A page gives all its numbers, line by line. Choose one to see its digits."];

/**
 * Sets the view up.
 * @param {{told: () => object}} page what the reader is told.
 * @returns {{open: (file: File) => void, again: () => void}} `open` reads a file; `again` the same one once more.
 */
export function pictureView({ told }) {
  const image = byId("shown");
  let file = null;
  let last = { answer: null, chosen: 0 };

  const result = new Result(byId("picture-result"), {
    hints: HINTS,
    onShow: (answer, chosen) => {
      last = { answer, chosen };
      boxes();
    },
  });

  function boxes() {
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    showBoxes(byId("picture-boxes"), last.answer, { size, chosen: last.chosen, onPick: (number, digit) => result.pick(number, digit) });
  }

  async function ask(signal) {
    const asked = file;
    const { reading, ms } = await readPicture(asked, {
      told: told(), name: asked.name, signal, onWait: (seconds) => tell(waiting(seconds)),
    });
    return new Answer(reading, { picture: asked, name: nameOf(asked), ms });
  }

  function failed(message) {
    result.busy(false);
    result.fail(message);
  }

  const reading = latest(ask, {
    restMs: 0,
    onAnswer: (answer) => {
      result.busy(false);
      quiet();
      result.show(answer);
    },
    onError: (error) => failed(error.message),
  });

  function open(chosen) {
    file = chosen;
    reading.stop();
    result.clear();
    show(file);
    if (model.limits.max_bytes && file.size > model.limits.max_bytes) {
      failed(tooLarge());
      return;
    }
    result.busy(true);
    reading.changed();
  }

  function show(shown) {
    URL.revokeObjectURL(image.src);
    image.parentElement.hidden = false;
    byId("no-preview").hidden = true;
    image.src = URL.createObjectURL(shown);
    image.alt = `The picture ${nameOf(shown)}`;
    byId("picture-name").textContent = nameOf(shown);
    byId("picture-empty").hidden = true;
    byId("sheet").hidden = false;
  }

  image.addEventListener("load", boxes);
  image.addEventListener("error", () => {
    image.parentElement.hidden = true; // a TIFF, for example
    byId("no-preview").hidden = false;
  });
  chooser(byId("choose"), byId("choose-input"), ([first]) => open(first));
  camera(open);

  return {
    open,
    again() {
      if (!file) return;
      result.busy(true);
      reading.changed();
    },
  };
}
