"""Arrays of every depth and shape become 8-bit grey or RGB, transparent parts become paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.errors import InvalidArrayError, SourceError, SourceTooLargeError
from inkdigits.picture import pixels


@pytest.fixture
def grey() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (7, 5), np.uint8)


def test_8_bit_comes_through_unchanged(grey):
    np.testing.assert_array_equal(pixels.from_array(grey), grey)
    np.testing.assert_array_equal(pixels.from_array(grey[..., None]), grey)
    rgb = np.stack([grey, 255 - grey, grey // 2], axis=-1)
    np.testing.assert_array_equal(pixels.from_array(rgb), rgb)
    np.testing.assert_array_equal(pixels.from_array(np.dstack([rgb, np.full_like(grey, 255)])), rgb)


def test_the_result_is_contiguous_whatever_the_view(grey):
    for view in (grey.T, grey[::-1, ::2], np.asfortranarray(grey)):
        result = pixels.from_array(view)
        assert result.flags.c_contiguous
        np.testing.assert_array_equal(result, view)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("order", ["<u2", ">u2"])
def test_16_bit_is_scaled_by_the_depth_in_use(bits, order):
    values = np.array([[0, (1 << bits) // 2, (1 << bits) - 1]], order)
    np.testing.assert_array_equal(pixels.from_array(values), [[0, 128, 255]])


def test_12_bit_colour_with_16_bit_alpha_is_not_black():
    rgba = np.full((4, 4, 4), 4095, np.uint16)
    rgba[..., 3] = 65535
    assert pixels.from_array(rgba).min() == 255


def test_bool_true_is_white():
    np.testing.assert_array_equal(pixels.from_array(np.array([[True, False]])), [[255, 0]])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_floats_of_0_to_1_cover_the_range(dtype):
    values = np.array([[0, 0.5, 1]], dtype)
    np.testing.assert_array_equal(pixels.from_array(values), [[0, 128, 255]])


def test_rounding_errors_outside_0_to_1_are_forgiven():
    values = np.array([[-1e-7, 1 + 1e-7]])
    np.testing.assert_array_equal(pixels.from_array(values), [[0, 255]])


@pytest.mark.parametrize(
    "shape", [(), (5,), (0, 5), (5, 0), (5, 5, 0), (5, 5, 2), (5, 5, 5), (3, 5, 5), (1, 5, 5, 3)]
)
def test_wrong_shapes_are_named(shape):
    with pytest.raises(InvalidArrayError) as caught:
        pixels.from_array(np.zeros(shape, np.uint8))
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint32", "complex64", "U1", "O", "M8[s]", "V4"])
def test_wrong_dtypes_are_named(dtype):
    array = np.zeros((3, 3), dtype)
    with pytest.raises(InvalidArrayError) as caught:
        pixels.from_array(array)
    assert str(array.dtype) in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_values_that_are_no_number(value, dtype):
    array = np.full((3, 3), 0.5, dtype)
    array[1, 1] = value
    with pytest.raises(InvalidArrayError, match="NaN or infinite"):
        pixels.from_array(array)


@pytest.mark.parametrize("value", [-0.1, 1.1, 255.0])
def test_floats_outside_0_to_1(value):
    with pytest.raises(InvalidArrayError, match=r"expected 0\.\.1.*astype"):
        pixels.from_array(np.array([[0.5, value]]))


def test_too_many_pixels():
    huge = np.broadcast_to(np.uint8(0), (30_000, 30_000))  # one byte of memory
    with pytest.raises(SourceTooLargeError, match="30000 x 30000"):
        pixels.from_array(huge)


def test_exactly_the_limit_is_allowed(monkeypatch):
    monkeypatch.setattr(spec, "MAX_SOURCE_PIXELS", 12)
    assert pixels.from_array(np.zeros((3, 4), np.uint8)).size == 12
    with pytest.raises(SourceTooLargeError):
        pixels.from_array(np.zeros((13, 1), np.uint8))


@given(
    arrays.arrays(
        dtype=st.one_of(arrays.scalar_dtypes(), arrays.boolean_dtypes()),
        shape=arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    )
)
@settings(max_examples=300, deadline=None)
def test_any_array_is_a_picture_or_a_source_error(array):
    try:
        picture = pixels.from_array(array)
    except SourceError as error:
        assert "\n" not in str(error)
    else:
        assert picture.dtype == np.uint8
        assert picture.shape[:2] == array.shape[:2]
        assert picture.ndim == 2 or picture.shape[2] == 3


# ---- Transparency ----


def drawing(ink: int, paper_alpha: int = 0, size: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Returns grey levels and alpha of a stroke on a canvas whose invisible colour is 90."""
    colour = np.full((size, size), 90, np.uint8)
    alpha = np.full((size, size), paper_alpha, np.uint8)
    colour[10:30, 18:22] = ink
    alpha[10:30, 18:22] = 255
    return colour, alpha


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (100, 255), (255, 0), (200, 0)])
def test_ink_on_a_transparent_canvas_stays_visible(ink, paper):
    composed = pixels.compose_on_paper(*drawing(ink))
    assert composed[0, 0] == paper
    assert composed[20, 20] == ink


