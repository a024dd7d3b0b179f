"""review/alternatives.py: what else a number may be."""

from __future__ import annotations

import pytest

from inkdigits.readings import Box, Digit
from inkdigits.review.alternatives import alternatives_of

BOX = Box(0, 0, 1, 1)


def digit(value: str, confidence: float, *others: tuple[str, float]) -> Digit:
    return Digit(value, confidence, BOX, others)


def test_the_likeliest_other_texts_come_first_and_take_no_more_than_is_left():
    digits = (digit("1", 0.6, ("7", 0.3), ("4", 0.1)), digit("5", 0.9, ("6", 0.09)))
    found = alternatives_of("15", 0.54, digits, 4)
    assert [text for text, _ in found] == ["75", "45", "16", "76"]
    assert found[0][1] == pytest.approx(0.54 * 0.3 / 0.6)
    assert found[3][1] == pytest.approx(0.54 * 0.5 * 0.1)
    assert alternatives_of("1", 0.9, (digit("1", 0.5, ("7", 0.5)),), 1) == [("7", pytest.approx(0.1))]


def test_without_characters_that_spell_the_text_nothing_is_told():
    assert alternatives_of("15", 0.5, (digit("1", 0.5, ("7", 0.4)),), 3) == []
    assert alternatives_of("15", 0.5, (), 3) == []


def test_a_probability_of_zero_is_one_of_the_last():
    digits = (digit("1", 0.0, ("7", 0.0)), digit("5", 1.0, ("6", 0.0)))
    assert {text for text, _ in alternatives_of("15", 0.0, digits, 9)} == {"75", "16", "76"}
