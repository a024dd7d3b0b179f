"""Numbers of a picture → where their labels stand: each near its number, where it covers least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Area", "covered", "label_places"]

Picture = NDArray[np.uint8]
Area = tuple[int, int, int, int]  # left, top, right, bottom in pixels of the canvas; the last two are outside

# What a label's place costs, in shares of the label's area.
_COST_COVER = 4.0  # all of it lies on a number or on another label
_COST_INK = 2.0  # all of it lies on other ink
_COST_GROWTH = 0.3  # the picture has to grow for it; a little ink covered is worse
_COST_ORDER = 0.02  # for each place that is tried before it: above comes first
_EDGE = 24  # grey levels between neighbouring pixels that mark ink


def label_places(canvas: Picture, anchors: list[Area], sizes: list[tuple[int, int]], size: int) -> list[Area]:
    """Returns where each label stands; parts of it may lie above, below or right of the canvas.

    Args:
        canvas: uint8 (H, W, 3).
        anchors: what each label belongs to.
        sizes: width and height of each label, pixels.
        size: height of their text, pixels.
    """
    height, width = canvas.shape[:2]
    gap = max(2, size // 5)
    taken = np.array([*anchors, *[(0, 0, 0, 0)] * len(anchors)], np.int64)  # numbers, then labels
    ink, step = _ink_sums(canvas, size)
    places: list[Area] = []
    for index, (anchor, (wide, tall)) in enumerate(zip(anchors, sizes, strict=True)):
        best, least = (0, 0, 0, 0), np.inf
        for order, (left, top) in enumerate(_candidates(anchor, wide, tall, gap)):
            inside = max(0, min(left, width - wide))
            place = (inside, top, inside + wide, top + tall)
            cost = _COST_COVER * _overlap(place, taken) / (wide * tall) + _COST_ORDER * order
            cost += _COST_INK * _ink_share(ink, place, step)
            cost += _COST_GROWTH * (top < 0 or top + tall > height)
            if cost < least:
                best, least = place, cost
        taken[len(anchors) + index] = best
        places.append(best)
    return places


def covered(places: list[Area], anchors: list[Area]) -> float:
    """Returns which share of the labels' area lies on numbers and other labels, each counted."""
    areas = np.array([*anchors, *places], np.int64)
    whole = sum((right - left) * (bottom - top) for left, top, right, bottom in places)
    hidden = sum(_overlap(place, areas) for place in places) - whole  # each lies on itself
    return hidden / max(1, whole)


def _candidates(anchor: Area, wide: int, tall: int, gap: int) -> list[tuple[int, int]]:
    """Returns the upper left corners that a label may have, the most wanted first."""
    left, top, right, bottom = anchor
    above, below, level = top - gap - tall, bottom + gap, (top + bottom - tall) // 2
    across = (left - gap, right + gap - wide, (left + right - wide) // 2)
    return [
        *((x, above) for x in across),
        *((x, below) for x in across),
        (right + gap, level),
        (left - gap - wide, level),
    ]


def _overlap(place: Area, taken: NDArray[np.int64]) -> float:
    """Returns how many pixels of a place lie on areas that are taken, counted for each of them."""
    across = np.minimum(taken[:, 2], place[2]) - np.maximum(taken[:, 0], place[0])
    down = np.minimum(taken[:, 3], place[3]) - np.maximum(taken[:, 1], place[1])
    return float((np.maximum(across, 0) * np.maximum(down, 0)).sum())


def _ink_sums(canvas: Picture, size: int) -> tuple[NDArray[np.int64], int]:
    """Returns running sums of the pixels where ink begins or ends, and the step at which they were taken."""
    step = max(1, size // 8)  # finer than the strokes of anything as large as a label
    green = canvas[::step, ::step, 1].astype(np.int16)
    edges = np.zeros((green.shape[0] + 1, green.shape[1] + 1), np.int64)
    edges[1:-1, 1:] += np.abs(np.diff(green, axis=0)) > _EDGE
    edges[1:, 1:-1] += np.abs(np.diff(green, axis=1)) > _EDGE
    return edges.cumsum(axis=0).cumsum(axis=1), step


def _ink_share(sums: NDArray[np.int64], place: Area, step: int) -> float:
    """Returns the share of a place that is ink's edge, 0..1."""
    left, right = (min(max(0, x // step), sums.shape[1] - 1) for x in place[::2])
    top, bottom = (min(max(0, y // step), sums.shape[0] - 1) for y in place[1::2])
    found = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return min(1.0, float(found) / max(1, (right - left) * (bottom - top)))
