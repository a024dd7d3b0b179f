"""Picture → model inputs: the one way that reading, training and evaluation share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.ink import Ink, ink_images
from inkdigits.layout import digit_candidates
from inkdigits.normalize import normalize_digit
from inkdigits.readings import Box

__all__ = ["DigitInput", "digit_inputs"]


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


def digit_inputs(picture: NDArray[np.uint8]) -> list[DigitInput]:
    """Returns the likely model inputs for a picture of one digit, the likeliest first.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.

    Returns:
        None when the picture is blank, one when it is clear, several when something may touch the digit.
    """
    return [
        DigitInput(
            normalize_digit(candidate.ink),
            _in_picture(candidate.box, ink, picture),
            ink.prior + candidate.prior,
        )
        for ink in ink_images(picture)
        for candidate in digit_candidates(ink.pixels)
    ]


def _in_picture(box: Box, ink: Ink, picture: NDArray[np.uint8]) -> Box:
    height, width = picture.shape[:2]
    left, top = int(box.x / ink.scale), int(box.y / ink.scale)
    right, bottom = round((box.x + box.width) / ink.scale), round((box.y + box.height) / ink.scale)
    return Box(left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top))
