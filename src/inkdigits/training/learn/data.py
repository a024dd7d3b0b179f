"""Training digits: data sets joined, brought to the model's input, and split."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.data.datasets import Dataset, load_dataset
from inkdigits.data.splits import stratified_split
from inkdigits.data.strokes import load_strokes
from inkdigits.errors import DataError, SourceError
from inkdigits.picture.sources import describe, load
from inkdigits.recognition.prepare import digit_inputs
from inkdigits.training.draw.digit import HEIGHT, digits_by_hand, marks_by_hand, write_digits
from inkdigits.training.draw.glyphs import HEIGHT as GLYPH_HEIGHT
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.learn.config import left_out
from inkdigits.training.learn.digit_scenes import digits_in_scenes
from inkdigits.training.learn.settings import Data, DigitData, FinderData, NumberData
from inkdigits.training.learn.writers import hands_of, strokes_file

__all__ = ["Digits", "Split", "digit_labels", "kept_of", "load_digits", "load_split", "part"]

HELD_SHARE = 0.1  # of what real hands write for the training; so much the held-out writers write


@dataclass(frozen=True)
class Digits:
    """Labelled digits in the model's convention.

    Attributes:
        images: uint8 (N, 28, 28), 255 = ink.
        labels: int64 (N,), 0..9.
        sources: (name, number of digits, SHA-256) of every data set.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    sources: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Split:
    """Digits to learn from and digits held out.

    Attributes:
        images: uint8 (N, 28, 28), 255 = ink.
        labels: int64 (N,), 0..9, and 10 for what is no digit.
        held_images: uint8 (M, 28, 28), never learned from.
        held_labels: int64 (M,).
        sources: (name, number of digits, SHA-256) of every data set.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    held_images: NDArray[np.uint8]
    held_labels: NDArray[np.int64]
    sources: tuple[tuple[str, int, str], ...]


def load_digits(settings: Data) -> Digits:
    """Loads and prepares the data sets that ``settings`` names; what the pen writes is no part of them.

    Raises:
        DataError: a set is missing or damaged, or has labels that are no digits.
    """
    images: list[NDArray[np.uint8]] = []
    labels: list[NDArray[np.int64]] = []
    sources: list[tuple[str, int, str]] = []
    for dataset in (load_dataset(name, "train") for name in settings.train):
        kept = kept_of(dataset.name, len(dataset), settings)
        images.append(_model_inputs(dataset)[kept])
        labels.append(digit_labels(dataset)[kept])
        sources.append((dataset.name, int(kept.sum()), dataset.sha256))
    return Digits(np.concatenate(images), np.concatenate(labels), tuple(sources))


def kept_of(name: str, count: int, settings: Data) -> NDArray[np.bool_]:
    """Returns which of a data set's digits take part, bool (count,): all but what ``leave_out`` names."""
    kept = np.ones(count, bool)
    if name == "mnist":
        unwanted = left_out(settings)
        kept[unwanted[unwanted < count]] = False
    return kept


def load_split(settings: Data, *, pen: bool = True) -> Split:
    """Loads, prepares and splits what ``settings`` names.

    Args:
        settings: what is learned from.
        pen: whether what the pen writes joins it; what is held out is the same without.

    Raises:
        DataError: a set is missing or damaged, has labels that are no digits, or too few of a class.
    """
    digits = load_digits(settings)
    labels = digits.labels
    rests: list[NDArray[np.int64]] = []
    helds: list[NDArray[np.int64]] = []
    start = 0
    for _, count, _ in digits.sources:  # each set alone: what is held out of it does not depend on the others
        parts = stratified_split(labels[start : start + count], settings.validation, settings.seed)
        for places, found in zip((rests, helds), parts, strict=True):
            places.append(found + start)
        start += count
    rest, held = np.concatenate(rests), np.concatenate(helds)
    if not len(held):
        raise DataError(
            f"none of the {len(labels)} digits of {', '.join(settings.train)} can be held out: expected a "
            "label that is there at least twice, found none; add digits"
        )
    return part(digits, rest, held, settings, pen=pen)


