"""Pages drawn for the tests of finding: one writer's digits, put where a test wants them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inkdigits.readings import Box
from inkdigits.training.draw.pen_styles import STYLES
from inkdigits.training.draw.writer import Writer, write_character

# One writer's way of each digit, whatever other ways the pen learns.
HABITS = {"0": 1, "1": 12, "2": 0, "3": 3, "4": 6, "5": 1, "6": 3, "7": 6, "8": 1, "9": 0}
WRITER = replace(
    Writer.random(np.random.default_rng(1)),
    habits={value: STYLES[value][style] for value, style in HABITS.items()},
)
HIGH = 32  # pixels; of the digits drawn here


def sheet(height: int = 700, width: int = 900) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def put(paper: np.ndarray, text: str, x: int, y: int, gap: int = 5) -> Box:
    """Writes a number with its feet at row ``y``; returns its box."""
    left, top = x, y
    for index, value in enumerate(text):
        ink = write_character(value, WRITER, HIGH, np.random.default_rng(index))
        bottom = {"-": y - HIGH // 2, ",": y + 5}.get(value, y)
        place = paper[bottom - ink.shape[0] : bottom, x : x + ink.shape[1]]
        np.maximum(place, ink, out=place)
        top, right = min(top, bottom - ink.shape[0]), x + ink.shape[1]
        x = right + gap
    return Box(left, top, right - left, y - top)
