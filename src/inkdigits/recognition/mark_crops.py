"""The finder's marks → crops of ink: those of a number for the number model, each for the digit model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.marks import Marks
from inkdigits.find.number import NumberCrop
from inkdigits.find.row import frame_around, row_of
from inkdigits.ink.shades import Ink
from inkdigits.readings import Box
from inkdigits.recognition.normalize import normalize_number
from inkdigits.recognition.prepare import NumberInput

__all__ = ["MarkedPage", "boxes_of_ink", "ink_of_mark", "number_of_marks"]

Image = NDArray[np.uint8]
Places = NDArray[np.intp]

WHOLE = 0.5  # of its box's height over which the solid ink of a mark reaches, or it is not all of it
ROOM = 0.08  # of a mark's height; ink so far outside its box is still its own


@dataclass(frozen=True)
class MarkedPage:
    """A picture and the marks in it.

    Attributes:
        ink: its ink, as the finder sees it.
        shape: (H, W) of the picture.
        marks: all marks, in pixels of the ink.
    """

    ink: Ink
    shape: tuple[int, ...]
    marks: Marks

    @cached_property
    def boxes(self) -> NDArray[np.int64]:
        """Left, top, right and bottom of each mark with a little room, pixels of the ink, int64 (M, 4)."""
        height, width = self.ink.shades.shape
        places = self.marks.places
        rooms = np.maximum(1, ROOM * places[:, 3:])
        half = places[:, 2:] / 2 + rooms
        edges = np.concatenate((places[:, :2] - half, places[:, :2] + half), axis=1)
        return np.clip(np.rint(edges), 0, (width, height, width, height)).astype(np.int64)


def number_of_marks(page: MarkedPage, number: Places) -> NumberInput:
    """Cuts a number out, without the marks beside it."""
    ink, marks = page.ink, page.marks
    height, width = ink.shades.shape
    boxes = page.boxes
    left, top = boxes[number, :2].min(axis=0)
    right, bottom = np.maximum(boxes[number, 2:].max(axis=0), (left + 1, top + 1))
    box = Box(int(left), int(top), int(right - left), int(bottom - top))
    frame = frame_around(box, (height, width))
    window = slice(frame.y, frame.y + frame.height), slice(frame.x, frame.x + frame.width)
    own = _filled(boxes[number], frame)
    beside = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
    beside[number] = False
    shades = ink.shades[window] * (1 - _filled(boxes[beside], frame) * (1 - own))
    strokes = ink.pixels[window] * own
    if not (strokes > spec.SOLID).any():  # too faint to be solid: the boxes stand for it
        strokes = np.uint8(255) * own
    row = row_of(strokes, _fall(marks, number))
    crop = NumberCrop(strokes, box, len(number), shades, frame, row)
    return NumberInput(normalize_number(shades, row), crop, in_picture(box, page), ink.prior)


def boxes_of_ink(page: MarkedPage, number: Places) -> list[Box]:
    """Returns how far the ink of each mark of a number reaches, in pixels of the picture.

    The finder tells a mark's size roughly, its strokes exactly; one too faint to be solid, or of which only
    a part or a line's rest is, has the finder's.
    """
    out: list[Box] = []
    for left, top, right, bottom in page.boxes[number].tolist():
        solid = page.ink.pixels[top:bottom, left:right] > spec.SOLID
        rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
        box = Box(left, top, max(1, right - left), max(1, bottom - top))
        if rows.size and rows[-1] - rows[0] >= WHOLE * box.height:
            wide, tall = int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
            box = Box(left + int(columns[0]), top + int(rows[0]), wide, tall)
        out.append(in_picture(box, page))
    return out


def ink_of_mark(page: MarkedPage, mark: int) -> Image:
    """Returns the ink within a mark's box and a little around it."""
    x, y, width, height = (float(value) for value in page.marks.places[mark])
    room = max(1.0, ROOM * height)
    rows = slice(max(0, round(y - height / 2 - room)), max(1, round(y + height / 2 + room)))
    columns = slice(max(0, round(x - width / 2 - room)), max(1, round(x + width / 2 + room)))
    return page.ink.pixels[rows, columns]


def in_picture(box: Box, page: MarkedPage) -> Box:
    """Returns the place in the picture of a box in its ink."""
    scale, (height, width) = page.ink.scale, page.shape[:2]
    left, top = int(box.x / scale), int(box.y / scale)
    right, bottom = round((box.x + box.width) / scale), round((box.y + box.height) / scale)
    return Box(left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top))


def _filled(boxes: NDArray[np.intp], frame: Box) -> Image:
    """Returns 1 where boxes are, uint8 of the frame's size."""
    out = np.zeros((frame.height, frame.width), np.uint8)
    for left, top, right, bottom in boxes - np.array((frame.x, frame.y, frame.x, frame.y)):
        out[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = 1
    return out


def _fall(marks: Marks, number: Places) -> float:
    """Returns how many rows a number's line falls for each column."""
    sine, cosine = marks.turns[number].sum(axis=0)
    return float(np.clip(sine / cosine, -0.5, 0.5)) if cosine > abs(sine) else 0.0