def part(
    digits: Digits, rest: NDArray[np.int64], held: NDArray[np.int64], settings: Data, *, pen: bool = True
) -> Split:
    """Returns some digits to learn from, with what the pen writes beside them, and others held out.

    Args:
        digits: all.
        rest: int64 (N,), which of them are learned from.
        held: int64 (M,), which are not.
        settings: how many the pen writes, and its seed; numbers are learned without.
        pen: whether it writes at all.
    """
    images, labels = [digits.images[rest]], [digits.labels[rest]]
    held_images, held_labels = [digits.images[held]], [digits.labels[held]]
    sources = digits.sources
    if _needs_strokes(settings):
        sources = (*sources, _strokes_source())
    if isinstance(settings, DigitData):
        written, values = write_digits(settings.pen if pen else 0, settings.seed)
        images.append(written)
        labels.append(values)
        if _needs_strokes(settings):
            if pen:
                glyphs = Glyphs(images[0], labels[0]) if settings.scenes else None
                _add_hands(images, labels, settings, glyphs, held=False)
            _add_hands(held_images, held_labels, settings, None, held=True)
    return Split(
        np.concatenate(images),
        np.concatenate(labels),
        np.concatenate(held_images),
        np.concatenate(held_labels),
        sources,
    )


def _add_hands(
    images: list[NDArray[np.uint8]],
    labels: list[NDArray[np.int64]],
    settings: DigitData,
    glyphs: Glyphs | None,
    *,
    held: bool,
) -> None:
    """Adds what real hands write: digits, alone and in scenes, and marks; a tenth of it is held out."""
    hands = hands_of(strokes_file(), held=held, digit_height=HEIGHT)
    share = HELD_SHARE if held else 1.0
    seed = settings.seed + held
    written, values = digits_by_hand(hands, round(share * settings.by_hand), seed)
    marks = marks_by_hand(hands, round(share * settings.others), seed)
    images += [written, marks]
    labels += [values, np.full(len(marks), len(spec.DIGITS), np.int64)]
    if settings.scenes:
        count, alone = round(share * settings.scenes), not settings.others
        seen, values = digits_in_scenes(
            hands_of(strokes_file(), held=held, digit_height=GLYPH_HEIGHT), glyphs, count, seed, alone=alone
        )
        images.append(seen)
        labels.append(values)


def _needs_strokes(settings: Data) -> bool:
    if isinstance(settings, DigitData):
        return settings.by_hand > 0 or settings.others > 0 or settings.scenes > 0
    return isinstance(settings, (NumberData, FinderData)) and settings.by_hand > 0


def _strokes_source() -> tuple[str, int, str]:
    path = strokes_file()
    return "strokes", len(load_strokes(path)), hashlib.sha256(path.read_bytes()).hexdigest()


def _model_inputs(dataset: Dataset) -> NDArray[np.uint8]:
    """Returns uint8 (N, 28, 28): MNIST-like arrays as they are, pictures through the reader's own way."""
    if dataset.normalised:
        return np.asarray(dataset.images, np.uint8)
    out = np.zeros((len(dataset), spec.DIGIT_SIDE, spec.DIGIT_SIDE), np.uint8)
    for index, source in enumerate(dataset.images):
        try:
            candidates = digit_inputs(load(source))
        except SourceError as error:
            raise DataError(f"data set {dataset.name}: {error}; remove or replace that picture") from error
        if not candidates:
            raise DataError(
                f"data set {dataset.name}: no ink in {describe(source)}; remove that picture from it"
            )
        out[index] = candidates[0].image  # the likeliest by its place alone
    return out


def digit_labels(dataset: Dataset) -> NDArray[np.int64]:
    """Returns the labels of a data set of digits, int64 (N,); raises DataError if some are none."""
    wrong = sorted({label for label in dataset.labels if label not in spec.DIGITS or len(label) != 1})
    if wrong:
        raise DataError(
            f"data set {dataset.name} has labels {wrong[:5]} that are no digits; expected 0 to 9; "
            "remove them or choose another set"
        )
    return np.array([int(label) for label in dataset.labels], np.int64)
