"""cells.py: each character stands in a cell of its own, clear of the lines between them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.training.draw.cells import EMPTY, in_cells
from inkdigits.training.draw.glyphs import HEIGHT


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def block(height: float, width: float) -> np.ndarray:
    return np.full((round(height * HEIGHT), round(width * HEIGHT)), 255, np.uint8)


@given(st.integers(0, 2**32), st.lists(st.floats(0.1, 1.2), min_size=1, max_size=8))
@settings(max_examples=60)
def test_no_character_reaches_over_the_edge_of_its_cell(seed: int, widths: list[float]):
    inks = [block(1.0, width) for width in widths]
    ink, boxes, edges = in_cells("1" * len(widths), inks, rng(seed))
    assert len(boxes) == len(widths)
    assert len(widths) < len(edges) <= len(widths) + 1 + EMPTY
    assert np.ptp([right - left for left, right in pairwise(edges)]) <= 1, "all cells are alike"
    for box, given_ink, (left, right) in zip(boxes, inks, pairwise(edges), strict=False):
        assert left - 1 <= box.x
        assert box.x + box.width <= right + 1
        assert (box.height, box.width) == given_ink.shape
        assert (ink[box.y : box.y + box.height, box.x : box.x + box.width] == 255).all()
    assert ink.sum() == sum(int(each.sum()) for each in inks)


def test_the_ink_is_cut_to_the_characters_and_the_cells_reach_beyond_it():
    for seed in range(20):
        ink, _, edges = in_cells("123", [block(1.0, 0.5)] * 3, rng(seed))
        for side in (ink[0], ink[-1], ink[:, 0], ink[:, -1]):
            assert side.any()
        assert edges[0] <= 0
        assert edges[-1] >= ink.shape[1]


def test_some_cells_behind_the_number_stay_empty():
    counts = {len(in_cells("12", [block(1.0, 0.5)] * 2, rng(seed))[2]) for seed in range(60)}
    assert counts == {3, 4, 5, 6}


def test_dashes_stand_in_the_middle_of_their_cell_and_commas_on_the_line():
    inks = [block(1.0, 0.5), block(0.1, 0.5)]
    for value, expected in (("-", 0.5), (",", 0.05)):
        above = []
        for seed in range(40):
            _, (digit, mark), _ = in_cells("1" + value, inks, rng(seed))
            above.append((digit.y + digit.height - mark.y - mark.height / 2) / HEIGHT)
        assert np.mean(above) == pytest.approx(expected, abs=0.05)
