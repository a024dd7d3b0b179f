"""widening.py: copies of channels, whose readers share their weight."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.learn.layer_weights import LayerWeights
from inkdigits.training.learn.widening import Widening


def layer(inputs: int, outputs: int, seed: int = 1) -> LayerWeights:
    rng = np.random.default_rng(seed)
    return LayerWeights(
        rng.normal(size=(3, 3, inputs, outputs)).astype(np.float32),
        rng.normal(size=outputs).astype(np.float32),
        tuple(rng.uniform(1, 2, outputs).astype(np.float32) for _ in range(4)),
    )


def test_each_new_channel_is_a_copy_and_none_of_the_old_is_lost():
    given = layer(1, 4)
    wide = Widening().widened(given, (3, 3, 1, 11), residual=False)
    np.testing.assert_array_equal(wide.kernel[..., :4], given.kernel)
    of = [int(np.flatnonzero(given.bias == value)[0]) for value in wide.bias]
    assert np.bincount(of).min() >= 2, "the copies are spread over all of them"
    np.testing.assert_array_equal(wide.kernel, given.kernel[..., of])
    assert wide.norm is not None
    assert given.norm is not None
    for mine, theirs in zip(wide.norm, given.norm, strict=True):
        np.testing.assert_array_equal(mine, theirs[of])


def test_who_reads_copies_shares_its_weight_among_them_unevenly():
    widening = Widening()
    first = widening.widened(layer(1, 4), (3, 3, 1, 8), residual=False)
    given = layer(4, 2, seed=2)
    wide = widening.widened(given, (3, 3, 8, 2), residual=False)
    of = [int(np.flatnonzero(layer(1, 4).bias == value)[0]) for value in first.bias]
    for old in range(4):
        copies = wide.kernel[:, :, [place for place, value in enumerate(of) if value == old]]
        np.testing.assert_allclose(copies.sum(axis=2), given.kernel[:, :, old], rtol=1e-5)
        assert np.abs(copies[:, :, 0] - copies[:, :, 1]).max() > 0.01, "or they would learn the same for ever"


def test_a_layer_that_is_added_to_its_input_has_the_channels_of_that():
    widening = Widening()
    first = widening.widened(layer(1, 4), (3, 3, 1, 9), residual=False)
    wide = widening.widened(layer(4, 4, seed=2), (3, 3, 9, 9), residual=True)
    of = [int(np.flatnonzero(layer(1, 4).bias == value)[0]) for value in first.bias]
    np.testing.assert_array_equal(wide.bias, layer(4, 4, seed=2).bias[of])


@pytest.mark.parametrize(
    ("shape", "residual"),
    [
        ((3, 3, 4, 3), False),
        ((5, 5, 4, 8), False),
        ((3, 3, 5, 8), False),
        ((4, 8), False),
        ((3, 3, 4, 8), True),
    ],
)
def test_what_no_copies_can_fill_is_refused(shape: tuple[int, ...], residual: bool):
    with pytest.raises(ValueError, match="shape"):
        Widening(channels=4).widened(layer(4, 4), shape, residual=residual)
