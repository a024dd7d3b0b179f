"""The tables of a sheet: what was read, and the ink it was read from → rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.ink.shades import Ink, Inks
from inkdigits.readings import Box, Cell, Number, Reading
from inkdigits.recognition.whole import Read
from inkdigits.tables.blocks import Line, blocks_of
from inkdigits.tables.cell_numbers import Group, groups_by_cells, put_together
from inkdigits.tables.digit_height import digit_height
from inkdigits.tables.grid import Grid, grid_of
from inkdigits.tables.grid_cells import boxes_of, merged_cells, writing_in, writing_on
from inkdigits.tables.ink_pieces import components
from inkdigits.tables.levelled import Level, level_of
from inkdigits.tables.rulings import Ruling, Rulings, find_rulings

__all__ = ["SheetTables", "find_tables", "in_cells"]

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]
Place = Callable[[Box], Box]


class _Sheet(NamedTuple):
    """What the cells of a sheet are made from; the height is that of its digits, pixels of the ink."""

    numbers: Sequence[Number]
    ink: Ink
    shape: tuple[int, ...]
    height: float


class SheetTables(NamedTuple):
    """The tables of a sheet, from the top.

    Attributes:
        sheet: what they are made from.
        level: how the sheet is turned and seen from the side.
        grids: their lines, and who stands where.
        boxes: float64 (N, 4), left, top, right and bottom of each number, pixels of the ink.
        rulings: the lines that are drawn.
    """

    sheet: _Sheet
    level: Level
    grids: list[Grid]
    boxes: Floats
    rulings: Rulings

    def told_in(self, reading: Reading, place: Place | None = None) -> Reading:
        """Puts what was read into rows and columns.

        Args:
            reading: what was read.
            place: puts a box of the sheet into the source; None where they are one.

        Returns:
            The reading, its numbers with row and column, and the rows of all tables.
        """
        if not self.grids:
            return reading
        faint = (self.sheet.ink.pixels > spec.PAGE_FAINT).view(np.uint8)
        writing = writing_on(faint, self.rulings.mask, self.boxes, self.sheet.height)
        table: list[tuple[Cell, ...]] = []
        placed = list(reading.numbers)
        for index in range(len(self.grids)):
            rows, own = _rows_of(self, index, writing, place)
            for number, (row, column) in own.items():
                placed[number] = replace(placed[number], row=len(table) + row, column=column)
            table += rows
        return replace(reading, numbers=tuple(placed), table=tuple(table))


def find_tables(numbers: Sequence[Number], inks: Inks, rulings: Rulings | None = None) -> SheetTables:
    """Finds the tables of a sheet, by their lines and by how numbers stand.

    Args:
        numbers: what was read, boxes in pixels of the picture of the sheet.
        inks: that picture and its ink.
        rulings: its lines, where they were found before; None to find them.
    """
    ink = inks.far
    boxes = _corners([one.box for one in numbers], ink.scale)
    solid = (ink.pixels > spec.SOLID).view(np.uint8)
    height = _digit_height(numbers, ink.scale) or digit_height(components(solid)[1])
    height = height or spec.PAGE_GUESS * max(solid.shape)  # of lines alone any height will do
    sheet = _Sheet(numbers, ink, inks.picture.shape, max(height, spec.PAGE_LEAST_HEIGHT))
    if rulings is None:
        rulings = find_rulings(ink.pixels, sheet.height)
    level = level_of(rulings, boxes, solid.shape, sheet.height)
    lines = [_levelled(one, level, upright=False) for one in rulings.level]
    columns = [_levelled(one, level, upright=True) for one in rulings.upright]
    places = _level_boxes(boxes, level)
    blocks = blocks_of(lines, columns, places, sheet.height)
    grids = [grid_of(block, lines, columns, places, sheet.height) for block in blocks]
    found = sorted((one for one in grids if one is not None), key=_place_of)
    return SheetTables(sheet, level, found, boxes, rulings)


def in_cells(read: Read, inks: Inks, *, as_read: bool = False) -> tuple[Read, SheetTables]:
    """Finds the tables of a sheet, and what is one number in them.

    Args:
        read: what was read.
        inks: the picture of the sheet and its ink.
        as_read: whether numbers stay as they are: each fits what may stand there, and its parts need not.

    Returns:
        What is written, and its tables.
    """
    found = find_tables(read.flat, inks)
    groups = None if as_read else _groups_of(found)
    if groups is None:
        return read, found
    row_of = [index for index, row in enumerate(read.rows) for _ in row]
    numbers = put_together([number for row in read.rows for number in row], groups)
    rows: list[list[Number]] = [[] for _ in read.rows]
    for number, group in zip(numbers, groups, strict=True):
        rows[row_of[group.parts[0].number]].append(number)
    inputs = tuple(np.hstack([read.inputs[part.number] for part in group.parts]) for group in groups)
    flat = tuple(put_together(read.flat, groups))
    read = Read([row for row in rows if row], flat, inputs)
    return read, find_tables(read.flat, inks, found.rulings)  # the digits are the same, and so are the lines


def _groups_of(found: SheetTables) -> list[Group] | None:
    """Returns the numbers that are written, as their cells tell; None where these are they."""
    if not found.grids:
        return None
    sheet = found.sheet
    digits = [
        _level_boxes(_corners([digit.box for digit in one.digits] or [one.box], sheet.ink.scale), found.level)
        for one in sheet.numbers
    ]
    return groups_by_cells(sheet.numbers, digits, found.grids)


def _digit_height(numbers: Sequence[Number], scale: float) -> float:
    """Returns how high digits are in the ink, pixels; 0 without any."""
    heights = [digit.box.height for one in numbers for digit in one.digits if digit.value.isdigit()]
    return float(np.median(heights)) * scale if heights else 0.0


def _levelled(ruling: Ruling, level: Level, *, upright: bool) -> Line:
    x, y = (ruling.across, ruling.along) if upright else (ruling.along, ruling.across)
    u, v = level.level(x, y)
    along, across = (v, u) if upright else (u, v)
    order = np.argsort(along, kind="stable")
    return Line(along[order], across[order])


def _corners(boxes: Sequence[Box], scale: float) -> Floats:
    """Returns left, top, right and bottom of boxes where all is so many times as large, float64 (N, 4)."""
    out = np.array(boxes, np.float64).reshape(-1, 4) * scale
    out[:, 2:] += out[:, :2]
    return out


def _level_boxes(boxes: Floats, level: Level) -> Floats:
    """Returns boxes around the same middles on the level sheet."""
    u, v = level.level(boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1))
    wide, tall = (boxes[:, 2] - boxes[:, 0]) / 2, (boxes[:, 3] - boxes[:, 1]) / 2
    return np.stack((u - wide, v - tall, u + wide, v + tall), axis=1)


def _place_of(grid: Grid) -> tuple[float, float]:
    return grid.rows[0].place, grid.columns[0].place


def _rows_of(
    found: SheetTables, index: int, writing: Floats, place: Place | None
) -> tuple[list[tuple[Cell, ...]], dict[int, tuple[int, int]]]:
    """Returns the rows of a table, and the row and column of each of its numbers."""
    grid, level, sheet = found.grids[index], found.level, found.sheet
    merged = merged_cells(grid, level, (sheet.ink.pixels > spec.PAGE_FAINT).view(np.uint8))
    boxes = boxes_of(grid, level, merged, sheet.ink.scale, sheet.shape)
    tall, wide = len(grid.rows) - 1, len(grid.columns) - 1
    own: dict[tuple[int, int], list[int]] = {}
    other: set[tuple[int, int]] = set()
    for number, row, column in zip(
        grid.numbers.tolist(), grid.row.tolist(), grid.column.tolist(), strict=True
    ):
        own.setdefault(merged.first(row, column), []).append(number)
    for row, column in np.argwhere(writing_in(grid, level, writing)).tolist():
        other.add(merged.first(row, column))
    # Lined paper goes on above what is written on it and below.
    held = [row for row, _ in (*own, *other)]
    first, last = (0, tall - 1) if grid.closed else (min(held), max(held))
    rows: list[tuple[Cell, ...]] = []
    for row in range(first, last + 1):
        cells: list[Cell] = []
        for column in range(wide):
            numbers = tuple(sorted(own.get((row, column), ()), key=lambda one: sheet.numbers[one].box.x))
            text = " ".join(sheet.numbers[one].text for one in numbers)
            box = boxes[row][column] if place is None else place(boxes[row][column])
            spans = int(merged.spans[row, column, 0]), int(merged.spans[row, column, 1])
            cells.append(Cell(box, text, numbers, (row, column) in other, index, spans))
        rows.append(tuple(cells))
    return rows, {number: (row - first, column) for (row, column), held in own.items() for number in held}
