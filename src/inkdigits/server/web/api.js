/** The server's HTTP API: one function a route, polite retries, and errors as one clear line. */

const TRIES = 5;
const LONGEST_WAIT_S = 30;
const BUSY = 503;

/** An answer that is no success, or none at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {string} message one line for people.
   * @param {number} status the HTTP status; 0 when the server was not reached.
   */
  constructor(message, status) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** The server's limits and models, as `GET /v1/model` gives them; known after {@link loadModel}. */
export const model = { limits: {}, corrections: false, review: false, version: "", digit: {}, number: {} };

/** Fetches what the server can do. */
export async function loadModel() {
  Object.assign(model, await (await request("/v1/model")).json());
  return model;
}

/**
 * Reads one picture.
 * @param {Blob} picture what to read.
 * @param {{told: object, name?: string, signal?: AbortSignal, onWait?: (seconds: number) => void}} options
 *   `told` has what the reader is told of it: `expect`, `allowed`, `pattern`.
 * @returns {Promise<{reading: object, ms: number|null}>} the reading with `inputs`, and the time it took.
 */
export async function readPicture(picture, { told, name, signal, onWait }) {
  const query = new URLSearchParams({ ...told, show: "inputs" });
  const body = name ? form([["file", picture, name]]) : picture;
  const response = await request(`/v1/read?${query}`, { method: "POST", body, signal, onWait });
  const timing = /read;[^,]*dur=([\d.]+)/.exec(response.headers.get("Server-Timing") ?? "");
  return { reading: await response.json(), ms: timing ? Number(timing[1]) : null };
}

/** Reads several files in one request; returns their readings in the same order. */
export async function readBatch(files, { told, signal, onWait }) {
  const body = form(files.map((file) => ["files", file, file.name]));
  const query = new URLSearchParams(told);
  const response = await request(`/v1/read/batch?${query}`, { method: "POST", body, signal, onWait });
  return (await response.json()).readings;
}

/** Returns readings as a table, a line a row: a CSV or an Excel file. */
export async function postTable(readings, kind) {
  return (await request(`/v1/table?format=${kind}`, json({ readings }))).blob();
}

/** Returns the form on which fields are to be drawn: its pages, and what was found on them. */
export async function templateToDraw() {
  return (await request("/v1/template")).json();
}

/** Writes a template; returns its path. */
export async function saveTemplate(template) {
  return (await request("/v1/template", json(template))).json();
}

/** Returns a picture as a JPEG, for a browser that cannot show it: `{blob, width, height}`, the picture's own size. */
export async function fetchPreview(file, { side, signal } = {}) {
  const query = side ? `?side=${side}` : "";
  const body = form([["file", file, file.name]]);
  const response = await request(`/v1/preview${query}`, { method: "POST", body, signal });
  const [width, height] = response.headers.get("Picture-Size").split("x").map(Number);
  return { blob: await response.blob(), width, height };
}

/** Keeps a right answer for training, in place of what was kept of the same digit; returns it with its `id`. */
export async function postCorrection({ picture, name, label, read, box }) {
  const fields = [["file", picture, name], ["label", label]];
  if (read) fields.push(["read", read]);
  if (box) fields.push(["box", box.join(",")]);
  return (await request("/v1/corrections", { method: "POST", body: form(fields) })).json();
}

/** Returns the kept corrections, newest first. */
export async function listCorrections() {
  return (await (await request("/v1/corrections")).json()).corrections;
}

/** Returns a kept picture. */
export async function keptPicture(id) {
  return (await request(`/v1/corrections/${encodeURIComponent(id)}/picture`)).blob();
}

/** Takes a correction back. */
export async function removeCorrection(id) {
  await request(`/v1/corrections/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Returns how far the review is. */
export async function reviewProgress() {
  return (await request("/v1/review")).json();
}

/** Returns the next cells of a window and how far the review is: `{cells, review}`. */
export async function nextCells(wanted) {
  return (await request("/v1/review/next", json(wanted))).json();
}

/** Returns the picture of a cell: `{url, box}`, where the cell stands in it as shares of its sides. */
export async function cellPicture(cell) {
  const response = await request(`/v1/review/cells/${cell}/picture`);
  const box = response.headers.get("Cell-Box").split(",").map(Number);
  return { url: URL.createObjectURL(await response.blob()), box };
}

/** Sends an answer, or takes one back: `path` is `answers` or `undo`. */
export async function postReview(path, body) {
  return (await request(`/v1/review/${path}`, json(body))).json();
}

/** Gives back the cells of a window that closes. */
export function releaseCells(tab) {
  navigator.sendBeacon("/v1/review/release", JSON.stringify({ tab }));
}

/**
 * Sends a request; a busy server is asked again when it says so.
 * @returns {Promise<Response>} a success.
 * @throws {ApiError} anything else, except an abort, which stays an AbortError.
 */
async function request(path, { method = "GET", body, signal, onWait } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(path, { method, body, signal });
    if (response.ok) return response;
    if (response.status === BUSY && attempt < TRIES) {
      const asked = Number(response.headers.get("Retry-After"));
      const seconds = Math.min(Math.max(asked || 1, 1), LONGEST_WAIT_S);
      onWait?.(seconds);
      await pause(1000 * seconds, signal);
      continue;
    }
    const problem = await response.json().catch(() => ({}));
    throw new ApiError(explain(response.status, problem.detail), response.status);
  }
}

async function send(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const reason = navigator.onLine
      ? "The server does not answer. Check that inkdigits serve still runs, then try again."
      : "You are offline. Connect, then try again.";
    throw new ApiError(reason, 0);
  }
}

/** Returns one line that says what happened and what to do. */
export function explain(status, detail) {
  switch (status) {
    case 401:
      return "This server asks for its token. Reload the page to enter it.";
    case 408:
      return "The picture took too long to arrive. Try again, or use a smaller one.";
    case 413:
      return tooLarge();
    case 415:
      return /inkdigits\[/.test(detail ?? "") ? detail // an extra of the server is missing
        : "This is not a picture that can be read. Use PNG, JPEG, TIFF, BMP, WebP or GIF.";
    case BUSY:
      return "The server is busy. Try again in a moment.";
    default:
      return detail || `The server answered with an error (${status}). Try again.`;
  }
}

/** Returns the sentence for a picture above the limit. */
export function tooLarge() {
  const bytes = model.limits.max_bytes;
  return bytes
    ? `This picture is too large; the limit is ${Math.floor(bytes / 1e6) || "< 1"} MB. Make it smaller and try again.`
    : "This picture is too large. Make it smaller and try again.";
}

/** Returns the sentence for a server that asks to wait. */
export function waiting(seconds) {
  return `The server is busy. Trying again in ${seconds} s.`;
}

function json(body) {
  return { method: "POST", body: JSON.stringify(body) };
}

function form(fields) {
  const data = new FormData();
  for (const [key, value, name] of fields) name ? data.append(key, value, name) : data.append(key, value);
  return data;
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("stopped", "AbortError"));
    }, { once: true });
  });
}
