"""A picture of which nobody says what it holds: the finder tells, and a lone number is read twice.

What stands in several rows is a page, and what the finder finds is what there is. One digit or one number is
read whole, as when it had been asked for, and then compared with what its marks are named: what both read is
as sure as the less sure of them, what they read differently is not sure.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.kind import find, find_one
from inkdigits.find.linking import numbers_of, rows_of
from inkdigits.ink.shades import Inks
from inkdigits.readings import Number
from inkdigits.recognition.evidence import Answered, Evidence, log_odds
from inkdigits.recognition.finding import LEAST, read_looked
from inkdigits.recognition.interpret import AllModels, Rows, interpret
from inkdigits.recognition.look import Looked, look

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language

__all__ = ["by_both"]

SURELY = 0.5  # probability of a mark from which it has a say in what a picture holds
AS_HIGH = 0.5  # of the height of most writing; lower ones are dirt and pieces of print beside a number
CUT = 0.05  # of its height; a mark so close to the picture's side is cut by it
APART = 2.0  # of the higher one's height; numbers so far apart in a row are two
UNHEARD = 0.3  # probability that is left to what a lone number is where the finder sees none there
AT_MOST = 0.85  # probability of what is read in two ways; of real ones read whole three of five are right
BETTER = 3.0  # times as likely must be what the marks are named, to be taken for what was read whole
FAR_LIKELIER = (
    30.0  # the same of a digit: the digit model knows more of them, but may be shown a box's corner
)


def by_both(inks: Inks, models: AllModels, language: Language | None, *, cropped: bool) -> tuple[Rows, bool]:
    """Reads a picture that may hold a digit, a number or a page.

    Args:
        inks: the picture and its ink.
        models: what finds and reads.
        language: the texts that fit; None for all.
        cropped: whether it may be cut out around a digit; a whole sheet of paper is not.

    Returns:
        The numbers in rows, and whether it was taken for a single digit.
    """
    large = min(inks.picture.shape[:2]) >= spec.PAGE_LEAST_SIDE
    seen = look(inks, models.finder, askew=large)
    digits = _digits(seen)
    rows_seen = _rows(seen, digits)
    if seen.place is not None or _is_page(seen, rows_seen, large=large):
        rows = read_looked(seen, models, "page", language)
        if rows:
            return rows, False
    one = find_one(inks, cropped=cropped, several=len(rows_seen) == 1 and int(digits.sum()) > 1)
    if one.kind == "digit" and language and not language.has_single(models.digits.bundle.labels):
        one = find(inks, "number")  # it is none: none would fit
    single = one.kind == "digit"
    read = interpret(one, inks.picture.shape, models, language)
    if not read:
        return read, single
    found = read_looked(seen, models, "digit" if single else "number", language)
    most = (
        AT_MOST if single and rows_seen and _has_sign(seen, rows_seen[0]) else 1.0
    )  # .5, or a 5 and a speck
    return _compared(read, found, most, single=single), single


def _rows(seen: Looked, digits: NDArray[np.bool_]) -> list[list[NDArray[np.intp]]]:
    """Returns the numbers with such digits, in rows."""
    marks = seen.page.marks
    return rows_of(marks, [number for number in numbers_of(marks) if digits[number].any()])


def _is_page(seen: Looked, rows: list[list[NDArray[np.intp]]], *, large: bool) -> bool:
    """Tells whether numbers stand in several rows of a large picture, or far apart in one."""
    marks = seen.page.marks
    if len(rows) >= spec.PAGE_LEAST_ROWS:
        return large  # in a small one they are pieces
    for row in rows:
        boxes = [marks.places[number] for number in row]
        for left, right in pairwise(boxes):
            gap = float((right[:, 0] - right[:, 2] / 2).min() - (left[:, 0] + left[:, 2] / 2).max())
            if gap > APART * max(left[:, 3].max(), right[:, 3].max()):
                return True
    return False


def _has_sign(seen: Looked, row: list[NDArray[np.intp]]) -> bool:
    """Tells whether a point or another sign surely belongs to one of a row's numbers."""
    marks = seen.page.marks
    named = marks.chances.argmax(axis=1)
    signs = (named >= len(spec.DIGITS)) & (named != spec.NUMBER_LABELS.index(spec.OTHER))
    return any(bool((signs[number] & (marks.scores[number] > SURELY)).any()) for number in row)


