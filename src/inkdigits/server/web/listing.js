/** Which rows stand in the page: those that the filter asks for, up to a number, each in its place. */

/** Rows in the page at a time; thousands would make it slow. */
const STEP = 200;

export class Listing {
  #most = STEP;
  #elements = new Map(); // row → its element in the page

  /**
   * @param {HTMLElement} body holds the rows.
   * @param {{make: (row: object) => HTMLElement, wants: (row: object) => boolean}} how `make` gives a row's element
   *   as the row is now; `wants` says whether the filter asks for it.
   */
  constructor(body, { make, wants }) {
    this.body = body;
    this.make = make;
    this.wants = wants;
  }

  /** Says how many rows stand in the page. */
  get size() {
    return this.#elements.size;
  }

  /** Shows rows from the first on. */
  reset(rows) {
    this.#most = STEP;
    this.#elements.clear();
    this.body.replaceChildren();
    this.fill(rows);
  }

  /** Shows more of them. */
  more(rows) {
    this.#most += STEP;
    this.fill(rows);
  }

  /** Shows those for which there is room; what stands there is not touched. */
  fill(rows) {
    for (const row of rows) {
      if (this.#elements.size >= this.#most) return;
      if (!this.#elements.has(row) && this.wants(row)) this.#put(row, rows);
    }
  }

  /**
   * Shows a row as it is now, or takes it away.
   * @param {object} row the row that changed.
   * @param {object[]} rows all rows, in their order.
   * @param {{stay?: boolean}} options `stay` keeps it even if the filter no longer asks for it.
   */
  update(row, rows, { stay = false } = {}) {
    const old = this.#elements.get(row);
    const wanted = stay || this.wants(row);
    if (old && wanted) {
      const element = this.make(row);
      this.#elements.set(row, element);
      old.replaceWith(element);
    } else if (old) {
      this.#elements.delete(row);
      old.remove();
    } else if (wanted && this.#elements.size < this.#most) {
      this.#put(row, rows);
    }
  }

  #put(row, rows) {
    const element = this.make(row);
    const next = rows.slice(rows.indexOf(row) + 1).find((other) => this.#elements.has(other));
    this.body.insertBefore(element, this.#elements.get(next) ?? null);
    this.#elements.set(row, element);
  }
}
