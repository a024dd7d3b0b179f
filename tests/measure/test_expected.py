"""Errors to expect, from confidences alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.measure.expected import count_of_errors, expected_errors
from inkdigits.readings import Box, Number, Reading


def test_counts_pictures_numbers_and_errors() -> None:
    box = Box(0, 0, 1, 1)
    numbers = (Number("12", 0.9, box), Number("7", 0.4, box, status="unsure"))
    readings = [
        Reading("a", "unsure", "12 7", 0.4, numbers),
        Reading("b", "empty"),
        Reading("c", "error", error="no picture"),
        Reading("d", "ok", "3", 1.0, (Number("3", 1.0, box),)),
    ]
    found = expected_errors("scans", readings)
    assert (found.pictures, found.empty, found.failed) == (4, 1, 1)
    assert (found.numbers, found.sure) == (3, 2)
    assert found.expected == pytest.approx(0.7)
    assert found.sure_expected == pytest.approx(0.1)
    assert (found.low, found.high) == (0, 2)
    assert (found.sure_low, found.sure_high) == (0, 1)


def test_the_interval_is_that_of_the_binomial_where_all_are_alike() -> None:
    from scipy.stats import binom

    expected = binom(200, 0.1).ppf([0.025, 0.975])
    assert count_of_errors(np.full(200, 0.1)) == tuple(expected)


@pytest.mark.parametrize(("risks", "count"), [([], 0), ([0, 0, 0], 0), ([1, 1], 2)])
def test_what_is_certain_has_no_interval(risks: list[float], count: int) -> None:
    assert count_of_errors(risks) == (count, count)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_the_interval_holds_what_is_likeliest(risks: list[float]) -> None:
    low, high = count_of_errors(risks)
    assert 0 <= low <= high <= len(risks)
    assert low - 1 <= sum(risks) <= high + 1
