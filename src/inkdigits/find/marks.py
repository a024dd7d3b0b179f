"""The finder's answer becomes marks: where each is, how large, what it may be, what follows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find import maps

__all__ = ["Marks", "joined", "marks_of_answer", "matched", "peaks_of_answer", "suppressed"]

Floats = NDArray[np.float32]

LEAST_SCORE = 0.25  # of the middle of a mark
NESTED = 0.6  # of the smaller mark's area; a stroke of a mark that is found as one of its own has more
NESTED_POINT = 0.95  # the same of a point, which may stand under the arm of a 7
HOLDS_POINTS = ":%" + spec.OTHER  # marks that consist of points


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Marks, a row each in every array.

    Attributes:
        places: float32 (M, 4): x and y of the middle, width and height, pixels.
        scores: float32 (M,): probability that the middle of a mark is there.
        chances: float32 (M, labels): what it may be, in the order of ``spec.NUMBER_LABELS``.
        links: float32 (M,): probability that a mark of the same number follows.
        steps: float32 (M, 2): from its middle to that of the one that follows, pixels.
        turns: float32 (M, 2): sine and cosine of the angle by which its line is turned clockwise.
    """

    places: Floats
    scores: Floats
    chances: Floats
    links: Floats
    steps: Floats
    turns: Floats

    def __len__(self) -> int:
        return len(self.scores)

    def only(self, which: Any) -> Marks:
        """Returns some of the marks, by their places in order or by a mask."""
        return Marks(*(array[which] for array in self.arrays()))

    def arrays(self) -> tuple[Floats, ...]:
        """Returns all of them, in their order."""
        return self.places, self.scores, self.chances, self.links, self.steps, self.turns

    def moved(self, right: float, down: float) -> Marks:
        """Returns the marks that many pixels further right and down."""
        places = self.places.copy()
        places[:, :2] += np.array((right, down), np.float32)
        return replace(self, places=places)

    def stretched(self, across: float, down: float) -> Marks:
        """Returns the marks of the picture when it is so many times as wide and as high."""
        both = np.array((across, down), np.float32)
        return replace(self, places=self.places * np.tile(both, 2), steps=self.steps * both)


def joined(parts: list[Marks]) -> Marks:
    """Returns the marks of several parts of a picture as one."""
    if parts:
        return Marks(*(np.concatenate([part.arrays()[index] for part in parts]) for index in range(6)))
    labels = len(spec.NUMBER_LABELS)
    shapes: tuple[tuple[int, ...], ...] = ((0, 4), (0,), (0, labels), (0,), (0, 2), (0, 2))
    return Marks(*(np.zeros(shape, np.float32) for shape in shapes))


def marks_of_answer(answer: Floats, temperature: float = 1.0) -> Marks:
    """Returns the marks that a finder tells of, the surest first, each once; see :func:`peaks_of_answer`."""
    return suppressed(peaks_of_answer(answer, temperature))


def peaks_of_answer(answer: Floats, temperature: float = 1.0) -> Marks:
    """Returns the marks that a finder tells of, among them strokes of others.

    Args:
        answer: float32 (H / 4, W / 4, 2 x answers) for one image of (H, W).
        temperature: logits of the labels are divided by it.
    """
    rows, columns = answer.shape[0], spec.FRAMES_A_COLUMN * answer.shape[1]
    told = answer.reshape(rows, columns, -1)
    centres = np.ascontiguousarray(told[..., maps.CENTRE])
    highest = cv2.dilate(centres, np.ones((3, 3), np.uint8))
    least = np.float32(np.log(LEAST_SCORE / (1 - LEAST_SCORE)))
    y, x = np.nonzero((centres >= highest) & (centres > least))
    found = told[y, x]
    down, across = maps.centres_of_places(rows, columns)
    middles = np.stack((across[x], down[y]), axis=1) + maps.OFFSET_UNIT * np.clip(
        found[:, maps.RIGHT : maps.DOWN + 1], -2, 2
    )
    sizes = spec.FINDER_HEIGHT * np.exp(np.clip(found[:, maps.WIDTH : maps.HEIGHT + 1], -4, 3))
    named = found[:, maps.FIELDS :] / temperature
    named = np.exp(named - named.max(axis=1, keepdims=True)) if len(named) else named
    chances = named / np.maximum(named.sum(axis=1, keepdims=True), 1e-12)
    return Marks(
        np.concatenate((middles, sizes), axis=1).astype(np.float32),
        _sigmoid(found[:, maps.CENTRE]),
        chances.astype(np.float32),
        _sigmoid(found[:, maps.LINK]),
        (spec.FINDER_HEIGHT * found[:, maps.NEXT_RIGHT : maps.NEXT_DOWN + 1]).astype(np.float32),
        found[:, maps.SINE : maps.COSINE + 1].astype(np.float32),
    )


