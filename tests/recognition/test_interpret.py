"""interpret.py: each model is asked once for all that was found, and the answers are placed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from conftest import draw_digit
from fakes import model_of, row_of

from inkdigits import spec
from inkdigits.find.kind import DigitFound, Found, Kind, NumberFound, find
from inkdigits.ink.shades import Inks
from inkdigits.readings import Number
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.interpret import Rows, interpret
from inkdigits.recognition.language import language_of
from inkdigits.recognition.model import Model
from inkdigits.recognition.prepare import digit_inputs, number_inputs


@pytest.fixture(autouse=True)
def one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fakes that write one text over the whole width see nothing new in further views (test_views.py)."""
    monkeypatch.setattr(spec, "LOOKED_AT_AGAIN", 0.0)


class Counted:
    """Keeps how many images each call of an engine had."""

    def __init__(self, engine):
        self.engine, self.calls = engine, []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.calls.append(len(images))
        return self.engine.logits(images)


class FakeModels:
    """Both models as fakes, which count what they are asked."""

    def __init__(
        self, digit: int | str = 7, text: str = "147", *, logit: float = 12.0, of_digit: float = 9.0
    ):
        self.of_digits = Counted(FakeDigitEngine(digit, of_digit, spec.DIGIT_LABELS))
        self.of_numbers = Counted(FakeNumberEngine(text, logit))
        self.digits: Model = model_of("digit", self.of_digits, spec.DIGIT_LABELS)
        self.numbers: Model = model_of("number", self.of_numbers, spec.NUMBER_LABELS)

    @property
    def calls(self) -> tuple[list[int], list[int]]:
        return self.of_digits.calls, self.of_numbers.calls


def found_in(picture: np.ndarray, kind: Kind) -> Found:
    return find(Inks(picture), kind)


def interpreted(picture: np.ndarray, kind: Kind, models: FakeModels) -> Rows:
    return interpret(found_in(picture, kind), picture.shape, models)


def texts(rows: Rows) -> list[list[str]]:
    return [[one.number.text for one in row] for row in rows]


# ---- One digit ----


def test_a_digit_is_named_by_the_digit_model_alone():
    picture, models = draw_digit(4), FakeModels(3)
    (((number, image, *_),),) = interpreted(picture, "digit", models)
    assert (number.text, len(number.digits)) == ("3", 1)
    (way,) = digit_inputs(picture)
    np.testing.assert_array_equal(image, way.image)
    assert number.box == way.box
    assert models.calls == ([1], [])


# ---- One number ----


def test_a_number_that_is_read_surely_does_not_ask_the_digit_model():
    picture, models = row_of(1, 4, 7), FakeModels()
    (((number, image, *_),),) = interpreted(picture, "number", models)
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
    (((number, *_),),) = interpreted(row_of(7, 7, 7), "number", models)
    assert models.calls == ([3], [1])
    sure = FakeModels(text="147")
    (((whole, *_),),) = interpreted(row_of(7, 7, 7), "number", sure)
    assert number.confidence < whole.confidence


def test_the_digit_model_can_overrule_the_number_model():
    models = FakeModels(7, "147", logit=5.0)
    assert texts(interpreted(row_of(7, 7, 7), "number", models)) == [["777"]]


@pytest.mark.parametrize("text", ["147", "17"])
def test_each_character_has_a_place_in_the_picture_whichever_model_named_it(text: str):
    for models in (FakeModels(text=text), FakeModels(text=text, logit=5.0)):
        (((number, *_),),) = interpreted(row_of(1, 4, 7), "number", models)
        lefts = [digit.box.x for digit in number.digits]
        assert lefts == sorted(lefts)
        for digit in number.digits:
            assert 0 <= digit.box.x < digit.box.x + digit.box.width <= 270
            assert 0 <= digit.box.y < digit.box.y + digit.box.height <= 120


