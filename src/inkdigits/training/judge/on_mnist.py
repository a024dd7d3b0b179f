"""What a training on one's own digits did to the digits of MNIST, judged on those that nobody has learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.datasets import load_dataset
from inkdigits.data.splits import stratified_split
from inkdigits.errors import DataError
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import Bundle
from inkdigits.training.learn.data import kept_of
from inkdigits.training.learn.strict import from_record

__all__ = ["Comparison", "compare_on_mnist"]

LEAST = 200  # digits; of fewer nothing can be said


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two bundles on the same digits of MNIST.

    Attributes:
        digits: how many that neither has learned.
        before: share that the first names rightly, 0..1.
        after: the same of the second.
    """

    digits: int
    before: float
    after: float

    @property
    def worse(self) -> bool:
        """Whether the second makes more mistakes."""
        return self.after < self.before

    def __str__(self) -> str:
        """One line for people."""
        verdict = "worse than" if self.worse else "no worse than"
        return (
            f"MNIST: {100 * self.after:.2f} % of {self.digits:,} digits that neither model has learned, "
            f"{100 * self.before:.2f} % before: {verdict} what it began with"
        )


def compare_on_mnist(before: Bundle, after: Bundle) -> Comparison:
    """Classifies the digits of MNIST's training file that neither bundle has learned; never a test digit.

    Raises:
        DataError: MNIST is not there, or too few digits are left.
        DownloadError: it could not be downloaded.
    """
    mnist = load_dataset("mnist", "train")
    labels = np.array([int(label) for label in mnist.labels])
    fresh = _not_learned(before, labels) & _not_learned(after, labels)
    if fresh.sum() < LEAST:
        raise DataError(
            f"only {fresh.sum()} digits of mnist were learned by neither model, expected {LEAST}; "
            "train with the data.seed and data.validation of the model it began with"
        )
    images: NDArray[np.uint8] = np.asarray(mnist.images)[fresh]
    right = [
        float((Reader(bundle.path, threads=None).classify(images).argmax(axis=1) == labels[fresh]).mean())
        for bundle in (before, after)
    ]
    return Comparison(int(fresh.sum()), right[0], right[1])


def _not_learned(bundle: Bundle, labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Returns which digits of MNIST's training file a bundle was not trained on, bool (60,000,)."""
    data = from_record(bundle.metadata["training"]["config"]).data
    if "mnist" not in data.train:
        return np.ones(len(labels), bool)
    learned = kept_of("mnist", len(labels), data)
    kept = np.flatnonzero(learned)
    learned[kept[stratified_split(labels[kept], data.validation, data.seed)[1]]] = False
    return ~learned
