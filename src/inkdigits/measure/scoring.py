"""How good the answers are: accuracy, calibration and the price of staying silent, in NumPy alone.

A scored set is described by arrays with one entry a picture: ``confidences`` (float in 0..1, the
probability that the answer is right) and ``correct`` (bool). A picture without an answer has confidence 0
and counts as wrong: nothing is ever dropped from ``n``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkdigits.measure.intervals import clopper_pearson
from inkdigits.spec import DIGITS

__all__ = [
    "CALIBRATION_BINS",
    "Confusion",
    "OperatingPoint",
    "ReliabilityBins",
    "RiskCoverage",
    "Score",
    "area_under_risk_coverage",
    "clopper_pearson",
    "confusion_matrix",
    "expected_calibration_error",
    "operating_point",
    "reliability_bins",
    "risk_coverage",
    "score",
]

CALIBRATION_BINS = 15  # equal-width bins over 0..1, as many as Guo et al. use (arXiv 1706.04599)
BIN_EDGES = np.linspace(0.0, 1.0, CALIBRATION_BINS + 1)
ACCEPTED_ERROR = 0.01  # the error at which a score states the share that could be answered


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one set.

    Attributes:
        name: the set's name.
        n: pictures in the set, with those that could not be read.
        correct: how many got the right answer, "unsure" ones included.
        accuracy: ``correct / n``.
        low: lower end of the exact 95 % interval of the accuracy (Clopper-Pearson).
        high: its upper end.
        expected_calibration_error: mean distance of confidence and accuracy over 15 equal-width bins.
        area_under_risk_coverage: mean error over all shares of most confident answers; 0 is perfect.
        answered: pictures with status "ok", the answers that a user gets without a question mark.
        answered_correct: how many of those are right.
        empty: pictures in which no ink was found.
        failed: pictures that could not be read.
        coverage_at_1_percent_error: the largest share that could be answered with at most 1 % wrong.
        to_reject: no label has a digit, so every answer is wrong and ``answered`` counts false accepts.
        seconds: wall-clock time spent on reading.
    """

    name: str
    n: int
    correct: int
    accuracy: float
    low: float
    high: float
    expected_calibration_error: float
    area_under_risk_coverage: float
    answered: int
    answered_correct: int
    empty: int
    failed: int
    coverage_at_1_percent_error: float
    to_reject: bool
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures as JSON-ready values, under the names of the attributes."""
        return asdict(self)


class Confusion(NamedTuple):
    """How often each label got each answer.

    Attributes:
        rows: the true labels.
        columns: the answers; "" at the end stands for no answer.
        counts: int64 (rows, columns).
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: NDArray[np.int64]


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


def score(
    name: str,
    labels: Sequence[str],
    predictions: Sequence[str],
    confidences: ArrayLike,
    statuses: Sequence[str],
    *,
    seconds: float = 0.0,
) -> Score:
    """Returns the figures of a set.

    Args:
        name: the set's name.
        labels: the truth, one label a picture.
        predictions: the answers; "" where there is none.
        confidences: float (n,) in 0..1; 0 where there is no answer.
        statuses: "ok", "unsure", "empty" or "error".
        seconds: how long the reading took.

    Raises:
        ValueError: there is no picture, or the four do not have the same length.
    """
    n = len(labels)
    if n == 0:
        raise ValueError("a score needs at least one picture, received none")
    values = np.asarray(confidences, dtype=np.float64)
    if not len(predictions) == len(statuses) == n or values.shape != (n,):
        raise ValueError("labels, predictions, confidences and statuses must have the same length")
    # An empty answer to an empty label is still no answer.
    right = np.array([p == t and p != "" for t, p in zip(labels, predictions, strict=True)], dtype=bool)
    ok = np.array([status == "ok" for status in statuses], dtype=bool)
    correct = int(right.sum())
    low, high = clopper_pearson(correct, n)
    return Score(
        name=name,
        n=n,
        correct=correct,
        accuracy=correct / n,
        low=low,
        high=high,
        expected_calibration_error=expected_calibration_error(values, right),
        area_under_risk_coverage=area_under_risk_coverage(values, right),
        answered=int(ok.sum()),
        answered_correct=int((ok & right).sum()),
        empty=sum(status == "empty" for status in statuses),
        failed=sum(status == "error" for status in statuses),
        coverage_at_1_percent_error=operating_point(values, right, ACCEPTED_ERROR).coverage,
        to_reject=not any(set(label) & set(DIGITS) for label in labels),
        seconds=seconds,
    )


def confusion_matrix(labels: Sequence[str], predictions: Sequence[str]) -> Confusion:
    """Counts how often each label got each answer.

    The rows are the ten digits when any label is a digit, then the other labels; the columns are the ten
    digits, then other answers, then "" if a picture got none. So sets of digits have comparable matrices.
    """
    seen, given = set(labels), set(predictions)
    digits = set(DIGITS)
    rows = (*(DIGITS if seen & digits else ()), *sorted(seen - digits))
    columns = (*DIGITS, *sorted(given - digits - {""}), *([""] if "" in given else []))
    row_of = {label: index for index, label in enumerate(rows)}
    column_of = {answer: index for index, answer in enumerate(columns)}
    counts = np.zeros((len(rows), len(columns)), dtype=np.int64)
    for label, answer in zip(labels, predictions, strict=True):
        counts[row_of[label], column_of[answer]] += 1
    return Confusion(rows, columns, counts)


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
