"""number.py: of an ink image the number is cut out whole, and nothing of what stands around it."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.find.number import NumberCrop, is_one_digit, number_crop
from inkdigits.find.row import frame_around
from inkdigits.readings import Box
from inkdigits.training.draw.number import Written, write_number
from inkdigits.training.draw.writer import Writer, write_character

PAD = 30  # pixels of paper around the number


def written(text: str, seed: int = 3) -> Written:
    return write_number(text, None, np.random.default_rng(seed))


def on_paper(number: Written, pad: int = PAD) -> tuple[np.ndarray, Box]:
    """Returns an ink image and where the number's ink is in it."""
    height, width = number.ink.shape
    return np.pad(number.ink, pad), Box(pad, pad, width, height)


def found(ink: np.ndarray) -> NumberCrop:
    crop = number_crop(ink, ink)
    assert crop is not None, "nothing was found"
    assert crop.ink.shape == crop.shades.shape == (crop.frame.height, crop.frame.width)
    return crop


def assert_whole(crop: NumberCrop, place: Box, slack: int = 2) -> None:
    """Checks that the crop is the number, with ``slack`` pixels more or less on each side."""
    sides = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in (crop.box, place)]
    assert sides[0] == pytest.approx(sides[1], abs=slack)


# ---- The number ----


