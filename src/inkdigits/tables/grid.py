"""One table: the lines between its rows and its columns, drawn or meant, and where each number stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.tables.blocks import Block, Line
from inkdigits.tables.grid_lines import lines_of
from inkdigits.tables.standing import columns_by_standing, rows_by_standing

__all__ = ["Grid", "grid_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TWICE = 0.2  # of a column's rows with two numbers, where a line between is missing
MISSING = 1.4  # of the width of narrow columns, in one of which a line may be missing
LONG = 1.0  # heights of a digit; what is wider has several digits
APART = 0.75  # heights of a digit between numbers of one row; digits of one number stand closer
TOLD = 4  # lines, of which fewer do not tell how wide columns are
STACKED = 0.5  # of the fewer numbers that stand below others, where a row without a line are two
OVER = (
    2.5  # heights of a digit by which level lines go on beyond the last upright one, where a column is open
)
OUTSIDE = 0.3  # of the rows with a number beyond the last line, which then stand in an open column
SEVERAL = 0.6  # of the columns of a table without lines, in which more than one number stands
LEAST_FULL = 0.4  # of its places that have a number
FULL = 0.75  # of its places; where so many have one, its columns may be short
AROUND = 0.6  # heights of a digit around numbers without lines


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        rows: the R + 1 lines between its rows, from the top.
        columns: the C + 1 lines between its columns, from the left.
        numbers: which numbers stand in it, int64 (N,).
        row: the row of each.
        column: the column of each.
        closed: whether it has lines both ways, so that an empty row at its end is one.
    """

    rows: list[Line]
    columns: list[Line]
    numbers: Ints
    row: Ints
    column: Ints
    closed: bool


def grid_of(
    block: Block, level: Sequence[Line], upright: Sequence[Line], numbers: Floats, height: float
) -> Grid | None:
    """Finds rows and columns of a block; None where it is no table.

    Args:
        block: its lines and numbers.
        level: all level lines.
        upright: all upright lines.
        numbers: float64 (N, 4), left, top, right and bottom of all numbers.
        height: pixels, of a digit.
    """
    own = np.array(sorted(block.numbers), np.int64)
    boxes = numbers[own]
    across, down = lines_of(
        [level[i] for i in block.level], [upright[i] for i in block.upright], boxes, height
    )
    if not len(own) and not (len(across) > 1 and len(down) > 1):
        return None
    rows, row = _rows(across, down, boxes, height)
    columns, column = _columns(down, across, boxes, row, height)
    closed = len(across) > 1 and len(down) > 1
    grid = Grid(rows, columns, own, row, column, closed)
    return grid if _is_table(grid) else None


def _rows(across: list[Line], down: list[Line], boxes: Floats, height: float) -> tuple[list[Line], Ints]:
    """Returns the lines between rows, and the row of each number."""
    x, y = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    band = _bands(across, x, y)
    inner = band if across else np.zeros(len(x), np.int64)
    parts: list[tuple[int, Ints]] = []  # the band of each row, and who stands there
    for one in range(len(across) + 1):
        own = np.flatnonzero(inner == one)
        if own.size == 0:
            if 0 < one < len(across):
                parts.append((one, own))
            continue
        found = rows_by_standing(boxes[own][:, ::2], y[own], height)
        if across and not _is_stacked(boxes[own], found):
            found = np.zeros_like(found)
        parts += [(one, own[found == row]) for row in range(int(found.max()) + 1)]
    row = np.zeros(len(x), np.int64)
    for index, (_, own) in enumerate(parts):
        row[own] = index
    ends = [(line.start, line.stop) for line in down]
    edges = _edges(across, parts, boxes[:, 1::2], ends, height)
    return edges, row


