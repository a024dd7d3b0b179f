"""linking.py: perfect answers become the numbers that are written, in rows, in the order of reading."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from perfect_maps import Told, perfect

from inkdigits import spec
from inkdigits.find.linking import fall_of, numbers_of, rows_of
from inkdigits.find.marks import marks_of_answer


def written(text: str, left: float, middle: float, pitch: float = 15.0, fall: float = 0.0) -> list[Told]:
    """Returns the marks of a number that stands at a place; a point is small and stands low."""
    places = [
        (left + pitch * i, middle + fall * pitch * i + (8 if value == "." else 0))
        for i, value in enumerate(text)
    ]
    following = [*places[1:], None]
    return [
        (value, x, y, 3.5 if value == "." else 12.0, 3.5 if value == "." else 22.0, after)
        for value, (x, y), after in zip(text, places, following, strict=True)
    ]


def read(marks: list[Told], side: tuple[int, int] = (192, 256), turn: float = 0.0) -> str:
    found = marks_of_answer(perfect(marks, side, turn=turn))
    names = found.chances.argmax(axis=1)
    rows = rows_of(found, numbers_of(found))
    return "|".join(
        " ".join("".join(spec.NUMBER_LABELS[names[place]] for place in number) for number in row)
        for row in rows
    )


def test_links_tell_where_a_number_ends_though_the_gap_is_the_same():
    assert read(written("12", 20, 40) + written("345", 50, 40)) == "12 345"


@pytest.mark.parametrize("fall", [0.0, 0.1, -0.3])
def test_digits_that_follow_each_other_tell_how_far_lines_fall(fall: float):
    marks = [mark for row in range(4) for mark in written("1234", 30, 40 + 35 * row, fall=fall)]
    found = marks_of_answer(perfect(marks, (192, 256)))
    assert fall_of(found) == pytest.approx(np.degrees(np.arctan(fall)), abs=2)
    assert fall_of(found.only(slice(4))) == 0, "too few to tell"


def test_a_weak_link_closes_a_narrow_gap_and_no_wide_one():
    for pitch, text in ((15.0, "12"), (40.0, "1 2")):
        found = marks_of_answer(perfect(written("12", 30, 40, pitch=pitch), (96, 128)))
        weak = replace(found, links=np.where(found.links > 0.5, 0.3, found.links).astype(np.float32))
        names = weak.chances.argmax(axis=1)
        told = [[spec.NUMBER_LABELS[names[place]] for place in number] for number in numbers_of(weak)]
        assert " ".join("".join(number) for number in sorted(told)) == text


def test_a_decimal_is_one_number():
    assert read(written("20.5", 30, 60, pitch=11)) == "20.5"
    assert read(written("-3.14", 30, 60, pitch=13)) == "-3.14"


def test_digits_that_touch_are_one_number_in_order():
    assert read(written("11171", 30, 60, pitch=6)) == "11171"


def test_rows_are_read_from_the_top_and_each_from_the_left():
    marks = written("78", 150, 90) + written("12", 20, 40) + written("56", 20, 88) + written("34", 150, 42)
    assert read(marks) == "12 34|56 78"


def test_rows_that_fall_are_followed():
    fall = 0.15
    marks = [
        mark
        for row in range(3)
        for column in range(4)
        for mark in written(f"{row}{column}", 20 + 55 * column, 30 + 34 * row + fall * 55 * column, fall=fall)
    ]
    assert read(marks, turn=float(np.degrees(np.arctan(fall)))) == "00 01 02 03|10 11 12 13|20 21 22 23"


def test_what_is_no_character_is_in_no_number():
    assert read([*written("12", 20, 40), ("?", 120, 40, 30, 20, None)]) == "12"


def test_a_link_to_nothing_ends_the_number():
    marks = written("12", 20, 40)
    lone = (*marks[1][:5], (90.0, 40.0))
    assert read([marks[0], lone, *written("7", 150, 40)]) == "12 7"


def test_a_mark_follows_one_mark_alone():
    first, second = written("17", 20, 40), written("27", 20, 64)
    both = [
        (*first[0][:5], (35.0, 44.0)),
        (*second[0][:5], (35.0, 44.0)),
        ("7", 35.0, 44.0, 12.0, 22.0, None),
    ]
    assert sorted(read(both).replace("|", " ").split()) in (["1", "27"], ["17", "2"])


def test_nothing_has_no_rows():
    assert read([]) == ""
