"""The mean of the weights of several networks, which often reads better than each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from inkdigits.training.learn.run import Run

__all__ = ["average_weights"]


def average_weights(model: Any, runs: Sequence[Run]) -> None:
    """Gives a network the mean of the weights of several finished runs.

    Networks that went on from the same one and learned a little differently often read better in the mean of
    their weights than each of them (Wortsman et al., 2022, arXiv 2203.05482).

    Args:
        model: a ``keras.Model`` with the layers of all of them.
        runs: at least one.

    Raises:
        TrainingError: a run is not finished, or its network has other layers.
    """
    weights: list[list[Any]] = []
    for run in runs:
        run.copy_weights_to(model)
        weights.append(model.get_weights())
    model.set_weights([np.mean(same, axis=0) for same in zip(*weights, strict=True)])
