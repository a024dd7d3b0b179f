"""How good the answers are: accuracy, sure mistakes, calibration and confusions, in NumPy alone.

A scored set is described by sequences with one entry a picture, or, of pages, one a number. A picture without
an answer has confidence 0 and counts as wrong: nothing is ever dropped from ``n``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkdigits.measure.confidence import (
    area_under_risk_coverage,
    brier_score,
    expected_calibration_error,
    operating_point,
)
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.spec import DIGITS

__all__ = ["Confusion", "Score", "confusion_matrix", "right_answers", "score", "with_confidence"]

ACCEPTED_ERROR = 0.01  # the error at which a score states the share that could be answered


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one set.

    Attributes:
        name: the set's name.
        n: pictures in the set, with those that could not be read; of pages the numbers written on them.
        correct: how many got the right answer, "unsure" ones included.
        accuracy: ``correct / n``.
        low: lower end of the exact 95 % interval of the accuracy (Clopper-Pearson).
        high: its upper end.
        expected_calibration_error: mean distance of confidence and accuracy over 15 equal-width bins; 0 when
            nothing is written and nothing was read.
        area_under_risk_coverage: mean error over all shares of most confident answers; 0 is perfect.
        brier_score: mean squared distance of confidence and being right; 0 is perfect.
        answered: those with status "ok", the answers that a user gets without a question mark.
        answered_correct: how many of them are right.
        sure_wrong: how many of them are wrong: the worst answers there are.
        sure_wrong_share: ``sure_wrong / n``.
        empty: pictures in which nothing was read: blank ones, and, by a model that knows them, words alone.
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
    brier_score: float
    answered: int
    answered_correct: int
    sure_wrong: int
    sure_wrong_share: float
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


def score(
    name: str,
    labels: Sequence[str],
    predictions: Sequence[str],
    confidences: ArrayLike,
    statuses: Sequence[str],
    *,
    n: int | None = None,
    seconds: float = 0.0,
) -> Score:
    """Returns the figures of a set.

    Args:
        name: the set's name.
        labels: the truth, one label an entry; "" where nothing is to be read.
        predictions: the answers; "" where there is none.
        confidences: float in 0..1, one an entry; 0 where there is no answer.
        statuses: "ok", "unsure", "empty" or "error".
        n: how many of the entries can be right; None for all. On a page what was read where nothing is
            written is an entry that cannot.
        seconds: how long the reading took.

    Raises:
        ValueError: there is no entry that can be right, or the four do not have the same length.
    """
    n = len(labels) if n is None else n
    if n < 1:
        raise ValueError("a score needs at least one picture, received none")
    values = np.asarray(confidences, dtype=np.float64)
    if not len(predictions) == len(statuses) == len(labels) or values.shape != (len(labels),):
        raise ValueError("labels, predictions, confidences and statuses must have the same length")
    right = right_answers(labels, predictions, statuses)
    ok = np.array([status == "ok" for status in statuses], dtype=bool)
    correct, sure_wrong = int(right.sum()), int((ok & ~right).sum())
    low, high = clopper_pearson(correct, n)
    weighed = with_confidence(labels, predictions)
    pair = (values[weighed], right[weighed])
    some = bool(weighed.any())
    return Score(
        name=name,
        n=n,
        correct=correct,
        accuracy=correct / n,
        low=low,
        high=high,
        expected_calibration_error=expected_calibration_error(*pair) if some else 0.0,
        area_under_risk_coverage=area_under_risk_coverage(*pair) if some else 0.0,
        brier_score=brier_score(*pair) if some else 0.0,
        answered=int(ok.sum()),
        answered_correct=int((ok & right).sum()),
        sure_wrong=sure_wrong,
        sure_wrong_share=sure_wrong / n,
        empty=sum(status == "empty" for status in statuses),
        failed=sum(status == "error" for status in statuses),
        coverage_at_1_percent_error=operating_point(*pair, ACCEPTED_ERROR).coverage if some else 0.0,
        to_reject=not any(set(label) & set(DIGITS) for label in labels),
        seconds=seconds,
    )


def right_answers(
    labels: Sequence[str], predictions: Sequence[str], statuses: Sequence[str]
) -> NDArray[np.bool_]:
    """Tells which answers are right, bool (n,): silence too where nothing is to be read, an error never."""
    return np.array(
        [
            answer == label and (answer != "" or status != "error")
            for label, answer, status in zip(labels, predictions, statuses, strict=True)
        ],
        dtype=bool,
    )


def with_confidence(labels: Sequence[str], predictions: Sequence[str]) -> NDArray[np.bool_]:
    """Tells which entries say something about confidence, bool (n,).

    Silence where nothing is to be read does not: it is right, and has no confidence.
    """
    return np.array(
        [label != "" or p != "" for label, p in zip(labels, predictions, strict=True)], dtype=bool
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
