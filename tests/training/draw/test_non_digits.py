"""non_digits.py: what is no digit has the form of a digit, comes from the seed, and looks like none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.reader import Reader
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.non_digits import make_non_digits


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return write_digits(100, 3)[0]


def test_the_same_seed_makes_the_same_and_another_makes_other(digits: np.ndarray):
    first, again, other = (make_non_digits(digits, 30, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any(axis=(1, 2)).all()


@pytest.mark.parametrize("count", [0, 1, 7])
def test_as_much_is_made_as_was_asked_for(digits: np.ndarray, count: int):
    others = make_non_digits(digits, count, np.random.default_rng(1))
    assert (others.shape, others.dtype) == ((count, 28, 28), np.uint8)


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_junk_has_ink_and_leaves_the_digits_it_is_made_from(digits: np.ndarray, seed: int):
    before = digits.copy()
    others = make_non_digits(digits, 10, np.random.default_rng(seed))
    assert (digits == before).all()
    assert others.any(axis=(1, 2)).all()


def test_one_digit_is_enough_to_make_others_of(digits: np.ndarray):
    assert make_non_digits(digits[:1], 50, np.random.default_rng(1)).any(axis=(1, 2)).all()


def test_junk_is_never_one_of_the_digits(digits: np.ndarray):
    others = make_non_digits(digits, 200, np.random.default_rng(1))
    assert not (others[:, None] == digits[None]).all(axis=(2, 3)).any()


def test_there_are_crops_wider_than_any_digit_and_tall_ones(digits: np.ndarray):
    others = make_non_digits(digits, 200, np.random.default_rng(1))
    ratio = others.any(axis=1).sum(axis=1) / others.any(axis=2).sum(axis=1)
    widest = (digits.any(axis=1).sum(axis=1) / digits.any(axis=2).sum(axis=1)).max()
    assert (ratio > widest).mean() > 0.1
    assert (ratio < 1).mean() > 0.1


def test_the_shipped_model_is_far_less_sure_of_others_than_of_digits(digits: np.ndarray):
    others = make_non_digits(digits, 300, np.random.default_rng(4))
    of_digits, of_others = (np.median(Reader().classify(images).max(axis=1)) for images in (digits, others))
    assert of_digits > 0.95
    assert of_others < 0.85
