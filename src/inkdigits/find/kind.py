"""Ink → what a picture holds and where: the one way for a digit, a number, a page, and what nobody said.

What a picture holds is decided here, once, before anything is read; what was found on the way is kept.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from inkdigits import spec
from inkdigits.find.digit import Candidate, digit_candidates
from inkdigits.find.number import NumberCrop, is_one_digit, number_crop
from inkdigits.ink.shades import Ink, Inks
from inkdigits.readings import Expect

__all__ = ["DigitFound", "Found", "Kind", "NumbersFound", "find"]

Kind: TypeAlias = Literal["digit", "number", "page"]


class DigitFound(NamedTuple):
    """One digit.

    Attributes:
        ways: the likely ways to cut it out, each with the ink it is cut from; none on blank paper.
        kind: always "digit".
    """

    ways: tuple[tuple[Ink, Candidate], ...]
    kind: Literal["digit"] = "digit"


class NumbersFound(NamedTuple):
    """One number, or the numbers of a page.

    Attributes:
        rows: of a page, its lines from the top and their numbers from the left, each with the ink it is cut
            from. Of one number, one row of the ways to see it: two where light and dark could both be ink.
        kind: "number" or "page".
    """

    rows: tuple[tuple[tuple[Ink, NumberCrop], ...], ...]
    kind: Literal["number", "page"]


Found: TypeAlias = DigitFound | NumbersFound


def find(inks: Inks, expect: Expect, *, cropped: bool = True) -> Found:
    """Finds what a picture holds.

    Args:
        inks: the picture's ink.
        expect: what it holds; "auto" to find that out, too.
        cropped: whether the picture may be cut out around a digit; a whole sheet of paper is not.
    """
    if expect == "digit":
        return _digit(inks)
    if expect == "page":
        return _page(inks)
    number = _number(inks)
    if expect == "number" or not number.rows:
        return number
    ink, crop = number.rows[0][0]
    if min(inks.picture.shape[:2]) >= spec.PAGE_LEAST_SIDE:
        page = _page(inks)
        if _is_page(page) and _same_ink(crop, ink, inks.far):
            return page
    return _digit(inks) if is_one_digit(crop, ink.pixels.shape, cropped=cropped) else number


def _digit(inks: Inks) -> DigitFound:
    return DigitFound(tuple((ink, way) for ink in inks.near for way in digit_candidates(ink.pixels)))


def _number(inks: Inks) -> NumbersFound:
    crops = ((ink, number_crop(ink.pixels, ink.shades)) for ink in inks.near)
    ways = tuple((ink, crop) for ink, crop in crops if crop is not None)
    return NumbersFound((ways,) if ways else (), "number")


def _page(inks: Inks) -> NumbersFound:
    from inkdigits.find.page import find_numbers  # a picture of one digit need not wait for it

    ink = inks.far
    rows = find_numbers(ink.pixels, ink.shades)
    return NumbersFound(tuple(tuple((ink, crop) for crop in row) for row in rows), "page")


def _is_page(page: NumbersFound) -> bool:
    """Tells a page from one number, beside which dirt and pieces of other lines are found as well."""
    heights = [max(crop.box.height for _, crop in row) for row in page.rows]
    return sum(height >= 0.5 * max(heights) for height in heights) >= spec.PAGE_LEAST_ROWS


def _same_ink(crop: NumberCrop, near: Ink, far: Ink) -> bool:
    """Tells whether the ink of a page has the strokes in it; those of a large digit are too thick for it."""
    rows, columns = np.nonzero(crop.ink > spec.SOLID)
    places = np.stack((rows + crop.frame.y + 0.5, columns + crop.frame.x + 0.5)) * (far.scale / near.scale)
    row, column = np.minimum(places.astype(int), np.array(far.pixels.shape)[:, None] - 1)
    return float((far.pixels[row, column] > spec.SOLID).mean()) > spec.PAGE_LEAST_INK
