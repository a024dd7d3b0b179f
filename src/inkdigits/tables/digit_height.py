"""How high the digits of a page are, before anything else of it is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["digit_height"]

Ints = NDArray[np.int32]


def digit_height(stats: Ints, share: float = 0.0) -> float:
    """Returns how high most of the writing is, pixels; 0 without any.

    Args:
        stats: int32 (N, 5): left, top, width, height and area of each label; the first means nothing.
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
    return _middle(stats[chosen])


def _middle(stats: Ints) -> float:
    """Returns the height of the pieces that half of the ink is in pieces lower than."""
    heights, areas = stats[:, 3], stats[:, 4]
    weights = np.minimum(areas, 12 * heights)
    order = np.argsort(heights, kind="stable")
    return float(heights[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


def _around_others(stats: Ints) -> NDArray[np.bool_]:
    """Tells the pieces that stand around others, as boxes and frames do around digits."""
    left, top, width, height, _ = stats.T
    right, bottom = left + width, top + height
    inside = (left[None] > left[:, None]) & (right[None] < right[:, None])
    inside &= (top[None] > top[:, None]) & (bottom[None] < bottom[:, None])
    inside &= (height[None] > 0.3 * height[:, None]) | (height[:, None] > 3 * float(np.median(height)))
    return inside.any(axis=1)
