"""mistakes.py: of two texts it tells what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.measure.mistakes import KINDS, count_mistakes, kind_of_mistake

texts = st.text("0123456789.-", max_size=9)


@pytest.mark.parametrize(
    ("label", "answer", "kind"),
    [
        ("120", "120", None),
        ("120", "", "nothing read"),
        ("12.5", "125", "point or sign"),
        ("125", "-125", "point or sign"),
        ("1.25", "12.5", "point or sign"),
        ("120", "180", "one digit for another"),
        ("12.5", "135", "one digit for another"),
        ("120", "20", "a digit missing"),
        ("1220", "120", "a digit missing"),
        ("20", "120", "a digit too many"),
        ("20", "2.01", "a digit too many"),
        ("20", "180", "more than that"),
        ("20", "02", "more than that"),
        ("1", "-", "a digit missing"),
    ],
)
def test_each_kind_is_told(label: str, answer: str, kind: str | None):
    assert kind_of_mistake(label, answer) == kind


@given(texts, texts)
def test_any_two_texts_are_the_same_or_of_one_kind(label: str, answer: str):
    kind = kind_of_mistake(label, answer)
    assert (kind is None) == (label == answer)
    assert kind in (None, *KINDS)


def test_all_kinds_are_counted_in_order():
    counts = count_mistakes(["1", "2", "12", "3"], ["1", "3", "1", "4"])
    assert list(counts) == list(KINDS)
    assert counts["one digit for another"] == 2
    assert counts["a digit missing"] == 1
    assert sum(counts.values()) == 3
