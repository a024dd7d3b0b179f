"""What the training loop needs to know of a task: network, loss, an epoch's batches, what is held out.

Every epoch follows from the seed, its number and, where that is asked for, the network as the epoch before
left it: a run that was stopped and resumed sees the same pictures in the same order as one that was not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits import interrupt

__all__ = ["Answer", "Batch", "Judgement", "Stop", "Task"]

Batch = tuple[NDArray[np.uint8], NDArray[Any]]  # what goes in, what should come out
Answer = Callable[[NDArray[np.uint8]], NDArray[np.floating]]  # a network: pictures to logits


class Stop(Event):
    """An event that Ctrl-C sets, too."""

    def is_set(self) -> bool:
        """Returns whether it was set, or Ctrl-C came and was put off."""
        return super().is_set() or interrupt.pressed()


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
        labels: what the network's answers stand for, in order.
        metrics: what Keras should count beside the loss.
        ahead: whether an epoch can be made before the one before it is learned.
    """

    steps: int
    labels: str
    metrics: tuple[str, ...]
    ahead: bool

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        ...

    def loss(self) -> Any:
        """Returns a Keras loss."""
        ...

    def epoch(self, number: int, stop: Event, answer: Answer | None = None) -> list[Batch]:
        """Returns the batches of an epoch; raises CancelledError when ``stop`` is set meanwhile.

        Args:
            number: of the epoch, from 0.
            stop: that another thread may set.
            answer: the network as the epoch before left it; needed where ``ahead`` is false.
        """
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
