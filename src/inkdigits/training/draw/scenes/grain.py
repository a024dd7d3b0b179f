"""Noise that repeats without a seam: grain of paper and table, clouds, sensors' noise."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["GRAIN_SIDE", "grain", "noise_tile"]

GRAIN_SIDE = 512  # pixels; of the noise that is used over and over


@lru_cache(maxsize=4)
def noise_tile(seed: int, blur: float = 0.0) -> NDArray[np.float32]:
    """Returns noise that repeats without a seam: float32 (512, 512), mean 0, standard deviation 1."""
    noise = np.random.default_rng(seed).normal(0, 1, (GRAIN_SIDE, GRAIN_SIDE)).astype(np.float32)
    if blur > 0:
        margin = 16
        wide = np.pad(noise, margin, mode="wrap")
        noise = np.asarray(cv2.GaussianBlur(wide, (0, 0), blur), np.float32)[margin:-margin, margin:-margin]
    noise = noise / noise.std()
    noise.flags.writeable = False
    return noise


def grain(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Returns how much ink a paper's grain keeps off, 0 to 1: float32 of this shape."""
    tile = noise_tile(1, 0.7)
    top, left = rng.integers(0, GRAIN_SIDE, 2).tolist()
    rows = np.arange(top, top + shape[0]) % GRAIN_SIDE
    columns = np.arange(left, left + shape[1]) % GRAIN_SIDE
    return np.clip(np.float32(0.5) + np.float32(0.5) * tile[rows[:, None], columns], 0, 1)
