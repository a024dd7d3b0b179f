"""Networks that a smaller one learns from: their answers to the very pictures that it gets.

What they say of a distorted digit holds more than its label: what else it could be, and that it is spoiled.
(Hinton, Vinyals and Dean, 2015, arXiv 1503.02531)
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from threading import Event

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import BundleError, TrainingError
from inkdigits.recognition.answers import softmax
from inkdigits.recognition.bundle import load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.learn.initial_weights import bundle_of

__all__ = ["Teachers"]

A_TIME = 250  # pictures


class Teachers:
    """Answers with the mean of several networks.

    Args:
        named: as for ``fit.init``: folders of bundles or of finished runs, or ``digit`` for the shipped one.

    Raises:
        TrainingError: there is no bundle of a digit model.
    """

    def __init__(self, named: tuple[str, ...]) -> None:
        self._each: list[tuple[OnnxEngine, float]] = []
        for name in named:
            try:
                bundle = load(bundle_of(name).path, "digit")
            except BundleError as error:
                raise TrainingError(
                    f"fit.teachers has {name}, from which nothing can be learned: {error}; "
                    "name the folder of a bundle or of a finished run"
                ) from error
            # One thread: the network that learns has the others.
            self._each.append((OnnxEngine(bundle, 1), bundle.temperature))

    def answers(self, images: NDArray[np.uint8], stop: Event) -> NDArray[np.float32]:
        """Returns the mean probabilities, float32 (N, 10), for digits uint8 (N, 28, 28).

        Raises:
            CancelledError: ``stop`` was set.
        """
        out = np.zeros((len(images), len(spec.DIGITS)), np.float32)
        for start in range(0, len(images), A_TIME):
            if stop.is_set():
                raise CancelledError
            part = images[start : start + A_TIME]
            for engine, temperature in self._each:
                out[start : start + A_TIME] += softmax(engine.logits(part) / temperature)
        return out / np.float32(len(self._each))
