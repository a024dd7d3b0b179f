"""Printed lines around a number: the box of a form, rulings, folds, squared paper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.raster import draw_line

__all__ = ["draw_comb", "draw_rulings"]

Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink

TOUCHING = -0.12  # of a digit's height; how far inside the number's box a ruling is at most


def draw_rulings(ink: Strength, box: Box, digit: int, low: float, rng: np.random.Generator) -> None:
    """Draws the lines of the paper that a number is written on, if it has any.

    Args:
        ink: float32 (H, W), drawn upon.
        box: of the number.
        digit: height of a digit, pixels.
        low: how far below the number a ruling is at least, in heights of a digit.
        rng: the source of all chance.
    """
    height, width = ink.shape
    tilt = rng.normal(0, 0.008)
    if rng.random() < (0.25 if low > 0 else 0.35):  # a point would pass for a piece of a ruling
        _between_rulings(ink, box, digit, low, rng)
    elif rng.random() < 0.5:
        _box_edges(ink, tilt, digit, rng)
    if rng.random() < 0.25:  # the line that is written on, or through
        foot = max(low * digit, rng.normal(0.02, 0.1) * box.height)
        y = box.y + (box.height + foot if rng.random() < 0.8 else rng.uniform(0, 0.8) * box.height)
        strength, thickness = rng.uniform(0.1, 0.9), int(rng.integers(1, 2 + digit // 24))
        draw_line(ink, (0, y), (width, y + tilt * width), strength, thickness)
    if rng.random() < 0.25:
        _folds(ink, tilt, digit, rng)
    if rng.random() < 0.04:  # squared paper
        step = rng.uniform(0.25, 0.6) * digit
        for y in np.arange(rng.uniform(0, step), height, step):
            draw_line(ink, (0, y), (width, y), rng.uniform(0.1, 0.3), 1)
        for x in np.arange(rng.uniform(0, step), width, step):
            draw_line(ink, (x, 0), (x, height), rng.uniform(0.1, 0.3), 1)


def draw_comb(ink: Strength, box: Box, columns: list[float], digit: int, rng: np.random.Generator) -> None:
    """Draws the cells of a comb around a number: a line between two characters, at times open above.

    Args:
        ink: float32 (H, W), drawn upon.
        box: of the number.
        columns: where the upright lines are, pixels.
        digit: height of a digit, pixels.
        rng: the source of all chance.
    """
    strength, thickness = rng.uniform(0.15, 1.0), int(rng.integers(1, 2 + digit // 20))
    top = box.y - rng.uniform(0.08, 0.5) * digit
    bottom = box.y + box.height + rng.uniform(0.08, 0.5) * digit
    first = top if rng.random() < 0.75 else bottom - rng.uniform(0.2, 0.6) * (bottom - top)  # short teeth
    lean = rng.normal(0, 0.006)
    for column in columns:
        slack = lean * (bottom - top)
        draw_line(ink, (column - slack, first), (column + slack, bottom), strength, thickness)
    if first == top:
        draw_line(ink, (columns[0], top), (columns[-1], top), strength, thickness)
    draw_line(ink, (columns[0], bottom), (columns[-1], bottom), strength, thickness)


def _between_rulings(ink: Strength, box: Box, digit: int, low: float, rng: np.random.Generator) -> None:
    """Draws the rulings between which a number is written, as a camera sees them that is held askew."""
    height, width = ink.shape
    strength, thickness = rng.uniform(0.25, 1.1), int(rng.integers(1, 2 + digit // 14))
    for y, way, least in ((box.y, -1, TOUCHING), (box.y + box.height, 1, low)):
        if rng.random() < 0.9:
            far = y + way * rng.uniform(least, 0.5) * digit
            rise = rng.normal(0, 0.03) * width
            draw_line(
                ink, (0, far - rise / 2), (width, far + rise / 2), strength * rng.uniform(0.6, 1), thickness
            )
    if rng.random() < 0.15:  # the margin
        x = rng.choice((rng.uniform(0, 0.5) * digit, width - rng.uniform(0, 0.5) * digit))
        draw_line(ink, (x, 0), (x + rng.normal(0, 0.05) * height, height), strength, thickness)


def _box_edges(ink: Strength, tilt: float, digit: int, rng: np.random.Generator) -> None:
    """Draws the box of a form, cut out along its edges: some of the four."""
    height, width = ink.shape
    strength, thickness = rng.uniform(0.15, 1.3), int(rng.integers(1, 1 + max(2, digit // 10)))
    top, bottom, left, right = rng.uniform(0, 0.2 * digit, 4)
    drawn = rng.random(4) < (0.75, 0.75, 0.6, 0.75)
    sides = (
        ((0, top), (width, top + tilt * width)),
        ((0, height - 1 - bottom), (width, height - 1 - bottom + tilt * width)),
        ((left, 0), (left - tilt * height, height)),
        ((width - 1 - right, 0), (width - 1 - right - tilt * height, height)),
    )
    for (start, stop), there in zip(sides, drawn, strict=True):
        if there:
            draw_line(ink, start, stop, strength, thickness)


def _folds(ink: Strength, tilt: float, digit: int, rng: np.random.Generator) -> None:
    """Draws folds and the shade of print on the back."""
    height, width = ink.shape
    for _ in range(int(rng.integers(1, 5))):
        strength, thickness = rng.uniform(0.03, 0.3), int(rng.integers(1, 2 + digit // 3))
        if rng.random() < 0.6:
            y = rng.uniform(0, height)
            draw_line(ink, (0, y), (width, y + tilt * width), strength, thickness)
        else:
            x = rng.uniform(0, width)
            draw_line(ink, (x, 0), (x + tilt * height, height), strength, thickness)
