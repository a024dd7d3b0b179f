"""Numbers composed of single digits, as one hand writes them: the ink alone, and where each character is.

Digits come from MNIST or from the project's own pen. What a writer keeps through a number is drawn once for
the number: slant, size, spacing, pen and habits; what varies from digit to digit is drawn for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs, Proportions, leant, resized, thickened
from inkdigits.training.draw.hand import Hand, write_character
from inkdigits.training.draw.joined_strokes import join_feet, join_zeros

__all__ = ["Written", "random_text", "write_number"]

Image = NDArray[np.uint8]

MARKS = ".,-"  # what a number has beside digits
CORRECTED = 0.03  # how often a digit is written over another, more firmly


@dataclass(frozen=True)
class Written:
    """A composed number.

    Attributes:
        ink: uint8 (H, W), 255 = ink, cut to the ink.
        text: what is written; ``,`` stands for itself here.
        boxes: one a character, in pixels of ``ink``.
    """

    ink: Image
    text: str
    boxes: tuple[Box, ...]


def random_text(rng: np.random.Generator) -> str:
    """Returns a number as people write them into forms and lists: 1 to 12 characters of ``0123456789.,-``."""
    kind = rng.random()
    if kind < 0.12:
        count = 1
    elif kind < 0.95:
        count = int(rng.choice((2, 3, 4, 5, 6, 7), p=(0.3, 0.28, 0.18, 0.12, 0.07, 0.05)))
    else:
        count = int(rng.integers(8, 12))
    shares = np.full(10, 0.1)
    if rng.random() < 0.5:  # real numbers begin with small digits and end in zeros
        shares = np.array((0.16, 0.22, 0.13, 0.1, 0.09, 0.08, 0.06, 0.06, 0.05, 0.05))
    digits = "".join(str(value) for value in rng.choice(10, count, p=shares))
    if rng.random() < 0.2:
        digits = "1" + digits[1:]
    if count >= 3 and rng.random() < 0.1:
        digits = digits[:-2] + "00"
    if count >= 2 and rng.random() < 0.36:
        # Behind the mark stand one to three digits mostly.
        place = count - min(int(rng.choice((1, 2, 3, 4), p=(0.45, 0.3, 0.2, 0.05))), count - 1)
        digits = digits[:place] + str(rng.choice((".", ","))) + digits[place:]
    return "-" + digits if rng.random() < 0.07 else digits


def write_number(text: str, glyphs: Glyphs | None, rng: np.random.Generator) -> Written:
    """Writes a number in one hand.

    Args:
        text: 1 or more of 0123456789.,-
        glyphs: real digits to compose from; None for the pen alone.
        rng: the source of all chance.
    """
    hand, proportions = Hand.random(rng), Proportions.random(rng)
    plain = rng.random() < 0.25  # digits stay as they were written
    corrected = int(rng.integers(len(text))) if rng.random() < CORRECTED else -1
    real = glyphs is not None and rng.random() < 0.5
    hooked = rng.random() < 0.4  # MNIST's ones are plain strokes; in much of the world they have a long hook
    mixed = glyphs is not None and rng.random() < 0.15  # hands of two people in one number
    spread = abs(rng.normal(0, 0.09)) + 0.03  # of the log of the size within the number
    small_zero = rng.uniform(0.55, 0.9) if rng.random() < 0.25 else 1.0
    gap = float(
        rng.choice(
            (rng.normal(0.08, 0.12), rng.uniform(0.2, 0.5), rng.uniform(0.5, 1.6)), p=(0.8, 0.15, 0.05)
        )
    )
    close = rng.random() < 0.4  # spaced by the ink, not by its boxes, as hands do; many digits touch
    clear = rng.normal(0.06, 0.07)
    wobble, tilt = abs(rng.normal(0, 0.04)), rng.normal(0, 0.05)
    lean = rng.normal(0.05, 0.18) if rng.random() < 0.8 else rng.uniform(-0.35, 0.5)
    weight = int(rng.choice((-1, 0, 0, 1, 2)))
    pieces: list[tuple[Image, float, float]] = []  # ink, its left side and its bottom, in heights
    cursor = 0.0
    for index, value in enumerate(text):
        from_real = value not in MARKS and (real != (mixed and rng.random() < 0.5))
        from_real &= not (hooked and value == "1")
        if from_real and glyphs is not None:
            ink = leant(thickened(glyphs.pick(int(value), rng), weight), lean)
        else:
            ink = write_character(value, hand, HEIGHT, rng)
        if value not in MARKS and not plain:
            ink = proportions.given_to(ink, rng)
        if value not in MARKS and index == corrected:
            ink = _written_over(ink, write_character(str(rng.integers(10)), hand, HEIGHT, rng), rng)
        size = np.exp(rng.normal(0, spread)) * (small_zero if value == "0" and index else 1.0)
        if value not in MARKS:
            fit = size * HEIGHT / max(ink.shape[0], 1)
            ink = resized(ink, fit * np.exp(rng.normal(0, 0.08)), fit)
        elif rng.random() < 0.35:  # a point is written lightly
            ink = np.asarray(cv2.convertScaleAbs(ink, alpha=rng.uniform(0.5, 1.0)), np.uint8)
        drop = wobble * rng.standard_normal() + tilt * cursor
        drop += _drop_of(value, ink.shape[0] / HEIGHT, rng)
        space = gap + 0.06 * rng.standard_normal()
        if index and (value in ".," or text[index - 1] in ".,"):
            if rng.random() < 0.25:  # a point beneath what leans over it
                space = max(
                    -0.25, rng.uniform(0.0, 0.15) - _room_between(pieces[-1][0], pieces[-1][2], ink, drop)
                )
            else:
                space = max(0.02, rng.choice((0.3, 0.5, 1.0)) * gap + 0.05 * rng.standard_normal())
        elif close and index:
            inner = _room_between(pieces[-1][0], pieces[-1][2], ink, drop)
            space = max(-0.6 * ink.shape[1] / HEIGHT, clear + 0.04 * rng.standard_normal() - inner)
        left = cursor + (space if index else 0.0)
        pieces.append((ink, left, drop))
        cursor = left + ink.shape[1] / HEIGHT
    return _assembled(text, pieces, rng)


def _room_between(before: Image, bottom: float, ink: Image, drop: float) -> float:
    """Returns how far apart the ink of two neighbours is when their boxes meet, in heights.

    Args:
        before: uint8 (H, W), 255 = ink, of the left one.
        bottom: how far below the line it ends, in heights.
        ink: the same of the right one.
        drop: how far below the line that ends.
    """
    reach = [np.full(3 * HEIGHT, 1e3), np.full(3 * HEIGHT, 1e3)]
    for free, one, foot in ((reach[0], before[:, ::-1], bottom), (reach[1], ink, drop)):
        solid = one > 128
        first = np.where(solid.any(axis=1), solid.argmax(axis=1), 1e3)
        top = max(0, 2 * HEIGHT + round(foot * HEIGHT) - one.shape[0])
        place = free[top : top + one.shape[0]]
        place[:] = first[: place.size]
    # Strokes a little above each other come as near as those in one row.
    near = [np.minimum(np.minimum(one[:-2], one[2:]), one[1:-1]) for one in reach]
    room = float((near[0] + near[1]).min())
    return room / HEIGHT if room < 1e3 else 0.0


def _drop_of(value: str, height: float, rng: np.random.Generator) -> float:
    """Returns how far below the line a character ends, in heights."""
    if value == "-":
        return -rng.uniform(0.35, 0.6)
    if value == ",":
        hangs = max(rng.uniform(0.05, 0.3), height - rng.uniform(0.05, 0.4))
        stands = height < 0.5 and rng.random() < 0.4
        return rng.uniform(-0.05, 0.15) if stands else hangs
    if value == ".":
        return rng.normal(0, 0.04) - (rng.uniform(0.1, 0.45) if rng.random() < 0.25 else 0.0)
    # A digit smaller than the others stands on the line, seldom hangs at mid height.
    return -rng.uniform(0, max(0.0, 1 - height)) if rng.random() < 0.3 else 0.0


def _assembled(text: str, pieces: list[tuple[Image, float, float]], rng: np.random.Generator) -> Written:
    lefts = [round(left * HEIGHT) for _, left, _ in pieces]
    bottoms = [round(drop * HEIGHT) for _, _, drop in pieces]
    tops = [bottom - ink.shape[0] for (ink, _, _), bottom in zip(pieces, bottoms, strict=True)]
    west, north = min(lefts), min(tops)
    width = max(left + ink.shape[1] for (ink, _, _), left in zip(pieces, lefts, strict=True)) - west
    sheet = np.zeros((max(bottoms) - north, width), np.uint8)
    boxes: list[Box] = []
    for (ink, _, _), left, top in zip(pieces, lefts, tops, strict=True):
        y, x = top - north, left - west
        place = sheet[y : y + ink.shape[0], x : x + ink.shape[1]]
        np.maximum(place, ink, out=place)
        boxes.append(Box(x, y, ink.shape[1], ink.shape[0]))
    if rng.random() < 0.4:
        join_zeros(sheet, text, boxes, rng)
    if rng.random() < 0.2:
        join_feet(sheet, text, boxes, rng)
    return Written(sheet, text, tuple(boxes))


def _written_over(ink: Image, wrong: Image, rng: np.random.Generator) -> Image:
    """Writes a digit over another that was wrong, with more ink."""
    fit = ink.shape[0] / wrong.shape[0]
    beneath = resized(wrong, fit, fit)
    beneath = np.asarray(cv2.convertScaleAbs(beneath, alpha=rng.uniform(0.3, 0.8)), np.uint8)
    firm = thickened(ink, int(rng.integers(1, 3)))
    width = max(firm.shape[1], beneath.shape[1])
    out = np.zeros((firm.shape[0], width), np.uint8)
    for one in (beneath, firm):
        left = (width - one.shape[1]) // 2
        place = out[: one.shape[0], left : left + one.shape[1]]
        np.maximum(place, one[: out.shape[0]], out=place)
    return out
