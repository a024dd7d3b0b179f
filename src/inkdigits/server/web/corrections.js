/** A correction: said, and kept on the server where it keeps any. */
import { model, postCorrection } from "./api.js";
import { complain, tell } from "./notice.js";

/**
 * Keeps the right answer for one digit. The text in the page has it already.
 * @param {import("./answer.js").Answer} answer the reading it belongs to.
 * @param {number} number index of the number.
 * @param {number} digit index of the digit.
 * @param {string} label the right character.
 */
export async function keep(answer, number, digit, label) {
  const { value, box } = answer.numbers[number].digits[digit];
  if (label === value) {
    tell(`Back to ${value}.`);
    return;
  }
  const changed = `${value} was read, ${label} is right.`;
  if (!model.corrections) {
    tell(`${changed} Changed in this page and its downloads.`);
  } else if (!/^[0-9]$/.test(label)) {
    tell(`${changed} Signs and points are changed in this page only.`);
  } else {
    try {
      await postCorrection({ picture: answer.picture, name: answer.name, label, read: value, box });
      tell(`${changed} Kept for training.`);
    } catch (error) {
      complain(`The text is changed here, but the correction was not kept. ${error.message}`);
    }
  }
}
