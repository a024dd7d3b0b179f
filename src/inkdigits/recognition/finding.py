"""The finder's marks → what is written: the number model reads each number again, the digit model each mark.

Where what they read differs from what the finder has named, the number is less sure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.linking import numbers_of, rows_of
from inkdigits.find.marks import Marks
from inkdigits.readings import Box, Digit, Expect, Number
from inkdigits.recognition.answers import around, number_answer, softmax, with_boxes
from inkdigits.recognition.bars import less_a_bar, sides_cut
from inkdigits.recognition.evidence import Answered, Evidence, MarkEvidence, evidence_of
from inkdigits.recognition.hand import in_hand, likeness, weighed
from inkdigits.recognition.interpret import Models, Rows
from inkdigits.recognition.look import Looked
from inkdigits.recognition.mark_crops import MarkedPage, boxes_of_ink, ink_of_mark, number_of_marks
from inkdigits.recognition.model import Model
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.prepare import NumberInput

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language
    from inkdigits.recognition.text import Transcript

__all__ = ["LEAST", "read_found", "read_looked"]

Image = NDArray[np.uint8]
Floats = NDArray[np.floating]
Places = NDArray[np.intp]

FINDER_WEIGHT = 0.5  # of the finder's log chances of a mark against the digit model's
MOST = 0.97  # probability that either is given where they differ; one of them is wrong, and was as sure
IN_A_WORD = 0.6  # as sure is a number for each letter that stands close before or behind it
MARKED = 0.4  # probability from which a letter is there
STANDS_CLOSE = 0.5  # of the higher one's height; a letter so near belongs with it
SEEN = 0.45  # score below which a mark may be nothing; a number of such alone is none
SURELY_SEEN = 0.6  # score from which a mark is there
SURELY_LINKED = 0.6  # probability, of links made and not made, from which a number is whole and alone
LEAST = 1e-6  # probabilities below it are no smaller


@dataclass(frozen=True, slots=True)
class _Found:
    """A number that was found.

    Attributes:
        marks: its marks, as places among all.
        seen: how the number model sees it.
        chances: float64 (M, labels), what each mark may be, by finder and digit model.
        boxes: of the ink of each mark, pixels of the picture.
    """

    marks: Places
    seen: NumberInput
    chances: Floats
    boxes: list[Box]


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
    known = expect in ("digit", "number")  # what stands there is one
    alone = expect == "digit"  # which is cut out and read whole besides; of a bar alone no finder is sure
    least = 0.0 if alone else SEEN
    rows = rows_of(marks, [number for number in numbers_of(marks) if marks.scores[number].max() > least])
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
    numbers = [number for row in rows for number in row]
    chances, likes = _named(page, numbers, models.digits)
    found = iter(zip(seen, transcripts, chances, likes, strict=True))
    other = marks.chances.argmax(axis=1) == spec.NUMBER_LABELS.index(spec.OTHER)
    letters = marks.places[other & (marks.scores > MARKED)]
    out: Rows = []
    for row in rows:
        answers: list[Answered] = []
        for number in row:
            one, alone_read, named, like = next(found)
            there, read = _Found(number, one, named, boxes_of_ink(page, number)), alone_read
            answer = _answer(there, read, language)
            if like.any():
                there, read = replace(there, chances=weighed(named, like)), in_hand(alone_read, like)
                if language is not None and not language.fits(read.text):
                    read = alone_read
                answer = _little_surer(_answer(there, read, language), answer)
            doubts = IN_A_WORD ** _letters(marks, letters, number)
            doubts *= 1.0 if alone else min(1.0, float(marks.scores[number].min()) / SURELY_SEEN)
            if not known:
                doubts *= min(1.0, _linked(marks, number) / SURELY_LINKED)
            answer = replace(answer, confidence=answer.confidence * doubts)
            answer = less_a_bar(answer, sides_cut(answer.box, page.shape))
            # A grade's plus or a full stop alone is no number, unless such a text is asked for.
            told = language is not None or any(map(str.isdigit, answer.text))
            if language is not None and answer.confidence < spec.PAGE_LEAST_CONFIDENCE:
                answer = _unfit(there)
            elif answer.confidence < spec.PAGE_LEAST_CONFIDENCE:
                continue
            if answer.text and told:
                evidence = partial(_evidence, marks, there, read, answer)
                answers.append(Answered(answer, one.image, evidence))
        if answers:
            out.append(answers)
    return out


def read_looked(looked: Looked, models: Models, expect: Expect, language: Language | None) -> Rows:
    """Reads the marks of a picture, boxes in pixels of the picture as it lies; see :func:`read_found`."""
    rows = read_found(looked.page, models, expect, language)
    place = looked.place
    if place is None:
        return rows
    return [[one._replace(number=with_boxes(one.number, place)) for one in row] for row in rows]


def _surest(marks: Marks) -> list[list[Places]]:
    """Returns the digit that is surest, as a number alone."""
    digits = marks.chances[:, : len(spec.DIGITS)]
    if not len(marks):
        return []
    return [[np.array([int(np.argmax(marks.scores * digits.max(axis=1)))], np.intp)]]


def _named(page: MarkedPage, numbers: list[Places], model: Model) -> tuple[list[Floats], list[Floats]]:
    """Returns what each mark of the numbers may be, and its likeness to the page's other digits.

    The digit model is heard on digits, and so is the hand that wrote the page.
    """
    marks = page.marks
    every = np.concatenate(numbers)
    chances = np.log(np.maximum(marks.chances[every], LEAST)).astype(np.float64)
    likes = np.zeros((len(every), len(spec.DIGITS)))
    digit = np.flatnonzero(marks.chances[every].argmax(axis=1) < len(spec.DIGITS))
    if len(digit):
        images = np.stack([normalize_digit(ink_of_mark(page, every[place])) for place in digit])
        told = np.log(np.maximum(model.classify(images), LEAST))
        for column, label in enumerate(model.bundle.labels):
            place = spec.NUMBER_LABELS.index(label)
            chances[digit, place] = (
                FINDER_WEIGHT * chances[digit, place] + (1 - FINDER_WEIGHT) * told[:, column]
            )
        likes[digit] = likeness(images, softmax(chances[digit])[:, : len(spec.DIGITS)])
    exact = np.exp(chances - chances.max(axis=1, keepdims=True))
    exact /= exact.sum(axis=1, keepdims=True)
    ends = np.cumsum([0, *(len(number) for number in numbers)])
    parts = list(pairwise(ends))
    return [exact[start:stop] for start, stop in parts], [likes[start:stop] for start, stop in parts]


def _answer(found: _Found, read: Transcript, language: Language | None) -> Number:
    """Puts together what the finder and the digit model name and what the number model reads."""
    labels, other = spec.NUMBER_LABELS, spec.NUMBER_LABELS.index(spec.OTHER)
    named = found.chances.copy()
    named[:, other] = 0
    best = named.argmax(axis=1)
    text = "".join(labels[place] for place in best)
    sure = float(np.prod(named.max(axis=1)))
    fits = language is None or language.fits(text)
    if text == read.text:
        # No surer for being read alike twice: what misleads one, as an open 4, misleads the other.
        odds = (_log_odds(sure) + _log_odds(read.probability)) / 2
        return _of_marks(found, best, 1 / (1 + np.exp(-odds)))
    first, second = min(sure, MOST) if fits else 0.0, min(read.probability, MOST)
    high, low = max(first, second), min(first, second)
    # Both cannot be right: how likely the surer one is if one of them is, and if it is as good as it says.
    confidence = high * high * (1 - low) / max(high * (1 - low) + low * (1 - high), LEAST)
    if first >= second:
        return _of_marks(found, best, confidence)
    answer = number_answer(found.seen, read)
    box = around(found.boxes)
    return Number(answer.text, min(confidence, answer.confidence), box, answer.digits)


def _little_surer(answer: Number, by_itself: Number) -> Number:
    """Returns an answer in the page's hand, half as much surer: the hand may be another one's."""
    if answer.text != by_itself.text:
        return answer
    odds = (_log_odds(answer.confidence) + _log_odds(by_itself.confidence)) / 2
    return replace(answer, confidence=min(answer.confidence, 1 / (1 + float(np.exp(-odds)))))


def _unfit(found: _Found) -> Number:
    """Returns a number that does not fit as it is written, without confidence; or no text."""
    named = found.chances.copy()
    named[:, spec.NUMBER_LABELS.index(spec.OTHER)] = 0
    if float(np.prod(named.max(axis=1))) < spec.PAGE_LEAST_CONFIDENCE:
        return Number("", 0.0, found.seen.box)
    return _of_marks(found, named.argmax(axis=1), 0.0)


def _letters(marks: Marks, letters: Floats, number: Places) -> int:
    """Returns how many marks that are no characters stand close beside a number in its line, 0 to 2."""
    ends = marks.places[number[[0, -1]]]
    count = 0
    for (x, y, width, height), side in zip(ends, (-1, 1), strict=True):
        middles, sides = letters[:, :2], letters[:, 2:]
        high = np.maximum(sides[:, 1], height)
        gap = side * (middles[:, 0] - x) - (sides[:, 0] + width) / 2
        level = np.abs(middles[:, 1] - y) < 0.5 * np.minimum(sides[:, 1], height)
        alike = np.minimum(sides[:, 1], height) > 0.4 * high
        count += bool((level & alike & (gap < STANDS_CLOSE * high) & (gap > -0.5 * width)).any())
    return count


def _linked(marks: Marks, number: Places) -> float:
    """Returns how likely it is that a number's marks belong together, and that none follows."""
    links = marks.links[number]
    return float(min([1 - links[-1], *links[:-1]]))


