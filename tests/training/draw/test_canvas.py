"""canvas.py: ink is put where there is room, belongs to the newest number, and lines belong to none."""

from __future__ import annotations

import numpy as np

from inkdigits.readings import Box
from inkdigits.training.draw.canvas import Canvas, boxes_of


def test_the_boxes_are_around_what_was_put_and_a_comma_reads_as_a_point():
    canvas = Canvas(50, 80, 20, 2)
    for text, left, top in (("3,5", 5, 8), ("7", 50, 30)):
        canvas.texts.append(text)
        assert canvas.put(np.ones((10, 6), np.float32), left, top, 0.9)
    canvas.line((0, 25), (80, 25), 1.0, 2)
    assert canvas.full
    assert boxes_of(canvas.owners, canvas.texts) == (("3.5", Box(5, 8, 6, 10)), ("7", Box(50, 30, 6, 10)))
    assert canvas.ink[12, 7] == np.float32(0.9)
    assert canvas.ink[25, 70] > 0.9


def test_a_number_in_pieces_has_one_box():
    canvas = Canvas(50, 80, 20, 5)
    canvas.texts.append("12")
    for left in (5, 25):
        canvas.put(np.ones((10, 6), np.float32), left, 8, 1.0)
    assert boxes_of(canvas.owners, canvas.texts) == (("12", Box(5, 8, 26, 10)),)
    assert not canvas.full


def test_what_has_no_room_is_not_written_and_has_no_box():
    canvas = Canvas(50, 80, 20, 5)
    canvas.texts.append("1")
    for left, top in ((-1, 5), (5, -1), (75, 5), (5, 41)):
        assert not canvas.put(np.ones((10, 6), np.float32), left, top, 1.0)
    assert not canvas.ink.any()
    assert boxes_of(canvas.owners, canvas.texts) == ()
