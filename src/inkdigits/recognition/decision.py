"""Confidence and accepted risk → "ok" or "unsure": the one place where that is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inkdigits.readings import Number, Reading, Status

__all__ = ["decide", "decided"]


def decide(confidence: float, max_error: float) -> Status:
    """Returns "ok" if an answer may be given without a question mark, else "unsure".

    Args:
        confidence: calibrated probability in 0..1 that the answer is right.
        max_error: the highest probability of being wrong, 0..1, of an answer that is "ok".
    """
    return "ok" if 1 - confidence <= max_error else "unsure"


def decided(source: str, rows: Sequence[Sequence[Number]], max_error: float) -> Reading:
    """Returns the reading of a source with the numbers of its rows, at least one, each with its status."""
    numbers = tuple(_with_status(number, max_error) for row in rows for number in row)
    text = "\n".join(" ".join(number.text for number in row) for row in rows)
    confidence = min(number.confidence for number in numbers)
    return Reading(source, decide(confidence, max_error), text, confidence, numbers)


def _with_status(number: Number, max_error: float) -> Number:
    digits = tuple(replace(digit, status=decide(digit.confidence, max_error)) for digit in number.digits)
    return replace(number, digits=digits, status=decide(number.confidence, max_error))
