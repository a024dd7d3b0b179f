"""The level sheet: places of a picture on it, however it is turned and from whichever side it is seen.

Along a level line of the sheet the picture's row rises by a slope, which changes with the row, as lines meet
far away in a photo taken from one side; the same of upright lines. Four numbers say all of it; what bends
more, as a curled page, is left to who follows the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.tables.rulings import Ruling, Rulings

__all__ = ["Level", "level_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PAIRS = 20_000  # of numbers, that are asked at most; of thousands of numbers there are a million
_STEEPEST = 0.3  # slope of a row; a page that is turned further is straightened before, or not read
_NOISE = 0.02  # by which the slope of what weighs 1 is wrong
_SPREAD = 0.15  # by which slopes change over the page before anything is known of them
_TOLD = 6  # numbers, with fewer they say nothing about how the sheet is turned
_FAR = 14.0  # heights of a digit between numbers of a row that are compared
_LEVEL = 0.3  # heights of a digit by which numbers of a row are off its middle
_USUAL = 0.15  # slope of a row that is as usual as not
_BETTER = 1.2  # by which numbers have to say it better than print and lines do
_HEAVIEST = 25.0  # no line says more than so much


class Level(NamedTuple):
    """From places of a picture, x and y, to the level sheet's, u and v, and back.

    Attributes:
        x: of the middle, where u is what x is on a level line through it.
        y: of the middle.
        rows: slope of level lines at the middle, and its change for each pixel of v.
        columns: the same of upright lines: x for each y, and its change for each pixel of u.
    """

    x: float
    y: float
    rows: tuple[float, float]
    columns: tuple[float, float]

    def level(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Returns u and v of places."""
        right, down = x - self.x, y - self.y
        (fall, fan), (lean, spread) = self.rows, self.columns
        v = (down - fall * right) / (1 + fan * right)
        u = (right - lean * down) / (1 + spread * down)
        return u, v

    def picture(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Returns x and y of places."""
        fall = self.rows[0] + self.rows[1] * v
        lean = self.columns[0] + self.columns[1] * u
        right = (u + lean * v) / (1 - lean * fall)
        return right + self.x, v + fall * right + self.y


def level_of(rulings: Rulings, boxes: Floats, shape: tuple[int, ...], height: float) -> Level:
    """Fits the level sheet to its lines, and to how numbers stand where there are none.

    Args:
        rulings: the lines.
        boxes: float64 (N, 4), left, top, right and bottom of the numbers, pixels.
        shape: (H, W) of the picture.
        height: pixels, of a digit.
    """
    middle_x, middle_y = shape[1] / 2, shape[0] / 2
    level = _slopes(rulings.level, middle_y, 8 * height)
    upright = _slopes(rulings.upright, middle_x, 6 * height)
    turn = rulings.fall
    if len(level):
        turn = float(np.average(level[:, 1], weights=level[:, 2]))
    elif len(upright):
        turn = -float(np.average(upright[:, 1], weights=upright[:, 2]))
    if len(level) < 2:
        told = _told_by_numbers(boxes, turn, height)
        if told != turn:  # the edge of a shadow, or print that climbs, is no line of the sheet
            turn, level = told, level[:0]
        level = np.concatenate((level, _beside(boxes, turn, middle_y, height)))
    rows = _line(level, turn, shape[0])
    if len(upright) < 2:
        upright = np.concatenate((upright, _below(boxes, -rows[0], middle_x, height)))
    return Level(middle_x, middle_y, rows, _line(upright, -rows[0], shape[1]))


def _slopes(lines: Sequence[Ruling], middle: float, least: float) -> Floats:
    """Returns where each long line is across, its slope and its weight, (N, 3)."""
    told = [
        (float(line.across.mean()) - middle, line.slope(), (line.length / least) ** 2)
        for line in lines
        if line.length >= least
    ]
    return np.array(told, np.float64).reshape(-1, 3)


def _told_by_numbers(boxes: Floats, turn: float, height: float) -> float:
    """Returns the slope along which numbers stand beside each other if most do, else the one that is known.

    Args:
        boxes: float64 (N, 4), left, top, right and bottom of the numbers, pixels.
        turn: the slope that is known.
        height: pixels, of a digit.
    """
    if len(boxes) < _TOLD:
        return turn
    x, y = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    right, down = (x[None] - x[:, None]).ravel(), (y[None] - y[:, None]).ravel()
    pairs = (right > height) & (right < _FAR * height) & (np.abs(down) < _STEEPEST * right + height)
    some = slice(None, None, 1 + int(np.count_nonzero(pairs)) // _PAIRS)
    right, down = right[pairs][some], down[pairs][some]

    def score(slope: Floats) -> Floats:
        off = (down[None] - slope[:, None] * right[None]) / (_LEVEL * height)
        return np.exp(-(off**2)).sum(axis=1) * np.exp(-((slope / _USUAL) ** 2) / 2)

    slopes = np.linspace(-_STEEPEST, _STEEPEST, 121)
    scores = score(slopes)
    best = float(slopes[int(scores.argmax())])
    return best if scores.max() > _BETTER * float(score(np.array([turn]))[0]) else turn


def _beside(boxes: Floats, slope: float, middle: float, height: float) -> Floats:
    """Returns the slopes from numbers to those right of them in their row, as :func:`_slopes`."""
    x, y = boxes[:, ::2].mean(axis=1), boxes[:, 1::2].mean(axis=1)
    first, second = _ahead(x, 0.5 * height, 14 * height)
    run, down = x[second] - x[first], y[second] - y[first]
    near = np.abs(down - slope * run) < 0.45 * height + 0.03 * run
    first, second, run, down = first[near], second[near], run[near], down[near]
    told = (y[first] + y[second]) / 2 - middle, down / run, (run / (20 * height)) ** 2
    return np.stack(told, axis=1)


def _below(boxes: Floats, lean: float, middle: float, height: float) -> Floats:
    """Returns the leans from numbers to those below them in their column, as :func:`_slopes`."""
    left, top, right, bottom = boxes.T
    x, y = (left + right) / 2, (top + bottom) / 2
    first, second = _ahead(y, 0.8 * height, 14 * height)
    run, across = y[second] - y[first], x[second] - x[first]
    wide = np.minimum((right - left)[first], (right - left)[second])
    near = np.abs(across - lean * run) < 0.5 * wide + 0.03 * run
    first, second, run, across = first[near], second[near], run[near], across[near]
    told = (x[first] + x[second]) / 2 - middle, across / run, (run / (20 * height)) ** 2
    return np.stack(told, axis=1)


def _ahead(places: Floats, least: float, most: float) -> tuple[Ints, Ints]:
    """Returns the pairs of which the second is by more than ``least`` and less than ``most`` ahead."""
    order = np.argsort(places, kind="stable")
    along = places[order]
    start = np.searchsorted(along, along + least, side="right")
    counts = np.maximum(0, np.searchsorted(along, along + most) - start)
    first = np.repeat(np.arange(len(places)), counts)
    nth = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    return order[first], order[start[first] + nth]


def _line(told: Floats, usual: float, side: float) -> tuple[float, float]:
    """Fits slope = a + b * place, by weighted least squares that hear outliers less and less."""
    if not len(told):
        return usual, 0.0
    place, slope, weight = told.T
    place = place / side
    weight = np.minimum(weight, _HEAVIEST)
    a, b = float(np.average(slope, weights=weight)), 0.0
    for _ in range(4):
        off = np.abs(slope - a - b * place)
        heard = weight / np.maximum(1.0, off / max(0.004, float(np.median(off)) * 1.5)) ** 2
        rigid = (_NOISE / _SPREAD) ** 2  # a change is believed to be small until lines say otherwise
        left = np.array([[heard.sum(), heard @ place], [heard @ place, heard @ place**2 + rigid]])
        a, b = map(float, np.linalg.solve(left, np.array([heard @ slope, heard @ (slope * place)])))
    return min(max(a, -_STEEPEST), _STEEPEST), b / side
