"""Drawn forms: boxes where they are told to be, writing inside them."""

from __future__ import annotations

import numpy as np
from drawn_forms import DESIGN, TEXTS, ink_of, tick

from inkdigits.training.draw.form import draw_blank, fill_in


def test_the_inside_of_each_box_is_blank_and_its_edge_is_printed():
    blank, places = draw_blank(DESIGN)
    assert blank.shape == DESIGN.size[::-1]
    assert list(places) == [one.name for one in DESIGN.fields]
    for one in DESIGN.fields:
        for x, y, wide, tall in places[one.name]:
            assert (blank[y : y + tall, x : x + wide] == 255).all(), one.name
            assert (blank[y + tall + 1, x : x + wide] < 128).all(), one.name


def test_a_form_has_as_many_boxes_as_it_says():
    _, places = draw_blank(DESIGN)
    assert [len(cells) for cells in places.values()] == [5, 8, 1, 1, 2, 1]


def test_what_is_written_stands_in_its_box_and_nothing_elsewhere():
    blank, places = draw_blank(DESIGN)
    rng = np.random.default_rng(5)
    sheet = fill_in(blank.shape, places, {"sick": "x", "sex": " x"}, lambda _: tick(), rng)
    inked = np.zeros(sheet.shape, bool)
    for x, y, wide, tall in (places["sick"][0], places["sex"][1]):
        inked[y - 8 : y + tall + 8, x - 8 : x + wide + 8] = True
        assert sheet[y : y + tall, x : x + wide].max() > 0.5
    assert not sheet[~inked].any()


def test_the_same_seed_fills_in_the_same():
    assert np.array_equal(ink_of(TEXTS, 2), ink_of(TEXTS, 2))
