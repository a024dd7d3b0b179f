"""characters.py: each character of a number that touches no other, with all of its strokes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.characters import Character, characters_apart, is_blank, share_ink

HEIGHT = 48


def field(width: int = 200) -> np.ndarray:
    """Returns paper for a number: uint8 (48, width), 255 = ink."""
    return np.zeros((HEIGHT, width), np.uint8)


def stroke(ink: np.ndarray, start: tuple[int, int], end: tuple[int, int], wide: int = 4) -> None:
    cv2.line(ink, start, end, (255,), wide, cv2.LINE_AA)


def written(text: str, apart: int = 60) -> np.ndarray:
    """Returns digits of the pen so many pixels after one another, uint8 (64, W)."""
    ink = np.zeros((64, apart * len(text) + 8), np.uint8)
    for place, value in enumerate(text):
        digit = cv2.resize(scenes.plain_digit(int(value)), (56, 56), interpolation=cv2.INTER_AREA)
        window = ink[4:60, 4 + apart * place :][:, :56]
        np.maximum(window, digit[:, : window.shape[1]], out=window)
    return ink


# ---- Characters ----


@pytest.mark.parametrize("text", ["7", "63", "902", "12345678"])
def test_digits_that_stand_apart_are_found_from_left_to_right(text: str):
    ink = written(text)
    characters, marks = characters_apart(ink)
    assert (len(characters), marks) == (len(text), False)
    for place, (value, character) in enumerate(zip(text, characters, strict=True)):
        alone = written(value)
        columns = np.flatnonzero((alone > spec.SOLID).any(axis=0)) + 60 * place
        assert (character.first, character.last) == (columns[0], columns[-1] + 1)
        assert scenes.share_in_common(
            np.pad(character.ink, ((0, 0), (character.first - 1, 0)))[:, 60 * place :][:, :60],
            ink[:, 60 * place : 60 * (place + 1)][:, : character.last + 1 - 60 * place],
        ) == pytest.approx(1)


def test_digits_that_touch_are_one_character():
    ink = field()
    for x in (20, 44):
        cv2.ellipse(ink, (x, 24), (11, 18), 0, 0, 360, (255,), 4, cv2.LINE_AA)
    stroke(ink, (120, 6), (120, 42))
    assert len(characters_apart(ink).characters) == 2


def test_a_bar_that_broke_off_above_a_digit_is_a_stroke_of_it():
    ink = field(80)
    cv2.ellipse(ink, (30, 30), (11, 12), 0, -120, 140, (255,), 4, cv2.LINE_AA)
    stroke(ink, (26, 5), (42, 4))
    (five,), marks = characters_apart(ink)
    assert not marks
    assert five.ink[:8].any()


def test_halves_of_a_digit_that_lie_over_each_other_are_one_character():
    ink = field(80)
    stroke(ink, (20, 8), (28, 34))  # a 4 in two strokes
    stroke(ink, (20, 30), (40, 30))
    stroke(ink, (36, 6), (34, 44))
    assert len(characters_apart(ink).characters) == 1


@pytest.mark.parametrize("mark", ["point", "comma", "minus"])
def test_smaller_pieces_are_no_characters_but_marks(mark: str):
    ink = field()
    for x in (60, 120):
        stroke(ink, (x, 4), (x, 42))
    ends = {"point": ((90, 42), (90, 42)), "comma": ((92, 38), (88, 46)), "minus": ((14, 24), (34, 24))}
    stroke(ink, *ends[mark], 5)
    characters, marks = characters_apart(ink)
    assert (len(characters), marks) == (2, True)


def test_a_character_has_its_soft_edges_and_no_ink_of_another():
    ink = field(60)
    stroke(ink, (20, 4), (20, 42))
    stroke(ink, (28, 42), (44, 4))
    first, second = characters_apart(ink).characters
    assert (first.ink > 0).sum() >= (ink[:, :22] > spec.SOLID).sum()
    assert int(first.ink.sum()) + int(second.ink.sum()) <= int(ink.sum())


def test_blank_paper_and_no_paper_have_none():
    for shape in ((30, 40), (0, 40), (30, 0)):
        assert characters_apart(np.zeros(shape, np.uint8)) == ([], False)


@pytest.mark.parametrize(("wide", "narrow"), [(6, True), (30, True), (60, False)])
def test_a_narrow_character_is_hardly_two_digits(wide: int, narrow: bool):
    ink = field()
    cv2.rectangle(ink, (20, 4), (20 + wide, 43), (255,), 3)
    (character,), _ = characters_apart(ink)
    assert character.is_narrow == narrow


@given(arrays.arrays(np.uint8, st.tuples(st.integers(0, 40), st.integers(0, 60))))
def test_of_any_ink_characters_are_parts_in_their_order(ink: np.ndarray):
    before = ink.copy()
    characters, _ = characters_apart(ink)
    np.testing.assert_array_equal(ink, before)
    firsts = [character.first for character in characters]
    assert firsts == sorted(firsts)
    assert bool(characters) == bool((ink > spec.SOLID).any())
    for character in characters:
        assert 0 <= character.first < character.last <= ink.shape[1]
        assert (character.ink <= ink[:, max(0, character.first - 1) : character.last + 1]).all()
        assert character.ink.any()


# ---- Blank paper between two of them ----


def between(ink: np.ndarray) -> tuple[Character, Character]:
    first, second = characters_apart(ink).characters
    return first, second


def blank_between(shades: np.ndarray, ink: np.ndarray) -> bool:
    first, second = between(ink)
    return is_blank(shades, first.last + 1, second.first - 1)


def bars(apart: int) -> np.ndarray:
    ink = field()
    for x in (60, 60 + apart):
        stroke(ink, (x, 4), (x, 42))
    return ink


def test_between_two_digits_there_is_nothing_but_paper():
    assert blank_between(bars(40), bars(40))


def test_a_faint_mark_between_them_is_no_paper():
    shades = bars(40)
    cv2.circle(shades, (80, 40), 2, (spec.SOLID + 20,), -1)
    assert not blank_between(shades, bars(40))


def test_a_ruling_that_runs_on_hides_nothing():
    shades = bars(40)
    shades[44:46] = np.maximum(shades[44:46], 200)
    assert blank_between(shades, bars(40))
    cv2.circle(shades, (80, 38), 2, (spec.SOLID + 20,), -1)
    assert not blank_between(shades, bars(40))


def test_digits_that_stand_close_may_hide_a_point():
    close = bars(9)
    assert not blank_between(close, close)


# ---- Ink in common ----


def solid(*strokes: tuple[tuple[int, int], tuple[int, int]]) -> np.ndarray:
    ink = field(120)
    for start, end in strokes:
        stroke(ink, start, end)
    return ink > spec.SOLID


def test_characters_that_a_stroke_joins_share_ink():
    joined = solid(((20, 6), (20, 42)), ((100, 6), (100, 42)), ((20, 24), (100, 24)))
    assert share_ink(joined, (0, 60), (60, 120))
    assert share_ink(joined, (60, 120), (0, 60))


def test_characters_that_stand_apart_share_none():
    assert not share_ink(solid(((20, 6), (20, 42)), ((100, 6), (100, 42))), (0, 60), (60, 120))


def test_a_stroke_that_leans_over_its_neighbour_is_its_own():
    leaning = solid(((52, 42), (74, 6)), ((72, 42), (94, 6)))
    assert ((leaning[:, 71:76]).sum(axis=0) > 0).all(), "there is no column without ink"
    for cut in (72, 74):
        assert not share_ink(leaning, (0, cut), (cut, 120))


def test_who_has_no_ink_shares_that_of_the_other():
    one = solid(((20, 6), (20, 42)))
    assert share_ink(one, (0, 60), (60, 120))
    assert share_ink(one, (60, 120), (0, 60))
