"""The crop of a number → its characters that stand apart, for the digit model to name one by one."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["Apart", "Character", "characters_apart", "is_blank", "share_ink"]

Image = NDArray[np.uint8]


class Character(NamedTuple):
    """A character that touches no other.

    Attributes:
        ink: uint8 (H, W), 255 = ink, its strokes alone.
        first: its first column in the crop.
        last: the column behind its last.
    """

    ink: Image
    first: int
    last: int

    @property
    def is_narrow(self) -> bool:
        """Whether it is hardly as wide as two digits that touch."""
        height = int(np.count_nonzero(self.ink.any(axis=1)))
        return self.last - self.first <= spec.NARROW_CHARACTER * height


class Apart(NamedTuple):
    """What stands apart in the crop of a number.

    Attributes:
        characters: those as high as digits, from left to right.
        marks: whether there are smaller pieces as well: a point, a comma, dirt.
    """

    characters: list[Character]
    marks: bool


def characters_apart(strokes: Image) -> Apart:
    """Finds the characters of a number that touch no other.

    Args:
        strokes: uint8 (H, W), 255 = ink, a number's strokes alone.
    """
    solid = (strokes > spec.SOLID).astype(np.uint8)
    if not solid.any():  # also without pixels, which OpenCV does not survive
        return Apart([], marks=False)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    left, top, width, height = (stats[:, side] for side in range(4))
    middle, low = left + width / 2, top + height / 2
    tallest = int(height[1:].max())
    groups: list[list[int]] = []
    spans: list[tuple[int, int]] = []
    order = sorted(range(1, count), key=lambda label: int(left[label]))
    for label in (label for label in order if height[label] >= 0.5 * tallest):
        start, stop = int(left[label]), int(left[label] + width[label])
        if spans and start < spans[-1][1] - spec.CHARACTERS_OVERLAP * tallest:  # a digit of several strokes
            groups[-1].append(label)
            spans[-1] = (spans[-1][0], max(spans[-1][1], stop))
        else:
            groups.append([label])
            spans.append((start, stop))
    marks = False
    for label in (label for label in order if height[label] < 0.5 * tallest):  # the bar of a 5; no point
        large = max(width[label], height[label]) > 0.2 * tallest and low[label] < 0.8 * len(strokes)
        over = [i for i, (start, stop) in enumerate(spans) if large and start <= middle[label] <= stop]
        marks |= not over
        for index in over:
            groups[index].append(label)
    characters = [
        Character(_alone(strokes, np.asarray(labels, np.int32), group, span), *span)
        for group, span in zip(groups, spans, strict=True)
    ]
    return Apart(characters, marks)


def is_blank(shades: Image, first: int, last: int) -> bool:
    """Tells whether there is nothing but paper, and lines that run on, between two columns of a crop.

    Args:
        shades: uint8 (H, W), 255 = ink, a number's crop with all that is there.
        first: the first column between.
        last: the column behind the last.
    """
    if last - first < spec.POINT_ROOM * len(shades):
        return False  # a point may hide in what is beside it
    rank = shades.shape[1] // 10  # what a tenth of the columns lacks runs on: a line
    line = np.partition(shades, rank, axis=1)[:, rank : rank + 1].astype(np.int16)
    return int((shades[:, first:last] - line).max()) < spec.SOLID


def share_ink(solid: NDArray[np.bool_], columns: tuple[int, int], beside: tuple[int, int]) -> bool:
    """Tells whether a character, and what stands beside it, have a piece of ink in common.

    A stroke that leans over its neighbour is no such piece: nearly all of it is on its own side. Where one of
    both has no ink of its own, it shares that of the other.

    Args:
        solid: bool (H, W), where the ink of a crop is.
        columns: the character's first column and the one behind its last.
        beside: the same of its neighbour.
    """
    count, pieces = cv2.connectedComponents(solid.astype(np.uint8), connectivity=8)
    labels = np.asarray(pieces, np.int32)
    ours, theirs = (
        np.bincount(labels[:, first:last].ravel(), minlength=count)[1:] for first, last in (columns, beside)
    )
    shared = np.minimum(ours, theirs) > spec.OTHER_SHARED * (ours + theirs)
    return bool(shared.any()) or not ours.any() or not theirs.any()


def _alone(strokes: Image, labels: NDArray[np.int32], group: list[int], span: tuple[int, int]) -> Image:
    """Returns strokes with their soft edges, and nothing else, between two columns and one beside each."""
    beside = slice(max(0, span[0] - 1), span[1] + 1)
    part = labels[:, beside]
    wanted = np.zeros(int(part.max()) + 1, np.uint8)
    wanted[group] = 1
    soft = np.asarray(cv2.dilate(wanted[part], np.ones((3, 3), np.uint8)), np.uint8)  # outside the solid part
    return strokes[:, beside] * soft
