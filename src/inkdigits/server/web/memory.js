/** What this browser keeps: in its storage, or in this page alone where it keeps nothing. */
const fallback = new Map();

/** Returns what was kept under a key in `localStorage` or `sessionStorage`; null for nothing. */
export function kept(storage, key) {
  try {
    return window[storage].getItem(key);
  } catch {
    return fallback.get(key) ?? null;
  }
}

/** Keeps a value; returns it. */
export function keep(storage, key, value) {
  fallback.set(key, value);
  try {
    window[storage].setItem(key, value);
  } catch {
    // it holds until the page is left
  }
  return value;
}

/** Returns an id that nobody else has; a page that is neither from https nor localhost has no randomUUID. */
export function newId() {
  return crypto.randomUUID?.()
    ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
