"""The pieces of ink of a page that can be digits, and those that can be points, commas or minus signs."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.broken_strokes import joined_strokes
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
        west: float64 (N,), first column once they are.
        east: float64 (N,), column behind the last once they are.
        big: bool (N,), high enough for a digit; the others are marks or parts of a digit.
        box: int64 (N,), the box for one digit it is in, -1 = none.
    """

    label: Ints
    left: Ints
    top: Ints
    width: Ints
    height: Ints
    level: Floats
    west: Floats
    east: Floats
    big: NDArray[np.bool_]
    box: NDArray[np.int64]

    @property
    def right(self) -> Ints:
        """The column behind the last."""
        return self.left + self.width

    def middle(self, index: int) -> tuple[float, float]:
        """Returns column and row of a piece's middle."""
        return (
            float(self.left[index] + self.width[index] / 2),
            float(self.top[index] + self.height[index] / 2),
        )

    def mark_between(self, one: int, other: int) -> bool:
        """Tells whether a point or a comma stands between two digits, at their feet and near both."""
        foot = (self.level[one] + self.level[other]) / 2 + (self.height[one] + self.height[other]) / 4
        size = max(self.height[one], self.height[other])
        between = (
            ~self.big
            & (np.abs(self.left - self.right[one] - 0.15 * size) < 0.42 * size)
            & (np.abs(self.left[other] - self.right - 0.15 * size) < 0.42 * size)
        )
        return bool((between & (np.abs(self.level - foot) < 0.35 * size)).any())


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
    if chosen.size > spec.PAGE_MAX_PARTS:
        chosen = chosen[np.argsort(-area[chosen], kind="stable")[: spec.PAGE_MAX_PARTS]]
    chosen = chosen[~_smears(lines.rest, labels, stats, chosen, height)]
    chosen = joined_strokes(labels, stats, chosen, slope, height)
    chosen = chosen[np.argsort(stats[chosen, 0], kind="stable")]
    left, top, width, tall, area = stats[chosen].T
    level = top + tall / 2 - slope * (left + width / 2)
    big = (tall >= max(spec.PAGE_LEAST_HEIGHT, spec.PAGE_DIGIT_LEAST * height)) & (width <= 6 * tall)
    big &= ~_heavy_marks(left, width, tall, level, height)
    box = lines.boxes.of(left + width / 2, top + tall / 2)
    big |= (box >= 0) & (np.maximum(width, tall) >= spec.PAGE_DIGIT_LEAST * height)
    _largest_of_box(big, box, np.maximum(width, tall), height)
    west, east = _level_sides(labels, stats, chosen, slope)
    pieces = Pieces(chosen, left, top, width, tall, level, west, east, big, box)
    pieces.big[_steep_signs(pieces, height, slope)] = False
    return _without(pieces, _frames(pieces, area))


def _left_of_lines(labels: Ints, mask: Image, area: Ints, thin: Ints, height: float) -> NDArray[np.bool_]:
    """Tells the slivers that lines leave at their rims and where they wear thin."""
    near = cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0
    inside = np.bincount(labels.ravel()[np.flatnonzero(near)], minlength=area.size)
    return (inside > 0.6 * area) & (thin <= max(2.0, 0.09 * height))


def _smears(rest: Image, labels: Ints, stats: Ints, chosen: Ints, height: float) -> NDArray[np.bool_]:
    """Tells blots, filled boxes and shades: ink thicker than any stroke."""
    out = np.zeros(chosen.size, bool)
    # A digit whose loops are filled is no smear; without it its number would fall apart.
    large = np.flatnonzero(np.maximum(stats[chosen, 2], stats[chosen, 3]) > spec.PAGE_BLOT * height)
    if not large.size:
        return out
    depth = cv2.distanceTransform(rest, cv2.DIST_L2, 3)
    for index in large:
        label = chosen[index]
        left, top, width, tall = stats[label, :4]
        place = slice(top, top + tall), slice(left, left + width)
        thickest = depth[place][labels[place] == label].max()
        out[index] = 2 * thickest > 2 * spec.PAGE_SMEAR * max(height, 0.5 * tall)
    return out


