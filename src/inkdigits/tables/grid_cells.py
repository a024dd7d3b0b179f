"""The cells of a table: where they are in the picture, which are one, what else is written in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.tables.grid import Grid
from inkdigits.tables.levelled import Level

__all__ = ["Places", "boxes_of", "merged_cells", "writing_in", "writing_on"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ALONG = np.concatenate((np.linspace(0.1, 0.3, 6), np.linspace(0.7, 0.9, 6)))
"""Where a cell's side is looked at for a line; a heading is written over the middle."""
NEAR = np.arange(-2, 3)  # pixels beside a line's course
OPEN = 0.25  # of a side; with less of it drawn the cells beside it are one
DRAWN = 0.7  # of a line; one with less of it is seen badly, and what lacks says nothing
BETWEEN = 0.25  # heights of a digit, between the letters of a word
WRITING = 0.45  # heights of a digit; smaller ink is dirt, a point, the rest of a line
LOW = 0.2  # the same of its lesser side
STRAIGHT = 0.06  # heights of a digit; ink that is thinner for its length is the rest of a line


@dataclass(frozen=True)
class Places:
    """Which cells are one: spans int64 (R, C, 2) of rows and columns, 0 for what another covers."""

    spans: Ints

    def first(self, row: int, column: int) -> tuple[int, int]:
        """Returns where the cell begins that a place is part of."""
        return self._firsts[row][column]

    @cached_property
    def _firsts(self) -> list[list[tuple[int, int]]]:
        rows, columns = self.spans.shape[:2]
        out = [[(row, column) for column in range(columns)] for row in range(rows)]
        for row, column in np.argwhere(self.spans.max(axis=2) > 1).tolist():
            tall, wide = self.spans[row, column].tolist()
            for below in range(row, row + tall):
                out[below][column : column + wide] = [(row, column)] * wide
        return out


def boxes_of(
    grid: Grid, level: Level, places: Places, scale: float, shape: tuple[int, ...]
) -> list[list[Box]]:
    """Returns the box of each place in a picture of (H, W), of which the ink is so many times as large."""
    corners = _corners(grid, level) / scale
    low = np.clip(np.floor(corners), 0, (shape[1] - 1, shape[0] - 1)).astype(int)
    high = np.clip(np.ceil(corners), 1, (shape[1], shape[0])).astype(int)
    out: list[list[Box]] = []
    for row in range(len(grid.rows) - 1):
        boxes: list[Box] = []
        for column in range(len(grid.columns) - 1):
            top, left = places.first(row, column)
            tall, wide = places.spans[top, left]
            own = np.s_[top : top + tall + 1, left : left + wide + 1]
            x, y = low[own].min(axis=(0, 1)).tolist()
            right, bottom = high[own].max(axis=(0, 1)).tolist()
            boxes.append(Box(x, y, max(right - x, 1), max(bottom - y, 1)))
        out.append(boxes)
    return out


def _corners(grid: Grid, level: Level) -> Floats:
    """Returns where lines of rows and columns cross in the ink image, float64 (R + 1, C + 1, 2)."""
    u = np.array([line.place for line in grid.columns])
    v = np.stack([line.at(u) for line in grid.rows])
    u = np.stack([line.at(v[:, index]) for index, line in enumerate(grid.columns)], axis=1)
    return np.stack(level.picture(u, v), axis=-1)


def merged_cells(grid: Grid, level: Level, ink: Image) -> Places:
    """Finds cells that are one, as of headings: a line that is drawn elsewhere is not between them.

    Args:
        grid: the table.
        level: where it lies.
        ink: uint8 (H, W), 1 = ink, faint lines too.
    """
    rows, columns = len(grid.rows) - 1, len(grid.columns) - 1
    corners = _corners(grid, level)
    beside = _open(grid.columns[1:-1], corners[:-1, 1:-1], corners[1:, 1:-1], ink, 0)
    below = _open(grid.rows[1:-1], corners[1:-1, :-1], corners[1:-1, 1:], ink, 1)
    group = np.arange(rows * columns).reshape(rows, columns)
    taken = np.zeros((rows, columns), bool)
    taken[grid.row, grid.column] = True
    spans = np.ones((rows, columns, 2), np.int64)
    for row in range(rows):
        for column in range(columns):
            if not spans[row, column, 0]:
                continue
            wide = 1
            while column + wide < columns and beside[row, column + wide - 1]:
                wide += 1
            tall = 1
            while (
                row + tall < rows
                and below[row + tall - 1, column : column + wide].all()
                and beside[row + tall, column : column + wide - 1].all()
            ):
                tall += 1
            own = np.s_[row : row + tall, column : column + wide]
            # Two numbers stand in two cells, however faint the line between them is.
            if group[own].size > 1 and taken[own].sum() <= 1 and spans[own].all():
                spans[own] = 0
                spans[row, column] = tall, wide
    return Places(spans)


