"""interpret.py: each model is asked once for all that was found, and the answers are placed."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import draw_digit
from fakes import page_of, row_of

from inkdigits import spec
from inkdigits.find.kind import DigitFound, Found, NumbersFound, find
from inkdigits.ink.shades import Inks
from inkdigits.readings import Expect
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.interpret import Rows, interpret
from inkdigits.recognition.language import language_of
from inkdigits.recognition.model import Model
from inkdigits.recognition.prepare import digit_inputs, number_inputs, page_inputs


class Counted:
    """Keeps how many images each call of an engine had."""

    def __init__(self, engine):
        self.engine, self.calls = engine, []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.calls.append(len(images))
        return self.engine.logits(images)


class FakeModels:
    """Both models as fakes, which count what they are asked."""

    def __init__(self, digit: int = 7, text: str = "147", *, logit: float = 12.0, of_digit: float = 9.0):
        self.of_digits = Counted(FakeDigitEngine(digit, of_digit))
        self.of_numbers = Counted(FakeNumberEngine(text, logit))
        self.digits = Model.shipped("digit", self.of_digits)
        self.numbers = Model.shipped("number", self.of_numbers)

    @property
    def calls(self) -> tuple[list[int], list[int]]:
        return self.of_digits.calls, self.of_numbers.calls


def found_in(picture: np.ndarray, expect: Expect) -> Found:
    return find(Inks(picture), expect)


def interpreted(picture: np.ndarray, expect: Expect, models: FakeModels) -> Rows:
    return interpret(found_in(picture, expect), picture.shape, models)


def texts(rows: Rows) -> list[list[str]]:
    return [[number.text for number, _ in row] for row in rows]


# ---- One digit ----


def test_a_digit_is_named_by_the_digit_model_alone():
    picture, models = draw_digit(4), FakeModels(3)
    (((number, image),),) = interpreted(picture, "digit", models)
    assert (number.text, len(number.digits)) == ("3", 1)
    (way,) = digit_inputs(picture)
    np.testing.assert_array_equal(image, way.image)
    assert number.box == way.box
    assert models.calls == ([1], [])


# ---- One number ----


def test_a_number_that_is_read_surely_does_not_ask_the_digit_model():
    picture, models = row_of(1, 4, 7), FakeModels()
    (((number, image),),) = interpreted(picture, "number", models)
    assert number.text == "147"
    (way,) = number_inputs(picture)
    np.testing.assert_array_equal(image, way.image)
    assert number.box == way.box
    assert models.calls == ([], [1])


def test_a_number_that_is_read_unsurely_asks_the_digit_model_once_for_all_characters():
    models = FakeModels(logit=6.0)
    interpreted(row_of(1, 4, 7), "number", models)
    assert models.calls == ([3], [1])


def test_a_number_of_which_less_was_read_than_stands_there_asks_the_digit_model():
    models = FakeModels(text="14")
    (((number, _),),) = interpreted(row_of(7, 7, 7), "number", models)
    assert models.calls == ([3], [1])
    sure = FakeModels(text="147")
    (((whole, _),),) = interpreted(row_of(7, 7, 7), "number", sure)
    assert number.confidence < whole.confidence


def test_the_digit_model_can_overrule_the_number_model():
    models = FakeModels(7, "147", logit=5.0)
    assert texts(interpreted(row_of(7, 7, 7), "number", models)) == [["777"]]


@pytest.mark.parametrize("text", ["147", "17"])
def test_each_character_has_a_place_in_the_picture_whichever_model_named_it(text: str):
    for models in (FakeModels(text=text), FakeModels(text=text, logit=5.0)):
        (((number, _),),) = interpreted(row_of(1, 4, 7), "number", models)
        lefts = [digit.box.x for digit in number.digits]
        assert lefts == sorted(lefts)
        for digit in number.digits:
            assert 0 <= digit.box.x < digit.box.x + digit.box.width <= 270
            assert 0 <= digit.box.y < digit.box.y + digit.box.height <= 120


# ---- A page ----


def test_the_numbers_of_a_page_come_in_rows_with_their_inputs():
    picture, models = page_of(3), FakeModels(text="47")
    rows = interpreted(picture, "page", models)
    assert texts(rows) == [["47", "47"]] * 3
    for row, wanted in zip(rows, page_inputs(picture), strict=True):
        for (number, image), way in zip(row, wanted, strict=True):
            np.testing.assert_array_equal(image, way.image)
            assert number.box == way.box
    assert models.calls == ([], [6])


def test_the_characters_of_all_numbers_go_to_the_digit_model_in_one_call():
    models = FakeModels(text="47", logit=6.0)
    interpreted(page_of(3), "page", models)
    assert models.calls == ([12], [6])


def test_what_the_models_make_nothing_of_is_left_out_with_its_row():
    rows = interpreted(page_of(3), "page", FakeModels(text="4747", logit=0.5, of_digit=0.0))
    assert rows == []


def test_on_a_page_the_least_likely_is_left_out_and_of_one_number_it_is_the_answer():
    models = FakeModels(text="4747", logit=0.5, of_digit=0.0)
    (((number, _),),) = interpreted(row_of(1, 4, 7), "number", models)
    assert number.text
    assert number.confidence < spec.PAGE_LEAST_CONFIDENCE


# ---- Nothing ----


@pytest.mark.parametrize(
    "found",
    [DigitFound(()), NumbersFound((), "number"), NumbersFound((), "page"), NumbersFound(((),), "page")],
)
def test_where_nothing_was_found_no_model_is_asked(found: Found):
    models = FakeModels()
    assert interpret(found, (100, 100), models) == []
    assert models.calls == ([], [])


@pytest.mark.parametrize("expect", ["number", "page"])
def test_where_no_character_is_read_nothing_is_written(expect: Expect):
    models = FakeModels(text="")
    assert interpreted(page_of(2), expect, models) == []
    assert models.of_digits.calls == []


# ---- What may stand there ----


def told(picture: np.ndarray, expect: Expect, models: FakeModels, *said: str | None) -> Rows:
    return interpret(found_in(picture, expect), picture.shape, models, language_of(*said))


def test_a_digit_is_the_likeliest_of_those_that_may_stand_there():
    models = FakeModels(7, of_digit=4.0)
    ((number, _),) = told(draw_digit(7), "digit", models, "0-4", None)[0]
    assert number.text in "01234"
    assert number.confidence < 0.5
    assert {value for value, _ in number.digits[0].alternatives} < set("01234")
    ((number, _),) = told(draw_digit(7), "digit", models, "5-9", None)[0]
    assert number.text == "7"
    assert number.confidence > interpreted(draw_digit(7), "digit", models)[0][0][0].confidence


def test_a_number_fits_and_is_as_sure_as_before_if_it_did():
    models = FakeModels(text="147")
    picture = row_of(1, 4, 7)
    before = interpreted(picture, "number", models)[0][0][0]
    same = told(picture, "number", models, "0-9", r"\d{3}")[0][0][0]
    assert (same.text, same.digits[0].box) == (before.text, before.digits[0].box)
    assert same.confidence >= before.confidence
    other = told(picture, "number", models, None, r"\d{2}")[0][0][0]
    assert len(other.text) == 2
    assert other.confidence < 0.05


def test_what_does_not_fit_stays_on_its_page_as_it_is_written_and_without_confidence():
    models = FakeModels(text="14")
    page = page_of(2)
    assert texts(told(page, "page", models, None, "14")) == [["14", "14"], ["14", "14"]]
    rows = told(page, "page", models, None, r"\d{5}")
    assert texts(rows) == [["14", "14"], ["14", "14"]]
    assert {number.confidence for row in rows for number, _ in row} == {0.0}


def test_what_is_no_number_stays_away_from_a_page_whatever_fits():
    models = FakeModels(text="14", logit=0.5, of_digit=0.0)
    assert interpreted(page_of(2), "page", models) == []
    assert told(page_of(2), "page", models, None, r"\d{5}") == []


def test_a_digit_that_may_not_stand_there_is_not_named_in_a_number_either():
    models = FakeModels(digit=7, text="14", logit=5.0)
    assert interpreted(row_of(7, 7), "number", models)[0][0][0].text == "77"
    number = told(row_of(7, 7), "number", models, "0-6", None)[0][0][0]
    assert set(number.text) <= set("0123456")
