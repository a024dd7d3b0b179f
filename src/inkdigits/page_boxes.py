"""Rows of boxes for one digit each, as forms have them: which boxes stand side by side."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.page_lines import PageLines

__all__ = ["DigitBoxes"]

_EVERY = 2  # pixels


class DigitBoxes:
    """The small boxes of a page; in a table cells also stand above each other, and those are none.

    Args:
        lines: the page's lines.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.
    """

    def __init__(self, lines: PageLines, slope: float, height: float) -> None:
        self._slope, self._height = slope, height
        self._small: NDArray[np.bool_] | None = None
        if not lines.mask.any():
            return
        # Every other pixel shows the boxes as well, in a quarter of the time.
        edges = np.asarray(cv2.dilate(lines.mask, np.ones((3, 3), np.uint8)))[::_EVERY, ::_EVERY]
        paper = np.ascontiguousarray(1 - edges).astype(np.uint8)
        _, labels, stats, centres = cv2.connectedComponentsWithStats(paper, connectivity=4)
        area = np.asarray(stats)[:, cv2.CC_STAT_AREA] * _EVERY**2
        self._labels, self._centres, self._side = labels, np.asarray(centres) * _EVERY, np.sqrt(area)
        side = self._side / height
        self._small = (side > 0.75) & (side < spec.PAGE_CELL)
        self._small[0] = False
        for box in np.flatnonzero(self._small):
            self._small[box] = not self._stacked(int(box), area)

    def adjoin(self, one: tuple[float, float], other: tuple[float, float]) -> bool:
        """Tells whether two places, (column, row), are in boxes side by side."""
        if self._small is None:
            return False
        first, second = self._at(*one), self._at(*other)
        if first == second or not (self._small[first] and self._small[second]):
            return False
        step = self._centres[second] - self._centres[first]
        side = (self._side[first] + self._side[second]) / 2
        climb = abs(step[1] - self._slope * step[0])
        return bool(abs(step[0]) < 1.35 * side + 0.3 * self._height and climb < 0.3 * side)

    def _at(self, column: float, row: float) -> int:
        height, width = self._labels.shape
        y, x = int(row / _EVERY), int(column / _EVERY)
        return int(self._labels[min(height - 1, max(0, y)), min(width - 1, max(0, x))])

    def _stacked(self, box: int, area: NDArray[Any]) -> bool:
        """Tells whether another box of this size shares the upper or lower edge."""
        column, row = self._centres[box]
        reach = 1.2 * self._side[box] + 0.3 * self._height
        for way in (-1, 1):
            for away in np.arange(0.3 * self._side[box], reach, 1.5):
                at = self._at(column - self._slope * way * away, row + way * away)
                if at not in (0, box):
                    if 0.6 < area[at] / area[box] < 1.6:
                        return True
                    break
        return False
