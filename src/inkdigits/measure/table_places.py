"""Tables that were read against those that are on the sheet: places of numbers, and what stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from inkdigits.readings import Box, Number

__all__ = ["Written", "cells_right", "matched", "structure_right"]

Place = tuple[int, int]  # row, column

_SAME = 0.3  # overlap of a number that is read with one that is written, at least


class Written(NamedTuple):
    """A number on a sheet.

    Attributes:
        text: what it says.
        box: of its ink, pixels.
        row: its row, from 0.
        column: its column, from 0; None where only its row is known.
    """

    text: str
    box: Box
    row: int
    column: int | None


def matched(written: Sequence[Written], read: Sequence[Number]) -> list[int | None]:
    """Returns which number was read where each stands; None for none."""
    out: list[int | None] = []
    for one in written:
        overlaps = [one.box.overlap(number.box) for number in read]
        best = max(range(len(read)), key=overlaps.__getitem__, default=None)
        out.append(None if best is None or overlaps[best] < _SAME else best)
    return out


def structure_right(
    written: Sequence[Written], places: Sequence[tuple[int | None, int | None] | None], *, exact: bool
) -> bool:
    """Tells whether numbers stand in the rows and columns that they are written in.

    Rows and columns are counted from the first with a number, for headings come before. What was not read has
    no place, and says nothing.

    Args:
        written: the numbers of the sheet.
        places: the row and column that each was given; None where it was not read.
        exact: whether an empty row or column counts too, which is only known where lines are.
    """
    told = [(one, place) for one, place in zip(written, places, strict=True) if place is not None]
    if any(row is None or column is None for _, (row, column) in told):
        return False
    rows = [(one.row, place[0]) for one, place in told if place[0] is not None]
    columns = [
        (one.column, place[1]) for one, place in told if one.column is not None and place[1] is not None
    ]
    return all(_alike(pairs, exact=exact) for pairs in (rows, columns))


def _alike(pairs: Sequence[tuple[int, int]], *, exact: bool) -> bool:
    """Tells whether the second of each pair counts as the first does."""
    if exact:
        return len({first - second for first, second in pairs}) <= 1
    ranks = [
        {value: rank for rank, value in enumerate(sorted(set(values)))} for values in zip(*pairs, strict=True)
    ]
    return all(ranks[0][first] == ranks[1][second] for first, second in pairs)


def cells_right(written: Mapping[Place, str], read: Mapping[Place, str]) -> set[Place]:
    """Returns the places of a sheet whose text was read into them, wherever the table begins.

    Args:
        written: the text of each place that has one.
        read: the text of each place of the table that has one.
    """
    shifts = Counter(
        (row - other[0], column - other[1])
        for (row, column), text in written.items()
        for other, told in read.items()
        if told == text
    )
    if not shifts:
        return set()
    (down, right), _ = shifts.most_common(1)[0]
    return {
        (row, column)
        for (row, column), text in written.items()
        if read.get((row - down, column - right)) == text
    }
