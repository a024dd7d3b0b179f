"""border_lines.py: rulings, box edges and dark borders go; strokes, also those that cross them, stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.border_lines import without_lines

HEIGHT, WIDTH = 100, 80


def digit(value: int = 3) -> np.ndarray:
    """Returns a digit that stays clear of the picture's sides: uint8 (100, 80), 255 = ink."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[15:85, 5:75] = cv2.resize(scenes.pen_digit(value, 1), (70, 70), interpolation=cv2.INTER_AREA)
    return ink


def lined(ink: np.ndarray, start: tuple[int, int], end: tuple[int, int], wide: int = 2) -> np.ndarray:
    return cv2.line(ink.copy(), start, end, 255, wide, cv2.LINE_AA)


LINES = {
    "ruling below": ((0, 92), (WIDTH, 92), 2),
    "ruling above": ((0, 6), (WIDTH, 6), 2),
    "leaning ruling": ((0, 91), (WIDTH, 94), 2),
    "ruling further in": ((0, 79), (WIDTH, 79), 2),
    "leaning ruling further in": ((0, 78), (WIDTH, 81), 2),
    "thick ruling": ((0, 93), (WIDTH, 93), 5),
    "ruling from one side only": ((15, 92), (WIDTH, 92), 2),
    "left margin": ((4, 0), (4, HEIGHT), 2),
    "right margin": ((WIDTH - 5, 0), (WIDTH - 5, HEIGHT), 2),
    "line along the border": ((0, HEIGHT - 1), (WIDTH, HEIGHT - 1), 2),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_beside_the_digit_goes_and_the_digit_stays_whole(line: str):
    clean = digit()
    rest = without_lines(lined(clean, *LINES[line]))
    np.testing.assert_array_equal(rest[clean > 0], clean[clean > 0])
    assert not (rest[clean == 0] > spec.SOLID).any()


@pytest.mark.parametrize("x", [16, WIDTH - 17])
def test_an_upright_line_further_in_goes_and_the_digit_stays_whole(x: int):
    clean = np.zeros((HEIGHT, WIDTH), np.uint8)
    clean = cv2.ellipse(clean, (40, 50), (10, 30), 0, 0, 360, 255, 6, cv2.LINE_AA)  # a narrow 0
    np.testing.assert_array_equal(without_lines(lined(clean, (x, 0), (x, HEIGHT))), clean)


def test_a_box_around_the_digit_goes():
    clean = digit()
    boxed = clean
    for x, y in ((4, 0), (WIDTH - 5, 0)):
        boxed = lined(boxed, (x, y), (x, HEIGHT))
    for x, y in ((0, 5), (0, HEIGHT - 6)):
        boxed = lined(boxed, (x, y), (WIDTH, y))
    assert scenes.share_in_common(without_lines(boxed), clean) > 0.97


def test_a_dotted_ruling_goes():
    clean = digit()
    dotted = clean.copy()
    for x in range(0, WIDTH, 4):
        dotted[91:93, x : x + 2] = 255
    assert scenes.share_in_common(without_lines(dotted), clean) > 0.97


@pytest.fixture
def stem() -> np.ndarray:
    """A stem that reaches nearly to the bottom, with a bar, so that more than a line is left."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[10:98, 36:44] = ink[50:58, 20:60] = 255
    return ink


def test_a_stroke_that_crosses_a_ruling_stays_whole(stem: np.ndarray):
    rest = without_lines(lined(stem, (0, 78), (WIDTH, 78)))
    np.testing.assert_array_equal(rest[stem > 0], stem[stem > 0])
    assert not rest[76:81, :34].any()
    assert not rest[76:81, 46:].any()


def test_beyond_a_line_close_to_a_side_there_is_no_ink(stem: np.ndarray):
    rest = without_lines(lined(stem, (0, 88), (WIDTH, 88)))
    np.testing.assert_array_equal(rest[:85], stem[:85])
    assert not rest[87:].any()


@pytest.mark.parametrize(("axis", "near"), [(0, True), (0, False), (1, True), (1, False)])
def test_a_dark_strip_along_a_side_goes(axis: int, near: bool):
    clean = digit()
    strip = clean.copy()
    side = [slice(None), slice(None)]
    side[axis] = slice(0, 5) if near else slice(-5, None)
    strip[tuple(side)] = 255
    rest = without_lines(strip)
    assert not rest[tuple(side)].any()
    assert scenes.share_in_common(rest, clean) > 0.97


@pytest.mark.parametrize("value", range(10))
def test_a_digit_without_lines_comes_back_as_it_is(value: int):
    ink = digit(value)
    assert without_lines(ink) is ink


def test_a_line_in_the_middle_of_the_picture_stays_as_it_may_be_a_stroke():
    ink = lined(digit(), (0, 50), (WIDTH, 50))
    assert without_lines(ink) is ink


def test_a_bar_of_the_digit_that_ends_before_the_sides_stays():
    ink = lined(np.zeros((HEIGHT, WIDTH), np.uint8), (30, 20), (30, 80), 4)
    ink = lined(ink, (12, 82), (WIDTH - 13, 82), 4)  # the foot of a 1 or 2
    assert without_lines(ink) is ink


def test_a_line_that_is_all_there_is_stays():
    bar = lined(np.zeros((HEIGHT, WIDTH), np.uint8), (WIDTH - 6, 0), (WIDTH - 6, HEIGHT), 5)
    assert without_lines(bar) is bar


def test_a_small_picture_keeps_everything():
    side = spec.LINES_MIN_SIDE - 1
    ink = np.zeros((side, 60), np.uint8)
    ink[4:16, 20:30] = ink[-3:-1] = 255
    assert without_lines(ink) is ink


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=70)))
def test_ink_is_only_ever_taken_away_and_the_given_image_not_written_to(ink: np.ndarray):
    before = ink.copy()
    rest = without_lines(ink)
    np.testing.assert_array_equal(ink, before)
    assert (rest.shape, rest.dtype) == (ink.shape, np.uint8)
    assert ((rest == ink) | (rest == 0)).all()


@given(st.sampled_from(sorted(LINES)), st.integers(0, 9))
def test_the_turned_picture_loses_the_same_ink(line: str, value: int):
    ink = lined(digit(value), *LINES[line])
    turned = np.ascontiguousarray(ink[::-1, ::-1])
    assert scenes.share_in_common(without_lines(turned)[::-1, ::-1], without_lines(ink)) > 0.97
