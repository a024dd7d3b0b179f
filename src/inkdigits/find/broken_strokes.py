"""Strokes of one digit that the pen or the paper broke apart are put together again, before numbers are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.nearby import near_pairs

__all__ = ["joined_strokes"]

Ints = NDArray[np.int32]


def joined_strokes(labels: Ints, stats: Ints, chosen: Ints, slope: float, height: float) -> Ints:
    """Gives broken-off strokes the label of the piece they belong to; ``labels`` and ``stats`` change.

    Args:
        labels: int32 (H, W), the connected pieces of ink, 0 = paper.
        stats: int32 (N, 5): left, top, width, height and area of each label.
        chosen: int32 (M,), the labels looked at.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.

    Returns:
        The labels that are left.
    """
    gone = np.zeros(chosen.size, bool)
    strokes = _may_be_stroke(stats[chosen], height)
    # Nearer than that are all that _fits takes; a piece that strokes were joined to has theirs, too.
    first, second = near_pairs(stats[chosen], 0.12 * height, 0.25 * height, strokes)
    fitting = np.zeros(chosen.size, bool)
    fitting[first[_fits(stats[chosen[first]].T, stats[chosen[second]], slope, height)]] = True
    edges = np.searchsorted(first, np.arange(chosen.size + 1))
    near = {
        index: set(second[edges[index] : edges[index + 1]].tolist())
        for index in np.flatnonzero(strokes).tolist()
    }
    for index, beside in near.items():
        if not fitting[index]:
            continue
        others = np.array(sorted(beside), np.int64)
        others = others[~gone[others]]
        own = stats[chosen[index]]
        others = others[_fits(own, stats[chosen[others]], slope, height)]
        if not others.size:
            continue
        other = int(others[_apart(own, stats[chosen[others]]).max(axis=0).argmin()])
        _join(labels, stats, int(chosen[index]), int(chosen[other]))
        gone[index] = True
        for neighbour in beside - {other}:
            if neighbour in near:
                near[neighbour].add(other)
                fitting[neighbour] = True
        if other in near:
            near[other] |= beside - {other}
            fitting[other] = True
    return chosen[~gone]


def _may_be_stroke(stats: Ints, height: float) -> NDArray[np.bool_]:
    """Tells pieces lower than a digit and larger than a point."""
    return (stats[:, 3] < 0.8 * height) & (np.maximum(stats[:, 2], stats[:, 3]) > spec.PAGE_STROKE * height)


def _apart(own: Ints, others: Ints) -> Ints:
    """Returns pixels of paper between a piece and others, across and down, int32 (2, N); < 0 is overlap.

    The piece is int32 (5,), or (5, N) for another beside each of the others.
    """
    starts, stops = others[:, :2].T, (others[:, :2] + others[:, 2:4]).T
    start, stop = own[:2].reshape(2, -1), (own[:2] + own[2:4]).reshape(2, -1)
    return np.maximum(starts - stop, start - stops)


def _fits(own: Ints, others: Ints, slope: float, height: float) -> NDArray[np.bool_]:
    """Tells which pieces a stroke belongs to: right beside it, and together as high as one digit."""
    across, down = _apart(own, others)
    left, top, width, tall = others[:, 0], others[:, 1], others[:, 2], others[:, 3]
    together = np.maximum(top + tall, own[1] + own[3]) - np.minimum(top, own[1])
    fits = together < spec.PAGE_STROKE_TOGETHER * np.maximum(tall, height)
    fits &= tall > spec.PAGE_STROKE * height
    over = (-across > 0.5 * np.minimum(width, own[2])) & (down < 0.25 * height)
    beside = (across < 0.12 * height) & (down < 0.2 * height) & (tall > spec.PAGE_DIGIT_LEAST * height)
    # Below the middle stand points and commas, before it minus signs.
    fall = own[1] + own[3] / 2 - (top + tall / 2) - slope * (own[0] + own[2] / 2 - left - width / 2)
    beside &= (fall < 0.1 * tall) & (own[0] + own[2] / 2 > left + 0.5 * width)
    return fits & (over | beside)


def _join(labels: Ints, stats: Ints, stroke: int, piece: int) -> None:
    """Makes the first label's ink the piece's."""
    left, top, width, tall = stats[stroke, :4]
    place = labels[top : top + tall, left : left + width]
    place[place == stroke] = piece
    low = np.minimum(stats[stroke, :2], stats[piece, :2])
    high = np.maximum(stats[stroke, :2] + stats[stroke, 2:4], stats[piece, :2] + stats[piece, 2:4])
    stats[piece] = (*low, *(high - low), stats[stroke, 4] + stats[piece, 4])
