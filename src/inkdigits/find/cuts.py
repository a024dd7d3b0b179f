"""Cuts between digits that touch, along the slant of the writing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["cuts"]

Image = NDArray[np.uint8]


def cuts(ink: Image, slant: float, middle: float, *, touches: bool) -> list[tuple[Image, float]]:
    """Cuts a piece of ink that may be more than one digit at its thinnest places.

    Args:
        ink: uint8 (H, W), 255 = ink.
        slant: columns to the right for each row up; cuts follow it.
        middle: the column in ``ink`` around which the wanted digit stands.
        touches: whether the piece reaches the left or right side of the picture.

    Returns:
        At most three pieces of the shape of ``ink``, each with the share of its height that the cut
        goes through ink; none when the piece is as narrow as one digit.
    """
    height, width = ink.shape
    upright_width = width - abs(slant) * height * 0.8
    enough = spec.CUT_TOUCHING_ASPECT if touches else spec.CUT_ASPECT
    if min(width, height) < 8 or upright_width < enough * height:
        return []
    rows = np.arange(height)[:, None] - height / 2
    upright = np.arange(width)[None, :] + slant * rows
    base = int(np.floor(upright.min()))
    columns = (upright - base).astype(np.int64)
    profile = np.bincount(columns.ravel(), ink.ravel().astype(np.float64)) / 255.0
    smooth = np.convolve(profile, (0.25, 0.5, 0.25), "same")
    centre = middle - base
    left = _valley(smooth, centre - 0.9 * height, centre - spec.CUT_NEAR * height)
    right = _valley(smooth, centre + spec.CUT_NEAR * height, centre + 0.9 * height)
    total = int(ink.sum(dtype=np.int64))
    out: list[tuple[Image, float]] = []
    for low, high in ((left, None), (None, right), (left, right)):
        if low is None and high is None:
            continue
        keep = np.ones_like(ink)
        cost = 0.0
        if low is not None:
            keep[columns < low] = 0
            cost += float(smooth[low])
        if high is not None:
            keep[columns > high] = 0
            cost += float(smooth[high])
        cut = ink * keep
        if int(cut.sum(dtype=np.int64)) >= spec.CUT_LEAST * total:
            out.append((cut, cost / height))
    return out


def _valley(profile: NDArray[np.float64], low: float, high: float) -> int | None:
    """Returns the column with the least ink between two columns, if ink lies on both its sides."""
    first, last = max(1, round(low)), min(len(profile) - 2, round(high))
    if first > last:
        return None
    best = first + int(np.argmin(profile[first : last + 1]))
    if profile[:best].sum() < 2 or profile[best + 1 :].sum() < 2:
        return None
    return best
