"""Numbers to learn from: composed, put on paper, and brought to the model's input as the reader does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.marks import joined
from inkdigits.find.number import number_crop
from inkdigits.ink.shades import ink_images, page_ink
from inkdigits.readings import Box
from inkdigits.recognition.mark_crops import MarkedPage, number_of_marks
from inkdigits.recognition.normalize import normalize_number, number_scale
from inkdigits.training.draw.cell import picture_of
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.number import Written
from inkdigits.training.draw.page import make_page
from inkdigits.training.draw.scribe import Scribe

__all__ = ["Sample", "make_numbers", "scene_of", "vary"]

Image = NDArray[np.uint8]

SMALLEST, LARGEST = 9, 44  # pixels; height of a digit in the picture
SMALLEST_MARKED = 13  # pixels; the same of a number with a point, which would be lost in smaller ones
CLEAR_OF_POINTS = 0.12  # of a digit's height; how far below a point a ruling is at least
POINTED = ".,-:"  # small marks
PAGES = 0.004  # how often a whole page is read instead of one number: a tenth of all numbers come from pages
SCENES = 2  # pictures taken of each number that is composed

_BORDERS = (cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE)


@dataclass(frozen=True, slots=True)
class Sample:
    """A number as the model sees it.

    Attributes:
        image: uint8 (32, W), 255 = ink.
        text: what it says; no comma, ``.`` stands for both; ``?`` for a mark that is no digit.
        centres: the column of ``image`` in the middle of each character; none where it is not known.
    """

    image: Image
    text: str
    centres: tuple[float, ...] = ()


def make_numbers(scribe: Scribe, count: int, rng: np.random.Generator) -> list[Sample]:
    """Makes numbers as the reader would see them.

    Args:
        scribe: who writes, and what.
        count: how many.
        rng: the source of all chance.
    """
    out: list[Sample] = []
    before = scribe.write(rng)
    while len(out) < count:
        if rng.random() < PAGES:
            out += _of_page(scribe.glyphs, rng)
        written = scribe.write(rng)
        for _ in range(SCENES):
            sample = _seen(written, before, rng)
            if sample is not None:
                out.append(sample)
        before = written
    return out[:count]


def scene_of(written: Written, before: Written, rng: np.random.Generator) -> tuple[Image, Box]:
    """Takes a picture of a number on paper, in which nothing is too small or too hidden to be seen.

    Args:
        written: the number.
        before: another, pieces of which may reach into the picture.
        rng: the source of all chance.

    Returns:
        uint8 (H, W) grey, and the place of the number's ink.
    """
    marked = any(mark in written.text for mark in POINTED)
    height = int(np.exp(rng.uniform(np.log(SMALLEST_MARKED if marked else SMALLEST), np.log(LARGEST))))
    low = CLEAR_OF_POINTS if marked else -CLEAR_OF_POINTS
    return picture_of(written.ink, before.ink, height, rng, low=low, edges=written.edges)


def vary(sample: Sample, rng: np.random.Generator) -> Sample:
    """Returns another look of a number: slanted, resized and moved a little, written with another pen."""
    image = sample.image
    height, width = image.shape
    shear, tall = rng.normal(0, 0.08), np.exp(rng.normal(-0.04, 0.06))
    wide = min(1.0, float(np.exp(rng.normal(-0.03, 0.06))))
    if rng.random() < 0.3:  # a crop with more around it: a ruling, a speck, a piece of another row
        smaller = rng.uniform(0.6, 1.0)
        wide, tall = wide * smaller, tall * smaller
    middle = (height - 1) / 2
    rise = rng.normal(0, 0.5) + rng.uniform(-1, 1) * max(0.0, 1 - tall) * middle
    left = rng.uniform(0, 1) * (1 - wide) * width
    matrix = np.array([[wide, shear, left - shear * middle], [0.0, tall, (1 - tall) * middle + rise]])
    moved: Any = cv2.warpAffine(image, matrix, (width, height), borderMode=_BORDERS[int(rng.integers(2))])
    if rng.random() < 0.25:
        kernel = np.ones((2, 2), np.uint8)
        moved = cv2.dilate(moved, kernel) if rng.random() < 0.5 else cv2.erode(moved, kernel)
    if rng.random() < 0.5:  # stronger or fainter, paper brighter or darker
        bend = np.exp(rng.normal(0, 0.25))
        levels = 255 * (np.arange(256) / 255) ** bend * rng.uniform(0.75, 1.15) + rng.uniform(-12, 12)
        moved = cv2.LUT(moved, np.clip(levels, 0, 255).astype(np.uint8))
    return Sample(moved, sample.text, tuple(wide * x + left for x in sample.centres))


def _seen(written: Written, before: Written, rng: np.random.Generator) -> Sample | None:
    """Returns what the reader makes of the number on paper; None when it finds something else."""
    picture, place = scene_of(written, before, rng)
    for ink in ink_images(picture):
        crop = number_crop(ink.pixels, ink.shades)
        if crop is not None and _same(crop.box, place) and crop.ink.mean() < 140:
            image = normalize_number(crop.shades, crop.row)
            across = number_scale(
                (crop.row.height if crop.row else crop.shades.shape[0], crop.shades.shape[1])
            )
            scale = place.width / written.ink.shape[1]
            centres = tuple(
                (place.x + scale * (box.x + box.width / 2) - crop.frame.x) * across + spec.NUMBER_MARGIN
                for box in written.boxes
            )
            return Sample(image, written.text.replace(",", "."), centres)
    return None


def _of_page(glyphs: Glyphs | None, rng: np.random.Generator) -> list[Sample]:
    """Returns the numbers of a page as the reader would see them."""
    page = make_page(glyphs if rng.random() < 0.6 else None, rng)
    boxes = np.array([box for _, box in page.numbers], np.float32)
    turn = np.deg2rad(page.skew)
    marks = joined([])
    marks = replace(
        marks,
        places=np.concatenate((boxes[:, :2] + boxes[:, 2:] / 2, boxes[:, 2:]), axis=1),
        turns=np.tile(np.array((np.sin(turn), np.cos(turn)), np.float32), (len(boxes), 1)),
    )
    ink = page_ink(page.picture)
    seen = MarkedPage(ink, page.picture.shape, marks.stretched(ink.scale, ink.scale))
    return [
        Sample(number_of_marks(seen, np.array([index])).image, text)
        for index, (text, _) in enumerate(page.numbers)
    ]


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
