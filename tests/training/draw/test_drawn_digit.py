"""digit.py and pen_styles.py: every style writes a whole digit, and the seed alone decides how."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.reader import Reader
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.digit import PAPER, write_digit, write_digits
from inkdigits.training.draw.pen_styles import STYLES


def test_the_same_seed_writes_the_same_digits_and_another_writes_others():
    (first, _), (again, _), (other, _) = (write_digits(30, seed) for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any(axis=(1, 2)).all()


def test_more_digits_begin_with_the_same_ones():
    assert (write_digits(25, 5)[0][:10] == write_digits(10, 5)[0]).all()


@pytest.mark.parametrize("count", [0, 1, 10, 37])
def test_each_value_is_written_as_often(count: int):
    images, labels = write_digits(count, 1)
    assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((count,), np.int64)
    assert np.ptp(np.bincount(labels, minlength=10)) <= 1


def test_written_digits_stand_in_the_model_s_frame_as_mnist_s_do():
    images, _ = write_digits(200, 2)
    assert (images.max(axis=(1, 2)) > 200).all()
    rows, columns = images.any(axis=2), images.any(axis=1)
    sides = np.maximum(rows.sum(axis=1), columns.sum(axis=1))
    assert (sides <= spec.DIGIT_BOX).all()
    assert (sides >= spec.DIGIT_BOX - 1).all()


def test_the_shipped_model_reads_what_the_pen_writes():
    images, labels = write_digits(400, 987_654)
    assert (Reader().classify(images).argmax(axis=1) == labels).mean() > 0.9


@given(st.sampled_from(spec.DIGITS), st.integers(0, 2**32))
@settings(max_examples=50)
def test_a_digit_has_ink_and_stays_on_the_sheet(value: str, seed: int):
    sheet = write_digit(value, np.random.default_rng(seed))
    assert (sheet.shape, sheet.dtype) == ((PAPER, PAPER), np.uint8)
    assert sheet.any()
    edges = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    assert not edges.any(), "the digit is cut off"


@pytest.mark.parametrize("value", spec.DIGITS)
def test_every_style_of_a_digit_is_its_own(value: str, monkeypatch: pytest.MonkeyPatch):
    means = []
    for style in STYLES[value]:
        monkeypatch.setitem(STYLES, value, (style,))
        source = np.random.default_rng(1)
        written = [normalize_digit(write_digit(value, source)) for _ in range(30)]
        means.append(np.mean(written, axis=0))
    for index, mean in enumerate(means):
        for other in means[:index]:
            assert np.abs(mean - other).mean() > 3  # of 255: more than chance moves the mean of 30


def test_common_styles_are_written_more_often(monkeypatch: pytest.MonkeyPatch):
    flat = ((0.0, 0.5), (1.0, 0.5))
    upright = ((0.5, 0.0), (0.5, 1.0))
    monkeypatch.setitem(STYLES, "1", ((3, 1.0, (flat,)), (1, 1.0, (upright,))))
    source = np.random.default_rng(1)
    sheets = [write_digit("1", source) for _ in range(200)]
    wide = [np.flatnonzero(s.any(axis=0)).size > np.flatnonzero(s.any(axis=1)).size for s in sheets]
    assert 0.65 < np.mean(wide) < 0.85


def test_styles_are_written_in_a_unit_box_with_room_for_overshoot():
    assert sorted(STYLES) == list(spec.DIGITS)
    for styles in STYLES.values():
        for share, aspect, strokes in styles:
            assert share > 0
            assert 0.02 < aspect < 1.5
            points = np.concatenate([np.array(stroke) for stroke in strokes])
            assert points.min() > -0.3
            assert points.max() < 1.3
            assert min(len(stroke) for stroke in strokes) >= 2
