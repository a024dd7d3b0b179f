"""How high the digits of a page are, before anything else of it is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.outlines import closed_in

__all__ = ["digit_height"]

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


def digit_height(labels: Ints, stats: Ints, slope: float, share: float = 0.0) -> float:
    """Returns how high most of the writing is, pixels; 0 without any.

    Args:
        labels: int32 (H, W), the connected pieces of ink, 0 = paper.
        stats: int32 (N, 5): left, top, width, height and area of each label; the first means nothing.
        slope: rows for each column, of the page's rows.
        share: least of all ink that is to look like writing.
    """
    _, _, width, height, area = stats.T
    fair = (height >= spec.PAGE_LEAST_HEIGHT) & (width < 4 * height) & (height < 8 * width)
    fair &= (area < 0.8 * width * height) & (area > 0.06 * width * height)
    fair[0] = False
    if not fair.any() or area[fair].sum() < share * area[1:].sum():
        return 0.0
    chosen = np.flatnonzero(fair)
    chosen = chosen[np.argsort(-area[chosen], kind="stable")[: spec.PAGE_SAMPLE]]
    chosen = chosen[~_around_others(stats[chosen])]
    # A drawing is large and has much ink; the writing has most pieces. Dirt has many, but little ink.
    middle = _middle(stats[chosen])
    alike = chosen[np.abs(height[chosen] / middle - 1) < spec.PAGE_FRAME_ALIKE][: spec.PAGE_FRAME_SAMPLE]
    if np.mean(_insides(labels, stats, alike, slope) > 0) <= 0.5:
        return middle
    # Digits that touch their boxes are one piece with them; those that do not are lower than the boxes.
    insides = _insides(labels, stats, chosen, slope)
    inside = float(np.median(insides[insides > 0]))
    low, usual, high = (part * inside for part in spec.PAGE_FRAME_DIGIT)
    written = chosen[(low < height[chosen]) & (height[chosen] < high)]
    return _middle(stats[written]) if written.size else usual


def _middle(stats: Ints) -> float:
    """Returns the height of the pieces that half of the ink is in pieces lower than."""
    heights, areas = stats[:, 3], stats[:, 4]
    weights = np.minimum(areas, 12 * heights)
    order = np.argsort(heights, kind="stable")
    return float(heights[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


def _insides(labels: Ints, stats: Ints, chosen: NDArray[np.intp], slope: float) -> Floats:
    """Returns how high the paper is that four straight sides of each piece close in, pixels; 0 for none."""
    out = np.zeros(chosen.size)
    for index, label in enumerate(chosen):
        left, top, width, tall, area = stats[label]
        if min(width, tall) <= spec.PAGE_FRAME_LEAST or area > 0.7 * width * tall:
            continue
        own = (labels[top : top + tall, left : left + width] == label).astype(np.uint8)
        inner = closed_in(own, slope, spec.PAGE_FRAME_LEAST / spec.PAGE_BOX_LEAST)
        out[index] = np.max(inner[:, 3] - inner[:, 2], initial=0.0)
    return out


def _around_others(stats: Ints) -> NDArray[np.bool_]:
    """Tells the pieces that stand around others, as boxes and frames do around digits."""
    left, top, width, height, _ = stats.T
    right, bottom = left + width, top + height
    inside = (left[None] > left[:, None]) & (right[None] < right[:, None])
    inside &= (top[None] > top[:, None]) & (bottom[None] < bottom[:, None])
    inside &= (height[None] > 0.3 * height[:, None]) | (height[:, None] > 3 * float(np.median(height)))
    return inside.any(axis=1)
