"""Models of confidence from judged answers, of which it is known how sure they ought to be."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.errors import TrainingError
from inkdigits.recognition.evidence import SIGNS, Evidence
from inkdigits.training.judge.confidence_fit import crossfitted, fit_confidence, risk_curve
from inkdigits.training.judge.sureness import Judged


def judged(count: int = 2000, seed: int = 1) -> list[Judged]:
    """Answers whose models say 0.88 to all, and of which those amid which something else stands are wrong."""
    rng = np.random.default_rng(seed)
    none = Evidence(*(0.0,) * len(Evidence._fields))
    out: list[Judged] = []
    for scene in range(count):
        other, odds = float(rng.random()), float(rng.normal(2, 0.5))
        right = bool(rng.random() < 1 / (1 + np.exp(-(odds - 4 * other))))
        evidence = none._replace(probability=odds, other=other, murk=float(rng.random()))
        out.append(Judged(scene, "cell", right, 0.88, evidence))
    return out


def test_what_tells_right_from_wrong_is_weighed_and_what_does_not_is_not() -> None:
    model = fit_confidence(judged())
    assert model.weights.other < -2 < 0 < model.weights.probability
    assert abs(model.weights.murk) < 0.5
    assert all(weight * sign >= 0 for weight, sign in zip(model.weights, SIGNS, strict=True))
    assert 0 < model.confidences[0] <= model.confidences[-1] < 1, "nothing is certain"


def test_crossfitted_confidence_is_as_high_as_the_share_that_is_right() -> None:
    answers = judged()
    right = np.array([one.right for one in answers])
    sure = crossfitted(answers)
    assert sure.mean() == pytest.approx(right.mean(), abs=0.02)
    high = sure > np.median(sure)
    assert sure[high].mean() == pytest.approx(right[high].mean(), abs=0.05)
    assert right[high].mean() > right[~high].mean() + 0.2


def test_the_risk_curve_counts_answers_from_each_confidence_on() -> None:
    curve = risk_curve(np.array([0.9, 0.9, 0.5, 0.2]), np.array([True, True, False, True]))
    assert curve.confidences == (0.2, 0.5, 0.9)
    assert (curve.answered, curve.wrong) == ((4, 3, 2), (1, 1, 0))
    assert all(
        high > wrong / n for high, wrong, n in zip(curve.highest, curve.wrong, curve.answered, strict=True)
    )


def test_answers_that_are_all_right_teach_nothing() -> None:
    with pytest.raises(TrainingError, match="right and wrong"):
        fit_confidence([one._replace(right=True) for one in judged(50)])
