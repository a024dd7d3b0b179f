"""other_marks.py: what is no digit is written by a hand or drawn, and crossed out is what it says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.training.draw import other_marks as module
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.other_marks import LINES, drawn_mark, struck_out, written_mark


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def parts(ink: np.ndarray) -> int:
    return cv2.connectedComponents((ink > 100).astype(np.uint8), connectivity=8)[0] - 1


def assert_cut_to_the_ink(ink: np.ndarray) -> None:
    assert ink.dtype == np.uint8
    assert ink.max() > 100
    for side in (ink[0], ink[-1], ink[:, 0], ink[:, -1]):
        assert side.any()


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_a_written_mark_has_ink_up_to_its_borders_and_a_number_s_size(hands: Hands, seed: int):
    source = rng(seed)
    ink = written_mark(hands.hand(source), source)
    assert ink.max() > 100
    assert 0.25 * HEIGHT < ink.shape[0] < 2.4 * HEIGHT
    assert ink.shape[1] <= (module.LONGEST_WORD + 2) * HEIGHT


def test_words_letters_and_drawn_marks_are_among_the_written_ones(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
):
    taken: list[str] = []
    sample = type(hands.strokes).sample

    def seen(self, index: int):
        taken.append(str(self.kinds[index]))
        return sample(self, index)

    monkeypatch.setattr(type(hands.strokes), "sample", seen)
    counts = {"word": 0, "letter": 0, "sign": 0, "none": 0}
    for seed in range(300):
        taken.clear()
        written_mark(hands.hand(rng(seed)), rng(seed))
        counts[taken[0] if taken else "none"] += 1
    assert counts["word"] == pytest.approx(135, abs=30)
    assert counts["letter"] > counts["sign"] > 30
    assert counts["none"] == pytest.approx(30, abs=18), "ticks, crosses and scribbles"


def test_a_long_word_is_cut_off(hands: Hands, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "LONGEST_WORD", 1.5)
    for seed in range(60):
        assert written_mark(hands.hand(rng(seed)), rng(seed)).shape[1] < 3.2 * HEIGHT


@given(st.integers(0, 2**32), st.floats(0.05, 0.17), st.booleans())
@settings(max_examples=60)
def test_a_drawn_mark_is_cut_to_its_ink(seed: int, pen: float, rings: bool):
    ink = drawn_mark(pen, rng(seed), rings=rings)
    assert_cut_to_the_ink(ink)
    assert ink.shape[0] < 2 * HEIGHT


def test_every_shape_is_drawn_and_the_seed_decides_which():
    looks = {parts(drawn_mark(0.08, rng(seed))) for seed in range(120)}
    assert {1, 2} <= looks, "an equals sign is in two parts, others in one"
    np.testing.assert_array_equal(drawn_mark(0.08, rng(5)), drawn_mark(0.08, rng(5)))


def test_a_circle_that_may_be_a_zero_alone_is_no_mark_there(monkeypatch: pytest.MonkeyPatch):
    circles = []
    circle = module._circle
    monkeypatch.setattr(module, "_circle", lambda source: circles.append(1) or circle(source))
    for seed in range(100):
        drawn_mark(0.08, rng(seed), rings=False)
    assert not circles
    for seed in range(100):
        drawn_mark(0.08, rng(seed))
    assert 2 < len(circles) < 25


def test_a_circle_is_wider_than_any_zero():
    for seed in range(40):
        (points,) = module._circle(rng(seed))
        wide, high = np.ptp(points, axis=0)
        assert wide > 1.1 * high


# ---- Crossed out ----


def blocks() -> np.ndarray:
    ink = np.zeros((HEIGHT, 100), np.uint8)
    for left in (0, 40, 80):
        ink[:, left : left + 20] = 120
    return ink


@given(st.integers(0, 2**32))
@settings(max_examples=60)
def test_what_is_crossed_out_keeps_its_size_and_what_stands_beside_is_left_alone(seed: int):
    ink = blocks()
    struck = struck_out(ink, 0, 60, 0.1, rng(seed))
    assert struck.shape == ink.shape
    assert struck.dtype == np.uint8
    np.testing.assert_array_equal(ink, blocks())
    assert (struck >= ink).all(), "ink is added, none taken away"
    assert (struck[:, :60] > ink[:, :60]).sum() > 60
    np.testing.assert_array_equal(struck[:, 84:], ink[:, 84:])


def test_a_stroke_goes_from_end_to_end_of_what_is_crossed_out():
    for seed in range(40):
        added = struck_out(blocks(), 0, 100, 0.1, rng(seed)) > blocks()
        columns = np.flatnonzero(added.any(axis=0))
        assert columns.min() < 12
        assert columns.max() > 88


def test_a_lone_digit_is_not_crossed_out_by_lines_alone():
    """A 0 or a 7 with a line is a 0 or a 7: zigzags and large crosses alone take the whole height."""

    def heights(lines: bool) -> list[float]:
        out = []
        for seed in range(60):
            added = struck_out(np.zeros((60, 60), np.uint8), 0, 60, 0.08, rng(seed), lines=lines) > 0
            rows = np.flatnonzero(added.any(axis=1))
            out.append(float(np.ptp(rows)) / 60)
        return out

    assert min(heights(lines=False)) > 0.4
    level = np.mean(np.array(heights(lines=True)) < 0.4)
    assert level == pytest.approx(LINES, abs=0.2)
