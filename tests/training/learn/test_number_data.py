"""number_data.py: numbers to learn from are what the reader finds, with the text that is written."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.learn import number_data
from inkdigits.training.learn.number_data import make_numbers, vary


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(*write_digits(200, 1))


@pytest.fixture(scope="module")
def made(glyphs: Glyphs) -> list[tuple[np.ndarray, str]]:
    return make_numbers(glyphs, 120, np.random.default_rng(3))


def test_as_many_as_asked_for_in_the_model_s_shape(made: list[tuple[np.ndarray, str]]):
    assert len(made) == 120
    for image, text in made:
        assert image.dtype == np.uint8
        assert image.shape[0] == spec.NUMBER_HEIGHT
        assert image.shape[1] % spec.NUMBER_STEP == 0
        assert 16 <= image.shape[1] <= spec.NUMBER_MAX_WIDTH
        assert image.max() > 200
        assert set(text) <= set(spec.NUMBER_LABELS), "a comma is learned as a point"
        assert 1 <= len(text) <= 13


def test_longer_texts_give_wider_images(made: list[tuple[np.ndarray, str]]):
    lengths = [len(text) for _, text in made]
    widths = [image.shape[1] for image, _ in made]
    assert np.corrcoef(lengths, widths)[0, 1] > 0.6


def test_there_are_frames_enough_for_every_text(made: list[tuple[np.ndarray, str]]):
    short = [
        text
        for image, text in made
        if image.shape[1] // spec.FRAME_WIDTH < len(text) + sum(a == b for a, b in pairwise(text))
    ]
    assert not short


def test_the_seed_alone_decides(glyphs: Glyphs, made: list[tuple[np.ndarray, str]]):
    again = make_numbers(glyphs, 20, np.random.default_rng(3))
    for (image, text), (same, expected) in zip(again, made[:20], strict=True):
        assert text == expected
        np.testing.assert_array_equal(image, same)
    other = make_numbers(glyphs, 20, np.random.default_rng(4))
    assert [text for _, text in other] != [text for _, text in again]


def test_the_pen_alone_can_write_them():
    assert len(make_numbers(None, 4, np.random.default_rng(1))) == 4


def test_a_number_of_which_the_reader_finds_a_part_is_left_out(
    glyphs: Glyphs, monkeypatch: pytest.MonkeyPatch
):
    whole = number_data.number_crop
    dropped = 0

    def halved(ink: np.ndarray, shades: np.ndarray):
        nonlocal dropped
        crop = whole(ink, shades)
        if crop is None or dropped >= 10:
            return crop
        dropped += 1
        half = Box(crop.box.x, crop.box.y, max(1, crop.box.width // 3), crop.box.height)
        return replace(crop, ink=crop.ink[:, : half.width], box=half)

    monkeypatch.setattr(number_data, "PAGES", 0.0)  # whose numbers come from elsewhere
    monkeypatch.setattr(number_data, "number_crop", halved)
    texts = [text for _, text in make_numbers(glyphs, 12, np.random.default_rng(3))]
    monkeypatch.setattr(number_data, "number_crop", whole)
    assert dropped == 10
    unharmed = [text for _, text in make_numbers(glyphs, 12, np.random.default_rng(3))]
    assert texts != unharmed


def test_a_mark_behind_the_number_is_not_learned(glyphs: Glyphs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(number_data, "STOPS", 1.0)
    written = []
    write = number_data.write_number
    monkeypatch.setattr(
        number_data, "write_number", lambda text, *rest: written.append(text) or write(text, *rest)
    )
    made = make_numbers(glyphs, 40, np.random.default_rng(5))
    assert {text[-1] for text in written} >= {".", ","}
    assert not any(text.endswith(".") for _, text in made)


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (Box(50, 20, 100, 30), True),
        (Box(46, 18, 110, 35), True),  # a little more
        (Box(50, 20, 130, 30), True),  # something beside it: the model has to bear that
        (Box(60, 20, 90, 30), False),  # its left side is missing
        (Box(50, 20, 88, 30), False),  # its right side
        (Box(50, 32, 100, 18), False),  # its upper part
        (Box(50, 20, 100, 16), False),  # its lower part
        (Box(40, 0, 120, 90), False),  # the whole cell
    ],
)
def test_a_number_is_found_when_no_part_is_missing(found: Box, same: bool):
    assert number_data._same(found, Box(50, 20, 100, 30)) is same


# ---- Variation ----


@given(st.integers(0, 2**32))
def test_another_look_has_the_same_shape_and_keeps_the_ink(seed: int):
    image = np.zeros((32, 64), np.uint8)
    image[2:30, 8:12] = image[2:30, 40:44] = image[2:6, 30:44] = 255
    before = image.copy()
    looked = vary(image, np.random.default_rng(seed))
    np.testing.assert_array_equal(image, before)
    assert (looked.shape, looked.dtype) == (image.shape, np.uint8)
    strong = looked > (int(looked.max()) + int(looked.min())) / 2
    assert 0.15 < strong.sum() / (image > 127).sum() < 2.0


def test_each_look_is_another_one_and_follows_from_the_seed(made: list[tuple[np.ndarray, str]]):
    image = made[0][0]
    looks = [vary(image, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(looks[0], looks[1])
    assert (looks[0] != looks[2]).any()
