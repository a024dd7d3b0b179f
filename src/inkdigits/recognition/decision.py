"""Confidence and accepted risk → "ok" or "unsure": the one place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from inkdigits.readings import Number, Reading, Status
from inkdigits.recognition.evidence import Answered

if TYPE_CHECKING:
    from inkdigits.recognition.bundle import Bundle

__all__ = ["accepted_risk", "decide", "decided", "weighed"]


def decide(confidence: float, max_error: float) -> Status:
    """Returns "ok" if an answer may be given without a question mark, else "unsure".

    Args:
        confidence: calibrated probability in 0..1 that the answer is right.
        max_error: the highest probability of being wrong, 0..1, of an answer that is "ok".
    """
    return "ok" if 1 - confidence <= max_error else "unsure"


def accepted_risk(reads: Bundle, finds: Bundle | None, max_error: float | None) -> float:
    """Returns the risk of an answer, 1 - confidence, above which it is unsure.

    Args:
        reads: of the model that reads.
        finds: of the finder; None where there is none, or it is not asked. What it finds is not measured by
            the curve of what rules find.
        max_error: the share of the sure answers that may be wrong, 0..1; None for what the bundles say.
    """
    if finds is not None and finds.risk is None:
        return reads.max_error if max_error is None else max_error
    return (finds or reads).accepted_risk(max_error)


def weighed(answered: Answered, by: Bundle | None) -> Number:
    """Returns a number as sure as what speaks for and against it makes it.

    Args:
        answered: the number and its evidence.
        by: whose models weigh the evidence; without one the number stays as sure as it is.

    Returns:
        The number. One that the models give no chance, or of which nothing is known, stays as it is.
    """
    number = answered.number
    model = None if by is None else by.lone if answered.lone else by.confidence
    if model is None or answered.evidence is None or number.confidence <= 0:
        return number
    return replace(number, confidence=model.confidence(answered.evidence()))


def decided(source: str, rows: Sequence[Sequence[Number]], max_error: float) -> Reading:
    """Returns the reading of a source with the numbers of its rows, at least one, each with its status."""
    numbers = tuple(_with_status(number, max_error) for row in rows for number in row)
    text = "\n".join(" ".join(number.text for number in row) for row in rows)
    confidence = min(number.confidence for number in numbers)
    return Reading(source, decide(confidence, max_error), text, confidence, numbers)


def _with_status(number: Number, max_error: float) -> Number:
    digits = tuple(replace(digit, status=decide(digit.confidence, max_error)) for digit in number.digits)
    return replace(number, digits=digits, status=decide(number.confidence, max_error))
