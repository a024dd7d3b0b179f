"""raster.py: what is done to ink keeps it whole, and nothing reaches beyond the borders."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.raster import (
    cut_to_ink,
    draw_line,
    leant,
    overlay,
    scaled,
    strength_of,
    thickened,
)
from inkdigits.training.draw.writer import Writer, write_character


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def nine() -> np.ndarray:
    return write_character("9", Writer.random(rng(1)), HEIGHT, rng(2))


def test_strokes_get_thicker_and_thinner_and_never_vanish():
    ink = nine()
    assert thickened(ink, 1).sum() > ink.sum() > thickened(ink, -1).sum() > 0
    hair = np.zeros((HEIGHT, 10), np.uint8)
    hair[:, 5] = 255
    assert thickened(hair, -1).any()


def test_scaling_follows_both_factors():
    assert scaled(np.zeros((40, 20), np.uint8), 0.5, 2.0).shape == (80, 10)


def test_a_lean_to_the_right_moves_the_head_to_the_right():
    upright = np.zeros((HEIGHT, 5), np.uint8)
    upright[:, 2] = 255
    slanted = leant(upright, 0.5)
    assert slanted[0].argmax() > slanted[-1].argmax()


def test_one_factor_scales_both_sides_and_nothing_vanishes():
    assert scaled(np.zeros((40, 20), np.uint8), 0.5).shape == (20, 10)
    assert scaled(np.zeros((40, 20), np.uint8), 0.001).shape == (1, 1)


def test_strength_runs_from_0_to_1():
    strength = strength_of(np.array([[0, 51, 255]], np.uint8))
    assert strength.dtype == np.float32
    assert strength[0] == pytest.approx([0, 0.2, 1])


def test_ink_is_cut_to_what_is_strong_enough_and_blank_paper_is_not_cut():
    ink = np.zeros((9, 9), np.uint8)
    assert cut_to_ink(ink).shape == (9, 9)
    ink[3:5, 2:8] = 30
    ink[4, 3] = 200
    assert cut_to_ink(ink).shape == (2, 6)
    assert cut_to_ink(ink, 40).shape == (1, 1)


@pytest.mark.parametrize("top", [-7, -2, 0, 6, 30])
@pytest.mark.parametrize("left", [-9, -1, 3, 8, 40])
def test_a_piece_is_laid_where_it_is_told_and_the_stronger_ink_shows(top: int, left: int):
    ink, piece = np.full((8, 10), 100, np.uint8), np.full((4, 5), 200, np.uint8)
    expected = np.array(
        [[200 if top <= y < top + 4 and left <= x < left + 5 else 100 for x in range(10)] for y in range(8)]
    )
    overlay(ink, piece, top, left)
    np.testing.assert_array_equal(ink, expected)
    overlay(ink, piece // 10, top, left)
    np.testing.assert_array_equal(ink, expected)


@pytest.mark.parametrize(
    ("start", "stop"),
    [((0, 9.5), (60, 12)), ((30, 0), (31, 40)), ((-20, -9), (90, 60)), ((0, -0.5), (60, -0.5))],
)
def test_a_line_is_the_same_as_one_drawn_over_the_whole_page(
    start: tuple[float, float], stop: tuple[float, float]
):
    import cv2

    layer = np.zeros((40, 60), np.uint8)
    ends = [(round(x * 16), round(y * 16)) for x, y in (start, stop)]
    cv2.line(layer, ends[0], ends[1], (255,), 3, cv2.LINE_AA, shift=4)
    ink = np.zeros((40, 60), np.float32)
    draw_line(ink, start, stop, 0.5, 3)
    np.testing.assert_allclose(ink, layer * np.float32(0.5 / 255), atol=1e-6)


def test_a_line_beside_the_page_leaves_it_blank():
    ink = np.zeros((40, 60), np.float32)
    draw_line(ink, (0, -30), (60, -20), 1.0, 3)
    draw_line(ink, (80, 0), (80, 40), 1.0, 3)
    assert not ink.any()
