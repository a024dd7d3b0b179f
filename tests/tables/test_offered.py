"""Fields offered for a new template: the boxes and lines that a blank has."""

from __future__ import annotations

from collections import Counter

import pytest
from drawn_forms import DESIGN, area_of, blank_of

from inkdigits.tables.offered import offered_fields


def test_every_box_comb_and_underline_of_a_blank_is_offered():
    fields = offered_fields(blank_of())
    kinds = Counter(one.type.text for one in fields)
    assert kinds == {"digits(5)": 1, "digits(8)": 1, "free": 2, "mark": 3}
    assert [one.name for one in fields] == [f"field{index + 1}" for index in range(len(fields))]


def test_an_offered_box_is_where_the_drawn_one_is():
    comb, *_ = offered_fields(blank_of())
    for index, cell in enumerate(comb.cells):
        assert cell == pytest.approx(area_of(DESIGN.fields[0].name, index), abs=3e-3)


def test_fields_of_a_second_page_have_names_of_their_own():
    assert offered_fields(blank_of(), 1)[0].name == "page2field1"
