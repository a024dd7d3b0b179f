"""border_lines.py: dark strips along a picture's sides go; strokes, also those that end there, stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.border_lines import without_edges

HEIGHT, WIDTH = 100, 80
SIDES = ("above", "below", "left", "right")


def digit(value: int = 3) -> np.ndarray:
    """Returns a digit that stays clear of the picture's sides: uint8 (100, 80), 255 = ink."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[18:82, 14:66] = cv2.resize(scenes.pen_digit(value, 1), (52, 64), interpolation=cv2.INTER_AREA)
    return ink


def strip(side: str, deep: int, inset: int = 0) -> tuple[slice, slice]:
    """Returns the place of a strip along a side of the picture, some pixels away from it."""
    near, far = slice(inset, inset + deep), slice(-inset - deep, -inset or None)
    rows = {"above": near, "below": far}.get(side, slice(None))
    columns = {"left": near, "right": far}.get(side, slice(None))
    return rows, columns


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("deep", "inset"), [(2, 0), (5, 0), (3, 4)])
def test_a_dark_strip_along_a_side_goes_and_the_digit_stays_whole(side: str, deep: int, inset: int):
    clean = digit()
    edged = clean.copy()
    edged[strip(side, deep, inset)] = 255
    np.testing.assert_array_equal(without_edges(edged), clean)


def test_what_lies_outside_of_a_strip_goes_with_it():
    clean = digit()
    edged = clean.copy()
    edged[:2, ::3] = 255  # the writing of the row above
    edged[strip("above", 3, inset=4)] = 255
    np.testing.assert_array_equal(without_edges(edged), clean)


@pytest.mark.parametrize("side", SIDES)
def test_a_strip_with_gaps_goes_and_one_with_more_of_them_stays(side: str):
    edged = digit()
    edged[strip(side, 3)] = 255
    gap = (slice(40, 50), slice(None)) if side in ("left", "right") else (slice(None), slice(40, 50))
    edged[gap] = 0
    assert not without_edges(edged)[strip(side, 3)].any()
    wider = (slice(30, 60), slice(None)) if side in ("left", "right") else (slice(None), slice(30, 60))
    edged[wider] = 0
    assert without_edges(edged) is edged


def test_all_four_sides_of_a_box_go():
    clean = digit()
    edged = clean.copy()
    for side in SIDES:
        edged[strip(side, 4)] = 255
    np.testing.assert_array_equal(without_edges(edged), clean)


def test_a_line_further_in_stays_as_it_may_be_a_stroke():
    ink = digit()
    ink[strip("above", 3, inset=round(spec.EDGE_REACH * HEIGHT) + 2)] = 255
    assert without_edges(ink) is ink


@pytest.mark.parametrize("value", range(10))
def test_a_digit_without_strips_comes_back_as_it_is(value: int):
    ink = digit(value)
    assert without_edges(ink) is ink


def test_a_strip_that_is_all_there_is_stays_as_it_is_a_1_in_a_tight_crop():
    bar = np.zeros((HEIGHT, WIDTH), np.uint8)
    bar[:, -9:-3] = 255
    assert without_edges(bar) is bar


def test_a_small_picture_keeps_everything():
    side = spec.LINES_MIN_SIDE - 1
    ink = np.zeros((side, 60), np.uint8)
    ink[4:16, 20:30] = ink[-3:-1] = 255
    assert without_edges(ink) is ink


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=70)))
def test_ink_is_only_ever_taken_away_and_the_given_image_not_written_to(ink: np.ndarray):
    before = ink.copy()
    rest = without_edges(ink)
    np.testing.assert_array_equal(ink, before)
    assert (rest.shape, rest.dtype) == (ink.shape, np.uint8)
    assert ((rest == ink) | (rest == 0)).all()


@given(st.sampled_from(SIDES), st.integers(1, 8), st.integers(0, 9))
def test_the_turned_picture_loses_the_same_ink(side: str, deep: int, value: int):
    ink = digit(value)
    ink[strip(side, deep)] = 255
    turned = np.ascontiguousarray(ink[::-1, ::-1])
    np.testing.assert_array_equal(without_edges(turned)[::-1, ::-1], without_edges(ink))
