"""Learning to name digits: an epoch's digits, distorted, with junk among them, and those held out."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.training.draw.augment import augment_batch
from inkdigits.training.draw.non_digits import make_non_digits
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.calibrate import fit_temperature
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.settings import DigitConfig
from inkdigits.training.learn.task import Answer, Batch, Judgement

__all__ = ["DigitTask"]

EASY = 0.3  # of a round over hard digits; with "quick" a little better than 0.1


class DigitTask:
    """Names one digit.

    Args:
        config: all settings.
        split: the digits to learn from and those held out.
    """

    metrics: tuple[str, ...] = ("accuracy",)

    def __init__(self, config: DigitConfig, split: Split) -> None:
        self._config, self._split = config, split
        self.labels = config.labels
        self._junk = round(config.data.junk * len(split.images))
        self.steps = (len(split.images) + self._junk) // config.fit.batch_size
        self.ahead = config.fit.focus >= 1

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        network = self._config.network
        return networks.build(network.layers, batch_norm=network.batch_norm, labels=self.labels)

    def loss(self) -> Any:
        """Returns cross-entropy against answers that are shares of the labels."""
        smoothing = self._config.fit.label_smoothing
        return keras().losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)

    def epoch(self, number: int, stop: Event, answer: Answer | None = None) -> list[Batch]:
        """Returns one epoch's digits, shuffled and distorted, uint8 (B, 28, 28), and answers float32 (B, L).

        Junk is mixed in; the answer to it is that it is no digit, or "all ten alike" where there is no such
        label.

        Args:
            number: of the epoch, from 0.
            stop: that another thread may set.
            answer: the network as the epoch before left it; with ``fit.focus`` it says which digits are hard.

        Raises:
            CancelledError: ``stop`` was set.
        """
        fit, split = self._config.fit, self._split
        rng = np.random.default_rng((fit.seed, number))
        images = np.concatenate((split.images, make_non_digits(split.images, self._junk, rng)))
        known = np.eye(len(self.labels), dtype=np.float32)
        junk = known[-1] if spec.OTHER in self.labels else np.full(len(self.labels), 1 / len(self.labels))
        targets = np.tile(np.asarray(junk, np.float32), (len(images), 1))
        targets[: len(split.labels)] = known[split.labels]
        if number and not self.ahead and answer is not None:
            order = _hard_order(_losses(_answers(answer, images), targets), fit.focus, rng)
        else:
            order = rng.permutation(len(images))
        order = order[: self.steps * fit.batch_size]
        settings = self._config.augment
        if number >= round(fit.epochs * (1 - fit.settle)):
            settings = replace(settings, clean=max(settings.clean, 0.5))
        images, targets = augment_batch(images[order], settings, rng, stop=stop), targets[order]
        parts = range(0, len(order), fit.batch_size)
        return [(images[at : at + fit.batch_size], targets[at : at + fit.batch_size]) for at in parts]

    def held_out(self, answer: Answer) -> tuple[float, float]:
        """Returns mean cross-entropy and accuracy on the held-out digits."""
        labels = self._split.held_labels
        logits = _answers(answer, self._split.held_images)
        losses = _losses(logits, np.eye(len(self.labels), dtype=np.float32)[labels])
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


def _losses(logits: NDArray[np.floating], targets: NDArray[np.float32]) -> NDArray[np.float64]:
    """Returns how far each answer is from its target, float64 (N,): cross-entropy less the unavoidable."""
    logits = logits.astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return (targets * (np.log(np.maximum(targets, 1e-30)) - logits)).sum(axis=1)


def _hard_order(losses: NDArray[np.float64], share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Returns an epoch's places, int64 (N,): rounds over the hardest ``share``, in each some easy ones new.

    Most digits are known after one pass, and more passes over them teach little. Without easy ones among the
    hard a network forgets what is common.
    """
    ranked = np.argsort(-losses, kind="stable")
    size = max(1, round(share * len(ranked)))
    hard, easy = np.split(ranked, [size - round(EASY * size)])
    rounds = -(-len(ranked) // size)
    places = [
        rng.permutation(np.concatenate((hard, rng.choice(easy, size - len(hard))))) for _ in range(rounds)
    ]
    return np.concatenate(places)[: len(ranked)]
