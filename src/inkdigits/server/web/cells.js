/** What a reading with a table holds once a person has put cells of it right. Nothing here knows the page. */

/** Returns the whole text of an answer with the cells that were typed, each where it stands. */
export function textWithCells(answer) {
  const lines = answer.lines.map((line) => line.map((number) => {
    const { row, column } = answer.numbers[number];
    return { row, column, text: answer.numberText(number) };
  }));
  for (const [key, text] of answer.cells) {
    const [row, column] = key.split(",").map(Number);
    if (answer.reading.table[row][column].numbers.length) continue; // it stands where its number does
    const line = lines.find((one) => one.some((number) => number.row === row));
    const added = { row, column, text };
    if (line) {
      const next = line.findIndex((number) => number.row === row && number.column > column);
      line.splice(next < 0 ? line.length : next, 0, added);
    } else {
      const next = lines.findIndex((one) => one.some((number) => number.row > row));
      lines.splice(next < 0 ? lines.length : next, 0, [added]);
    }
  }
  const texts = lines.map((line) => line.map(({ text }) => text).filter(Boolean).join(" "));
  return texts.filter(Boolean).join("\n");
}

/**
 * Returns the numbers of an answer with their corrections and, where there is one, the table that they stand in.
 * What a person says is another text of which nobody told the value.
 */
export function written(answer) {
  const { table } = answer.reading;
  const places = new Map(); // where a number stood → where it stands now
  const numbers = [];
  answer.numbers.forEach((one, index) => {
    const text = answer.numberText(index);
    if (!text) return; // taken out, or part of what was typed for its cell
    places.set(index, numbers.length);
    const digits = answer.cells.has(`${one.row},${one.column}`) ? [] : one.digits;
    numbers.push(text === one.text ? one : { ...one, text, value: null, digits });
  });
  if (!table) return { numbers };
  return {
    table: table.map((cells, row) => cells.map((cell, column) => {
      const text = answer.cellText(row, column);
      const own = cell.numbers.filter((number) => places.has(number)).map((number) => places.get(number));
      if (text && !own.length) {
        own.push(numbers.length);
        numbers.push({ text, value: null, confidence: 1, box: cell.box, digits: [], status: "ok", row, column });
      }
      return { ...cell, text, numbers: own };
    })),
    numbers,
  };
}

/** Returns a reading as the server makes a table of it: what a person put right is sure. */
export function forTable(answer) {
  const { numbers, table } = written(answer);
  const { inputs: _, ...reading } = answer.reading;
  const sure = numbers.map((one) => {
    const corrected = one.row === null ? one.text !== answer.numbers.find(({ box }) => box === one.box)?.text
      : answer.isCellCorrected(one.row, one.column);
    return corrected ? { ...one, confidence: 1, status: "ok" } : one;
  });
  return { ...reading, source: answer.name, text: answer.text, numbers: sure, ...(table ? { table } : {}) };
}
