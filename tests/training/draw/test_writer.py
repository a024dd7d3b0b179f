"""writer.py: a writer keeps habits, every character is written whole, and the seed alone decides how."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.training.draw.pen_styles import STYLES
from inkdigits.training.draw.writer import (
    DIGIT_WRITERS,
    NUMBER_WRITERS,
    Population,
    Writer,
    write_character,
)

CHARACTERS = "0123456789.,-+/:%'"
HEIGHT = 40


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def steady(**changes: object) -> Writer:
    """Returns a writer who strays, shakes and leans little."""
    habits = {value: styles[0] for value, styles in STYLES.items()}
    writer = Writer(
        habits=habits, pen=0.08, slant=0.0, care=0.001, tremor=0.0, aspect=1.0, dot=0.08, fast=False
    )
    return replace(writer, **changes)  # type: ignore[arg-type]


def mean_size(value: str, writer: Writer) -> np.ndarray:
    """Returns mean height and width of a character over several times."""
    return np.mean([write_character(value, writer, HEIGHT, rng(seed)).shape for seed in range(20)], axis=0)


def ink_of(value: str, writer: Writer) -> float:
    return float(
        np.mean([write_character(value, writer, HEIGHT, rng(seed)).sum() / 255 for seed in range(20)])
    )


def test_the_same_seed_is_the_same_writer_who_writes_the_same():
    assert Writer.random(rng(3)) == Writer.random(rng(3))
    assert Writer.random(rng(3)) != Writer.random(rng(4))
    for value in CHARACTERS:
        first, again = (write_character(value, Writer.random(rng(3)), HEIGHT, rng(5)) for _ in range(2))
        np.testing.assert_array_equal(first, again)


def test_a_writer_has_one_style_for_each_digit_and_common_ones_are_commoner():
    writers = [Writer.random(rng(seed)) for seed in range(300)]
    for value, styles in STYLES.items():
        chosen = [writer.habits[value] for writer in writers]
        counts = [chosen.count(style) for style in styles]
        assert all(counts), f"a {value} that nobody writes"
        shares = np.array([style[0] for style in styles]) / sum(style[0] for style in styles)
        assert np.array(counts) / 300 == pytest.approx(shares, abs=0.1)


@given(st.sampled_from(CHARACTERS), st.integers(0, 2**32), st.integers(24, 80))
@settings(max_examples=80)
def test_a_character_has_ink_up_to_its_borders(value: str, seed: int, height: int):
    source = rng(seed)
    ink = write_character(value, Writer.random(source), height, source)
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


def test_signs_have_their_parts_and_sizes():
    import cv2

    def parts(value: str) -> float:
        inks = (write_character(value, steady(), HEIGHT, rng(seed)) for seed in range(20))
        return float(
            np.median([cv2.connectedComponents((ink > 100).astype(np.uint8))[0] - 1 for ink in inks])
        )

    assert [parts(value) for value in "+/:'"] == [1, 1, 2, 1]
    assert parts("%") > 1
    apostrophe, plus, percent, slash = (mean_size(value, steady())[0] for value in "'+%/")
    assert apostrophe < 0.5 * HEIGHT < plus < percent < slash
    assert ink_of(":", steady(pen=0.05, dot=0.16)) > 1.5 * ink_of(":", steady(pen=0.05, dot=0.05))


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


def test_a_writer_of_one_digit_has_a_style_of_that_alone():
    assert set(Writer.random(rng(1), digits="7").habits) == {"7"}
    assert set(Writer.random(rng(1)).habits) == set(spec.DIGITS)


def test_writers_are_drawn_from_their_population():
    narrow = Population(
        pen=(0.1, 0.1), slant=(0.1, 0.2, 0.3), care=(0.02, 0.02), tremor=(0.3, 0.3), aspect=0.0, fast=1.0
    )
    writers = [Writer.random(rng(seed), narrow) for seed in range(50)]
    assert {(one.pen, one.care, one.tremor, one.aspect, one.fast) for one in writers} == {
        (0.1, 0.02, 0.3, 1.0, True)
    }
    slants = [one.slant for one in writers]
    assert 0.1 <= min(slants) < 0.15
    assert 0.25 < max(slants) <= 0.3


def test_single_digits_vary_between_writers_alone_numbers_within_one_too():
    assert not any(Writer.random(rng(seed), DIGIT_WRITERS).fast for seed in range(50))
    still = replace(DIGIT_WRITERS.variation, turn=0.0)
    spreads = [
        np.std(
            [write_character("1", steady(variation=kind), HEIGHT, rng(seed)).shape[1] for seed in range(40)]
        )
        for kind in (still, NUMBER_WRITERS.variation)
    ]
    assert spreads[1] > 1.5 * spreads[0]


@pytest.mark.parametrize("longest", [20.0, 30.0])
def test_what_would_be_too_long_is_written_smaller(longest: float):
    for value in "0147":
        ink = write_character(value, steady(), HEIGHT, rng(1), longest=longest)
        assert longest < max(ink.shape) < longest + 8  # the pen's own width is on top
        free = write_character(value, steady(), HEIGHT, rng(1))
        assert free.shape == write_character(value, steady(), HEIGHT, rng(1), longest=99.0).shape


def test_a_fast_writer_rounds_the_corners():
    sharp, rounded = (write_character("7", steady(fast=fast), HEIGHT, rng(1)) for fast in (False, True))
    corner = sharp[:4, -4:].mean()
    assert corner > rounded[:4, -4:].mean()