def _evidence(marks: Marks, found: _Found, read: Transcript, answer: Number) -> Evidence:
    """Returns what speaks for and against an answer, with what the finder says of its marks."""
    labels = spec.NUMBER_LABELS
    named = found.chances.copy()
    named[:, labels.index(spec.OTHER)] = 0
    text = "".join(labels[place] for place in named.argmax(axis=1))
    return evidence_of(
        found.seen,
        read,
        answer,
        MarkEvidence(
            named=float(np.prod(named.max(axis=1))),
            alike=text == read.text,
            marked=float(marks.scores[found.marks].min()),
            linked=_linked(marks, found.marks),
            other=float(found.chances[:, labels.index(spec.OTHER)].max()),
        ),
    )


def _of_marks(found: _Found, best: Places, confidence: float) -> Number:
    """Returns a number that is written as its marks are named."""
    digits: list[Digit] = []
    for box, chances, label in zip(found.boxes, found.chances, best, strict=True):
        order = [
            other for other in np.argsort(-chances, kind="stable") if spec.NUMBER_LABELS[other] != spec.OTHER
        ]
        alternatives = tuple(
            (spec.NUMBER_LABELS[other], float(chances[other])) for other in order if other != label
        )[:3]
        digits.append(Digit(spec.NUMBER_LABELS[label], float(chances[label]), box, alternatives))
    text = "".join(digit.value for digit in digits)
    return Number(text, float(confidence), around(found.boxes), tuple(digits))


def _log_odds(probability: float) -> float:
    safe = min(max(probability, LEAST), 1 - LEAST)
    return float(np.log(safe / (1 - safe)))
