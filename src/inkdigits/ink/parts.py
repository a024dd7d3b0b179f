"""Connected pieces of ink, measured as they stand and as if the writing stood upright."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["Part", "find_parts", "slant_of"]

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Part:
    """A connected piece of ink; all lengths in pixels of the ink image.

    Attributes:
        label: its number in the map of labels.
        left: first column.
        top: first row.
        width: columns.
        height: rows.
        area: pixels of ink.
        first: leftmost column after the writing's slant is taken out.
        last: rightmost column after the slant is taken out.
    """

    label: int
    left: int
    top: int
    width: int
    height: int
    area: int
    first: float
    last: float

    @property
    def right(self) -> int:
        """The column behind the last."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The row behind the last."""
        return self.top + self.height


def find_parts(ink: Image, slant: float) -> tuple[NDArray[np.int32], list[Part]]:
    """Finds the connected pieces of ink.

    Args:
        ink: uint8 (H, W), 255 = ink.
        slant: columns to the right for each row up.

    Returns:
        The map of labels, int32 (H, W), 0 = paper; and the parts, at most ``spec.MAX_PARTS``, the
        largest ones if there are more.
    """
    solid = (ink > spec.SOLID).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    chosen = range(1, count)
    if count - 1 > spec.MAX_PARTS:  # texture: only its largest pieces can be strokes
        chosen = (np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[: spec.MAX_PARTS] + 1).tolist()
    parts: list[Part] = []
    for label in chosen:
        left, top, width, height, area = (int(value) for value in stats[label])
        if slant == 0:
            parts.append(Part(label, left, top, width, height, area, float(left), float(left + width)))
            continue
        rows, columns = np.nonzero(labels[top : top + height, left : left + width] == label)
        upright = columns + left + slant * (rows + top - ink.shape[0] / 2)
        parts.append(
            Part(label, left, top, width, height, area, float(upright.min()), float(upright.max()) + 1)
        )
    return labels, parts  # type: ignore[return-value]


def slant_of(ink: Image) -> float:
    """Returns the writing's slant: the shear under which the ink's column profile is sharpest.

    Args:
        ink: uint8 (H, W), 255 = ink.

    Returns:
        Columns to the right for each row up, -0.2 to 1.0; 0 when there is next to no ink.
    """
    rows, columns = np.nonzero(ink > spec.SOLID)
    if rows.size < 8:
        return 0.0
    step = max(1, rows.size // 4000)  # a sample is enough
    centred, columns = rows[::step] - ink.shape[0] / 2, columns[::step]
    best, sharpest = 0.0, -1.0
    for shear in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, -0.1, -0.2):
        upright = columns + shear * centred
        counts = np.bincount((upright - upright.min()).astype(np.int64)).astype(np.float64)
        sharpness = float((counts * counts).sum())
        if sharpness > sharpest * 1.02:  # upright wins a close call
            best, sharpest = shear, sharpness
    return best
