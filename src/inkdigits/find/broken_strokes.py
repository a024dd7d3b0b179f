"""Strokes of one digit that the pen or the paper broke apart are put together again, before numbers are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

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
    for index in np.flatnonzero(_may_be_stroke(stats[chosen], height)):
        own = stats[chosen[index]]
        fits = _fits(own, stats[chosen], slope, height) & ~gone
        fits[index] = False
        if not fits.any():
            continue
        other = np.flatnonzero(fits)[_apart(own, stats[chosen[fits]]).max(axis=0).argmin()]
        _join(labels, stats, int(chosen[index]), int(chosen[other]))
        gone[index] = True
    return chosen[~gone]


def _may_be_stroke(stats: Ints, height: float) -> NDArray[np.bool_]:
    """Tells pieces lower than a digit and larger than a point."""
    return (stats[:, 3] < 0.8 * height) & (np.maximum(stats[:, 2], stats[:, 3]) > spec.PAGE_STROKE * height)


def _apart(own: Ints, others: Ints) -> Ints:
    """Returns pixels of paper between a piece and others, across and down, int32 (2, N); < 0 is overlap."""
    starts, stops = others[:, :2].T, (others[:, :2] + others[:, 2:4]).T
    start, stop = own[:2, None], (own[:2] + own[2:4])[:, None]
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
