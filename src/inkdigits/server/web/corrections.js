/** Corrections: said, and kept on the server where it keeps any; one digit has one label, the last. */
import { model, postCorrection, removeCorrection } from "./api.js";
import { complain, tell } from "./notice.js";

/** What is on its way: answer → digit's key → the promise of its last change. One digit's changes follow each other. */
const underway = new WeakMap();

/**
 * Keeps the right answer for one digit, or takes it back. The text in the page has it already.
 * @param {import("./answer.js").Answer} answer the reading it belongs to.
 * @param {number} number index of the number.
 * @param {number} digit index of the digit.
 * @param {string} label the right character; the one that was read takes the correction back.
 */
export function keep(answer, number, digit, label) {
  const key = `${number},${digit}`;
  if (!underway.has(answer)) underway.set(answer, new Map());
  const changes = underway.get(answer);
  const change = (changes.get(key) ?? Promise.resolve()).then(() => settle(answer, key, number, digit, label));
  changes.set(key, change);
  return change;
}

/** Keeps several: `[{number, digit, label}]`. */
export function keepAll(answer, changes) {
  for (const { number, digit, label } of changes) keep(answer, number, digit, label);
}

async function settle(answer, key, number, digit, label) {
  const { value, box } = answer.numbers[number].digits[digit];
  const back = label === value;
  const changed = back ? `Back to ${value}.` : `${value} was read, ${label} is right.`;
  try {
    if (!back && model.corrections && /^[0-9]$/.test(label)) {
      const { id } = await postCorrection({ picture: answer.picture, name: answer.name, label, read: value, box });
      answer.kept.set(key, id); // the server lets go of what it had of this digit
      tell(`${changed} Kept for training.`);
      return;
    }
    const wasKept = await letGo(answer, key);
    if (back) tell(wasKept ? `${changed} The correction is taken back.` : changed);
    else tell(`${changed} ${model.corrections ? "Signs and points are changed in this page only." : "Changed in this page and its downloads."}`);
  } catch (error) {
    complain(`The text is changed here, but not the correction that is kept. ${error.message}`);
  }
}

/** Has the server forget what it kept of a digit; returns whether there was something. */
async function letGo(answer, key) {
  const id = answer.kept.get(key);
  if (id === undefined) return false;
  try {
    await removeCorrection(id);
  } catch (error) {
    if (error.status !== 404) throw error; // removed on the page of corrections
  }
  answer.kept.delete(key);
  return true;
}
