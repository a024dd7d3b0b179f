"""shades.py: what was written stands out at full strength, whatever paper, light and the pen's colour are."""

from __future__ import annotations

import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.ink.shades import ink_images

SIDE = 160
DIGIT = scenes.pen_digit(5, 3)


def written(ink: scenes.Colour = scenes.DARK, strength: float = 1.0, **paper) -> np.ndarray:
    """Returns paper with the digit on it: float (160, 160, 3)."""
    sheet = scenes.page(SIDE, SIDE, **paper)
    scenes.write(sheet, DIGIT, 5, 5, 150, ink=ink, strength=strength)
    return sheet


STROKES = scenes.photo(written((255, 255, 255), colour=(0, 0, 0)))[..., 0]

# how the picture looks → the picture
CLEAR = {
    "black on white": written(),
    "hardly visible": written((215, 215, 212)),
    "in a lamp's light": written(shade=0.7),
    "grainy": written(grain=6),
    "blue on yellow": written((30, 60, 150), colour=(250, 225, 110)),
    "blue as bright as its orange paper": written((110, 170, 250), colour=(235, 140, 60)),
    "chalk on a board": written((235, 235, 225), colour=(46, 66, 56)),
    "white on blue": written((230, 235, 240), colour=(20, 60, 140)),
    "in the dark": written((25, 25, 25), colour=(60, 58, 55)),
    "half transparent": written(strength=0.3),
}


@pytest.mark.parametrize("look", CLEAR)
def test_strokes_come_out_white_and_paper_black(look: str):
    (ink,) = ink_images(scenes.photo(CLEAR[look]))
    assert ink.pixels.dtype == np.uint8
    assert ink.pixels.shape == (SIDE, SIDE)
    assert scenes.share_in_common(ink.pixels, STROKES) > 0.9
    assert np.median(ink.pixels[STROKES > 250]) == 255
    assert (ink.pixels[STROKES == 0] > spec.SOLID).mean() < 0.01
    assert (ink.scale, ink.prior) == (1.0, 0.0)


def test_a_hand_s_shadow_is_no_ink():
    sheet = written()
    scenes.shadow(sheet, depth=0.5, soft=4)
    (ink,) = ink_images(scenes.photo(sheet))
    assert scenes.share_in_common(ink.pixels, STROKES) > 0.9


def test_where_both_could_be_the_ink_there_are_two_ways_to_see_it():
    likelier, other = ink_images(scenes.marker_filling_its_picture())
    assert likelier.prior == 0 > other.prior
    assert likelier.pixels.mean() + other.pixels.mean() > 128  # where one sees paper, the other sees ink


def test_the_inverted_picture_has_the_same_ink():
    picture = scenes.grey(scenes.photo(CLEAR["grainy"]))
    (ink,), (inverted,) = ink_images(picture), ink_images(255 - picture)
    np.testing.assert_array_equal(ink.pixels, inverted.pixels)


@given(st.integers(-60, 7))
def test_brighter_or_darker_paper_and_ink_change_nothing(brightness: int):
    picture = np.clip(scenes.grey(scenes.photo(written((70, 70, 70)))), 70, 248)
    moved = (picture.astype(int) + brightness).astype(np.uint8)
    np.testing.assert_array_equal(ink_images(moved)[0].pixels, ink_images(picture)[0].pixels)


def test_fainter_ink_is_stretched_to_the_same_strength():
    strong, faint = (ink_images(scenes.photo(written(strength=share)))[0].pixels for share in (1.0, 0.25))
    assert np.abs(strong.astype(int) - faint).mean() < 1


@pytest.mark.parametrize(
    "paper",
    [
        scenes.page(90, 120),
        scenes.page(90, 120, colour=(0, 0, 0)),
        scenes.page(90, 120, colour=(250, 225, 110)),
        scenes.page(90, 120, shade=0.1),
        scenes.page(90, 120, grain=5),
        scenes.page(200, 200, shade=0.4),
        scenes.page(200, 200, shade=0.7, grain=2),
        scenes.page(20, 20, grain=1),
        scenes.page(1, 1),
    ],
    ids=["white", "black", "yellow", "lamp", "grain", "side light", "dusk", "small", "one pixel"],
)
def test_paper_without_writing_has_no_ink(paper: np.ndarray):
    assert not any(ink.pixels.any() for ink in ink_images(scenes.photo(paper)))


def test_contrast_below_the_limit_is_no_ink_and_above_it_is():
    paper = 200
    for contrast, visible in ((spec.MIN_CONTRAST - 2, False), (spec.MIN_CONTRAST + 4, True)):
        picture = np.where(STROKES > 127, paper - contrast, paper).astype(np.uint8)
        assert ink_images(picture)[0].pixels.any() == visible


def test_specks_of_dirt_do_not_set_the_strength_of_faint_ink():
    sheet = written((228, 228, 226))
    sheet[20:24, 140:144] = sheet[130:134, 10:14] = 0
    assert scenes.share_in_common(ink_images(scenes.photo(sheet))[0].pixels, STROKES) > 0.9


@pytest.mark.parametrize(("height", "width"), [(1280, 640), (320, 2560), (3, 6400)])
def test_a_large_picture_is_scaled_to_the_working_size(height: int, width: int):
    picture = np.full((height, width), 240, np.uint8)
    picture[height // 3 : height // 2 + 1, width // 3 : width // 2] = 20
    (ink, *_) = ink_images(picture)
    assert max(ink.pixels.shape) == spec.WORK_SIDE
    assert ink.scale == spec.WORK_SIDE / max(height, width)
    assert ink.pixels.shape == tuple(max(1, round(side * ink.scale)) for side in (height, width))


def test_a_picture_up_to_the_working_size_keeps_every_pixel():
    (ink,) = ink_images(scenes.photo(scenes.page(spec.WORK_SIDE, 200)))
    assert (ink.scale, ink.pixels.shape) == (1.0, (spec.WORK_SIDE, 200))


def test_a_thin_pencil_survives_the_scaling_of_a_large_picture():
    sheet = scenes.page(1600, 1200, shade=0.05, grain=2)
    scenes.line(sheet, (600, 500), (640, 1100), (120, 120, 125), 3)
    (ink, *_) = ink_images(scenes.photo(sheet))
    trace = ink.pixels[220:420, 230:270].max(axis=1)  # every row of the stroke, in pixels of the ink image
    assert (trace > spec.SOLID).all()


def test_the_picture_is_not_written_to():
    picture = scenes.photo(written())
    before = picture.copy()
    ink_images(picture)
    np.testing.assert_array_equal(picture, before)
