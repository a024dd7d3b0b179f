"""A reader that is told with every picture what may stand there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.reader import Reader, Seen
from inkdigits.readings import Expect
from inkdigits.recognition.answers import among_fitting
from inkdigits.recognition.bundle import Kind

__all__ = ["Told"]


class Told:
    """Reads as a reader does that knows which texts fit, to measure what that is worth.

    Args:
        reader: what reads.
        allowed: the characters that may stand there; None for all.
        pattern: what the text of each number matches; None for any text.

    Raises:
        ConfigError: one of them is invalid or too large, or the number model can answer no text that fits.
        MissingExtraError: a pattern needs a library that is not installed.
    """

    def __init__(self, reader: Reader, allowed: str | None = None, pattern: str | None = None) -> None:
        self._reader, self._allowed, self._pattern = reader, allowed, pattern
        self._language = reader.language("auto", allowed, pattern)

    def max_error_of(self, kind: Kind) -> float:
        """Returns the highest probability of being wrong, 0..1, of an answer that is "ok"."""
        return self._reader.max_error_of(kind)

    def classify(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns the probabilities (N, 10) of images (N, 28, 28), 0 for digits that may not stand there.

        Raises:
            ConfigError: no digit may.
        """
        rows = self._reader.classify(images)
        if self._language is None:
            return rows
        labels = self._reader.digits.bundle.labels
        fits = zip(labels, self._language.single(labels), strict=True)
        return among_fitting(rows, [fit for label, fit in fits if label != spec.OTHER])

    def see(self, source: Any, expect: Expect = "auto") -> Seen:
        """Returns what the reader says of a source; raises what it raises."""
        return self._reader.see(source, expect, allowed=self._allowed, pattern=self._pattern)
