"""The pieces of ink of a page that can be digits, and those that can be points, commas or minus signs."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.broken_strokes import joined_strokes
from inkdigits.find.nearby import near_pairs
from inkdigits.find.sheet_lines import PageLines

__all__ = ["Pieces", "find_pieces"]

Image = NDArray[np.uint8]
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of ink, one an entry; lengths in pixels of the ink image.

    Attributes:
        label: int32 (N,), in the map of labels.
        left: int32 (N,), first column.
        top: int32 (N,), first row.
        width: int32 (N,), columns.
        height: int32 (N,), rows.
        level: float64 (N,), row of the middle once the page's rows are level.
        big: bool (N,), high enough for a digit; the others are marks or parts of a digit.
        box: int64 (N,), the box for one digit it is in, -1 = none.
        right: int32 (N,), the column behind the last.
    """

    label: Ints
    left: Ints
    top: Ints
    width: Ints
    height: Ints
    level: Floats
    big: NDArray[np.bool_]
    box: NDArray[np.int64]
    right: Ints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "right", self.left + self.width)

    def middle(self, index: int) -> tuple[float, float]:
        """Returns column and row of a piece's middle."""
        return (
            float(self.left[index] + self.width[index] / 2),
            float(self.top[index] + self.height[index] / 2),
        )

    def mark_between(self, first: int, second: int) -> bool:
        """Tells whether a point or a comma stands between two digits, not above their middle, near both."""
        middle = (self.level[first] + self.level[second]) / 2
        foot = middle + (self.height[first] + self.height[second]) / 4
        size = max(self.height[first], self.height[second])
        # The pieces stand in the order of their left sides: few of them are where the mark can begin.
        start, stop = self.right[first] + 0.15 * size + (-0.42 * size, 0.42 * size)
        part = slice(*np.searchsorted(self.left, (start, stop)))
        apart = self.left[second] - self.left[part] - self.width[part]
        between = ~self.big[part] & (np.abs(apart - 0.15 * size) < 0.42 * size)
        level = self.level[part]
        return bool((between & (level > middle - 0.25 * size) & (level < foot + 0.35 * size)).any())


def find_pieces(lines: PageLines, labels: Ints, stats: Ints, slope: float, height: float) -> Pieces:
    """Finds the pieces of ink and leaves out what is no digit by size and shape.

    Args:
        lines: the page's lines and the rest of its ink.
        labels: int32 (H, W), the connected pieces of that rest, 0 = paper; broken strokes are joined in it.
        stats: int32 (N, 5): left, top, width, height and area of each label.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.

    Returns:
        The pieces from left to right.
    """
    width, tall, area = stats[:, 2], stats[:, 3], stats[:, 4]
    kept = (area >= max(3.0, spec.PAGE_SPECK * height * height)) & (tall <= spec.PAGE_DIGIT_MOST * height)
    kept &= width <= spec.PAGE_WIDE * np.maximum(tall, height)
    kept[0] = False
    if cv2.countNonZero(lines.mask):
        kept &= ~_left_of_lines(labels, lines.mask, area, np.minimum(width, tall), height)
    chosen = np.flatnonzero(kept).astype(np.int32)
    chosen = joined_strokes(labels, stats, chosen, slope, height)
    chosen = chosen[np.argsort(stats[chosen, 0], kind="stable")]
    left, top, width, tall, _ = stats[chosen].T
    level = top + tall / 2 - slope * (left + width / 2)
    big = (tall >= max(spec.PAGE_LEAST_HEIGHT, spec.PAGE_DIGIT_LEAST * height)) & (width <= 6 * tall)
    big &= ~_heavy_marks(left, width, tall, level, height)
    box = lines.boxes.of(left + width / 2, top + tall / 2)
    big |= (box >= 0) & (np.maximum(width, tall) >= spec.PAGE_DIGIT_LEAST * height)
    return Pieces(chosen, left, top, width, tall, level, big, box)


def _left_of_lines(labels: Ints, mask: Image, area: Ints, thin: Ints, height: float) -> NDArray[np.bool_]:
    """Tells the slivers that lines leave at their rims and where they wear thin."""
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0
    inside = np.bincount(labels.ravel()[np.flatnonzero(near)], minlength=area.size)
    return (inside > 0.6 * area) & (thin <= max(2.0, 0.09 * height))


def _heavy_marks(left: Ints, width: Ints, tall: Ints, level: Floats, height: float) -> NDArray[np.bool_]:
    """Tells points and commas as high as a small digit: narrow, at the foot of what is beside them."""
    low_ones = (tall < 0.65 * height) & (width < 0.6 * height)
    # What is beside a mark is at most so high, and reaches up beyond it or down below it by less than that.
    boxes = np.stack((left, level - tall / 2, width, tall), axis=1).astype(np.int32)
    first, second = near_pairs(boxes, 0.6 * height, spec.PAGE_DIGIT_MOST * height, low_ones)
    gap = np.maximum(left[second] - left[first] - width[first], left[first] - left[second] - width[second])
    beside = (gap < 0.6 * height) & (tall[second] > 1.25 * tall[first])
    low = level[first] - level[second]
    out = np.zeros(left.size, bool)
    out[first[beside & (low > 0.2 * tall[second]) & (low < tall[second])]] = True
    return out
