"""Real digits to compose numbers from, such as MNIST's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError
from inkdigits.training.draw.raster import cut_to_ink, scaled

__all__ = ["HEIGHT", "Glyphs"]

Image = NDArray[np.uint8]

HEIGHT = 40  # pixels; of a digit while a number is composed


class Glyphs:
    """Real digits to compose from, sorted by value.

    Args:
        images: uint8 (N, 28, 28), 255 = ink.
        labels: int64 (N,), 0..9.

    Raises:
        DataError: a value is missing.
    """

    def __init__(self, images: Image, labels: NDArray[np.int64]) -> None:
        self._images = images
        self._of = [np.flatnonzero(labels == value) for value in range(10)]
        missing = [str(value) for value in range(10) if not len(self._of[value])]
        if missing:
            raise DataError(
                f"numbers cannot be composed: of {', '.join(missing)} there is none among {len(labels)} "
                "digits; expected each of 0 to 9 at least once; add digits"
            )

    def pick(self, value: int, rng: np.random.Generator) -> Image:
        """Returns a digit of this value at the height of composition, uint8 (40, W)."""
        tight = cut_to_ink(self._images[int(rng.choice(self._of[value]))])
        # A digit wider than high was scaled by its width; its height stays what it was.
        return _sharp(scaled(tight, HEIGHT / max(tight.shape[0], 0.8 * tight.shape[1])))


def _sharp(ink: Image) -> Image:
    """Takes back the blur of enlarging."""
    return np.clip((ink.astype(np.int16) - 64) * 2, 0, 255).astype(np.uint8)
