/** The view to draw in: the pad, its buttons and keys, and what was read in the drawing. */
import { Answer } from "./answer.js";
import { readPicture, waiting } from "./api.js";
import { byId } from "./dom.js";
import { Pad } from "./draw.js";
import { exampleList } from "./examples.js";
import { latest } from "./latest.js";
import { quiet, say, tell } from "./notice.js";
import { showBoxes } from "./overlay.js";
import { Result } from "./result.js";

/** A pause of the pen after which the drawing is read; a number's next stroke mostly comes sooner. */
const REST_MS = 350;
const KEPT = "inkdigits-drawing"; // for as long as the tab is open, so that no way back loses it
const HINTS = ["What you write is read as you write it.", "You see how sure the reading is, what else it might be, and what the model saw."];

/**
 * Sets the view up.
 * @param {{told: () => object, isShown: () => boolean, onExample: (name: string) => void}} page what the reader is
 *   told, whether this view is shown, and who opens an example.
 * @returns {{again: () => void}} `again` reads the drawing once more.
 */
export function drawing({ told, isShown, onExample }) {
  const layer = byId("pad-boxes");
  let size = { width: 0, height: 0 };

  const result = new Result(byId("draw-result"), {
    hints: [...HINTS, exampleList(onExample)],
    onShow: (answer, chosen) => showBoxes(layer, answer, { size, chosen, onPick: () => {} }),
    onAgain: again,
  });

  async function ask(signal) {
    const drawn = await pad.picture();
    const { reading, ms } = await readPicture(drawn.picture, {
      told: told(), signal, onWait: (seconds) => tell(waiting(seconds)),
    });
    const name = "drawing.png";
    return { size: drawn, answer: new Answer(reading, { picture: drawn.picture, name, ms }) };
  }

  const reading = latest(ask, {
    restMs: REST_MS,
    onAnswer: (got) => {
      size = got.size;
      result.busy(false);
      quiet();
      result.show(got.answer);
    },
    onError: (error) => {
      result.busy(false);
      result.fail(error.message);
    },
  });

  function changed() {
    byId("undo").disabled = byId("clear").disabled = pad.isEmpty;
    byId("pad").parentElement.classList.toggle("used", !pad.isEmpty);
    remember(pad.strokes);
    if (pad.isEmpty) {
      reading.stop();
      result.busy(false);
      result.clear();
      return;
    }
    result.busy(true);
    reading.changed();
  }

  const pad = new Pad(byId("pad"), {
    onBegin: () => {
      layer.replaceChildren();
      byId("pad").parentElement.classList.add("used");
      reading.hold();
    },
    onChange: changed,
  });

  function clear() {
    pad.clear();
    say("Cleared");
    byId("pad").focus();
  }

  byId("undo").addEventListener("click", () => pad.undo());
  byId("clear").addEventListener("click", clear);
  document.addEventListener("keydown", (event) => {
    if (!isShown() || event.target.matches("input, textarea")) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      pad.undo();
    } else if (event.target === byId("pad") && (event.key === "Delete" || event.key === "Backspace")) {
      clear();
    }
  });

  function again() {
    if (pad.isEmpty || pad.isUnseen) return;
    result.busy(true);
    reading.changed(0);
  }

  pad.restore(remembered());
  return { again };
}

function remember(strokes) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(strokes));
  } catch {
    // a browser that keeps nothing
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
  } catch {
    return [];
  }
}
