"""Faults of pens, paper and scans that leave a digit legible: faint or broken ink, few pixels, scribbles.

Every fault takes a digit, uint8 (28, 28) with 255 = ink, and the source of all chance, and returns another.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = [
    "banded",
    "binarised",
    "grainy",
    "low_resolution",
    "outlined",
    "pixelwise",
    "rubbed_out",
    "scribbled",
    "uneven",
]

Image = NDArray[np.uint8]

SIDE = spec.DIGIT_SIDE


def outlined(image: Image, rng: np.random.Generator) -> Image:
    """Leaves the edges of the strokes, as a carbon copy, a stencil or an edge filter does."""
    low = rng.uniform(30, 120)
    smooth: Any = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.1))
    if rng.random() < 0.6:
        edges: Any = cv2.Canny(smooth, low, 2 * low)
    else:
        solid = (np.asarray(smooth) > low).astype(np.uint8) * 255
        edges = cv2.morphologyEx(solid, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    if rng.random() < 0.2:
        edges = cv2.GaussianBlur(edges, (0, 0), 0.5)
    return edges


def pixelwise(image: Image, rng: np.random.Generator) -> Image:
    """Turns single pixels black or white, as broken sensors and bad faxes do."""
    chance = rng.random(image.shape)
    share = rng.uniform(0.02, 0.35)
    out = image.copy()
    out[chance < share / 2] = 0
    out[chance > 1 - share / 2] = 255
    return out


def banded(image: Image, rng: np.random.Generator) -> Image:
    """Inverts one or two bands along a side, as the edge of a printed field does."""
    out = image.copy()
    view = out if rng.random() < 0.5 else out.T
    first, last = int(rng.integers(3, 9)), int(rng.integers(3, 9))
    which = rng.integers(0, 3)
    if which != 1:
        view[:, :first] = 255 - view[:, :first]
    if which != 0:
        view[:, -last:] = 255 - view[:, -last:]
    return out


def scribbled(image: Image, rng: np.random.Generator) -> Image:
    """Draws a thin line with corners across the digit, now and then dotted."""
    height, width = image.shape
    corners = int(rng.integers(2, 9))
    start, stop = rng.uniform(-2, height + 2, 2)
    across = np.linspace(rng.uniform(-4, 4), width + rng.uniform(-4, 4), corners)
    down = np.linspace(start, stop, corners) + rng.normal(0, rng.uniform(0, 3), corners)
    points = np.stack((across, down), axis=1)
    if rng.random() < 0.3:
        points = points[:, ::-1]
    line = np.zeros_like(image)
    fixed = np.round(points * 16).astype(np.int32)[None]
    ink = (int(rng.integers(150, 256)),)
    cv2.polylines(line, list(fixed), False, ink, int(rng.integers(1, 3)), cv2.LINE_AA, shift=4)
    if rng.random() < 0.3:
        step = int(rng.integers(2, 4))
        line[:, (np.arange(width) // step) % 2 == 0] = 0
    return np.maximum(image, line)


def rubbed_out(image: Image, rng: np.random.Generator) -> Image:
    """Takes out a small spot, as a dry pen or a removed line does."""
    image = image.copy()
    size = rng.integers(2, 5, 2)
    y, x = rng.integers(4, SIDE - 8, 2)
    image[y : y + size[0], x : x + size[1]] = 0
    return image


def low_resolution(image: Image, rng: np.random.Generator) -> Image:
    """Shows the digit as a smaller picture would: between 12 and 22 pixels across."""
    side = int(rng.integers(12, 23))
    small: Any = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.4:  # a fax: two levels
        small = cv2.threshold(small, int(rng.integers(60, 140)), 255, cv2.THRESH_BINARY)[1]
    way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    changed: Any = cv2.resize(small, (SIDE, SIDE), interpolation=way)
    return changed


def binarised(image: Image, rng: np.random.Generator) -> Image:
    """Thresholds at twice the size, so that edges stay smooth after the way back."""
    large: Any = cv2.resize(image, (2 * SIDE, 2 * SIDE), interpolation=cv2.INTER_LINEAR)
    large = cv2.threshold(large, int(rng.integers(50, 170)), 255, cv2.THRESH_BINARY)[1]
    changed: Any = cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return changed


def uneven(image: Image, rng: np.random.Generator) -> Image:
    """Makes ink faint, uneven across the picture, or harder than it was."""
    table = (np.arange(256) / 255.0) ** np.exp(rng.uniform(-0.8, 0.8)) * rng.uniform(0.45, 1.0) * 255
    changed: Any = cv2.LUT(image, table.astype(np.uint8))
    if rng.random() < 0.3:
        ramp = np.linspace(1.0, rng.uniform(0.35, 1.0), SIDE, dtype=np.float32)
        ramp = ramp if rng.random() < 0.5 else ramp[::-1]
        light = ramp[:, None] if rng.random() < 0.5 else ramp[None, :]
        return (changed * light).astype(np.uint8)
    return changed


def grainy(image: Image, rng: np.random.Generator) -> Image:
    """Adds grain to ink and paper, or a few specks."""
    if rng.random() < 0.3:
        image = image.copy()
        spots = rng.integers(0, SIDE, (2, int(rng.integers(1, 6))))
        image[spots[0], spots[1]] = rng.integers(60, 256, spots.shape[1])
        return image
    grain = rng.normal(0, rng.uniform(4, 25), image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)
