"""number.py: a composed number holds every character it says, where it says, in one hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.training.draw import number as compose
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.number import write_number

texts = st.text(st.sampled_from("0123456789.,-+/:%'?"), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def glyphs() -> Glyphs:
    return Glyphs(*write_digits(200, 1))


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_seed_alone_decides(glyphs: Glyphs):
    for source in (glyphs, None):
        first, again, other = (write_number("1.250", source, rng(seed)) for seed in (5, 5, 6))
        np.testing.assert_array_equal(first.ink, again.ink)
        assert first.boxes == again.boxes
        assert first.ink.shape != other.ink.shape or (first.ink != other.ink).any()


@given(text=texts, seed=st.integers(0, 2**32), real=st.booleans())
@settings(max_examples=80)
def test_every_character_has_a_box_with_ink_inside_the_number(
    text: str, seed: int, real: bool, glyphs: Glyphs
):
    written = write_number(text, glyphs if real else None, rng(seed))
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


@given(text=texts, seed=st.integers(0, 2**32))
@settings(max_examples=60)
def test_the_boxes_hold_all_ink_and_reach_every_border(text: str, seed: int, glyphs: Glyphs):
    written = write_number(text, glyphs, rng(seed))
    rest = written.ink.copy()
    for box in written.boxes:
        rest[box.y : box.y + box.height, box.x : box.x + box.width] = 0
    assert not rest.any()
    height, width = written.ink.shape
    assert min(box.x for box in written.boxes) == 0
    assert min(box.y for box in written.boxes) == 0
    assert max(box.x + box.width for box in written.boxes) == width
    assert max(box.y + box.height for box in written.boxes) == height


def test_characters_follow_each_other_to_the_right(glyphs: Glyphs):
    for seed in range(60):
        boxes = write_number("2468", glyphs, rng(seed)).boxes
        centres = [box.x + box.width / 2 for box in boxes]
        assert all(left < right for left, right in pairwise(centres))


def test_some_characters_touch_and_some_stand_apart(glyphs: Glyphs):
    gaps = []
    for seed in range(150):
        first, second = write_number("47", glyphs, rng(seed)).boxes
        gaps.append((second.x - first.x - first.width) / HEIGHT)
    assert 0.1 < np.mean(np.array(gaps) < 0) < 0.6, "overlapping boxes"
    assert np.mean(np.array(gaps) > 0.4) > 0.02


def test_signs_stand_where_they_are_written():
    signs = ".,-+:/%'"
    drops, reach = {value: [] for value in signs}, {value: [] for value in signs}
    for seed in range(80):
        for value in signs:
            left, mark, right = write_number(f"8{value}8", None, rng(seed)).boxes
            base = (left.y + left.height + right.y + right.height) / 2
            tall = (left.height + right.height) / 2
            drops[value].append((mark.y + mark.height / 2 - base) / tall)
            reach[value].append(mark.height / tall)
    middle = {value: float(np.median(found)) for value, found in drops.items()}
    high = {value: float(np.median(found)) for value, found in reach.items()}
    assert -0.2 < middle["."] < 0.1, "on the line"
    assert middle["."] < middle[","] < 0.3, "a comma hangs below it"
    for value in "-+":
        assert -0.75 < middle[value] < -0.3, f"a {value} at half height"
    assert -0.65 < middle[":"] < -0.25
    assert middle["'"] < -0.65, "an apostrophe at the head"
    assert high["'"] < high["+"] < high["%"] < high["/"], "a slash is the highest"


def test_a_mark_that_is_no_digit_stands_beside_the_number():
    inks = [write_number("3?", None, rng(seed)) for seed in range(40)]
    assert {written.text for written in inks} == {"3?"}
    gaps = [written.boxes[1].x - written.boxes[0].x - written.boxes[0].width for written in inks]
    assert min(gaps) >= 0, "never on the digit"
    assert max(gaps) > 0.5 * HEIGHT
    assert len({written.boxes[1].width // 4 for written in inks}) > 6, "ticks, scribbles and others"


def test_a_number_of_real_digits_alone_needs_all_values(glyphs: Glyphs):
    for seed in range(20):
        assert write_number("0123456789", glyphs, rng(seed)).ink.any()


def test_digits_are_about_as_high_as_composed(glyphs: Glyphs):
    tall = [box.height for seed in range(60) for box in write_number("3859", glyphs, rng(seed)).boxes]
    assert np.median(tall) == pytest.approx(HEIGHT, rel=0.1)
    assert min(tall) > 0.4 * HEIGHT
    assert max(tall) < 2 * HEIGHT


def test_hands_that_space_by_the_ink_let_digits_touch_or_nearly(glyphs: Glyphs):
    import cv2

    pieces = []
    for seed in range(60):
        ink = write_number("0000", glyphs, rng(seed)).ink
        pieces.append(cv2.connectedComponents((ink > 128).astype(np.uint8), connectivity=8)[0] - 1)
    assert 0.1 < np.mean(np.array(pieces) < 4) < 0.6, "some numbers touch"


def test_a_number_among_others_is_narrow_and_its_digits_stay_as_they_were_written():
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 9:19] = 255
    blocks = Glyphs(images, np.arange(10))
    for seed in range(60):
        boxes = write_number("4087", blocks, rng(seed), among_others=True).boxes
        assert {(box.width, box.height) for box in boxes} == {(HEIGHT // 2, HEIGHT)}, "bent, leant or resized"
        gaps = [(right.x - left.x - left.width) / HEIGHT for left, right in pairwise(boxes)]
        assert max(gaps) < 0.6, "as far apart as two numbers"
        feet = [box.y + box.height for box in boxes]
        assert np.ptp(feet) < 0.25 * HEIGHT, "not on one line"


def test_a_digit_is_written_over_another_with_more_ink(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compose, "CORRECTED", 0.0)
    plain = [write_number("4", None, rng(seed)).ink for seed in range(12)]
    monkeypatch.setattr(compose, "CORRECTED", 1.0)
    corrected = [write_number("4", None, rng(seed)).ink for seed in range(12)]
    shares = [np.mean([(ink > 60).mean() for ink in inks]) for inks in (plain, corrected)]
    assert shares[1] > 1.2 * shares[0]
