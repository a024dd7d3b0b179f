"""What is done to ink in pixels: scaled, cut, thickened, slanted, laid over other ink, ruled with a line."""

from __future__ import annotations

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["SEEN", "cut_to_ink", "draw_line", "leant", "overlay", "scaled", "strength_of", "thickened"]

Image = NDArray[np.uint8]
Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink
Ink = TypeVar("Ink", Image, Strength)

SEEN = 40  # of 255; fainter ink is a soft edge and no part of a digit's size


def scaled(ink: Image, across: float, down: float | None = None) -> Image:
    """Scales ink, uint8 (H, W), by a factor on its width and one on its height; one for both if alone."""
    down = across if down is None else down
    size = (max(1, round(ink.shape[1] * across)), max(1, round(ink.shape[0] * down)))
    way = cv2.INTER_AREA if across < 1 and down < 1 else cv2.INTER_CUBIC
    changed: Any = cv2.resize(ink, size, interpolation=way)
    return changed


def strength_of(ink: Image) -> Strength:
    """Returns ink, uint8 (H, W), as float32 from 0, no ink, to 1."""
    return np.clip(ink.astype(np.float32) / np.float32(255), 0, 1)


def cut_to_ink(ink: Image, above: int = 0) -> Image:
    """Cuts ink, uint8 (H, W), to where it is stronger than ``above``; where none is, all stays."""
    solid = ink > above
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else ink


def thickened(ink: Image, steps: int) -> Image:
    """Makes the strokes of ink, uint8 (H, W), thicker by half a pixel a side and step, thinner below 0."""
    if steps == 0:
        return ink
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(steps) + 2, abs(steps) + 2))
    if steps > 0:
        changed: Any = cv2.dilate(ink, kernel)
        return changed
    thinner: Any = cv2.erode(ink, kernel)
    return thinner if thinner.max() > 128 else ink  # no thin pen vanishes


def leant(ink: Image, lean: float) -> Image:
    """Slants ink, uint8 (H, W), by ``lean`` columns a row, and cuts its sides to the ink again."""
    height, width = ink.shape
    more = int(np.ceil(abs(lean) * height))
    matrix = np.array([[1.0, -lean, max(0.0, lean) * height], [0.0, 1.0, 0.0]])
    slanted: Any = cv2.warpAffine(ink, matrix, (width + more, height))
    columns = np.flatnonzero(slanted.max(axis=0) > SEEN)
    return slanted[:, columns[0] : columns[-1] + 1] if columns.size else ink


def overlay(ink: Ink, piece: Ink, top: int, left: int) -> None:
    """Lays a piece over ink of the same kind; where both are, the stronger shows.

    Args:
        ink: uint8 or float32 (H, W), drawn upon.
        piece: the same kind, of any size; what reaches beyond the borders is left out.
        top: row of the piece's upper border in ``ink``, below 0 too.
        left: column of its left border.
    """
    piece = piece[max(0, -top) :, max(0, -left) :]
    place = ink[max(0, top) :, max(0, left) :][: piece.shape[0], : piece.shape[1]]
    np.maximum(place, piece[: place.shape[0], : place.shape[1]], out=place)


def draw_line(
    ink: Strength, start: tuple[float, float], stop: tuple[float, float], strength: float, thickness: int
) -> None:
    """Draws a straight line with soft edges.

    Args:
        ink: float32 (H, W), drawn upon.
        start: x and y, pixels; may lie outside.
        stop: the other end.
        strength: of the line's ink; above 1 it is darker than any pen.
        thickness: pixels.
    """
    height, width = ink.shape
    reach = thickness + 2  # with the soft edge
    left, right = sorted((start[0], stop[0]))
    top, bottom = sorted((start[1], stop[1]))
    # Most lines are level or upright: all the rest of the page need not be looked at.
    x, y = max(0, int(left) - reach), max(0, int(top) - reach)
    size = min(height, int(bottom) + reach + 1) - y, min(width, int(right) + reach + 1) - x
    if min(size) <= 0:
        return
    layer: Any = np.zeros(size, np.uint8)
    fixed = [(round(across * 16) - 16 * x, round(down * 16) - 16 * y) for across, down in (start, stop)]
    cv2.line(layer, fixed[0], fixed[1], (255,), thickness, cv2.LINE_AA, shift=4)
    overlay(ink, layer.astype(np.float32) * np.float32(strength / 255), y, x)