def _digits(seen: Looked) -> NDArray[np.bool_]:
    """Returns which marks are digits of the numbers that a picture was taken for, bool (M,)."""
    marks = seen.page.marks
    height, width = seen.page.ink.shades.shape
    middles, sides = marks.places[:, :2], marks.places[:, 2:]
    room = CUT * sides[:, 1:]
    low, high = middles - sides / 2 - room, middles + sides / 2 + room
    whole = (low >= 0).all(axis=1) & (high <= (width, height)).all(axis=1)
    digits = (marks.chances.argmax(axis=1) < len(spec.DIGITS)) & (marks.scores > SURELY) & whole
    if not digits.any():
        return digits
    heights = np.sort(sides[digits, 1])
    large = np.cumsum(heights**2)  # half of the writing is higher, however much dirt there is
    return digits & (sides[:, 1] > AS_HIGH * heights[np.searchsorted(large, large[-1] / 2)])


def _compared(read: Rows, found: Rows, most: float = 1.0, *, single: bool) -> Rows:
    """Returns a lone number, at most so sure, as reading it twice leaves it, or the likelier answer."""
    whole, marked = read[0][0], found[0][0] if found else None
    first = whole.number
    if marked is None:
        return [[_lone(whole, None, UNHEARD * first.confidence)]]
    second = marked.number
    if second.text == first.text:
        return [[_lone(whole, marked, min(first.confidence, second.confidence, most))]]
    seen = second.confidence * _marked(marked)
    one, other = (min(max(chance, LEAST), 1 - LEAST) for chance in (first.confidence, seen))
    # Both cannot be right: how likely each is, if one of them is or none.
    ways = np.array([one * (1 - other), other * (1 - one), (1 - one) * (1 - other)])
    ways = np.minimum(ways / ways.sum(), AT_MOST)
    if ways[1] > (FAR_LIKELIER if single else BETTER) * ways[0]:
        return [[_lone(marked, whole, float(ways[1]))]]
    return [[_lone(whole, marked, float(ways[0]))]]


def _lone(taken: Answered, other: Answered | None, confidence: float) -> Answered:
    """Returns the answer of a lone number with what reading it in another way says for or against it.

    Args:
        taken: as it is answered.
        other: as it was read in the other way; None where that found nothing.
        confidence: how sure both leave it.
    """
    told = None if taken.evidence is None else partial(_told_by_both, taken, other)
    return taken._replace(number=_as_sure(taken.number, confidence), evidence=told, lone=True)


def _told_by_both(taken: Answered, other: Answered | None) -> Evidence:
    """Returns the evidence of one of two ways of reading, with what the other one says of its text."""
    if taken.evidence is None:
        raise ValueError("expected an answer with evidence, received one without")
    own = taken.evidence()
    if other is None:
        return own
    alike = other.number.text == taken.number.text
    odds = log_odds(other.number.confidence)
    if not alike:
        return own._replace(named=min(own.named, -odds) if own.marked else -odds, alike=0.0)
    marks = None if other.evidence is None else other.evidence()
    if marks is None:
        return own._replace(named=odds, alike=1.0)
    return own._replace(named=odds, alike=1.0, marked=marks.marked, linked=marks.linked)


def _marked(found: Answered) -> float:
    """Returns the probability that each mark of a number is there, of the least sure one."""
    return 1.0 if found.evidence is None else float(1 / (1 + np.exp(-found.evidence().marked)))


def _as_sure(number: Number, confidence: float) -> Number:
    digits = number.digits
    if len(digits) == 1:
        digits = (replace(digits[0], confidence=confidence),)
    return replace(number, confidence=confidence, digits=digits)
