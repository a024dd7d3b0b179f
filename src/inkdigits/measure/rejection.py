"""How well confidence tells digits from what is none: letters, words, drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkdigits.measure.result import Evaluation
from inkdigits.spec import DIGITS

__all__ = ["KEPT", "Rejection", "area_under_roc", "rejections"]

KEPT = 0.99  # of the digits; that the threshold lets pass at which refusals are counted


@dataclass(frozen=True, slots=True)
class Rejection:
    """How well the non-digits of a set are told from all digits of the data by their confidence.

    Attributes:
        name: the set's name.
        expect: what the reader was told.
        others: how many answers to pictures without a digit; where nothing was read the confidence is 0.
        digits: how many answers to what holds digits, of all sets, with confidence 0 where there is none.
        auroc: area under the receiver operating characteristic: the probability that one of the digits is
            surer than one of the others, 0..1; 0.5 is chance.
        threshold: the highest confidence that at least 99 % of the digits reach.
        refused: how many of the others stay below it.
        refused_share: ``refused / others``.
    """

    name: str
    expect: str
    others: int
    digits: int
    auroc: float
    threshold: float
    refused: int
    refused_share: float

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures as JSON-ready values, under the names of the attributes."""
        return asdict(self)


def rejections(evaluations: Sequence[Evaluation]) -> list[Rejection]:
    """Returns the figures of each set that holds non-digits, against the digits of all sets together.

    The answers that were given with "auto" are held against those that were given so, too; images in MNIST's
    convention are read once and stand in both.
    """
    told = [evaluation for evaluation in evaluations if evaluation.expect != "auto"]
    auto = [evaluation.auto or evaluation for evaluation in evaluations]
    found = _rejections(told)
    if any(evaluation.expect == "auto" for evaluation in auto):
        found += _rejections(auto)
    return found


def area_under_roc(digits: ArrayLike, others: ArrayLike) -> float:
    """Returns the probability that one of the digits is surer than one of the others; a tie counts half.

    Args:
        digits: float (N,), N at least 1; confidences of digits.
        others: float (M,), M at least 1; confidences of what is none.
    """
    ordered = np.sort(np.asarray(others, np.float64))
    values = np.asarray(digits, np.float64)
    below = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return float(below.mean() / 2 / len(ordered))


def _rejections(evaluations: Sequence[Evaluation]) -> list[Rejection]:
    parts = [(evaluation, _holds_digits(evaluation)) for evaluation in evaluations]
    digits = np.concatenate([evaluation.confidences[held] for evaluation, held in parts] or [np.zeros(0)])
    if not len(digits):
        return []
    threshold = float(np.quantile(digits, 1 - KEPT, method="lower"))
    out: list[Rejection] = []
    for evaluation, held in parts:
        if evaluation.pages:  # of pages only what was read is known, not what was passed over
            continue
        others = evaluation.confidences[~held]
        if not len(others):
            continue
        refused = int((others < threshold).sum())
        out.append(
            Rejection(
                name=evaluation.score.name,
                expect=evaluation.expect,
                others=len(others),
                digits=len(digits),
                auroc=area_under_roc(digits, others),
                threshold=threshold,
                refused=refused,
                refused_share=refused / len(others),
            )
        )
    return out


def _holds_digits(evaluation: Evaluation) -> NDArray[np.bool_]:
    return np.array([bool(set(label) & set(DIGITS)) for label in evaluation.labels], dtype=bool)
