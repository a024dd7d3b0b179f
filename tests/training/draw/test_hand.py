"""hand.py: a writer keeps habits, every character is written whole, and the seed alone decides how."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.training.draw.hand import Hand, write_character
from inkdigits.training.draw.pen_styles import STYLES

CHARACTERS = "0123456789.,-"
HEIGHT = 40


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def steady(**changes: object) -> Hand:
    """Returns a writer who strays, shakes and leans little."""
    habits = {value: styles[0] for value, styles in STYLES.items()}
    hand = Hand(habits=habits, pen=0.08, slant=0.0, care=0.001, tremor=0.0, aspect=1.0, dot=0.08, fast=False)
    return replace(hand, **changes)  # type: ignore[arg-type]


def mean_size(value: str, hand: Hand) -> np.ndarray:
    """Returns mean height and width of a character over several times."""
    return np.mean([write_character(value, hand, HEIGHT, rng(seed)).shape for seed in range(20)], axis=0)


def ink_of(value: str, hand: Hand) -> float:
    return float(np.mean([write_character(value, hand, HEIGHT, rng(seed)).sum() / 255 for seed in range(20)]))


def test_the_same_seed_is_the_same_writer_who_writes_the_same():
    assert Hand.random(rng(3)) == Hand.random(rng(3))
    assert Hand.random(rng(3)) != Hand.random(rng(4))
    for value in CHARACTERS:
        first, again = (write_character(value, Hand.random(rng(3)), HEIGHT, rng(5)) for _ in range(2))
        np.testing.assert_array_equal(first, again)


def test_a_writer_has_one_style_for_each_digit_and_common_ones_are_commoner():
    hands = [Hand.random(rng(seed)) for seed in range(300)]
    for value, styles in STYLES.items():
        chosen = [hand.habits[value] for hand in hands]
        counts = [chosen.count(style) for style in styles]
        assert all(counts), f"a {value} that nobody writes"
        shares = np.array([style[0] for style in styles]) / sum(style[0] for style in styles)
        assert np.array(counts) / 300 == pytest.approx(shares, abs=0.1)


@given(st.sampled_from(CHARACTERS), st.integers(0, 2**32), st.integers(24, 80))
@settings(max_examples=80)
def test_a_character_has_ink_up_to_its_borders(value: str, seed: int, height: int):
    source = rng(seed)
    ink = write_character(value, Hand.random(source), height, source)
    assert ink.dtype == np.uint8
    assert ink[0].any()
    assert ink[-1].any()
    assert ink[:, 0].any()
    assert ink[:, -1].any()
    assert ink.max() > 100
    assert max(ink.shape) < 3 * height + 8


@pytest.mark.parametrize("value", spec.DIGITS)
def test_a_digit_is_as_high_as_asked(value: str):
    for height in (40, 80):
        tall = [write_character(value, steady(), height, rng(seed)).shape[0] for seed in range(10)]
        assert np.mean(tall) == pytest.approx(1.12 * height, rel=0.1)  # the pen's own width is on top


def test_marks_are_smaller_than_digits_and_a_comma_is_longer_than_a_point():
    point, comma, minus = (mean_size(value, steady()) for value in ".,-")
    assert point.max() < 0.25 * HEIGHT
    assert point[0] < comma[0] < 0.7 * HEIGHT
    assert minus[0] < 0.4 * minus[1]
    assert 0.2 * HEIGHT < minus[1] < 0.9 * HEIGHT


def test_what_a_writer_keeps_shows_in_every_digit():
    for value in "038":
        assert mean_size(value, steady(aspect=1.4))[1] > 1.2 * mean_size(value, steady())[1]
        assert ink_of(value, steady(pen=0.15)) > 1.4 * ink_of(value, steady(pen=0.07))
        assert mean_size(value, steady(slant=0.6))[1] > mean_size(value, steady())[1] + 0.2 * HEIGHT
    assert mean_size(".", steady(pen=0.05, dot=0.14)).min() > mean_size(".", steady(pen=0.05, dot=0.05)).min()


def test_a_slant_leans_to_the_right():
    leant = write_character("1", steady(slant=0.6), HEIGHT, rng(1))
    columns = np.arange(leant.shape[1])
    upper, lower = leant[:10].sum(axis=0, dtype=float), leant[-10:].sum(axis=0, dtype=float)
    assert (upper @ columns) / upper.sum() > (lower @ columns) / lower.sum() + 0.2 * HEIGHT


def test_a_fast_writer_rounds_the_corners():
    sharp, rounded = (write_character("7", steady(fast=fast), HEIGHT, rng(1)) for fast in (False, True))
    corner = sharp[:4, -4:].mean()
    assert corner > rounded[:4, -4:].mean()
