"""Forms matched with a list: all together, and never sure of a guess that may be another's."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.readings import Box, Digit, FieldReading, Number, Reading
from inkdigits.tables.areas import Area
from inkdigits.tables.field_types import field_type
from inkdigits.tables.roster import Roster, load_roster, matched
from inkdigits.tables.template import Field, Template

pytest.importorskip("scipy")

BOX = Box(0, 0, 10, 10)
TEMPLATE = Template(
    "t", (Path("b.png"),), (Field("student", field_type("digits(7)"), (Area(0, 0, 1, 1),), roster="number"),)
)


def reading_of(text: str, sure: float = 0.99, doubts: dict[int, tuple[str, float]] | None = None) -> Reading:
    """Returns the reading of a form; ``doubts`` names another digit for a place, with its probability."""
    digits = []
    for index, value in enumerate(text):
        other, chance = (doubts or {}).get(index, ("", 0.0))
        alternatives = ((other, chance),) if other else ()
        digits.append(Digit(value, sure - chance if other else sure, BOX, alternatives))
    number = Number(text, sure ** len(text), BOX, tuple(digits))
    field = FieldReading("student", text, "ok", number.confidence, BOX, None, None, number)
    return Reading(f"{text}.png", "ok", text, number.confidence, (number,), None, (field,))


def roster_of(*numbers: str) -> Roster:
    return Roster(("number", "name"), tuple((number, f"name of {number}") for number in numbers))


def row_of(reading: Reading) -> tuple[str, str, str | None]:
    fields = {one.name: one for one in reading.fields}
    return fields["roster number"].text, fields["roster number"].status, fields["roster number"].reason


def test_a_number_with_a_wrong_digit_is_still_the_one_that_fits_best():
    roster = roster_of("1234567", "7654321")
    one, other = matched(
        [reading_of("1234568", doubts={6: ("7", 0.2)}), reading_of("7654321")], TEMPLATE, roster
    )
    assert row_of(one) == ("1234567", "ok", None)
    assert row_of(other) == ("7654321", "ok", None)
    assert one.fields[0].text == "1234568"  # what was read stays
    assert {field.name: field.text for field in one.fields}["roster name"] == "name of 1234567"


def test_a_row_that_another_form_claims_with_more_right_is_not_taken_twice():
    roster = roster_of("1111111", "1111112")
    first, second = matched(
        [reading_of("1111111", doubts={6: ("2", 0.4)}), reading_of("1111111")], TEMPLATE, roster
    )
    assert row_of(first)[0] == "1111112"
    assert row_of(second)[0] == "1111111"


def test_a_form_that_fits_two_rows_is_in_doubt():
    (one,) = matched(
        [reading_of("1111113", doubts={6: ("2", 0.1)})], TEMPLATE, roster_of("1111111", "1111112")
    )
    text, status, _ = row_of(one)
    assert (text, status) == ("1111112", "ok") or status == "unsure"
    (even,) = matched([reading_of("1111113")], TEMPLATE, roster_of("1111111", "1111112"))
    assert row_of(even)[1] == "unsure"
    assert even.status == "unsure"


def test_a_stranger_fits_no_row():
    (one,) = matched([reading_of("9998887")], TEMPLATE, roster_of("1234567", "7654321"))
    assert row_of(one) == ("", "unsure", "it fits no entry of the list")


def test_errors_pass_and_a_second_run_replaces_the_first():
    broken = Reading("x.png", "error", error="no picture")
    first = matched([broken, reading_of("1234567")], TEMPLATE, roster_of("1234567"))
    again = matched(first, TEMPLATE, roster_of("1234567", "1234568"))
    assert again[0] == broken
    assert [one.name for one in again[1].fields] == ["student", "roster number", "roster name"]


def test_of_a_hundred_with_three_digits_in_a_hundred_misread_none_is_wrong_and_sure():
    rng = np.random.default_rng(17)
    numbers = [f"{value:07d}" for value in rng.choice(10**7, 100, replace=False)]
    readings = []
    for number in numbers:
        read, doubts = list(number), {}
        for place in range(7):
            if rng.random() < 0.03:
                doubts[place] = (number[place], float(rng.uniform(0.01, 0.4)))
                read[place] = str((int(number[place]) + int(rng.integers(1, 10))) % 10)
        readings.append(reading_of("".join(read), doubts=doubts))
    order = rng.permutation(100)
    out = matched([readings[place] for place in order], TEMPLATE, roster_of(*numbers))
    rows = [row_of(one) for one in out]
    right = [row[0] == numbers[place] for row, place in zip(rows, order, strict=True)]
    assert sum(right) >= 99
    assert all(good or row[1] == "unsure" for good, row in zip(right, rows, strict=True))


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "no table"), ("number\n", "no table"), ("a,a\n1,2\n", "no table"), ("a,b\n1\n", "no table")],
)
def test_a_list_that_is_no_table_is_told(tmp_path: Path, text: str, told: str):
    path = tmp_path / "names.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_roster(path)
    with pytest.raises(ConfigError, match="cannot read the roster"):
        load_roster(tmp_path / "none.csv")


def test_a_list_may_have_semicolons_and_a_mark_of_its_encoding(tmp_path: Path):
    path = tmp_path / "names.csv"
    path.write_text("\ufeffnumber;name\n0012;Ada, Countess\n", encoding="utf-8")
    assert load_roster(path) == Roster(("number", "name"), (("0012", "Ada, Countess"),))


def test_a_list_without_the_column_and_a_template_without_a_match_are_told():
    with pytest.raises(ConfigError, match="no column 'number'"):
        matched([], TEMPLATE, Roster(("name",), (("a",),)))
    bare = Template("t", (Path("b.png"),), (Field("a", field_type("free"), (Area(0, 0, 1, 1),)),))
    with pytest.raises(ConfigError, match="no field is matched"):
        matched([], bare, roster_of("1"))


def test_scipy_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[forms\]"):
        matched([reading_of("1234567")], TEMPLATE, roster_of("1234567"))


def test_of_numbers_that_follow_each_other_two_other_digits_make_a_stranger():
    """By chance two digits of seven seldom agree; here five of seven always do."""
    numbers = [f"20413{place:02d}" for place in range(60)]
    stranger, absent = "2041398", "2041334"
    forms = [reading_of(one) for one in numbers if one != absent] + [reading_of(stranger)]
    out = matched(forms, TEMPLATE, roster_of(*numbers))
    assert row_of(out[-1])[:2] == ("", "unsure")
    assert [row_of(one)[0] for one in out[:-1]] == [one for one in numbers if one != absent]
    misread = [reading_of("2041384", doubts={5: ("3", 0.05)})]
    assert row_of(matched(forms[:-1] + misread, TEMPLATE, roster_of(*numbers))[-1])[0] == absent


def test_texts_of_several_lengths_are_laid_along_what_was_read():
    roster = roster_of("12", "123", "1234")
    out = matched([reading_of("123"), reading_of("1234"), reading_of("12")], TEMPLATE, roster)
    assert [row_of(one) for one in out] == [("123", "ok", None), ("1234", "ok", None), ("12", "ok", None)]
