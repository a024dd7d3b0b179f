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
from inkdigits.tables.blocks import Line, blocks_of
from inkdigits.tables.digit_height import digit_height
from inkdigits.tables.grid import Grid, grid_of
from inkdigits.tables.grid_cells import boxes_of, merged_cells, writing_in, writing_on
from inkdigits.tables.ink_pieces import components
from inkdigits.tables.levelled import Level, level_of
from inkdigits.tables.rulings import Ruling, find_rulings

__all__ = ["with_tables"]

Floats = NDArray[np.float64]
Place = Callable[[Box], Box]


def with_tables(
    reading: Reading, numbers: Sequence[Number], inks: Inks, place: Place | None = None
) -> Reading:
    """Finds the tables of a sheet, by their lines and by how numbers stand.

    Args:
        reading: what was read.
        numbers: its numbers, boxes in pixels of the picture of the sheet.
        inks: that picture and its ink.
        place: puts a box of it into the source; None where they are one.

    Returns:
        The reading, its numbers with row and column, and the rows of all tables.
    """
    ink = inks.far
    boxes = np.array([one.box for one in numbers], np.float64).reshape(-1, 4) * ink.scale
    boxes[:, 2:] += boxes[:, :2]
    solid = (ink.pixels > spec.SOLID).view(np.uint8)
    height = _digit_height(numbers, ink.scale) or digit_height(components(solid)[1])
    height = height or spec.PAGE_GUESS * max(solid.shape)  # of lines alone any height will do
    sheet = _Sheet(numbers, ink, inks.picture.shape, place, max(height, spec.PAGE_LEAST_HEIGHT))
    rulings = find_rulings(ink.pixels, sheet.height)
    level = level_of(rulings, boxes, solid.shape, sheet.height)
    lines = [_levelled(one, level, upright=False) for one in rulings.level]
    columns = [_levelled(one, level, upright=True) for one in rulings.upright]
    places = _level_boxes(boxes, level)
    blocks = blocks_of(lines, columns, places, sheet.height)
    grids = [grid_of(block, lines, columns, places, sheet.height) for block in blocks]
    found = sorted((one for one in grids if one is not None), key=_place_of)
    if not found:
        return reading
    faint = (ink.pixels > spec.PAGE_FAINT).view(np.uint8)
    writing = writing_on(faint, rulings.mask, boxes, sheet.height)
    table: list[tuple[Cell, ...]] = []
    placed = list(reading.numbers)
    for index, grid in enumerate(found):
        rows, own = _rows_of(grid, level, writing, sheet, index)
        for number, (row, column) in own.items():
            placed[number] = replace(placed[number], row=len(table) + row, column=column)
        table += rows
    return replace(reading, numbers=tuple(placed), table=tuple(table))


class _Sheet(NamedTuple):
    """What the cells of a sheet are made from; the height is that of its digits, pixels of the ink."""

    numbers: Sequence[Number]
    ink: Ink
    shape: tuple[int, ...]
    place: Place | None
    height: float


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


def _level_boxes(boxes: Floats, level: Level) -> Floats:
    """Returns boxes around the same middles on the level sheet."""
    u, v = level.level(boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1))
    wide, tall = (boxes[:, 2] - boxes[:, 0]) / 2, (boxes[:, 3] - boxes[:, 1]) / 2
    return np.stack((u - wide, v - tall, u + wide, v + tall), axis=1)


def _place_of(grid: Grid) -> tuple[float, float]:
    return grid.rows[0].place, grid.columns[0].place


def _rows_of(
    grid: Grid, level: Level, writing: Floats, sheet: _Sheet, index: int
) -> tuple[list[tuple[Cell, ...]], dict[int, tuple[int, int]]]:
    """Returns the rows of a table, and the row and column of each of its numbers."""
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
            box = boxes[row][column] if sheet.place is None else sheet.place(boxes[row][column])
            spans = int(merged.spans[row, column, 0]), int(merged.spans[row, column, 1])
            cells.append(Cell(box, text, numbers, (row, column) in other, index, spans))
        rows.append(tuple(cells))
    return rows, {number: (row - first, column) for (row, column), held in own.items() for number in held}
