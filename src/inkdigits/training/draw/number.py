"""Numbers composed of single digits, as one writer writes them: the ink alone, and where each character is.

Digits come from MNIST or from the project's own pen. What a writer keeps through a number is drawn once for
the number: slant, size, spacing, pen and habits; what varies from digit to digit is drawn for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.joined_strokes import join_feet, join_zeros
from inkdigits.training.draw.other_marks import drawn_mark
from inkdigits.training.draw.proportions import Proportions
from inkdigits.training.draw.raster import leant, overlay, scaled, thickened
from inkdigits.training.draw.spacing import CharacterRow, Spacing
from inkdigits.training.draw.writer import Writer, write_character

__all__ = ["TALL_ONES", "Written", "write_number", "written_over"]

Image = NDArray[np.uint8]

TALL_ONES = 0.18  # of the writers draw a 1 taller than other digits; alone it would look like a slash
CORRECTED = 0.03  # how often a digit is written over another, more firmly


@dataclass(frozen=True)
class Written:
    """A composed number.

    Attributes:
        ink: uint8 (H, W), 255 = ink, cut to the ink.
        text: what is written; ``,`` stands for itself here, ``?`` for a mark that is no digit and no sign.
        boxes: one a character, in pixels of ``ink``; none where it is not known where they stand.
        edges: columns of the edges of a comb's cells in which the characters stand; none without a comb.
    """

    ink: Image
    text: str
    boxes: tuple[Box, ...]
    edges: tuple[int, ...] = ()


def write_number(
    text: str, glyphs: Glyphs | None, rng: np.random.Generator, *, among_others: bool = False
) -> Written:
    """Writes a number by one writer.

    Args:
        text: 1 or more of ``0123456789.,-+/:%'``, and ``?`` for a tick, a scribble, a circle.
        glyphs: real digits to compose from; None for the pen alone.
        rng: the source of all chance.
        among_others: whether it stands among other numbers of a page: narrow and level, the digits as they
            were written, all of them real ones if there are any. Else it has all liberties.
    """
    writer = Writer.random(rng)
    manner = None if among_others else _Manner.random(len(text), real=glyphs is not None, rng=rng)
    row = CharacterRow(Spacing.narrow(rng) if among_others else Spacing.loose(rng))
    if manner is None:
        inks = (_character(value, writer, glyphs, rng) for value in text)
    else:
        inks = _in_a_manner(text, writer, manner, glyphs, rng)
    for value, ink in zip(text, inks, strict=True):
        row.add(value, ink, rng)
    ink, boxes = row.assembled()
    if manner is not None and rng.random() < 0.4:
        join_zeros(ink, text, boxes, rng)
    if manner is not None and rng.random() < 0.2:
        join_feet(ink, text, boxes, rng)
    return Written(ink, text, tuple(boxes))


@dataclass(frozen=True)
class _Manner:
    """What happens to the characters of one number beside the writer's own way of forming them.

    Attributes:
        proportions: how digits are stretched; None for digits that stay as they were written.
        corrected: place of the digit that is written over another; -1 for none.
        real: whether most digits are real ones.
        mixed: whether two people write: every other digit is of the other kind.
        hooked: whether ones are the pen's, where most of MNIST's are plain strokes; in much of the world they
            have a long hook.
        spread: standard deviation of the log of the size within the number.
        small_zero: factor on the size of zeros behind the first digit.
        tall_one: factor on the size of ones.
    """

    proportions: Proportions | None
    corrected: int
    real: bool
    mixed: bool
    hooked: bool
    spread: float
    small_zero: float
    tall_one: float

    @classmethod
    def random(cls, length: int, *, real: bool, rng: np.random.Generator) -> _Manner:
        """Returns what happens to a number of this length; ``real`` tells whether there are real digits."""
        proportions = Proportions.random(rng)
        plain = rng.random() < 0.25
        return cls(
            proportions=None if plain else proportions,
            corrected=int(rng.integers(length)) if rng.random() < CORRECTED else -1,
            real=real and rng.random() < 0.5,
            hooked=rng.random() < 0.4,
            mixed=real and rng.random() < 0.15,
            spread=abs(rng.normal(0, 0.09)) + 0.03,
            small_zero=rng.uniform(0.55, 0.9) if rng.random() < 0.25 else 1.0,
            tall_one=rng.uniform(1.05, 1.4) if rng.random() < TALL_ONES else 1.0,
        )


def _character(value: str, writer: Writer, glyphs: Glyphs | None, rng: np.random.Generator) -> Image:
    """Returns a real digit where there are any, else a character of the writer: uint8 (H, W)."""
    if value == spec.OTHER:
        return drawn_mark(writer.pen, rng)
    if glyphs is None or not value.isdigit():
        return write_character(value, writer, HEIGHT, rng)
    return glyphs.pick(int(value), rng)


def _in_a_manner(
    text: str, writer: Writer, manner: _Manner, glyphs: Glyphs | None, rng: np.random.Generator
) -> Iterator[Image]:
    """Gives each character as it is written in this manner: uint8 (H, W), cut to the ink, digits sized."""
    lean = rng.normal(0.05, 0.18) if rng.random() < 0.8 else rng.uniform(-0.35, 0.5)  # of real digits
    weight = int(rng.choice((-1, 0, 0, 1, 2)))
    for index, value in enumerate(text):
        is_digit = value.isdigit()
        from_real = is_digit and (manner.real != (manner.mixed and rng.random() < 0.5))
        if from_real and glyphs is not None and not (manner.hooked and value == "1"):
            ink = leant(thickened(glyphs.pick(int(value), rng), weight), lean)
        else:
            ink = _character(value, writer, None, rng)
        if is_digit and manner.proportions is not None:
            ink = manner.proportions.given_to(ink, rng)
        if is_digit and index == manner.corrected:
            ink = written_over(ink, write_character(str(rng.integers(10)), writer, HEIGHT, rng), rng)
        size = np.exp(rng.normal(0, manner.spread)) * (manner.small_zero if value == "0" and index else 1.0)
        size *= manner.tall_one if value == "1" else 1.0
        if is_digit:
            fit = size * HEIGHT / max(ink.shape[0], 1)
            ink = scaled(ink, fit * np.exp(rng.normal(0, 0.08)), fit)
        elif value != spec.OTHER and rng.random() < 0.35:  # a point is written lightly
            ink = np.asarray(cv2.convertScaleAbs(ink, alpha=rng.uniform(0.5, 1.0)), np.uint8)
        yield ink


def written_over(ink: Image, wrong: Image, rng: np.random.Generator) -> Image:
    """Writes a digit over another that was wrong, with more ink.

    Args:
        ink: uint8 (H, W), 255 = ink, of the right one.
        wrong: the same of the other; brought to the same height.
        rng: the source of all chance.

    Returns:
        uint8 (H, W') at least as wide as either.
    """
    beneath = scaled(wrong, ink.shape[0] / wrong.shape[0])
    beneath = np.asarray(cv2.convertScaleAbs(beneath, alpha=rng.uniform(0.3, 0.8)), np.uint8)
    firm = thickened(ink, int(rng.integers(1, 3)))
    width = max(firm.shape[1], beneath.shape[1])
    out = np.zeros((firm.shape[0], width), np.uint8)
    for layer in (beneath, firm):
        overlay(out, layer, 0, (width - layer.shape[1]) // 2)
    return out
