"""Pictures of what the held-out writers wrote, to judge models by: digits, slashed zeros, letters, numbers.

Drawn by a fixed seed from the pen strokes, so that no file of pictures is needed. No training sees these
writers.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.data.datasets import data_dir, dataset_of
from inkdigits.data.labelled import Dataset, Known
from inkdigits.data.strokes import Strokes, held_writers, load_strokes, strokes_file
from inkdigits.errors import DataError
from inkdigits.training.draw.by_hand import write_by_hand
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import LIKE_DIGITS, Hands, draw_strokes
from inkdigits.training.draw.raster import overlay, scaled
from inkdigits.training.draw.texts import random_text

__all__ = ["HELD", "HELD_NAMES", "held_sets", "label_of"]

Image = NDArray[np.uint8]

HELD = "strokes_held"
SETS = ("digits", "slashed", "letters", "numbers")
HELD_NAMES = (HELD, *(f"{HELD}_{part}" for part in SETS))
"""The name of all sets, and of each."""

PAPER = 96  # pixels; least side of the paper of a digit or a letter
DIGIT = 60  # pixels; height of a digit or a letter on it
WIDEST = 76.0  # pixels; of the same
WORD = 40  # pixels; height of a word
MARGIN = 14  # pixels; paper around what is longer than its paper
SIZES = (16.0, 48.0)  # pixels; height of a number's digits, smallest and largest
PENS = (0.05, 0.15)  # width of the pen, thinnest and thickest, as shares of the height
COMPOSED = 1000  # numbers by the writers' own characters, beside all those that they wrote as a whole
SIGNED = 0.3  # of these; dates, times, sums, shares

CHARACTERS = spec.CHARACTERS + ",'"  # that numbers are composed of

_SEED = 14
_BESIDE = re.compile(r"[()#$']")  # what stands beside a number, or in it, and is no part of it


def held_sets(name: str = HELD) -> list[Dataset]:
    """Returns the sets of a name: all four, or one of them.

    Args:
        name: ``strokes_held``, or that with ``_digits``, ``_slashed``, ``_letters`` or ``_numbers``.

    Raises:
        DataError: the pen strokes are not there, or hold out nobody.
    """
    path = strokes_file(data_dir())
    strokes = load_strokes(path)
    writers = held_writers(strokes)
    held = np.isin(strokes.writers, list(writers))
    wanted = [part for part in SETS if name in (HELD, f"{HELD}_{part}")]
    digits = held & (strokes.kinds == "digit")
    sets = {
        "digits": lambda: _characters(strokes, digits, "digits"),
        "slashed": lambda: _characters(strokes, digits & strokes.slashed, "slashed"),
        "letters": lambda: _letters(strokes, held),
        "numbers": lambda: _numbers(strokes, held, Hands(strokes, writers, digit_height=HEIGHT)),
    }
    single = held & np.isin(strokes.kinds, ("digit", "sign"))
    missing = sorted(set(CHARACTERS) - set(strokes.texts[single].tolist()))
    if missing:
        raise DataError(
            f"{path} holds out too few writers: expected {CHARACTERS} of them, found no {' '.join(missing)}; "
            "delete it and run: inkdigits data strokes"
        )
    return [sets[part]() for part in wanted]


def label_of(text: str) -> str:
    """Returns what is to be read of a number that a person wrote: no brackets, no mark at its end."""
    return _BESIDE.sub("", text).rstrip(",.:;").replace(",", ".")


def _characters(strokes: Strokes, chosen: NDArray[np.bool_], part: str) -> Dataset:
    rng = np.random.default_rng(_SEED)
    places = np.flatnonzero(chosen).tolist()
    pictures = tuple(_on_paper(_drawn(strokes, place, DIGIT, rng, WIDEST), PAPER) for place in places)
    return dataset_of(f"{HELD}_{part}", pictures, [str(strokes.texts[place]) for place in places])


def _letters(strokes: Strokes, held: NDArray[np.bool_]) -> Dataset:
    """Letters that no digit looks like, and words; nothing of them is to be answered."""
    rng = np.random.default_rng(_SEED)
    pictures: list[Image] = []
    labels: list[str] = []
    expects: list[Known] = []
    for place in np.flatnonzero(held & np.isin(strokes.kinds, ("letter", "word"))).tolist():
        text, word = str(strokes.texts[place]), str(strokes.kinds[place]) == "word"
        if set(text) <= LIKE_DIGITS or any(value.isdigit() for value in text):
            continue
        size, widest, paper = (WORD, np.inf, 0) if word else (DIGIT, WIDEST, PAPER)
        pictures.append(_on_paper(_drawn(strokes, place, size, rng, widest), paper))
        labels.append(text)
        expects.append("number" if word else "digit")
    kinds = ["word" if expect == "number" else "letter" for expect in expects]
    return dataset_of(f"{HELD}_letters", tuple(pictures), labels, expects=expects, kinds=kinds)


def _numbers(strokes: Strokes, held: NDArray[np.bool_], hands: Hands) -> Dataset:
    """Numbers as they were written, and others by one writer's characters each."""
    rng = np.random.default_rng(_SEED)
    pictures: list[Image] = []
    labels: list[str] = []
    kinds: list[str] = []

    def add(ink: Image, text: str, how: str) -> None:
        size = float(np.exp(rng.uniform(*np.log(SIZES)))) / HEIGHT
        pictures.append(_on_paper(scaled(ink, size), 0))
        labels.append(label_of(text))
        kinds.append(f"{how}, {_holding(labels[-1])}")

    for place in np.flatnonzero(held & (strokes.kinds == "number")).tolist():
        add(_drawn(strokes, place, HEIGHT, rng), str(strokes.texts[place]), "whole")
    for _ in range(COMPOSED):
        written = write_by_hand(random_text(rng, signs=SIGNED), hands.hand(rng), rng)
        add(written.ink, written.text, "composed")
    expects: list[Known] = ["number"] * len(labels)
    return dataset_of(f"{HELD}_numbers", tuple(pictures), labels, expects=expects, kinds=kinds)


def _holding(text: str) -> str:
    return "digits" if text.isdigit() else "signs" if set(text) & set("+/:%") else "points and dashes"


def _drawn(
    strokes: Strokes, place: int, height: int, rng: np.random.Generator, widest: float = np.inf
) -> Image:
    """Draws a sample as it is, with a pen of a width drawn by chance.

    Args:
        strokes: the samples.
        place: which of them.
        height: pixels; of the pen's way from top to bottom.
        rng: the source of all chance.
        widest: pixels; what is wider is drawn less high.

    Returns:
        uint8 (H, W), 255 = ink, cut to the ink.
    """
    lines = strokes.sample(place)
    wide, high = np.ptp(np.concatenate(lines), axis=0).tolist()
    scale = min(height / max(high, 1e-3), widest / max(wide, 1e-3))
    pen = float(np.exp(rng.uniform(*np.log(PENS)))) * height
    return draw_strokes([points * np.float32(scale) for points in lines], max(1.2, pen), 0.0, rng)


def _on_paper(ink: Image, least: int) -> Image:
    """Puts ink in the middle of white paper: uint8 (H, W), 0 = ink."""
    high, wide = (max(least, side + 2 * MARGIN) for side in ink.shape)
    sheet = np.zeros((high, wide), np.uint8)
    overlay(sheet, ink, (high - ink.shape[0]) // 2, (wide - ink.shape[1]) // 2)
    return 255 - sheet
