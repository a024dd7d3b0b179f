"""page.py: the truth says what is on the page, where, and is the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.page import LAYOUTS, make_page


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(*write_digits(100, 1))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_has_its_numbers_inside_and_ink_in_each_box(layout: str, glyphs: Glyphs):
    page = make_page(glyphs, np.random.default_rng(3), layout=layout)
    height, width = page.picture.shape
    assert page.picture.dtype == np.uint8
    assert page.layout == layout
    assert 10 <= len(page.numbers) <= 80
    for text, box in page.numbers:
        assert set(text) <= set("0123456789.-")
        assert 0 <= box.x <= box.x + box.width <= width
        assert 0 <= box.y <= box.y + box.height <= height
        place = page.picture[box.y : box.y + box.height, box.x : box.x + box.width].astype(int)
        assert np.ptp(place) > 30


def test_the_same_seed_makes_the_same_page(glyphs: Glyphs):
    one, other = (make_page(glyphs, np.random.default_rng(5)) for _ in range(2))
    assert (one.picture == other.picture).all()
    assert one.numbers == other.numbers
    assert make_page(glyphs, np.random.default_rng(6)).numbers != one.numbers


def test_pages_are_turned_either_way_and_no_further_than_asked():
    small = {"size": (300, 300), "count": (1, 2), "skew": 10.0}
    skews = [make_page(None, np.random.default_rng(seed), **small).skew for seed in range(30)]
    assert min(skews) < -3 < 3 < max(skews)
    assert max(map(abs, skews)) <= 10
    assert 0.0 in skews


def test_numbers_of_a_level_list_stand_in_reading_order_and_apart(glyphs: Glyphs):
    page = make_page(glyphs, np.random.default_rng(8), layout="list", skew=0.0, digit=(30, 30))
    assert page.skew == 0.0
    for (_, one), (_, other) in zip(page.numbers[:-1], page.numbers[1:], strict=True):
        same_line = other.y < one.y + one.height
        assert other.x - one.x - one.width >= 30 if same_line else other.y > one.y