def _largest_of_box(big: NDArray[np.bool_], box: NDArray[np.int64], long: Ints, height: float) -> None:
    """Marks the largest piece in a box as high enough; a digit that fades is in several."""
    for own in np.unique(box[box >= 0]):
        inside = np.flatnonzero(box == own)
        largest = inside[long[inside].argmax()]
        big[largest] |= bool(long[largest] > spec.PAGE_STROKE * height)


def _level_sides(labels: Ints, stats: Ints, chosen: Ints, slope: float) -> tuple[Floats, Floats]:
    """Returns between which columns pieces lie once the page's rows are level."""
    west, east = stats[chosen, 0].astype(np.float64), (stats[chosen, 0] + stats[chosen, 2]).astype(np.float64)
    if slope == 0.0:
        return west, east
    for index, label in enumerate(chosen):
        left, top, width, tall = stats[label, :4]
        rows, columns = np.nonzero(labels[top : top + tall, left : left + width] == label)
        x = left + columns + slope * (top + rows)
        west[index], east[index] = x.min(), x.max() + 1
    return west, east


def _heavy_marks(left: Ints, width: Ints, tall: Ints, level: Floats, height: float) -> NDArray[np.bool_]:
    """Tells points and commas as high as a small digit: narrow, at the foot of what is beside them."""
    out = np.zeros(left.size, bool)
    for index in np.flatnonzero((tall < 0.65 * height) & (width < 0.6 * height)):
        gap = np.maximum(left - left[index] - width[index], left[index] - left - width)
        beside = (gap < 0.6 * height) & (tall > 1.25 * tall[index])
        low = level[index] - level
        out[index] = bool((beside & (low > 0.2 * tall) & (low < tall)).any())
    return out


def _steep_signs(pieces: Pieces, height: float, slope: float) -> NDArray[np.bool_]:
    """Tells minus signs that are as high as a small digit only because the page is turned."""
    left, right, width, tall = pieces.left, pieces.right, pieces.width, pieces.height
    out = np.zeros(left.size, bool)
    flat = (tall - abs(slope) * width < spec.PAGE_DIGIT_LEAST * height) & (width > 1.3 * tall)
    for index in np.flatnonzero(flat & (pieces.box < 0) & (width < 1.2 * height) & (slope != 0.0)):
        higher = (tall > 1.4 * tall[index]) & (np.abs(pieces.level[index] - pieces.level) < 0.3 * tall)
        gap = left - right[index]
        behind = higher & (gap > -0.3 * height) & (gap < 0.6 * height) & (left > left[index])
        gap = left[index] - right
        before = higher & (gap > -0.3 * height) & (gap < height) & (left < left[index])
        out[index] = behind.any() and not before.any()
    return out


def _frames(pieces: Pieces, area: Ints) -> NDArray[np.bool_]:
    """Tells outlines with digits inside: boxes, circles around a number."""
    out = np.zeros(pieces.label.size, bool)
    hollow = np.flatnonzero(pieces.big & (area < 0.35 * pieces.width * pieces.height))
    middle = pieces.top + pieces.height / 2
    across = pieces.left + pieces.width / 2
    for index in hollow:
        left, top = pieces.left[index], pieces.top[index]
        right, bottom = left + pieces.width[index], top + pieces.height[index]
        inside = pieces.big & (pieces.left > left) & (pieces.right < right)
        inside &= (pieces.top > top) & (pieces.top + pieces.height < bottom)
        inside &= (middle > top) & (across > left) & (pieces.height > 0.4 * pieces.height[index])
        out[index] = bool(inside.any())
    return out


def _without(pieces: Pieces, gone: NDArray[np.bool_]) -> Pieces:
    own = ~gone
    return Pieces(
        pieces.label[own],
        pieces.left[own],
        pieces.top[own],
        pieces.width[own],
        pieces.height[own],
        pieces.level[own],
        pieces.west[own],
        pieces.east[own],
        pieces.big[own],
        pieces.box[own],
    )
