"""parts.py: pieces of ink and their measures, also as they would be if the writing stood upright."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.ink.parts import find_parts, slant_of

inks = arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=40))


def blank(height: int = 60, width: int = 60) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def leaning_stroke(slant: float, thick: int = 3) -> np.ndarray:
    """Returns a stroke of 80 rows that moves ``slant`` columns to the right for each row up."""
    middle = (60, 60)
    shift = round(40 * slant)
    ends = (middle[0] - shift, middle[1] + 40), (middle[0] + shift, middle[1] - 40)
    return cv2.line(blank(120, 120), *ends, 255, thick, cv2.LINE_AA)


def test_each_piece_is_measured_in_pixels():
    ink = blank()
    ink[5:25, 10:14] = 255
    ink[40:43, 30:50] = 200
    labels, parts = find_parts(ink, 0.0)
    measures = [
        (part.left, part.top, part.width, part.height, part.right, part.bottom, part.area) for part in parts
    ]
    assert measures == [(10, 5, 4, 20, 14, 25, 80), (30, 40, 20, 3, 50, 43, 60)]
    assert [(part.first, part.last) for part in parts] == [(10, 14), (30, 50)]
    for part in parts:
        assert (ink[labels == part.label] > 0).all()
        assert (labels == part.label).sum() == part.area


def test_pixels_that_touch_at_a_corner_are_one_piece():
    ink = blank()
    ink[10:20, 10:20] = ink[20:30, 20:30] = 255
    assert len(find_parts(ink, 0.0)[1]) == 1


def test_faint_ink_neither_counts_nor_connects():
    ink = blank()
    ink[10:20, 10:20] = ink[10:20, 22:30] = 255
    ink[10:20, 20:22] = spec.SOLID
    labels, parts = find_parts(ink, 0.0)
    assert [part.area for part in parts] == [100, 80]
    assert not labels[10:20, 20:22].any()
    ink[10:20, 20:22] = spec.SOLID + 1
    assert [part.area for part in find_parts(ink, 0.0)[1]] == [200]


def test_no_ink_has_no_pieces():
    labels, parts = find_parts(blank(), 0.3)
    assert parts == []
    assert not labels.any()


def test_texture_gives_its_largest_pieces_only():
    ink = blank(100, 200)
    ink[::4, ::4] = 255  # 1,250 specks
    ink[40:70, 80:90] = 255
    _, parts = find_parts(ink, 0.0)
    assert len(parts) == spec.MAX_PARTS
    assert parts[0].area == max(part.area for part in parts) >= 300


def test_leaning_neighbours_overlap_as_they_stand_but_not_upright():
    ink = cv2.line(blank(100, 100), (10, 90), (50, 10), 255, 4)
    ink = cv2.line(ink, (40, 90), (80, 10), 255, 4)
    left, right = find_parts(ink, 0.5)[1]
    if left.left > right.left:
        left, right = right, left
    assert left.right > right.left
    assert left.last < right.first
    assert left.last - left.first < 10


@given(inks)
def test_pieces_tile_the_solid_ink(ink: np.ndarray):
    labels, parts = find_parts(ink, 0.4)
    assert labels.shape == ink.shape
    np.testing.assert_array_equal(labels > 0, ink > spec.SOLID)
    if len(parts) < spec.MAX_PARTS:
        assert sum(part.area for part in parts) == (ink > spec.SOLID).sum()
    for part in parts:
        rows, columns = np.nonzero(labels == part.label)
        assert (rows.min(), rows.max() + 1) == (part.top, part.bottom)
        assert (columns.min(), columns.max() + 1) == (part.left, part.right)
        assert part.last - part.first > 0.999


# ---- Slant ----


@pytest.mark.parametrize("slant", [-0.2, -0.1, 0.0, 0.2, 0.4, 0.6, 0.8])
def test_the_slant_of_a_leaning_stroke_is_found(slant: float):
    assert slant_of(leaning_stroke(slant)) == pytest.approx(slant, abs=0.101)


def test_writing_that_leans_more_has_the_larger_slant():
    upright = cv2.copyMakeBorder(scenes.pen_digit(1, 2), 0, 0, 60, 60, cv2.BORDER_CONSTANT, value=0)
    found = []
    for shear in (0.0, 0.3, 0.6):
        matrix = np.array([[1, -shear, shear * 48], [0, 1, 0]], np.float64)
        found.append(slant_of(cv2.warpAffine(upright, matrix, upright.shape[::-1])))
    assert found[0] < found[1] < found[2]


@pytest.mark.parametrize("ink", [blank(), np.eye(7, dtype=np.uint8) * 255, np.full((60, 60), 50, np.uint8)])
def test_next_to_no_ink_has_no_slant(ink: np.ndarray):
    assert slant_of(ink) == 0


def test_a_round_ring_stands_upright():
    assert slant_of(cv2.circle(blank(120, 120), (60, 60), 40, 255, 4)) == 0


@given(inks)
def test_a_slant_is_in_its_range_for_any_ink(ink: np.ndarray):
    assert -0.2 <= slant_of(ink) <= 1.0
