"""readings.py: values that survive the way to JSON and back and that nobody changes by accident."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import re
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.readings import Box, Digit, Number, Reading, Status, value_of

SEVEN = Digit("7", 0.9, Box(4, 5, 20, 30), (("1", 0.06), ("2", 0.04)), "unsure")
READING = Reading("scan.png", "ok", "7", 0.9, (Number("7", 0.9, Box(4, 5, 20, 30), (SEVEN,)),))

boxes = st.builds(Box, *[st.integers(0, 10_000)] * 4)
probabilities = st.floats(0, 1)
statuses = st.sampled_from(get_args(Status))
digits = st.builds(
    Digit,
    value=st.sampled_from([*"0123456789.-+/:%"]),
    confidence=probabilities,
    box=boxes,
    alternatives=st.lists(st.tuples(st.sampled_from([*"0123456789"]), probabilities), max_size=3).map(tuple),
    status=statuses,
)
numbers = st.builds(
    Number,
    text=st.text("0123456789.-+/:%", min_size=1, max_size=8),
    confidence=probabilities,
    box=boxes,
    digits=st.lists(digits, max_size=3).map(tuple),
    status=statuses,
)
readings = st.builds(
    Reading,
    source=st.text(),
    status=statuses,
    text=st.text(),
    confidence=probabilities,
    numbers=st.lists(numbers, max_size=3).map(tuple),
    error=st.none() | st.text(),
)


@given(readings)
def test_a_reading_survives_json(reading: Reading):
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading


def test_the_dictionary_has_the_documented_shape():
    assert READING.to_dict() == {
        "source": "scan.png",
        "status": "ok",
        "text": "7",
        "confidence": 0.9,
        "numbers": [
            {
                "text": "7",
                "value": "7",
                "confidence": 0.9,
                "box": [4, 5, 20, 30],
                "digits": [
                    {
                        "value": "7",
                        "confidence": 0.9,
                        "box": [4, 5, 20, 30],
                        "alternatives": [["1", 0.06], ["2", 0.04]],
                        "status": "unsure",
                    }
                ],
                "status": "ok",
                "row": None,
                "column": None,
            }
        ],
        "error": None,
    }


def test_leading_zeros_are_kept():
    number = Number("007", 0.5, Box(0, 0, 1, 1))
    assert Number.from_dict(json.loads(json.dumps(number.to_dict()))).text == "007"


# ---- What a text is worth ----


def worth(text: str) -> Decimal | None:
    return Number(text, 0.5, Box(0, 0, 1, 1)).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", "7"),
        ("00123", "123"),
        ("000", "0"),
        ("12.5", "12.5"),
        ("12.50", "12.50"),
        (".5", "0.5"),
        ("5.", "5"),
        ("00.50", "0.50"),
        ("-12.5", "-12.5"),
        ("+3", "3"),
        ("-.5", "-0.5"),
        ("1.234", "1.234"),
        ("0.123", "0.123"),
        ("1.234.50", "1234.50"),
        ("-1.234.5", "-1234.5"),
        ("1.234.567", "1234567"),
        ("12.345.678.901", "12345678901"),
        ("1.234.567.89", "1234567.89"),
        ("9" * 40 + ".1", "9" * 40 + ".1"),
    ],
)
def test_the_value_of_a_number_has_thousands_resolved_and_nothing_rounded(text: str, value: str):
    assert value_of(text) == value
    assert worth(text) == Decimal(value)
    assert str(worth(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "+", ".", "..", "-.", "%", ":", "/"),
        *("3/4", "12/05/26", "12.05.2026", "12.05.26", "12-05", "1-2-3", "5:30", "1+2", "2-1"),
        *("12%", "%12", "5-", "12-", "--5", "+-5", "-+5", ".-5"),
        *("1..5", "1.23.456", "1.234.", ".234.567", "1234.567.890", "0.123.456", "1.234.5678", "1.2345.678"),
        *(
            "123.456.7890",
            "12 5",
            "12\n5",
            "1,5",
            "1e5",
            "\u0663",
            "\u00b2",
            "1_000",
            "Infinity",
            "nan",
            "7\n",
        ),
    ],
)
def test_what_is_not_one_number_has_no_value(text: str):
    assert value_of(text) is None
    assert worth(text) is None


@given(st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True))
def test_with_one_point_at_most_the_value_is_what_python_makes_of_the_text(text: str):
    assert worth(text) == Decimal(text)


@given(st.integers(1_000_000, 10**18), st.none() | st.integers(0, 99), st.sampled_from(["", "-", "+"]))
def test_thousands_mean_the_same_as_without_them(whole: int, cents: int | None, sign: str):
    fraction = "" if cents is None else f".{cents:02}"
    text = f"{sign}{whole:,}".replace(",", ".") + fraction
    assert worth(text) == Decimal(f"{sign}{whole}{fraction}")


@given(st.text("0123456789.-+/:%", max_size=12))
def test_a_value_is_a_plain_finite_number_of_the_digits_of_its_text(text: str):
    value, number = value_of(text), worth(text)
    assert (value is None) == (number is None)
    if value is not None and number is not None:
        assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", value)
        assert format(number, "f") == value
        assert value_of(value) == value
        digits_of = [re.sub(r"[^0-9]", "", one).lstrip("0") for one in (value, text)]
        assert digits_of[0] == digits_of[1]


@given(numbers)
def test_the_value_goes_with_the_text_through_json(number: Number):
    data = json.loads(json.dumps(number.to_dict()))
    assert data["value"] == (None if number.value is None else format(number.value, "f"))
    assert Number.from_dict({**data, "value": "8"}).value == number.value, "it is that of the text"


@pytest.mark.parametrize("value", [READING, READING.numbers[0], SEVEN])
def test_readings_cannot_be_changed(value: Reading | Number | Digit):
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.confidence = 1.0  # type: ignore[misc]


def test_readings_can_be_compared_collected_copied_and_sent_to_another_process():
    twin = copy.deepcopy(READING)
    assert {READING, twin} == {READING}
    assert pickle.loads(pickle.dumps(READING)) == READING  # noqa: S301  # our own bytes


@given(numbers)
def test_the_status_of_each_number_and_character_is_kept(number: Number):
    data = json.loads(json.dumps(number.to_dict()))
    assert data["status"] == number.status
    assert [digit["status"] for digit in data["digits"]] == [digit.status for digit in number.digits]
    assert Number.from_dict(data) == number


def test_a_number_without_its_status_is_none():
    data = READING.numbers[0].to_dict()
    del data["digits"][0]["status"]
    with pytest.raises(KeyError, match="status"):
        Number.from_dict(data)


@pytest.mark.parametrize("key", ["source", "status", "text", "confidence", "numbers", "error"])
def test_a_dictionary_without_a_key_is_no_reading(key: str):
    data = READING.to_dict()
    del data[key]
    with pytest.raises(KeyError, match=key):
        Reading.from_dict(data)


def test_what_was_not_read_has_no_text_and_no_confidence():
    assert Reading("blank.png", "empty") == Reading("blank.png", "empty", "", 0.0, (), None)
