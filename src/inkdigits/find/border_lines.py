"""Dark strips along a picture's sides: the thick edge of a box, the shadow of a fold."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["without_edges"]

Image = NDArray[np.uint8]


def without_edges(ink: Image) -> Image:
    """Takes out the dark strips along the picture's sides.

    Args:
        ink: uint8 (H, W), 255 = ink.

    Returns:
        A new ink image, or ``ink`` itself when there was nothing to take out.
    """
    if min(ink.shape) < spec.LINES_MIN_SIDE:  # below it a stroke and a line look the same
        return ink
    mask = _edges(ink)
    if not mask.any():
        return ink
    rest = ink.copy()
    rest[mask] = 0
    # When hardly anything is left, the strip was the digit: a 1 in a tight crop.
    if np.count_nonzero(rest > spec.SOLID) < 0.25 * np.count_nonzero(ink > spec.SOLID):
        return ink
    return rest


def _edges(ink: Image) -> NDArray[np.bool_]:
    """Returns the dark strips along the picture's sides: a box's thick edge, the shadow of a fold."""
    solid = (ink > spec.SOLID).astype(np.float32)
    found = np.zeros(ink.shape, bool)
    for axis in (0, 1):  # of each column, then of each row
        filled = np.asarray(cv2.reduce(solid, axis, cv2.REDUCE_AVG)).ravel() >= spec.EDGE_FILL
        reach = max(2, round(spec.EDGE_REACH * len(filled)))
        for near, strip in ((True, filled[:reach]), (False, filled[::-1][:reach])):
            if not strip.any():
                continue
            # With it goes what lies outside it and its soft inner edge.
            deep = int(np.flatnonzero(strip)[-1]) + 2
            side = slice(0, deep) if near else slice(-deep, None)
            found[(slice(None), side) if axis == 0 else (side, slice(None))] = True
    return found
