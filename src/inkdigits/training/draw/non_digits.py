"""Ink that is no digit: two digits in one crop, scribbles, digits crossed out.

A network that has only seen digits names a digit for everything. Trained to answer "all ten alike"
here, it is unsure about crops that hold a neighbour or half a digit, so the reader can prefer a
better cut, and unsure about letters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit

__all__ = ["make_non_digits"]

Image = NDArray[np.uint8]

SIDE = spec.DIGIT_SIDE


def make_non_digits(images: Image, count: int, rng: np.random.Generator) -> Image:
    """Makes crops that are no single digit.

    Args:
        images: uint8 (N, 28, 28) digits to make them from, 255 = ink.
        count: how many to make.
        rng: the source of all chance.

    Returns:
        uint8 (count, 28, 28), in the model's input convention.
    """
    makers = (_pair, _pair, _pair, _scribble, _scribble, _turned)
    out = np.zeros((count, SIDE, SIDE), np.uint8)
    for index in range(count):
        maker = makers[int(rng.integers(len(makers)))]
        out[index] = normalize_digit(maker(images, rng))
    return out


def _pick(images: Image, rng: np.random.Generator) -> Image:
    return images[int(rng.integers(len(images)))]


def _pair(images: Image, rng: np.random.Generator) -> Image:
    """Two digits, or one and a half, side by side, apart or overlapping."""
    sheet = np.zeros((SIDE + 8, 2 * SIDE), np.uint8)
    sheet[4 : 4 + SIDE, :SIDE] = _pick(images, rng)
    left, top = int(rng.integers(13, 23)), int(rng.integers(0, 9))
    place = sheet[top : top + SIDE, left : left + SIDE]
    cv2.max(place, _pick(images, rng), dst=place)
    if rng.random() < 0.4:  # the crop's border goes through one of them
        cut = int(rng.integers(7, 12))
        sheet = sheet[:, cut:] if rng.random() < 0.5 else sheet[:, : left + SIDE - cut]
    return np.ascontiguousarray(sheet)


def _scribble(images: Image, rng: np.random.Generator) -> Image:
    """Two to four smooth strokes through random points, as letters and doodles have them."""
    sheet = np.zeros((64, 64), np.uint8)
    pen = int(rng.integers(2, 8))
    for _ in range(int(rng.integers(2, 5))):
        nodes = int(rng.integers(3, 7))
        points = rng.uniform(6, 58, (nodes, 2)).astype(np.float32)
        line = cv2.resize(points[None], (nodes * 8, 1), interpolation=cv2.INTER_CUBIC).reshape(-1, 2)
        cv2.polylines(sheet, [np.round(line * 16).astype(np.int32)], False, (255,), pen, cv2.LINE_AA, 4)
    return sheet


def _turned(images: Image, rng: np.random.Generator) -> Image:
    """A digit lying on its side, with a stroke through it so that a 0 or an 8 is no exception."""
    sheet = np.rot90(_pick(images, rng), int(rng.choice((1, 3)))).copy()
    ends = rng.integers(2, SIDE - 2, 4).tolist()
    cv2.line(sheet, (0, ends[0]), (SIDE - 1, ends[1]), (255,), 2, cv2.LINE_AA)
    if rng.random() < 0.5:
        cv2.line(sheet, (ends[2], 0), (ends[3], SIDE - 1), (255,), 2, cv2.LINE_AA)
    return sheet
