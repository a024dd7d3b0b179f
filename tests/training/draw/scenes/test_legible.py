"""legible.py: a scene whose digits nobody sees is none to learn from."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.readings import Box
from inkdigits.training.draw.scene import Scene, SceneMark
from inkdigits.training.draw.scenes.legible import contrast, is_legible

BOXES = [Box(10 + 20 * index, 10, 8, 16) for index in range(5)]


def scene(*levels: int, noise: float = 0.0) -> Scene:
    picture = np.full((40, 120), 200, np.float64)
    for box, level in zip(BOXES, levels, strict=False):
        picture[box.y : box.y + box.height, box.x + 2 : box.x + 6] = level
    picture += np.random.default_rng(1).normal(0, noise, picture.shape)
    marks = tuple(SceneMark(box, "1", index) for index, box in enumerate(BOXES))
    return Scene(np.clip(picture, 0, 255).astype(np.uint8), marks, "line")


@pytest.mark.parametrize("colours", [False, True])
@pytest.mark.parametrize("level", [150, 250])
def test_contrast_is_that_of_the_ink_dark_or_light(level: int, colours: bool):
    picture = scene(level).picture
    picture = np.stack([picture] * 3, axis=2) if colours else picture
    assert contrast(picture, BOXES[0]) == pytest.approx(50, abs=2)
    assert contrast(picture, BOXES[1]) < 2


def test_digits_that_stand_out_are_legible_in_noise_too():
    assert is_legible(scene(170, 170, 170, 170, 170))
    assert is_legible(scene(150, 150, 150, 150, 150, noise=6))


def test_digits_that_nobody_sees_are_not():
    assert not is_legible(scene(198, 198, 198, 198, 198))
    assert not is_legible(scene(198, 198, 198, 198, 198, noise=5))
    assert not is_legible(scene(100, 100, 100, 199, 199))


def test_one_lost_digit_of_many_does_not_matter_and_none_is_legible():
    assert is_legible(scene(100, 100, 100, 100, 199))
    assert is_legible(Scene(np.full((9, 9), 200, np.uint8), (), "nothing"))
    assert contrast(np.full((9, 9), 200, np.uint8), Box(20, 20, 3, 3)) == 0
