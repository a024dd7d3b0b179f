"""readings.py: values that survive the way to JSON and back and that nobody changes by accident."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.readings import Box, Digit, Number, Reading, Status

SEVEN = Digit("7", 0.9, Box(4, 5, 20, 30), (("1", 0.06), ("2", 0.04)))
READING = Reading("scan.png", "ok", "7", 0.9, (Number("7", 0.9, Box(4, 5, 20, 30), (SEVEN,)),))

boxes = st.builds(Box, *[st.integers(0, 10_000)] * 4)
probabilities = st.floats(0, 1)
digits = st.builds(
    Digit,
    value=st.sampled_from([*"0123456789.-"]),
    confidence=probabilities,
    box=boxes,
    alternatives=st.lists(st.tuples(st.sampled_from([*"0123456789"]), probabilities), max_size=3).map(tuple),
    status=st.sampled_from(["ok", "unsure"]),
)
numbers = st.builds(
    Number,
    text=st.text("0123456789.-", min_size=1, max_size=8),
    confidence=probabilities,
    box=boxes,
    digits=st.lists(digits, max_size=3).map(tuple),
    status=st.sampled_from(["ok", "unsure"]),
)
readings = st.builds(
    Reading,
    source=st.text(),
    status=st.sampled_from(get_args(Status)),
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
                "confidence": 0.9,
                "box": [4, 5, 20, 30],
                "digits": [
                    {
                        "value": "7",
                        "confidence": 0.9,
                        "box": [4, 5, 20, 30],
                        "alternatives": [["1", 0.06], ["2", 0.04]],
                        "status": "ok",
                    }
                ],
                "status": "ok",
            }
        ],
        "error": None,
    }


def test_leading_zeros_are_kept():
    number = Number("007", 0.5, Box(0, 0, 1, 1))
    assert Number.from_dict(json.loads(json.dumps(number.to_dict()))).text == "007"


@pytest.mark.parametrize("value", [READING, READING.numbers[0], SEVEN])
def test_readings_cannot_be_changed(value: Reading | Number | Digit):
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.confidence = 1.0  # type: ignore[misc]


def test_readings_can_be_compared_collected_copied_and_sent_to_another_process():
    twin = copy.deepcopy(READING)
    assert {READING, twin} == {READING}
    assert pickle.loads(pickle.dumps(READING)) == READING  # noqa: S301  # our own bytes


@pytest.mark.parametrize("key", ["source", "status", "text", "confidence", "numbers", "error"])
def test_a_dictionary_without_a_key_is_no_reading(key: str):
    data = READING.to_dict()
    del data[key]
    with pytest.raises(KeyError, match=key):
        Reading.from_dict(data)


def test_what_was_not_read_has_no_text_and_no_confidence():
    assert Reading("blank.png", "empty") == Reading("blank.png", "empty", "", 0.0, (), None)
