"""What a table says of its numbers: those that go over a line are several, digits of one cell are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Number
from inkdigits.recognition.answers import around
from inkdigits.tables.blocks import Line
from inkdigits.tables.grid import Grid

__all__ = ["Group", "Part", "groups_by_cells", "put_together"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HABIT = 0.5  # of the cells between lines; who writes digits so wide apart does it often
BOTH = 0.4  # of the rows with a number on one side of a line that is not drawn, which have one on both
ROWS = 3  # which have one on both
MEANT = 0.9  # as sure is what is parted where no line is drawn


class Part(NamedTuple):
    """Some characters of a number that was read: those from ``first`` to before ``last``."""

    number: int
    first: int
    last: int


class Group(NamedTuple):
    """A number as it is written.

    Attributes:
        parts: what it consists of, from the left.
        sure: factor of how sure it is.
    """

    parts: tuple[Part, ...]
    sure: float = 1.0


@dataclass(frozen=True)
class _Table:
    """A table and what was read in it.

    Attributes:
        grid: its lines.
        numbers: all numbers of the sheet.
        digits: of each float64 (D, 4), left, top, right and bottom of its characters on the level sheet.
        held: which numbers stand in each row and column.
    """

    grid: Grid
    numbers: Sequence[Number]
    digits: Sequence[Floats]
    held: dict[tuple[int, int], list[int]]

    def is_ruled(self, column: int) -> bool:
        """Tells whether a column has lines on both sides that are drawn."""
        return self.grid.columns[column].drawn and self.grid.columns[column + 1].drawn


def groups_by_cells(
    numbers: Sequence[Number], digits: Sequence[Floats], grids: Sequence[Grid]
) -> list[Group] | None:
    """Parts numbers that go over a line between columns, and joins the digits of one cell.

    Args:
        numbers: as they were read.
        digits: of each float64 (D, 4), left, top, right and bottom of its characters on the level sheet.
        grids: the tables they stand in.

    Returns:
        The numbers that are written, in the order of those that were read; None where these are they.
    """
    out = {index: [Group((_all(index, digits),))] for index in range(len(numbers))}
    changed = False
    for grid in grids:
        held: dict[tuple[int, int], list[int]] = {}
        places = zip(grid.numbers.tolist(), grid.row.tolist(), grid.column.tolist(), strict=True)
        for index, row, column in places:
            held.setdefault((row, column), []).append(index)
        table = _Table(grid, numbers, digits, held)
        for own in _in_pieces(table):
            own.sort(key=lambda index: digits[index][0, 0])
            out.update({index: [] for index in own})
            out[own[0]] = [Group(tuple(_all(index, digits) for index in own))]
            changed = True
        for place, own in held.items():
            cuts = _cuts(own[0], place, table) if len(own) == 1 else {}
            if cuts:
                ends = pairwise([0, *sorted(cuts), len(digits[own[0]])])
                sure = min(cuts.values())
                out[own[0]] = [Group((Part(own[0], *end),), sure) for end in ends]
                changed = True
    return [group for index in range(len(numbers)) for group in out[index]] if changed else None


def put_together(numbers: Sequence[Number], groups: Sequence[Group]) -> list[Number]:
    """Returns the numbers of groups, as sure as their parts together."""
    out: list[Number] = []
    for group in groups:
        first = numbers[group.parts[0].number]
        digits = tuple(
            digit for one in group.parts for digit in numbers[one.number].digits[one.first : one.last]
        )
        if digits == first.digits or not digits:
            out.append(first)
            continue
        sure = group.sure * float(np.prod([numbers[one.number].confidence for one in group.parts]))
        text, box = "".join(digit.value for digit in digits), around([digit.box for digit in digits])
        out.append(replace(first, text=text, confidence=sure, box=box, digits=digits))
    return out


def _all(index: int, digits: Sequence[Floats]) -> Part:
    return Part(index, 0, len(digits[index]))


def _in_pieces(table: _Table) -> list[list[int]]:
    """Returns the pieces of each number that stands wide apart in a cell."""
    ruled = [(column, own) for (_, column), own in table.held.items() if table.is_ruled(column)]
    out = [own for _, own in ruled if len(own) > 1 and _is_one(own, table)]
    return out if len(out) >= HABIT * len(ruled) else []


def _is_one(own: list[int], table: _Table) -> bool:
    """Tells digits that stand wide apart from several numbers."""
    texts = [table.numbers[index].text for index in own]
    return sum(len(text) > 1 for text in texts) < 2 and all(map(_plain, texts))


def _plain(text: str) -> bool:
    """Tells digits and a point from other signs, which may part what stands on both sides."""
    return all(character.isdigit() or character == "." for character in text)


def _cuts(index: int, place: tuple[int, int], table: _Table) -> dict[int, float]:
    """Returns before which characters a number is parted, and how sure that is."""
    boxes, (row, column), lines = table.digits[index], place, table.grid.columns
    values = [digit.value for digit in table.numbers[index].digits]
    gaps = boxes[1:, 0] - boxes[:-1, 2]
    cuts: dict[int, float] = {}
    for right in _crossed(boxes, column, lines):
        left, behind = right - 1, _behind(boxes, lines[right])
        cut = int(behind.argmax())
        if not behind[cut:].all():
            continue
        if any((row, side) in table.held for side in (left, right) if side != column):
            continue
        if not lines[right].drawn and not (gaps[cut - 1] >= gaps.max() and _is_longest(boxes, right, table)):
            continue
        cuts[cut] = 1.0 if lines[right].drawn else MEANT
    ends = pairwise([0, *sorted(cuts), len(values)])
    return cuts if all(any(map(str.isdigit, values[start:stop])) for start, stop in ends) else {}


def _crossed(boxes: Floats, column: int, lines: Sequence[Line]) -> list[int]:
    """Returns the lines between columns, as places among all, with characters of a number on both sides."""
    out: list[int] = []
    for places in (range(column, 0, -1), range(column + 1, len(lines) - 1)):
        for place in places:  # the nearest first: what does not reach that one reaches none
            behind = _behind(boxes, lines[place])
            if behind.all() or not behind.any():
                break
            out.append(place)
    return out


def _is_longest(boxes: Floats, right: int, table: _Table) -> bool:
    """Tells two numbers that were read as one from a long one, where no line is drawn between two columns.

    Args:
        boxes: of the characters of the number.
        right: the column behind the line.
        table: where it stands.
    """
    own = {place: held for place, held in table.held.items() if place[1] in (right - 1, right)}
    rows = [row for row, _ in own]
    both = len(rows) - len(set(rows))
    if both < ROWS or both < BOTH * len(set(rows)):
        return False
    others = [table.digits[index] for held in own.values() for index in held]
    line = table.grid.columns[right]
    beside = [one for one in others if _behind(one, line).all() or not _behind(one, line).any()]
    return _width(boxes) > max(map(_width, beside), default=0.0)


def _behind(boxes: Floats, line: Line) -> Bools:
    """Returns which boxes have their middle behind an upright line."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    return middles[:, 0] > line.at(middles[:, 1])


def _width(boxes: Floats) -> float:
    return float(boxes[:, 2].max() - boxes[:, 0].min())
