"""Ink image of a page → its numbers in reading order; lines, frames, dirt and blots left out.

The page is not turned upright: its slope is measured and rows are followed along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.digit_height import digit_height
from inkdigits.find.nearby import near_pairs
from inkdigits.find.number import NumberCrop
from inkdigits.find.pieces import Pieces, find_pieces
from inkdigits.find.row import frame_around, row_of
from inkdigits.find.sheet_lines import PageLines, components, find_lines, page_slope
from inkdigits.readings import Box

__all__ = ["find_numbers"]

Image = NDArray[np.uint8]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of a page while its numbers are put together."""

    lines: PageLines
    pieces: Pieces
    slope: float
    height: float


def find_numbers(ink: Image, shades: Image) -> list[list[NumberCrop]]:
    """Finds the numbers of a page.

    Args:
        ink: uint8 (H, W), 255 = ink.
        shades: uint8 (H, W), 255 = ink, the same with its faint marks.

    Returns:
        The lines of the page from top to bottom, the numbers of each from left to right.
    """
    solid = (ink > spec.SOLID).astype(np.uint8)
    if not solid.any():
        return []
    # Where most ink hangs on lines any height will do to find these.
    guess = spec.PAGE_GUESS * max(ink.shape)
    slope = page_slope(solid)
    height = digit_height(components(solid)[1], spec.PAGE_WRITING) or guess
    lines = find_lines(ink, slope, height)
    labels, stats = components(lines.rest)
    whole, height = height, digit_height(stats) or height  # without the lines digits touch
    if not 0.8 * whole <= height <= 1.25 * whole:  # it was the height of frames, or of the dirt beside them
        lines = find_lines(ink, slope, height)
        labels, stats = components(lines.rest)
        height = digit_height(stats) or height
    pieces = find_pieces(lines, labels, stats, slope, height)
    page = _Page(lines, pieces, slope, height)
    numbers = _grouped(page)
    rows = _rows(numbers, page)
    return [[_cut(ink, shades, labels, number, page) for number in row] for row in rows]


def _grouped(page: _Page) -> list[list[int]]:
    """Returns the pieces of each number."""
    pieces = page.pieces
    group = np.arange(pieces.label.size)

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = int(group[index])
        return index

    big = np.flatnonzero(pieces.big)
    for first, second in _neighbours(page, big) + _in_boxes(page, big):
        group[root(second)] = root(first)
    members: dict[int, list[int]] = {}
    for index in big:
        members.setdefault(root(int(index)), []).append(int(index))
    _take_marks(page, big, {int(index): root(int(index)) for index in big}, members)
    return [number for number in members.values() if _may_be_number(page, number)]


