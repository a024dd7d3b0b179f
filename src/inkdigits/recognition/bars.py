"""A bar that leaves its picture: it may be a 1, but also a piece of any digit, a crease, a shadow, a line."""

from __future__ import annotations

from dataclasses import replace

from inkdigits import spec
from inkdigits.readings import Box, Number

__all__ = ["less_a_bar", "sides_cut"]

BY_ONE_SIDE = 0.9  # as sure is a 1 that leaves its picture by one side
BY_SEVERAL = 0.5  # the same by several: from border to border go creases, shadows, lines
TIGHT = 0.75  # of the picture's width and of its height; what fills more was cut out around its ink


def sides_cut(box: Box, shape: tuple[int, ...]) -> int:
    """Returns by how many sides ink leaves its picture, 0 to 4.

    Args:
        box: where the ink is.
        shape: (H, W, …) of its picture. One that is cut out tightly around its ink, as small ones are taken
            to be, cuts nothing.
    """
    height, width = shape[:2]
    if max(height, width) <= spec.SMALL_SIDE or (box.width > TIGHT * width and box.height > TIGHT * height):
        return 0
    return sum((box.x <= 0, box.y <= 0, box.x + box.width >= width, box.y + box.height >= height))


def less_a_bar(number: Number, sides: int) -> Number:
    """Returns a number, less sure where it is a 1 that leaves its picture by so many sides."""
    if number.text != "1" or not sides:
        return number
    share = BY_ONE_SIDE if sides == 1 else BY_SEVERAL
    digits = tuple(
        replace(
            digit,
            confidence=share * digit.confidence,
            alternatives=tuple((value, share * chance) for value, chance in digit.alternatives),
        )
        for digit in number.digits
    )
    return replace(number, confidence=share * number.confidence, digits=digits)
