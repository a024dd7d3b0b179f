"""Rows and columns by standing in line, where no lines part them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["columns_by_standing", "pitch_below", "rows_by_standing"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SAME = 0.5  # of the usual distance to the next: what is nearer stands in line
_NEAREST = 0.2  # of all numbers; below many there is a blank
_LEAST_PITCH = 1.1  # heights of a digit
_STIFF = 0.02  # how unlikely it is that rows meet far away; of how much is known of their fall
_NEW = 0.5  # of the usual distance between columns: what strays further is in another
_STRAY = 0.8  # of the usual distance between columns by which one that is corrected stands beside its own
_TWIN = 0.8  # of it; columns nearer than that, of which no row has both, are one
_ONCE = 0.15  # of the rows of two such columns, which may have both: a number was read as two
_ROWS = 4  # with fewer a column of one number is as good as others
_ROUNDS = 3


def pitch_below(spans: Floats, levels: Floats, height: float) -> float:
    """Returns the usual distance from a number to the one below it, pixels; 0 where none is below another.

    Args:
        spans: float64 (N, 2), where each begins and ends along its row.
        levels: float64 (N,), middles across.
        height: pixels, of a digit.
    """
    over = np.minimum(spans[:, None, 1], spans[None, :, 1]) > np.maximum(spans[:, None, 0], spans[None, :, 0])
    down = levels[None] - levels[:, None]
    down = np.where(over & (down > 0.7 * height), down, np.inf)
    nearest = down.min(axis=1, initial=np.inf)
    known = nearest[np.isfinite(nearest)]
    return float(np.quantile(known, _NEAREST)) if known.size else 0.0


def rows_by_standing(spans: Floats, levels: Floats, height: float) -> Ints:
    """Returns the row of each number, int64 (N,), from 0 at the top.

    Args:
        spans: float64 (N, 2), where each begins and ends along its row.
        levels: float64 (N,), middles across, on a level sheet.
        height: pixels, of a digit.
    """
    pitch = max(pitch_below(spans, levels, height), _LEAST_PITCH * height)
    middles = spans.mean(axis=1)
    rows = _parted(levels, pitch)
    for _ in range(_ROUNDS):
        straighter = levels - _fall(middles, levels, rows)
        found = _parted(straighter, pitch)
        if found.max() < rows.max():  # that would lay rows over each other
            break
        levels, rows = straighter, found
    return rows


def _parted(levels: Floats, pitch: float) -> Ints:
    """Returns the row of each number by its level alone."""
    rows = np.zeros(len(levels), np.int64)
    row, own = -1, [float("-inf")]
    for index in np.argsort(levels, kind="stable"):
        level = float(levels[index])
        if level - sum(own) / len(own) > _SAME * pitch:
            row, own = row + 1, []
        own.append(level)
        rows[index] = row
    return rows


def _fall(middles: Floats, levels: Floats, rows: Ints) -> Floats:
    """Returns by how much numbers lie lower than their row, as far as all rows fall, or meet far away."""
    count = np.bincount(rows)
    across = middles - (np.bincount(rows, middles) / count)[rows]
    off = levels - (np.bincount(rows, levels) / count)[rows]
    if not (count > 1).any():
        return np.zeros_like(levels)
    down = (levels - levels.mean()) / max(1.0, float(np.ptp(levels)))
    terms = np.stack((across, across * down), axis=1)
    square = terms.T @ terms
    square[np.diag_indices(2)] += _STIFF * (square[0, 0] + 1e-9) * np.array((0.0, 1.0)) + 1e-9
    return terms @ np.linalg.solve(square, terms.T @ off)


def columns_by_standing(spans: Floats, rows: Ints, height: float) -> Ints:
    """Returns the column of each number, int64 (N,), from 0 at the left.

    What begins, ends or has its middle where others of a column do belongs to it; two of one row never share
    one, and stay in their order. Columns are those of the fullest row at first; others add what they lack.

    Args:
        spans: float64 (N, 2), where each begins and ends along its row.
        rows: the row of each.
        height: pixels, of a digit.
    """
    middles = spans.mean(axis=1)
    members = [np.flatnonzero(rows == row) for row in np.unique(rows)]
    members = [one[np.argsort(middles[one], kind="stable")] for one in members]
    steps = np.concatenate([np.diff(middles[one]) for one in members])
    pitch = float(np.quantile(steps, 0.25)) if steps.size else 1.5 * height
    new = max(_NEW * pitch, 0.5 * height)
    told = np.column_stack((spans, middles))
    known = np.zeros((0, 3))
    for own in sorted(members, key=len, reverse=True):
        order = _aligned(told[own], known, new)
        fresh = [index for index, place in zip(own, order, strict=True) if place < 0]
        known = np.concatenate((known, told[fresh]))
        known = known[np.argsort(known[:, 2], kind="stable")]
    columns = np.zeros(len(middles), np.int64)
    for _ in range(_ROUNDS):
        for own in members:
            columns[own] = _aligned(told[own], known, float("inf"))
        columns = np.unique(columns, return_inverse=True)[1].astype(np.int64)
        known = np.array([np.median(told[columns == one], axis=0) for one in range(int(columns.max()) + 1)])
    columns = _without_twins(columns, rows, told, _TWIN * pitch)
    known = np.array([np.median(told[columns == one], axis=0) for one in range(int(columns.max()) + 1)])
    return _without_strays(columns, rows, told, known, _STRAY * pitch)


def _without_twins(columns: Ints, rows: Ints, told: Floats, most: float) -> Ints:
    """Makes one of two columns beside each other that are near, and of which each row has one at most."""
    out = columns.copy()
    one = 0
    while one < int(out.max()):
        own, next_ = out == one, out == one + 1
        apart = np.abs(np.median(told[own], axis=0) - np.median(told[next_], axis=0)).min()
        here, there = set(rows[own].tolist()), set(rows[next_].tolist())
        if apart < most and len(here & there) <= _ONCE * len(here | there):
            out[out > one] -= 1
        else:
            one += 1
    return out


def _without_strays(columns: Ints, rows: Ints, told: Floats, known: Floats, most: float) -> Ints:
    """Gives what is alone in a column to the one beside it, where its row has none: what was corrected."""
    taken = set(zip(rows.tolist(), columns.tolist(), strict=True))
    count = np.bincount(columns)
    out = columns.copy()
    for index in np.flatnonzero(count[columns] == 1) if len(np.unique(rows)) >= _ROWS else ():
        away = np.abs(told[index] - known).min(axis=1)
        away[count == 1] = np.inf
        nearest = int(np.argmin(away))
        if away[nearest] < most and (int(rows[index]), nearest) not in taken:
            out[index] = nearest
    return np.unique(out, return_inverse=True)[1].astype(np.int64)


def _aligned(told: Floats, known: Floats, new: float) -> list[int]:
    """Puts the numbers of a row to the known columns, in order, so that they stray least.

    Args:
        told: float64 (N, 3), left, right and middle of each number.
        known: float64 (C, 3), the same of the columns.
        new: by how much one may stray before it begins a column.

    Returns:
        The column of each, -1 for a new one.
    """
    count, have = len(told), len(known)
    stray = np.abs(told[:, None] - known[None]).min(axis=2).tolist() if have else [[]] * count
    best = [[0.0] * (have + 1)] + [[float("inf")] * (have + 1) for _ in range(count)]
    for i in range(1, count + 1):
        above, own, off = best[i - 1], best[i], stray[i - 1]
        own[0] = above[0] + new
        for j in range(1, have + 1):
            own[j] = min(own[j - 1], above[j - 1] + off[j - 1], above[j] + new)
    place = [-1] * count
    i, j = count, have
    while i:
        if j and best[i][j] == best[i][j - 1]:
            j -= 1
        elif j and best[i][j] == best[i - 1][j - 1] + stray[i - 1][j - 1]:
            i, j = i - 1, j - 1
            place[i] = j
        else:
            i -= 1
    return place