def _neighbours(page: _Page, big: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Returns pairs of pieces that belong to one number."""
    pieces, height = page.pieces, page.height
    left, right, tall = pieces.left[big], pieces.right[big], pieces.height[big]
    level = pieces.level[big]
    reach = spec.PAGE_GAP * spec.PAGE_DIGIT_MOST * height
    stops = np.searchsorted(left, right + reach)
    out: list[tuple[int, int]] = []
    for at in range(big.size):
        others = np.arange(at + 1, stops[at])
        low, high = np.minimum(tall[others], tall[at]), np.maximum(tall[others], tall[at])
        shared = (tall[others] + tall[at]) / 2 - np.abs(level[others] - level[at])
        same_row = np.minimum(shared, low) > 0.4 * low
        same_size = low > spec.PAGE_DIGIT_LEAST * high
        for other in others[same_row & same_size]:
            left_piece, right_piece = int(big[at]), int(big[other])
            size = max(tall[at], tall[other], 0.8 * height)
            gap = pieces.left[right_piece] - pieces.right[left_piece] + 0.5 * abs(level[other] - level[at])
            widest = spec.PAGE_GAP
            if gap > widest * size and pieces.mark_between(left_piece, right_piece):
                widest = spec.PAGE_GAP_MARK
            if gap <= widest * size and not _parted(page, left_piece, right_piece):
                out.append((left_piece, right_piece))
    return out


def _in_boxes(page: _Page, big: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Returns pairs of pieces in one box or in boxes side by side."""
    inside: dict[int, list[int]] = {}
    for index in big:
        if page.pieces.box[index] >= 0:
            inside.setdefault(int(page.pieces.box[index]), []).append(int(index))
    out = [(pieces[0], other) for pieces in inside.values() for other in pieces[1:]]
    for box, other in page.lines.boxes.adjoining():
        if box in inside and other in inside:
            out.append((inside[box][0], inside[other][0]))
    return out


def _parted(page: _Page, first: int, second: int) -> bool:
    """Tells whether an upright line stands between two pieces."""
    if page.pieces.left[second] < page.pieces.right[first]:
        return False  # nothing fits between them
    start, stop = page.pieces.middle(first), page.pieces.middle(second)
    low, high = sorted((int(start[1]), int(stop[1])))
    if not page.lines.upright[low : high + 1, int(start[0]) : int(stop[0]) + 1].any():
        return False
    count = max(2, int(stop[0] - start[0]) + 1)
    columns = np.linspace(start[0], stop[0], count).astype(int)
    rows = np.linspace(start[1], stop[1], count).astype(int)
    between = (columns >= page.pieces.right[first] - 2) & (columns <= page.pieces.left[second] + 2)
    return bool(page.lines.upright[rows[between], columns[between]].any())


def _take_marks(
    page: _Page, big: NDArray[np.intp], root: dict[int, int], members: dict[int, list[int]]
) -> None:
    """Gives points, commas, minus signs and broken-off strokes to their numbers."""
    pieces, height = page.pieces, page.height
    if not big.size:
        return
    spans = {key: (int(pieces.left[own].min()), int(pieces.right[own].max())) for key, own in members.items()}
    boxes = np.stack((pieces.left, pieces.level - pieces.height / 2, pieces.width, pieces.height), axis=1)
    marks, digits = near_pairs(boxes.astype(np.int32), 0.6 * height, height, ~pieces.big)
    marks, digits = marks[pieces.big[digits]], digits[pieces.big[digits]]
    gap = np.maximum(pieces.left[digits] - pieces.right[marks], pieces.left[marks] - pieces.right[digits])
    fall = pieces.level[marks] - pieces.level[digits]  # below the middle of the digit
    tall = pieces.height[digits]
    near = (gap <= 0.6 * height) & (fall > -0.7 * tall) & (fall < 0.5 * tall + 0.4 * height)
    marks, digits, gap = marks[near], digits[near], gap[near]
    edges = np.flatnonzero(np.diff(marks, prepend=-1, append=-1))
    for start, stop in pairwise(edges.tolist()):
        index = int(marks[start])
        first, last = int(pieces.left[index]), int(pieces.right[index])
        for nearest in digits[start:stop][np.argsort(gap[start:stop], kind="stable")].tolist():
            key, box = root[nearest], int(pieces.box[nearest])
            if box >= 0 and not page.lines.boxes.beside(box, *pieces.middle(index)):
                continue  # dirt between two rows of boxes
            long = max(pieces.width[index], pieces.height[index]) > spec.PAGE_STROKE * height
            if long and pieces.box[index] == box >= 0:
                members[key].append(index)
                break
            middle = (first + last) / 2
            if spans[key][0] <= middle <= spans[key][1] or _minus(page, index, nearest):
                members[key].append(index)
                break


def _minus(page: _Page, mark: int, digit: int) -> bool:
    """Tells whether a piece is a minus sign before a digit."""
    pieces, height = page.pieces, page.height
    width, tall = pieces.width[mark], pieces.height[mark] - abs(page.slope) * pieces.width[mark]
    before = pieces.right[mark] <= pieces.left[digit] + 0.3 * pieces.width[digit]
    flat = 1.4 * tall < width and 0.15 * height < width < 1.2 * height
    middle = abs(pieces.level[mark] - pieces.level[digit]) < 0.35 * max(height, float(pieces.height[digit]))
    return bool(before and flat and middle and not _parted(page, mark, digit))


def _may_be_number(page: _Page, number: list[int]) -> bool:
    """Leaves out what is no number by its size: a smear of dirt at the border, a drawing."""
    pieces = page.pieces
    tallest = int(pieces.height[number].max())
    return spec.PAGE_NUMBER_LEAST * page.height <= tallest <= spec.PAGE_DIGIT_MOST * page.height


def _rows(numbers: list[list[int]], page: _Page) -> list[list[list[int]]]:
    """Puts the numbers into reading order."""
    pieces = page.pieces
    levels = {
        id(number): float(np.average(pieces.level[number], weights=pieces.height[number]))
        for number in numbers
    }
    rows: list[tuple[float, list[list[int]]]] = []
    for number in sorted(numbers, key=lambda number: levels[id(number)]):
        level = levels[id(number)]
        if rows and level - rows[-1][0] < 0.6 * page.height:
            row = rows[-1][1]
            row.append(number)
            rows[-1] = (float(np.mean([levels[id(number)] for number in row])), row)
        else:
            rows.append((level, [number]))
    return [sorted(row, key=lambda number: int(pieces.left[number].min())) for _, row in rows]


def _cut(ink: Image, shades: Image, labels: Ints, number: list[int], page: _Page) -> NumberCrop:
    """Cuts a number out, without its neighbours."""
    pieces = page.pieces
    height, width = ink.shape
    left, right = max(0, int(pieces.left[number].min()) - 1), min(width, int(pieces.right[number].max()) + 1)
    bottoms = pieces.top[number] + pieces.height[number]
    top, bottom = max(0, int(pieces.top[number].min()) - 1), min(height, int(bottoms.max()) + 1)
    box = Box(left, top, right - left, bottom - top)
    frame = frame_around(box, ink.shape)
    window = slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width)
    place = labels[window]
    wanted = np.zeros(int(place.max()) + 1, np.uint8)
    wanted[pieces.label[number]] = 1
    own = wanted[place]
    around = np.ones((3, 3), np.uint8)
    soft = np.asarray(cv2.dilate(own, around), np.uint8)  # the soft edge lies outside the solid part
    beside = (place > 0).astype(np.uint8) & (1 - own)
    strokes = ink[window] * (soft & (1 - beside) & (1 - page.lines.mask[window] | own))
    # The model sees through rulings, and faint strokes may be the number's; an upright edge passes for a 1.
    others = beside | (page.lines.upright[window] & (1 - own))
    hidden = np.asarray(cv2.dilate(others, around), np.uint8) & (1 - soft) | others
    kept = shades[window] * (1 - hidden)
    groups = int(pieces.big[number].sum())
    return NumberCrop(strokes, box, groups, kept, frame, row_of(strokes, page.slope))
