"""table_places.py: what counts as the right row, the right column, the right cell."""

from __future__ import annotations

import pytest

from inkdigits.measure.table_places import Written, cells_right, matched, structure_right
from inkdigits.readings import Box, Number

WRITTEN = [Written(str(i), Box(50 * (i % 2), 40 * (i // 2), 20, 20), i // 2, i % 2) for i in range(6)]


def test_numbers_are_known_by_where_they_stand():
    read = [Number("9", 0.5, WRITTEN[3].box), Number("0", 0.5, Box(500, 500, 9, 9))]
    assert matched(WRITTEN, read) == [None, None, None, 0, None, None]
    assert matched(WRITTEN, []) == [None] * 6


@pytest.mark.parametrize(
    ("places", "exact", "right"),
    [
        ([(2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2)], True, True),  # below headings
        ([(2, 1), (2, 2), (3, 1), (3, 2), (5, 1), (5, 2)], True, False),  # an empty row too many
        ([(2, 1), (2, 2), (3, 1), (3, 2), (5, 1), (5, 2)], False, True),
        ([(2, 1), (2, 2), (2, 1), (3, 2), (4, 1), (4, 2)], False, False),  # two rows are one
        ([(2, 1), None, (3, 1), (3, 2), (4, 1), None], True, True),  # not read
        ([(2, 1), (None, None), (3, 1), (3, 2), (4, 1), (4, 2)], False, False),
    ],
)
def test_structure(places: list[tuple[int | None, int | None] | None], exact: bool, right: bool):
    assert structure_right(WRITTEN, places, exact=exact) is right


def test_cells_are_right_wherever_the_table_begins():
    written = {(0, 0): "1", (0, 1): "2", (1, 0): "3"}
    assert cells_right(written, {(4, 2): "1", (4, 3): "2", (5, 2): "9"}) == {(0, 0), (0, 1)}
    assert cells_right(written, {}) == set()
