"""Confidence and accepted risk → "ok" or "unsure": the one place where that is decided."""

from __future__ import annotations

from inkdigits.readings import Status

__all__ = ["decide"]


def decide(confidence: float, max_error: float) -> Status:
    """Returns "ok" if an answer may be given without a question mark, else "unsure".

    Args:
        confidence: calibrated probability in 0..1 that the answer is right.
        max_error: the highest probability of being wrong, 0..1, of an answer that is "ok".
    """
    return "ok" if 1 - confidence <= max_error else "unsure"