def test_the_least_likely_is_the_answer_where_one_number_is_known_to_be():
    models = FakeModels(text="4747", logit=0.8, of_digit=0.0)
    (((number, *_),),) = interpreted(row_of(1, 4, 7), "number", models)
    assert number.text
    assert number.confidence < spec.PAGE_LEAST_CONFIDENCE


# ---- What is no character of a number ----


def cells(*drawn: int | str) -> np.ndarray:
    """Returns digits and other marks side by side, uint8 (120, 90 each)."""
    picture = row_of(*(4 if isinstance(mark, str) else mark for mark in drawn))
    for place, mark in enumerate(drawn):
        if isinstance(mark, str):
            cell = picture[:, 90 * place : 90 * place + 90]
            cell[:] = 245
            for stroke in MARKS[mark]:
                points = [(round(90 * x), round(120 * y)) for x, y in stroke]
                cv2.polylines(cell, [np.array(points, np.int32)], False, (30,), 7, cv2.LINE_AA)
    return picture


MARKS = {
    "x": [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]],
    "'": [[(0.5, 0.18), (0.47, 0.34)]],
    "=": [[(0.25, 0.45), (0.75, 0.45)], [(0.25, 0.6), (0.75, 0.6)]],
    "/": [[(0.7, 0.18), (0.3, 0.82)]],
}


def number_in(picture: np.ndarray, text: str, **options: float) -> Number:
    (((number, *_),),) = interpreted(picture, "number", FakeModels(text=text, **options))
    return number


@pytest.mark.parametrize(
    ("drawn", "seen", "text"),
    [((1, 4, "x"), "14?", "14"), (("x", 1, 4), "?14", "14"), (("x", 7, "x"), "?7?", "7")],
)
def test_a_mark_beside_a_number_is_left_out_and_makes_it_no_less_sure(
    drawn: tuple[int | str, ...], seen: str, text: str
):
    number, whole = number_in(cells(*drawn), seen), number_in(cells(*drawn), seen.replace("?", "4"))
    assert (number.text, [digit.value for digit in number.digits]) == (text, list(text))
    assert number.confidence == pytest.approx(whole.confidence, abs=0.01)
    assert [digit.confidence for digit in number.digits] == [
        pytest.approx(0.999, abs=0.01) for _ in number.digits
    ]
    first, last = seen.index(text[0]), seen.rindex(text[-1])
    assert 90 * first <= number.box.x < number.box.x + number.box.width <= 90 * (last + 1)
    for digit in number.digits:
        assert spec.OTHER not in [value for value, _ in digit.alternatives]
        assert number.box.x <= digit.box.x
        assert digit.box.x + digit.box.width <= number.box.x + number.box.width


@pytest.mark.parametrize("seen", ["14?", "?14"])
def test_a_mark_that_touches_a_number_makes_it_unsure_and_the_digit_that_it_touches(seen: str):
    place = seen.index(spec.OTHER)
    picture = cells(*("x" if value == spec.OTHER else int(value) for value in seen))
    apart = number_in(picture, seen)
    left = 90 * max(0, place - 1)
    cv2.line(picture, (left + 45, 30), (left + 135, 90), (30,), 7)
    number = number_in(picture, seen)
    assert number.text == "14"
    assert number.confidence == pytest.approx(spec.OTHER_DISTURBS * apart.confidence)
    halved = [digit.confidence < 0.6 for digit in number.digits]
    assert halved == ([False, True] if place else [True, False])


@pytest.mark.parametrize(("mark", "sure"), [("'", True), ("x", False), ("=", False)])
def test_between_two_digits_an_apostrophe_is_left_out_and_anything_else_makes_the_number_unsure(
    mark: str, sure: bool
):
    number = number_in(cells(1, mark, 4, 7), "1?47")
    assert number.text == "147"
    assert (number.confidence > 0.9) is sure
    assert [digit.confidence > 0.9 for digit in number.digits] == [sure, sure, True]


def test_several_words_between_two_numbers_make_one_unsure_number():
    number = number_in(cells(1, "x", "x", 7), "1??7")
    assert (number.text, number.confidence < 0.6) == ("17", True)


