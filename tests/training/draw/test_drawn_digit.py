"""digit.py and pen_styles.py: every style writes a whole digit, and the seed alone decides how."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.reader import Reader
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw import digit as module
from inkdigits.training.draw.digit import (
    PAPER,
    digits_by_hand,
    marks_by_hand,
    write_digit,
    write_digits,
)
from inkdigits.training.draw.hands import Hands
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


# ---- By real hands ----


@pytest.mark.parametrize("count", [0, 1, 10, 37])
def test_hands_write_each_value_as_often_in_the_model_s_frame(hands: Hands, count: int):
    images, labels = digits_by_hand(hands, count, 1)
    assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
    assert (labels.shape, labels.dtype) == ((count,), np.int64)
    assert labels.tolist() == [index % 10 for index in range(count)]
    assert (images.max(axis=(1, 2)) > 200).all()
    sides = np.maximum(images.any(axis=2).sum(axis=1), images.any(axis=1).sum(axis=1))
    assert ((sides >= spec.DIGIT_BOX - 1) & (sides <= spec.DIGIT_BOX)).all(), "cut off, or smaller"


def test_the_shipped_model_reads_what_hands_write(hands: Hands):
    """The made-up hands write in the pen's styles; wrong labels or broken strokes would show."""
    images, labels = digits_by_hand(hands, 300, 7)
    assert (Reader().classify(images)[:, :10].argmax(axis=1) == labels).mean() > 0.85


def test_the_seed_alone_decides_what_hands_write(hands: Hands):
    for write in (
        lambda seed: digits_by_hand(hands, 20, seed)[0],
        lambda seed: marks_by_hand(hands, 20, seed),
    ):
        assert (write(3) == write(3)).all()
        assert (write(3) != write(4)).any(axis=(1, 2)).mean() > 0.9
    assert (marks_by_hand(hands, 20, 3)[:8] == marks_by_hand(hands, 8, 3)).all()


@pytest.mark.parametrize("count", [0, 1, 60])
def test_marks_stand_in_the_model_s_frame_too(hands: Hands, count: int):
    images = marks_by_hand(hands, count, 1)
    assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
    assert (images.max(axis=(1, 2)) > 100).all()


def test_marks_are_letters_words_signs_drawn_and_crossed_out_ones_in_their_shares(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
):
    taken: list[tuple[str, str]] = []
    sample = type(hands.strokes).sample

    def seen(self, index: int):
        taken.append((str(self.kinds[index]), str(self.texts[index])))
        return sample(self, index)

    struck: list[int] = []
    cross_out = module.struck_out

    def crossed(*given, lines: bool):
        assert not lines, "a 0 with a line is a 0"
        struck.append(1)
        return cross_out(*given, lines=lines)

    monkeypatch.setattr(type(hands.strokes), "sample", seen)
    monkeypatch.setattr(module, "struck_out", crossed)
    marks_by_hand(hands, 400, 1)
    share = {kind: sum(kind == other for other, _ in taken) / 400 for kind in ("digit", "word", "letter")}
    assert share["digit"] == pytest.approx(module.STRUCK, abs=0.04)
    assert share["digit"] == len(struck) / 400, "no digit but those that are crossed out"
    assert share["word"] == pytest.approx(module.WORDS, abs=0.06)
    assert 1 - len(taken) / 400 == pytest.approx(module.DRAWN, abs=0.06)
    assert share["letter"] > 0.2
    signs = {text for kind, text in taken if kind == "sign"}
    assert {"-", "+", ":", "%"} <= signs
    assert not signs & set("/().,'!"), "alone they may be a 1 or a speck"
    assert not {text for kind, text in taken if kind == "letter"} & set("Ol"), "they may be a 0 and a 1"
