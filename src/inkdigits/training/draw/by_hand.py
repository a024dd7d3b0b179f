"""Numbers by real hands: one writer's characters side by side, and numbers that were written as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.cells import in_cells
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hand, Hands, draw_strokes
from inkdigits.training.draw.joined_strokes import join_feet, join_zeros
from inkdigits.training.draw.number import TALL_ONES, Written
from inkdigits.training.draw.other_marks import struck_out, written_mark
from inkdigits.training.draw.proportions import Proportions
from inkdigits.training.draw.raster import overlay, scaled
from inkdigits.training.draw.spacing import CharacterRow, Spacing
from inkdigits.training.draw.writer import Writer, write_character

__all__ = ["characters", "ring_around", "strike_out", "whole_number", "write_by_hand"]

Image = NDArray[np.uint8]

OWN_SIZES = {  # least and most, in heights of a digit; of a dash its width
    "/": (1.05, 1.6),
    "+": (0.45, 0.85),
    "-": (0.25, 0.75),
    ":": (0.4, 0.75),
    "%": (0.8, 1.2),
    ",": (0.2, 0.5),
    "'": (0.15, 0.35),
}
IN_CELLS = 0.07  # of the numbers by one writer's characters; those that stand in the cells of a comb
WHOLE_MARKS = "()#$"  # that whole numbers have beside their digits


def write_by_hand(text: str, hand: Hand, rng: np.random.Generator) -> Written:
    """Writes a number by one writer's own characters.

    Args:
        text: 1 or more of ``0123456789.,-+/:%'``, and ``?`` for a mark that is none of them.
        hand: who writes.
        rng: the source of all chance.
    """
    inks = list(characters(text, hand, rng))
    if spec.OTHER not in text and rng.random() < IN_CELLS:
        ink, boxes, edges = in_cells(text, inks, rng)
        return Written(ink, text, tuple(boxes), edges)
    row = CharacterRow(Spacing.loose(rng))
    for value, ink in zip(text, inks, strict=True):
        row.add(value, ink, rng)
    ink, boxes = row.assembled()
    if rng.random() < 0.15:
        join_zeros(ink, text, boxes, rng)
    if rng.random() < 0.15:
        join_feet(ink, text, boxes, rng)
    return Written(ink, text, tuple(boxes))


def characters(text: str, hand: Hand, rng: np.random.Generator) -> Iterator[Image]:
    """Gives the ink of each character of a number by one writer.

    Args:
        text: as for :func:`write_by_hand`.
        hand: who writes.
        rng: the source of all chance.

    Yields:
        uint8 (H, W), 255 = ink, cut to the ink, at the height of composition.
    """
    proportions = Proportions.random(rng) if rng.random() < 0.3 else None
    spread = abs(rng.normal(0, 0.07)) + 0.03
    small_zero = rng.uniform(0.55, 0.9) if rng.random() < 0.15 else 1.0
    tall_one = rng.uniform(1.05, 1.4) if rng.random() < TALL_ONES else 1.0
    dots = replace(Writer.random(rng, digits=""), pen=hand.pen)
    for index, value in enumerate(text):
        size = float(np.exp(rng.normal(0, spread))) * (small_zero if value == "0" and index else 1.0)
        size *= tall_one if value == "1" else 1.0
        if value.isdigit():
            ink = hand.write(value, HEIGHT * size, rng)
            if proportions is not None:
                ink = proportions.given_to(ink, rng)
            if ink.shape[0] > 1.15 * size * HEIGHT:  # with the pen's own width
                ink = scaled(ink, 1.15 * size * HEIGHT / ink.shape[0])
        elif value == spec.OTHER:
            ink = written_mark(hand, rng)
        elif value == ".":
            ink = write_character(".", dots, HEIGHT, rng)
        else:
            ink = hand.write(value, HEIGHT * rng.uniform(*OWN_SIZES[value]), rng)
        if not value.isdigit() and value != spec.OTHER and rng.random() < 0.25:  # written lightly
            ink = np.asarray(cv2.convertScaleAbs(ink, alpha=rng.uniform(0.5, 1.0)), np.uint8)
        yield ink


def ring_around(written: Written, pen: float, rng: np.random.Generator) -> Written:
    """Draws a ring around a number, as people mark a result; it is no part of the text.

    Args:
        written: the number.
        pen: width of the stroke as a share of a digit's height.
        rng: the source of all chance.
    """
    height, width = written.ink.shape
    along = np.linspace(0, 2 * np.pi * rng.uniform(0.93, 1.1), 40) + rng.uniform(0, 2 * np.pi)
    room = rng.uniform(0.05, 0.4) * HEIGHT
    radii = (0.5 * width * rng.uniform(1.1, 1.35) + room, 0.5 * height * rng.uniform(1.15, 1.4) + room)
    points = np.stack([radii[0] * np.cos(along), radii[1] * np.sin(along)], 1) + rng.normal(0, 0.6, (40, 2))
    ring = draw_strokes([points.astype(np.float32)], max(1.5, pen * HEIGHT), 0.2, rng)
    left, top = (ring.shape[1] - width) // 2, (ring.shape[0] - height) // 2
    ink = ring.copy()
    overlay(ink, written.ink, top, left)
    boxes = tuple(Box(box.x + left, box.y + top, box.width, box.height) for box in written.boxes)
    return Written(ink, written.text, boxes)


def whole_number(hands: Hands, rng: np.random.Generator) -> Written:
    """Writes a number that one of the writers wrote as a whole: his or her own spacing, slant and line."""
    place = int(rng.choice(hands.numbers))
    text = str(hands.strokes.texts[place]).rstrip(",.;")
    text = "".join(spec.OTHER if value in WHOLE_MARKS else value for value in text)
    hand = hands.hand(rng)
    return Written(hand.write_sample(place, HEIGHT * rng.uniform(0.95, 1.2), rng), text, ())


def strike_out(written: Written, pen: float, rng: np.random.Generator) -> Written:
    """Crosses out a number, or its beginning: what is crossed out is one mark that is no digit.

    Args:
        written: the number.
        pen: width of the stroke as a share of a digit's height.
        rng: the source of all chance.
    """
    count = len(written.boxes)
    stop = count if rng.random() < 0.5 else int(rng.integers(1, count + 1))
    boxes = written.boxes[:stop]
    left, right = min(box.x for box in boxes), max(box.x + box.width for box in boxes)
    ink = struck_out(written.ink, left, right, pen, rng, lines=stop > 1)
    gone = Box(left, min(box.y for box in boxes), right - left, max(box.height for box in boxes))
    return Written(ink, spec.OTHER + written.text[stop:], (gone, *written.boxes[stop:]))
