"""What is learned: network, loss, an epoch's batches, and the part that is held out.

Every epoch is a pure function of the seed and its number, so a run that was stopped and resumed sees the same
pictures in the same order as one that was not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.training import networks
from inkdigits.training.augment import augment_batch
from inkdigits.training.backend import keras
from inkdigits.training.calibrate import fit_temperature
from inkdigits.training.config import Config
from inkdigits.training.data import Split
from inkdigits.training.junk import make_junk

__all__ = ["Answer", "Batch", "DigitTask", "Judgement", "Task"]

Batch = tuple[NDArray[np.uint8], NDArray[Any]]  # what goes in, what should come out
Answer = Callable[[NDArray[np.uint8]], NDArray[np.floating]]  # a network: pictures to logits


@dataclass(frozen=True, slots=True)
class Judgement:
    """How good a trained network is and how sure it may be.

    Attributes:
        temperature: its logits are divided by it.
        calibrated_on: how many pictures the temperature was fitted on.
        accuracy: 0..1, on what was held out.
        held_out: how many that were.
    """

    temperature: float
    calibrated_on: int
    accuracy: float
    held_out: int


class Task(Protocol):
    """What the training loop needs to know.

    Attributes:
        steps: batches an epoch.
        metrics: what Keras should count beside the loss.
    """

    steps: int
    metrics: tuple[str, ...]

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        ...

    def loss(self) -> Any:
        """Returns a Keras loss."""
        ...

    def epoch(self, number: int, stop: Event) -> list[Batch]:
        """Returns the batches of an epoch; raises CancelledError when ``stop`` is set meanwhile."""
        ...

    def held_out(self, answer: Answer) -> tuple[float, float]:
        """Returns mean loss and accuracy, 0..1, on what is never learned from."""
        ...

    def judge(self, answer: Answer) -> Judgement:
        """Judges and calibrates a trained network on what it has not learned from."""
        ...

    def samples(self) -> NDArray[np.uint8]:
        """Returns held-out pictures of one shape, to compare an exported network with."""
        ...


class DigitTask:
    """Names one digit.

    Args:
        config: all settings.
        split: the digits to learn from and those held out.
    """

    metrics: tuple[str, ...] = ("accuracy",)

    def __init__(self, config: Config, split: Split) -> None:
        self._config, self._split = config, split
        self._junk = round(config.data.junk * len(split.images))
        self.steps = (len(split.images) + self._junk) // config.fit.batch_size

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        return networks.build(self._config.network.layers, batch_norm=self._config.network.batch_norm)

    def loss(self) -> Any:
        """Returns cross-entropy against answers that are shares of the ten digits."""
        smoothing = self._config.fit.label_smoothing
        return keras().losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)

    def epoch(self, number: int, stop: Event) -> list[Batch]:
        """Returns one epoch's digits, shuffled and distorted, uint8 (B, 28, 28), and answers float32 (B, 10).

        Junk is mixed in; the answer to it is "all ten alike".
        """
        fit, split = self._config.fit, self._split
        rng = np.random.default_rng((fit.seed, number))
        images = np.concatenate((split.images, make_junk(split.images, self._junk, rng)))
        targets = np.full((len(images), len(spec.DIGITS)), 1 / len(spec.DIGITS), np.float32)
        targets[: len(split.labels)] = np.eye(len(spec.DIGITS), dtype=np.float32)[split.labels]
        order = rng.permutation(len(images))[: self.steps * fit.batch_size]
        settings = self._config.augment
        if number >= round(fit.epochs * (1 - fit.settle)):
            settings = replace(settings, clean=max(settings.clean, 0.5))
        images, targets = augment_batch(images[order], settings, rng, stop=stop), targets[order]
        parts = range(0, len(order), fit.batch_size)
        return [(images[at : at + fit.batch_size], targets[at : at + fit.batch_size]) for at in parts]

    def held_out(self, answer: Answer) -> tuple[float, float]:
        """Returns mean cross-entropy and accuracy on the held-out digits."""
        labels = self._split.held_labels
        logits = _answers(answer, self._split.held_images).astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(logits)), labels]
        return float(losses.mean()), float((logits.argmax(axis=1) == labels).mean())

    def judge(self, answer: Answer) -> Judgement:
        """Calibrates on the held-out digits as they are and once more distorted.

        Users' pictures are harder than MNIST; calibrated on clean digits alone, the reader would be too sure.
        """
        images, labels = self._split.held_images, self._split.held_labels
        rng = np.random.default_rng((self._config.fit.seed, 2**31))
        distorted = augment_batch(images, self._config.augment, rng)
        logits = _answers(answer, np.concatenate((images, distorted)))
        accuracy = float((logits[: len(labels)].argmax(axis=1) == labels).mean())
        temperature = fit_temperature(logits, np.concatenate((labels, labels)))
        return Judgement(temperature, 2 * len(labels), accuracy, len(labels))

    def samples(self) -> NDArray[np.uint8]:
        """Returns the held-out digits."""
        return self._split.held_images


def _answers(answer: Answer, images: NDArray[np.uint8]) -> NDArray[np.floating]:
    parts = np.array_split(images, max(1, len(images) // 500))
    return np.concatenate([np.asarray(answer(part)) for part in parts])
