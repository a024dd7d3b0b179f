"""joined_strokes.py: a stroke joins neighbours that hands write in one go, no others, within the boxes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.joined_strokes import join_feet, join_zeros

SIDE = 20  # pixels; width of a digit


def sheet_of(gap: int) -> tuple[np.ndarray, list[Box]]:
    """Returns two filled digits with a gap of so many pixels between them."""
    sheet = np.zeros((HEIGHT, 2 * SIDE + gap), np.uint8)
    boxes = [Box(0, 0, SIDE, HEIGHT), Box(SIDE + gap, 0, SIDE, HEIGHT)]
    for box in boxes:
        sheet[box.y : box.y + box.height, box.x : box.x + box.width] = 255
    return sheet, boxes


@pytest.mark.parametrize(
    ("join", "text", "gap", "joined"),
    [
        (join_zeros, "00", 6, True),
        (join_zeros, "00", 30, False),  # too far
        (join_zeros, "10", 6, False),
        (join_feet, "10", 6, True),
        (join_feet, "46", 6, True),
        (join_feet, "10", 30, False),
        (join_feet, "01", 6, False),  # a ring does not run on
        (join_feet, "17", 6, False),  # a 7 begins at its head
    ],
)
def test_neighbours_written_in_one_go_are_joined(
    join: Callable[..., None], text: str, gap: int, joined: bool
):
    for seed in range(20):
        sheet, boxes = sheet_of(gap)
        join(sheet, text, boxes, np.random.default_rng(seed))
        between = sheet[:, SIDE : SIDE + gap]
        assert between.any(axis=0).all() == joined
        for box in boxes:
            sheet[box.y : box.y + box.height, box.x : box.x + box.width] = 0
        assert not sheet.any(), "the boxes do not hold the stroke"


def test_a_foot_without_ink_is_left_alone():
    sheet = np.zeros((HEIGHT, 50), np.uint8)
    join_feet(sheet, "10", [Box(0, 0, 20, HEIGHT), Box(25, 0, 20, HEIGHT)], np.random.default_rng(0))
    assert not sheet.any()
