"""The finder's marks → what is written: the number model reads each number again, the digit model each mark.

Where what they read differs from what the finder has named, the number is less sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.linking import numbers_of, rows_of
from inkdigits.find.marks import Marks
from inkdigits.find.scan import quarters_of
from inkdigits.ink.shades import Inks
from inkdigits.ink.zoom import finder_ink
from inkdigits.readings import Box, Digit, Expect, Number
from inkdigits.recognition.answers import number_answer, with_boxes
from inkdigits.recognition.evidence import Answered, Evidence, MarkEvidence, evidence_of
from inkdigits.recognition.interpret import Models, Rows
from inkdigits.recognition.mark_crops import MarkedPage, in_picture, ink_of_mark, number_of_marks
from inkdigits.recognition.model import Model
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.prepare import NumberInput

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language
    from inkdigits.recognition.text import Transcript

__all__ = ["by_finder", "read_found"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]

FINDER_WEIGHT = 0.5  # of the finder's log chances of a mark against the digit model's
AGREED = 1.0  # log odds that a number is surer for being read alike twice
MOST = 0.97  # probability that either is given where they differ; one of them is wrong, and was as sure
LEAST = 1e-6  # probabilities below it are no smaller


@dataclass(frozen=True, slots=True)
class _Found:
    """A number that was found.

    Attributes:
        marks: its marks, as places among all.
        seen: how the number model sees it.
        chances: float64 (M, labels), what each mark may be, by finder and digit model.
    """

    marks: Places
    seen: NumberInput
    chances: Floats


def read_found(
    page: MarkedPage, models: Models, expect: Expect = "auto", language: Language | None = None
) -> Rows:
    """Reads the marks that were found in a picture.

    Args:
        page: the picture's ink and the marks in it.
        models: what reads them.
        expect: "number" joins what stands in one row, and the longest row is the answer; "digit" is answered
            with the surest mark; else everything that is found is read.
        language: the texts that fit; None for all.

    Returns:
        The numbers in rows, boxes in pixels of the picture.
    """
    marks = page.marks
    rows = rows_of(marks, numbers_of(marks))
    if expect == "number" and rows:
        longest = max(rows, key=lambda row: sum(marks.places[number, 3].sum() for number in row))
        rows = [[np.concatenate(longest)]]
    elif expect == "digit":
        rows = _surest(marks)
    if not rows:
        return []
    crops = [[number_of_marks(page, number) for number in row] for row in rows]
    seen = [one for row in crops for one in row]
    transcripts = models.numbers.transcribe([one.image for one in seen], language)
    chances = _named(page, [number for row in rows for number in row], models.digits)
    found = iter(zip(seen, transcripts, chances, strict=True))
    out: Rows = []
    for row in rows:
        answers: list[Answered] = []
        for number in row:
            one, read, named = next(found)
            there = _Found(number, one, named)
            answer = _answer(page, there, read, language)
            if answer.text and answer.confidence >= spec.PAGE_LEAST_CONFIDENCE:
                evidence = partial(_evidence, marks, there, read, answer)
                answers.append(Answered(answer, one.image, evidence))
        if answers:
            out.append(answers)
    return out


def by_finder(
    picture: Image, finder: Model, models: Models, expect: Expect, language: Language | None
) -> tuple[Rows, bool]:
    """Reads a picture in which the finder finds what it holds, also one that lies on a side or on its head.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        finder: the model that finds marks.
        models: what reads them.
        expect: of a "digit" or a "number" it is known which way is up; see :func:`read_found`.
        language: the texts that fit; None for all.

    Returns:
        The numbers in rows, and whether it was taken for a single digit.
    """
    ink = finder_ink(Inks(picture))
    afar = finder.from_afar(ink.shades)
    large = min(picture.shape[:2]) >= spec.PAGE_LEAST_SIDE and expect in ("auto", "page")
    quarters = quarters_of(afar) if large else 0
    if not quarters:
        marks = finder.find_marks(ink.shades, afar)
        return read_found(MarkedPage(ink, picture.shape, marks), models, expect, language), expect == "digit"
    upright = np.ascontiguousarray(np.rot90(picture, quarters))
    ink = finder_ink(Inks(upright))
    rows = read_found(MarkedPage(ink, upright.shape, finder.find_marks(ink.shades)), models, expect, language)
    place = partial(_turned_back, quarters=quarters, shape=picture.shape)
    return [[one._replace(number=with_boxes(one.number, place)) for one in row] for row in rows], False


def _turned_back(box: Box, quarters: int, shape: tuple[int, ...]) -> Box:
    """Returns the place, in a picture of (H, W), of a box in it turned anticlockwise by quarters."""
    height, width = shape[:2]
    x, y, wide, tall = box
    if quarters == 1:
        return Box(width - y - tall, x, tall, wide)
    if quarters == 2:
        return Box(width - x - wide, height - y - tall, wide, tall)
    return Box(y, height - x - wide, tall, wide)


def _surest(marks: Marks) -> list[list[Places]]:
    """Returns the digit that is surest, as a number alone."""
    digits = marks.chances[:, : len(spec.DIGITS)]
    if not len(marks):
        return []
    return [[np.array([int(np.argmax(marks.scores * digits.max(axis=1)))], np.intp)]]


def _named(page: MarkedPage, numbers: list[Places], model: Model) -> list[Floats]:
    """Returns what each mark of the numbers may be: the digit model is heard on digits."""
    marks = page.marks
    every = np.concatenate(numbers)
    chances = np.log(np.maximum(marks.chances[every], LEAST)).astype(np.float64)
    digit = np.flatnonzero(marks.chances[every].argmax(axis=1) < len(spec.DIGITS))
    if len(digit):
        images = np.stack([normalize_digit(ink_of_mark(page, every[place])) for place in digit])
        told = np.log(np.maximum(model.classify(images), LEAST))
        for column, label in enumerate(model.bundle.labels):
            place = spec.NUMBER_LABELS.index(label)
            chances[digit, place] = (
                FINDER_WEIGHT * chances[digit, place] + (1 - FINDER_WEIGHT) * told[:, column]
            )
    exact = np.exp(chances - chances.max(axis=1, keepdims=True))
    exact /= exact.sum(axis=1, keepdims=True)
    ends = np.cumsum([0, *(len(number) for number in numbers)])
    return [exact[start:stop] for start, stop in pairwise(ends)]


def _answer(page: MarkedPage, found: _Found, read: Transcript, language: Language | None) -> Number:
    """Puts together what the finder and the digit model name and what the number model reads."""
    labels, other = spec.NUMBER_LABELS, spec.NUMBER_LABELS.index(spec.OTHER)
    named = found.chances.copy()
    named[:, other] = 0
    best = named.argmax(axis=1)
    text = "".join(labels[place] for place in best)
    sure = float(np.prod(named.max(axis=1)))
    fits = language is None or language.fits(text)
    if text == read.text:
        odds = (_log_odds(sure) + _log_odds(read.probability)) / 2 + AGREED
        return _of_marks(page, found, best, 1 / (1 + np.exp(-odds)))
    first, second = min(sure, MOST) if fits else 0.0, min(read.probability, MOST)
    high, low = max(first, second), min(first, second)
    # Both cannot be right: how likely the surer one is if one of them is, and if it is as good as it says.
    confidence = high * high * (1 - low) / max(high * (1 - low) + low * (1 - high), LEAST)
    if first >= second:
        return _of_marks(page, found, best, confidence)
    answer = number_answer(found.seen, read)
    return Number(answer.text, min(confidence, answer.confidence), answer.box, answer.digits)


def _evidence(marks: Marks, found: _Found, read: Transcript, answer: Number) -> Evidence:
    """Returns what speaks for and against an answer, with what the finder says of its marks."""
    labels = spec.NUMBER_LABELS
    named = found.chances.copy()
    named[:, labels.index(spec.OTHER)] = 0
    text = "".join(labels[place] for place in named.argmax(axis=1))
    links = marks.links[found.marks]
    return evidence_of(
        found.seen,
        read,
        answer,
        MarkEvidence(
            named=float(np.prod(named.max(axis=1))),
            alike=text == read.text,
            marked=float(marks.scores[found.marks].min()),
            linked=float(min([1 - links[-1], *links[:-1]])),
            other=float(found.chances[:, labels.index(spec.OTHER)].max()),
        ),
    )


def _of_marks(page: MarkedPage, found: _Found, best: Places, confidence: float) -> Number:
    """Returns a number that is written as its marks are named."""
    digits: list[Digit] = []
    for place, chances, label in zip(found.marks, found.chances, best, strict=True):
        x, y, width, height = (float(value) for value in page.marks.places[place])
        box = Box(
            max(0, round(x - width / 2)),
            max(0, round(y - height / 2)),
            max(1, round(width)),
            max(1, round(height)),
        )
        order = [
            other for other in np.argsort(-chances, kind="stable") if spec.NUMBER_LABELS[other] != spec.OTHER
        ]
        alternatives = tuple(
            (spec.NUMBER_LABELS[other], float(chances[other])) for other in order if other != label
        )[:3]
        digits.append(
            Digit(spec.NUMBER_LABELS[label], float(chances[label]), in_picture(box, page), alternatives)
        )
    text = "".join(digit.value for digit in digits)
    return Number(text, float(confidence), found.seen.box, tuple(digits))


def _log_odds(probability: float) -> float:
    safe = min(max(probability, LEAST), 1 - LEAST)
    return float(np.log(safe / (1 - safe)))
