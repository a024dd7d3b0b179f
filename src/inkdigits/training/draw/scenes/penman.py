"""Who writes a scene: one person, whose numbers, letters and marks are alike in pen, slant and spacing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.training.draw.by_hand import characters
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hand, draw_strokes
from inkdigits.training.draw.number import written_over
from inkdigits.training.draw.other_marks import drawn_mark, struck_out
from inkdigits.training.draw.pen import curve
from inkdigits.training.draw.raster import leant, scaled, thickened
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fonts import Face, FontBook, set_text
from inkdigits.training.draw.scenes.sheet import Mark, Piece, outline_of, piece_of
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.draw.spacing import CharacterRow, Spacing
from inkdigits.training.draw.writer import Writer, write_character

__all__ = ["Penman"]

Image = NDArray[np.uint8]

BY_HAND = 0.75  # of the scenes; real hands write them, if there are any
REAL = 0.5  # of the others; composed of real digits, if there are any
THINNEST = 0.8  # pixels; a pen on the sheet; thinner ones leave nothing that a camera sees
LOOSE = 0.35  # of those who write; their digits touch and stand apart as they like
CORRECTED = 0.012  # of the numbers; a digit of theirs is written over another
SIGNS = "$#()="  # that real hands have written, as they have capitals
NOT_SHOWN = "'"  # written, and no character of a text


class Penman:
    """One who writes a whole scene.

    Args:
        scribe: the digits and the hands that there are.
        fonts: for words in handwriting.
        height: of a digit on the sheet, pixels.
        rng: the source of all chance.
        pen: least and most width of the pen as a share of a digit's height; None for the writers' own.
    """

    def __init__(
        self,
        scribe: Scribe,
        fonts: FontBook,
        height: float,
        rng: np.random.Generator,
        *,
        pen: tuple[float, float] | None = None,
    ) -> None:
        self.height, self._scribe = height, scribe
        self.hand: Hand | None = scribe.hands.hand(rng) if scribe.hands is not None else None
        self._by_hand = self.hand is not None and rng.random() < BY_HAND
        self._real = not self._by_hand and scribe.glyphs is not None and rng.random() < REAL
        writer = Writer.random(rng)
        width = float(rng.uniform(*pen)) if pen else (self.hand.pen if self.hand else writer.pen)
        self.pen = max(width, THINNEST / height)
        self.writer = replace(writer, pen=self.pen)
        if self.hand is not None:
            self.hand = replace(self.hand, pen=self.pen)
        spacing = Spacing.loose(rng) if rng.random() < LOOSE else Spacing.narrow(rng)
        self.spacing = replace(spacing, tilt=float(rng.normal(0, 0.02)))
        self._lean, self._weight = float(rng.normal(0.05, 0.12)), int(rng.choice((-1, 0, 0, 1)))
        self._face = fonts.hand(rng)
        self._words_by_face = self._face is not None and rng.random() < 0.6
        self._spread = abs(rng.normal(0, 0.04)) + 0.02

    def number(self, text: str, rng: np.random.Generator, *, size: float = 1.0) -> Piece:
        """Writes a number.

        Args:
            text: 1 or more of ``0123456789.,-+/:%'``; a comma is labelled as a point.
            rng: the source of all chance.
            size: factor on the height of the digits.
        """
        inks = self._inks(text, rng)
        if rng.random() < CORRECTED:
            index = int(rng.integers(len(text)))
            if text[index].isdigit():
                inks[index] = written_over(inks[index], self._inks(str(rng.integers(10)), rng)[0], rng)
        row = CharacterRow(self.spacing)
        for value, ink in zip(text, inks, strict=True):
            row.add(value, ink, rng)
        whole, boxes = row.assembled()
        scale = size * self.height / HEIGHT * float(np.exp(rng.normal(0, self._spread)))
        marks: list[Mark] = []
        for value, ink, box in zip(text, inks, boxes, strict=True):
            outline = outline_of(ink, scale, (scale * box.x, scale * box.y))
            if outline is not None:
                label = spec.OTHER if value in NOT_SHOWN else value.replace(",", ".")
                marks.append(Mark(outline, label))
        feet = [box.y + box.height for value, box in zip(text, boxes, strict=True) if value.isdigit()]
        base = scale * float(np.median(feet)) if feet else scale * whole.shape[0]
        return Piece(scaled(whole, scale), tuple(marks), base)

    def digit(self, value: str, rng: np.random.Generator, *, size: float = 1.0) -> Piece:
        """Writes one digit, or a sign."""
        return self.number(value, rng, size=size)

    def _inks(self, text: str, rng: np.random.Generator) -> list[Image]:
        if self._by_hand and self.hand is not None:
            return list(characters(text, self.hand, rng))
        out: list[Image] = []
        for value in text:
            if self._real and self._scribe.glyphs is not None and value.isdigit():
                ink = self._scribe.glyphs.pick(int(value), rng)
                out.append(leant(thickened(ink, self._weight), self._lean))
            else:
                out.append(write_character(value, self.writer, HEIGHT, rng))
        return out

    def word(self, rng: np.random.Generator, text: str = "", *, size: float = 1.0) -> Piece:
        """Writes a word; each of its letters is a mark of its own, where it is known.

        Args:
            rng: the source of all chance.
            text: what it says, if a font writes it; a real hand's words are what they are.
            size: factor on the height of the letters.
        """
        if self._words_by_face and self._face is not None:
            return self._set(self._face, text or words.subject(rng), size, rng)
        if self.hand is None or not len(self.hand.hands.words):
            return self.mark(rng)
        place = int(rng.choice(self.hand.hands.words))
        high = HEIGHT * rng.uniform(0.8, 1.35)
        fine = replace(self.hand, pen=self.hand.pen * rng.uniform(0.55, 0.9))  # letters are small in words
        ink = fine.write_sample(place, high, rng)
        ink = scaled(ink, size * self.height / HEIGHT)
        return Piece(ink, _slices(ink, len(str(self.hand.hands.strokes.texts[place]))), 0.85 * ink.shape[0])

    def letters(self, text: str, rng: np.random.Generator, *, size: float = 1.0) -> Piece:
        """Writes capital letters, digits and signs side by side, none of which is a number's."""
        if self._face is not None and (self.hand is None or rng.random() < 0.3 or not _capital(text)):
            return self._set(self._face, text, size, rng)
        row, inks = CharacterRow(replace(self.spacing, gap=max(0.05, min(self.spacing.gap, 0.2)))), []
        for value in text:
            inks.append(self._letter(value, rng))
            row.add(value if value in "+-" else "0", inks[-1], rng)
        whole, boxes = row.assembled()
        scale = size * self.height / HEIGHT
        found = [
            outline_of(ink, scale, (scale * box.x, scale * box.y))
            for ink, box in zip(inks, boxes, strict=True)
        ]
        marks = tuple(Mark(outline, spec.OTHER) for outline in found if outline is not None)
        return Piece(scaled(whole, scale), marks, scale * whole.shape[0])

    def _letter(self, value: str, rng: np.random.Generator) -> Image:
        if value in spec.CHARACTERS:
            return self._inks(value, rng)[0]
        places = self.hand.hands.shapes_of(value) if self.hand is not None else None
        if self.hand is None or places is None or not len(places):
            return drawn_mark(self.pen, rng, rings=False)
        return self.hand.write_sample(int(rng.choice(places)), HEIGHT * rng.uniform(0.85, 1.15), rng)

    def mark(self, rng: np.random.Generator, *, size: float = 1.0) -> Piece:
        """Draws a tick, a cross, a ring, a scribble, or a sign that no number has."""
        if self.hand is not None and rng.random() < 0.3:
            ink = self.hand.write_sample(self.hand.hands.mark(rng, alone=True), HEIGHT, rng)
        else:
            ink = drawn_mark(self.pen, rng)
        return piece_of(scaled(ink, size * self.height / HEIGHT))

    def struck(self, text: str, rng: np.random.Generator) -> Piece:
        """Writes a number and crosses it out: each of its digits is a mark that is no digit."""
        piece = self.number(text, rng)
        inside = self.height / HEIGHT
        large = scaled(piece.ink, 1 / inside)
        ink = struck_out(large, 0, large.shape[1], 1.3 * self.pen, rng, lines=len(text) > 1)
        changed = cv2.resize(ink, (piece.width, piece.height), interpolation=cv2.INTER_AREA)
        return replace(piece.as_other(), ink=np.asarray(changed, np.uint8))

    def ring(self, width: float, height: float, rng: np.random.Generator) -> Image:
        """Draws a ring around what is so wide and high, pixels: uint8 (H, W), 255 = ink, cut to it."""
        along = np.linspace(0, 2 * np.pi * rng.uniform(0.93, 1.1), 40) + rng.uniform(0, 2 * np.pi)
        room = rng.uniform(0.05, 0.35) * self.height
        across, down = (
            0.5 * width * rng.uniform(1.1, 1.3) + room,
            0.5 * height * rng.uniform(1.15, 1.4) + room,
        )
        points = np.stack([across * np.cos(along), down * np.sin(along)], 1) + rng.normal(0, 0.4, (40, 2))
        return draw_strokes([points.astype(np.float32)], max(1.0, self.pen * self.height), 0.2, rng)

    def signature(self, rng: np.random.Generator) -> Piece:
        """Writes a name in haste, as one mark for each stretch of it."""
        count = int(rng.integers(10, 22))
        x = np.cumsum(rng.uniform(-0.1, 0.5, count)) * HEIGHT * 0.5
        y = HEIGHT * rng.uniform(0.1, 1.2, count)
        points = curve(np.stack([x, y], 1)).astype(np.float32)
        ink = draw_strokes([points], max(1.2, self.pen * HEIGHT), 0.3, rng)
        ink = scaled(ink, rng.uniform(0.8, 1.3) * self.height / HEIGHT)
        return Piece(ink, _slices(ink, max(1, round(ink.shape[1] / self.height))), 0.8 * ink.shape[0])

    def _set(self, face: Face, text: str, size: float, rng: np.random.Generator) -> Piece:
        """Sets a word in a font that looks like handwriting."""
        return set_text(face, text, 1.35 * size * self.height * float(np.exp(rng.normal(0, 0.06))))


def _slices(ink: Image, count: int) -> tuple[Mark, ...]:
    """Cuts a word into as many marks as it has letters, for want of knowing where each begins."""
    edges = np.linspace(0, ink.shape[1], count + 1).round().astype(int).tolist()
    found = [
        outline_of(np.ascontiguousarray(ink[:, start:stop]), shift=(start, 0.0))
        for start, stop in pairwise(edges)
        if stop > start
    ]
    return tuple(Mark(outline, spec.OTHER) for outline in found if outline is not None)


def _capital(text: str) -> bool:
    return all(value.isupper() or value in spec.CHARACTERS or value in SIGNS for value in text)
