"""A wider network that answers as the narrower one did: each new channel begins as the copy of an old one.

After Chen, Goodfellow and Shlens, "Net2Net: Accelerating learning via knowledge transfer" (2016). What reads
a channel that now stands there more than once shares its weight among the copies, by chance, so that they do
not learn the same from there on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inkdigits.training.learn.layer_weights import LayerWeights

__all__ = ["Widening"]

Places = NDArray[np.int64]

LEAST_SHARE, LARGEST_SHARE = 0.5, 1.5  # of a copy, before the shares of all copies are brought to a sum of 1


@dataclass
class Widening:
    """Widens the layers of a network, from its input on.

    Args:
        channels: of the input.
        seed: which channels are copied, and how their weights are shared.
    """

    channels: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)
        self._copied: Places = np.arange(self.channels)  # which old channel each of the new ones is

    def widened(self, given: LayerWeights, shape: tuple[int, ...], *, residual: bool) -> LayerWeights:
        """Returns the next layer's weights for a kernel of another shape.

        Args:
            given: what the narrower layer has learned.
            shape: of the wider layer's kernel: (rows, columns, in, out) or (in, out).
            residual: whether its input is added to its output, so that both have the same channels.

        Raises:
            ValueError: the kernels' rows or columns differ, or the wider one is narrower.
        """
        kernel = given.kernel
        inputs, outputs = kernel.shape[-2:]
        if len(shape) != kernel.ndim or shape[:-2] != kernel.shape[:-2] or shape[-1] < outputs:
            raise ValueError(f"a layer has the shape {kernel.shape}, here {tuple(shape)}")
        copied = self._copied
        if inputs > copied.max() + 1:  # a picture was laid out as one row: its channels come again and again
            channels = int(copied.max()) + 1
            copied = (channels * np.arange(inputs // channels)[:, None] + copied).ravel()
        if shape[-2] != len(copied) or (copied.max() + 1 != inputs):
            raise ValueError(f"a layer has the shape {kernel.shape}, here {tuple(shape)}")
        added = self._copied if residual else self._copies(outputs, shape[-1])
        if len(added) != shape[-1]:
            raise ValueError(f"a layer that is added to its input has the shape {tuple(shape)}")
        shares = np.ones((len(copied), shape[-1]))
        if len(copied) > inputs:
            shares = self._rng.uniform(LEAST_SHARE, LARGEST_SHARE, shares.shape)
            sums = np.zeros((inputs, shape[-1]))
            np.add.at(sums, copied, shares)
            shares /= sums[copied]
        wide = (kernel[..., copied, :][..., added] * shares).astype(np.float32)
        self._copied = added
        norm = None if given.norm is None else tuple(each[added] for each in given.norm)
        return replace(given, kernel=wide, bias=given.bias[added], norm=norm)

    def _copies(self, old: int, new: int) -> Places:
        """Returns which old channel each new one copies: first all of them, then some again."""
        again = [self._rng.permutation(old) for _ in range(-(-new // old) - 1)]
        return np.concatenate([np.arange(old), *again])[:new]
