"""Model answers → numbers: characters with boxes in the picture, confidences and alternatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.characters import share_ink
from inkdigits.readings import Box, Digit, Number
from inkdigits.recognition.normalize import number_scale
from inkdigits.recognition.prepare import DigitInput, NumberInput

if TYPE_CHECKING:
    from inkdigits.recognition.text import Transcript

__all__ = [
    "among_fitting",
    "around",
    "centres_of",
    "columns_of",
    "digit_answer",
    "frames_of",
    "likelier",
    "number_answer",
    "softmax",
    "with_boxes",
]

Floats = NDArray[np.float32]


def digit_answer(
    inputs: list[DigitInput], probabilities: Floats, labels: str, fits: Sequence[bool] | None = None
) -> tuple[Number, int]:
    """Weighs the ways to see a digit by how sure the model is of each.

    The mean over the ways, not the surest way alone: where they contradict each other, the confidence
    says so. What the model takes for no digit (``spec.OTHER``) is answered with the likeliest digit all the
    same, and as little sure as the model leaves it.

    Args:
        inputs: the ways, at least one.
        probabilities: float32 (N, labels), calibrated, one row a way.
        labels: what the model can answer, in order; ``spec.OTHER`` may be one of them.
        fits: whether each of them may stand there, at least one; None if all may.

    Returns:
        The answer, and the index of the way that speaks for it most.
    """
    scores = np.log(probabilities.max(axis=1)) + np.array([way.prior for way in inputs])
    weights = softmax(spec.CHOICE_SHARPNESS * scores[None])[0]
    row = weights @ probabilities
    if fits is not None:
        row = among_fitting(row, fits)
    named = [label != spec.OTHER for label in labels] if fits is None else fits
    order = [index for index in np.argsort(-row, kind="stable") if named[index]]
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
    from inkdigits.recognition.language import gain_of  # only where something was said

    fitting = probabilities * np.asarray(fits, np.float32)
    return fitting * gain_of(np.minimum(fitting.sum(axis=-1, keepdims=True), np.float32(1)))


def likelier(inputs: list[NumberInput], transcripts: list[Transcript]) -> int:
    """Returns which of several ways to see one number the model is surest of, a character on average.

    What is a digit in one of them is seldom nothing: the model is surer of less. A point may be dirt.
    """
    scores = [
        np.log(max(read.probability, 1e-12)) / max(1, len(read.legible))
        + way.prior
        + spec.GAIN_DIGIT * sum(character.value.isdigit() for character in read.characters)
        for way, read in zip(inputs, transcripts, strict=True)
    ]
    return int(np.argmax(scores))


def frames_of(seen: NumberInput) -> float:
    """Returns how many frames of the number model one column of an input's crop is."""
    return _scale_of(seen) / spec.FRAME_WIDTH


def number_answer(seen: NumberInput, read: Transcript) -> Number:
    """Puts the characters of a transcript to their places in the picture.

    What is no character of a number (``spec.OTHER``) is left out. Beside the number, as a word, a unit or a
    currency sign, it makes it no less sure, and is not in its box. Where it touches a character, or stands
    between two and is no apostrophe, what is left may not be what is written: the number, and the characters
    beside it, are ``spec.OTHER_DISTURBS`` times as sure. It touches a character if more than
    ``spec.OTHER_SHARED`` of one piece of ink is on either side of the column that divides them, or if one of
    both has no ink of its own; it is an apostrophe if it ends above the middle of the characters left and
    right of it.
    """
    if not read.legible:
        return Number("", read.probability, seen.box)
    solid = seen.crop.ink > spec.SOLID
    spans = columns_of(seen, read)
    boxes = [_place(seen, solid, *span) for span in spans]
    disturbed = _disturbed(solid, spans, boxes, [character.value for character in read.characters])
    digits = tuple(
        Digit(
            character.value, _sureness(character.probability, index in disturbed), box, character.alternatives
        )
        for index, (character, box) in enumerate(zip(read.characters, boxes, strict=True))
        if character.value != spec.OTHER
    )
    alone = len(digits) == len(read.characters)
    box = seen.box if alone else around([digit.box for digit in digits])
    return Number(read.text, _sureness(read.probability, bool(disturbed)), box, digits)


def columns_of(seen: NumberInput, read: Transcript) -> list[tuple[int, int]]:
    """Returns for each character of a transcript its first column in the crop and the one behind its last.

    The columns from 0 to the crop's width are dealt out: where one character ends, the next begins.
    """
    solid = seen.crop.ink > spec.SOLID
    width = solid.shape[1]
    centres = centres_of(seen, read)
    return list(pairwise([0, *(_cut(solid, *pair) for pair in pairwise(centres)), width]))


def centres_of(seen: NumberInput, read: Transcript) -> list[int]:
    """Returns the column of the crop where each character of a transcript is surest."""
    width, scale = seen.crop.ink.shape[1], _scale_of(seen)
    middles = [(character.centre + 0.5) * spec.FRAME_WIDTH for character in read.characters]
    return [min(max(0, int((x - spec.NUMBER_MARGIN) / scale)), width - 1) for x in middles]


def _disturbed(
    solid: NDArray[np.bool_], spans: list[tuple[int, int]], boxes: list[Box], values: list[str]
) -> set[int]:
    """Returns which characters are in doubt for what is beside them and is no character."""
    own = [index for index, value in enumerate(values) if value != spec.OTHER]
    if len(own) == len(values):
        return set()
    found: set[int] = set()
    for index in (index for index, value in enumerate(values) if value == spec.OTHER):
        before = [other for other in own if other < index][-1:]
        after = [other for other in own if other > index][:1]
        found.update(
            beside
            for beside in (*before, *after)
            if abs(beside - index) == 1 and share_ink(solid, spans[beside], spans[index])
        )
        if before and after:
            level = (boxes[before[0]], boxes[after[0]])
            middle = (min(box.y for box in level) + max(box.y + box.height for box in level)) / 2
            if boxes[index].y + boxes[index].height > middle:
                found.update((*before, *after))
    return found


def _sureness(probability: float, disturbed: bool) -> float:
    return spec.OTHER_DISTURBS * probability if disturbed else probability


def around(boxes: list[Box]) -> Box:
    """Returns the smallest box that holds others."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)


def with_boxes(number: Number, place: Callable[[Box], Box]) -> Number:
    """Returns a number whose boxes are where ``place`` puts them; its own is around those of its digits."""
    digits = tuple(replace(digit, box=place(digit.box)) for digit in number.digits)
    # Around the box of a long number that lies askew there would be much paper above and below it.
    box = around([digit.box for digit in digits]) if digits else place(number.box)
    return replace(number, box=box, digits=digits)


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
