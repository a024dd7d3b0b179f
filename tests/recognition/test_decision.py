"""decision.py: from which confidence on an answer is a sure one."""

from __future__ import annotations

import pytest

from inkdigits.readings import Box, Digit, Number
from inkdigits.recognition.decision import decide, decided


@pytest.mark.parametrize(
    ("confidence", "max_error", "status"),
    [(0.9, 0.5, "ok"), (0.5, 0.5, "ok"), (0.4999, 0.5, "unsure"), (1.0, 0.0, "ok"), (0.0, 1.0, "ok")],
)
def test_an_answer_is_ok_up_to_the_accepted_risk(confidence: float, max_error: float, status: str):
    assert decide(confidence, max_error) == status


def test_a_reading_is_as_sure_as_its_least_sure_number_and_each_says_so_itself():
    box = Box(0, 0, 9, 9)
    sure = Number("12", 0.9, box, (Digit("1", 0.99, box), Digit("2", 0.4, box)))
    reading = decided("a.png", [[sure, Number("3", 0.6, box)], [Number("4", 0.8, box)]], 0.2)
    assert (reading.source, reading.status, reading.text, reading.confidence) == (
        "a.png",
        "unsure",
        "12 3\n4",
        0.6,
    )
    assert [number.status for number in reading.numbers] == ["ok", "unsure", "ok"]
    assert [digit.status for digit in reading.numbers[0].digits] == ["ok", "unsure"]
