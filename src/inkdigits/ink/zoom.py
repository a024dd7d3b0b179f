"""What the finder sees: the shades of a picture, enlarged or reduced.

Training and reading both come by here, so what is learned from is what is read.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.ink.shades import Ink, Inks

__all__ = ["finder_ink", "rescaled"]

Image = NDArray[np.uint8]


def finder_ink(inks: Inks) -> Ink:
    """Returns the ink in which marks are looked for: near for a cell or a line, far for a larger picture."""
    return inks.near[0] if max(inks.picture.shape[:2]) <= spec.WORK_SIDE else inks.far


def rescaled(shades: Image, scale: float) -> Image:
    """Returns shades at another scale.

    Args:
        shades: uint8 (H, W), 255 = ink, at least one pixel.
        scale: pixels for one of the image, above 0; 1 changes nothing.

    Returns:
        uint8 (round(scale * H), round(scale * W)), at least one pixel each way.
    """
    height, width = shades.shape
    size = max(1, round(scale * width)), max(1, round(scale * height))
    if size == (width, height):
        return shades
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(shades, size, interpolation=way), np.uint8)
