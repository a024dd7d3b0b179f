"""Tables: where their rows and columns are, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inkdigits.training.draw.scenes.pens import print_ink, ruling_ink
from inkdigits.training.draw.scenes.sheet import Pen, Sheet

__all__ = ["RULED", "Cell", "Table", "lay_out", "rule_squares", "rule_table", "squares"]

Chance = np.random.Generator
Cell = tuple[float, float, float, float]  # left, top, width, height, pixels

RULED = {"all": 0.6, "rows": 0.14, "columns": 0.06, "some": 0.1, "none": 0.1}
"""Which lines tables have, and which share of them has these."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        rows: where the lines between rows are, pixels; one more than there are rows.
        columns: the same of columns.
        heads: rows above the first of numbers.
        names: columns before the first of numbers.
    """

    rows: list[float]
    columns: list[float]
    heads: int
    names: int

    @property
    def right(self) -> float:
        """Where the last column ends."""
        return self.columns[-1]

    @property
    def bottom(self) -> float:
        """Where the last row ends."""
        return self.rows[-1]

    def at(self, row: int, column: int) -> Cell:
        """Returns the left, top, width and height of a cell."""
        x, y = self.columns[column], self.rows[row]
        return x, y, self.columns[column + 1] - x, self.rows[row + 1] - y


def lay_out(digit: float, rng: Chance, *, rows: int, columns: int, wide: float, small: bool) -> Table:
    """Lays out a table: a column of row numbers or names or both in front, some heads above.

    Args:
        digit: height of a digit, pixels.
        rng: the source of all chance.
        rows: of numbers.
        columns: of numbers.
        wide: about how wide one of them is, in heights of a digit.
        small: whether there is nothing above it.
    """
    heads = int(rng.choice((0, 1, 2), p=(0.3, 0.4, 0.3)))
    names = int(rng.choice((0, 1, 2), p=(0.15, 0.55, 0.3)))
    tall = digit * rng.uniform(1.35, 2.6)
    pitch = wide * digit
    top = digit * (rng.uniform(0.1, 1.2) if small or rng.random() < 0.5 else rng.uniform(2, 6))
    left = digit * rng.uniform(0.05, 2.0)
    sides = [left]
    for index in range(names):
        first_of_two = names == 2 and index == 0
        sides.append(sides[-1] + digit * (rng.uniform(1.4, 2.5) if first_of_two else rng.uniform(4, 11)))
    uneven = rng.random() < 0.4
    for _ in range(columns):
        sides.append(sides[-1] + pitch * (rng.uniform(0.85, 1.3) if uneven else 1.0))
    lines = [top]
    for _ in range(heads + rows):
        lines.append(lines[-1] + tall * rng.uniform(0.97, 1.03))
    return Table(lines, sides, heads, names)


def squares(digit: float, rng: Chance, *, rows: int, columns: int) -> Table:
    """Lays out a table on squared paper: each of its cells is a square, names take several."""
    side = digit * rng.uniform(1.6, 2.6)
    wide = side * rng.uniform(0.9, 1.25)
    heads, names = int(rng.integers(0, 4)), int(rng.integers(1, 4))
    left, top = rng.uniform(-0.4, 0.6, 2) * side
    lines = [top + index * side for index in range(heads + rows + 1)]
    before = [left + index * wide for index in range(names + 1)]
    sides = [before[0], before[-1], *(before[-1] + (index + 1) * wide for index in range(columns))]
    return Table(lines, sides, heads, 1)


def rule_table(
    sheet: Sheet, table: Table, ink: Pen, pen: Pen, rng: Chance, *, ruled: str | None = None
) -> None:
    """Draws the lines of a table: all, rows alone, columns alone, some, or none.

    Args:
        sheet: drawn upon.
        table: where they are.
        ink: of the print.
        pen: of who writes; some draw the lines themselves.
        rng: the source of all chance.
        ruled: one of :data:`RULED`; None for any, in its share.
    """
    kind = rng.choice(list(RULED), p=list(RULED.values()))
    kind = kind if ruled is None else ruled
    if kind == "none":
        return
    by_hand = rng.random() < 0.15  # with a ruler
    line = pen if by_hand else ink if rng.random() < 0.6 else print_ink(rng, pen)
    line = replace(line, strength=line.strength * rng.uniform(0.5, 1.0))
    thick = float(np.exp(rng.uniform(np.log(0.6), np.log(max(1.1, sheet.digit / 10)))))
    lean = rng.normal(0, 0.012 if by_hand else 0.002, 2)
    left, right, top, bottom = table.columns[0], table.columns[-1], table.rows[0], table.rows[-1]
    if table.names and rng.random() < 0.15:
        left = table.columns[table.names]  # no lines beneath the names
    over = rng.uniform(-2, 3 if by_hand else 2)
    missing = 0.25 if kind == "some" else 0.0
    for index, straight in enumerate(table.rows):
        if kind == "columns" or (rng.random() < missing and 0 < index < len(table.rows) - 1):
            continue
        y = straight + rng.normal(0, 0.4)
        fall = lean[0] * (right - left)
        sheet.line((left - over, y - fall / 2), (right + over, y + fall / 2), line, thick)
    for index, straight in enumerate(table.columns):
        if kind == "rows" or (rng.random() < missing and 0 < index < len(table.columns) - 1):
            continue
        x = straight + rng.normal(0, 0.4)
        fall = lean[1] * (bottom - top)
        first = table.rows[min(table.heads, 1)] if rng.random() < 0.08 else top
        sheet.line((x - fall / 2, first - over), (x + fall / 2, bottom + over), line, thick)


def rule_squares(sheet: Sheet, table: Table, rng: Chance) -> None:
    """Draws the lines of squared paper, from border to border, faint and a little bent by who drew them."""
    line = ruling_ink(rng)
    thick = float(np.exp(rng.uniform(np.log(0.6), np.log(max(1.0, sheet.digit / 18)))))
    side, wide = table.rows[1] - table.rows[0], table.columns[2] - table.columns[1]
    tilt = rng.normal(0, 0.003)
    for y in np.arange(table.rows[0] % side, sheet.height, side):
        sheet.line((0, y), (sheet.width, y + tilt * sheet.width), line, thick)
    for x in np.arange(table.columns[1] % wide, sheet.width, wide):
        sheet.line((x, 0), (x - tilt * sheet.height, sheet.height), line, thick)
