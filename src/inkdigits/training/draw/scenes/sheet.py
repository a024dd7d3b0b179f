"""A level sheet in colour, in the making: what is laid on it, and the outline of every mark."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.training.draw.raster import SEEN
from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes.grain import grain

__all__ = [
    "HALF",
    "Colour",
    "Inked",
    "Mark",
    "Pen",
    "Piece",
    "Sheet",
    "outline_of",
    "piece_of",
]

Image = NDArray[np.uint8]
Points = NDArray[np.float32]
Colour = tuple[float, float, float]  # red, green, blue, 0 to 255

_NO_CHANCE = np.random.default_rng(0)  # of what has no grain
HALF = 0.5  # of a mark; what shows less of itself is a piece of something


@dataclass(frozen=True, slots=True)
class Pen:
    """What leaves a trace.

    Attributes:
        colour: of full ink.
        strength: of the ink, 0 to 1.
        grain: share of the ink that the paper's grain keeps off, as of a pencil or of chalk.
        opaque: whether it covers what is beneath, as chalk and screens do; ink darkens it.
    """

    colour: Colour
    strength: float = 1.0
    grain: float = 0.0
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of a piece of ink.

    Attributes:
        outline: float32 (N, 2), x and y of the convex hull of its ink, in pixels of the piece.
        label: as of a :class:`~inkdigits.training.draw.scene.SceneMark`.
    """

    outline: Points
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Ink that is written in one go: a number, a word, a tick.

    Attributes:
        ink: uint8 (H, W), 255 = ink, at the sheet's scale.
        marks: those that it holds, in the order in which they are read.
        base: row of the line on which it stands.
    """

    ink: Image
    marks: tuple[Mark, ...]
    base: float

    @property
    def width(self) -> int:
        """Columns of its ink."""
        return self.ink.shape[1]

    @property
    def height(self) -> int:
        """Rows of its ink."""
        return self.ink.shape[0]

    def as_other(self) -> Piece:
        """Returns the same ink as marks that are no part of any number."""
        return replace(self, marks=tuple(Mark(mark.outline, spec.OTHER) for mark in self.marks))


@dataclass(frozen=True, slots=True)
class Inked:
    """A mark on a sheet; its outline is in pixels of the sheet."""

    outline: Points
    label: str
    number: int = NONE
    row: int = NONE
    column: int = NONE


class Sheet:
    """A sheet that is drawn on.

    Args:
        height: pixels.
        width: pixels.
        digit: height of a digit, pixels.
        paper: its colour.
    """

    def __init__(self, height: int, width: int, digit: float, paper: Colour) -> None:
        self.picture: Image = np.empty((height, width, 3), np.uint8)
        self.picture[:] = np.round(paper).astype(np.uint8)
        self.digit = digit
        self.marks: list[Inked] = []
        self.numbers = 0

    @property
    def height(self) -> int:
        """Rows."""
        return self.picture.shape[0]

    @property
    def width(self) -> int:
        """Columns."""
        return self.picture.shape[1]

    def lay(self, ink: Image, left: int, top: int, pen: Pen, rng: np.random.Generator) -> None:
        """Lays ink on the sheet; what reaches beyond its borders is left out.

        Args:
            ink: uint8 (H, W), 255 = ink.
            left: column of its left border on the sheet.
            top: row of its upper border.
            pen: what it is written with.
            rng: the source of all chance.
        """
        cut_top, cut_left = max(0, -top), max(0, -left)
        place = self.picture[max(0, top) :, max(0, left) :]
        ink = ink[cut_top : cut_top + place.shape[0], cut_left : cut_left + place.shape[1]]
        if ink.size == 0:
            return
        place = place[: ink.shape[0], : ink.shape[1]]
        strength = ink.astype(np.float32) * np.float32(pen.strength / 255)
        if pen.grain > 0:
            strength *= 1 - np.float32(pen.grain) * grain(strength.shape, rng)
        below = place.astype(np.float32)
        colour = np.array(pen.colour, np.float32)
        if pen.opaque:
            below += strength[:, :, None] * (colour - below)
        else:
            below *= 1 - strength[:, :, None] * (1 - colour / 255)
        place[:] = below + np.float32(0.5)

    def put(
        self,
        piece: Piece,
        left: float,
        base: float,
        pen: Pen,
        rng: np.random.Generator,
        *,
        row: int = NONE,
        column: int = NONE,
    ) -> None:
        """Writes a piece; its marks with a label of their own become one number.

        Args:
            piece: what is written.
            left: column of its left border.
            base: row of the line that it stands on.
            pen: what it is written with.
            rng: the source of all chance.
            row: of the number among the rows of numbers.
            column: the same of columns.
        """
        x, y = round(left), round(base - piece.base)
        self.lay(piece.ink, x, y, pen, rng)
        is_number = False
        for mark in piece.marks:
            outline = self._seen(mark.outline + np.array((x, y), np.float32))
            if outline is None:
                continue
            if mark.label == spec.OTHER:
                self.marks.append(Inked(outline, spec.OTHER))
            else:
                self.marks.append(Inked(outline, mark.label, self.numbers, row, column))
                is_number = True
        self.numbers += is_number

    def _seen(self, outline: Points) -> Points | None:
        """Returns what of an outline is on the sheet; None where that is less than half of it."""
        last = np.array((self.width - 1, self.height - 1), np.float32)
        cut = np.clip(outline, 0, last)
        if np.array_equal(cut, outline):
            return outline
        kept = np.prod(np.ptp(cut, axis=0) + 1) / np.prod(np.ptp(outline, axis=0) + 1)
        return cut if kept > HALF else None

    def line(self, start: tuple[float, float], stop: tuple[float, float], pen: Pen, thickness: float) -> None:
        """Draws a straight line, which is no mark.

        Args:
            start: x and y, pixels; may lie outside.
            stop: the other end.
            pen: what it is drawn with.
            thickness: pixels; below 1 the line is fainter.
        """
        reach = thickness + 2
        x, y = max(0, int(min(start[0], stop[0]) - reach)), max(0, int(min(start[1], stop[1]) - reach))
        right = min(self.width, int(max(start[0], stop[0]) + reach) + 1)
        bottom = min(self.height, int(max(start[1], stop[1]) + reach) + 1)
        if right <= x or bottom <= y:
            return
        layer = np.zeros((bottom - y, right - x), np.uint8)
        ends = [(round((across - x) * 16), round((down - y) * 16)) for across, down in (start, stop)]
        level = min(255, round(255 * min(thickness, 1.0)))
        cv2.line(layer, ends[0], ends[1], (level,), max(1, round(thickness)), cv2.LINE_AA, shift=4)
        self.lay(layer, x, y, replace(pen, grain=0.0), _NO_CHANCE)


def outline_of(ink: Image, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> Points | None:
    """Returns the convex hull of ink; None where there is none.

    Args:
        ink: uint8 (H, W), 255 = ink.
        scale: by which it will be resized.
        shift: x and y of its corner, after resizing.

    Returns:
        float32 (N, 2), x and y of pixels' middles.
    """
    solid = np.asarray(ink > SEEN, np.uint8)
    if not solid.any():
        return None
    found = cv2.findNonZero(solid)
    hull = np.asarray(cv2.convexHull(found), np.float32).reshape(-1, 2)
    if scale != 1.0:
        hull = (hull + np.float32(0.5)) * np.float32(scale) - np.float32(0.5)
    return hull + np.array(shift, np.float32)


def piece_of(ink: Image, label: str = spec.OTHER) -> Piece:
    """Returns ink, uint8 (H, W), as a piece of one mark that stands on its lowest row."""
    outline = outline_of(ink)
    return Piece(ink, () if outline is None else (Mark(outline, label),), ink.shape[0])
