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
from inkdigits.training.draw.number import Written
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn import number_data
from inkdigits.training.learn.number_data import Sample, make_numbers, vary
from inkdigits.training.learn.number_task import LONGEST


@pytest.fixture(scope="module")
def scribe() -> Scribe:
    return Scribe(Glyphs(*write_digits(200, 1)), signs=0.3, others=0.2)


@pytest.fixture(scope="module")
def made(scribe: Scribe) -> list[Sample]:
    return make_numbers(scribe, 120, np.random.default_rng(3))


def test_as_many_as_asked_for_in_the_model_s_shape(made: list[Sample]):
    assert len(made) == 120
    for image, text in ((sample.image, sample.text) for sample in made):
        assert image.dtype == np.uint8
        assert image.shape[0] == spec.NUMBER_HEIGHT
        assert image.shape[1] % spec.NUMBER_STEP == 0
        assert 16 <= image.shape[1] <= spec.NUMBER_MAX_WIDTH
        assert image.max() > 200
        assert set(text) <= set(spec.NUMBER_LABELS), "a comma is learned as a point"
        assert 1 <= len(text) <= LONGEST


def test_longer_texts_give_wider_images(made: list[Sample]):
    lengths = [len(sample.text) for sample in made]
    widths = [sample.image.shape[1] for sample in made]
    assert np.corrcoef(lengths, widths)[0, 1] > 0.6


def test_there_are_frames_enough_for_every_text(made: list[Sample]):
    short = [
        sample
        for sample in made
        if sample.image.shape[1] // spec.FRAME_WIDTH
        < len(sample.text) + sum(a == b for a, b in pairwise(sample.text))
    ]
    assert not short


def test_the_seed_alone_decides(scribe: Scribe, made: list[Sample]):
    again = make_numbers(scribe, 20, np.random.default_rng(3))
    for sample, same in zip(again, made[:20], strict=True):
        assert (sample.text, sample.centres) == (same.text, same.centres)
        np.testing.assert_array_equal(sample.image, same.image)
    other = make_numbers(scribe, 20, np.random.default_rng(4))
    assert [sample.text for sample in other] != [sample.text for sample in again]


def test_the_pen_alone_can_write_them():
    assert len(make_numbers(Scribe(), 4, np.random.default_rng(1))) == 4


def test_a_number_of_which_the_reader_finds_a_part_is_left_out(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
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
    texts = [sample.text for sample in make_numbers(scribe, 12, np.random.default_rng(3))]
    monkeypatch.setattr(number_data, "number_crop", whole)
    assert dropped == 10
    unharmed = [sample.text for sample in make_numbers(scribe, 12, np.random.default_rng(3))]
    assert texts != unharmed


def test_the_centres_lie_on_the_ink_of_their_characters():
    made = make_numbers(Scribe(), 150, np.random.default_rng(7))
    told = [sample for sample in made if sample.centres]
    assert len(told) > 0.8 * len(made)
    off = []
    for sample in told:
        assert len(sample.centres) == len(sample.text)
        assert all(left < right for left, right in pairwise(sample.centres))
        dark = sample.image > 0.5 * sample.image.max()
        assert sample.centres[0] >= 0
        assert sample.centres[-1] < sample.image.shape[1]
        for value, centre in zip(sample.text, sample.centres, strict=True):
            if value in "123578":  # whose middle column has ink; a narrow crop of others may have none
                near = dark[:, max(0, round(centre) - 2) : round(centre) + 3]
                off.append(not near.any())
    assert np.mean(off) < 0.03


def test_the_centres_are_the_middles_of_the_characters():
    """Of a number as high as the model's picture, alone on its paper, they are known beforehand."""
    ink = np.zeros((40, 200), np.uint8)
    ink[:, :20] = ink[:, 60:80] = ink[:, 180:] = 255
    boxes = tuple(Box(left, 0, 20, 40) for left in (0, 60, 180))
    written = Written(ink, "1,1", boxes)
    seen = [number_data._seen(written, written, np.random.default_rng(seed)) for seed in range(40)]
    found = [sample for sample in seen if sample is not None]
    assert len(found) > 20
    close = []
    for sample in found:
        assert sample.text == "1.1", "a comma is learned as a point"
        first, second, third = sample.centres
        assert (second - first) / (third - first) == pytest.approx(60 / 180, abs=1e-6)
        columns = np.flatnonzero((sample.image > 0.6 * sample.image.max()).mean(axis=0) > 0.4)
        if len(columns):
            close.append(min(abs(columns - first)) < 3 and min(abs(columns - third)) < 3)
    assert np.mean(close) > 0.9


def test_nothing_is_known_of_the_characters_of_pages(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(number_data, "PAGES", 1.0)
    made = make_numbers(Scribe(), 12, np.random.default_rng(2))
    assert {sample.centres for sample in made} == {()}


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
    looked = vary(Sample(image, "11"), np.random.default_rng(seed)).image
    np.testing.assert_array_equal(image, before)
    assert (looked.shape, looked.dtype) == (image.shape, np.uint8)
    strong = looked > (int(looked.max()) + int(looked.min())) / 2
    assert 0.15 < strong.sum() / (image > 127).sum() < 2.0


def test_each_look_is_another_one_and_follows_from_the_seed(made: list[Sample]):
    looks = [vary(made[0], np.random.default_rng(seed)).image for seed in (1, 1, 2)]
    np.testing.assert_array_equal(looks[0], looks[1])
    assert (looks[0] != looks[2]).any()


@pytest.mark.parametrize("column", [12, 48, 80])
def test_the_centres_move_with_the_picture(column: int):
    image = np.zeros((32, 96), np.uint8)
    image[:, column - 1 : column + 2] = 255
    for seed in range(60):
        looked = vary(Sample(image, "1", (float(column),)), np.random.default_rng(seed))
        middle = looked.image[14:18].mean(axis=0)
        middle -= middle.min()
        (centre,) = looked.centres
        assert looked.text == "1"
        assert middle.max() > 30
        assert (middle @ np.arange(96)) / middle.sum() == pytest.approx(centre, abs=2)
