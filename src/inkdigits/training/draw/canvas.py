"""A level page in the making: ink, and which number each pixel belongs to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.raster import draw_line, overlay

__all__ = ["Canvas", "boxes_of"]

Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink
Owners = NDArray[np.uint16]  # (H, W), 0 = nobody's


class Canvas:
    """A page that is drawn on.

    Args:
        height: pixels.
        width: pixels.
        digit: height of the digits, pixels.
        most: how many numbers it should have.
    """

    def __init__(self, height: int, width: int, digit: int, most: int) -> None:
        self.ink: Strength = np.zeros((height, width), np.float32)
        self.owners: Owners = np.zeros((height, width), np.uint16)
        self.digit, self.most = digit, most
        self.texts: list[str] = []

    @property
    def full(self) -> bool:
        """Tells whether the page has as many numbers as it should."""
        return len(self.texts) >= self.most

    def put(self, ink: Strength, left: int, top: int, strength: float) -> bool:
        """Writes the newest number's ink, or a piece of it; False where there is no room."""
        tall, long = ink.shape
        if left < 0 or top < 0 or top + tall > self.ink.shape[0] or left + long > self.ink.shape[1]:
            return False
        overlay(self.ink, ink * np.float32(strength), top, left)
        self.owners[top : top + tall, left : left + long][ink > 0.3] = len(self.texts)
        return True

    def line(
        self, start: tuple[float, float], stop: tuple[float, float], strength: float, thickness: int
    ) -> None:
        """Draws a straight line, which belongs to no number; see :func:`~.raster.draw_line`."""
        draw_line(self.ink, start, stop, strength, thickness)


def boxes_of(owners: Owners, texts: list[str]) -> tuple[tuple[str, Box], ...]:
    """Returns the numbers that are seen, in the order in which they were written.

    Args:
        owners: uint16 (H, W): of each pixel the place of its number in ``texts``, from 1; 0 for none.
        texts: what was written.

    Returns:
        (text, box) each; ``.`` stands for comma and point.
    """
    rows, columns = np.nonzero(owners)
    ids = owners[rows, columns].astype(np.int64) - 1
    low = np.full((len(texts), 2), 2**30)
    high = np.full((len(texts), 2), -1)
    for axis, values in enumerate((columns, rows)):
        np.minimum.at(low[:, axis], ids, values)
        np.maximum.at(high[:, axis], ids, values)
    out: list[tuple[str, Box]] = []
    for text, (left, top), (right, bottom) in zip(texts, low.tolist(), high.tolist(), strict=True):
        if right >= 0:
            box = Box(left, top, right - left + 1, bottom - top + 1)
            out.append((text.replace(",", "."), box))
    return tuple(out)
