/** What is on its way to the server, in order; kept in this browser until the server has it, whatever ends first. */
import { postReview } from "./api.js";

const PREFIX = "inkdigits-review-";
/** Milliseconds until it is tried again. */
const WAIT_MS = 1000;
/** Answers of a server that may take the same later: gone, busy, its disk full. */
const LATER = new Set([0, 503, 507]);

/**
 * Asks until there is an answer: a server that is gone is started again, as a rule.
 * @param {() => Promise<object>} ask sends a request.
 * @param {(error: Error) => void} onGone called each time the server is not there.
 */
export async function patiently(ask, onGone) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!LATER.has(error.status)) throw error;
      onGone(error);
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

export class Outbox {
  #items;
  #sending = false;

  /**
   * @param {string} tab this window.
   * @param {{onSent: (item: object, answer: object) => void, onRefused: (item: object, error: Error) => void,
   *   onWait: (count: number, error: Error|null) => void}} listeners `onWait` says how many wait, and why.
   */
  constructor(tab, { onSent, onRefused, onWait }) {
    this.key = PREFIX + tab;
    this.onSent = onSent;
    this.onRefused = onRefused;
    this.onWait = onWait;
    this.#items = left(this.key);
    this.#send();
  }

  /** Says how many are on their way. */
  get size() {
    return this.#items.length;
  }

  /** Returns the cells that are answered here and not yet there. */
  get cells() {
    return this.#items.filter(({ path }) => path === "answers").map(({ body }) => body.cell);
  }

  /** Sends `body` to `/v1/review/{path}` once all before it are there. */
  push(path, body) {
    this.#items.push({ path, body });
    this.#keep();
    this.#send();
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#items.length) {
      const [item] = this.#items;
      try {
        const answer = await postReview(item.path, item.body);
        this.#done();
        this.onSent(item, answer);
      } catch (error) {
        if (LATER.has(error.status)) {
          this.onWait(this.#items.length, error);
          await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
          continue;
        }
        this.#done();
        this.onRefused(item, error);
      }
    }
    this.#sending = false;
    this.onWait(0, null);
  }

  #done() {
    this.#items.shift();
    this.#keep();
  }

  #keep() {
    try {
      if (this.#items.length) localStorage.setItem(this.key, JSON.stringify(this.#items));
      else localStorage.removeItem(this.key);
    } catch {
      // a browser that keeps nothing: it holds until the page is left
    }
  }
}

/** Returns what this window, and windows that were closed before, have not sent; sent twice it counts once. */
function left(own) {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    const items = keys.sort((key) => (key === own ? 1 : -1)).flatMap((key) => JSON.parse(localStorage.getItem(key)));
    for (const key of keys) if (key !== own) localStorage.removeItem(key);
    if (items.length) localStorage.setItem(own, JSON.stringify(items));
    return items;
  } catch {
    return [];
  }
}
