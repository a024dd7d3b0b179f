"""Strokes of a pen: a smooth curve through points, drawn with pressure that comes and goes."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["curve", "draw_stroke"]

Points = NDArray[np.float64]

STEPS = 7  # straight pieces between two points of a stroke


def curve(points: Points) -> Points:
    """Returns a Catmull-Rom curve through the points (N, 2), broken at points given twice."""
    corners = [0, *(np.flatnonzero((points[1:] == points[:-1]).all(axis=1)) + 1), len(points)]
    pieces = [_smooth(points[start:stop]) for start, stop in pairwise(corners)]
    return np.concatenate(pieces)


def _smooth(points: Points) -> Points:
    if len(points) < 2:
        return points
    padded = np.concatenate((2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]))
    before, start, stop, after = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * start
        + (stop - before) * t
        + (2 * before - 5 * start + 4 * stop - after) * t**2
        + (3 * start - before - 3 * stop + after) * t**3
    )
    return np.concatenate((curve.transpose(1, 0, 2).reshape(-1, 2), points[-1:]))


def draw_stroke(sheet: NDArray[np.uint8], points: Points, pen: float, rng: np.random.Generator) -> None:
    """Draws a stroke whose width follows pressure: it starts and ends lighter and swells between.

    Args:
        sheet: uint8 (H, W), drawn upon.
        points: (N, 2) x and y, pixels.
        pen: width of the pen, pixels.
        rng: the source of all chance.
    """
    along = np.linspace(0, 1, len(points))
    swell = rng.uniform(0, 0.35) * np.sin(np.pi * along * rng.uniform(0.6, 2.5) + rng.uniform(0, np.pi))
    taper = 1 - rng.uniform(0, 0.4) * np.maximum(0, 2 * np.abs(along - 0.5) - 0.6)
    widths = np.maximum(1, np.round(pen * (1 + swell) * taper)).astype(int)
    fixed = np.round(points * 16).astype(int)
    for start, stop, width in zip(fixed[:-1].tolist(), fixed[1:].tolist(), widths.tolist(), strict=False):
        cv2.line(sheet, start, stop, (255,), width, cv2.LINE_AA, shift=4)
