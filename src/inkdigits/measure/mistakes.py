"""What is wrong with an answer to a whole number, told from the two texts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from inkdigits.spec import DIGITS

__all__ = ["KINDS", "count_mistakes", "kind_of_mistake"]

KINDS = (
    "nothing read",
    "point or sign",
    "one digit for another",
    "a digit missing",
    "a digit too many",
    "more than that",
)
"""In the order of tables; an answer is of the first kind that fits."""


def kind_of_mistake(label: str, answer: str) -> str | None:
    """Names what is wrong.

    Args:
        label: what is written.
        answer: what was read; "" for nothing.

    Returns:
        One of ``KINDS``; None when nothing is.
    """
    if answer == label:
        return None
    if not answer:
        return "nothing read"
    true, read = (_digits_of(text) for text in (label, answer))
    if true == read:
        return "point or sign"
    if len(true) == len(read) and sum(a != b for a, b in zip(true, read, strict=True)) == 1:
        return "one digit for another"
    if _shortened_to(true, read):
        return "a digit missing"
    if _shortened_to(read, true):
        return "a digit too many"
    return "more than that"


def count_mistakes(labels: Iterable[str], answers: Iterable[str]) -> dict[str, int]:
    """Counts the mistakes of each kind, in the order of ``KINDS``, those that do not occur too."""
    kinds = (kind_of_mistake(label, answer) for label, answer in zip(labels, answers, strict=True))
    counts = Counter(kind for kind in kinds if kind)
    return {kind: counts[kind] for kind in KINDS}


def _digits_of(text: str) -> str:
    return "".join(character for character in text if character in DIGITS)


def _shortened_to(longer: str, shorter: str) -> bool:
    """Tells whether leaving out one character of one makes the other."""
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))
