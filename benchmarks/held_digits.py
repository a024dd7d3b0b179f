"""Digits of writers of whom no shipped model has learned, to compose pages and pairs of."""

import numpy as np

from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.raster import cut_to_ink
from inkdigits.training.judge.held import held_sets

__all__ = ["held_digits"]


def held_digits() -> tuple[np.ndarray, np.ndarray]:
    """Returns uint8 (N, 28, 28), 255 = ink, and int64 (N,), their values.

    Raises:
        DataError: the pen strokes are not there.
    """
    (drawn,) = held_sets("strokes_held_digits")
    images = [normalize_digit(cut_to_ink(255 - np.asarray(picture))) for picture in drawn.images]
    return np.stack(images), np.array(drawn.labels).astype(np.int64)
