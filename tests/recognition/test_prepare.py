"""prepare.py: a picture gives the model's inputs, the likeliest first, with boxes in its own pixels."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import scenes
from conftest import draw_digit
from hypothesis import given
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.prepare import digit_inputs, number_inputs

REFERENCES = dict(np.load(Path(__file__).parent.parent / "golden" / "references.npz"))
NUMBERS = sorted({name.rpartition("/")[0] for name in REFERENCES if name.startswith("number/")})
CASES = [name.split("/")[1] for name in REFERENCES if name.startswith("prepare/") and "source" in name]


@pytest.mark.parametrize("name", CASES)
def test_a_picture_gives_the_golden_model_input_first(name: str):
    expected = REFERENCES[f"prepare/{name}/expected"].astype(int)
    difference = np.abs(digit_inputs(REFERENCES[f"prepare/{name}/source"])[0].image - expected)
    assert difference.mean() < 0.5, "if the change is meant, run python tests/golden/make.py"


@pytest.mark.parametrize("name", NUMBERS)
def test_a_picture_of_numbers_gives_the_golden_model_input(name: str):
    picture, expected = (REFERENCES[f"{name}/{part}"] for part in ("source", "expected"))
    image = number_inputs(picture)[0].image
    assert image.shape == expected.shape
    assert np.abs(image - expected.astype(int)).mean() < 0.5, (
        "if the change is meant, run python tests/golden/make.py"
    )


@pytest.mark.parametrize("digit", [1, 7])
def test_a_clear_picture_is_seen_in_one_way(digit: int):
    (only,) = digit_inputs(draw_digit(digit))
    assert (only.image.shape, only.image.dtype, only.prior) == ((28, 28), np.uint8, 0)


def test_a_blank_picture_is_seen_in_none():
    assert digit_inputs(np.full((90, 70), 230, np.uint8)) == []
    assert digit_inputs(np.full((90, 70, 3), 20, np.uint8)) == []


@pytest.mark.parametrize("value", range(10))
@pytest.mark.parametrize("times", [1, 3, 10])
def test_a_digit_of_mnist_on_paper_gives_the_same_digit_again(value: int, times: int):
    digit = scenes.mnist_digit(value)
    picture = 255 - np.repeat(np.repeat(digit, times, axis=0), times, axis=1)
    assert max(scenes.likeness(way.image, digit) for way in digit_inputs(picture)) > 0.95


@pytest.mark.parametrize("scale", [1, 4, 11])
def test_the_box_is_in_pixels_of_the_picture_also_when_that_is_large(scale: int):
    picture = np.full((160 * scale, 120 * scale), 240, np.uint8)
    picture[40 * scale : 100 * scale, 50 * scale : 62 * scale] = 20
    x, y, width, height = digit_inputs(picture)[0].box
    slack = 1 + max(picture.shape) / spec.WORK_SIDE
    assert (x, y) == pytest.approx((50 * scale, 40 * scale), abs=2 * slack)
    assert (x + width, y + height) == pytest.approx((62 * scale, 100 * scale), abs=2 * slack)


def test_light_and_dark_are_both_tried_when_neither_is_clearly_the_ink():
    ways = digit_inputs(scenes.marker_filling_its_picture())
    assert {way.prior for way in ways} >= {0, spec.PRIOR_OTHER_POLARITY}
    clean = digit_inputs(draw_digit(7))
    assert len(ways) > len(clean) == 1


def stretched(value: int, side: int) -> np.ndarray:
    """Returns a digit stretched until it reaches all four sides of a square, dark on white."""
    digit = scenes.pen_digit(value, 4)
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    tight = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return 255 - cv2.resize(tight, (side, side), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("value", [2, 3, 5])
def test_a_digit_stretched_to_its_square_is_also_tried_as_narrow_as_writing_is(value: int):
    def width_of(image: np.ndarray) -> int:
        return int(np.ptp(np.flatnonzero(image.any(axis=0)))) + 1

    plain, squeezed, *_ = digit_inputs(stretched(value, 28))
    assert width_of(plain.image) == 20
    assert width_of(squeezed.image) == round(20 * spec.SQUEEZE)
    assert plain.box == squeezed.box
    assert squeezed.prior < plain.prior


def test_larger_pictures_and_digits_with_paper_around_are_not_squeezed():
    large = stretched(3, 2 * spec.SMALL_SIDE)
    margin = np.pad(stretched(3, 24), 2, constant_values=255)
    for picture in (large, margin):
        assert all(way.prior != spec.PRIOR_SQUEEZED for way in digit_inputs(picture))


@pytest.mark.parametrize("value", range(10))
def test_the_likeliest_is_what_training_makes_of_the_same_ink(value: int):
    ink = scenes.pen_digit(value, 5)
    assert scenes.likeness(digit_inputs(255 - ink)[0].image, normalize_digit(ink)) > 0.95


@given(
    arrays.arrays(
        np.uint8,
        arrays.array_shapes(min_dims=2, max_dims=2, max_side=40)
        | arrays.array_shapes(min_dims=2, max_dims=2, max_side=30).map(lambda shape: (*shape, 3)),
    )
)
def test_any_picture_gives_ink_inside_the_picture(picture: np.ndarray):
    height, width = picture.shape[:2]
    for way in digit_inputs(picture):
        assert (way.image.shape, way.image.dtype) == ((28, 28), np.uint8)
        assert way.image.any()
        assert way.prior <= 0
        x, y, wide, high = way.box
        assert 0 <= x < x + wide <= width
        assert 0 <= y < y + high <= height
