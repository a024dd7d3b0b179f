"""kind.py: one digit or one number is found in the ways to see it, and a picture's ink is made once."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scenes
from conftest import draw_digit
from fakes import row_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.kind import DigitFound, Found, Kind, NumberFound, find, find_one
from inkdigits.ink import shades
from inkdigits.ink.shades import Inks

KINDS: tuple[Kind, ...] = ("digit", "number")
BLANK = np.full((300, 260), 235, np.uint8)


def kind_of(picture: np.ndarray, *, cropped: bool = True) -> str:
    return find_one(Inks(picture), cropped=cropped, several=False).kind


def ways(found: Found) -> int:
    return len(found.ways)


# ---- What is expected is found ----


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("picture", [draw_digit(4), row_of(1, 4, 7)])
def test_what_is_said_to_be_there_is_looked_for(kind: Kind, picture: np.ndarray):
    found = find(Inks(picture), kind)
    assert found.kind == kind
    assert isinstance(found, DigitFound if kind == "digit" else NumberFound)


def test_of_a_number_there_are_two_ways_where_light_and_dark_could_both_be_the_ink():
    assert ways(find(Inks(row_of(1, 4, 7)), "number")) == 1
    bold = scenes.marker_filling_its_picture()
    assert ways(find(Inks(bold), "number")) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(300, 260), (60, 50), (300, 260, 3), (20, 20)])
def test_on_blank_paper_nothing_is_found(kind: Kind, shape: tuple[int, ...]):
    blank = np.full(shape, 235, np.uint8)
    assert ways(find(Inks(blank), kind)) == 0
    assert ways(find_one(Inks(blank), cropped=True, several=False)) == 0


# ---- What nobody said is found out ----


@pytest.mark.parametrize("value", range(10))
@pytest.mark.parametrize("shape", [(120, 100), (120, 120), (300, 240)])
def test_a_picture_of_one_digit_is_one(value: int, shape: tuple[int, int]):
    if value == 8 and shape[0] == shape[1]:
        return  # this pen's 8 is wider than high: two rings side by side
    paper = scenes.page(*shape)
    size = round(0.8 * shape[1])
    scenes.write(paper, scenes.plain_digit(value), (shape[1] - size) // 2, (shape[0] - size) // 2, size)
    assert kind_of(scenes.photo(paper)) == "digit"


@pytest.mark.parametrize("side", [8, 20, 28, spec.SMALL_SIDE])
def test_a_tight_crop_is_one_digit(side: int):
    digit = cv2.resize(255 - scenes.mnist_digit(3), (side, side), interpolation=cv2.INTER_AREA)
    assert kind_of(digit) == "digit"


def test_a_digit_with_neighbours_that_the_sides_cut_is_one_digit():
    paper = scenes.page(90, 84)
    scenes.write(paper, scenes.plain_digit(5), -52, 8, 74)
    scenes.write(paper, scenes.plain_digit(2), 62, 8, 74)
    scenes.write(paper, scenes.plain_digit(3), 5, 8, 74)
    assert kind_of(scenes.photo(paper)) == "digit"


@pytest.mark.parametrize("digits", [(1, 4), (7, 4, 7), (4, 4, 7, 7, 1, 1)])
def test_digits_side_by_side_are_a_number(digits: tuple[int, ...]):
    assert kind_of(row_of(*digits)) == "number"


@pytest.mark.parametrize("width", [300, 700])
def test_a_number_in_a_wide_field_is_a_number(width: int):
    paper = scenes.page(90, width)
    for place, value in enumerate((3, 8, 6)):
        scenes.write(paper, scenes.plain_digit(value), 20 + 44 * place, 14, 60)
    assert kind_of(scenes.photo(paper)) == "number"


def test_what_is_known_to_hold_several_digits_is_a_number_whatever_its_shape():
    digit = Inks(draw_digit(4))
    assert find_one(digit, cropped=True, several=False).kind == "digit"
    assert find_one(digit, cropped=True, several=True).kind == "number"


def test_a_whole_sheet_of_paper_is_not_cut_out_around_a_digit():
    upright = np.full((500, 400), 240, np.uint8)
    upright[190:310, 110:290] = row_of(1, 4)
    assert kind_of(upright, cropped=False) == "number"
    one = np.full((500, 400), 240, np.uint8)
    one[190:310, 140:260] = draw_digit(7, 120)
    assert kind_of(one, cropped=False) == "digit"


@pytest.mark.parametrize("value", range(10))
@pytest.mark.parametrize("scale", [3, 7, 9])
def test_a_large_digit_of_thick_strokes_is_no_page(value: int, scale: int):
    paper = scenes.page(120, 100)
    scenes.write(paper, scenes.plain_digit(value), 5, 15, 90)
    large = cv2.resize(scenes.photo(paper), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    assert kind_of(large) == "digit"


@settings(max_examples=30)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12))),
    st.integers(1, 40),
    st.sampled_from(KINDS),
)
def test_any_picture_holds_what_was_expected_and_crops_lie_in_its_ink(
    cells: np.ndarray, side: int, kind: Kind
):
    found = find(Inks(cells.repeat(side, axis=0).repeat(side, axis=1)), kind)
    assert found.kind == kind
    for ink, crop in found.ways:
        x, y, width, height = crop.box
        assert 0 <= x < x + width <= ink.pixels.shape[1]
        assert 0 <= y < y + height <= ink.pixels.shape[0]


# ---- Ink, once ----


@pytest.mark.parametrize("picture", [draw_digit(4), row_of(1, 4, 7), BLANK])
def test_the_ink_of_a_picture_is_made_once(monkeypatch: pytest.MonkeyPatch, picture: np.ndarray):
    made: list[np.ndarray] = []
    make = shades.ink_images

    def counted(picture: np.ndarray):
        made.append(picture)
        return make(picture)

    monkeypatch.setattr(shades, "ink_images", counted)
    inks = Inks(picture)
    find_one(inks, cropped=True, several=False)
    find(inks, "number")
    find(inks, "digit")
    assert len(made) == 1
