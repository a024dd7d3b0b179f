"""Print is taken out, strokes that cross it stay, and each stroke goes to its field."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from drawn_forms import DESIGN, area_of, blank_of

from inkdigits.readings import Box
from inkdigits.tables.handwriting import Handwriting, Place, find_handwriting
from inkdigits.tables.registration import lay_over
from inkdigits.training.draw.form import draw_blank

BLANK = blank_of()


def place_of(name: str) -> Place:
    cells = tuple(area_of(name, index).box(BLANK.shape) for index in range(len(draw_blank(DESIGN)[1][name])))
    left, right = cells[0].x, cells[-1].x + cells[-1].width
    return Place(Box(left, cells[0].y, right - left, cells[0].height), cells)


NAMES = [one.name for one in DESIGN.fields]
PLACES = [place_of(name) for name in NAMES]


def with_strokes(*strokes: tuple[str, tuple[float, float], tuple[float, float]]) -> np.ndarray:
    """Returns a scan with strokes, each from and to shares of a field's box."""
    picture = draw_blank(DESIGN)[0]
    scale = picture.shape[1] / BLANK.shape[1]
    for name, *ends in strokes:
        box = PLACES[NAMES.index(name)].box
        start, stop = (
            (round((box.x + x * box.width) * scale), round((box.y + y * box.height) * scale)) for x, y in ends
        )
        cv2.line(picture, start, stop, 60, 3, cv2.LINE_AA)
    return picture


def written(picture: np.ndarray) -> Handwriting:
    return find_handwriting(lay_over(picture, [BLANK])[1], BLANK, PLACES)


@lru_cache(maxsize=1)
def unfilled() -> Handwriting:
    return written(draw_blank(DESIGN)[0])


def test_of_an_empty_form_nothing_is_left():
    assert [unfilled().box_of(index) for index in range(len(NAMES))] == [None] * len(NAMES)


def test_a_stroke_that_crosses_the_print_stays_whole():
    index = NAMES.index("weight")
    found = written(with_strokes(("weight", (0.3, -0.3), (0.34, 1.3))))
    box = found.box_of(index)
    assert box is not None
    assert box.height > 1.5 * PLACES[index].height  # followed above and below
    ink = found.of(index, box)
    assert (ink.max(axis=1) > 60).all()  # no gap where the frame was
    assert found.box_of(NAMES.index("day")) is None


def test_a_stroke_in_a_comb_crosses_its_edges():
    index = NAMES.index("animal")
    box = written(with_strokes(("animal", (0.05, 0.5), (0.95, 0.55)))).box_of(index)
    assert box is not None
    assert box.width > 0.85 * PLACES[index].box.width


def test_ink_beside_all_fields_belongs_to_none():
    found = written(with_strokes(("weight", (1.02, 0.2), (1.06, 0.8))))
    assert [found.box_of(index) for index in range(len(NAMES))] == [None] * len(NAMES)


def test_ink_that_runs_through_two_fields_is_told():
    found = written(with_strokes(("weight", (0.2, 0.0), (0.2, 2.6))))
    assert found.shared == {NAMES.index("weight"), NAMES.index("stall")}
