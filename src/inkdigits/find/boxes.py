"""Boxes for one digit each, as forms have them: paper that four straight sides close in.

Places on the level page are in pixels too: the page turned by its slope around its first pixel.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["Boxes"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

_ONE_EDGE = 4.0  # pixels; the insides of boxes that share a thin edge end on it both
_EDGE = 3  # pixels; how thick the edges of boxes are, with their soft rims


class Boxes:
    """The boxes of a page that have room for one digit; cells of a table, one above the other, are none.

    Args:
        faint: uint8 (H, W), 1 = all ink, faint lines and soft edges too.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.
    """

    def __init__(self, faint: Image, slope: float, height: float) -> None:
        self._slope, self._height = slope, height
        inner = _closed_in(faint, slope, height)
        left, right, top, bottom = inner.T
        inner = inner[np.maximum(right - left, bottom - top) < spec.PAGE_CELL * height]
        self._inner = inner[~_stacked(inner)]
        self._shape = faint.shape
        self._add_broken(faint)
        self._thick = self._thickness(faint)

    def edges(self) -> tuple[Image, Image]:
        """Returns the level edges and the upright ones, each uint8 (H, W), 1 = edge."""
        level, upright = np.zeros(self._shape, np.uint8), np.zeros(self._shape, np.uint8)
        outer = self._inner + self._thick * np.array((-1, 1, -1, 1))
        for (left, right, top, bottom), (first, last, upper, lower) in zip(self._inner, outer, strict=True):
            for start, stop in ((upper, top), (bottom, lower)):
                self._fill(level, (first, last, start - 1, stop + 1))
            for start, stop in ((first, left), (right, last)):
                self._fill(upright, (start - 1, stop + 1, upper, lower))
        return level, upright

    def of(self, columns: Floats, rows: Floats) -> NDArray[np.int64]:
        """Returns which box each place, (column, row), is in; -1 for none."""
        x, y = _level_places(columns, rows, self._slope)
        out = np.full(x.shape, -1)
        for index, (left, right, top, bottom) in enumerate(self._inner):
            out[(left < x) & (x < right) & (top < y) & (y < bottom)] = index
        return out

    def beside(self, box: int, column: float, row: float) -> bool:
        """Tells whether a place is neither above nor below a box, of which it may hang on the edges."""
        y = _level_places(np.array(column), np.array(row), self._slope)[1]
        return bool(self._inner[box, 2] - _EDGE < y < self._inner[box, 3] + _EDGE)

    def adjoining(self) -> list[tuple[int, int]]:
        """Returns pairs of boxes side by side: a box and the next to its right."""
        left, right, top, bottom = self._inner.T
        tall = bottom - top
        pairs: list[tuple[int, int]] = []
        for box in range(len(self._inner)):
            gap = left - right[box]
            shared = np.minimum(bottom, bottom[box]) - np.maximum(top, top[box])
            beside = (gap > -_ONE_EDGE) & (gap < spec.PAGE_BOX_APART * self._height)
            beside &= shared > 0.7 * np.maximum(tall, tall[box])
            pairs += [(box, int(other)) for other in np.flatnonzero(beside)]
        return pairs

    def _add_broken(self, faint: Image) -> None:
        """Adds the boxes beside others whose inside is broken up by a digit that touches several edges."""
        gaps = [self._inner[other, 0] - self._inner[box, 1] for box, other in self.adjoining()]
        gap = float(np.median(gaps)) if gaps else _EDGE
        beside = list(self._inner)
        while beside:
            left, right, top, bottom = beside.pop()
            for shift in (right - left + gap, left - right - gap):
                box = np.array((left + shift, right + shift, top, bottom))
                if not self._holds(box[:2].mean(), box[2:].mean()) and self._has_edges(faint, box):
                    self._inner = np.vstack((self._inner, box))
                    beside.append(box)  # the next one may be broken as well

    def _holds(self, x: float, y: float) -> bool:
        """Tells whether a place on the level page is in a box or on its edge."""
        left, right, top, bottom = self._inner.T
        return bool(((left - _EDGE < x) & (x < right + _EDGE) & (top < y) & (y < bottom)).any())

    def _has_edges(self, faint: Image, box: Floats) -> bool:
        """Tells whether there is ink all along the four sides of a place."""
        sides = self._along_sides(faint, box, np.arange(-1, _EDGE + 1), int(np.ptp(box[:2])))
        return all(ink.any(axis=0).mean() > spec.PAGE_BOX_EDGE for ink in sides)

    def _thickness(self, faint: Image) -> int:
        """Returns how thick most edges are, pixels; those that digits or other boxes touch look thicker."""
        off = np.arange(1, max(_EDGE, round(0.25 * self._height)) + 2)
        off[-1] = -1  # paper, where an edge is thicker than any
        found = [
            int(np.argmin(ink.mean(axis=1) > 0.6))
            for box in self._inner
            for ink in self._along_sides(faint, box, off, 9)
        ]
        return max(_EDGE, int(np.quantile(found, 0.3))) if found else _EDGE

    def _along_sides(self, faint: Image, box: Floats, off: NDArray[np.int64], count: int) -> list[Image]:
        """Returns the ink along each side of a box, at so many places, in rows so far away from its paper."""
        left, right, top, bottom = box
        x, y, away = np.linspace(left, right, count), np.linspace(top, bottom, count), off[:, None]
        sides = ((x, top - away), (x, bottom + away), (left - away, y), (right + away, y))
        return [self._ink_at(faint, *np.broadcast_arrays(*side)) for side in sides]

    def _ink_at(self, faint: Image, x: Floats, y: Floats) -> Image:
        """Returns the ink at places of the level page; outside of the page there is none."""
        columns, rows = (np.rint(at).astype(int) for at in _page_places(x, y, self._slope))
        height, width = self._shape
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        return faint[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)] * inside

    def _fill(self, mask: Image, place: tuple[float, float, float, float]) -> None:
        left, right, top, bottom = place
        x, y = np.array((left, right, right, left)), np.array((top, top, bottom, bottom))
        corners: Any = np.rint(np.stack(_page_places(x, y, self._slope), axis=1)).astype(np.int32)
        cv2.fillPoly(mask, [corners], (1,))


def _closed_in(mask: Image, slope: float, height: float) -> Floats:
    """Returns left, right, top and bottom of the paper that four straight sides close in, float64 (N, 4)."""
    found, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    out: list[tuple[float, float, float, float]] = []
    holes = np.flatnonzero(np.asarray(tree)[0, :, 3] >= 0) if len(found) else ()
    least = spec.PAGE_BOX_LEAST * height
    rim = max(1.6, spec.PAGE_BOX_STRAIGHT * height)
    for hole in map(int, holes):
        if len(found[hole]) < 3 * least:
            continue
        points = found[hole][:, 0].astype(np.float64)
        x, y = _level_places(points[:, 0], points[:, 1], slope)
        left, right, top, bottom = x.min(), x.max(), y.min(), y.max()
        wide, tall = right - left, bottom - top
        if min(wide, tall) < least:
            continue
        sides = ((x - left, y, tall), (right - x, y, tall), (y - top, x, wide), (bottom - y, x, wide))
        if all(_reached(at[off < rim]) > 0.55 * length for off, at, length in sides):
            out.append((left, right, top, bottom))
    return np.array(out, np.float64).reshape(-1, 4)


def _reached(at: Floats) -> int:
    """Returns at how many places of whole pixels there is one of these."""
    return np.unique(np.rint(at)).size


def _stacked(inner: Floats) -> NDArray[np.bool_]:
    """Tells which boxes share their upper or lower edge with another."""
    left, right, top, bottom = inner.T
    shared = np.minimum(right, right[:, None]) - np.maximum(left, left[:, None])
    over = shared > 0.6 * np.minimum(right - left, (right - left)[:, None])
    gap = top - bottom[:, None]
    over &= (gap > -_ONE_EDGE) & (gap <= _EDGE + 2)
    return over.any(axis=0) | over.any(axis=1)


def _level_places(columns: Floats, rows: Floats, slope: float) -> tuple[Floats, Floats]:
    """Returns where places of the page lie on the level page."""
    shrink = 1 / np.hypot(1, slope)
    return (columns + slope * rows) * shrink, (rows - slope * columns) * shrink


def _page_places(x: Floats, y: Floats, slope: float) -> tuple[Floats, Floats]:
    """Returns columns and rows of places on the level page."""
    shrink = 1 / np.hypot(1, slope)
    return (x - slope * y) * shrink, (y + slope * x) * shrink