@pytest.mark.parametrize("text", ["?", "???"])
def test_where_there_is_nothing_but_words_nothing_is_written(text: str):
    models = FakeModels(4, text, logit=5.0)
    assert interpreted(row_of(4, 4), "number", models) == []
    assert models.of_digits.calls == []


def test_what_is_no_digit_is_answered_with_the_likeliest_and_little_sure():
    models = FakeModels(spec.OTHER)
    models.of_digits.engine.row[3] = 5.0
    (((number, *_),),) = interpreted(draw_digit(4), "digit", models)
    assert number.text == "3"
    assert number.confidence < 0.05
    assert [value for value, _ in number.digits[0].alternatives] == ["0", "1", "2"]


# ---- Signs ----


def test_signs_are_not_for_the_digit_model_to_name():
    picture = cells(1, 4, "/", 7, 7, "/", 1, 4)
    seen = FakeModels(7, "14/77/14", logit=6.0)
    (((number, *_),),) = interpreted(picture, "number", seen)
    assert number.text == "14/77/14"
    assert seen.calls == ([6], [1])


def test_a_date_that_both_models_read_alike_stays_as_sure_as_it_is():
    picture = cells(7, "/", 7, 7)
    models = FakeModels(7, "7/77", logit=6.0)
    (((number, *_),),) = interpreted(picture, "number", models)
    (read,) = models.numbers.transcribe([number_inputs(picture)[0].image])
    assert (number.text, number.confidence) == ("7/77", read.probability)
    doubted = FakeModels(4, "7/77", logit=6.0)
    (((less, *_),),) = interpreted(picture, "number", doubted)
    assert (less.text, less.confidence < number.confidence) == ("7/77", True)


def test_where_a_digit_touches_a_sign_the_digit_model_is_not_asked():
    picture = cells(7, "/", 7)
    cv2.line(picture, (115, 60), (235, 60), (30,), 7)
    models = FakeModels(4, "7/7", logit=6.0)
    assert texts(interpreted(picture, "number", models)) == [["7/7"]]
    assert models.of_digits.calls == []


def test_a_word_that_is_read_as_none_is_not_for_the_digit_model_to_name():
    picture = cells("x", "x", 4, 4)
    models = FakeModels(4, "??44", logit=6.0)
    (((number, *_),),) = interpreted(picture, "number", models)
    assert (number.text, models.calls) == ("44", ([2], [1]))


# ---- Nothing ----


@pytest.mark.parametrize("found", [DigitFound(()), NumberFound(())])
def test_where_nothing_was_found_no_model_is_asked(found: Found):
    models = FakeModels()
    assert interpret(found, (100, 100), models) == []
    assert models.calls == ([], [])


def test_where_no_character_is_read_nothing_is_written():
    models = FakeModels(text="")
    assert interpreted(row_of(4, 4), "number", models) == []
    assert models.of_digits.calls == []


# ---- What may stand there ----


def told(picture: np.ndarray, kind: Kind, models: FakeModels, *said: str | None) -> Rows:
    return interpret(found_in(picture, kind), picture.shape, models, language_of(*said))


def test_a_digit_is_the_likeliest_of_those_that_may_stand_there():
    models = FakeModels(7, of_digit=4.0)
    ((number, *_),) = told(draw_digit(7), "digit", models, "0-4", None)[0]
    assert number.text in "01234"
    assert number.confidence < 0.5
    assert {value for value, _ in number.digits[0].alternatives} < set("01234")
    ((number, *_),) = told(draw_digit(7), "digit", models, "5-9", None)[0]
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


def test_a_digit_that_may_not_stand_there_is_not_named_in_a_number_either():
    models = FakeModels(digit=7, text="14", logit=5.0)
    assert interpreted(row_of(7, 7), "number", models)[0][0][0].text == "77"
    number = told(row_of(7, 7), "number", models, "0-6", None)[0][0][0]
    assert set(number.text) <= set("0123456")
