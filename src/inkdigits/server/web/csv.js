/** Tables as text: RFC 4180, with cells that no spreadsheet takes for a formula. */

const FORMULA = /^[=+\-@\t\r\n]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** Returns a cell that a spreadsheet shows as it is: what looks like a formula gets an apostrophe, `-12.5` does not. */
export function safeCell(value) {
  const text = String(value ?? "");
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** Returns rows as CSV; the first one is the header. */
export function toCsv(rows) {
  return rows.map((row) => row.map((value) => quote(safeCell(value))).join(",") + "\r\n").join("");
}

const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
