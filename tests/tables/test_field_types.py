"""What may stand in a field: its pattern, its value, its faults."""

from __future__ import annotations

import re

import pytest

from inkdigits.errors import ConfigError
from inkdigits.tables.field_types import field_type


def fits(kind: str, text: str, cells: int = 0, written: int = 0) -> bool:
    return re.fullmatch(field_type(kind).pattern(cells, written) or ".*", text) is not None


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("digits(5)", "01234", "1234"),
        ("digits(2,4)", "123", "12345"),
        ("number(0, 100)", "100", "1000"),
        ("number(0, 100, 0.5)", "7.5", "7.55"),
        ("number(-20, 40, 1)", "-7", "--7"),
        ("number(0, 9)", "7.25", "-7"),
        ("date(DMY)", "1.7.2026", "1l.07.2O26"),
        ("date", "31/12/26", "32/12/26"),
        ("date(MDY)", "12-31-2026", "31-12-2026"),
        ("time", "7:30", "24:00"),
        ("choice(17, 1.5, 3-4)", "3-4", "2"),
    ],
)
def test_a_pattern_takes_what_may_stand_there_alone(kind: str, right: str, wrong: str):
    assert fits(kind, right)
    assert not fits(kind, wrong)


def test_boxes_for_one_character_each_have_no_separators():
    assert fits("date(DMY)", "01072026", 8, 8)
    assert fits("date(YMD)", "260701", 6, 6)
    assert not fits("date(DMY)", "01.07.2026", 8, 8)
    assert fits("time", "0730", 4, 4)
    assert not fits("time", "7:30", 4, 4)


def test_of_a_comb_that_is_not_full_what_stands_there_is_read_and_is_a_fault():
    kind = field_type("digits(9)")
    assert kind.pattern(9, 7) == r"\d{7}"
    assert kind.fault("1234567") == "7 digits, not 9"
    assert kind.fault("123456789") is None


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number(0, 100)", "007.50", "7.50"),
        ("date(DMY)", "1.7.26", "2026-07-01"),
        ("date(DMY)", "01071998", "1998-07-01"),
        ("date(MDY)", "7/1/71", "1971-07-01"),
        ("date(YMD)", "20260701", "2026-07-01"),
        ("date(DMY)", "31.02.2026", None),
        ("time", "730", "07:30"),
        ("time", "0730", "07:30"),
        ("digits(3)", "007", None),
    ],
)
def test_a_text_is_worth_what_its_type_says(kind: str, text: str, value: str | None):
    assert field_type(kind).value(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "fault"),
    [
        ("number(0, 100, 0.5)", "101", "above 100"),
        ("number(5, 100)", "4", "below 5"),
        ("number(0, 100, 0.5)", "7.3", "not in steps of 0.5"),
        ("number(0, 100)", "1/2", "no number"),
        ("date(DMY)", "31.02.2026", "no such day"),
        ("time", "2561", "no such time"),
        ("choice(1, 2)", "3", "none of 1, 2"),
        ("free", "12:30", None),
        ("number(1, 9, 2)", "3", None),
    ],
)
def test_a_fault_says_what_is_wrong(kind: str, text: str, fault: str | None):
    assert field_type(kind).fault(text) == fault


@pytest.mark.parametrize(
    "kind",
    [
        "digit(9)",
        "digits",
        "digits(0)",
        "digits(9, 2)",
        "digits(99)",
        "number(9, 1)",
        "number(1, 2, 3, 4)",
        "number(0, inf)",
        "number(0, 9, 0)",
        "number(a)",
        "number(0, 1e999999999)",
        "number(0, 1, 1e-999999999)",
        "number(nan, 1)",
        "date(DDY)",
        "time(24)",
        "choice()",
        "choice(1, 1)",
        "choice(yes, no)",
        "mark(1)",
        "",
        "digits(9) more",
    ],
)
def test_a_type_that_is_unknown_or_wrong_is_one_line(kind: str):
    with pytest.raises(ConfigError, match="expected") as caught:
        field_type(kind)
    assert "\n" not in str(caught.value)
