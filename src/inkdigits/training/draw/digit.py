"""Single digits, and marks that are none, by the pen and by real hands: what is learned beside MNIST."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.other_marks import drawn_mark, struck_out
from inkdigits.training.draw.raster import overlay
from inkdigits.training.draw.writer import DIGIT_WRITERS, Writer, write_character

__all__ = ["HEIGHT", "PAPER", "digits_by_hand", "marks_by_hand", "write_digit", "write_digits"]

PAPER = 96  # pixels; side of the paper one digit is written on
HEIGHT = 60  # pixels; of the digit on it
MARGIN = 8  # pixels; paper around the middle of the strokes

# Shares of the marks that are no digit; the rest are letters, and signs that numbers do not have.
STRUCK = 0.08
DRAWN = 0.15
WORDS = 0.17
SIGNS = 0.1

_NONE = np.zeros((0, spec.DIGIT_SIDE, spec.DIGIT_SIDE), np.uint8)


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
    return np.stack(images) if images else _NONE, labels


def digits_by_hand(hands: Hands, count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Writes digits by real hands, as many of each value: images and labels as from :func:`write_digits`."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count, dtype=np.int64) % len(spec.DIGITS)
    images = [normalize_digit(write_digit(str(label), rng, hands)) for label in labels]
    return np.stack(images) if images else _NONE, labels


def marks_by_hand(hands: Hands, count: int, seed: int) -> NDArray[np.uint8]:
    """Writes marks that are no digit, by real hands and by the pen, uint8 (count, 28, 28).

    Letters that look like digits, and signs that look like a 1, are not among them; crossed-out digits are.
    """
    rng = np.random.default_rng(seed)
    images: list[NDArray[np.uint8]] = []
    for _ in range(count):
        hand, kind = hands.hand(rng), rng.random()
        if kind < STRUCK:
            digit = hand.write(str(rng.integers(10)), HEIGHT, rng)
            ink = struck_out(digit, 0, digit.shape[1], 1.5 * hand.pen, rng, lines=False)
        elif kind < STRUCK + DRAWN:
            ink = drawn_mark(hand.pen, rng, rings=False)
        elif kind < STRUCK + DRAWN + WORDS:
            ink = hand.write_sample(int(rng.choice(hands.words)), HEIGHT, rng)
            start = int(rng.uniform(0, 0.5) * ink.shape[1]) if rng.random() < 0.5 else 0
            ink = ink[:, start : start + int(rng.uniform(0.8, 2.5) * HEIGHT)]
        elif kind < STRUCK + DRAWN + WORDS + SIGNS:
            ink = hand.write(str(rng.choice(tuple("-+:%"))), HEIGHT, rng)
        else:
            ink = hand.write_sample(hands.mark(rng, alone=True), HEIGHT, rng)
        images.append(normalize_digit(_sheet(ink)))
    return np.stack(images) if images else _NONE


def write_digit(value: str, rng: np.random.Generator, hands: Hands | None = None) -> NDArray[np.uint8]:
    """Writes one digit in the middle of a clean sheet.

    Args:
        value: "0" to "9".
        rng: the source of all chance.
        hands: real writers, one of whom writes it; None for the pen.

    Returns:
        uint8 (H, W), 96 or, if a real hand wrote it wide, more; 255 = ink.
    """
    if hands is not None:
        return _sheet(hands.hand(rng).write(value, HEIGHT, rng))
    writer = Writer.random(rng, DIGIT_WRITERS, digits=value)
    ink = write_character(value, writer, HEIGHT, rng, longest=PAPER - 2 * MARGIN)
    sheet = np.zeros((PAPER, PAPER), np.uint8)
    overlay(sheet, ink, (PAPER - ink.shape[0]) // 2, (PAPER - ink.shape[1]) // 2)
    return sheet


def _sheet(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Puts ink of any size in the middle of paper that is large enough for it."""
    high, wide = (max(PAPER, side + 2 * MARGIN) for side in ink.shape)
    sheet = np.zeros((high, wide), np.uint8)
    overlay(sheet, ink, (high - ink.shape[0]) // 2, (wide - ink.shape[1]) // 2)
    return sheet
