"""The exact interval, against scipy, closed forms and a published example."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from inkdigits.measure.intervals import clopper_pearson, incomplete_beta


def test_interval_of_a_published_example() -> None:
    # Clopper and Pearson's own chart: 1 of 10 gives 0.3 % to 44.5 %.
    low, high = clopper_pearson(1, 10)
    assert (round(low, 4), round(high, 4)) == (0.0025, 0.4450)


@pytest.mark.parametrize("n", [1, 5, 842, 10_000])
def test_interval_has_a_closed_form_when_all_or_none_are_right(n: int) -> None:
    bound = -math.expm1(math.log(0.025) / n)
    assert clopper_pearson(0, n) == (0.0, pytest.approx(bound, rel=1e-9))
    assert clopper_pearson(n, n) == (pytest.approx(1 - bound, rel=1e-9), 1.0)


def test_nothing_tried_means_nothing_known() -> None:
    assert clopper_pearson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 70_000), st.floats(0, 1), st.sampled_from([0.5, 0.95, 0.999]))
def test_interval_agrees_with_scipy(n: int, share: float, level: float) -> None:
    correct = round(share * n)
    expected = stats.binomtest(correct, n).proportion_ci(level, method="exact")
    low, high = clopper_pearson(correct, n, level)
    assert low == pytest.approx(expected.low, rel=1e-7, abs=1e-9)
    assert high == pytest.approx(expected.high, rel=1e-7, abs=1e-9)


@given(st.floats(0, 1), st.floats(0.5, 5000), st.floats(0.5, 5000))
def test_incomplete_beta_agrees_with_scipy(x: float, a: float, b: float) -> None:
    assert incomplete_beta(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-8, abs=1e-10)


@pytest.mark.parametrize(("correct", "n", "level"), [(-1, 5, 0.95), (6, 5, 0.95), (1, 5, 0.0), (1, 5, 1.0)])
def test_interval_of_the_impossible_is_refused(correct: int, n: int, level: float) -> None:
    with pytest.raises(ValueError, match="received"):
        clopper_pearson(correct, n, level)
