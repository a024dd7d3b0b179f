"""Numbers to learn from: composed, put on paper, and brought to the model's input as the reader does it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.ink import ink_images
from inkdigits.normalize import normalize_number
from inkdigits.numbers import number_crop
from inkdigits.readings import Box
from inkdigits.training.compose import Glyphs, Written, random_text, write_number
from inkdigits.training.paper import picture_of

__all__ = ["make_numbers", "vary"]

Image = NDArray[np.uint8]

SMALLEST, LARGEST = 9, 44  # pixels; height of a digit in the picture
SCENES = 2  # pictures taken of each number that is composed


def make_numbers(glyphs: Glyphs | None, count: int, rng: np.random.Generator) -> list[tuple[Image, str]]:
    """Makes numbers as the reader would see them.

    Args:
        glyphs: real digits to compose from; None for the pen alone.
        count: how many.
        rng: the source of all chance.

    Returns:
        (image, text) each: uint8 (32, W), 255 = ink; the text has no comma, ``.`` stands for both.
    """
    out: list[tuple[Image, str]] = []
    before = write_number("1234567890", glyphs, rng)
    while len(out) < count:
        written = write_number(random_text(rng), glyphs, rng)
        for _ in range(SCENES):
            image = _seen(written, before, rng)
            if image is not None:
                out.append((image, written.text.replace(",", ".")))
        before = written
    return out[:count]


def vary(image: Image, rng: np.random.Generator) -> Image:
    """Returns another look of a number: slanted, resized and moved a little, written with another pen.

    Args:
        image: uint8 (32, W), 255 = ink.
        rng: the source of all chance.

    Returns:
        uint8 of the same shape.
    """
    height, width = image.shape
    shear, tall = rng.normal(0, 0.08), np.exp(rng.normal(-0.04, 0.06))
    wide = min(1.0, float(np.exp(rng.normal(-0.03, 0.06))))
    middle = (height - 1) / 2
    matrix = np.array(
        [
            [wide, shear, (1 - wide) * width / 2 - shear * middle],
            [0.0, tall, (1 - tall) * middle + rng.normal(0, 0.5)],
        ]
    )
    moved = cv2.warpAffine(image, matrix, (width, height))
    if rng.random() < 0.25:
        kernel = np.ones((2, 2), np.uint8)
        moved = cv2.dilate(moved, kernel) if rng.random() < 0.5 else cv2.erode(moved, kernel)
    return moved  # type: ignore[return-value]


def _seen(written: Written, before: Written, rng: np.random.Generator) -> Image | None:
    """Returns what the reader makes of the number on paper; None when it finds something else."""
    height = int(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST))))
    picture, place = picture_of(written.ink, before.ink, height, rng)
    for ink in ink_images(picture):
        crop = number_crop(ink.pixels)
        if crop is not None and _same(crop.box, place) and crop.ink.mean() < 140:
            return normalize_number(crop.ink)
    return None


def _same(found: Box, place: Box) -> bool:
    """Tells whether the number was found whole: what else is in the crop the model has to bear."""
    slack = 0.2 * place.height + 1
    return (
        found.x <= place.x + slack
        and found.x + found.width >= place.x + place.width - slack
        and found.y <= place.y + 1.5 * slack
        and found.y + found.height >= place.y + place.height - 1.5 * slack
        and found.height <= 2.5 * place.height
    )
