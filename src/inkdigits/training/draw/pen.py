"""A pen that writes digits: strokes with slant, speed, pressure and tremor, drawn from a seed."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.pen_styles import STYLES, Style

__all__ = ["curve", "draw_stroke", "write_digit", "write_digits"]

Points = NDArray[np.float64]

PAGE = 96  # pixels; side of the paper one digit is written on
HEIGHT = 60  # pixels; of the digit on it
STEPS = 7  # straight pieces between two points of a stroke


def write_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Writes digits, as many of each value.

    Args:
        count: how many.
        seed: the same seed writes the same digits.

    Returns:
        images uint8 (count, 28, 28) in MNIST's convention, 255 = ink, and labels int64 (count,).
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.int64) % len(spec.DIGITS)
    images = [normalize_digit(write_digit(str(label), rng)) for label in labels]
    return np.stack(images) if images else np.zeros((0, spec.DIGIT_SIDE, spec.DIGIT_SIDE), np.uint8), labels


def write_digit(value: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Writes one digit on a clean sheet.

    Args:
        value: "0" to "9".
        rng: the source of all chance.

    Returns:
        uint8 (96, 96), 255 = ink.
    """
    styles = STYLES[value]
    shares = np.array([style[0] for style in styles])
    style = styles[int(rng.choice(len(styles), p=shares / shares.sum()))]
    strokes = _place(_habit(style, rng), rng)
    pen = HEIGHT * rng.uniform(0.045, 0.15)
    sheet = np.zeros((PAGE, PAGE), np.uint8)
    for stroke in strokes:
        draw_stroke(sheet, stroke, pen, rng)
    return sheet


def _habit(style: Style, rng: np.random.Generator) -> list[Points]:
    """Returns the style's strokes as this writer forms them, before slant and size."""
    care = rng.uniform(0.015, 0.06)  # how far points stray, as a share of the digit's height
    aspect = style[1] * np.exp(rng.normal(0, 0.18))
    strokes: list[Points] = []
    for stroke in style[2]:
        points = np.array(stroke, np.float64)
        sharp = np.concatenate(([False], (points[1:] == points[:-1]).all(axis=1)))
        moved = points + rng.normal(0, care, points.shape) / (max(aspect, 0.3), 1.0)
        moved[sharp] = moved[np.flatnonzero(sharp) - 1]  # a corner stays one point
        strokes.append(moved * (aspect, 1.0))
    bend = rng.normal(0, 0.05)  # whole digits lean into a curve
    return [
        points + np.stack([bend * np.sin(np.pi * points[:, 1]), 0 * points[:, 1]], 1) for points in strokes
    ]


def _place(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    """Smooths, slants, turns and scales the strokes onto the sheet, in pixels."""
    slant = rng.triangular(-0.2, 0.15, 0.75)  # columns to the right for a row up
    turn = rng.normal(0, 0.07)
    matrix = HEIGHT * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[1.0, -slant], [0.0, 1.0]])
    placed = [curve(points) @ matrix.T for points in strokes]
    every = np.concatenate(placed)
    low, high = every.min(axis=0), every.max(axis=0)
    fit = min(1.0, (PAGE - 16) / float((high - low).max()))
    tremor = rng.uniform(0, 0.5)  # pixels
    return [
        (points - (low + high) / 2) * fit + PAGE / 2 + rng.normal(0, tremor, points.shape)
        for points in placed
    ]


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
