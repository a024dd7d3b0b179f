"""Pens, printers' inks and papers as people have them: colours, strengths, grain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inkdigits.training.draw.scenes.sheet import Colour, Pen

__all__ = ["another_pen", "paper_colour", "print_ink", "random_pen", "ruling_ink"]


def random_pen(rng: np.random.Generator) -> Pen:
    """Returns a ballpoint, a felt tip or a pencil."""
    kind = rng.random()
    if kind < 0.42:  # blue ink
        colour = rng.uniform(10, 75), rng.uniform(20, 90), rng.uniform(95, 190)
        return Pen(colour, rng.uniform(0.6, 1.0), _some(0.35, 0.5, rng))
    if kind < 0.74:  # black ink
        level = rng.uniform(5, 75)
        return Pen((level, level, level + rng.uniform(-4, 14)), rng.uniform(0.65, 1.0), _some(0.3, 0.45, rng))
    if kind < 0.93:  # pencil
        level = rng.uniform(40, 110)
        strength = float(np.exp(rng.uniform(np.log(0.2), np.log(0.95))))
        return Pen((level, level, level + 6), strength, rng.uniform(0.15, 0.75))
    return red_pen(rng) if kind < 0.98 else Pen((20, rng.uniform(90, 130), 50), rng.uniform(0.6, 1.0))


def red_pen(rng: np.random.Generator) -> Pen:
    """Returns the pen of who corrects."""
    return Pen((rng.uniform(170, 225), rng.uniform(20, 70), rng.uniform(25, 80)), rng.uniform(0.6, 1.0))


def another_pen(pen: Pen, rng: np.random.Generator) -> Pen:
    """Returns the same pen as it writes the next number: a little fainter or stronger."""
    return replace(pen, strength=float(np.clip(pen.strength * np.exp(rng.normal(0, 0.07)), 0.12, 1)))


def print_ink(rng: np.random.Generator, pen: Pen | None = None) -> Pen:
    """Returns a printer's ink: black mostly; never the red of a red pen."""
    kind = rng.random()
    if kind < 0.72:
        level = rng.uniform(0, 70)
        return Pen((level, level, level), rng.uniform(0.7, 1.0))
    if kind < 0.84 and (pen is None or pen.colour[0] < 140):
        return Pen((rng.uniform(180, 230), rng.uniform(50, 110), rng.uniform(40, 100)), rng.uniform(0.7, 1.0))
    if kind < 0.94:
        return Pen((rng.uniform(20, 90), rng.uniform(60, 130), rng.uniform(120, 190)), rng.uniform(0.6, 1.0))
    return Pen((rng.uniform(20, 80), rng.uniform(110, 150), rng.uniform(60, 110)), rng.uniform(0.6, 1.0))


def ruling_ink(rng: np.random.Generator) -> Pen:
    """Returns what lined and squared paper is printed with: pale blue, grey, violet, red."""
    kind = rng.random()
    strength = rng.uniform(0.25, 0.9)
    if kind < 0.5:
        return Pen((rng.uniform(90, 150), rng.uniform(130, 180), rng.uniform(185, 230)), strength)
    if kind < 0.85:
        level = rng.uniform(70, 170)
        return Pen((level, level, level + rng.uniform(0, 20)), strength)
    if kind < 0.93:
        return Pen((rng.uniform(120, 160), rng.uniform(95, 130), rng.uniform(170, 210)), strength)
    return Pen((rng.uniform(190, 230), rng.uniform(90, 130), rng.uniform(90, 130)), strength)


def paper_colour(rng: np.random.Generator) -> Colour:
    """Returns a paper: white mostly, cream, grey, brown, yellow and rose at times."""
    kind = rng.random()
    if kind < 0.72:
        level = rng.uniform(236, 255)
        return level, level, level - rng.uniform(0, 4)
    if kind < 0.86:
        return rng.uniform(238, 252), rng.uniform(230, 244), rng.uniform(205, 230)
    if kind < 0.91:
        level = rng.uniform(185, 225)
        return level, level, level - rng.uniform(0, 12)
    if kind < 0.945:
        return rng.uniform(165, 200), rng.uniform(130, 160), rng.uniform(90, 120)
    if kind < 0.965:
        return rng.uniform(240, 254), rng.uniform(222, 238), rng.uniform(110, 185)
    return rng.uniform(235, 252), rng.uniform(205, 225), rng.uniform(215, 232)


def _some(share: float, most: float, rng: np.random.Generator) -> float:
    """Returns 0, or in this share of cases up to so much."""
    return float(rng.uniform(0, most)) if rng.random() < share else 0.0
