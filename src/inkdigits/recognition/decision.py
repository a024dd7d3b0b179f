"""Confidence and accepted risk → "ok" or "unsure": the one place where that is decided."""

from __future__ import annotations

from inkdigits.readings import Number, Status

__all__ = ["decide", "is_sure"]


def decide(confidence: float, max_error: float) -> Status:
    """Returns "ok" if an answer may be given without a question mark, else "unsure".

    Args:
        confidence: calibrated probability in 0..1 that the answer is right.
        max_error: the highest probability of being wrong, 0..1, of an answer that is "ok".
    """
    return "ok" if 1 - confidence <= max_error else "unsure"


def is_sure(number: Number, max_error: float) -> bool:
    """Tells whether one number of a page would be "ok" if it stood alone, at this ``max_error`` in 0..1."""
    return decide(number.confidence, max_error) == "ok"
