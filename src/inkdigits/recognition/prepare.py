"""Picture → model inputs: the one way that reading, training and evaluation share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.digit import digit_candidates
from inkdigits.find.number import NumberCrop, number_crop
from inkdigits.ink.shades import Ink, ink_images, page_ink
from inkdigits.readings import Box
from inkdigits.recognition.normalize import normalize_digit, normalize_number

__all__ = ["DigitInput", "NumberInput", "digit_inputs", "number_inputs", "page_inputs", "second_look"]


class DigitInput(NamedTuple):
    """One way to see the digit of a picture.

    Attributes:
        image: uint8 (28, 28), 255 = ink, the model's input.
        box: where it stands, in pixels of the picture.
        prior: log of how likely this way is before the model looks at it; 0 for the likeliest.
    """

    image: NDArray[np.uint8]
    box: Box
    prior: float


class NumberInput(NamedTuple):
    """One way to see a number of a picture.

    Attributes:
        image: uint8 (32, W), 255 = ink, the model's input.
        crop: the ink it was made from.
        box: where that stands, in pixels of the picture.
        prior: log of how likely this way is before the model looks at it; 0 for the likeliest.
    """

    image: NDArray[np.uint8]
    crop: NumberCrop
    box: Box
    prior: float


def digit_inputs(picture: NDArray[np.uint8]) -> list[DigitInput]:
    """Returns the likely model inputs for a picture of one digit, the likeliest first.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.

    Returns:
        None when the picture is blank, one when it is clear, several when something may touch the digit.
    """
    out: list[DigitInput] = []
    for ink in ink_images(picture):
        for candidate in digit_candidates(ink.pixels):
            box, prior = _in_picture(candidate.box, ink, picture), ink.prior + candidate.prior
            out.append(DigitInput(normalize_digit(candidate.ink), box, prior))
            if _fills_square(candidate.ink, ink.pixels):
                squeezed = normalize_digit(candidate.ink, spec.SQUEEZE)
                out.append(DigitInput(squeezed, box, prior + spec.PRIOR_SQUEEZED))
    return out


def number_inputs(picture: NDArray[np.uint8]) -> list[NumberInput]:
    """Returns the likely model inputs for a picture of one number, the likeliest first.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.

    Returns:
        None when the picture is blank, two when light and dark could both be the ink, else one.
    """
    crops = ((ink, number_crop(ink.pixels, ink.shades)) for ink in ink_images(picture))
    return [_of_number(crop, ink, picture) for ink, crop in crops if crop is not None]


def page_inputs(picture: NDArray[np.uint8]) -> list[list[NumberInput]]:
    """Returns the model inputs for the numbers of a page: its lines from the top, each from the left.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
    """
    from inkdigits.find.page import find_numbers  # a picture of one digit need not wait for it

    ink = page_ink(picture)
    return [[_of_number(crop, ink, picture) for crop in row] for row in find_numbers(ink.pixels, ink.shades)]


def second_look(one: NumberInput) -> NumberInput | None:
    """Returns another way to see a number: with its upright bars leant, which could pass for edges of a box.

    Args:
        one: the number as it is.

    Returns:
        None when no such bar is at its ends.
    """
    leant = one.crop.leant()
    return None if leant is None else one._replace(image=normalize_number(leant, one.crop.row))


def _of_number(crop: NumberCrop, ink: Ink, picture: NDArray[np.uint8]) -> NumberInput:
    """Returns the model input for one number that was found in an ink image of a picture."""
    return NumberInput(
        normalize_number(crop.shades, crop.row), crop, _in_picture(crop.box, ink, picture), ink.prior
    )


def _fills_square(digit: NDArray[np.uint8], ink: NDArray[np.uint8]) -> bool:
    """Tells a digit that reaches all four sides of a square: some data sets stretch digits so."""
    height, width = ink.shape
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    if height != width or height > spec.SMALL_SIDE or not rows.size:
        return False
    return bool(rows[-1] - rows[0] + 1 == height and columns[-1] - columns[0] + 1 == width)


def _in_picture(box: Box, ink: Ink, picture: NDArray[np.uint8]) -> Box:
    height, width = picture.shape[:2]
    left, top = int(box.x / ink.scale), int(box.y / ink.scale)
    right, bottom = round((box.x + box.width) / ink.scale), round((box.y + box.height) / ink.scale)
    return Box(left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top))
