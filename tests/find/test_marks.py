"""marks.py: what the finder answers becomes marks, each once, with place, size, name and neighbour."""

from __future__ import annotations

import numpy as np
import pytest
from perfect_maps import perfect

from inkdigits import spec
from inkdigits.find.marks import joined, marks_of_answer, matched

SIDE = (96, 128)


def read(marks, **options):
    found = marks_of_answer(perfect(marks, SIDE, **options))
    order = np.argsort(found.places[:, 0])
    return found.only(order)


def text_of(found) -> str:
    return "".join(spec.NUMBER_LABELS[place] for place in found.chances.argmax(axis=1))


def test_a_mark_comes_back_where_it_is_and_as_large():
    found = read([("7", 41.3, 50.2, 13.0, 24.0, (60.0, 52.0)), ("?", 90, 20, 40, 18, None)])
    np.testing.assert_allclose(found.places, [(41.3, 50.2, 13, 24), (90, 20, 40, 18)], rtol=1e-4)
    np.testing.assert_allclose(found.steps[0], (18.7, 1.8), rtol=1e-4)
    assert text_of(found) == "7?"
    assert found.links[0] > 0.9
    assert found.links[1] < 0.1
    assert (found.scores > 0.9).all()
    np.testing.assert_allclose(found.chances.sum(axis=1), 1, rtol=1e-5)


def test_digits_that_touch_are_all_found():
    ones = [("1", 20.0 + 6 * index, 40.0, 5.0, 22.0, None) for index in range(8)]
    assert text_of(read(ones)) == 8 * "1"


def test_a_stroke_of_a_mark_is_no_mark_of_its_own():
    assert text_of(read([("7", 40, 40, 14, 22, None), ("-", 41, 47, 9, 3, None)])) == "7", (
        "by the smaller area"
    )
    assert text_of(read([("-", 15, 40, 9, 3, None), ("7", 40, 40, 14, 22, None)])) == "-7"


def test_a_point_under_the_arm_of_a_seven_is_kept_and_one_in_a_colon_is_not():
    assert text_of(read([("7", 40, 40, 14, 22, None), (".", 46, 49, 3.5, 3.5, None)])) == "7."
    assert text_of(read([(":", 40, 40, 4, 16, None), (".", 40, 47, 3, 3, None)])) == ":"


def test_the_surer_of_two_at_one_place_stays():
    weak = marks_of_answer(perfect([("3", 40, 40, 13, 22, None)], SIDE, score=0.5))
    sure = marks_of_answer(perfect([("8", 42, 41, 14, 22, None)], SIDE))
    from inkdigits.find.marks import suppressed

    assert text_of(suppressed(joined([weak, sure]))) == "8"


def test_a_temperature_makes_names_less_sure_and_no_others():
    answer = perfect([("5", 40, 40, 13, 22, None)], SIDE)
    sharp, soft = marks_of_answer(answer), marks_of_answer(answer, 4.0)
    assert text_of(sharp) == text_of(soft) == "5"
    assert soft.chances.max() < sharp.chances.max()


def test_nothing_is_found_where_nothing_is():
    assert len(read([])) == len(joined([])) == 0
    assert matched(read([]), np.zeros((0, 4), np.float32)) == []


def test_each_place_is_matched_by_the_surest_mark_on_it():
    found = read([("5", 40, 40, 13, 22, None), ("6", 80, 40, 13, 22, None)])
    places = np.array([(81, 41, 13, 22), (41, 39, 13, 22), (10, 10, 13, 22)], np.float32)
    assert sorted(matched(found, places)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(("across", "down"), [(2.0, 2.0), (1.5, 0.5)])
def test_marks_move_and_stretch_with_their_picture(across: float, down: float):
    found = read([("5", 40, 40, 13, 22, (60, 44))]).stretched(across, down).moved(-3, 7)
    np.testing.assert_allclose(
        found.places[0], (40 * across - 3, 40 * down + 7, 13 * across, 22 * down), rtol=1e-4
    )
    np.testing.assert_allclose(found.steps[0], (20 * across, 4 * down), rtol=1e-4)
