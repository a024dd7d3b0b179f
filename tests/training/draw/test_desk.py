"""A sheet on a desk: where its corners are, and at which turn."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.draw.desk import on_desk


def dotted() -> np.ndarray:
    """A sheet with a black square at its upper left."""
    ink = np.zeros((300, 200), np.float32)
    ink[20:60, 20:60] = 1
    return ink


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 33])
def test_the_photo_shows_the_sheet_where_it_says(turn: int):
    shot = on_desk(dotted(), 900, np.random.default_rng(turn), turn=turn)
    x, y, w = shot.to_photo @ (40, 40, 1)
    beside = shot.to_photo @ (120, 150, 1)
    at = shot.picture[round(y / w), round(x / w)]
    paper = shot.picture[round(beside[1] / beside[2]), round(beside[0] / beside[2])]
    assert int(at) < int(paper) - 30


def test_the_whole_sheet_is_in_the_photo():
    for seed in range(12):
        shot = on_desk(dotted(), 900, np.random.default_rng(seed))
        assert max(shot.picture.shape) == 900
        for corner in ((0, 0), (200, 0), (200, 300), (0, 300)):
            x, y, w = shot.to_photo @ (*corner, 1)
            assert -1 <= x / w <= shot.picture.shape[1]
            assert -1 <= y / w <= shot.picture.shape[0]


def test_an_upright_sheet_keeps_its_left_and_right():
    shot = on_desk(dotted(), 900, np.random.default_rng(1), turn=0)
    left, right = (shot.to_photo @ (x, 150, 1) for x in (0, 200))
    assert left[0] / left[2] < right[0] / right[2]
    assert np.linalg.det(shot.to_photo) > 0
