"""Damage that leaves a digit legible: outlines alone, broken pixels, an inverted band, a scribble across."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["banded", "outlined", "pixelwise", "scribbled"]

Image = NDArray[np.uint8]


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
