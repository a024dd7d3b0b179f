"""A picture that lies askew, on a side or on its head → the same upright, and boxes back again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box

__all__ = ["LEVEL", "Place", "Upright", "turned"]

Image = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Place: TypeAlias = Callable[[Box], Box]
"""Puts a box of a turned picture into the picture as it lay."""

LEVEL = 4.0  # degrees; lines that fall less are read as they are


class Upright(NamedTuple):
    """A picture that was turned.

    Attributes:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        place: puts a box of it into the picture as it lay; None where nothing was turned.
    """

    picture: Image
    place: Place | None = None


def turned(picture: Image, degrees: float) -> Upright:
    """Turns a picture so that lines that fall by an angle are level.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        degrees: by which its lines are turned clockwise, -180 to 180.
    """
    quarters = round(degrees / 90)
    rest = degrees - 90 * quarters
    height, width = picture.shape[:2]
    matrix = _of_quarters(quarters % 4, height, width)
    level = np.ascontiguousarray(np.rot90(picture, quarters % 4))
    if abs(rest) > LEVEL:
        level, more = _levelled(level, rest)
        matrix = more @ matrix
    elif not quarters % 4:
        return Upright(picture)
    back = np.asarray(np.linalg.inv(matrix), np.float64)
    return Upright(level, partial(_placed, matrix=back, shape=(height, width)))


def _of_quarters(quarters: int, height: int, width: int) -> Matrix:
    """Returns where points of a picture are when it is turned anticlockwise by quarters, 3 x 3."""
    return np.array(
        {
            0: ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
            1: ((0, 1, 0), (-1, 0, width), (0, 0, 1)),
            2: ((-1, 0, width), (0, -1, height), (0, 0, 1)),
            3: ((0, -1, height), (1, 0, 0), (0, 0, 1)),
        }[quarters],
        np.float64,
    )


def _levelled(picture: Image, degrees: float) -> tuple[Image, Matrix]:
    """Turns a picture anticlockwise by less than 45°; beyond its sides is what is at them."""
    height, width = picture.shape[:2]
    turn = np.deg2rad(degrees)
    cosine, sine = float(np.cos(turn)), float(np.sin(turn))
    wide = int(np.ceil(width * cosine + height * abs(sine)))
    tall = int(np.ceil(height * cosine + width * abs(sine)))
    matrix = np.array(((cosine, sine, 0.0), (-sine, cosine, 0.0), (0.0, 0.0, 1.0)))
    middle = matrix @ (width / 2, height / 2, 1.0)
    matrix[:2, 2] = (wide / 2 - middle[0], tall / 2 - middle[1])
    sides = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    paper = np.median(sides.reshape(-1, *picture.shape[2:]), axis=0)
    level = cv2.warpAffine(
        picture, matrix[:2], (wide, tall), flags=cv2.INTER_LINEAR, borderValue=np.atleast_1d(paper).tolist()
    )
    return np.asarray(level, np.uint8), matrix


def _placed(box: Box, matrix: Matrix, shape: tuple[int, int]) -> Box:
    """Returns the upright box around a box's corners after they were moved, within a picture of (H, W)."""
    x, y, width, height = box
    corners = np.array(
        [(x, y, 1), (x + width, y, 1), (x, y + height, 1), (x + width, y + height, 1)], np.float64
    )
    moved = (corners @ matrix.T)[:, :2]
    low = np.clip(np.floor(moved.min(axis=0) + 0.01), 0, (shape[1] - 1, shape[0] - 1)).astype(int)
    high = np.clip(np.ceil(moved.max(axis=0) - 0.01), low + 1, (shape[1], shape[0])).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1]))
