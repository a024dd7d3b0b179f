"""zoom.py: what the finder sees of a picture, at any scale."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.ink.shades import Inks
from inkdigits.ink.zoom import finder_ink, rescaled


@pytest.mark.parametrize("scale", [0.02, 0.5, 1.0, 2.5])
def test_shades_get_the_size_that_a_scale_asks_for(scale: float):
    shades = np.full((40, 60), 170, np.uint8)
    out = rescaled(shades, scale)
    assert out.shape == (max(1, round(40 * scale)), max(1, round(60 * scale)))
    assert (out.dtype, int(out.min())) == (np.uint8, 170)


def test_a_stroke_that_is_made_smaller_keeps_its_share_of_ink():
    shades = np.zeros((80, 80), np.uint8)
    shades[:, 40:42] = 200
    assert rescaled(shades, 0.25).mean() == pytest.approx(shades.mean(), rel=0.05)


def test_a_small_picture_is_seen_near_and_a_large_one_far():
    rng = np.random.default_rng(1)
    for side in (spec.WORK_SIDE, spec.WORK_SIDE + 1):
        picture = np.full((90, side), 230, np.uint8)
        picture[30:60, 100:110] = rng.integers(20, 60, (30, 10))
        inks = Inks(picture)
        assert finder_ink(inks) is (inks.near[0] if side == spec.WORK_SIDE else inks.far)