def _columns(
    down: list[Line], across: list[Line], boxes: Floats, row: Ints, height: float
) -> tuple[list[Line], Ints]:
    """Returns the lines between columns, and the column of each number."""
    x, y = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    band = _bands(down, y, x)
    ends = [(line.start, line.stop) for line in across]
    left, right = (float(np.median([one[side] for one in ends])) if ends else 0.0 for side in (0, 1))
    open_left = bool(ends and down) and down[0].place - left > OVER * height
    open_right = bool(ends and down) and right - down[-1].place > OVER * height
    # What stands alone outside is a stroke of a name, or has slipped over the line.
    for side, inner, is_open in ((0, 1, open_left), (len(down), len(down) - 1, open_right)):
        beyond = band == side
        if (
            len(down) > 1
            and not is_open
            and np.unique(row[beyond]).size <= OUTSIDE * (int(row.max(initial=0)) + 1)
        ):
            band[beyond] = inner
    usual = float(np.quantile(np.diff([line.place for line in down]), 0.25)) if len(down) > 1 else 0.0
    parts: list[tuple[int, Ints]] = []
    for one in range(len(down) + 1):
        own = np.flatnonzero(band == one)
        if own.size == 0:
            if 0 < one < len(down) or (one == 0 and open_left) or (one and one == len(down) and open_right):
                parts.append((one, own))
            continue
        found = np.zeros(own.size, np.int64)
        counts = np.bincount(row[own])
        twice = np.count_nonzero(counts > 1)
        first = down[one - 1].place if one else float(boxes[own, 0].min())
        last = down[one].place if one < len(down) else float(boxes[own, 2].max())
        wide = last - first > MISSING * usual
        # Digits of one number that stand wide apart are read as two, but these are narrow.
        pairs = boxes[own][counts[row[own]] > 1]
        long = bool(pairs.size) and float(np.median(pairs[:, 2] - pairs[:, 0])) > LONG * height
        apart = len(down) < TOLD and _gap(boxes[own], row[own]) > APART * height
        if not down or (twice > max(1, TWICE * np.count_nonzero(counts)) and (wide or long or apart)):
            found = columns_by_standing(boxes[own][:, ::2], row[own], height)
        parts += [(one, own[found == column]) for column in range(int(found.max()) + 1)]
    column = np.zeros(len(x), np.int64)
    for index, (_, own) in enumerate(parts):
        column[own] = index
    return _edges(down, parts, boxes[:, ::2], ends, height), column


def _gap(boxes: Floats, row: Ints) -> float:
    """Returns the usual gap between numbers of one row, pixels; 0 where no row has two."""
    order = np.lexsort((boxes[:, 0], row))
    gaps = (boxes[order][1:, 0] - boxes[order][:-1, 2])[np.diff(row[order]) == 0]
    return float(np.median(gaps)) if gaps.size else 0.0


def _bands(lines: list[Line], along: Floats, across: Floats) -> Ints:
    """Returns for each place how many lines lie before it."""
    before = np.array([line.at(along) < across for line in lines], bool).reshape(len(lines), len(along))
    return before.sum(axis=0).astype(np.int64)


def _is_stacked(boxes: Floats, found: Ints) -> bool:
    """Tells rows without a line between them from numbers of one row that stand unevenly."""
    for row in range(int(found.max())):
        above, below = boxes[found == row], boxes[found == row + 1]
        over = np.minimum(above[:, None, 2], below[:, 2]) > np.maximum(above[:, None, 0], below[:, 0])
        over &= above[:, None, 3] < below[:, 1] + 0.3 * (below[:, 3] - below[:, 1])
        fewer = min(len(above), len(below))
        if min(over.any(axis=0).sum(), over.any(axis=1).sum()) < STACKED * fewer:
            return False
    return True


def _edges(
    lines: list[Line],
    parts: list[tuple[int, Ints]],
    sides: Floats,
    ends: list[tuple[float, float]],
    height: float,
) -> list[Line]:
    """Returns the lines around and between the parts.

    Args:
        lines: those that are drawn.
        parts: the band between drawn lines of each part, and who stands in it.
        sides: float64 (N, 2), where each number begins and ends across these lines.
        ends: where the crossing lines begin and end.
        height: pixels, of a digit.
    """
    reached = [
        (float(np.median(sides[own, 0])), float(np.median(sides[own, 1]))) if own.size else None
        for _, own in parts
    ]
    low, high = sides.min(initial=np.inf), sides.max(initial=-np.inf)
    outer = (
        min([low - AROUND * height, *(one[0] for one in ends)]),
        max([high + AROUND * height, *(one[1] for one in ends)]),
    )
    edges: list[Line] = []
    for index in range(len(parts) + 1):
        before, after = parts[index - 1][0] if index else -1, parts[index][0] if index < len(parts) else -1
        if index == 0:
            edges.append(lines[after - 1] if after > 0 else _meant(outer[0]))
        elif index == len(parts):
            edges.append(lines[before] if before < len(lines) else _meant(outer[1]))
        elif before != after:
            edges.append(lines[after - 1])
        else:
            first, second = reached[index - 1], reached[index]
            edges.append(_meant(((first or outer)[1] + (second or outer)[0]) / 2))
    return edges


def _meant(place: float) -> Line:
    """Returns a line that is not drawn."""
    return Line(np.array([-1e6, 1e6]), np.array([place, place]), drawn=False)


def _is_table(grid: Grid) -> bool:
    """Tells a table from numbers that stand somewhere, or one beside another."""
    rows, columns = len(grid.rows) - 1, len(grid.columns) - 1
    if grid.closed:
        return rows * columns > 1
    if rows < 2:
        return False
    if any(line.drawn for line in (*grid.rows, *grid.columns)):
        return True
    # Without lines: in each column there are several, or few places are empty.
    places = np.unique(np.stack((grid.row, grid.column)), axis=1)
    full = places.shape[1] / (rows * columns)
    several = float((np.bincount(places[1]) >= 2).mean())
    return (full >= FULL and several > 0) or (several > SEVERAL and full >= LEAST_FULL)
