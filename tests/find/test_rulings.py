"""rulings.py: lines through a field go, level or leaning, whole or crossed; strokes stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.rulings import without_rulings
from inkdigits.training.draw.number import write_number


def number(text: str = "2584", seed: int = 3) -> np.ndarray:
    """Returns a field with a number in its middle: uint8 (H, W), 255 = ink."""
    return np.pad(write_number(text, None, np.random.default_rng(seed)).ink, 20)


def ruled(ink: np.ndarray, row: float, *, slope: float = 0.0, wide: int = 1) -> np.ndarray:
    """Draws a line from left to right through ``row`` in the middle, ``slope`` rows a column."""
    width = ink.shape[1]
    climb = slope * (width - 1) / 2
    line = np.zeros_like(ink)
    ends = [(round(16 * x), round(16 * y)) for x, y in ((0, row - climb), (width - 1, row + climb))]
    cv2.line(line, ends[0], ends[1], (255,), wide, cv2.LINE_AA, shift=4)
    return np.maximum(ink, line)


def kept(clean: np.ndarray, ink: np.ndarray) -> float:
    """Returns the share of the ink that is still there."""
    solid = ink > 127
    return float((solid & (clean > 127)).sum() / solid.sum())


def left_over(clean: np.ndarray, ink: np.ndarray) -> float:
    """Returns the ink that is not the number's, in pixels of a column."""
    return float((clean[cv2.dilate(ink, np.ones((3, 3), np.uint8)) == 0] > spec.SOLID).sum() / ink.shape[1])


@pytest.mark.parametrize("slope", [0.0, 0.03, -0.05, 0.08])
@pytest.mark.parametrize("wide", [1, 2, 3])
def test_a_line_below_the_number_goes_however_it_leans(slope: float, wide: int):
    ink = np.pad(number(), ((0, 20), (0, 0)))
    clean = without_rulings(ruled(ink, ink.shape[0] - 18, slope=slope, wide=wide))
    assert kept(clean, ink) > 0.99
    assert left_over(clean, ink) < 0.05 * wide


@pytest.mark.parametrize("share", [0.35, 0.5, 0.7])
def test_strokes_that_a_line_crosses_are_not_cut(share: float):
    ink = number()
    crossed = ruled(ink, share * ink.shape[0], slope=0.02)
    clean = without_rulings(crossed)
    assert kept(clean, ink) > 0.9
    assert left_over(clean, ink) < 0.3 < left_over(crossed, ink)
    parts = [cv2.connectedComponents((image > 127).astype(np.uint8))[0] - 1 for image in (ink, clean)]
    assert parts[1] <= parts[0] + 2


def test_several_lines_go():
    ink = np.pad(number(), ((30, 30), (0, 0)))
    lined = ink
    for row in (10, 25, ink.shape[0] - 25, ink.shape[0] - 10):
        lined = ruled(lined, row, slope=0.01)
    clean = without_rulings(lined)
    assert left_over(clean, ink) < 0.1
    assert kept(clean, ink) > 0.97


def test_an_edge_through_the_whole_height_goes():
    ink = np.pad(number("25"), 20)
    lined = ink.copy()
    lined[:, 8:10] = 255
    clean = without_rulings(lined)
    assert not (clean[:, 8:10] > spec.SOLID).any()
    assert kept(clean, ink) > 0.99


@pytest.mark.parametrize("text", ["1", "111", "7", "4", "-", "-1", "0", "77", "1.25", "90210"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_number_without_a_line_is_left_as_it_is(text: str, seed: int):
    ink = number(text, seed)
    assert without_rulings(ink) is ink


def test_a_one_from_border_to_border_of_its_row_stays():
    ink = np.zeros((60, 60), np.uint8)
    ink[5:55, 30:33] = 255  # 83 % of the height; an edge runs through all of it
    assert without_rulings(ink) is ink


def test_a_thick_bar_is_no_ruling():
    ink = np.zeros((60, 200), np.uint8)
    ink[20:40] = 255
    assert without_rulings(ink) is ink


def test_small_pictures_are_left_alone():
    ink = np.zeros((spec.LINES_MIN_SIDE - 1, 200), np.uint8)
    ink[10] = 255
    assert without_rulings(ink) is ink


def test_what_is_given_is_not_written_to():
    ink = ruled(number(), 10)
    before = ink.copy()
    without_rulings(ink)
    np.testing.assert_array_equal(ink, before)


@given(arrays.arrays(np.uint8, st.tuples(st.integers(0, 60), st.integers(0, 60))))
@settings(max_examples=60)
def test_of_any_ink_nothing_is_added(ink: np.ndarray):
    clean = without_rulings(ink)
    assert (clean.shape, clean.dtype) == (ink.shape, np.uint8)
    assert ((clean == ink) | (clean == 0)).all()


@pytest.mark.parametrize("fill", [0, 255])
@pytest.mark.parametrize("shape", [(40, 3000), (3000, 40), (30, 30)])
def test_flat_fields_are_no_lines(fill: int, shape: tuple[int, int]):
    ink = np.full(shape, fill, np.uint8)
    assert without_rulings(ink) is ink
