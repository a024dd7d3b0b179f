"""glyphs.py: a digit is picked by its value, at the height of composition, and all values are needed."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.errors import DataError
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_picked_digit_has_the_value_and_the_height_that_are_asked_for():
    images = np.zeros((10, 28, 28), np.uint8)
    for value in range(10):
        images[value, 4:24, 10 : 11 + value] = 255  # as wide as its value
    glyphs = Glyphs(images, np.arange(10))
    for value in range(10):
        picked = glyphs.pick(value, rng(value))
        assert picked.shape == (HEIGHT, 2 * (value + 1))
        assert picked.min() == 255


def test_digits_without_one_of_the_values_are_refused():
    images, labels = write_digits(40, 1)
    with pytest.raises(DataError, match=r"of 0, 9 there is none among 32 digits; .*; add digits"):
        Glyphs(images[labels % 9 != 0], labels[labels % 9 != 0])


def test_a_digit_wider_than_high_keeps_its_proportions():
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 9:19, 4:24] = 255  # 10 high, 20 wide
    height, width = Glyphs(images, np.arange(10)).pick(0, rng(0)).shape
    assert (height, width) == (HEIGHT * 10 // 16, HEIGHT * 20 // 16)
