"""Boxes and underlines of a blank form, offered as the fields of a new template."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.tables.areas import Area, around
from inkdigits.tables.field_types import field_type
from inkdigits.tables.registration import FORM_SIDE, Blank
from inkdigits.tables.template import Field

__all__ = ["offered_fields"]

Image = NDArray[np.uint8]

LEAST = 0.009  # of the longer side; lower boxes have no room for a digit
MOST = 0.06  # of it; higher boxes are frames around other things
LINE = 0.06  # of it; shortest underline
HEIGHT = 0.022  # of it; of what is written on an underline
SQUARE = 1.5  # width over height up to which a box is for one character or a tick
FILLED = 0.93  # of its rectangle that a box's inside takes


def offered_fields(blank: Blank, page: int = 0) -> list[Field]:
    """Returns fields for the boxes, rows of boxes and underlines of a page, from the top, from the left.

    Boxes that stand alone and have room for one character are marks to tick; rows of such are digits, one
    a box; longer boxes and underlines are numbers of any kind.
    """
    boxes = _boxes(blank.print)
    combs = _combs(boxes)
    lines = _underlines(blank.print, boxes)
    found: list[tuple[str, tuple[Box, ...]]] = []
    for comb in combs:
        if len(comb) > 1:
            found.append((f"digits({len(comb)})", comb))
        else:
            square = all(box.width <= SQUARE * box.height for box in comb)
            found.append(("mark" if square else "free", comb))
    found += [("free", (line,)) for line in lines]
    found.sort(key=lambda one: _order(one[1][0]))
    fields: list[Field] = []
    for kind, cells in found:
        areas = tuple(_area(cell, blank.shape) for cell in cells)
        name = f"field{len(fields) + 1}" if page == 0 else f"page{page + 1}field{len(fields) + 1}"
        if any(around(areas).shared(other.area) > 0 for other in fields):
            continue
        fields.append(Field(name, field_type(kind), areas, len(areas) > 1, page))
    return fields


def _order(box: Box) -> tuple[int, int]:
    """Returns by what boxes are sorted: their line, then from the left."""
    return round(box.y / (0.6 * HEIGHT * FORM_SIDE)), box.x


def _boxes(there: NDArray[np.bool_]) -> list[Box]:
    """Returns the insides of printed rectangles, those within one another left out."""
    paper = (~there).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    least, most = LEAST * FORM_SIDE, MOST * FORM_SIDE
    boxes = [
        Box(*(int(side) for side in stat[:4]))
        for stat in stats[1:]
        if least <= stat[3] <= most and stat[2] >= least and stat[4] >= FILLED * stat[2] * stat[3]
    ]
    return sorted(boxes)


def _combs(boxes: list[Box]) -> list[tuple[Box, ...]]:
    """Returns boxes for one character that share their edges as one, others alone."""
    combs: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.x):
        small = box.width <= SQUARE * box.height
        for comb in combs:
            last = comb[-1]
            level = (
                abs(last.y - box.y) < 0.2 * box.height and abs(last.height - box.height) < 0.2 * box.height
            )
            gap = box.x - last.x - last.width
            same = abs(last.width - box.width) < 0.25 * box.width
            if small and level and same and 0 < gap < 0.3 * box.width:
                comb.append(box)
                break
        else:
            combs.append([box])
    return [tuple(comb) for comb in combs]


def _underlines(there: NDArray[np.bool_], boxes: list[Box]) -> list[Box]:
    """Returns the room above printed lines that are no edge of a box and have nothing printed above."""
    long = max(3, round(LINE * FORM_SIDE))
    level = cv2.morphologyEx(there.astype(np.uint8), cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(level, np.uint8), connectivity=8)
    tall = round(HEIGHT * FORM_SIDE)
    found: list[Box] = []
    for left, top, width, height, _ in stats[1:].tolist():
        if height > 0.4 * tall or top < tall or width > 0.8 * there.shape[1]:
            continue
        room = Box(left, top - tall, width, tall - 1)
        if there[room.y : room.y + room.height, room.x : room.x + room.width].mean() > 0.002:
            continue
        beside = Box(left, top - 6, width, height + 12)
        if not any(_meet(beside, box) for box in boxes):
            found.append(room)
    return found


def _meet(one: Box, other: Box) -> bool:
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0 and down > 0


def _area(box: Box, shape: tuple[int, ...]) -> Area:
    height, width = shape[:2]
    return Area(box.x / width, box.y / height, box.width / width, box.height / height)
