"""upright.py: a picture that lies is turned upright, and boxes are told where they were."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.picture.upright import LEVEL, turned
from inkdigits.readings import Box


def marked(height: int, width: int, box: Box) -> np.ndarray:
    picture = np.full((height, width), 200, np.uint8)
    picture[box.y : box.y + box.height, box.x : box.x + box.width] = 0
    return picture


def around(picture: np.ndarray) -> Box:
    rows, columns = np.nonzero(picture < 100)
    return Box(int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)


@pytest.mark.parametrize("degrees", [0.0, LEVEL, -LEVEL])
def test_what_is_level_stays_as_it_is(degrees: float):
    picture = marked(30, 50, Box(20, 4, 13, 6))
    upright = turned(picture, degrees)
    assert upright.picture is picture or np.array_equal(upright.picture, picture)
    assert upright.place is None


@pytest.mark.parametrize("degrees", [90.0, 180.0, -90.0, 91.0, -179.0])
def test_boxes_of_a_picture_on_its_side_are_those_of_the_picture(degrees: float):
    box = Box(20, 4, 13, 6)
    upright = turned(marked(30, 50, box), degrees)
    assert upright.place is not None
    assert upright.place(around(upright.picture)) == box


@pytest.mark.parametrize("degrees", [5.0, -12.0, 30.0, 44.0, 100.0, -150.0])
@pytest.mark.parametrize("colours", [(), (3,)])
def test_of_a_picture_askew_all_is_kept_and_boxes_stand_around_what_they_stood_around(
    degrees: float, colours: tuple[int, ...]
):
    box = Box(60, 30, 16, 10)
    picture = np.broadcast_to(
        marked(90, 140, box).reshape(90, 140, *(1,) * len(colours)), (90, 140, *colours)
    ).copy()
    upright = turned(picture, degrees)
    grey = upright.picture if not colours else upright.picture[..., 0]
    assert (grey < 100).sum() == pytest.approx(160, rel=0.15)
    assert grey[0, 0] == 200, "beyond the picture is paper as at its sides"
    assert upright.place is not None
    found = upright.place(around(grey))
    middle = found.x + found.width / 2, found.y + found.height / 2
    assert middle == pytest.approx((68, 35), abs=1.5)
    assert found.width >= 15
    assert found.height >= 9


def test_lines_that_fall_are_level_afterwards():
    picture = np.full((200, 200), 255, np.uint8)
    for step in range(160):
        picture[
            20 + round(step * np.tan(np.deg2rad(20))) : 26 + round(step * np.tan(np.deg2rad(20))), 20 + step
        ] = 0
    level = turned(picture, 20.0).picture
    rows = np.flatnonzero((level < 128).any(axis=1))
    assert np.ptp(rows) < 10


def test_a_box_beyond_the_picture_is_put_within_it():
    upright = turned(marked(60, 60, Box(2, 2, 5, 5)), 45.0)
    assert upright.place is not None
    far = upright.place(Box(0, 0, 3, 3))
    assert 0 <= far.x < far.x + far.width <= 60
    assert 0 <= far.y < far.y + far.height <= 60
