"""One digit or one number → what is written: the models are asked in each way to see it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from inkdigits import spec
from inkdigits.find.characters import Apart, characters_apart
from inkdigits.find.kind import DigitFound, Found, Kind, NumberFound, find
from inkdigits.ink.shades import Inks
from inkdigits.recognition.answers import columns_of, digit_answer, frames_of, likelier, number_answer
from inkdigits.recognition.bars import less_a_bar, sides_cut
from inkdigits.recognition.evidence import Answered, evidence_of
from inkdigits.recognition.model import Model
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.prepare import NumberInput, inputs_of_digit, inputs_of_number

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language
    from inkdigits.recognition.text import Transcript

__all__ = ["AllModels", "Models", "Rows", "interpret", "read_one"]

Rows: TypeAlias = list[list[Answered]]
"""What is written, row by row: each number with the model's input that it was read from."""


class Models(Protocol):
    """Has a model of each kind, loaded when it is asked for; a reader is one."""

    @property
    def digits(self) -> Model:
        """The model that reads single digits."""
        ...

    @property
    def numbers(self) -> Model:
        """The model that reads whole numbers."""
        ...


class AllModels(Models, Protocol):
    """The same with a finder."""

    @property
    def finder(self) -> Model:
        """The model that finds marks."""
        ...


def read_one(inks: Inks, models: Models, kind: Kind, language: Language | None) -> Rows:
    """Reads a picture that holds one digit or one number; see :func:`interpret`."""
    return interpret(find(inks, kind), inks.picture.shape, models, language)


def interpret(found: Found, shape: tuple[int, ...], models: Models, language: Language | None = None) -> Rows:
    """Reads what was found in a picture.

    Args:
        found: the crops.
        shape: (H, W) of the picture.
        models: what reads them.
        language: the texts that fit; None for all.

    Returns:
        The numbers in rows, boxes in pixels of the picture; no row when nothing is written.

    Raises:
        ConfigError: the model can answer no text that fits.
    """
    if found.kind == "digit":
        return _digit(found, shape, models.digits, language)
    return _number(found, shape, models, language)


def _digit(found: DigitFound, shape: tuple[int, ...], model: Model, language: Language | None) -> Rows:
    ways = inputs_of_digit(found, shape)
    if not ways:
        return []
    chances = model.classify(np.stack([way.image for way in ways]))
    fits = None if language is None else language.single(model.bundle.labels)
    answer, best = digit_answer(ways, chances, model.bundle.labels, fits)
    return [[Answered(less_a_bar(answer, ways[best].sides), ways[best].image)]]


def _number(found: NumberFound, shape: tuple[int, ...], models: Models, language: Language | None) -> Rows:
    """Reads one number in each of the ways to see it, and keeps the likeliest; words alone are no number."""
    ways = inputs_of_number(found, shape)
    transcripts = _transcripts(ways, models, language)
    if not any(read.legible for read in transcripts):
        return []
    best = likelier(ways, transcripts)
    if not transcripts[best].legible:
        return []
    ink, crop = found.ways[best]
    return [[_answered(ways[best], transcripts[best], sides_cut(crop.box, ink.pixels.shape))]]


def _answered(seen: NumberInput, read: Transcript, sides: int) -> Answered:
    answer = less_a_bar(number_answer(seen, read), sides)
    return Answered(answer, seen.image, partial(evidence_of, seen, read, answer))


def _transcripts(inputs: list[NumberInput], models: Models, language: Language | None) -> list[Transcript]:
    """Reads each number, and hears the digit model on the characters that stand apart."""
    from inkdigits.recognition.agreement import agreed  # a picture of one digit need not wait for it

    if not inputs:
        return []
    transcripts = models.numbers.transcribe([seen.image for seen in inputs], language)
    apart = [
        _digits_apart(read, seen) if _doubtful(read, seen) else Apart([], marks=False)
        for seen, read in zip(inputs, transcripts, strict=True)
    ]
    images = [normalize_digit(character.ink) for parts in apart for character in parts.characters]
    if not images:
        return [_with_gain(read) for read in transcripts]
    model = models.digits
    chances, labels = model.classify(np.stack(images)), model.bundle.labels
    if language is not None:
        chances = chances * [label in language.characters or label == spec.OTHER for label in labels]
    starts = np.cumsum([0, *(len(parts.characters) for parts in apart)])
    fits = None if language is None else language.fits
    return [
        replace(
            _with_gain(
                agreed(
                    read,
                    seen.crop,
                    parts,
                    chances[start:stop],
                    labels=labels,
                    frames=frames_of(seen),
                    fits=fits,
                )
            ),
            other=read.other,
            alone=read.probability,
        )
        for read, seen, parts, (start, stop) in zip(transcripts, inputs, apart, pairwise(starts), strict=True)
    ]


def _with_gain(read: Transcript) -> Transcript:
    """Returns a text as probable as it is with what was said to stand there: the models have been heard."""
    return (
        read
        if read.gain == 1
        else replace(read, probability=min(1.0, read.probability * read.gain), gain=1.0)
    )


def _doubtful(read: Transcript, seen: NumberInput) -> bool:
    """Tells whether the digit model could make a number unsure, or less was read than stands there."""
    unsure = read.probability < spec.DIGIT_MODEL_HEARD or len(read.characters) < seen.crop.groups
    return bool(read.legible) and unsure


def _digits_apart(read: Transcript, seen: NumberInput) -> Apart:
    """Finds the characters that stand apart and are for the digit model to name.

    It knows no signs and no words: what stands where the number model read these is left out, by the middle
    of its columns. Points and minus signs are lower than digits and are never among them. Where a digit then
    has no character of its own, it touches a sign or a word: none is named.
    """
    apart = characters_apart(seen.crop.ink)
    if all(character.value.isdigit() or character.value in ".-" for character in read.characters):
        return apart
    spans = columns_of(seen, read)
    digits = {index for index, character in enumerate(read.characters) if character.value.isdigit()}
    middles = [(character.first + character.last) / 2 for character in apart.characters]
    owners = [next(i for i, (_, last) in enumerate(spans) if middle < last) for middle in middles]
    if not digits <= set(owners):
        return Apart([], apart.marks)
    kept = [one for one, owner in zip(apart.characters, owners, strict=True) if owner in digits]
    return Apart(kept, apart.marks)
