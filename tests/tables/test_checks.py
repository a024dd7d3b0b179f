"""Checks say what is wrong: check digits, lists, sums."""

from __future__ import annotations

import sys

import pytest

from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.tables.checks import Check, Sum, check_named


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("luhn", "79927398713", "79927398710"),
        ("mod11", "794623", "794624"),
        ("isbn", "9783161484100", "9783161484101"),
        ("ean", "4006381333931", "4006381333932"),
        ("iban:DE", "89370400440532013000", "89370400440532013001"),
        ("verhoeff", "2363", "2364"),
        ("damm", "5724", "5727"),
    ],
)
def test_a_known_check_digit_is_checked(name: str, right: str, wrong: str):
    pytest.importorskip("stdnum")
    check = check_named(name)
    assert check.fault(right) is None
    assert check.fault(wrong) == name.partition(":")[0]


def test_own_weights_and_lists_are_checked():
    weights = Check("weights", weights=(3, 1, 3, 1), modulus=10)
    assert weights.fault("1236") is None  # 3 + 2 + 9 + 6
    assert weights.fault("1235") == "weights"
    assert weights.fault("123") == "weights"
    assert weights.fault("12.6") == "weights"
    assert Check("weights", weights=(1, 1), modulus=2).fault("13") is None
    listed = Check("list", values=("17", "018"))
    assert listed.fault("018") is None
    assert listed.fault("18") == "list"


def test_an_unknown_check_and_a_missing_library_are_told(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ConfigError, match="luhn"):
        check_named("lohn")
    monkeypatch.setitem(sys.modules, "stdnum", None)
    monkeypatch.delitem(sys.modules, "stdnum.luhn", raising=False)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[forms\]"):
        check_named("luhn")


@pytest.mark.parametrize(
    ("values", "empty", "wrong"),
    [
        ({"a": "1.5", "b": "2", "t": "3.5"}, [], False),
        ({"a": "1.5", "b": "2", "t": "3.6"}, [], True),
        ({"a": "1.5", "b": None, "t": "1.50"}, ["b"], False),
        ({"a": None, "b": "2", "t": "2"}, [], True),
        ({"a": None, "b": None, "t": None}, ["a", "b", "t"], False),
        ({"a": "1", "b": "2", "t": None}, ["t"], True),
    ],
)
def test_a_sum_counts_what_is_empty_as_nothing(values: dict[str, str | None], empty: list[str], wrong: bool):
    assert Sum(("a", "b"), "t").fault(values, empty) == wrong
