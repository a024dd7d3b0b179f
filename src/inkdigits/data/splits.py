"""A part held out: the same share of every label, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ConfigError

__all__ = ["stratified_split"]


def stratified_split(
    labels: Sequence[str] | NDArray[Any], fraction: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns the indices of the rest and of a held-out part with the same share of every label.

    The same labels, fraction and seed give the same split on every machine and with every version of NumPy:
    only the raw bits of PCG64 are used, whose stream NumPy guarantees.

    Args:
        labels: N labels.
        fraction: of each label that is held out, in 0..1 without the ends; a label that is there twice or
            more stays on both sides, a label that is there once stays in the rest.
        seed: 0 or more.

    Returns:
        Two sorted int64 arrays that together hold 0 to N - 1.

    Raises:
        ConfigError: fraction or seed out of range.
    """
    if not 0 < fraction < 1 or seed < 0:
        raise ConfigError(
            f"a split of fraction {fraction} with seed {seed} is impossible: expected a fraction between "
            "0 and 1 and a seed of at least 0; change the setting"
        )
    keys = np.asarray(np.random.PCG64(seed).random_raw(len(labels)), np.uint64)
    values = np.asarray(labels)
    held_out = np.zeros(len(labels), bool)
    for label in np.unique(values):
        members = np.flatnonzero(values == label)
        if len(members) > 1:
            count = min(max(int(len(members) * fraction + 0.5), 1), len(members) - 1)
            held_out[members[np.argsort(keys[members], kind="stable")[:count]]] = True
    return np.flatnonzero(~held_out).astype(np.int64), np.flatnonzero(held_out).astype(np.int64)
