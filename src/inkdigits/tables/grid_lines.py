"""Which lines part the rows and columns of a table: no underlines, no lines of paper, no boxes for digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.tables.blocks import Line

__all__ = ["lines_of"]

Floats = NDArray[np.float64]

ONE_LINE = 0.4  # heights of a digit between the strokes of a double line, or the pieces of one
COVER = 0.5  # of the table, which a line runs along, or else from one crossing line to another
ENDS = 0.5  # heights of a digit by which its ends may miss these
NARROW = 0.4  # of the usual distance between lines, below which two are one
DOUBLE = (1.6, 2.4)  # of the usual distance; a line may be missing between
AMID = 0.2  # of the usual distance by which its pieces may be off the middle
PIECE = 0.1  # of the table, which they run along
CORE = 0.3  # of a number on either side of its middle; what runs through there parts nothing
BESIDE = 0.5  # heights of a digit between a line and what is near it
THROUGH = 0.4  # of the numbers near a line; where it runs through more, it is paper's, or a box's for digits
INNER = 0.3  # of a number on either side of its middle
BY_CHANCE = 0.12  # of the numbers, at least FEW; lines through the inner part of more are paper's
FEW = 8
SQUARE = 1.2  # as wide as high, or the other way, and the meshes are squares
EVEN = 0.12  # by which the squares of squared paper differ
FILLED = 0.35  # of a table's cells with numbers; of squared paper that is written upon fewer have


def lines_of(
    level: Sequence[Line], upright: Sequence[Line], boxes: Floats, height: float
) -> tuple[list[Line], list[Line]]:
    """Returns the lines between rows, from the top, and those between columns, from the left.

    Args:
        level: level lines of a block.
        upright: its upright lines.
        boxes: float64 (N, 4), left, top, right and bottom of its numbers.
        height: pixels, of a digit.
    """
    across, down = _merged(level, height), _merged(upright, height)
    kept = _parting(across, down, boxes[:, ::2], height), _parting(down, across, boxes[:, 1::2], height)
    return _of_table(*kept, boxes, height)


def _merged(lines: Sequence[Line], height: float) -> list[Line]:
    """Makes one of the pieces of a line, and of double lines."""
    out: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.place):
        for group in out[::-1]:
            middle = np.array([(line.start + line.stop) / 2])
            if abs(float(_joint(group).at(middle)[0] - line.at(middle)[0])) < ONE_LINE * height:
                group.append(line)
                break
        else:
            out.append([line])
    return sorted((_joint(group) for group in out), key=lambda one: one.place)


def _joint(group: list[Line]) -> Line:
    along = np.concatenate([one.along for one in group])
    order = np.argsort(along, kind="stable")
    return Line(along[order], np.concatenate([one.across for one in group])[order])


def _parting(lines: list[Line], crossing: list[Line], spans: Floats, height: float) -> list[Line]:
    """Leaves out what is too short to part rows or columns: underlines, dashes, strokes.

    Args:
        lines: the lines.
        crossing: those of the other way.
        spans: float64 (N, 2), where numbers begin and end along the lines.
        height: pixels, of a digit.
    """
    if not lines:
        return lines
    ends = np.array([one.place for one in crossing])
    reach = [(one.start, one.stop) for one in lines]
    if spans.size:
        reach.append((float(spans.min()), float(spans.max())))
    whole = max(stop for _, stop in reach) - min(start for start, _ in reach)

    def ends_on_one(place: float) -> bool:
        return bool(ends.size) and float(np.abs(ends - place).min()) < ENDS * height

    good = [
        one.covered > COVER * whole or (ends_on_one(one.start) and ends_on_one(one.stop)) for one in lines
    ]
    return _completed([one for one, held in zip(lines, good, strict=True) if held], lines, whole)


def _completed(lines: list[Line], every: list[Line], whole: float) -> list[Line]:
    """Leaves out one of two lines that are far closer than all, and takes a piece for one that is missing."""
    if len(lines) < 4:
        return lines
    usual = float(np.median(np.diff([one.place for one in lines])))
    out = lines[:1]
    for line in lines[1:]:
        gap = line.place - out[-1].place
        if gap < NARROW * usual:
            if line.covered > out[-1].covered:
                out[-1] = line
            continue
        if DOUBLE[0] * usual < gap < DOUBLE[1] * usual:
            middle = (line.place + out[-1].place) / 2
            pieces = [one for one in every if abs(one.place - middle) < AMID * usual]
            if sum(one.covered for one in pieces) > PIECE * whole:
                out.append(_joint(pieces))
        out.append(line)
    return out


def _of_table(
    across: list[Line], down: list[Line], boxes: Floats, height: float
) -> tuple[list[Line], list[Line]]:
    """Leaves out the lines of paper beneath, and of boxes for single digits: they run through numbers."""
    if _squared_paper(across, down, len(boxes)):
        return [], []
    sides = boxes, boxes[:, [1, 0, 3, 2]]
    of_paper = [_run_through(lines, one) for lines, one in zip((across, down), sides, strict=True)]
    if any(of_paper) and _are_squares(across, down):
        return [], []
    out = [
        [] if paper else _not_through(lines, one, height)
        for lines, one, paper in zip((across, down), sides, of_paper, strict=True)
    ]
    return out[0], out[1]


def _run_through(lines: list[Line], boxes: Floats) -> bool:
    """Tells whether lines run through numbers as they happen to come: not so many stand on a table's own."""
    if len(lines) < 4 or len(boxes) < FEW:
        return False
    along, middle = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    off = np.stack([np.abs(middle - line.at(along)) for line in lines]).min(axis=0)
    return bool((off < INNER * (boxes[:, 3] - boxes[:, 1])).mean() > BY_CHANCE)


def _not_through(lines: list[Line], boxes: Floats, height: float) -> list[Line]:
    """Leaves out single lines that run through numbers."""
    if not len(boxes):
        return lines
    along, middle = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    tall = boxes[:, 3] - boxes[:, 1]
    out: list[Line] = []
    for line in lines:
        off = np.abs(middle - line.at(along))
        near = (
            (along > line.start - height) & (along < line.stop + height) & (off < tall / 2 + BESIDE * height)
        )
        through = np.count_nonzero(near & (off < CORE * tall))
        if through <= THROUGH * np.count_nonzero(near):
            out.append(line)
    return out


def _are_squares(across: list[Line], down: list[Line]) -> bool:
    """Tells whether lines lie as far apart one way as the other."""
    if min(len(across), len(down)) < 4:
        return False
    tall, wide = (float(np.median(np.diff([one.place for one in lines]))) for lines in (across, down))
    return max(tall, wide) < SQUARE * min(tall, wide)


def _squared_paper(across: list[Line], down: list[Line], count: int) -> bool:
    """Tells the squares of paper from the cells of a table."""
    if not _are_squares(across, down):
        return False
    tall, wide = (np.diff([one.place for one in lines]) for lines in (across, down))
    usual = float(np.median(tall)), float(np.median(wide))
    even = [
        np.median(np.abs(steps - middle)) < EVEN * middle
        for steps, middle in zip((tall, wide), usual, strict=True)
    ]
    return all(even) and count < FILLED * tall.size * wide.size
