"""Pages drawn for the tests of finding: one writer's digits, put where a test wants them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from inkdigits.find.number import NumberCrop
from inkdigits.find.page import find_numbers
from inkdigits.ink.shades import page_ink
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


def boxes(paper: np.ndarray) -> list[list[Box]]:
    return [[crop.box for crop in row] for row in numbers_on(paper)]


def numbers_on(paper: np.ndarray) -> list[list[NumberCrop]]:
    return find_numbers(paper, paper)


def numbers_of(picture: np.ndarray) -> list[list[NumberCrop]]:
    ink = page_ink(picture)
    return find_numbers(ink.pixels, ink.shades)


def same(found: Box, true: Box) -> bool:
    slack = 5
    return all(
        abs(one - other) <= slack
        for one, other in (
            (found.x, true.x),
            (found.y, true.y),
            (found.x + found.width, true.x + true.width),
            (found.y + found.height, true.y + true.height),
        )
    )


def turned(paper: np.ndarray, degrees: float) -> np.ndarray:
    height, width = paper.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(paper, matrix, (width, height))


def groups(paper: np.ndarray) -> list[list[int]]:
    """Returns how many digits each number has, line by line."""
    return [[crop.groups for crop in row] for row in numbers_on(paper)]
