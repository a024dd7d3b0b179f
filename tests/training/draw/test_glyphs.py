"""glyphs.py: a writer's proportions bend every digit alike, and a digit stays what it is."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs, Proportions, leant, resized, thickened
from inkdigits.training.draw.hand import Hand, write_character


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def nine() -> np.ndarray:
    return write_character("9", Hand.random(rng(1)), HEIGHT, rng(2))


def middle_of_ink(ink: np.ndarray) -> np.ndarray:
    """Returns the centre of mass, (across, down), as a share of the sides."""
    rows, columns = np.nonzero(ink > 128)
    return np.array((columns.mean() / ink.shape[1], rows.mean() / ink.shape[0]))


@pytest.mark.parametrize("down", [-0.1, 0.1])
def test_the_middle_of_every_digit_moves_one_way(down: float):
    plain = middle_of_ink(nine())[1]
    moved = [
        middle_of_ink(Proportions((0.0, down), 0.0).given_to(nine(), rng(seed)))[1] for seed in range(20)
    ]
    assert np.sign(np.mean(moved) - plain) == -np.sign(down)


def test_a_digit_keeps_its_size_and_most_of_its_ink():
    for seed in range(30):
        ink = nine()
        bent = Proportions.random(rng(seed)).given_to(ink, rng(seed + 100))
        assert bent.dtype == np.uint8
        assert bent.shape[0] == pytest.approx(ink.shape[0], rel=0.3)
        assert (bent > 128).sum() == pytest.approx((ink > 128).sum(), rel=0.4)
        assert bent[0].max() > 40, "not cut to the ink"
        assert bent[:, 0].max() > 40, "not cut to the ink"


def test_no_two_digits_of_a_hand_are_the_same():
    proportions, chance = Proportions.random(rng(5)), rng(6)
    one, other = (proportions.given_to(nine(), chance) for _ in range(2))
    assert one.shape != other.shape or (one != other).any()


def test_a_blank_digit_stays_blank():
    assert not Proportions.random(rng(0)).given_to(np.zeros((HEIGHT, 20), np.uint8), rng(1)).any()


def test_strokes_get_thicker_and_thinner_and_never_vanish():
    ink = nine()
    assert thickened(ink, 1).sum() > ink.sum() > thickened(ink, -1).sum() > 0
    hair = np.zeros((HEIGHT, 10), np.uint8)
    hair[:, 5] = 255
    assert thickened(hair, -1).any()


def test_scaling_follows_both_factors():
    assert resized(np.zeros((40, 20), np.uint8), 0.5, 2.0).shape == (80, 10)


def test_a_lean_to_the_right_moves_the_head_to_the_right():
    upright = np.zeros((HEIGHT, 5), np.uint8)
    upright[:, 2] = 255
    slanted = leant(upright, 0.5)
    assert slanted[0].argmax() > slanted[-1].argmax()


def test_a_missing_digit_is_named():
    with pytest.raises(DataError, match="of 0, 3 there is none"):
        Glyphs(np.zeros((8, 28, 28), np.uint8), np.array([1, 2, 4, 5, 6, 7, 8, 9]))
