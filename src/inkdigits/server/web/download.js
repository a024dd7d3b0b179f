/** Answers as files for the person who asked; they are made here and go through no server. */
import { toCsv } from "./csv.js";

/** The columns of `inkdigits read --format csv`, and whether a person changed the text. */
const COLUMNS = ["source", "status", "text", "value", "confidence", "error", "corrected"];

/** Saves answers as CSV. */
export function saveCsv(answers, name) {
  const rows = answers.map((answer) => {
    const { source, status, text, numbers, confidence, error, corrected } = answer.toJSON();
    const known = status === "ok" || status === "unsure";
    const value = numbers.length === 1 && numbers[0].text === text ? numbers[0].value : "";
    return [source, status, text, value, known ? confidence.toFixed(4) : "", error, corrected ? "yes" : ""];
  });
  save(file(toCsv([COLUMNS, ...rows]), "text/csv"), `${stem(name)}.csv`);
}

/** Saves answers as JSON: one object for one answer, a list for more. */
export function saveJson(answers, name, { list = false } = {}) {
  const value = answers.length === 1 && !list ? answers[0] : answers;
  save(file(`${JSON.stringify(value, null, 2)}\n`, "application/json"), `${stem(name)}.json`);
}

/** Saves a file. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const file = (text, type) => new Blob([text], { type: `${type};charset=utf-8` });

/** Returns a file's name without its folders and its ending. */
export const stem = (name) => name.replace(/^.*[/\\]/, "").replace(/\.[a-z0-9]{1,5}$/i, "") || "reading";
