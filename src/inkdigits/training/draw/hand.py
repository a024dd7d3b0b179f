"""One writer: the habits that stay the same through a number, and the characters written with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.pen import curve, draw_stroke
from inkdigits.training.draw.pen_styles import STYLES, Style

__all__ = ["Hand", "write_character"]

Image = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class Hand:
    """What a writer keeps from digit to digit.

    Attributes:
        habits: the style of each digit.
        pen: width of the stroke as a share of a digit's height.
        slant: columns to the right for a row up.
        care: how far points stray from the style, as a share of the height.
        tremor: pixels that the pen shakes.
        aspect: factor on the width of all digits.
        dot: size of points and commas as a share of the height.
        fast: whether corners become curves.
    """

    habits: dict[str, Style]
    pen: float
    slant: float
    care: float
    tremor: float
    aspect: float
    dot: float
    fast: bool

    @classmethod
    def random(cls, rng: np.random.Generator) -> Hand:
        """Returns a writer drawn by chance."""
        habits: dict[str, Style] = {}
        for value, styles in STYLES.items():
            shares = np.array([style[0] for style in styles])
            habits[value] = styles[int(rng.choice(len(styles), p=shares / shares.sum()))]
        return cls(
            habits=habits,
            pen=rng.uniform(0.05, 0.17),
            slant=rng.triangular(-0.2, 0.12, 0.7),
            care=rng.uniform(0.015, 0.075),
            tremor=rng.uniform(0, 0.6),
            aspect=float(np.exp(rng.normal(0, 0.15))),
            dot=rng.uniform(0.08, 0.2),
            fast=rng.random() < 0.25,
        )


def write_character(value: str, hand: Hand, height: int, rng: np.random.Generator) -> Image:
    """Writes one character.

    Args:
        value: one of 0123456789.,-
        hand: who writes.
        height: pixels; of a digit.
        rng: the source of all chance.

    Returns:
        uint8 (H, W), 255 = ink, cut to the ink.
    """
    strokes = [points * height for points in _shape(value, hand, rng)]
    turn = rng.normal(0, 0.05)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[1.0, -(hand.slant + rng.normal(0, 0.05))], [0.0, 1.0]])
    drawn = [curve(points) @ matrix.T for points in strokes]
    drawn = [points + rng.normal(0, hand.tremor, points.shape) for points in drawn]
    every = np.concatenate(drawn)
    margin = 0.3 * height
    low = every.min(axis=0) - margin
    width, tall = np.ceil(every.max(axis=0) + margin - low).astype(int).tolist()
    sheet = np.zeros((tall, width), np.uint8)
    pen = hand.pen if value not in ".," else max(hand.pen, hand.dot)
    for points in drawn:
        draw_stroke(sheet, points - low, height * pen * rng.uniform(0.9, 1.1), rng)
    rows, columns = np.flatnonzero(sheet.max(axis=1)), np.flatnonzero(sheet.max(axis=0))
    return sheet[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shape(value: str, hand: Hand, rng: np.random.Generator) -> list[Points]:
    """Returns the strokes before slant, in heights, x to the right and y down."""
    if value == ".":
        return [np.array([[0.0, 0.0], rng.normal(0, 0.4 * hand.dot, 2)])]
    if value == ",":
        length = hand.dot * rng.uniform(1.5, 4) if rng.random() < 0.6 else rng.uniform(0.3, 0.7)
        lean, belly = -rng.uniform(0.0, 0.6) * length, rng.normal(0.05, 0.15) * length
        return [np.array([[0.0, 0.0], [0.4 * lean + belly, 0.55 * length], [lean, length]])]
    if value == "-":
        length = rng.uniform(0.25, 0.7)
        return [np.array([[0.0, 0.0], [length / 2, rng.normal(0, 0.03)], [length, rng.normal(0, 0.05)]])]
    style = hand.habits[value]
    aspect = style[1] * hand.aspect * np.exp(rng.normal(0, 0.1))
    bend = rng.normal(0, 0.05)
    strokes: list[Points] = []
    for stroke in style[2]:
        points = np.array(stroke, np.float64)
        sharp = np.concatenate(([False], (points[1:] == points[:-1]).all(axis=1)))
        moved = points + rng.normal(0, hand.care, points.shape) / (max(aspect, 0.3), 1.0)
        moved[sharp] = moved[np.flatnonzero(sharp) - 1]  # a corner stays one point
        moved = (moved[~sharp] if hand.fast else moved) * (aspect, 1.0)
        strokes.append(moved + np.stack([bend * np.sin(np.pi * moved[:, 1]), 0 * moved[:, 1]], 1))
    return strokes
