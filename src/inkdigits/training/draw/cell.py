"""A number on its paper, cut out of a form, a list or a note, with what stands around it."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.camera import CELL_CAMERA, photograph
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.raster import overlay, scaled, strength_of
from inkdigits.training.draw.rulings import TOUCHING, draw_comb, draw_rulings

__all__ = ["picture_of"]

Image = NDArray[np.uint8]
Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink


def picture_of(
    ink: Image,
    mates: Image,
    height: int,
    rng: np.random.Generator,
    *,
    low: float = TOUCHING,
    edges: tuple[int, ...] = (),
) -> tuple[Image, Box]:
    """Puts a number into a cell, on ruled or on plain paper, and takes a picture of it.

    Args:
        ink: uint8 (H, W), 255 = ink, of one number.
        mates: uint8 (H, W), 255 = ink, of another number, pieces of which may reach into the picture.
        height: pixels of the picture; of one digit of the number.
        rng: the source of all chance.
        low: how far below the number a ruling is at least, in heights of a digit; one that runs through a
            point would hide it.
        edges: columns of ``ink`` where the edges of a comb's cells are printed.

    Returns:
        uint8 (H, W) grey picture, and the place of the number's ink in it.
    """
    scale = height / HEIGHT
    small = strength_of(scaled(ink, scale))
    tall, long = small.shape
    roomy = rng.random() < 0.4
    above, below = (rng.uniform(0.05, 1.1 if roomy else 0.45, 2) * height).astype(int)
    left, right = (rng.uniform(0.0, 2.5 if roomy else 0.6, 2) * height).astype(int)
    beside = rng.random() < 0.14  # older ink stands behind the number, wiped out or on the other side
    if beside:
        right = int(rng.uniform(0.8, 2.5) * height)
    if rng.random() < 0.06:  # the picture's border goes through the ink
        above = int(-rng.uniform(0, 0.12) * height)
    cell = np.zeros((tall + above + below, long + left + right), np.float32)
    overlay(cell, small, above, left)
    top = max(above, 0)
    box = Box(left, top, long, min(tall + min(above, 0), cell.shape[0] - top))
    cell *= _uneven(cell.shape, rng)
    if beside:
        _remains(cell, strength_of(scaled(mates, scale)), box, height, rng)
    elif rng.random() < 0.15:
        _ghost(cell, strength_of(scaled(mates, scale)), rng)
    if rng.random() < 0.2:
        _neighbour(cell, strength_of(scaled(mates, scale)), box, height, rng)
    if rng.random() < 0.15:
        _specks(cell, height, rng)
    if edges:
        draw_comb(cell, box, [left + scale * edge for edge in edges], height, rng)
    else:
        draw_rulings(cell, box, height, low, rng)
    return photograph(cell, height, CELL_CAMERA, rng), box


def _uneven(shape: tuple[int, ...], rng: np.random.Generator) -> Strength:
    """Returns how much ink the pen gives at each place: a dry pen and a soft pencil give it unevenly."""
    if rng.random() < 0.5:
        return np.ones(shape, np.float32)
    coarse = rng.normal(1, rng.uniform(0.05, 0.3), (max(2, shape[0] // 4), max(2, shape[1] // 4)))
    size = shape[1], shape[0]
    field: Any = cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.clip(field, 0.35, 1.0)


def _ghost(cell: Strength, mate: Strength, rng: np.random.Generator) -> None:
    """Lets ink of the other side of the paper shine through, mirrored."""
    height, width = cell.shape
    top, left = int(rng.uniform(-0.3, 0.7) * height), int(rng.uniform(0.0, 0.9) * width)
    overlay(cell, mate[:, ::-1] * np.float32(rng.uniform(0.08, 0.5)), top, left)


def _remains(cell: Strength, mate: Strength, box: Box, digit: int, rng: np.random.Generator) -> None:
    """Leaves weak and blurred ink behind the number, in its line."""
    piece = mate[:, ::-1] if rng.random() < 0.4 else mate
    piece = np.asarray(cv2.GaussianBlur(piece, (0, 0), rng.uniform(0.02, 0.1) * digit), np.float32)
    left = box.x + box.width + int(rng.uniform(0.05, 0.6) * digit)
    top = max(0, box.y + int(rng.normal(0, 0.25) * digit))
    overlay(cell, piece * np.float32(rng.uniform(0.1, 0.6)), top, left)


def _neighbour(cell: Strength, mate: Strength, box: Box, digit: int, rng: np.random.Generator) -> None:
    """Lets a piece of the number in the row above or below, or of the one beside, reach into the picture."""
    height, width = cell.shape
    side = rng.random()
    if side < 0.75:  # above or below
        room = box.y if side < 0.4 else height - box.y - box.height
        seen = min(int(rng.uniform(0.3, 1.0) * room), mate.shape[0])
        if seen < 2:
            return
        left = int(rng.integers(0, max(1, width - 4)))
        piece, top = (mate[-seen:], 0) if side < 0.4 else (mate[:seen], height - seen)
    else:
        room = width - box.x - box.width
        seen = int(min(rng.uniform(0.2, 0.6) * room, rng.uniform(0.1, 0.35) * digit))
        if seen < 2:
            return
        piece, top, left = mate, box.y, width - seen
    overlay(cell, piece * np.float32(rng.uniform(0.5, 1.0)), top, left)


def _specks(cell: Strength, digit: int, rng: np.random.Generator) -> None:
    """Drops dirt, which is no point."""
    for _ in range(int(rng.integers(1, 6))):
        x, y = int(rng.integers(0, cell.shape[1])), int(rng.integers(0, cell.shape[0]))
        size = max(1, round(rng.uniform(0.02, 0.07) * digit))
        shape = size, max(1, round(size * rng.uniform(0.5, 2)))
        overlay(cell, np.full(shape, rng.uniform(0.15, 0.7), np.float32), y, x)
