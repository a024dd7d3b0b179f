/** The view of one picture: bring it, see it with its boxes, and what was read in it. */
import { Answer } from "./answer.js";
import { model, readPicture, tooLarge, waiting } from "./api.js";
import { camera } from "./camera.js";
import { byId } from "./dom.js";
import { exampleList } from "./examples.js";
import { chooser, nameOf } from "./files.js";
import { latest } from "./latest.js";
import { quiet, tell } from "./notice.js";
import { showBoxes } from "./overlay.js";
import { preview } from "./preview.js";
import { Result } from "./result.js";
import { sheetTable } from "./sheet_table.js";

/** A picture with fewer pixels is enlarged to this width or height. */
const LEAST = 320;
/** Enlarged this much, pixels are shown as squares: blurred, nobody would see what the reader saw. */
const SQUARES = 4;
const HINTS = ["Nothing read yet.", "A page gives all its numbers, line by line. Choose one to see its digits."];

/**
 * Sets the view up.
 * @param {{told: () => object, onExample: (name: string) => void}} page what the reader is told, and who opens an
 *   example.
 * @returns {{open: (file: File) => void, again: () => void}} `open` reads a file; `again` the same one once more.
 */
export function pictureView({ told, onExample }) {
  const image = byId("shown");
  let file = null;
  let isNew = false; // a picture that was not in sight before
  let size = { width: 0, height: 0 }; // of the picture itself, in which boxes are told
  let last = { answer: null, chosen: 0 };
  let place = null; // of the cell of the table in sight

  const table = sheetTable({
    picture: () => ({ image, size }),
    onPlace: (box, number) => {
      place = box;
      if (number !== null) result.choose(number);
      boxes();
    },
    onEdit: () => result.edited(),
  });
  const result = new Result(byId("picture-result"), {
    hints: [...HINTS, exampleList(onExample)],
    onAgain: again,
    onShow: (answer, chosen) => {
      if (answer !== last.answer) place = null;
      last = { answer, chosen };
      table.show(answer);
      boxes();
    },
  });

  function boxes() {
    showBoxes(byId("picture-boxes"), last.answer, { size, chosen: last.chosen, cell: place, onPick: (number, digit) => result.pick(number, digit) });
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
    size = { width: 0, height: 0 };
    bring(URL.createObjectURL(shown));
    image.alt = `The picture ${nameOf(shown)}`;
    byId("picture-name").textContent = nameOf(shown);
    byId("picture-empty").hidden = true;
    byId("sheet").hidden = false;
    isNew = true;
    toTop();
  }

  /** Shows the picture from its top where somebody pressed an example far below it. */
  function toTop() {
    const stage = byId("sheet").parentElement;
    if (stage.getBoundingClientRect().top < 0) stage.scrollIntoView();
  }

  function bring(url) {
    URL.revokeObjectURL(image.src);
    image.parentElement.hidden = false;
    byId("no-preview").hidden = true;
    image.style.width = "";
    image.src = url;
  }

  image.addEventListener("load", () => {
    const { naturalWidth: width, naturalHeight: height } = image;
    if (!size.width) size = { width, height };
    if (isNew) toTop(); // it has its height now
    isNew = false;
    const times = Math.min(LEAST / width, LEAST / height);
    image.style.width = times > 1 ? `${Math.round(times * width)}px` : "";
    image.classList.toggle("squares", times >= SQUARES);
    boxes();
  });
  image.addEventListener("error", async () => { // a TIFF, for example: the server shows it
    const shown = file;
    image.parentElement.hidden = true;
    try {
      const made = size.width ? null : await preview(shown);
      if (file !== shown) return; // another one came meanwhile
      if (!made) throw new Error("a preview cannot be shown");
      size = { width: made.width, height: made.height };
      bring(made.url);
    } catch {
      if (file === shown) byId("no-preview").hidden = false; // the reading says what is wrong with it
    }
  });
  chooser(byId("choose"), byId("choose-input"), ([first]) => open(first));
  camera(open);

  function again() {
    if (!file) return;
    result.busy(true);
    reading.changed();
  }

  return { open, again };
}
