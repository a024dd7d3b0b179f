"""When an answer is sure enough: the one place that decides between "ok" and "unsure"."""

from __future__ import annotations

from inkdigits.readings import Status

__all__ = ["decide"]


def decide(confidence: float, max_error: float) -> Status:
    """Returns the status of an answer.

    Args:
        confidence: calibrated probability, 0..1, that the answer is right.
        max_error: the highest probability of being wrong, 0..1, that is still "ok".
    """
    return "ok" if 1 - confidence <= max_error else "unsure"
