"""What was found in a picture → model inputs: the one way that reading, training and evaluation share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.kind import DigitFound, NumberFound, find
from inkdigits.find.number import NumberCrop
from inkdigits.ink.shades import Ink, Inks
from inkdigits.readings import Box
from inkdigits.recognition.bars import sides_cut
from inkdigits.recognition.normalize import normalize_digit, normalize_number

__all__ = [
    "DigitInput",
    "NumberInput",
    "digit_inputs",
    "inputs_of_digit",
    "inputs_of_number",
    "number_inputs",
]


class DigitInput(NamedTuple):
    """One way to see the digit of a picture.

    Attributes:
        image: uint8 (28, 28), 255 = ink, the model's input.
        box: where it stands, in pixels of the picture.
        prior: log of how likely this way is before the model looks at it; 0 for the likeliest.
        sides: by how many sides it leaves the picture, 0 to 4; see :func:`sides_cut`.
    """

    image: NDArray[np.uint8]
    box: Box
    prior: float
    sides: int


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
    found = find(Inks(picture), "digit")
    return inputs_of_digit(found, picture.shape) if found.kind == "digit" else []


def number_inputs(picture: NDArray[np.uint8]) -> list[NumberInput]:
    """Returns the likely model inputs for a picture of one number, the likeliest first.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.

    Returns:
        None when the picture is blank, two when light and dark could both be the ink, else one.
    """
    found = find(Inks(picture), "number")
    return [] if found.kind == "digit" else inputs_of_number(found, picture.shape)


def inputs_of_digit(found: DigitFound, shape: tuple[int, ...]) -> list[DigitInput]:
    """Returns the model inputs for the ways to see a digit, in a picture of (H, W)."""
    inputs: list[DigitInput] = []
    for ink, way in found.ways:
        box, prior = _in_picture(way.box, ink, shape), ink.prior + way.prior
        sides = sides_cut(way.box, ink.pixels.shape)
        inputs.append(DigitInput(normalize_digit(way.ink), box, prior, sides))
        if _fills_square(way.ink, ink.pixels):
            squeezed = normalize_digit(way.ink, spec.SQUEEZE)
            inputs.append(DigitInput(squeezed, box, prior + spec.PRIOR_SQUEEZED, sides))
    return inputs


def inputs_of_number(found: NumberFound, shape: tuple[int, ...]) -> list[NumberInput]:
    """Returns the model inputs for the ways to see a number, in a picture of (H, W)."""
    return [
        NumberInput(
            normalize_number(crop.shades, crop.row), crop, _in_picture(crop.box, ink, shape), ink.prior
        )
        for ink, crop in found.ways
    ]


def _fills_square(digit: NDArray[np.uint8], ink: NDArray[np.uint8]) -> bool:
    """Tells a digit that reaches all four sides of a square: some data sets stretch digits so."""
    height, width = ink.shape
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    if height != width or height > spec.SMALL_SIDE or not rows.size:
        return False
    return bool(rows[-1] - rows[0] + 1 == height and columns[-1] - columns[0] + 1 == width)


def _in_picture(box: Box, ink: Ink, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    left, top = int(box.x / ink.scale), int(box.y / ink.scale)
    right, bottom = round((box.x + box.width) / ink.scale), round((box.y + box.height) / ink.scale)
    return Box(left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top))
