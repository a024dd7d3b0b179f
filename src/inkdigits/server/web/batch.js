/** Reads any number of files: some at a time, one request in flight, a bad file alone. */
import { Answer } from "./answer.js";
import { ApiError, model, readBatch, tooLarge } from "./api.js";

/** Files a request, at most; few enough that the progress moves. */
const CHUNK = 8;
/** What a request's frame needs beside the files, as a share of the limit. */
const FRAME = 0.02;
const ANSWERS_ALONE = new Set([400, 408, 413, 415, 422]); // the fault of a file; the others can still be read

/**
 * A row; `answer` is there when, and only when, its state is "done".
 * @typedef {{file: File, name: string, state: "waiting"|"reading"|"done"|"error", answer: Answer|null, error: string|null}} Row
 */

/**
 * Reads the waiting rows.
 * @param {Row[]} rows changed in place.
 * @param {{told: object, signal: AbortSignal, onRows: (rows: Row[]) => void, onWait: (seconds: number) => void}} options
 *   `onRows` is called with the rows that changed.
 */
export async function readRows(rows, { told, signal, onRows, onWait }) {
  const refuse = (row, error) => Object.assign(row, { answer: null, state: "error", error });
  const settle = (row, reading) => {
    if (!reading || reading.status === "error") return refuse(row, reading?.error ?? "The server gave no answer. Read it again.");
    const answer = new Answer(reading, { picture: row.file, name: row.name });
    return Object.assign(row, { answer, state: "done", error: null });
  };

  async function readSome(some) {
    for (const row of some) row.state = "reading";
    onRows(some);
    try {
      const readings = await readBatch(some.map((row) => row.file), { told, signal, onWait });
      some.forEach((row, index) => settle(row, readings[index]));
    } catch (error) {
      if (some.length > 1 && error instanceof ApiError && ANSWERS_ALONE.has(error.status)) {
        for (const row of some) await readSome([row]);
        return;
      }
      if (error.name === "AbortError") {
        for (const row of some) row.state = "waiting";
        onRows(some);
        throw error;
      }
      const gone = !(error instanceof ApiError);
      for (const row of some) refuse(row, gone ? "The file cannot be read any more. Choose it again." : error.message);
    }
    onRows(some);
  }

  try {
    for (const some of chunks(rows.filter((row) => row.state === "waiting"))) {
      if (signal.aborted) return;
      if (some.length === 1 && some[0].file.size > (model.limits.max_bytes ?? Infinity)) {
        refuse(some[0], tooLarge());
        onRows(some);
      } else {
        await readSome(some);
      }
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

/** Yields rows in requests that the server takes: by number and by size. A file above the limit stands alone. */
export function* chunks(rows) {
  const most = Math.min(CHUNK, model.limits.max_files ?? CHUNK);
  const bytes = (model.limits.max_bytes ?? Infinity) * (1 - FRAME);
  let some = [];
  let size = 0;
  for (const row of rows) {
    if (some.length && (some.length === most || size + row.file.size > bytes)) {
      yield some;
      some = [];
      size = 0;
    }
    some.push(row);
    size += row.file.size;
  }
  if (some.length) yield some;
}
