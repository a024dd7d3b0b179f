"""Two models on one number: the number model reads it whole, the digit model names what stands apart.

Where they agree, the answer stays as sure as it is. Where they do not, one of them is wrong: their odds are
set against each other, and the likelier one is as sure as the other leaves it. A digit model that knows what
is no digit (``spec.OTHER``) can so make a number less sure, and never takes a digit out of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.characters import Apart, Character, is_blank
from inkdigits.find.number import NumberCrop
from inkdigits.recognition.text import Character as Read
from inkdigits.recognition.text import Transcript

__all__ = ["agreed"]

Floats = NDArray[np.floating]


def agreed(
    read: Transcript,
    crop: NumberCrop,
    apart: Apart,
    chances: Floats,
    *,
    labels: str,
    frames: float,
    fits: Callable[[str], bool] | None = None,
) -> Transcript:
    """Weighs what the number model read against what the digit model makes of each character.

    Args:
        read: what the number model read.
        crop: where it read that.
        apart: the characters that stand apart in the crop, without those that were read as signs.
        chances: float (N, labels), calibrated, of each of these characters.
        labels: what the digit model can answer, in order.
        frames: frames of the number model for one column of the crop.
        fits: tells whether a text may stand there; None if all may.

    Returns:
        The likelier text of those that may stand there. It is the number model's where characters touch, and
        where signs are read or the digit model sees no digit.
    """
    if not apart.characters:
        return read
    digits = "".join(labels[index] for index in chances.argmax(axis=1))
    named_digits = digits.replace(spec.OTHER, "")
    plain = "".join(character.value for character in read.characters if character.value.isdigit())
    if digits != named_digits == plain:  # in what is left, neither model sees a digit
        seen = [index for index, value in enumerate(digits) if value != spec.OTHER]
        apart = Apart([apart.characters[index] for index in seen], apart.marks)
        return agreed(read, crop, apart, chances[seen], labels=labels, frames=frames)
    named = float(np.prod(chances.max(axis=1)))
    if digits == plain:
        if apart.marks:
            return read
        without = _without_invented_points(read, crop, apart.characters, named)
        return without if fits is None or fits(without.text) else _doubted(read, 0.5)
    narrow = len(digits) == 1 and apart.characters[0].is_narrow  # hardly two digits that touch
    if not narrow and not len(plain) <= len(digits) <= len(plain) + 1:
        return read  # some touch and are seen as one, or edges of boxes are seen as ones
    odds = _log_odds(read.probability), _log_odds(named)
    confidence = _share(odds[0] - spec.DIGIT_MODEL_WEIGHT * odds[1])
    if confidence >= 0.5 or narrow or plain != read.text or digits != named_digits:
        if len(named_digits) > len(plain):  # what stands there was left out: the digit model counts whole
            confidence = _share(odds[0] - odds[1])
        return _doubted(read, confidence)
    if fits is not None and not fits(named_digits):
        return _doubted(read, confidence)
    others = [character for character in read.characters if character.value == spec.OTHER]
    characters = [
        _named(character, row, labels, frames)
        for character, row in zip(apart.characters, chances, strict=True)
    ]
    in_order = sorted((*characters, *others), key=lambda character: character.centre)
    return Transcript(tuple(in_order), min(named, 1 - confidence))


def _without_invented_points(
    read: Transcript, crop: NumberCrop, characters: list[Character], named: float
) -> Transcript:
    """Takes out points where there is nothing but paper between two digits."""
    kept: list[Read] = []
    digits = 0
    for character in read.characters:
        if character.value == "." and 0 < digits < len(characters):
            before, after = characters[digits - 1], characters[digits]
            if is_blank(crop.shades, before.last + 1, after.first - 1):
                continue
        digits += character.value.isdigit()
        kept.append(character)
    if len(kept) == len(read.characters):
        return read
    return replace(read, characters=tuple(kept), probability=min(read.probability, named))


def _doubted(read: Transcript, confidence: float) -> Transcript:
    return replace(read, probability=min(read.probability, confidence))


def _named(character: Character, chances: Floats, labels: str, frames: float) -> Read:
    order = [index for index in np.argsort(-chances, kind="stable") if labels[index] != spec.OTHER]
    ranked = tuple((labels[index], float(chances[index])) for index in order)
    centre = (character.first + character.last) / 2 * frames
    return Read(ranked[0][0], ranked[0][1], centre, ranked[1:4])


def _share(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


def _log_odds(probability: float) -> float:
    safe = min(max(probability, 1e-6), 1 - 1e-6)
    return float(np.log(safe / (1 - safe)))