def test_coloured_light_ink_stays_visible():
    colour, alpha = drawing(0)
    yellow = np.stack([np.full_like(colour, 255), np.full_like(colour, 255), colour], axis=-1)
    composed = pixels.compose_on_paper(yellow, alpha)
    assert composed[0, 0].tolist() == [0, 0, 0]
    assert composed[20, 20].tolist() == [255, 255, 0]


def test_white_paper_with_transparent_corners_stays_white():
    alpha = np.full((20, 20), 255, np.uint8)
    alpha[:3, :3] = 0
    assert pixels.compose_on_paper(np.full((20, 20), 250, np.uint8), alpha)[0, 0] == 255


def test_a_light_sticker_with_dark_ink_on_it_is_paper():
    colour = np.full((40, 40), 250, np.uint8)
    colour[18:22, 18:20] = 10  # 2 % of the sticker
    alpha = np.zeros((40, 40), np.uint8)
    alpha[10:30, 10:30] = 255
    composed = pixels.compose_on_paper(colour, alpha)
    assert composed[0, 0] == 255
    assert composed[19, 19] == 10


def test_nothing_but_transparency_is_white_paper():
    composed = pixels.compose_on_paper(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8))
    assert composed.shape == (4, 4, 3)
    assert composed.min() == 255


def test_half_transparent_black_is_grey():
    colour, alpha = np.zeros((1, 4), np.uint8), np.array([[0, 128, 255, 64]], np.uint8)
    np.testing.assert_array_equal(pixels.compose_on_paper(colour, alpha), [[255, 127, 0, 191]])


def test_every_level_of_transparency_is_rounded_exactly():
    colour, alpha = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8))
    mixed = (colour.astype(int) * alpha + 255 * (255 - alpha.astype(int))) / 255
    np.testing.assert_array_equal(pixels.compose_on_paper(colour, alpha), np.floor(mixed + 0.5))


def test_faint_ink_stays_darker_than_paper():
    colour, alpha = drawing(0)
    composed = pixels.compose_on_paper(colour, alpha // 4)
    assert composed[0, 0] == 255
    assert composed[20, 20] < 200


# ---- Turning ----


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (0, [[1, 2], [3, 4], [5, 6]]),
        (1, [[1, 2], [3, 4], [5, 6]]),
        (2, [[2, 1], [4, 3], [6, 5]]),
        (3, [[6, 5], [4, 3], [2, 1]]),
        (4, [[5, 6], [3, 4], [1, 2]]),
        (5, [[1, 3, 5], [2, 4, 6]]),
        (6, [[5, 3, 1], [6, 4, 2]]),
        (7, [[6, 4, 2], [5, 3, 1]]),
        (8, [[2, 4, 6], [1, 3, 5]]),
        (9, [[1, 2], [3, 4], [5, 6]]),
    ],
)
def test_upright(orientation, expected):
    turned = pixels.upright(np.array([[1, 2], [3, 4], [5, 6]], np.uint8), orientation)
    assert turned.tolist() == expected
    assert turned.flags.c_contiguous
