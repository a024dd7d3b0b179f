"""Ink image → where a number is: its pieces kept, lines, specks and pieces of other rows left out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.border_lines import without_edges
from inkdigits.find.row import Row, frame_around
from inkdigits.find.rulings import without_rulings
from inkdigits.ink.parts import Part, find_parts
from inkdigits.readings import Box

__all__ = ["NumberCrop", "is_one_digit", "number_crop"]

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class NumberCrop:
    """The ink of one number.

    Attributes:
        ink: uint8 (H, W), 255 = ink, the number's strokes alone.
        box: the place of these strokes in the ink image.
        groups: how many characters stand apart from each other, clear of the picture's left and right side.
        shades: uint8 (H, W), 255 = ink, all that is there, faint marks too, for the model to judge.
        frame: what part of the ink image the crop shows: the box and a little around it.
        row: where the number's row runs through the crop; None when it fills it.
    """

    ink: Image
    box: Box
    groups: int
    shades: Image
    frame: Box
    row: Row | None = None


def number_crop(ink: Image, shades: Image) -> NumberCrop | None:
    """Finds the one number of an ink image.

    Args:
        ink: uint8 (H, W), 255 = ink; a cell, a field or a line.
        shades: uint8 (H, W), 255 = ink, the same with its faint marks.

    Returns:
        The number; None when there is no ink.
    """
    if not ink.any():  # also without pixels, which OpenCV does not survive
        return None
    clean = without_rulings(without_edges(ink))
    labels, parts = find_parts(clean, 0.0)
    own = _own(parts, *clean.shape)
    if not own:
        return None
    return _cut(clean, shades, labels, own)


def is_one_digit(crop: NumberCrop, shape: tuple[int, ...], *, cropped: bool = True) -> bool:
    """Tells whether a picture shows one digit, with pieces of neighbours at most, rather than a number.

    Args:
        crop: what was found when a number was looked for.
        shape: (H, W) of the ink image.
        cropped: whether the picture may be cut out around a digit; a whole sheet of paper is not.
    """
    height, width = shape[:2]
    box = crop.box
    if max(height, width) <= spec.SMALL_SIDE:  # a tight crop
        return width <= 1.5 * height
    if cropped and width <= spec.UPRIGHT_CROP * height:
        return True
    if crop.groups > 1:
        return False
    if not cropped or box.height < spec.CROP_FILLED * height:
        return box.width <= spec.ONE_DIGIT_ASPECT * box.height
    # Cut out of a line of writing: what reaches the sides belongs to the digit's neighbours.
    near = 1 + spec.SIDE_NEAR * width
    cut = box.x <= near or box.x + box.width >= width - near
    if width <= spec.SQUARE_CROP * height:
        return cut or box.width <= spec.WIDE_DIGIT_ASPECT * box.height
    line = width <= spec.LINE_CROP * height and box.height >= spec.LINE_CROP_FILLED * height
    return (cut and line) or box.width <= spec.NARROW_ASPECT * box.height


def _own(parts: list[Part], height: int, width: int) -> list[Part]:
    """Returns the pieces that belong to the number."""
    if not parts:
        return []
    size = _digit_height(parts, height, width)
    big = [part for part in parts if part.height >= 0.5 * size]
    big = [part for part in big if not _rest_of_line(part, size, height, width)]
    big.sort(key=lambda part: part.left)
    if not big:
        return [max(parts, key=lambda part: part.area)]
    # The row with most ink; pieces of the rows above and below reach in from the border.
    main = max(big, key=lambda part: part.area * _inside(part, height))
    row = [main, *_row_from(main, [part for part in big if part.left > main.left])]
    row += _row_from(main, [part for part in reversed(big) if part.left <= main.left and part is not main])
    top, bottom = min(part.top for part in row), max(part.bottom for part in row)
    own = list(row)
    for part in parts:
        if part in own or part.area < spec.NUMBER_SPECK * size * size:
            continue
        if _rest_of_line(part, size, height, width):
            continue
        middle = part.top + part.height / 2
        # A long comma may begin just below the digits.
        hangs = part.top <= bottom + 0.1 * size and part.height < size and part.bottom < height - 1
        if top - 0.15 * size <= middle <= bottom + 0.3 * size or (hangs and middle > bottom):
            own.append(part)
    return own


def _row_from(start: Part, parts: list[Part]) -> list[Part]:
    """Returns the pieces that continue the row from ``start``, which may climb or fall, in their order."""
    top, bottom = start.top, start.bottom
    row: list[Part] = []
    for part in parts:
        if _shared(part, top, bottom) > 0.35 * min(part.height, bottom - top):
            row.append(part)
            top, bottom = (top + part.top) // 2, (bottom + part.bottom) // 2
    return row


def _digit_height(parts: list[Part], height: int, width: int) -> float:
    """Returns the height of the number's digits: the ink's own, weighed by area."""
    inner = [part for part in parts if part.area >= 4 and _inside(part, height) > 0.5] or parts
    weights = np.array([part.area for part in inner], np.float64)
    return float((weights * [part.height for part in inner]).sum() / weights.sum())


def _inside(part: Part, height: int) -> float:
    """Returns 1 for a piece clear of the upper and lower border, less for one that is cut by it."""
    cut = part.top <= 1 or part.bottom >= height - 1
    return 0.5 if cut and part.height < 0.45 * height else 1.0


def _shared(part: Part, top: int, bottom: int) -> int:
    return min(part.bottom, bottom) - max(part.top, top)


def _rest_of_line(part: Part, size: float, height: int, width: int) -> bool:
    """Tells what is left of a box's edge: thin, flat, and at the border."""
    at_side = part.left <= 2 or part.right >= width - 2
    at_end = part.top <= 2 or part.bottom >= height - 2
    if at_end and part.height < 0.35 * size:
        return True
    if at_side and part.width < 0.2 * size:
        return True
    return (at_side or at_end) and part.width > 6 * part.height


def _cut(ink: Image, shades: Image, labels: NDArray[np.int32], own: list[Part]) -> NumberCrop:
    height, width = ink.shape
    left, right = max(0, min(part.left for part in own) - 1), min(width, max(part.right for part in own) + 1)
    top, bottom = max(0, min(part.top for part in own) - 1), min(height, max(part.bottom for part in own) + 1)
    box = Box(left, top, right - left, bottom - top)
    frame = frame_around(box, ink.shape)
    window = slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width)
    wanted = np.zeros(int(labels.max()) + 1, np.uint8)
    wanted[[part.label for part in own]] = 1
    # With the soft edge, which lies outside the solid part.
    soft = np.asarray(cv2.dilate(wanted[labels[window]], np.ones((3, 3), np.uint8)), np.uint8)
    strokes = ink[window] * soft
    return NumberCrop(strokes, box, _groups(own, width), shades[window], frame)


def _groups(own: list[Part], width: int) -> int:
    """Counts characters by the gaps between them; what reaches a side may belong to a neighbour."""
    tallest = max(part.height for part in own)
    big = [part for part in own if part.height >= 0.5 * tallest and part.left > 1 and part.right < width - 1]
    count, reached = 0, -1
    for part in sorted(big, key=lambda part: part.left):
        if part.left >= reached - 0.1 * tallest:
            count += 1
        reached = max(reached, part.right)
    return count
