"""Ink → one digit or one number: where it is, and in which ways it can be seen."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from inkdigits.find.digit import Candidate, digit_candidates
from inkdigits.find.number import NumberCrop, is_one_digit, number_crop
from inkdigits.ink.shades import Ink, Inks

__all__ = ["DigitFound", "Found", "Kind", "NumberFound", "find", "find_one"]

Kind: TypeAlias = Literal["digit", "number"]


class DigitFound(NamedTuple):
    """One digit.

    Attributes:
        ways: the likely ways to cut it out, each with the ink it is cut from; none on blank paper.
        kind: always "digit".
    """

    ways: tuple[tuple[Ink, Candidate], ...]
    kind: Literal["digit"] = "digit"


class NumberFound(NamedTuple):
    """One number.

    Attributes:
        ways: the ways to see it, each with the ink it is cut from: two where light and dark could both be
            ink; none on blank paper.
        kind: always "number".
    """

    ways: tuple[tuple[Ink, NumberCrop], ...]
    kind: Literal["number"] = "number"


Found: TypeAlias = DigitFound | NumberFound


def find(inks: Inks, kind: Kind) -> Found:
    """Finds what a picture is said to hold."""
    return _digit(inks) if kind == "digit" else _number(inks)


def find_one(inks: Inks, *, cropped: bool, several: bool) -> Found:
    """Finds the digit or the number that a picture holds.

    Args:
        inks: the picture's ink.
        cropped: whether it may be cut out around a digit; a whole sheet of paper is not.
        several: whether it is known to hold more digits than one.
    """
    number = _number(inks)
    if several or not number.ways:
        return number
    ink, crop = number.ways[0]
    return _digit(inks) if is_one_digit(crop, ink.pixels.shape, cropped=cropped) else number


def _digit(inks: Inks) -> DigitFound:
    return DigitFound(tuple((ink, way) for ink in inks.near for way in digit_candidates(ink.pixels)))


def _number(inks: Inks) -> NumberFound:
    crops = ((ink, number_crop(ink.pixels, ink.shades)) for ink in inks.near)
    return NumberFound(tuple((ink, crop) for ink, crop in crops if crop is not None))
