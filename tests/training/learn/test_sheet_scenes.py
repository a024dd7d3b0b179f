"""sheet_scenes.py: marks are where they are on the sheet that the reader cuts out of a photo."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inkdigits.picture.sheet import find_sheet
from inkdigits.readings import Box
from inkdigits.training.draw.scene import Scene, SceneMark
from inkdigits.training.learn.sheet_scenes import straightened


def photo(degrees: float) -> Scene:
    """Returns a white sheet on a dark desk, turned clockwise, with three black ellipses as marks."""
    desk = np.full((700, 700), 60, np.uint8)
    matrix = cv2.getRotationMatrix2D((350, 350), -degrees, 1.0)
    outline = np.array([(150, 220), (550, 220), (550, 480), (150, 480)], float)
    moved = outline @ matrix[:, :2].T + matrix[:, 2]
    cv2.fillPoly(desk, [moved.round().astype(np.int32)], (235,))
    marks = []
    for x in (250, 350, 450):
        middle = matrix[:, :2] @ (x, 350) + matrix[:, 2]
        mask = np.zeros_like(desk)
        cv2.ellipse(mask, (middle, (16, 30), degrees), (255,), -1)
        desk[mask > 0] = 20
        rows, columns = np.nonzero(mask)
        box = Box(int(columns.min()), int(rows.min()), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1)
        marks.append(SceneMark(box, "0", 0, 0))
    return Scene(desk, tuple(marks), "mark slip", degrees % 360)


@pytest.mark.parametrize("degrees", [0.0, 8.0, -20.0, 33.0, 95.0, 180.0])
def test_the_marks_of_a_photo_stand_where_the_straightened_sheet_shows_them(degrees: float):
    scene = photo(degrees)
    assert find_sheet(scene.picture) is not None
    level = straightened(scene)
    assert min(level.turn % 90, -level.turn % 90) < 2
    for mark in level.marks:
        x, y, width, height = mark.box
        ink = level.picture < 100
        rows, columns = np.nonzero(ink[max(0, y - 12) : y + height + 12, max(0, x - 12) : x + width + 12])
        seen = Box(
            max(0, x - 12) + int(columns.min()),
            max(0, y - 12) + int(rows.min()),
            int(np.ptp(columns)) + 1,
            int(np.ptp(rows)) + 1,
        )
        assert mark.box.overlap(seen) > 0.6
        assert mark.label == "0"


def test_a_scene_without_a_sheet_stays_as_it_is():
    paper = Scene(np.full((300, 400), 230, np.uint8), (SceneMark(Box(40, 40, 12, 20), "3", 0, 0),), "notes")
    assert straightened(paper) is paper
