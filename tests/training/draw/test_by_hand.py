"""by_hand.py: a number by a real hand holds every character it says, where it says; whole ones stay whole."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw import by_hand as module
from inkdigits.training.draw.by_hand import ring_around, strike_out, whole_number, write_by_hand
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.number import Written

texts = st.text(st.sampled_from("0123456789.,-+/:%'?"), min_size=1, max_size=10)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def written_by(hands: Hands, text: str, seed: int) -> Written:
    source = rng(seed)
    return write_by_hand(text, hands.hand(source), source)


@given(text=texts, seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_every_character_has_a_box_with_ink_inside_the_number(hands: Hands, text: str, seed: int):
    written = written_by(hands, text, seed)
    height, width = written.ink.shape
    assert written.ink.dtype == np.uint8
    assert written.text == text
    assert len(written.boxes) == len(text)
    for box in written.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height
        assert written.ink[box.y : box.y + box.height, box.x : box.x + box.width].max() > 100


def test_the_seed_alone_decides(hands: Hands):
    first, again, other = (written_by(hands, "12/05/1987", seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.ink, again.ink)
    assert first.boxes == again.boxes
    assert first.ink.shape != other.ink.shape or (first.ink != other.ink).any()


def test_one_writer_writes_the_whole_number(hands: Hands, monkeypatch: pytest.MonkeyPatch):
    writers: list[int] = []
    sample = type(hands.strokes).sample

    def seen(self, index: int):
        writers.append(int(self.writers[index]))
        return sample(self, index)

    monkeypatch.setattr(type(hands.strokes), "sample", seen)
    chosen = set()
    for seed in range(20):
        writers.clear()
        written_by(hands, "0918+27:3", seed)
        assert len(writers) == 9
        assert len(set(writers)) == 1
        chosen |= set(writers)
    assert len(chosen) > 5


def test_characters_follow_each_other_to_the_right(hands: Hands):
    for seed in range(40):
        boxes = written_by(hands, "2468", seed).boxes
        assert all(a.x + a.width / 2 < b.x + b.width / 2 for a, b in pairwise(boxes))


def test_digits_are_about_as_high_as_composed_and_no_pen_makes_them_higher(hands: Hands):
    tall = [box.height for seed in range(60) for box in written_by(hands, "3859", seed).boxes]
    assert np.median(tall) == pytest.approx(1.1 * HEIGHT, rel=0.1)
    assert min(tall) > 0.4 * HEIGHT
    assert max(tall) < 1.7 * HEIGHT


def test_signs_have_their_own_sizes(hands: Hands):
    def box_of(value: str) -> tuple[float, float]:
        boxes = [written_by(hands, f"8{value}8", seed).boxes[1] for seed in range(30)]
        return (
            float(np.median([box.height for box in boxes])) / HEIGHT,
            float(np.median([box.width for box in boxes])) / HEIGHT,
        )

    apostrophe, point, plus, slash = (box_of(value)[0] for value in "'.+/")
    assert point < 0.3
    assert apostrophe < plus < 1 < slash
    high, wide = box_of("-")
    assert high < 0.35
    assert 0.3 < wide < 0.9


def test_some_zeros_behind_the_first_digit_are_small(hands: Hands):
    zeros = np.array([[box.height for box in written_by(hands, "500", seed).boxes] for seed in range(150)])
    small = (zeros[:, 1:].max(axis=1) < 0.9 * zeros[:, 0]).mean()
    assert 0.08 < small < 0.35


def test_some_digits_touch(hands: Hands):
    touching = []
    for seed in range(60):
        ink = written_by(hands, "1111", seed).ink
        touching.append(cv2.connectedComponents((ink > 128).astype(np.uint8))[0] - 1 < 4)
    assert 0.05 < np.mean(touching) < 0.8


# ---- Whole numbers ----


def test_a_whole_number_says_what_its_writer_wrote(hands: Hands):
    written = [whole_number(hands, rng(seed)) for seed in range(60)]
    assert {one.text for one in written} == {"12", "?7", "3845"}, "no stop at the end; $ is no digit"
    assert {one.boxes for one in written} == {()}, "nobody knows where its characters stand"
    for one in written:
        assert one.ink.max() > 200
        assert 0.9 * HEIGHT < one.ink.shape[0] < 1.8 * HEIGHT
        assert one.ink.shape[1] > 0.6 * len(one.text) * 0.4 * HEIGHT


# ---- In cells, ringed, crossed out ----


def test_some_numbers_stand_in_the_cells_of_a_comb_and_none_with_other_marks(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
):
    combed = np.mean([bool(written_by(hands, "123", seed).edges) for seed in range(300)])
    assert combed == pytest.approx(module.IN_CELLS, abs=0.04)
    monkeypatch.setattr(module, "IN_CELLS", 1.0)
    written = written_by(hands, "123", 1)
    assert len(written.edges) > 3
    for box, (left, right) in zip(written.boxes, pairwise(written.edges), strict=False):
        assert left - 1 <= box.x
        assert box.x + box.width <= right + 1
    assert not written_by(hands, "12?", 1).edges


def test_a_ring_goes_around_the_number_and_leaves_it_as_it_is():
    ink = np.full((HEIGHT, 90), 200, np.uint8)
    written = Written(ink, "12", (Box(0, 0, 40, HEIGHT), Box(50, 0, 40, HEIGHT)))
    for seed in range(40):
        ringed = ring_around(written, 0.08, rng(seed))
        assert ringed.text == "12"
        assert [(box.width, box.height) for box in ringed.boxes] == [(40, HEIGHT)] * 2
        first, second = ringed.boxes
        assert (second.x - first.x, second.y - first.y) == (50, 0)
        assert (ringed.ink[first.y : first.y + HEIGHT, first.x : second.x + 40] >= 200).all()
        above, below = ringed.ink[: first.y], ringed.ink[first.y + HEIGHT :]
        before, behind = ringed.ink[:, : first.x], ringed.ink[:, second.x + 40 :]
        assert sum(bool((side > 200).any()) for side in (above, below, before, behind)) == 4


def test_what_is_crossed_out_is_one_mark_that_is_no_digit():
    ink = np.zeros((HEIGHT, 140), np.uint8)
    boxes = tuple(Box(left, 0, 20, HEIGHT) for left in (0, 40, 80, 120))
    for box in boxes:
        ink[:, box.x : box.x + box.width] = 120
    written = Written(ink, "1234", boxes)
    texts_seen = set()
    for seed in range(60):
        struck = strike_out(written, 0.1, rng(seed))
        texts_seen.add(struck.text)
        gone = len(written.text) - len(struck.text) + 1
        assert struck.text == spec.OTHER + written.text[gone:]
        assert len(struck.boxes) == len(struck.text)
        assert struck.boxes[0] == Box(0, 0, boxes[gone - 1].x + 20, HEIGHT)
        assert struck.boxes[1:] == boxes[gone:]
        assert (struck.ink[:, : struck.boxes[0].width] > ink[:, : struck.boxes[0].width]).any()
        assert struck.ink.shape == ink.shape
    assert texts_seen == {"?", "?4", "?34", "?234"}
