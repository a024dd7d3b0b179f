"""Writers, and the one way in which a writer forms a character: for single digits, numbers and pages alike.

A writer is drawn from a population and keeps habits, slant, care, pen and tremor; what varies between two
characters of the same writer is drawn for each.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.training.draw.pen import curve, draw_stroke
from inkdigits.training.draw.pen_styles import STYLES, Style
from inkdigits.training.draw.raster import cut_to_ink

__all__ = ["DIGIT_WRITERS", "NUMBER_WRITERS", "Population", "Variation", "Writer", "write_character"]

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Range = tuple[float, float]


@dataclass(frozen=True)
class Variation:
    """How much the characters of one writer differ among themselves.

    Attributes:
        aspect: standard deviation of the log of width over height.
        slant: standard deviation of the slant, columns a row.
        turn: standard deviation of the turn, radians.
        pressure: most that a stroke is wider or thinner than the pen, as a share of its width.
    """

    aspect: float = 0.1
    slant: float = 0.05
    turn: float = 0.05
    pressure: float = 0.1


@dataclass(frozen=True)
class Population:
    """How writers differ. A range is drawn from evenly, from its least to its most.

    Attributes:
        pen: width of the stroke as a share of a digit's height.
        slant: columns to the right for a row up: least, commonest and most, of a triangular distribution.
        care: how far points stray from the style, as a share of the height.
        tremor: pixels that the pen shakes.
        aspect: standard deviation of the log of a factor on the width of all digits.
        dot: size of points and commas as a share of the height.
        fast: share of writers whose corners become curves.
        variation: how much the characters of each writer differ.
    """

    pen: Range = (0.05, 0.17)
    slant: tuple[float, float, float] = (-0.2, 0.12, 0.7)
    care: Range = (0.015, 0.075)
    tremor: Range = (0.0, 0.6)
    aspect: float = 0.15
    dot: Range = (0.08, 0.2)
    fast: float = 0.25
    variation: Variation = Variation()


NUMBER_WRITERS = Population()
"""Who writes numbers: in haste too."""

DIGIT_WRITERS = Population(
    pen=(0.045, 0.15),
    slant=(-0.2, 0.15, 0.75),
    care=(0.015, 0.06),
    tremor=(0.0, 0.5),
    aspect=0.18,
    fast=0.0,
    # A writer of a single digit is seen once, so the whole spread is between writers.
    variation=Variation(aspect=0.0, slant=0.0, turn=0.07, pressure=0.0),
)
"""Who writes single digits: a new writer for each."""


@dataclass(frozen=True)
class Writer:
    """What a writer keeps from character to character.

    Attributes:
        habits: the style of each digit that is written.
        pen: width of the stroke as a share of a digit's height.
        slant: columns to the right for a row up.
        care: how far points stray from the style, as a share of the height.
        tremor: pixels that the pen shakes.
        aspect: factor on the width of all digits.
        dot: size of points and commas as a share of the height.
        fast: whether corners become curves.
        variation: how much the characters differ among themselves.
    """

    habits: dict[str, Style]
    pen: float
    slant: float
    care: float
    tremor: float
    aspect: float
    dot: float
    fast: bool
    variation: Variation = Variation()

    @classmethod
    def random(
        cls,
        rng: np.random.Generator,
        population: Population = NUMBER_WRITERS,
        *,
        digits: str = "".join(spec.DIGITS),
    ) -> Writer:
        """Returns a writer drawn by chance.

        Args:
            rng: the source of all chance.
            population: how writers differ.
            digits: those that will be written; the writer has a style of these alone.
        """
        return cls(
            habits={value: _habit(STYLES[value], rng) for value in digits},
            pen=rng.uniform(*population.pen),
            slant=rng.triangular(*population.slant),
            care=rng.uniform(*population.care),
            tremor=rng.uniform(*population.tremor),
            aspect=float(np.exp(rng.normal(0, population.aspect))),
            dot=rng.uniform(*population.dot),
            fast=rng.random() < population.fast,
            variation=population.variation,
        )


def _habit(styles: tuple[Style, ...], rng: np.random.Generator) -> Style:
    """Returns one of the styles of a digit, common ones more often."""
    up_to = list(accumulate(style[0] for style in styles))
    return styles[bisect_right(up_to, rng.random() * up_to[-1])]


def write_character(
    value: str, writer: Writer, height: int, rng: np.random.Generator, *, longest: float | None = None
) -> Image:
    """Writes one character.

    Args:
        value: one of ``0123456789.,-+/:%'``
        writer: who writes.
        height: pixels; of a digit.
        rng: the source of all chance.
        longest: most pixels from end to end of the strokes, in either direction; what would be longer is
            written smaller. None for no limit.

    Returns:
        uint8 (H, W), 255 = ink, cut to the ink.
    """
    variation = writer.variation
    strokes = [points * height for points in _shape(value, writer, rng)]
    turn = rng.normal(0, variation.turn)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[1.0, -(writer.slant + rng.normal(0, variation.slant))], [0.0, 1.0]])
    drawn = [curve(points) @ matrix.T for points in strokes]
    if longest is not None:
        smaller = min(1.0, longest / float(np.ptp(np.concatenate(drawn), axis=0).max()))
        drawn = [points * smaller for points in drawn]
    drawn = [points + rng.normal(0, writer.tremor, points.shape) for points in drawn]
    every = np.concatenate(drawn)
    margin = 0.3 * height
    low = every.min(axis=0) - margin
    width, tall = np.ceil(every.max(axis=0) + margin - low).astype(int).tolist()
    sheet = np.zeros((tall, width), np.uint8)
    pen = height * (writer.pen if value not in ".,:" else max(writer.pen, writer.dot))
    for points in drawn:
        pressure = rng.uniform(1 - variation.pressure, 1 + variation.pressure)
        draw_stroke(sheet, points - low, pen * pressure, rng)
    return cut_to_ink(sheet)


def _shape(value: str, writer: Writer, rng: np.random.Generator) -> list[Points]:
    """Returns the strokes before slant, in heights, x to the right and y down."""
    if value == ".":
        return [np.array([[0.0, 0.0], rng.normal(0, 0.4 * writer.dot, 2)])]
    if value == ",":
        length = writer.dot * rng.uniform(1.5, 4) if rng.random() < 0.6 else rng.uniform(0.3, 0.7)
        lean, belly = -rng.uniform(0.0, 0.6) * length, rng.normal(0.05, 0.15) * length
        return [np.array([[0.0, 0.0], [0.4 * lean + belly, 0.55 * length], [lean, length]])]
    if value == "-":
        length = rng.uniform(0.25, 0.7)
        return [np.array([[0.0, 0.0], [length / 2, rng.normal(0, 0.03)], [length, rng.normal(0, 0.05)]])]
    if value in "+/:%'":
        return _sign(value, rng)
    style = writer.habits[value]
    aspect = style[1] * writer.aspect * np.exp(rng.normal(0, writer.variation.aspect))
    bend = rng.normal(0, 0.05)  # whole digits lean into a curve
    strokes: list[Points] = []
    for stroke in style[2]:
        points = np.array(stroke, np.float64)
        sharp = np.concatenate(([False], (points[1:] == points[:-1]).all(axis=1)))
        moved = points + rng.normal(0, writer.care, points.shape) / (max(aspect, 0.3), 1.0)
        moved[sharp] = moved[np.flatnonzero(sharp) - 1]  # a corner stays one point
        moved = (moved[~sharp] if writer.fast else moved) * (aspect, 1.0)
        strokes.append(moved + np.stack([bend * np.sin(np.pi * moved[:, 1]), 0 * moved[:, 1]], 1))
    return strokes


def _sign(value: str, rng: np.random.Generator) -> list[Points]:
    """Returns the strokes of a sign other than point, comma and dash, in heights of a digit."""
    if value == "+":
        size, droop = rng.uniform(0.45, 0.8), rng.normal(0, 0.04)
        across = np.array([[0.0, 0.5 + droop], [1.0, 0.5 - droop]]) * size
        down = np.array([[0.5 + droop, 0.0], [0.5 - droop, 1.0]]) * size
        return [across, down]
    if value == "/":
        high = rng.uniform(1.05, 1.5)  # longer than a 1, which else looks the same
        wide = high * rng.uniform(0.25, 0.7)
        return [np.array([[wide, 0.0], [wide / 2 + rng.normal(0, 0.02), high / 2], [0.0, high]])]
    if value == ":":
        apart, aside = rng.uniform(0.3, 0.6), rng.normal(0, 0.03)
        return [
            np.array([[x, y], [x + rng.normal(0, 0.02), y + 0.02]]) for x, y in ((aside, 0.0), (0.0, apart))
        ]
    if value == "%":
        around = np.linspace(0, 2 * np.pi, 9)
        ring = np.stack([np.cos(around), np.sin(around)], 1) * rng.uniform(0.12, 0.2)
        wide = rng.uniform(0.5, 0.9)
        return [
            ring + np.array((0.15, 0.22)),
            np.array([[wide, 0.0], [0.1, 1.0]]),
            ring + np.array((wide - 0.05, rng.uniform(0.7, 0.85))),
        ]
    return [np.array([[0.05, 0.0], [0.0, rng.uniform(0.12, 0.3)]])]
