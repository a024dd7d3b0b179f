"""digit.py: the digit that a picture is about is among the crops, and a clean one is the first and only."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.digit import Candidate, digit_candidates

HEIGHT, WIDTH = 100, 90
MIDDLE = (15, 20)  # where a digit's sheet of 60 pixels stands in the middle of the picture


def placed(digit: np.ndarray, x: int, y: int, size: int = 60) -> np.ndarray:
    """Returns an ink image with a digit's sheet at (x, y), which may lie outside: uint8 (100, 90)."""
    paper = np.zeros((HEIGHT, WIDTH, 3))
    scenes.write(paper, digit, x, y, size, ink=(255, 255, 255))
    return scenes.photo(paper)[..., 0]


def together(*inks: np.ndarray) -> np.ndarray:
    return np.maximum.reduce(inks)


def drawn(*strokes: Iterable[tuple[int, int]], thick: int = 6) -> np.ndarray:
    """Returns strokes of a pen through points (x, y): uint8 (100, 90)."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    for stroke in strokes:
        cv2.polylines(ink, [np.array(stroke, np.int32)], False, 255, thick, cv2.LINE_AA)
    return ink


def in_image(candidate: Candidate, shape: tuple[int, ...] = (HEIGHT, WIDTH)) -> np.ndarray:
    """Returns a candidate where it stands in the ink image."""
    x, y, width, height = candidate.box
    assert candidate.ink.shape == (height, width)
    out = np.zeros(shape, np.uint8)
    out[y : y + height, x : x + width] = candidate.ink
    return out


def first(ink: np.ndarray) -> np.ndarray:
    return in_image(digit_candidates(ink)[0])


def best_match(ink: np.ndarray, digit: np.ndarray) -> float:
    return max(scenes.share_in_common(in_image(one), digit) for one in digit_candidates(ink))


DIGIT = placed(scenes.pen_digit(3, 1), *MIDDLE, 64)


@pytest.mark.parametrize("value", range(10))
def test_a_clean_digit_comes_first_with_all_its_ink(value: int):
    ink = placed(scenes.pen_digit(value, 1), *MIDDLE)
    candidate = digit_candidates(ink)[0]
    np.testing.assert_array_equal(in_image(candidate) > spec.SOLID, ink > spec.SOLID)
    assert candidate.prior == 0


def test_a_narrow_digit_leaves_no_doubt():
    assert len(digit_candidates(drawn([(45, 20), (43, 80)]))) == 1


def test_the_box_encloses_the_digit_with_one_pixel_for_its_soft_edge():
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    ink[20:70, 30:45] = 255
    assert digit_candidates(ink)[0].box == (29, 19, 17, 52)


def test_no_ink_has_no_candidates():
    assert digit_candidates(np.zeros((HEIGHT, WIDTH), np.uint8)) == []
    assert digit_candidates(np.full((HEIGHT, WIDTH), spec.SOLID, np.uint8)) == []


# ---- What is not the digit ----


@pytest.mark.parametrize(
    "neighbours",
    [
        [(-38, 15)],
        [(66, 18)],
        [(-38, 15), (66, 18)],
        [(-40, 22), (64, 25), (20, -42), (25, 82)],
    ],
    ids=["left", "right", "both", "all around"],
)
def test_pieces_of_neighbours_that_reach_the_border_are_left_out(neighbours: list[tuple[int, int]]):
    pieces = [placed(scenes.pen_digit(8, index), *where) for index, where in enumerate(neighbours)]
    assert scenes.share_in_common(first(together(DIGIT, *pieces)), DIGIT) > 0.97


def test_a_full_stop_under_the_arm_of_a_7_is_left_out():
    seven = drawn([(28, 20), (64, 20), (44, 78)])
    assert (
        scenes.share_in_common(first(together(seven, cv2.circle(drawn(), (62, 75), 3, 255, -1))), seven) == 1
    )


def test_dirt_inside_the_digit_is_left_out():
    ring = cv2.ellipse(drawn(), (45, 50), (18, 30), 0, 0, 360, 255, 6)
    dirty = ring.copy()
    dirty[48:50, 44:46] = 255
    np.testing.assert_array_equal(first(dirty), ring)


@pytest.mark.parametrize("piece", [[(45, 0), (45, 8)], [(45, 99), (45, 92)]], ids=["above", "below"])
def test_a_piece_of_the_line_above_or_below_is_left_out_however_close(piece: list[tuple[int, int]]):
    digit = drawn([(30, 20), (60, 20), (45, 46), (60, 80), (30, 80)])
    ink = together(digit, drawn(piece), drawn([(0, 20), (5, 50), (0, 80)]))
    assert scenes.share_in_common(first(ink), digit) == 1


def test_a_ruling_is_left_out_but_stays_a_possibility():
    lined = cv2.line(DIGIT.copy(), (0, 90), (WIDTH, 90), 255, 2)
    candidates = digit_candidates(lined)
    assert scenes.share_in_common(in_image(candidates[0]), DIGIT) > 0.97
    foot = drawn([(45, 15), (45, 84)], [(0, 84), (WIDTH, 84)])  # a 1 whose foot reaches both sides
    with_foot = [one for one in digit_candidates(foot) if in_image(one)[84, 10]]
    assert with_foot
    assert all(one.prior < 0 for one in with_foot)


@pytest.mark.parametrize("value", [0, 2, 3, 8])
def test_a_neighbour_that_touches_can_be_cut_off(value: int):
    digit = placed(scenes.pen_digit(value, 1), *MIDDLE)
    last = int(np.flatnonzero((digit > 127).any(axis=0))[-1])
    neighbour = drawn([(last + 14, 22), (last + 14, 78)], thick=4)
    joint = drawn([(last - 2, 60), (last + 14, 60)], thick=2)
    touching = together(digit, neighbour, joint)
    assert scenes.share_in_common(first(touching), digit) < 0.85
    assert best_match(touching, digit) > 0.85


def test_the_larger_and_more_central_of_two_digits_comes_first():
    small, large = placed(scenes.pen_digit(6, 3), 50, 40, 36), placed(scenes.pen_digit(2, 3), 0, 15, 60)
    ink = together(small, large)
    assert scenes.share_in_common(first(ink), large) > 0.97
    assert best_match(ink, small) > 0.97


# ---- What belongs to it ----


PIECES = {
    "the bar of a 5 apart": drawn([(38, 22), (36, 46), (56, 50), (58, 70), (34, 76)], [(42, 14), (66, 12)]),
    "a 4 in two strokes": drawn([(36, 20), (30, 52), (46, 52)], [(58, 18), (56, 82)]),
    "a 5 whose bar stands to the right": drawn(
        [(36, 22), (34, 46), (54, 50), (56, 70), (32, 76)], [(62, 16), (80, 13)]
    ),
    "a broken 7": drawn([(28, 20), (64, 20), (56, 42)], [(52, 54), (44, 82)]),
    "a 1 with a foot apart": drawn([(44, 15), (44, 72)], [(30, 82), (60, 82)]),
}


@pytest.mark.parametrize("name", PIECES)
def test_a_digit_in_pieces_comes_first_as_a_whole(name: str):
    ink = PIECES[name]
    assert cv2.connectedComponents((ink > spec.SOLID).astype(np.uint8))[0] > 2  # paper and two pieces
    assert scenes.share_in_common(first(ink), ink) > 0.97


@pytest.mark.parametrize("name", PIECES)
def test_a_digit_in_pieces_stays_together_beside_a_piece_of_a_neighbour(name: str):
    neighbour = drawn([(0, 20), (5, 50), (0, 80)])
    assert scenes.share_in_common(first(together(PIECES[name], neighbour)), PIECES[name]) > 0.97


def test_the_main_piece_alone_stays_a_possibility():
    ink = PIECES["the bar of a 5 apart"]
    bowl = ink.copy()
    bowl[:18] = 0
    assert best_match(ink, bowl) > 0.97


def test_in_a_small_picture_strokes_at_the_sides_belong_to_the_digit():
    ink = np.zeros((20, 16), np.uint8)
    ink[0:11, 0:3] = ink[8:11, 0:9] = ink[0:20, 11:14] = 255  # a 4 that fills its crop, in two pieces
    assert (in_image(digit_candidates(ink)[0], ink.shape) == ink).all()


# ---- Any ink ----


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=48)))
def test_candidates_are_parts_of_the_ink_in_falling_order(ink: np.ndarray):
    before = ink.copy()
    candidates = digit_candidates(ink)
    np.testing.assert_array_equal(ink, before)
    assert bool(candidates) == (ink > spec.SOLID).any()
    priors = [one.prior for one in candidates]
    assert priors == sorted(priors, reverse=True)
    assert all(prior <= 0 for prior in priors)
    for one in candidates:
        there = in_image(one, ink.shape)
        assert one.ink.dtype == np.uint8
        assert (there > spec.SOLID).any()
        assert ((there == ink) | (there == 0)).all()
    assert len({(one.box, one.ink.tobytes()) for one in candidates}) == len(candidates)


@given(st.integers(-12, 12), st.integers(-15, 15), st.integers(0, 9))
def test_where_the_digit_stands_does_not_change_its_crop(right: int, down: int, value: int):
    digit = scenes.pen_digit(value, 1)
    here = digit_candidates(placed(digit, *MIDDLE))[0]
    there = digit_candidates(placed(digit, MIDDLE[0] + right, MIDDLE[1] + down))[0]
    np.testing.assert_array_equal(here.ink, there.ink)
    assert there.box == (here.box.x + right, here.box.y + down, here.box.width, here.box.height)
