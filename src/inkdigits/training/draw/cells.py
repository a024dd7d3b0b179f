"""Characters in the cells of a comb, as forms have them: one a cell, with lines between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.raster import overlay

__all__ = ["in_cells"]

Image = NDArray[np.uint8]

MIDDLE = "-+:"
EMPTY = 3  # cells at most that stay empty behind the number


def in_cells(
    text: str, inks: list[Image], rng: np.random.Generator
) -> tuple[Image, list[Box], tuple[int, ...]]:
    """Puts each character into a cell of its own.

    Args:
        text: what the characters are; dashes and the like stand in the middle of their cell.
        inks: uint8 (H, W) each, 255 = ink, at the height of composition, cut to the ink.
        rng: the source of all chance.

    Returns:
        The ink of all, uint8 (H, W), cut to it; the box of each; and the columns of the cells' edges from the
        left of the first to the right of the last, some of which is empty. They may lie outside of the ink.
    """
    widest = max(ink.shape[1] for ink in inks)
    pitch = max(rng.uniform(0.75, 1.5) * HEIGHT, widest * rng.uniform(1.02, 1.2))
    wobble = rng.uniform(0.0, 0.06) * HEIGHT
    boxes: list[Box] = []
    for index, (value, ink) in enumerate(zip(text, inks, strict=True)):
        room = (pitch - ink.shape[1]) / 2
        left = index * pitch + room * (1 + rng.uniform(-0.6, 0.6))
        bottom = rng.normal(0, wobble) - (max(0, HEIGHT - ink.shape[0]) / 2 if value in MIDDLE else 0)
        boxes.append(Box(round(left), round(bottom) - ink.shape[0], ink.shape[1], ink.shape[0]))
    west, north = min(box.x for box in boxes), min(box.y for box in boxes)
    boxes = [Box(box.x - west, box.y - north, box.width, box.height) for box in boxes]
    sheet = np.zeros((max(b.y + b.height for b in boxes), max(b.x + b.width for b in boxes)), np.uint8)
    for ink, box in zip(inks, boxes, strict=True):
        overlay(sheet, ink, box.y, box.x)
    cells = len(inks) + int(rng.integers(0, EMPTY + 1))
    return sheet, boxes, tuple(round(index * pitch) - west for index in range(cells + 1))
