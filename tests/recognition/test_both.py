"""both.py: the finder tells what a picture holds of which nobody says it; a lone number is read twice."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import model_of
from test_finding import digits, finder, picture, reader

from inkdigits import Reader, spec
from inkdigits.readings import Box, Number
from inkdigits.recognition.both import AT_MOST, _compared
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.evidence import Answered, Evidence
from inkdigits.recognition.model import Model


def test_what_both_read_alike_is_sure():
    marks = digits("14")
    reading = reader(marks, "14").read(picture(marks))
    assert (reading.text, reading.status) == ("14", "ok")


def test_what_they_read_differently_is_not_sure_whichever_is_answered():
    marks = digits("14")
    for text, logit in (("17", 12.0), ("17", 1.0)):
        reading = reader(marks, text, logit=logit).read(picture(marks))
        assert reading.text in ("14", "17")
        assert reading.confidence <= AT_MOST
        assert reading.status == "unsure"


def test_what_the_finder_does_not_see_is_no_sure_number():
    marks = digits("14")
    seen, unseen = (reader(told, "14").read(picture(marks)) for told in (marks, []))
    assert seen.text == unseen.text == "14"
    assert seen.status == "ok"
    assert unseen.status == "unsure"


def test_a_digit_that_the_finder_sees_far_more_surely_is_answered_and_not_surely():
    """The corner of a box beside a digit looks like a 7 to the digit model, but not very much."""
    image, box = np.zeros((28, 28), np.uint8), Box(0, 0, 9, 9)
    marks = Evidence(*(0.0,) * len(Evidence._fields))._replace(marked=5.0)
    for sure, text in ((0.1, "9"), (0.6, "7")):
        whole = [[Answered(Number("7", sure, box), image)]]
        found = [[Answered(Number("9", 0.95, box), image, lambda: marks)]]
        (((number, *_),),) = _compared(whole, found, single=True)
        assert number.text == text
        assert number.confidence <= AT_MOST


def evidence_of(found, text: str, logit: float = 12.0) -> Evidence:
    """Returns what speaks for and against the lone number of a picture with the marks of a 14."""
    answered = reader(found, text, logit=logit).answered(picture(digits("14")))
    ((one,),) = answered.rows
    assert one.lone
    assert one.evidence is not None
    return one.evidence()


def test_what_the_finder_says_of_a_lone_number_is_evidence():
    marks = digits("14")
    alike, unseen = evidence_of(marks, "14"), evidence_of([], "14")
    assert alike.alike == 1
    assert alike.named > 0
    assert alike.marked > 0
    assert (unseen.alike, unseen.named, unseen.marked) == (0, 0, 0)
    contradicted = evidence_of(marks, "17", 1.0)
    assert contradicted.alike == 0
    assert contradicted.named < alike.named


def test_the_numbers_of_a_page_are_not_lone():
    marks = [*digits("14", 20.0), *digits("7", 150.0)]
    rows = reader(marks, "1", logit=3.0).answered(picture(marks)).rows
    assert [one.lone for row in rows for one in row] == [False, False]


def test_numbers_far_apart_in_a_row_are_two():
    marks = [*digits("14", 20.0), *digits("7", 150.0)]
    assert reader(marks, "1", logit=3.0).read(picture(marks)).text.split() == ["14", "7"]


def test_a_letter_close_beside_a_number_makes_it_less_sure_and_one_far_away_does_not():
    marks = [*digits("14"), *digits("7", 120.0)]
    near, far = (("?", x, 40.0, 12.0, 22.0, None) for x in (137.0, 185.0))
    sure = {}
    for name, letter in (("none", None), ("near", near), ("far", far)):
        told = [*marks, letter] if letter else marks
        read = reader(told, "7", "7", logit=3.0).read(picture(told), "page")
        sure[name] = next(number.confidence for number in read.numbers if number.text.endswith("7"))
    assert sure["near"] < 0.8 * sure["none"]
    assert sure["far"] == pytest.approx(sure["none"])


@pytest.mark.parametrize("text", ["+", ".", "-"])
def test_a_sign_alone_on_a_page_is_no_number(text):
    marks = [*digits("14"), (text, 150.0, 40.0, 12.0, 12.0, None)]
    read = reader(marks, "14", logit=3.0).read(picture(marks), "page")
    assert [number.text for number in read.numbers] == ["14"]


def test_a_digit_is_no_sure_one_where_a_point_is_seen_before_it():
    alone = digits("5", 60.0)
    before = [(".", 50.0, 48.0, 4.0, 4.0, (60.0, 40.0)), *alone]
    shown = picture(alone)  # the point is far too small for the rules: the finder alone sees it
    model = model_of("digit", FakeDigitEngine("5", labels=spec.DIGITS, logit=12.0), spec.DIGITS)
    sure, unsure = (
        Reader(model, Model.shipped("number", FakeNumberEngine("5")), finder(marks)).read(shown)
        for marks in (alone, before)
    )
    assert (sure.text, sure.status) == (unsure.text, "ok") == ("5", "ok")
    assert unsure.status == "unsure"


def test_the_shipped_finder_names_what_the_others_know():
    shipped = Reader().finder
    assert shipped.kind == "finder"
    assert shipped.bundle.labels == spec.NUMBER_LABELS
    assert finder([]).kind == "finder"


@pytest.mark.parametrize("value", "47")
def test_a_lone_digit_in_a_large_picture_is_not_turned(value: str):
    from conftest import draw_digit

    large = np.kron(draw_digit(int(value)), np.ones((8, 8), np.uint8))
    assert min(large.shape) >= spec.PAGE_LEAST_SIDE
    assert Reader().read(large).text == value
