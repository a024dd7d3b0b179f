"""normalize.py: MNIST's convention, whatever size, place and strength the ink has."""

from __future__ import annotations

import numpy as np
import pytest
import scenes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.errors import InvalidArrayError
from inkdigits.find.row import Row
from inkdigits.recognition.normalize import normalize_digit, normalize_number, number_scale
from inkdigits.training.draw.digit import write_digits


def bounds(image: np.ndarray) -> tuple[int, int, int, int]:
    """Returns left, top, width and height of the ink."""
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    return int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Returns (x, y) of the ink's centre, in pixel indices."""
    mass = image.astype(float)
    return tuple(
        float((mass.sum(axis=axis) * np.arange(image.shape[1 - axis])).sum() / mass.sum()) for axis in (0, 1)
    )


def closeness(one: np.ndarray, other: np.ndarray) -> float:
    """Returns the correlation of two model inputs."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


# ---- MNIST's convention ----


@pytest.mark.parametrize("value", range(10))
def test_a_digit_of_mnist_comes_back_unchanged(value: int):
    digit = scenes.mnist_digit(value)
    np.testing.assert_array_equal(normalize_digit(digit), digit)


def test_a_digit_of_the_pen_comes_back_nearly_unchanged():
    for digit in write_digits(40, seed=3)[0]:
        again = normalize_digit(digit)
        assert closeness(again, digit) > 0.99
        np.testing.assert_array_equal(normalize_digit(again), again)


@pytest.mark.parametrize("value", range(10))
@pytest.mark.parametrize("size", [30, 64, 250])
def test_the_longer_side_is_20_pixels_and_the_mass_is_in_the_middle(value: int, size: int):
    paper = np.zeros((size, size, 3))
    scenes.write(paper, scenes.pen_digit(value, 2), 0, 0, size, ink=(255, 255, 255))
    image = normalize_digit(scenes.photo(paper)[..., 0])
    assert (image.shape, image.dtype, image.max()) == ((28, 28), np.uint8, 255)
    _, _, width, height = bounds(image)
    assert max(width, height) == spec.DIGIT_BOX
    assert centre_of_mass(image) == pytest.approx((14, 14), abs=0.51)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (5, 400)])
def test_extreme_shapes_fit_the_field(shape: tuple[int, int]):
    image = normalize_digit(np.full(shape, 255, np.uint8))
    _, _, width, height = bounds(image)
    assert max(width, height) == spec.DIGIT_BOX
    assert image.max() == 255


def test_a_centre_of_mass_far_off_never_pushes_ink_out_of_the_field():
    ink = np.zeros((100, 100), np.uint8)
    ink[:, :30] = ink[:2] = 255
    _, _, width, height = bounds(normalize_digit(ink))
    assert (width, height) == (20, 20)


def test_no_ink_gives_an_empty_field():
    for shape in ((50, 40), (28, 28), (0, 0), (0, 5)):
        image = normalize_digit(np.zeros(shape, np.uint8))
        assert (image.shape, image.dtype, int(image.max())) == ((28, 28), np.uint8, 0)


# ---- Strokes ----


@pytest.mark.parametrize("side", [56, 200, 640])
def test_a_stroke_of_one_pixel_keeps_a_pen_s_width_on_the_way_down(side: int):
    ink = np.zeros((side, side), np.uint8)
    ink[:, side // 3] = ink[side // 2, :] = 255
    image = normalize_digit(ink)
    across = image[5:12].astype(float).sum(axis=1) / 255  # pixels of ink in rows that only the stem crosses
    assert across.min() > 1  # 0.6 where thin strokes are just averaged
    assert across.max() < 2 * spec.MIN_STROKE


def test_a_thick_stroke_is_not_widened():
    ink = np.zeros((200, 200), np.uint8)
    ink[:, 80:120] = ink[90:110] = 255
    image = normalize_digit(ink)
    across = image[5:10].astype(float).sum(axis=1) / 255
    assert across == pytest.approx(4, abs=0.3)  # 40 of 200 pixels, of 20


def test_faint_ink_is_brought_to_full_strength():
    strong = scenes.pen_digit(2, 3)
    assert closeness(normalize_digit((strong * 0.4).astype(np.uint8)), normalize_digit(strong)) > 0.9
    assert normalize_digit((strong * 0.4).astype(np.uint8)).max() == 255


# ---- Squeeze ----


@pytest.mark.parametrize("squeeze", [0.3, 0.65, 1.0])
def test_squeeze_is_the_new_width_over_height_of_a_square(squeeze: float):
    ink = np.zeros((60, 60), np.uint8)
    ink[[0, -1]] = 255
    ink[:, [0, -1]] = 255
    _, _, width, height = bounds(normalize_digit(ink, squeeze))
    assert (width, height) == (round(20 * squeeze), 20)


def test_squeeze_of_a_wide_digit_uses_the_whole_box():
    _, _, width, height = bounds(normalize_digit(np.full((30, 120), 255, np.uint8), 0.5))
    assert (width, height) == (20, 10)


# ---- Any ink ----


@given(
    arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=50)),
    st.sampled_from([1.0, 0.65]),
)
def test_any_ink_fits_and_is_not_written_to(ink: np.ndarray, squeeze: float):
    before = ink.copy()
    image = normalize_digit(ink, squeeze)
    np.testing.assert_array_equal(ink, before)
    assert (image.shape, image.dtype) == ((28, 28), np.uint8)
    if not ink.any():
        assert not image.any()
    elif ink.max() > 127:
        assert max(bounds(image)[2:]) <= spec.DIGIT_BOX


@given(*(st.integers(0, 25) for _ in range(4)), st.integers(0, 9))
def test_paper_around_the_digit_changes_nothing(left: int, right: int, top: int, bottom: int, value: int):
    digit = scenes.pen_digit(value, 4)
    padded = np.pad(digit, ((top, bottom), (left, right)))
    np.testing.assert_array_equal(normalize_digit(padded), normalize_digit(digit))


@given(st.integers(2, 5), st.integers(0, 9))
def test_the_size_of_the_digit_changes_next_to_nothing(times: int, value: int):
    digit = scenes.pen_digit(value, 5)
    enlarged = np.repeat(np.repeat(digit, times, axis=0), times, axis=1)
    assert closeness(normalize_digit(enlarged), normalize_digit(digit)) > 0.97


@pytest.mark.parametrize(
    "ink", [np.zeros((4, 4, 3), np.uint8), np.zeros(9, np.uint8), np.zeros((4, 4)), np.zeros((4, 4), bool)]
)
def test_what_is_no_ink_image_is_refused_with_what_it_is(ink: np.ndarray):
    for normalize in (normalize_digit, normalize_number):
        with pytest.raises(InvalidArrayError, match=r"expected uint8 \(H, W\) with 255 = ink") as caught:
            normalize(ink)
        assert f"{ink.dtype} of shape {ink.shape}" in str(caught.value)


# ---- Numbers ----


@pytest.mark.parametrize("height", [10, 30, 90, 600])
def test_a_number_s_crop_is_32_pixels_high_with_paper_left_and_right(height: int):
    image = normalize_number(np.full((height, 3 * height), 255, np.uint8))
    assert bounds(image) == (spec.NUMBER_MARGIN, 0, 3 * spec.NUMBER_HEIGHT, spec.NUMBER_HEIGHT)
    assert image.shape == (spec.NUMBER_HEIGHT, 104)
    assert image.max() == 255


@pytest.mark.parametrize("width", [30, 31, 32, 33, 34, 150])
def test_a_number_s_width_is_a_whole_number_of_columns(width: int):
    image = normalize_number(np.full((32, width), 255, np.uint8))
    assert image.shape[1] % spec.NUMBER_STEP == 0
    assert 0 <= image.shape[1] - width - 2 * spec.NUMBER_MARGIN < spec.NUMBER_STEP


def test_a_number_of_40_digits_is_squeezed_to_what_the_model_bears():
    digits = np.zeros((30, 40, 25), np.uint8)
    digits[:, :, 3:5] = digits[:, :, 18:20] = digits[:3, :, 3:20] = 255
    image = normalize_number(digits.reshape(30, 1000))
    assert image.shape == (spec.NUMBER_HEIGHT, spec.NUMBER_MAX_WIDTH)
    assert bounds(image)[3] == spec.NUMBER_HEIGHT


@pytest.mark.parametrize("shape", [(20, 50), (64, 100), (30, 3000)])
def test_the_scale_leads_from_the_crop_to_the_model_s_input(shape: tuple[int, int]):
    crop = np.zeros(shape, np.uint8)
    crop[:, shape[1] // 2 - 5 : shape[1] // 2 + 6] = 255
    columns = np.flatnonzero(normalize_number(crop).max(axis=0) > 128)
    expected = spec.NUMBER_MARGIN + (shape[1] // 2 + 0.5) * number_scale(shape)
    assert columns.mean() + 0.5 == pytest.approx(expected, abs=1)


def test_a_thin_pen_keeps_its_stroke_on_the_way_down():
    ink = np.zeros((300, 900), np.uint8)
    ink[:, 100] = ink[150, :] = ink[0] = ink[-1] = 255
    across = normalize_number(ink)[5:12].astype(float).sum(axis=1) / 255
    assert 1 < across.min() <= across.max() < 2 * spec.MIN_STROKE


def test_faint_numbers_are_brought_to_full_strength():
    assert normalize_number(np.full((20, 50), 90, np.uint8)).max() == 255


def test_a_row_that_climbs_is_made_level():
    crop = np.zeros((60, 120), np.uint8)
    for column in range(120):
        crop[10 + column // 4 : 20 + column // 4, column] = 255
    image = normalize_number(crop, Row(0.25, 7, 16))
    assert image.shape == (spec.NUMBER_HEIGHT, 248)
    band = image[:, spec.NUMBER_MARGIN : spec.NUMBER_MARGIN + 240]
    assert band[10:22].min() > 200
    assert max(band[:4].max(), band[-4:].max()) < 64


def test_what_is_half_as_dark_stays_half_as_dark():
    crop = np.zeros((32, 90), np.uint8)
    crop[:, 10:30], crop[:, 50:70] = 200, 100
    image = normalize_number(crop)
    assert int(image[16, 60 + spec.NUMBER_MARGIN]) == pytest.approx(127, abs=2)


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (50, 40)])
def test_no_ink_gives_a_narrow_field_of_paper(shape: tuple[int, int]):
    image = normalize_number(np.zeros(shape, np.uint8))
    assert (image.shape, image.dtype, int(image.max())) == ((spec.NUMBER_HEIGHT, 16), np.uint8, 0)


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=60)))
def test_any_ink_fits_the_number_model(ink: np.ndarray):
    before = ink.copy()
    image = normalize_number(ink)
    np.testing.assert_array_equal(ink, before)
    assert (image.shape[0], image.dtype) == (spec.NUMBER_HEIGHT, np.uint8)
    assert 16 <= image.shape[1] <= spec.NUMBER_MAX_WIDTH
    assert image.shape[1] % spec.NUMBER_STEP == 0
    assert image.any() == ink.any()