@pytest.mark.parametrize("text", ["7", "40", "1995", "-3", "12345678"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_number_on_clean_paper_is_cut_out_whole(text: str, seed: int):
    number = written(text, seed)
    ink, place = on_paper(number)
    crop = found(ink)
    assert_whole(crop, place)
    inner = crop.ink[place.y - crop.frame.y :, place.x - crop.frame.x :][: place.height, : place.width]
    assert (inner > spec.SOLID).sum() == pytest.approx((number.ink > spec.SOLID).sum(), rel=0.02)


@pytest.mark.parametrize("text", ["1.5", "12.75", "3,2", "0,05"])
def test_points_and_commas_are_kept(text: str):
    for seed in range(12):
        number = written(text, seed)
        ink, _ = on_paper(number)
        crop = found(ink)
        mark = number.boxes[next(index for index, value in enumerate(text) if value in ".,")]
        y, x = PAD + mark.y - crop.frame.y, PAD + mark.x - crop.frame.x
        assert crop.ink[max(0, y) : y + mark.height, x : x + mark.width].max(initial=0) > spec.SOLID


def test_a_leading_minus_is_kept():
    for seed in range(12):
        ink, place = on_paper(written("-48", seed))
        assert found(ink).box.x == pytest.approx(place.x, abs=2)


def test_a_number_that_climbs_is_kept_whole():
    number = written("123456", 2).ink
    height, width = number.shape
    climbing = np.zeros((height + 60 + 2 * PAD, width + 2 * PAD), np.uint8)
    for column in range(width):
        top = PAD + 60 - round(60 * column / width)
        climbing[top : top + height, PAD + column] = number[:, column]
    crop = found(climbing)
    assert crop.box.x == pytest.approx(PAD, abs=2)
    assert crop.box.width == pytest.approx(width, abs=3)


def level_row(text: str, seed: int = 1) -> np.ndarray:
    """Returns the digits of one writer with their feet on one row."""
    writer, sheets = Writer.random(np.random.default_rng(seed)), []
    for index, value in enumerate(text):
        ink = write_character(value, writer, 40, np.random.default_rng(index))
        sheets.append(np.pad(ink, ((max(0, 52 - ink.shape[0]), 0), (3, 3)))[-52:])
    return np.hstack(sheets)


def test_the_one_number_of_a_picture_fills_its_crop_and_is_not_turned():
    assert found(np.pad(level_row("123456789012"), PAD)).row is None
    for seed in range(20):
        assert found(np.pad(level_row("117", seed), PAD)).row is None


@pytest.mark.parametrize("rise", [-60, 60])
def test_a_long_number_that_climbs_is_cut_out_whole(rise: int):
    number = level_row("123456789012")
    height, width = number.shape
    climbing = np.zeros((height + 60 + 2 * PAD, width + 2 * PAD), np.uint8)
    for column in range(width):
        top = PAD + max(rise, 0) - round(rise * column / width)
        climbing[top : top + height, PAD + column] = number[:, column]
    crop = found(climbing)
    assert crop.row is None
    assert (crop.ink > spec.SOLID).sum() == pytest.approx((climbing > spec.SOLID).sum(), rel=0.02)


# ---- What stands around it ----


@pytest.mark.parametrize("tilt", [0.0, 0.03, -0.06])
def test_rulings_above_and_below_are_left_out(tilt: float):
    ink, place = on_paper(written("30819"))
    height, width = ink.shape
    for row in (8, height - 9):
        ends = (0, round(row - tilt * width / 2)), (width - 1, round(row + tilt * width / 2))
        cv2.line(ink, ends[0], ends[1], (255,), 2, cv2.LINE_AA)
    assert_whole(found(ink), place, slack=4)


@pytest.mark.parametrize("inset", [0, 2, 5])
@pytest.mark.parametrize("wide", [1, 3])
def test_the_edges_of_a_box_are_left_out(inset: int, wide: int):
    ink, place = on_paper(written("30819"))
    height, width = ink.shape
    cv2.rectangle(ink, (inset, inset), (width - 1 - inset, height - 1 - inset), (255,), wide)
    assert_whole(found(ink), place, slack=4)


@pytest.mark.parametrize("side", ["above", "below"])
def test_pieces_of_the_row_above_or_below_are_left_out(side: str):
    ink, place = on_paper(written("640"))
    neighbour = written("9583", 5).ink
    width = min(ink.shape[1], neighbour.shape[1])
    if side == "above":
        ink[:14, :width] = neighbour[-14:, :width]
    else:
        ink[-14:, :width] = neighbour[:14, :width]
    assert_whole(found(ink), place)


def test_specks_are_left_out():
    ink, place = on_paper(written("640"))
    for y, x in ((5, 5), (8, 60), (place.y + 20, 3), (ink.shape[0] - 6, ink.shape[1] - 9)):
        ink[y : y + 2, x : x + 1] = 255
    crop = found(ink)
    assert_whole(crop, place)


def test_a_dark_corner_is_left_out():
    ink, place = on_paper(written("640"))
    ink[:6, :] = 200
    assert_whole(found(ink), place)


# ---- What the model is shown ----


def test_the_model_sees_faint_marks_and_rulings_too_and_a_little_paper_around():
    ink, place = on_paper(written("30819"))
    shades = ink // 2
    shades[place.y + place.height // 2] = 40  # too faint to be a stroke
    crop = number_crop(ink, shades)
    assert crop is not None
    frame, room = crop.frame, spec.NUMBER_ROOM * place.height
    np.testing.assert_array_equal(
        crop.shades, shades[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width]
    )
    assert place.y - frame.y == pytest.approx(room, abs=3)
    assert frame.x + frame.width - place.x - place.width == pytest.approx(room, abs=3)


def test_a_frame_ends_at_the_picture_s_border():
    assert frame_around(Box(0, 2, 30, 40), (42, 30)) == Box(0, 0, 30, 42)


# ---- One digit or a number ----


@pytest.mark.parametrize("value", "023456789")
def test_one_digit_in_a_large_picture_is_one_digit(value: str):
    ink, _ = on_paper(written(value))
    assert is_one_digit(found(ink), ink.shape)


@pytest.mark.parametrize("text", ["40", "111", "1234567"])
def test_a_number_is_not_one_digit(text: str):
    """Two narrow digits that touch may be one for all that layout knows: here they stand apart."""
    for seed in range(5):
        digits = [written(value, seed).ink for value in text]
        tall = max(ink.shape[0] for ink in digits)
        apart = [np.pad(ink, ((PAD + tall - ink.shape[0], PAD), (4, 4))) for ink in digits]
        ink = np.pad(np.hstack(apart), ((0, 0), (PAD, PAD)))
        assert not is_one_digit(found(ink), ink.shape)


@pytest.mark.parametrize(("shape", "one"), [((28, 28), True), ((20, 30), True), ((20, 31), False)])
def test_a_tight_crop_is_judged_by_its_shape(shape: tuple[int, int], one: bool):
    full = np.full((20, 20), 255, np.uint8)
    crop = NumberCrop(full, Box(4, 4, 20, 20), 3, full, Box(4, 4, 20, 20))
    assert is_one_digit(crop, shape) is one


# ---- Any ink ----


@pytest.mark.parametrize("shape", [(0, 0), (0, 9), (9, 0), (1, 1), (1, 500), (500, 1), (28, 28), (300, 400)])
def test_no_ink_is_no_number(shape: tuple[int, int]):
    assert number_crop(np.zeros(shape, np.uint8), np.zeros(shape, np.uint8)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 2), (28, 28), (300, 400)])
def test_a_field_of_nothing_but_ink_ends_in_an_answer(shape: tuple[int, int]):
    full = np.full(shape, 255, np.uint8)
    crop = number_crop(full, full)
    assert crop is None or crop.ink.shape == (crop.frame.height, crop.frame.width)


@pytest.mark.parametrize("shape", [(40, 6000), (1500, 1500), (6000, 40)])
def test_a_huge_field_of_noise_ends_soon(shape: tuple[int, int]):
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    start = time.process_time()
    number_crop(noise, noise)
    assert time.process_time() - start < 5


@given(arrays.arrays(np.uint8, st.tuples(st.integers(0, 50), st.integers(0, 50))))
@settings(max_examples=80)
def test_any_ink_gives_a_crop_of_it_or_nothing(ink: np.ndarray):
    before = ink.copy()
    crop = number_crop(ink, ink)
    np.testing.assert_array_equal(ink, before)
    if crop is None:
        return
    box = crop.box
    assert 0 <= box.x < box.x + box.width <= ink.shape[1]
    assert 0 <= box.y < box.y + box.height <= ink.shape[0]
    frame = crop.frame
    assert frame.x <= box.x < box.x + box.width <= frame.x + frame.width <= ink.shape[1]
    assert frame.y <= box.y < box.y + box.height <= frame.y + frame.height <= ink.shape[0]
    source = ink[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width]
    np.testing.assert_array_equal(crop.shades, source)
    assert ((crop.ink == source) | (crop.ink == 0)).all()
    assert crop.ink.any()
    assert crop.groups >= 0