def _open(lines: list[Any], start: Floats, stop: Floats, ink: Image, axis: int) -> Bools:
    """Tells along which sides of cells no line is drawn, (R, C - 1) or (R - 1, C).

    Args:
        lines: those that the sides are pieces of.
        start: float64 (…, 2), where each side begins.
        stop: where it ends.
        ink: uint8 (H, W), 1 = ink.
        axis: the axis of pixels beside the line: 0 for upright lines, 1 for level ones.
    """
    if not start.size:
        return np.zeros(start.shape[:2], bool)
    way = ALONG[:, None]
    points = start[..., None, :] + way * (stop - start)[..., None, :]  # (…, samples, 2)
    beside = np.zeros((NEAR.size, 2))
    beside[:, axis] = NEAR
    every = np.rint(points[..., None, :] + beside).astype(int)
    x = np.clip(every[..., 0], 0, ink.shape[1] - 1)
    y = np.clip(every[..., 1], 0, ink.shape[0] - 1)
    share = ink[y, x].any(axis=-1).mean(axis=-1)
    drawn = np.array([line.drawn for line in lines])
    seen = (share > 1 - OPEN).mean(axis=axis)  # of each line
    sure = drawn & (seen > DRAWN)
    return (share < OPEN) & (sure[None, :] if axis == 0 else sure[:, None])


def writing_on(ink: Image, lines: Image, numbers: Floats, height: float) -> Floats:
    """Returns the middles, float64 (N, 2) x and y, of ink that is no line and that no number was read from.

    Args:
        ink: uint8 (H, W), 1 = ink, also faint as print is.
        lines: uint8 (H, W), 1 = ink of rulings.
        numbers: float64 (N, 4), left, top, right and bottom of what was read.
        height: pixels, of a digit.
    """
    rest = ink & (1 - np.asarray(cv2.dilate(lines, np.ones((3, 3), np.uint8)), np.uint8))
    reach = max(2, round(0.1 * height))
    for left, top, right, bottom in np.rint(numbers).astype(int).tolist():
        rest[max(0, top - reach) : bottom + reach, max(0, left - reach) : right + reach] = 0
    wide = max(2, round(BETWEEN * height))
    words: Any = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((1, wide), np.uint8))
    _, labels, told, middles = cv2.connectedComponentsWithStats(words, connectivity=8)
    inked = np.bincount(np.asarray(labels).ravel()[np.flatnonzero(rest)], minlength=len(told))
    sides = np.sort(told[:, 2:4], axis=1)
    large = (sides[:, 1] >= WRITING * height) & (sides[:, 0] >= LOW * height)
    large &= inked > STRAIGHT * height * sides[:, 1]
    large[0] = False
    return np.asarray(middles, np.float64)[large]


def writing_in(grid: Grid, level: Level, middles: Floats) -> Bools:
    """Tells in which places of a table other writing is, bool (R, C)."""
    out = np.zeros((len(grid.rows) - 1, len(grid.columns) - 1), bool)
    if not len(middles):
        return out
    u, v = level.level(middles[:, 0], middles[:, 1])
    row = np.stack([line.at(u) < v for line in grid.rows]).sum(axis=0) - 1
    column = np.stack([line.at(v) < u for line in grid.columns]).sum(axis=0) - 1
    inside = (row >= 0) & (column >= 0) & (row < out.shape[0]) & (column < out.shape[1])
    out[row[inside], column[inside]] = True
    return out
