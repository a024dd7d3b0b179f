"""hands.py: a hand writes its own characters, others' where it has none, with one pen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_strokes import DIGIT_HEIGHT, WRITERS, made_samples, save_strokes, shaken

from inkdigits import spec
from inkdigits.data.strokes import Strokes, load_strokes
from inkdigits.training.draw import hands as module
from inkdigits.training.draw.hands import Hand, Hands, draw_strokes

CHARACTERS = "0123456789,-+/:%'"
HEIGHT = 40


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def steady(hands: Hands, **changes: object) -> Hand:
    """Returns a hand that neither leans nor presses."""
    hand = replace(hands.hand(rng(1)), pen=0.08, slant=0.0, aspect=1.0, swell=0.0)
    return replace(hand, **changes)  # type: ignore[arg-type]


@pytest.fixture
def of(tmp_path) -> Callable[..., Hands]:
    """Makes hands of samples."""

    def make(samples: list, writers=range(WRITERS)) -> Hands:
        path = save_strokes(tmp_path / f"{len(list(tmp_path.iterdir()))}.npz", samples)
        return Hands(load_strokes(path), writers, digit_height=DIGIT_HEIGHT)

    return make


# ---- A hand ----


@given(st.sampled_from(CHARACTERS), st.integers(0, 2**32))
@settings(max_examples=80)
def test_a_character_has_ink_up_to_its_borders(hands: Hands, value: str, seed: int):
    source = rng(seed)
    ink = hands.hand(source).write(value, HEIGHT, source)
    assert ink.dtype == np.uint8
    assert ink[0].any()
    assert ink[-1].any()
    assert ink[:, 0].any()
    assert ink[:, -1].any()
    assert ink.max() > 200
    assert max(ink.shape) < 3 * HEIGHT


@pytest.mark.parametrize("value", spec.DIGITS)
def test_a_digit_is_as_high_as_asked(hands: Hands, value: str):
    for height in (40, 60):
        tall = [steady(hands).write(value, height, rng(seed)).shape[0] for seed in range(10)]
        # The pen's own width, and the soft edges of its line, are on top.
        assert np.mean(tall) == pytest.approx(height + 0.08 * DIGIT_HEIGHT + 2, rel=0.08)


def test_of_a_dash_the_height_is_its_length(hands: Hands):
    shapes = np.array([steady(hands).write("-", 20, rng(seed)).shape for seed in range(20)])
    assert shapes[:, 1].mean() == pytest.approx(20 + 0.08 * DIGIT_HEIGHT + 2, rel=0.1)
    assert shapes[:, 0].max() < 12


def test_a_flat_line_as_high_as_a_digit_does_not_fill_the_paper(of: Callable[..., Hands]):
    flat = of([*made_samples(), ("Z", "letter", "made", 0, [[(0, 0), (5000, 10)]])])
    place = int(np.flatnonzero(flat.strokes.texts == "Z")[0])
    assert steady(flat).write_sample(place, HEIGHT, rng(1)).shape[1] < 1.2 * module.WIDEST * HEIGHT


def test_a_dot_stays_a_dot(hands: Hands):
    place = int(hands.samples_of(".")[0])
    assert max(steady(hands).write_sample(place, HEIGHT, rng(1)).shape) < 0.5 * HEIGHT


def test_a_hand_writes_its_own_samples_and_others_only_where_it_has_none(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
):
    written: list[int] = []
    sample = type(hands.strokes).sample

    def seen(self: Strokes, index: int):
        written.append(index)
        return sample(self, index)

    monkeypatch.setattr(type(hands.strokes), "sample", seen)
    hand = hands.hand(rng(4))
    (writer,) = {int(hands.strokes.writers[place]) for places in hand.own.values() for place in places}
    for seed in range(20):
        hand.write("3", HEIGHT, rng(seed))
    assert {int(hands.strokes.writers[place]) for place in written} == {writer}
    assert len(set(written)) == 2, "one sample or another"
    written.clear()
    without = replace(hand, own={key: value for key, value in hand.own.items() if key != "3"})
    for seed in range(40):
        without.write("3", HEIGHT, rng(seed))
    assert len({int(hands.strokes.writers[place]) for place in written}) > 5
    assert {str(hands.strokes.texts[place]) for place in written} == {"3"}


def test_the_seed_alone_decides_and_no_two_are_alike(hands: Hands):
    hand = hands.hand(rng(3))
    first, again, other = (hand.write("5", HEIGHT, rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def test_what_a_hand_keeps_shows_in_every_digit(hands: Hands):
    def ink(hand: Hand) -> float:
        return float(np.mean([(hand.write("3", HEIGHT, rng(seed)) / 255).sum() for seed in range(12)]))

    def width(hand: Hand) -> float:
        return float(np.mean([hand.write("3", HEIGHT, rng(seed)).shape[1] for seed in range(12)]))

    assert ink(steady(hands, pen=0.15)) > 1.4 * ink(steady(hands, pen=0.07))
    assert width(steady(hands, aspect=1.4)) > 1.2 * width(steady(hands))
    assert width(steady(hands, slant=0.6)) > width(steady(hands)) + 0.2 * HEIGHT


def test_the_pen_is_as_wide_in_small_signs_as_in_digits(hands: Hands):
    """It is measured by a digit's height, not by the sign's."""
    hand = steady(hands, pen=0.12)
    small, large = (hand.write("-", size, rng(1)).shape[0] for size in (15, 40))
    assert small == pytest.approx(large, abs=4)
    assert small > 0.8 * 0.12 * DIGIT_HEIGHT


def test_a_slant_leans_to_the_right(of: Callable[..., Hands]):
    bars = of([(value, "digit", "made", 1, [[(0, 0), (0, 1000)]]) for value in "12345"])
    leant = steady(bars, slant=0.6).write("1", HEIGHT, rng(1))
    columns = np.arange(leant.shape[1])
    upper, lower = leant[:10].sum(axis=0, dtype=float), leant[-10:].sum(axis=0, dtype=float)
    assert (upper @ columns) / upper.sum() > (lower @ columns) / lower.sum() + 0.2 * HEIGHT


def test_rings_are_left_open_at_times_and_no_other_digit_is(hands: Hands, monkeypatch: pytest.MonkeyPatch):
    def shorter(value: str) -> float:
        """Returns how much of its ink a digit has when its beginning may be missing."""
        inks = []
        for share in (0.0, 1.0):
            monkeypatch.setattr(module, "OPEN", share)
            drawn = [steady(hands).write(value, HEIGHT, rng(seed)) for seed in range(12)]
            inks.append(np.mean([(ink > 0).sum() for ink in drawn]))
        return float(inks[1] / inks[0])

    for value in "08":
        assert shorter(value) < 0.97
    for value in "147":
        assert shorter(value) == pytest.approx(1, abs=0.1)


def test_a_pen_that_swells_is_not_as_wide_everywhere():
    bar = [np.stack([np.linspace(0, 200, 60), np.zeros(60)], 1).astype(np.float32)]
    level = (draw_strokes(bar, 8, 0.0, rng(1)) > 128).sum(axis=0)[8:-8]
    swollen = (draw_strokes(bar, 8, 0.9, rng(1)) > 128).sum(axis=0)[8:-8]
    assert np.ptp(level) <= 1
    assert np.ptp(swollen) >= 2


def test_a_single_point_is_a_dot():
    ink = draw_strokes([np.array([[5, 5]], np.float32)], 6, 0.3, rng(1))
    assert 4 <= min(ink.shape) <= max(ink.shape) <= 9


def test_a_coarse_digitiser_s_steps_are_smoothed_and_the_ends_stay(of: Callable[..., Hands]):
    steps = np.repeat(np.arange(30), 2) * 1000 // 29
    stairs = np.stack([np.roll(steps, -1), steps], 1).astype(np.float32)[:-1]
    smooth = module._smoothed(stairs, 1.6)
    assert smooth.shape == stairs.shape
    turns = [np.abs(np.diff(points, 2, axis=0)).mean() for points in (stairs, smooth)]
    assert turns[1] < 0.3 * turns[0]
    assert np.abs(smooth[[0, -1]] - stairs[[0, -1]]).max() < 60
    few = stairs[: module.DENSE - 1]
    np.testing.assert_array_equal(module._smoothed(few, 1.6), few)


# ---- All hands ----


def test_writers_who_take_no_part_are_not_seen(strokes: Strokes):
    some = Hands(strokes, [2, 5], digit_height=DIGIT_HEIGHT)
    places = np.concatenate(
        [some.words, some.numbers, some.letters, some.signs, some.lone_signs, some.digits]
        + [some.samples_of(value) for value in CHARACTERS]
    )
    assert set(strokes.writers[places].tolist()) == {2, 5}
    for seed in range(30):
        own = some.hand(rng(seed)).own
        assert {int(strokes.writers[place]) for kept in own.values() for place in kept} <= {2, 5}


def test_who_wrote_few_digits_composes_no_numbers_but_helps_out(of: Callable[..., Hands]):
    whole = made_samples()
    few = [
        ("1", "digit", "made", 77, [[(0, 0), (0, 1000)]]),
        ("7", "digit", "made", 77, [[(0, 0), (0, 1000)]]),
    ]
    hands = of([*whole, *few], [1, 77])
    for seed in range(40):
        places = np.concatenate(list(hands.hand(rng(seed)).own.values()))
        assert 77 not in hands.strokes.writers[places]
    assert 77 in hands.strokes.writers[hands.samples_of("7")]


def test_who_wrote_much_is_heard_by_the_root_of_it(of: Callable[..., Hands]):
    samples = [sample for sample in made_samples() if sample[3] in (1, 2) and sample[1] == "digit"]
    samples += [sample for sample in samples if sample[3] == 1] * 15  # 16 times as much
    hands = of(shaken(samples), [1, 2])
    firsts = [next(iter(hands.hand(rng(seed)).own.values()))[0] for seed in range(400)]
    share = np.mean(hands.strokes.writers[firsts] == 1)
    assert share == pytest.approx(4 / 5, abs=0.06)


def test_marks_are_no_signs_of_numbers_and_no_letters_like_digits(hands: Hands):
    texts = {str(hands.strokes.texts[hands.mark(rng(seed))]) for seed in range(300)}
    assert texts == {"K", "M", "x", "=", "$", "("}
    alone = {str(hands.strokes.texts[hands.mark(rng(seed), alone=True)]) for seed in range(300)}
    assert alone == {"K", "M", "x", "=", "$"}, "a bracket alone may be a 1"


def test_hands_differ_and_keep_to_their_ranges(hands: Hands):
    many = [hands.hand(rng(seed)) for seed in range(200)]
    pens = [hand.pen for hand in many]
    assert 0.045 <= min(pens) < 0.06
    assert 0.14 < max(pens) <= 0.17
    assert np.mean([hand.swell == 0 for hand in many]) == pytest.approx(0.5, abs=0.12)
    assert np.std([hand.slant for hand in many]) == pytest.approx(0.12, abs=0.03)


def test_strokes_are_drawn_where_they_are():
    ring = np.array([[3, 7], [43, 7], [43, 47], [3, 47], [3, 7]], np.float32)
    ink = draw_strokes([ring], 4, 0.0, rng(1))
    assert ink.shape == (pytest.approx(45, abs=3), pytest.approx(45, abs=3))
    assert not ink[8:-8, 8:-8].any()
    for along in (ink[:6].max(axis=0), ink[-6:].max(axis=0), ink[:, :6].max(axis=1), ink[:, -6:].max(axis=1)):
        assert (along > 200).mean() > 0.9


def test_letters_and_signs_are_found_by_what_they_say_those_like_digits_too(hands: Hands):
    for value in ("K", "O", "$"):
        places = hands.shapes_of(value)
        assert len(places) > 0
        assert set(hands.strokes.texts[places]) == {value}
    assert len(hands.shapes_of("7")) == 0
