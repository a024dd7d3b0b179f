"""Model answers → numbers: characters with boxes in the picture, confidences and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box, Digit, Number
from inkdigits.recognition.language import gain_of
from inkdigits.recognition.normalize import number_scale
from inkdigits.recognition.prepare import DigitInput, NumberInput

if TYPE_CHECKING:
    from inkdigits.recognition.text import Transcript

__all__ = ["among_fitting", "digit_answer", "frames_of", "likelier", "number_answer", "softmax", "with_boxes"]

Floats = NDArray[np.float32]


def digit_answer(
    inputs: list[DigitInput], probabilities: Floats, labels: str, fits: Sequence[bool] | None = None
) -> tuple[Number, int]:
    """Weighs the ways to see a digit by how sure the model is of each.

    The mean over the ways, not the surest way alone: where they contradict each other, the confidence
    says so.

    Args:
        inputs: the ways, at least one.
        probabilities: float32 (N, labels), calibrated, one row a way.
        labels: what the model can answer, in order.
        fits: whether each of them may stand there, at least one; None if all may.

    Returns:
        The answer, and the index of the way that speaks for it most.
    """
    scores = np.log(probabilities.max(axis=1)) + np.array([way.prior for way in inputs])
    weights = softmax(spec.CHOICE_SHARPNESS * scores[None])[0]
    row = weights @ probabilities
    if fits is not None:
        row = among_fitting(row, fits)
    order = [index for index in np.argsort(-row, kind="stable") if fits is None or fits[index]]
    ranked = tuple((labels[index], float(row[index])) for index in order)
    value, confidence = ranked[0]
    best = int(np.argmax(weights * probabilities[:, order[0]]))
    box = inputs[best].box
    return Number(value, confidence, box, (Digit(value, confidence, box, ranked[1:4]),)), best


def among_fitting(probabilities: Floats, fits: Sequence[bool]) -> Floats:
    """Returns how sure each digit is if some may not stand there.

    Args:
        probabilities: float32 (…, labels), calibrated; each row sums to 1.
        fits: whether each label may stand there.
    """
    fitting = probabilities * np.asarray(fits, np.float32)
    return fitting * gain_of(np.minimum(fitting.sum(axis=-1, keepdims=True), np.float32(1)))


def likelier(inputs: list[NumberInput], transcripts: list[Transcript]) -> int:
    """Returns which of several ways to see one number the model is surest of, a character on average.

    What is a digit in one of them is seldom nothing: the model is surer of less. A point may be dirt.
    """
    scores = [
        np.log(max(read.probability, 1e-12)) / max(1, len(read.characters))
        + way.prior
        + spec.GAIN_DIGIT * sum(character.value.isdigit() for character in read.characters)
        for way, read in zip(inputs, transcripts, strict=True)
    ]
    return int(np.argmax(scores))


def frames_of(seen: NumberInput) -> float:
    """Returns how many frames of the number model one column of an input's crop is."""
    return _scale_of(seen) / spec.FRAME_WIDTH


def number_answer(seen: NumberInput, read: Transcript) -> Number:
    """Puts the characters of a transcript to their places in the picture."""
    if not read.characters:
        return Number("", read.probability, seen.box)
    solid = seen.crop.ink > spec.SOLID
    width = solid.shape[1]
    scale = _scale_of(seen)
    middles = [(character.centre + 0.5) * spec.FRAME_WIDTH for character in read.characters]
    centres = [min(max(0, int((x - spec.NUMBER_MARGIN) / scale)), width - 1) for x in middles]
    edges = [0, *(_cut(solid, *pair) for pair in pairwise(centres)), width]
    digits = tuple(
        Digit(
            character.value, character.probability, _place(seen, solid, left, right), character.alternatives
        )
        for character, (left, right) in zip(read.characters, pairwise(edges), strict=True)
    )
    return Number(read.text, read.probability, seen.box, digits)


def with_boxes(number: Number, place: Callable[[Box], Box]) -> Number:
    """Returns a number whose boxes are where ``place`` puts them."""
    digits = tuple(replace(digit, box=place(digit.box)) for digit in number.digits)
    return replace(number, box=place(number.box), digits=digits)


def _scale_of(seen: NumberInput) -> float:
    height, width = seen.crop.ink.shape
    return number_scale((seen.crop.row.height if seen.crop.row else height, width))


def softmax(logits: NDArray[np.floating]) -> Floats:
    """Returns float32 probabilities of each row of logits."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)


def _cut(solid: NDArray[np.bool_], before: int, after: int) -> int:
    """Returns the column that divides two characters, given where the model is surest of each.

    It is surest early, most often a seventh into a character, at times before it begins. So the cut is looked
    for around the second place: amid the longest run of the columns with least ink.
    """
    apart = max(1, after - before)
    first = before + round(0.4 * apart)
    inked = solid[:, first : after + apart // 4 + 1].sum(axis=0)
    turns = np.flatnonzero(np.diff(np.concatenate(([False], inked == inked.min(), [False]))))
    starts, ends = turns[::2], turns[1::2]
    longest = int(np.argmax(ends - starts))
    return first + int(starts[longest] + ends[longest]) // 2


def _place(seen: NumberInput, solid: NDArray[np.bool_], first: int, last: int) -> Box:
    """Returns the box, in the picture, of the ink between two columns of the crop, up to the second."""
    crop, width = seen.crop, solid.shape[1]
    first = min(first, width - 1)
    last = max(first + 1, last)
    part = solid[:, first:last]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not rows.size:
        rows, columns = np.flatnonzero(solid.any(axis=1)), np.array([0, last - first - 1])
    x, y = first + int(columns[0]), int(rows[0])
    wide, tall = int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
    zoom = seen.box.width / crop.box.width  # from the ink image to the picture
    x, y = x + crop.frame.x - crop.box.x, y + crop.frame.y - crop.box.y
    return Box(
        max(0, seen.box.x + int(x * zoom)),
        max(0, seen.box.y + int(y * zoom)),
        max(1, round(wide * zoom)),
        max(1, round(tall * zoom)),
    )
