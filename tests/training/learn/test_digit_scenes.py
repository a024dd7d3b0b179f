from __future__ import annotations

import numpy as np

from inkdigits.training.draw.hands import Hands
from inkdigits.training.learn.digit_scenes import digits_in_scenes


def test_digits_of_scenes_are_inputs_of_the_model(hands: Hands):
    images, labels = digits_in_scenes(hands, None, 60, 1)
    assert images.shape == (60, 28, 28)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    assert set(labels.tolist()) >= {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert (images.reshape(60, -1).max(axis=1) > 128).all(), "each holds ink"


def test_the_same_seed_makes_the_same_digits(hands: Hands):
    first, again, other = (digits_in_scenes(hands, None, 12, seed)[0] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_crops_of_two_digits_are_there_and_can_be_left_out(hands: Hands):
    labels = digits_in_scenes(hands, None, 150, 1)[1]
    assert 3 <= (labels == 10).sum() <= 50
    assert (digits_in_scenes(hands, None, 150, 1, alone=True)[1] < 10).all()


def test_none_are_an_empty_array(hands: Hands):
    images, labels = digits_in_scenes(hands, None, 0, 1)
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)
