"""Type for printed words: fonts of a folder, or what OpenCV and Pillow bring along; one mark a letter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits import spec
from inkdigits.training.draw.raster import overlay
from inkdigits.training.draw.scenes.sheet import Mark, Piece, outline_of

__all__ = ["ENDINGS", "Face", "FontBook", "set_text"]

Ink = NDArray[np.uint8]
Points = NDArray[np.float32]

ENDINGS = (".ttf", ".otf", ".woff", ".woff2")
HAND = "hand"  # the folder of fonts that look like handwriting
SIZES = (6, 120)  # pixels; least and most that letters are set in
HERSHEY_CAP = 21.0  # pixels; height of a capital letter of OpenCV's fonts at scale 1
_HERSHEY = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A letter that is set.

    Attributes:
        ink: uint8 (H, W), 255 = ink; empty of a space.
        left: column of its left border from where the letter begins.
        top: row of its upper border from the line, below 0 mostly.
        advance: pixels to where the next letter begins.
        outline: convex hull of its ink; None of a space.
    """

    ink: Ink
    left: int
    top: int
    advance: float
    outline: Points | None


class Face(Protocol):
    """One font."""

    def glyph(self, letter: str, size: int) -> Glyph:
        """Returns a letter whose font is ``size`` pixels high."""
        ...


class FontBook:
    """The fonts that there are: for print, and for words in handwriting.

    Args:
        prints: fonts for print; without one, those that OpenCV and Pillow bring along.
        hands: fonts that look like handwriting; may be none.
    """

    def __init__(self, prints: list[Face] | None = None, hands: list[Face] | None = None) -> None:
        self.prints: list[Face] = prints or [_PillowFace(None), *(_HersheyFace(kind) for kind in _HERSHEY)]
        self.hands: list[Face] = hands or []

    @classmethod
    def of_folder(cls, folder: Path) -> FontBook:
        """Returns the fonts of a folder; those in its subfolder ``hand`` look like handwriting.

        Where there are none, OpenCV's and Pillow's own have to do.
        """
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
        prints: list[Face] = [_PillowFace(path) for path in files if path.parent.name != HAND]
        hands: list[Face] = [_PillowFace(path) for path in files if path.parent.name == HAND]
        return cls(prints, hands)

    def print(self, rng: np.random.Generator) -> Face:
        """Returns a font for print."""
        return self.prints[int(rng.integers(len(self.prints)))]

    def hand(self, rng: np.random.Generator) -> Face | None:
        """Returns a font that looks like handwriting; None where there is none."""
        return self.hands[int(rng.integers(len(self.hands)))] if self.hands else None


def set_text(face: Face, text: str, size: float, *, spread: float = 0.0) -> Piece:
    """Sets a line of text.

    Args:
        face: the font.
        text: one line.
        size: pixels; of the font, whose digits are about 0.7 of it high.
        spread: pixels added between two letters.

    Returns:
        The piece; each letter is a mark, and of its own no number's.
    """
    whole = round(min(max(size, SIZES[0]), SIZES[1]))
    placed: list[tuple[Glyph, int]] = []
    cursor = 0.0
    for letter in text:
        glyph = face.glyph(letter, whole)
        placed.append((glyph, round(cursor) + glyph.left))
        cursor += glyph.advance + spread
    inked = [(glyph, left) for glyph, left in placed if glyph.ink.size]
    if not inked:
        return Piece(np.zeros((1, max(1, round(cursor))), np.uint8), (), 1)
    west = min(left for _, left in inked)
    north = min(glyph.top for glyph, _ in inked)
    east = max(left + glyph.ink.shape[1] for glyph, left in inked)
    south = max(glyph.top + glyph.ink.shape[0] for glyph, _ in inked)
    ink = np.zeros((south - north, east - west), np.uint8)
    marks: list[Mark] = []
    for glyph, left in inked:
        overlay(ink, glyph.ink, glyph.top - north, left - west)
        if glyph.outline is not None:
            shift = np.array((left - west, glyph.top - north), np.float32)
            marks.append(Mark(glyph.outline + shift, spec.OTHER))
    return Piece(ink, tuple(marks), -north)


class _PillowFace:
    """A font that FreeType draws; Pillow's own where no path is given."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.glyph = lru_cache(maxsize=2000)(self._glyph)

    def __reduce__(self) -> tuple[type[_PillowFace], tuple[Path | None]]:
        """Lets processes that draw beside a training have it; each keeps letters of its own."""
        return type(self), (self._path,)

    @lru_cache(maxsize=40)  # noqa: B019 - fonts live as long as the training
    def _font(self, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if self._path is None:
            return ImageFont.load_default(size)
        return ImageFont.truetype(str(self._path), size, layout_engine=ImageFont.Layout.BASIC)

    def _glyph(self, letter: str, size: int) -> Glyph:
        font = self._font(size)
        left, top, right, bottom = (round(value) for value in font.getbbox(letter, anchor="ls"))
        advance = float(font.getlength(letter))
        if right <= left or bottom <= top:
            return Glyph(np.zeros((0, 0), np.uint8), 0, 0, advance, None)
        image = Image.new("L", (right - left + 2, bottom - top + 2))
        ImageDraw.Draw(image).text((1 - left, 1 - top), letter, 255, font, anchor="ls")
        ink = np.asarray(image, np.uint8)
        return Glyph(ink, left - 1, top - 1, advance, outline_of(ink))


class _HersheyFace:
    """One of OpenCV's fonts of strokes."""

    def __init__(self, kind: int) -> None:
        self._kind = kind
        self.glyph = lru_cache(maxsize=2000)(self._glyph)

    def __reduce__(self) -> tuple[type[_HersheyFace], tuple[int]]:
        """As of the other kind of font."""
        return type(self), (self._kind,)

    def _glyph(self, letter: str, size: int) -> Glyph:
        letter = letter if letter.isascii() else "o"
        scale = 0.72 * size / HERSHEY_CAP
        thickness = max(1, round(size / 18))
        (width, height), below = cv2.getTextSize(letter, self._kind, scale, thickness)
        if letter.isspace():
            return Glyph(np.zeros((0, 0), np.uint8), 0, 0, float(width), None)
        margin = thickness + 1
        ink = np.zeros((height + below + 2 * margin, width + 2 * margin), np.uint8)
        cv2.putText(ink, letter, (margin, margin + height), self._kind, scale, (255,), thickness, cv2.LINE_AA)
        return Glyph(ink, -margin, -height - margin, float(width), outline_of(ink))
