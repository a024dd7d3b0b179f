"""Places on a page: inside or not, shared, cut into cells."""

from __future__ import annotations

import pytest

from inkdigits.readings import Box
from inkdigits.tables.areas import Area, around


@pytest.mark.parametrize(
    ("area", "inside"),
    [
        (Area(0, 0, 1, 1), True),
        (Area(0.9, 0.1, 0.2, 0.1), False),
        (Area(-0.1, 0, 0.2, 0.2), False),
        (Area(0.1, 0.1, 0, 0.1), False),
        (Area(0.1, 0.1, float("nan"), 0.1), False),
    ],
)
def test_an_area_lies_on_the_page_or_not(area: Area, inside: bool):
    assert area.inside() == inside


def test_areas_share_what_lies_in_both():
    assert Area(0, 0, 0.4, 0.2).shared(Area(0.3, 0, 0.2, 0.2)) == pytest.approx(0.5)
    assert Area(0, 0, 0.2, 0.2).shared(Area(0.2, 0, 0.2, 0.2)) == 0


def test_a_comb_is_cut_into_cells_of_one_width():
    cells = Area(0.1, 0.2, 0.6, 0.1).split(3)
    assert [round(cell.x, 6) for cell in cells] == [0.1, 0.3, 0.5]
    assert around(cells) == pytest.approx(Area(0.1, 0.2, 0.6, 0.1))


def test_a_box_of_a_page_has_at_least_a_pixel():
    assert Area(0.5, 0.5, 0.25, 0.1).box((100, 200)) == Box(100, 50, 50, 10)
    assert Area(0.5, 0.5, 1e-6, 1e-6).box((100, 200))[2:] == (1, 1)
