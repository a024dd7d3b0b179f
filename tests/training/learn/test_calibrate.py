"""calibrate.py: the temperature is the likeliest one, and undoes exactly what made a network too sure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.training.learn.calibrate import HIGHEST, LOWEST, fit_temperature, negative_log_likelihood


def honest(count: int = 4000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Returns logits, and labels drawn with just the probabilities that the logits say."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (count, 10))
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return logits, (chances.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)


def test_an_honest_network_keeps_its_logits():
    assert fit_temperature(*honest()) == pytest.approx(1, abs=0.05)


@given(st.floats(0.1, 10))
def test_logits_that_are_too_large_are_divided_by_just_that(factor: float):
    logits, labels = honest(500)
    assert fit_temperature(factor * logits, labels) == pytest.approx(
        factor * fit_temperature(logits, labels), rel=1e-4
    )


@given(st.integers(0, 100), st.floats(0.2, 5), st.integers(0, 100))
def test_no_other_temperature_makes_the_labels_likelier(seed: int, scale: float, wrong: int):
    logits, labels = honest(200, seed)
    labels[:wrong] = (labels[:wrong] + 1) % 10
    best = negative_log_likelihood(scale * logits, labels, fit_temperature(scale * logits, labels))
    grid = np.geomspace(LOWEST, HIGHEST, 40)
    assert best <= min(negative_log_likelihood(scale * logits, labels, t) for t in grid) + 1e-6


def test_the_temperature_stays_within_its_limits():
    sure = np.eye(10)
    right, wrong = np.arange(10), (np.arange(10) + 1) % 10
    assert fit_temperature(sure, right) == pytest.approx(LOWEST, rel=1e-3)
    assert fit_temperature(sure, wrong) == pytest.approx(HIGHEST, rel=1e-3)


def test_the_likelihood_of_a_known_case():
    logits = np.log(np.array([[0.5, 0.5], [0.9, 0.1]]))
    expected = -(math.log(0.5) + math.log(0.1)) / 2
    assert negative_log_likelihood(logits, np.array([0, 1])) == pytest.approx(expected)
    assert negative_log_likelihood(2 * logits, np.array([0, 1]), 2.0) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_large_logits_of_any_precision_do_not_overflow(dtype: type):
    logits = np.array([[3000.0, -3000.0], [-3000.0, 3000.0]], dtype)
    before = logits.copy()
    assert negative_log_likelihood(logits, np.array([0, 1])) == 0
    assert math.isfinite(fit_temperature(logits, np.array([0, 0])))
    assert (logits == before).all()
