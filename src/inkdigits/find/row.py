"""Where the row of a number runs through its crop, and how much paper a crop shows around the ink."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box

__all__ = ["Row", "frame_around", "row_of"]

Image = NDArray[np.uint8]


class Row(NamedTuple):
    """Where the row of a number runs through a crop.

    Attributes:
        slope: rows that it falls for each column.
        top: row of the crop at which it begins at the first column; what is outside the crop is paper.
        height: rows, at least 1.
    """

    slope: float
    top: float
    height: int


def row_of(strokes: Image, slope: float) -> Row:
    """Returns where the row of a number runs through a crop, with a little paper above and below.

    Args:
        strokes: uint8 (H, W), 255 = ink, the number's strokes alone.
        slope: rows that it falls for each column.
    """
    rows, columns = np.nonzero(strokes > spec.SOLID)
    level = rows - slope * columns
    height = float(level.max() - level.min()) + 1
    room = 1 + round(spec.NUMBER_ROOM * height)
    return Row(slope, float(level.min()) - room, int(np.ceil(height)) + 2 * room)


def frame_around(box: Box, shape: tuple[int, ...]) -> Box:
    """Returns the part of a picture of (H, W) that shows a number with a little paper around it."""
    room = 1 + round(spec.NUMBER_ROOM * box.height)
    left, top = max(0, box.x - room), max(0, box.y - room)
    right, bottom = min(shape[1], box.x + box.width + room), min(shape[0], box.y + box.height + room)
    return Box(left, top, right - left, bottom - top)
