"""proportions.py: a writer's proportions bend every digit alike, and a digit stays what it is."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.proportions import Proportions
from inkdigits.training.draw.writer import Writer, write_character


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def nine() -> np.ndarray:
    return write_character("9", Writer.random(rng(1)), HEIGHT, rng(2))


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
