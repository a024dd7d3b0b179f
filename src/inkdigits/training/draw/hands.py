"""Real hands: the pen strokes of many writers, drawn with any pen, in any size, a little different each time.

A :class:`Hand` is one writer. It keeps pen, slant and width through a number and writes each character as
that writer did, one sample or another; what he or she never wrote is another writer's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.data.strokes import Strokes
from inkdigits.training.draw.raster import cut_to_ink

__all__ = ["Hand", "Hands", "draw_strokes"]

Image = NDArray[np.uint8]
Points = NDArray[np.float32]

LIKE_DIGITS = frozenset("OoDQIlJiSsZzBGbgqyT")  # letters that alone may as well be a digit
LIKE_ONES = frozenset("()[]^\\")
LETTERS_ALONE = 0.6  # of the marks that are no digit; the others are signs that numbers do not have
VALUES_LEAST = 5  # different digits that a writer has at least, to be one whose numbers are composed
WIDEST = 9.0  # width over height of what is written; a flat line as high as a digit would fill the paper
LEAST = 0.2  # of a sample's height of 1; what is smaller is a dot and stays one
RINGS = frozenset("089")  # are open where they were begun, written in haste
OPEN = 0.2  # of these
DENSE = 12  # points of a stroke from which its tremor is the digitiser's, too
SUBPIXELS = 4  # bits


@dataclass(frozen=True, eq=False)
class Hand:
    """One writer, with what stays alike through a number.

    Attributes:
        own: places of the samples of each character that the writer has.
        hands: all writers, from whom what is missing comes.
        pen: width of the stroke as a share of a digit's height.
        slant: columns to the right for a row up, beside the writer's own.
        aspect: factor on the width.
        swell: how much the pen's width changes along a stroke, as a share.
        smooth: standard deviation, in points, over which strokes are smoothed.
    """

    own: dict[str, NDArray[np.int64]]
    hands: Hands
    pen: float
    slant: float
    aspect: float
    swell: float
    smooth: float

    def write(self, value: str, height: float, rng: np.random.Generator) -> Image:
        """Writes one character.

        Args:
            value: a digit, or one of ``.,-+/:%'``.
            height: pixels; of the strokes' middle lines from top to bottom. Of a dash it is the width.
            rng: the source of all chance.

        Returns:
            uint8 (H, W), 255 = ink, cut to the ink.
        """
        places = self.own.get(value)
        if places is None:
            places = self.hands.samples_of(value)
        return self._drawn(int(rng.choice(places)), height, rng, along=value == "-")

    def write_sample(self, place: int, height: float, rng: np.random.Generator) -> Image:
        """Writes a sample as a whole, a word or a mark: uint8 (H, W), 255 = ink, cut to the ink."""
        return self._drawn(place, height, rng, along=False)

    def _drawn(self, place: int, height: float, rng: np.random.Generator, *, along: bool) -> Image:
        strokes = self.hands.strokes.sample(place)
        if str(self.hands.strokes.texts[place]) in RINGS and rng.random() < OPEN:
            strokes = [strokes[0][int(rng.uniform(0.03, 0.16) * len(strokes[0])) :], *strokes[1:]]
        sides = np.ptp(np.concatenate(strokes), axis=0)
        wide, tall = sides.tolist()
        scale = height / max(wide if along else 0.0, wide / WIDEST, tall, LEAST)
        slant, turn = self.slant + rng.normal(0, 0.04), rng.normal(0, 0.04)
        aspect = 1.0 if along else self.aspect * float(np.exp(rng.normal(0, 0.08)))
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        matrix = matrix @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag((aspect, 1.0)) * scale
        wave, phase = rng.normal(0, 0.018 * height, (2, 2)), rng.uniform(0, 2 * np.pi, (2, 2))
        moved = [_waved(_smoothed(points, self.smooth) @ matrix.T, height, wave, phase) for points in strokes]
        return draw_strokes(moved, max(1.2, self.pen * self.hands.digit_height), self.swell, rng)


class Hands:
    """All writers that one may learn from.

    Args:
        strokes: their samples.
        writers: which of the writers take part.
        digit_height: pixels; of a digit while a number is composed, by which pens are measured.
    """

    def __init__(self, strokes: Strokes, writers: Collection[int], *, digit_height: int) -> None:
        self.strokes, self.digit_height = strokes, digit_height
        taken = np.isin(strokes.writers, list(writers))
        single = taken & np.isin(strokes.kinds, ("digit", "sign"))
        self._of = {
            value: np.flatnonzero(single & (strokes.texts == value)) for value in spec.CHARACTERS + ",'"
        }
        digits = taken & (strokes.kinds == "digit")
        wanted = np.flatnonzero(single & np.isin(strokes.texts, list(self._of)))
        per_writer: dict[int, dict[str, list[int]]] = {}
        for place in wanted.tolist():
            own = per_writer.setdefault(int(strokes.writers[place]), {})
            own.setdefault(str(strokes.texts[place]), []).append(place)
        self._writers = [
            {value: np.array(places) for value, places in own.items()}
            for own in per_writer.values()
            if sum(value.isdigit() for value in own) >= VALUES_LEAST
        ]
        # Who wrote much is not heard as much more often: a thousand digits of one hand are one hand.
        weights = np.sqrt([sum(map(len, own.values())) for own in self._writers])
        self._weights = weights / weights.sum()
        self.words = np.flatnonzero(taken & (strokes.kinds == "word"))
        self.numbers = np.flatnonzero(taken & (strokes.kinds == "number"))
        self._shapes = np.flatnonzero(taken & np.isin(strokes.kinds, ("letter", "sign")))
        letters = taken & (strokes.kinds == "letter") & ~np.isin(strokes.texts, list(LIKE_DIGITS))
        self.letters = np.flatnonzero(letters)
        signs = (
            taken & (strokes.kinds == "sign") & ~np.isin(strokes.texts, [*self._of, "|", "!", "'", "`", "_"])
        )
        self.signs = np.flatnonzero(signs)
        self.lone_signs = np.flatnonzero(signs & ~np.isin(strokes.texts, list(LIKE_ONES)))
        self.digits = np.flatnonzero(digits)

    def samples_of(self, value: str) -> NDArray[np.int64]:
        """Returns the places of all samples of a character."""
        return self._of[value]

    def shapes_of(self, value: str) -> NDArray[np.int64]:
        """Returns the places of all samples of a letter or a sign, also one like a digit; maybe none."""
        return self._shapes[self.strokes.texts[self._shapes] == value]

    def hand(self, rng: np.random.Generator) -> Hand:
        """Returns a writer, drawn by chance, with a pen of his or her own."""
        own = self._writers[int(rng.choice(len(self._writers), p=self._weights))]
        return Hand(
            own,
            self,
            pen=float(np.exp(rng.uniform(np.log(0.045), np.log(0.17)))),
            slant=float(rng.normal(0, 0.12)),
            aspect=float(np.exp(rng.normal(-0.05, 0.13))),
            swell=float(rng.uniform(0, 0.4)) if rng.random() < 0.5 else 0.0,
            smooth=float(rng.uniform(0.4, 1.6)),
        )

    def mark(self, rng: np.random.Generator, *, alone: bool = False) -> int:
        """Returns the place of a letter or a sign that no number has, drawn by chance.

        Args:
            rng: the source of all chance.
            alone: whether it will stand alone, where a bracket may as well be a 1.
        """
        signs = self.lone_signs if alone else self.signs
        return int(rng.choice(self.letters if rng.random() < LETTERS_ALONE else signs))


def draw_strokes(strokes: list[Points], pen: float, swell: float, rng: np.random.Generator) -> Image:
    """Draws strokes.

    Args:
        strokes: float (points, 2) each, pixels, x to the right and y down.
        pen: width of the pen, pixels.
        swell: how much it changes along a stroke, as a share.
        rng: the source of all chance.

    Returns:
        uint8 (H, W), 255 = ink, cut to the ink.
    """
    every = np.concatenate(strokes)
    margin = pen + 2
    low = every.min(axis=0) - margin
    width, height = (np.ceil(np.ptp(every, axis=0) + 2 * margin).astype(int) + 1).tolist()
    sheet = np.zeros((height, width), np.uint8)
    for points in strokes:
        fixed = np.round((points - low) * 2**SUBPIXELS).astype(np.int32)
        if len(fixed) == 1:
            fixed = np.concatenate((fixed, fixed + 1))
        pieces = 1 if swell == 0 or len(fixed) < 6 else int(rng.integers(2, 6))
        edges = np.linspace(0, len(fixed) - 1, pieces + 1).astype(int).tolist()
        for start, stop in pairwise(edges):
            here = max(1, round(pen * (1 + swell * rng.uniform(-0.5, 0.5))))
            piece = fixed[start : stop + 1].reshape(-1, 1, 2)
            cv2.polylines(sheet, [piece], False, (255,), here, cv2.LINE_AA, shift=SUBPIXELS)
    return cut_to_ink(sheet)


def _smoothed(points: Points, sigma: float) -> Points:
    """Takes out the steps of a coarse digitiser; ends stay where they are."""
    if len(points) < DENSE:
        return points
    reach = max(1, int(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(points, ((reach, reach), (0, 0)), mode="edge")
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], 1).astype(np.float32)


def _waved(
    points: NDArray[np.floating], height: float, wave: NDArray[np.float64], phase: NDArray[np.float64]
) -> Points:
    """Bends a character a little, all strokes of it alike."""
    turns = 2 * np.pi * points[:, ::-1] / max(height, 1.0)
    moved = points + wave[0] * np.sin(turns * 0.5 + phase[0]) + wave[1] * np.sin(turns + phase[1])
    return moved.astype(np.float32)
