"""scene.py: the truth about a scene says what its numbers are."""

from __future__ import annotations

import numpy as np

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.scene import Scene, SceneMark


def test_a_number_s_marks_are_its_text_in_their_order_and_others_are_none_of_it():
    box = Box(0, 0, 5, 9)
    marks = (
        SceneMark(box, "2", 1),
        SceneMark(box, spec.OTHER),
        SceneMark(box, "1", 0, row=0, column=0),
        SceneMark(box, ".", 1),
        SceneMark(box, "5", 1),
    )
    assert Scene(np.zeros((9, 9), np.uint8), marks, "cell").texts() == ["1", "2.5"]
