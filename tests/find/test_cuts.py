"""cuts.py: what may be two digits is cut at its thinnest, along the slant; one digit is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.cuts import cuts


def bars(count: int, joint: int = 4) -> np.ndarray:
    """Returns upright bars, 12 columns wide and 40 apart, joined at half height: uint8 (60, W), no margin."""
    ink = np.zeros((60, 40 * count - 28), np.uint8)
    for column in range(0, 40 * count, 40):
        ink[:, column : column + 12] = 255
    ink[30 : 30 + joint] = 255
    return ink


def columns_of(ink: np.ndarray) -> tuple[int, int]:
    columns = np.flatnonzero(ink.any(axis=0))
    return int(columns[0]), int(columns[-1])


@pytest.mark.parametrize(("wanted", "kept", "gone"), [(6, (0, 12), (40, 52)), (46, (40, 52), (0, 12))])
def test_two_digits_that_touch_are_cut_between_them(wanted: int, kept: tuple, gone: tuple):
    (piece, _), *_ = cuts(bars(2), 0.0, wanted, touches=False)
    assert (piece[:, slice(*kept)] == 255).all()
    assert not piece[:, slice(*gone)].any()


def test_the_middle_one_of_three_is_cut_on_either_side_and_on_both():
    pieces = [piece for piece, _ in cuts(bars(3), 0.0, 46, touches=True)]
    ends = [columns_of(piece) for piece in pieces]
    assert [(first > 0, last < 91) for first, last in ends] == [(True, False), (False, True), (True, True)]
    assert all((piece[:, 40:52] == 255).all() for piece in pieces)


@pytest.mark.parametrize("joint", [4, 12, 24])
def test_the_cost_is_the_share_of_the_height_that_is_cut_through(joint: int):
    (_, cost), *_ = cuts(bars(2, joint), 0.0, 6, touches=False)
    assert cost == pytest.approx(joint / 60)


def test_without_ink_on_both_sides_there_is_no_cut():
    apart = bars(2, joint=0)
    apart[:, 40:] = 0
    assert cuts(apart, 0.0, 6, touches=False) == []


def test_the_cut_follows_the_slant_of_the_writing():
    def leaning(ink: np.ndarray) -> np.ndarray:
        wide = cv2.copyMakeBorder(ink, 0, 0, 15, 15, cv2.BORDER_CONSTANT, value=0)
        return cv2.warpAffine(wide, np.array([[1, -0.5, 15], [0, 1, 0]], np.float64), wide.shape[::-1])

    ink = bars(3)
    first, others = (leaning(np.where(keep, ink, 0)) for keep in (np.arange(92) < 12, np.arange(92) >= 40))
    assert columns_of(first)[1] > columns_of(others)[0]  # no straight cut could part them
    (piece, _), *_ = cuts(leaning(ink), 0.5, 20, touches=False)
    assert piece[first > 127].all()
    assert not piece[others > 127].any()


@pytest.mark.parametrize(
    ("width", "touches", "cut"),
    [(30, False, False), (30, True, True), (18, True, False), (45, False, True)],
)
def test_how_wide_a_piece_must_be_depends_on_whether_it_reaches_a_side(width: int, touches: bool, cut: bool):
    ink = np.full((60, width), 255, np.uint8)
    assert bool(cuts(ink, 0.0, width / 2, touches=touches)) == cut


@pytest.mark.parametrize("value", [1, 7])
def test_a_narrow_digit_away_from_the_sides_is_never_cut(value: int):
    ink = scenes.pen_digit(value, 8)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    tight = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    assert cuts(tight, 0.3, tight.shape[1] / 2, touches=False) == []


def test_a_piece_of_a_few_pixels_is_never_cut():
    assert cuts(np.full((7, 40), 255, np.uint8), 0.0, 20, touches=True) == []


@given(
    arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=60)),
    st.floats(-0.2, 1.0),
    st.floats(-20, 80),
    st.booleans(),
)
def test_a_cut_takes_away_and_keeps_enough(ink: np.ndarray, slant: float, middle: float, touches: bool):
    before = ink.copy()
    found = cuts(ink, slant, middle, touches=touches)
    np.testing.assert_array_equal(ink, before)
    assert len(found) <= 3
    for piece, cost in found:
        assert (piece.shape, piece.dtype) == (ink.shape, np.uint8)
        assert ((piece == ink) | (piece == 0)).all()
        assert piece.sum(dtype=np.int64) >= spec.CUT_LEAST * ink.sum(dtype=np.int64)
        assert 0 <= cost <= 2  # two cuts at most
