"""Digits as the reader cuts them out of a picture: of a register, with neighbours, lines and a camera."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.recognition.prepare import digit_inputs
from inkdigits.training.draw.by_hand import write_by_hand
from inkdigits.training.draw.cell import picture_of
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.number import Written, write_number

__all__ = ["digits_in_scenes"]

Image = NDArray[np.uint8]

BY_HAND = 0.7  # of the numbers are by real hands, the others of real digits and by the pen
LEANING = 0.4  # of the hands lean as the copperplate of old registers
LEAN = (0.2, 0.75)  # columns to the right for a row up
SMALLEST, LARGEST = 16, 48  # pixels; height of a digit in the picture
MOST = 4  # digits of a number
MARGIN = (-0.06, 0.45)  # around the digit's box, in its heights
FOUND = 0.7  # intersection over union from which a crop is the digit
NEITHER = 0.3  # of the crops that are neither are learned from; most pictures have several of them
NOT_FOUND = 0.8  # of the digit and of a neighbour are in a crop that is neither


def digits_in_scenes(
    hands: Hands, glyphs: Glyphs | None, count: int, seed: int, *, alone: bool = False
) -> tuple[Image, NDArray[np.int64]]:
    """Makes digits as the reader sees them in pictures that are cut out of a line of numbers.

    Args:
        hands: real writers, whose digits are as high as ``glyphs.HEIGHT``.
        glyphs: real digits to compose from beside; None for the pen alone.
        count: how many.
        seed: the same seed makes the same digits.
        alone: whether to leave out the crops that hold a neighbour as much as the digit.

    Returns:
        images uint8 (count, 28, 28) in MNIST's convention, 255 = ink, and labels int64 (count,): 0..9, and 10
        where a neighbour is in the crop as much as the digit.
    """
    rng = np.random.default_rng(seed)
    images: list[Image] = []
    labels: list[int] = []
    while len(images) < count:
        for image, label in _of_scene(_number(hands, glyphs, rng), rng):
            if label < len(spec.DIGITS) or (not alone and rng.random() < NEITHER):
                images.append(image)
                labels.append(label)
    shape = (0, spec.DIGIT_SIDE, spec.DIGIT_SIDE)
    return np.stack(images[:count]) if count else np.zeros(shape, np.uint8), np.array(
        labels[:count], np.int64
    )


def _number(hands: Hands, glyphs: Glyphs | None, rng: np.random.Generator) -> Written:
    count = int(rng.integers(1, MOST + 1))
    text = "".join(str(value) for value in rng.integers(0, 10, count))
    if rng.random() < 0.15:
        text += "."
    if rng.random() >= BY_HAND:
        return write_number(text, glyphs, rng)
    hand = hands.hand(rng)
    if rng.random() < LEANING:
        lean = float(rng.uniform(*LEAN))
        hand = replace(hand, slant=lean, swell=float(rng.uniform(0.2, 0.8)))
    return write_by_hand(text, hand, rng)


def _of_scene(written: Written, rng: np.random.Generator) -> Iterator[tuple[Image, int]]:
    """Takes a picture of a number, cuts it around one digit, and gives what the reader makes of it."""
    places = [place for place, value in enumerate(written.text) if value.isdigit()]
    if not places or len(written.boxes) != len(written.text):
        return
    place = int(rng.choice(places))
    height = int(np.exp(rng.uniform(*np.log((SMALLEST, LARGEST)))))
    picture, whole = picture_of(written.ink, written.ink, height, rng, edges=written.edges)
    scale = whole.width / written.ink.shape[1]
    boxes = [_moved(box, scale, whole.x, whole.y) for box in written.boxes]
    wanted = boxes[place]
    left, above, right, below = (
        (rng.uniform(*MARGIN, 4) * max(wanted.width, wanted.height)).astype(int).tolist()
    )
    x, y = max(0, wanted.x - left), max(0, wanted.y - above)
    cut = picture[y : wanted.y + wanted.height + below, x : wanted.x + wanted.width + right]
    if min(cut.shape[:2]) < 8:
        return
    for way in digit_inputs(np.ascontiguousarray(cut)):
        box = _moved(way.box, 1.0, x, y)
        if box.overlap(wanted) >= FOUND:
            yield way.image, int(written.text[place])
            return
        others = [boxes[index] for index in places if index != place]
        if _holds(box, wanted) and any(_holds(box, _inside(other, x, y, cut.shape)) for other in others):
            yield way.image, len(spec.DIGITS)


def _moved(box: Box, scale: float, x: int, y: int) -> Box:
    return Box(
        x + round(scale * box.x),
        y + round(scale * box.y),
        max(1, round(scale * box.width)),
        max(1, round(scale * box.height)),
    )


def _inside(box: Box, x: int, y: int, shape: tuple[int, ...]) -> Box:
    """Returns what of a box is in a picture that begins at a place; all of it where too little is."""
    left, top = max(box.x, x), max(box.y, y)
    right, bottom = min(box.x + box.width, x + shape[1]), min(box.y + box.height, y + shape[0])
    if right - left < 0.5 * box.width or bottom - top < 0.5 * box.height:
        return box
    return Box(left, top, right - left, bottom - top)


def _holds(box: Box, other: Box) -> bool:
    """Tells whether most of another box is in this one."""
    wide = min(box.x + box.width, other.x + other.width) - max(box.x, other.x)
    high = min(box.y + box.height, other.y + other.height) - max(box.y, other.y)
    return wide > 0 and high > 0 and wide * high >= NOT_FOUND * other.width * other.height
