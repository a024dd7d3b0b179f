"""What confidence is worth, against known values and the laws that it must obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.measure.confidence import (
    CALIBRATION_BINS,
    area_under_risk_coverage,
    brier_score,
    expected_calibration_error,
    operating_point,
    reliability_bins,
    risk_coverage,
)

# Few different confidences, so that ties are common; each with its outcome.
answers = st.lists(
    st.tuples(st.sampled_from([0.0, 0.2, 0.5, 0.5000001, 0.9, 1.0]), st.booleans()), min_size=1, max_size=40
)


def split(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([c for c, _ in pairs]), np.array([r for _, r in pairs], dtype=bool)


# ---- Calibration ----


def test_bins_are_open_below_and_closed_above() -> None:
    edge = np.linspace(0, 1, CALIBRATION_BINS + 1)[1]
    bins = reliability_bins([0.0, edge, np.nextafter(edge, 1), 1.0], [False, True, True, True])
    assert bins.answers[:2].tolist() == [2, 1]
    assert bins.answers[-1] == 1
    assert bins.correct.tolist() == [1, 1, *[0] * (CALIBRATION_BINS - 3), 1]
    assert np.isnan(bins.accuracy[2])


def test_calibration_error_of_a_known_case() -> None:
    # Four answers with 90 % of which half are right (off by 0.4), four with 30 % of which one is (0.05).
    confidences = [0.9] * 4 + [0.3] * 4
    correct = [True, True, False, False, True, False, False, False]
    assert expected_calibration_error(confidences, correct) == pytest.approx((0.4 + 0.05) / 2)


def test_an_honest_reader_has_no_calibration_error() -> None:
    assert expected_calibration_error([0.75] * 4 + [0.0] * 3, [True] * 3 + [False] * 4) == pytest.approx(0)


@given(answers)
def test_calibration_error_is_a_share_and_ignores_order(pairs: list[tuple[float, bool]]) -> None:
    confidences, correct = split(pairs)
    error = expected_calibration_error(confidences, correct)
    assert 0 <= error <= 1
    assert expected_calibration_error(confidences[::-1], correct[::-1]) == pytest.approx(error)
    assert reliability_bins(confidences, correct).answers.sum() == len(pairs)


# ---- Risk and coverage ----


def test_risk_coverage_of_a_known_case() -> None:
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False])
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert area_under_risk_coverage([0.9, 0.8, 0.7, 0.6], [True, False, True, False]) == pytest.approx(1 / 3)


def test_equal_confidences_share_their_errors() -> None:
    assert risk_coverage([0.5] * 4, [True, False, True, False]).risk == pytest.approx([0.5] * 4)


@given(answers, st.randoms(use_true_random=False))
def test_risk_coverage_ends_at_the_error_and_ignores_order(pairs: list[tuple[float, bool]], random) -> None:
    confidences, correct = split(pairs)
    curve = risk_coverage(confidences, correct)
    assert ((curve.risk >= 0) & (curve.risk <= 1)).all()
    assert curve.risk[-1] == pytest.approx(1 - correct.mean())
    random.shuffle(pairs)
    assert risk_coverage(*split(pairs)).risk == pytest.approx(curve.risk)


@given(answers)
def test_area_is_least_when_mistakes_come_last(pairs: list[tuple[float, bool]]) -> None:
    confidences, correct = split(pairs)
    best = area_under_risk_coverage(np.where(correct, 0.9, 0.1), correct)
    worst = area_under_risk_coverage(np.where(correct, 0.1, 0.9), correct)
    assert best - 1e-12 <= area_under_risk_coverage(confidences, correct) <= worst + 1e-12


def test_operating_point_answers_as_much_as_the_error_allows() -> None:
    confidences, correct = [0.9, 0.8, 0.7, 0.6, 0.5], [True, False, True, True, False]
    # 1 of 4 wrong is allowed, 2 of 5 is not; 1 of 2 on the way there does not stop it.
    assert operating_point(confidences, correct, 0.25) == (0.6, 0.8, 0.25)
    assert operating_point(confidences, correct, 0.0) == (0.9, 0.2, 0.0)


def test_operating_point_never_splits_equal_confidences() -> None:
    assert operating_point([0.9, 0.9], [True, False], 0.1) == (math.inf, 0.0, 0.0)


@given(answers, st.floats(0, 1))
def test_operating_point_keeps_its_promise(pairs: list[tuple[float, bool]], max_error: float) -> None:
    confidences, correct = split(pairs)
    threshold, coverage, risk = operating_point(confidences, correct, max_error)
    given_answers = confidences >= threshold
    assert risk <= max_error
    assert given_answers.mean() == pytest.approx(coverage)
    if given_answers.any():
        assert 1 - correct[given_answers].mean() == pytest.approx(risk)
    for lower in np.unique(confidences[confidences < threshold]):
        assert (~correct[confidences >= lower]).mean() > max_error


@pytest.mark.parametrize("confidences", [[0.5, 1.5], [-0.1, 0.5], [math.nan, 0.5], [[0.5, 0.5]], [0.5], []])
def test_confidences_that_are_none_are_refused(confidences: list[float]) -> None:
    with pytest.raises(ValueError, match="confidences"):
        area_under_risk_coverage(confidences, [True, False])


def test_brier_score_is_that_of_scikit_learn() -> None:
    from sklearn.metrics import brier_score_loss

    rng = np.random.default_rng(3)
    confidences = rng.random(500)
    correct = rng.random(500) < confidences
    expected = brier_score_loss(correct, confidences)
    assert brier_score(confidences, correct) == pytest.approx(expected, abs=1e-12)
    assert brier_score([1.0, 0.0], [True, False]) == 0.0
