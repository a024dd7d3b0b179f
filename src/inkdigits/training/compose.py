"""Numbers composed of single digits, as one hand writes them: the ink alone, and where each character is.

Digits come from MNIST or from the project's own pen. What a writer keeps through a number is drawn once for
the number: slant, size, spacing, pen and habits; what varies from digit to digit is drawn for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError
from inkdigits.readings import Box
from inkdigits.training.hand import Hand, write_character

__all__ = ["Glyphs", "Written", "random_text", "write_number"]

Image = NDArray[np.uint8]

HEIGHT = 40  # pixels; of a digit while a number is composed
MARKS = ".,-"  # what a number has beside digits


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


class Glyphs:
    """Real digits to compose from, sorted by value.

    Args:
        images: uint8 (N, 28, 28), 255 = ink.
        labels: int64 (N,), 0..9.

    Raises:
        DataError: a value is missing.
    """

    def __init__(self, images: Image, labels: NDArray[np.int64]) -> None:
        self._images = images
        self._of = [np.flatnonzero(labels == value) for value in range(10)]
        missing = [str(value) for value in range(10) if not len(self._of[value])]
        if missing:
            raise DataError(
                f"numbers cannot be composed: of {', '.join(missing)} there is none among {len(labels)} "
                "digits; expected each of 0 to 9 at least once; add digits"
            )

    def pick(self, value: int, rng: np.random.Generator) -> Image:
        """Returns a digit of this value at the height of composition, uint8 (40, W)."""
        image = self._images[int(rng.choice(self._of[value]))]
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        tight = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        # A digit wider than high was scaled by its width; its height stays what it was.
        scale = HEIGHT / max(tight.shape[0], 0.8 * tight.shape[1])
        return _sharp(_resized(tight, scale, scale))


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
    hand = Hand.random(rng)
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
            ink = _leant(_thickened(glyphs.pick(int(value), rng), weight), lean)
        else:
            ink = write_character(value, hand, HEIGHT, rng)
        size = np.exp(rng.normal(0, spread)) * (small_zero if value == "0" and index else 1.0)
        if value not in MARKS:
            fit = size * HEIGHT / max(ink.shape[0], 1)
            ink = _resized(ink, fit * np.exp(rng.normal(0, 0.08)), fit)
        elif rng.random() < 0.3:  # a point is written lightly
            ink = np.asarray(cv2.convertScaleAbs(ink, alpha=rng.uniform(0.65, 1.0)), np.uint8)
        drop = wobble * rng.standard_normal() + tilt * cursor
        drop += _drop_of(value, ink.shape[0] / HEIGHT, rng)
        space = gap + 0.06 * rng.standard_normal()
        if index and (value in ".," or text[index - 1] in ".,"):
            if rng.random() < 0.25:  # a point beneath what leans over it
                space = max(
                    -0.25, rng.uniform(0.04, 0.15) - _room_between(pieces[-1][0], pieces[-1][2], ink, drop)
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
        return rng.uniform(0.05, 0.3)
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
    if rng.random() < 0.3:
        _join_zeros(sheet, text, boxes, rng)
    return Written(sheet, text, tuple(boxes))


def _join_zeros(sheet: Image, text: str, boxes: list[Box], rng: np.random.Generator) -> None:
    """Writes zeros in one go: the pen stays down from the head of one to the next."""
    for index in range(len(text) - 1):
        one, other = boxes[index], boxes[index + 1]
        if text[index : index + 2] != "00" or other.x - one.x - one.width > 0.5 * HEIGHT:
            continue
        start = one.x + one.width // 2, one.y + round(rng.uniform(0.0, 0.25) * one.height)
        stop = other.x + other.width // 2, other.y + round(rng.uniform(0.0, 0.25) * other.height)
        cv2.line(sheet, start, stop, (255,), int(rng.integers(2, 5)), cv2.LINE_AA)
        boxes[index] = Box(one.x, one.y, max(one.width, other.x - one.x), one.height)


def _resized(ink: Image, across: float, down: float) -> Image:
    size = (max(1, round(ink.shape[1] * across)), max(1, round(ink.shape[0] * down)))
    way = cv2.INTER_AREA if across < 1 and down < 1 else cv2.INTER_CUBIC
    resized: Any = cv2.resize(ink, size, interpolation=way)
    return resized


def _sharp(ink: Image) -> Image:
    """Takes back the blur of enlarging."""
    return np.clip((ink.astype(np.int16) - 64) * 2, 0, 255).astype(np.uint8)


def _thickened(ink: Image, steps: int) -> Image:
    if steps == 0:
        return ink
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(steps) + 2, abs(steps) + 2))
    if steps > 0:
        changed: Any = cv2.dilate(ink, kernel)
        return changed
    thinner: Any = cv2.erode(ink, kernel)
    return thinner if thinner.max() > 128 else ink  # no thin pen vanishes


def _leant(ink: Image, lean: float) -> Image:
    """Slants the ink by ``lean`` columns a row, and cuts it to the ink again."""
    height, width = ink.shape
    more = int(np.ceil(abs(lean) * height))
    matrix = np.array([[1.0, -lean, max(0.0, lean) * height], [0.0, 1.0, 0.0]])
    slanted: Any = cv2.warpAffine(ink, matrix, (width + more, height))
    columns = np.flatnonzero(slanted.max(axis=0) > 40)
    return slanted[:, columns[0] : columns[-1] + 1] if columns.size else ink
