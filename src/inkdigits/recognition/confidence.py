"""How sure a number is, by all that speaks for and against it; and what a stated error rate asks for.

Both are data in ``bundle.json``, fitted on made scenes by ``inkdigits calibrate``: a logistic model whose
weights all have the sign that reason gives them, then steps that make it right as often as it says; and the
risk among the answers from each confidence on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np

from inkdigits.recognition.evidence import SIGNS, Evidence

__all__ = ["ConfidenceModel", "RiskCurve"]


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Evidence → the probability that the whole text of a number is right.

    Attributes:
        weights: of each figure of the evidence; none against the sign in ``SIGNS``.
        bias: added to their sum, which is the score.
        scores: rising; between them confidence goes straight, outside it stays.
        confidences: 0..1, not falling; at each of the scores.
    """

    weights: Evidence
    bias: float
    scores: tuple[float, ...]
    confidences: tuple[float, ...]

    def score(self, evidence: Evidence) -> float:
        """Returns the sum that confidence rises with."""
        return self.bias + sum(weight * figure for weight, figure in zip(self.weights, evidence, strict=True))

    def confidence(self, evidence: Evidence) -> float:
        """Returns the calibrated probability in 0..1 that the text is right."""
        return float(np.interp(self.score(evidence), self.scores, self.confidences))

    def to_dict(self) -> dict[str, Any]:
        """Returns it as JSON-ready values."""
        return {
            "weights": {name: weight for name, weight in self.weights._asdict().items() if weight},
            "bias": self.bias,
            "scores": list(self.scores),
            "confidences": list(self.confidences),
        }

    @classmethod
    def from_dict(cls, data: object) -> ConfidenceModel:
        """Returns the model that :meth:`to_dict` described.

        Raises:
            ValueError: a part is missing, of another type, or breaks a rule; the text says which.
        """
        told = _mapping(data, "calibration.confidence")
        named = _mapping(told.get("weights"), "calibration.confidence.weights")
        strange = sorted(set(named) - set(Evidence._fields))
        if strange:
            raise ValueError(
                f"calibration.confidence.weights has {strange[0]!r}, expected names of {Evidence._fields}"
            )
        weights = Evidence(*(_number(named.get(name, 0.0), f"weight of {name}") for name in Evidence._fields))
        for name, weight, sign in zip(Evidence._fields, weights, SIGNS, strict=True):
            if weight * sign < 0:
                raise ValueError(
                    f"the weight of {name} is {weight:g}; expected none of the other sign than {sign:g}"
                )
        scores = _numbers(told.get("scores"), "calibration.confidence.scores")
        confidences = _numbers(told.get("confidences"), "calibration.confidence.confidences")
        if not scores or len(scores) != len(confidences) or any(b <= a for a, b in pairwise(scores)):
            raise ValueError("calibration.confidence has no rising scores with a confidence each")
        if not _is_rising(confidences) or confidences[0] < 0 or confidences[-1] > 1:
            raise ValueError("calibration.confidence.confidences fall, or are not in 0..1")
        return cls(weights, _number(told.get("bias"), "calibration.confidence.bias"), scores, confidences)


@dataclass(frozen=True, slots=True)
class RiskCurve:
    """The risk among the answers from a confidence on, as it was on held-out scenes.

    Attributes:
        confidences: rising, 0..1.
        answered: how many answers were at least as sure.
        wrong: how many of them were wrong.
        highest: upper end of the one-sided 95 % interval of their share of wrong ones (Clopper-Pearson).
    """

    confidences: tuple[float, ...]
    answered: tuple[int, ...]
    wrong: tuple[int, ...]
    highest: tuple[float, ...]

    def accepted(self, max_error: float) -> float:
        """Returns the risk of a single answer, 1 - confidence, up to which answers are sure.

        From the confidence on that it stands for, at most ``max_error`` of the answers on held-out scenes is
        wrong, by the interval's upper end; the lowest such confidence is taken. What is less than so many
        scenes can show is asked of the confidence itself: a risk of at most ``max_error``, and no higher than
        that of the surest that was measured.

        Args:
            max_error: the share of the sure answers that may be wrong, 0..1.
        """
        kept = [c for c, highest in zip(self.confidences, self.highest, strict=True) if highest <= max_error]
        return 1 - kept[0] if kept else min(max_error, 1 - self.confidences[-1])

    def to_dict(self) -> dict[str, Any]:
        """Returns it as JSON-ready values."""
        return {
            "confidences": list(self.confidences),
            "answered": list(self.answered),
            "wrong": list(self.wrong),
            "highest": list(self.highest),
        }

    @classmethod
    def from_dict(cls, data: object) -> RiskCurve:
        """Returns the curve that :meth:`to_dict` described.

        Raises:
            ValueError: a part is missing, of another type, or breaks a rule; the text says which.
        """
        told = _mapping(data, "thresholds.risk")
        confidences, answered, wrong, highest = (
            _numbers(told.get(name), f"thresholds.risk.{name}")
            for name in ("confidences", "answered", "wrong", "highest")
        )
        if not confidences or not len(confidences) == len(answered) == len(wrong) == len(highest):
            raise ValueError("thresholds.risk has lists of different lengths, or empty ones")
        shares = (*confidences, *highest)
        if not _is_rising(confidences) or min(shares) < 0 or max(shares) > 1:
            raise ValueError("thresholds.risk has confidences that fall, or shares that are not in 0..1")
        return cls(confidences, tuple(map(int, answered)), tuple(map(int, wrong)), highest)


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is {str(value)[:40]!r}, expected an object")
    return cast("dict[str, Any]", value)


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise ValueError(f"{name} is {str(value)[:40]!r}, expected a number")
    return float(value)


def _numbers(value: object, name: str) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{name} is {str(value)[:40]!r}, expected a list of numbers")
    return tuple(_number(one, name) for one in cast("list[object]", value))


def _is_rising(values: Sequence[float]) -> bool:
    return all(a <= b for a, b in pairwise(values))
