"""Boxes of a page: their edges, and which stand in a row for one digit each, as forms have them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.nearby import near_pairs
from inkdigits.find.outlines import edge_thickness, find_outlines, is_small, level_places, page_places

__all__ = ["Boxes"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

_ONE_EDGE = 4.0  # pixels; the insides of boxes that share a thin edge end on it both


class Boxes:
    """The boxes of a page; those for one digit each are small, and none stands above another as in a table.

    Args:
        faint: uint8 (H, W), 1 = all ink, faint lines and soft edges too.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.
    """

    def __init__(self, faint: Image, slope: float, height: float) -> None:
        self._slope, self._height = slope, height
        self._inner = find_outlines(faint, slope, height)
        self._thick = edge_thickness(faint, self._inner, slope, height)
        self._shape = faint.shape
        self._single = is_small(self._inner, height) & ~self._stacked()

    def edges(self) -> tuple[Image, Image]:
        """Returns the level and the upright edges of boxes for one digit, each uint8 (H, W), 1 = edge."""
        level, upright = np.zeros(self._shape, np.uint8), np.zeros(self._shape, np.uint8)
        inner = self._inner[self._single]
        outer = inner + self._thick[self._single] * (-1, 1, -1, 1)
        for (left, right, top, bottom), (first, last, upper, lower) in zip(inner, outer, strict=True):
            for start, stop in ((upper, top), (bottom, lower)):
                self._fill(level, (first, last, start - 1, stop + 1))
            for start, stop in ((first, left), (right, last)):
                self._fill(upright, (start - 1, stop + 1, upper, lower))
        return level, upright

    def of(self, columns: Floats, rows: Floats) -> NDArray[np.int64]:
        """Returns which box for one digit each place, (column, row), is in; -1 for none."""
        x, y = level_places(columns, rows, self._slope)
        out = np.full(x.shape, -1)
        for index in np.flatnonzero(self._single):
            left, right, top, bottom = self._inner[index]
            out[(left < x) & (x < right) & (top < y) & (y < bottom)] = index
        return out

    def beside(self, box: int, column: float, row: float) -> bool:
        """Tells whether a place is neither above nor below a box, of which it may hang on the edges."""
        y = level_places(np.array(column), np.array(row), self._slope)[1]
        upper, lower = self._thick[box, 2:]
        return bool(self._inner[box, 2] - upper < y < self._inner[box, 3] + lower)

    def adjoining(self) -> list[tuple[int, int]]:
        """Returns pairs of boxes for one digit side by side: a box and the next to its right."""
        left, right, top, bottom = self._inner.T
        tall = bottom - top
        out: list[tuple[int, int]] = []
        for box in np.flatnonzero(self._single):
            gap = left - right[box]
            shared = np.minimum(bottom, bottom[box]) - np.maximum(top, top[box])
            beside = (gap > -_ONE_EDGE) & (gap < spec.PAGE_BOX_APART * self._height)
            beside &= self._single & (shared > 0.7 * np.maximum(tall, tall[box]))
            out += [(int(box), int(other)) for other in np.flatnonzero(beside)]
        return out

    def _stacked(self) -> NDArray[np.bool_]:
        """Tells which share their upper or lower edge with another."""
        left, right, top, bottom = self._inner.T
        stacked = np.zeros(len(self._inner), bool)
        whole = np.stack((left, top, right - left + 1, bottom - top + 1), axis=1).astype(np.int32)
        down = max(_ONE_EDGE, float(self._thick[:, 3].max(initial=0)) + 2) + 1
        upper, lower = near_pairs(whole, 1.0, down, ~stacked)
        shared = np.minimum(right[upper], right[lower]) - np.maximum(left[upper], left[lower])
        over = shared > 0.6 * np.minimum((right - left)[upper], (right - left)[lower])
        gap = top[lower] - bottom[upper]
        over &= (gap > -_ONE_EDGE) & (gap <= self._thick[upper, 3] + 2)
        stacked[upper[over]] = stacked[lower[over]] = True
        return stacked

    def _fill(self, mask: Image, place: tuple[float, float, float, float]) -> None:
        left, right, top, bottom = place
        x, y = np.array((left, right, right, left)), np.array((top, top, bottom, bottom))
        corners: Any = np.rint(np.stack(page_places(x, y, self._slope), axis=1)).astype(np.int32)
        cv2.fillPoly(mask, [corners], (1,))
