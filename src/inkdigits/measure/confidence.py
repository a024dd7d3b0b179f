"""What confidence is worth: is an answer right as often as it says, and what does staying silent buy?

Answers are described by two arrays with one entry each: ``confidences`` (float in 0..1, the probability that
the answer is right) and ``correct`` (bool).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "CALIBRATION_BINS",
    "OperatingPoint",
    "ReliabilityBins",
    "RiskCoverage",
    "area_under_risk_coverage",
    "brier_score",
    "expected_calibration_error",
    "operating_point",
    "reliability_bins",
    "risk_coverage",
]

CALIBRATION_BINS = 15  # equal-width bins over 0..1, as many as Guo et al. use (arXiv 1706.04599)
BIN_EDGES = np.linspace(0.0, 1.0, CALIBRATION_BINS + 1)


class ReliabilityBins(NamedTuple):
    """Answers grouped by confidence, bin i holding ``edges[i] < confidence <= edges[i + 1]`` (0 is in bin 0).

    Attributes:
        edges: float64 (bins + 1,), from 0 to 1.
        answers: int64 (bins,), how many are in the bin.
        correct: int64 (bins,), right ones among them.
        confidence: float64 (bins,), mean confidence; NaN in an empty bin.
        accuracy: float64 (bins,), the share that is right; NaN in an empty bin.
    """

    edges: NDArray[np.float64]
    answers: NDArray[np.int64]
    correct: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]


class RiskCoverage(NamedTuple):
    """The error among the k most confident answers, for k from 1 to n.

    Attributes:
        coverage: float64 (n,), k / n.
        risk: float64 (n,), the share of wrong ones among the k; answers of equal confidence share their
            errors evenly, so that the order in which they came does not count.
    """

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]


class OperatingPoint(NamedTuple):
    """A confidence from which on to answer: (threshold, share answered, share of wrong answers)."""

    threshold: float
    coverage: float
    risk: float


# ---- Calibration ----


def reliability_bins(confidences: ArrayLike, correct: ArrayLike) -> ReliabilityBins:
    """Groups answers into 15 equal-width bins of confidence (n,) and counts the right ones (n,)."""
    values, right = _answers(confidences, correct)
    index = np.searchsorted(BIN_EDGES[1:-1], values, side="left")
    answers = np.bincount(index, minlength=CALIBRATION_BINS)
    hits = np.bincount(index[right], minlength=CALIBRATION_BINS)
    total = np.bincount(index, weights=values, minlength=CALIBRATION_BINS)
    filled = np.where(answers, answers, np.nan)
    return ReliabilityBins(
        BIN_EDGES.copy(), answers.astype(np.int64), hits.astype(np.int64), total / filled, hits / filled
    )


def expected_calibration_error(confidences: ArrayLike, correct: ArrayLike) -> float:
    """Returns the mean distance in 0..1 of a bin's confidence and its accuracy, weighted by its answers."""
    bins = reliability_bins(confidences, correct)
    distance = np.abs(bins.confidence - bins.accuracy)
    return float(np.nansum(distance * bins.answers) / bins.answers.sum())


def brier_score(confidences: ArrayLike, correct: ArrayLike) -> float:
    """Returns the mean squared distance of confidence and being right (Brier, 1950), 0..1; 0 is best.

    Who always says 0.5 gets 0.25. It counts both whether confidences are right on average and whether they
    tell right answers from wrong ones.
    """
    values, right = _answers(confidences, correct)
    return float(((values - right) ** 2).mean())


# ---- The price of staying silent ----


def risk_coverage(confidences: ArrayLike, correct: ArrayLike) -> RiskCoverage:
    """Returns the error among the k most confident answers for every k; both inputs are (n,)."""
    values, right = _answers(confidences, correct)
    n = len(values)
    group, sizes, wrong = _groups(values, right)
    kept = np.arange(1, n + 1)
    risk = np.cumsum((wrong / sizes)[group]) / kept
    return RiskCoverage(kept / n, np.clip(risk, 0.0, 1.0))


def area_under_risk_coverage(confidences: ArrayLike, correct: ArrayLike) -> float:
    """Returns the mean of the risk-coverage curve (AURC, arXiv 1805.08206), 0..1; smaller is better."""
    return float(risk_coverage(confidences, correct).risk.mean())


def operating_point(confidences: ArrayLike, correct: ArrayLike, max_error: float) -> OperatingPoint:
    """Returns where to start answering so that most is answered and at most ``max_error`` of it is wrong.

    Answers of equal confidence cannot be told apart, so they are given together or not at all. When no
    threshold keeps the error, nothing is answered: threshold infinity, coverage 0, risk 0.
    """
    values, right = _answers(confidences, correct)
    _, sizes, wrong = _groups(values, right)
    answered, errors = np.cumsum(sizes), np.cumsum(wrong)
    fits = np.flatnonzero(errors <= max_error * answered)
    if not len(fits):
        return OperatingPoint(math.inf, 0.0, 0.0)
    last = fits[-1]
    threshold = np.unique(values)[::-1][last]
    return OperatingPoint(
        float(threshold), float(answered[last] / len(values)), float(errors[last] / answered[last])
    )


def _groups(
    values: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Groups answers of equal confidence, the most confident first.

    Returns:
        The group of each answer in falling order (n,), and each group's answers and errors (groups,).
    """
    _, index = np.unique(-values, return_inverse=True)
    sizes = np.bincount(index).astype(np.int64)
    wrong = np.bincount(index[~right], minlength=len(sizes)).astype(np.int64)
    return np.sort(index).astype(np.int64), sizes, wrong


def _answers(confidences: ArrayLike, correct: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values = np.asarray(confidences, dtype=np.float64)
    right = np.asarray(correct, dtype=bool)
    if values.ndim != 1 or values.shape != right.shape or not len(values):
        raise ValueError(
            "confidences and correct must be two arrays of one length above 0, "
            f"received shapes {values.shape} and {right.shape}"
        )
    if not ((values >= 0) & (values <= 1)).all():  # NaN fails this too
        raise ValueError("confidences must be in 0..1")
    return values, right
