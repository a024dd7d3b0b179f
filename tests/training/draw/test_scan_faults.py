"""scan_faults.py: a damaged digit is still there, and the chance alone decides how."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.scan_faults import (
    banded,
    binarised,
    grainy,
    low_resolution,
    outlined,
    pixelwise,
    rubbed_out,
    scribbled,
    uneven,
)

Damage = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return write_digits(40, 3)[0]


@pytest.mark.parametrize(
    "damage", [outlined, pixelwise, banded, scribbled, binarised, grainy, low_resolution, uneven]
)
def test_a_damaged_digit_is_another_picture_of_the_same_form(damage: Damage, digits: np.ndarray):
    before = digits.copy()
    for seed, digit in enumerate(digits):
        first, again = damage(digit, rng(seed)), damage(digit, rng(seed))
        assert (first == again).all()
        assert (first.shape, first.dtype) == (digit.shape, np.uint8)
        assert (first != digit).any()
    assert (digits == before).all(), "the digits themselves were changed"


def test_an_outline_has_no_ink_inside_strokes_and_follows_them(digits: np.ndarray):
    import cv2

    for seed, digit in enumerate(digits):
        edges = outlined(digit, rng(seed)) > 100
        around = cv2.dilate((digit > 20).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        assert edges.any()
        assert not (edges & ~around).any()
        assert edges.sum() < 1.6 * (digit > 100).sum()


def test_most_pixels_stay(digits: np.ndarray):
    for seed, digit in enumerate(digits):
        assert 0.6 < (pixelwise(digit, rng(seed)) == digit).mean() < 1


def test_bands_leave_the_middle(digits: np.ndarray):
    for seed, digit in enumerate(digits):
        assert (banded(digit, rng(seed))[9:19, 9:19] == digit[9:19, 9:19]).all()


def test_a_scribble_adds_ink_alone(digits: np.ndarray):
    for seed, digit in enumerate(digits):
        assert (scribbled(digit, rng(seed)) >= digit).all()


def test_what_is_rubbed_out_is_a_small_spot(digits: np.ndarray):
    rubbed = [rubbed_out(digit, rng(seed)) for seed, digit in enumerate(digits)]
    changed = [np.argwhere(after != digit) for after, digit in zip(rubbed, digits, strict=True)]
    assert any(len(spot) for spot in changed)
    for spot in changed:
        assert len(spot) <= 16
        assert not len(spot) or np.ptp(spot, axis=0).max() < 4
    assert all((after <= digit).all() for after, digit in zip(rubbed, digits, strict=True))


def test_two_levels_are_left_but_for_the_edges(digits: np.ndarray):
    for seed, digit in enumerate(digits):
        levels = binarised(digit, rng(seed))
        assert np.isin(levels, (0, 64, 127, 128, 191, 192, 255)).all()