def suppressed(marks: Marks) -> Marks:
    """Returns marks without those that are strokes of surer ones, the surest first.

    Boxes are compared by the smaller one's area: the bar of a 7 lies within the 7 and is no minus.
    """
    marks = marks.only(np.argsort(-marks.scores, kind="stable"))
    first, second = _touching(marks)
    low = marks.places[:, :2] - marks.places[:, 2:] / 2
    high = marks.places[:, :2] + marks.places[:, 2:] / 2
    common = np.minimum(high[first], high[second]) - np.maximum(low[first], low[second])
    shared = np.maximum(common, 0).prod(axis=1)
    area = marks.places[:, 2:].prod(axis=1)
    share = shared / np.minimum(area[first], area[second])
    names = marks.chances.argmax(axis=1)
    point = names == spec.NUMBER_LABELS.index(".")
    holds = np.isin(names, [spec.NUMBER_LABELS.index(value) for value in HOLDS_POINTS])
    alike = (point[first] == point[second]) | holds[first] | holds[second]
    over = share > np.where(alike, NESTED, NESTED_POINT)
    gone = np.zeros(len(marks), bool)
    surer, other = np.minimum(first[over], second[over]), np.maximum(first[over], second[over])
    for place in np.argsort(surer, kind="stable").tolist():  # whether the surer one stays is known by then
        if not gone[surer[place]]:
            gone[other[place]] = True
    return marks.only(~gone)


def _touching(marks: Marks) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns pairs of marks whose columns overlap, each once."""
    left = marks.places[:, 0] - marks.places[:, 2] / 2
    order = np.argsort(left, kind="stable")
    stops = np.searchsorted(left[order], (left + marks.places[:, 2])[order])
    counts = np.maximum(stops - np.arange(len(order)) - 1, 0)
    first = np.repeat(np.arange(len(order)), counts)
    second = first + 1 + np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    near = np.abs(marks.places[order[first], 1] - marks.places[order[second], 1])
    meets = 2 * near < marks.places[order[first], 3] + marks.places[order[second], 3]
    return order[first[meets]], order[second[meets]]


def matched(marks: Marks, places: Floats) -> list[tuple[int, int]]:
    """Pairs marks with known places, each once: the surest mark whose middle is within a place's box.

    Args:
        marks: what was found, the surest first.
        places: float32 (N, 4): x and y of the middle, width and height.
    """
    free = np.ones(len(places), bool)
    pairs: list[tuple[int, int]] = []
    for index, (x, y, width, height) in enumerate(marks.places):
        away = np.abs(places[:, :2] - (x, y)) / (0.3 * places[:, 2:] + 0.2 * np.array((width, height)) + 1)
        far = np.where(free, away.max(axis=1), np.inf) if len(places) else np.zeros(0)
        if len(far) and far.min() < 1:
            best = int(far.argmin())
            free[best] = False
            pairs.append((index, best))
    return pairs


def _sigmoid(logits: Floats) -> Floats:
    return (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
