"""Single digits, each by a writer of its own: what digit models learn from beside MNIST."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.raster import overlay
from inkdigits.training.draw.writer import DIGIT_WRITERS, Writer, write_character

__all__ = ["PAPER", "write_digit", "write_digits"]

PAPER = 96  # pixels; side of the paper one digit is written on
HEIGHT = 60  # pixels; of the digit on it
MARGIN = 8  # pixels; paper around the middle of the strokes


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
    """Writes one digit in the middle of a clean sheet.

    Args:
        value: "0" to "9".
        rng: the source of all chance.

    Returns:
        uint8 (96, 96), 255 = ink.
    """
    writer = Writer.random(rng, DIGIT_WRITERS, digits=value)
    ink = write_character(value, writer, HEIGHT, rng, longest=PAPER - 2 * MARGIN)
    sheet = np.zeros((PAPER, PAPER), np.uint8)
    overlay(sheet, ink, (PAPER - ink.shape[0]) // 2, (PAPER - ink.shape[1]) // 2)
    return sheet
