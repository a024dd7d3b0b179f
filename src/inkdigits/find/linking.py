"""Marks become numbers, and numbers rows in reading order: by what the finder says follows each mark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.marks import Marks

__all__ = ["fall_of", "numbers_of", "rows_of"]

Places = NDArray[np.intp]
Floats = NDArray[np.float32]

LINKED = 0.5  # probability from which another mark of the number follows
WEAKLY = 0.2  # the same where it stands close: of a number that falls apart each part may be sure
CLOSE = 0.8  # of the higher one's height; widest gap that a weak link closes
ASTRAY = 0.75  # of the higher one's height; how far from where it was expected the next mark may stand
MOST_SPREAD = 12.0  # degrees between the quartiles of the angles at which they stand; more tells nothing
LEAST_PAIRS = 8  # of digits, from which it is told how far lines fall
SAME_ROW = 0.6  # of the lower one's height; how far apart the levels of two numbers of a row may be
ROW_OVERLAP = 0.5  # of a digit's height; how far a number may begin before the one on its left ends


def numbers_of(marks: Marks) -> list[Places]:
    """Returns the marks of each number, in the order in which they are read.

    Marks that are most likely no characters are left out.
    """
    other = spec.NUMBER_LABELS.index(spec.OTHER)
    own = np.flatnonzero(marks.chances.argmax(axis=1) != other)
    follows = _followers(marks, own)
    begun = set(follows.values())
    out: list[Places] = []
    for first in own.tolist():
        if first in begun:
            continue
        number = [first]
        while number[-1] in follows:
            number.append(follows[number[-1]])
        out.append(np.array(number, np.intp))
    return out


def fall_of(marks: Marks) -> float:
    """Returns by how many degrees lines fall, as digits in a row stand; 0 where that is not clear."""
    own = np.flatnonzero(marks.chances.argmax(axis=1) < len(spec.DIGITS))
    pairs = _followers(marks, own)
    if len(pairs) < LEAST_PAIRS:
        return 0.0
    steps = marks.places[list(pairs.values()), :2] - marks.places[list(pairs), :2]
    low, middle, high = np.percentile(np.degrees(np.arctan2(steps[:, 1], steps[:, 0])), (25, 50, 75))
    return float(middle) if high - low <= MOST_SPREAD else 0.0


def rows_of(marks: Marks, numbers: list[Places]) -> list[list[Places]]:
    """Puts numbers into rows from top to bottom, those of a row from left to right.

    Args:
        marks: all marks of a picture whose lines are level or fall by less than 45°.
        numbers: the marks of each number.
    """
    if not numbers:
        return []
    slope = _slope(marks)
    boxes = np.array(
        [_around(marks.places[number]) for number in numbers]
    )  # (N, 4): left, top, right, bottom
    levels = (boxes[:, 1] + boxes[:, 3]) / 2 - slope * (boxes[:, 0] + boxes[:, 2]) / 2
    heights = np.array([marks.places[number, 3].max() for number in numbers])
    rows: list[list[int]] = []
    last = np.zeros(len(numbers), np.intp)  # of each row
    for index in np.argsort(boxes[:, 0], kind="stable").tolist():
        ends = last[: len(rows)]
        low = np.minimum(heights[index], heights[ends])
        apart = np.abs(levels[index] - levels[ends])
        far = (apart >= SAME_ROW * low) | (boxes[index, 0] <= boxes[ends, 2] - ROW_OVERLAP * low)
        apart[far] = np.inf
        best = int(apart.argmin()) if rows else 0
        if not rows or apart[best] == np.inf:
            best = len(rows)
            rows.append([])
        rows[best].append(index)
        last[best] = index
    rows.sort(key=lambda row: float(np.mean(levels[row])))
    return [[numbers[index] for index in row] for row in rows]


def _followers(marks: Marks, own: Places) -> dict[int, int]:
    """Returns which mark follows each that is followed, the likeliest pairs first."""
    order = own[np.argsort(marks.places[own, 0], kind="stable")]
    across = marks.places[order, 0]
    pairs: list[tuple[float, int, int]] = []
    for index in own[marks.links[own] > WEAKLY].tolist():
        x, y, _, height = marks.places[index]
        right, down = marks.steps[index]
        reach = ASTRAY * max(float(height), spec.FINDER_HEIGHT / 2, float(np.hypot(right, down)))
        first, last = np.searchsorted(across, (x + right - reach, x + right + reach))
        others = order[first:last]
        others = others[others != index]
        if not len(others):
            continue
        away = marks.places[others, :2] - (x + right, y + down)
        ahead = (marks.places[others, :2] - (x, y)) @ np.array((right, down)) > 0
        high = np.maximum(np.maximum(marks.places[others, 3], height), 0.7 * np.hypot(right, down))
        cost = np.hypot(away[:, 0], away[:, 1]) / (ASTRAY * high)
        cost[~ahead] = np.inf
        if marks.links[index] < LINKED:
            cost[_gaps(marks, index, others) > CLOSE * np.maximum(marks.places[others, 3], height)] = np.inf
        nearest = int(cost.argmin())
        if cost[nearest] < 1:
            pairs.append((float(cost[nearest]), index, int(others[nearest])))
    follows: dict[int, int] = {}
    taken: set[int] = set()
    for _, index, other in sorted(pairs):
        if index not in follows and other not in taken:
            follows[index] = other
            taken.add(other)
    return _without_circles(follows)


def _gaps(marks: Marks, index: int, others: Places) -> Floats:
    """Returns how far from a mark's right side each of others begins, pixels."""
    x, _, width, _ = marks.places[index]
    return marks.places[others, 0] - marks.places[others, 2] / 2 - (x + width / 2)


def _without_circles(follows: dict[int, int]) -> dict[int, int]:
    """Returns what follows what, without the last pair of each circle."""
    out: dict[int, int] = {}
    for index, other in follows.items():
        end = other
        while end in out:
            end = out[end]
        if end != index:
            out[index] = other
    return out


def _slope(marks: Marks) -> float:
    """Returns how many rows lines of writing fall for each column, as most marks tell."""
    sure = marks.turns[:, 1] > 0.5
    if not sure.any():
        return 0.0
    return float(np.clip(np.median(marks.turns[sure, 0] / marks.turns[sure, 1]), -1, 1))


def _around(places: Floats) -> tuple[float, float, float, float]:
    """Returns left, top, right and bottom of the smallest box around marks."""
    low = (places[:, :2] - places[:, 2:] / 2).min(axis=0)
    high = (places[:, :2] + places[:, 2:] / 2).max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
