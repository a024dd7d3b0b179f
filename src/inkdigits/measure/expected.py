"""How many answers are wrong, from their confidences alone: what can be said without labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from inkdigits.readings import Reading

__all__ = ["ExpectedErrors", "count_of_errors", "expected_errors"]


@dataclass(frozen=True, slots=True)
class ExpectedErrors:
    """The errors that are expected among the answers to pictures whose labels nobody knows.

    They are as right as the confidences are calibrated on such pictures: an estimate, not a measurement. What
    was missed cannot be known of.

    Attributes:
        name: of the pictures.
        pictures: how many.
        empty: in how many nothing was read.
        failed: how many could not be read.
        numbers: how many numbers were read, a digit alone counts as one.
        sure: how many of these have status "ok".
        expected: errors that are expected among all numbers.
        low: lower end of the 95 % interval of their count, if each confidence is the probability it says.
        high: its upper end.
        sure_expected: errors that are expected among the sure numbers.
        sure_low: lower end of their interval.
        sure_high: its upper end.
    """

    name: str
    pictures: int
    empty: int
    failed: int
    numbers: int
    sure: int
    expected: float
    low: int
    high: int
    sure_expected: float
    sure_low: int
    sure_high: int

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures as JSON-ready values, under the names of the attributes."""
        return asdict(self)


def expected_errors(name: str, readings: Iterable[Reading]) -> ExpectedErrors:
    """Returns what the confidences of some readings say about their errors."""
    every = list(readings)
    numbers = [number for reading in every for number in reading.numbers]
    risks = [1 - number.confidence for number in numbers]
    sure = [1 - number.confidence for number in numbers if number.status == "ok"]
    low, high = count_of_errors(risks)
    sure_low, sure_high = count_of_errors(sure)
    return ExpectedErrors(
        name=name,
        pictures=len(every),
        empty=_count(every, "empty"),
        failed=_count(every, "error"),
        numbers=len(numbers),
        sure=len(sure),
        expected=float(sum(risks)),
        low=low,
        high=high,
        sure_expected=float(sum(sure)),
        sure_low=sure_low,
        sure_high=sure_high,
    )


def count_of_errors(risks: ArrayLike, level: float = 0.95) -> tuple[int, int]:
    """Returns the interval of a count of errors, each of which happens or not by itself.

    Args:
        risks: float (N,) in 0..1, the probability of each error.
        level: the interval holds the count with at least this probability.

    Returns:
        Its ends, by the exact distribution of the count (Poisson's binomial).
    """
    chances = np.ones(1)  # of 0, 1, 2, … errors among those counted so far
    for risk in np.clip(np.asarray(risks, np.float64), 0.0, 1.0).tolist():
        if risk:
            chances = np.append(chances, 0.0) * (1 - risk) + np.append(0.0, chances) * risk
    below, tail = np.cumsum(chances), (1 - level) / 2
    low = int(np.searchsorted(below, tail, "right"))
    high = int(np.searchsorted(below, 1 - tail, "left"))
    last = len(chances) - 1
    return min(low, last), min(high, last)


def _count(readings: Sequence[Reading], status: str) -> int:
    return sum(reading.status == status for reading in readings)
