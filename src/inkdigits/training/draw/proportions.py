"""How a writer stretches parts of every digit: a small ring and a long tail, a wide foot, a bow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.raster import SEEN, cut_to_ink

__all__ = ["Proportions"]

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Proportions:
    """What a writer keeps of this through a number.

    Attributes:
        middle: how far the middle of a digit is moved, (across, down), as a share of its sides.
        bow: how far the middle is pushed out against head and foot, as a share of the height.
    """

    middle: tuple[float, float]
    bow: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Proportions:
        """Returns proportions drawn by chance."""
        across, down = rng.normal(0, 0.05, 2)
        return cls((float(across), float(down)), float(rng.normal(0, 0.035)))

    def given_to(self, ink: Image, rng: np.random.Generator) -> Image:
        """Returns a digit in these proportions, a little different each time.

        Args:
            ink: uint8 (H, W), 255 = ink.
            rng: the source of all chance.

        Returns:
            uint8, cut to the ink; its height hardly changes.
        """
        height, width = ink.shape
        margin = 4
        across, down = np.clip(np.add(self.middle, rng.normal(0, 0.035, 2)), -0.2, 0.2)
        bow = self.bow + rng.normal(0, 0.025)
        y, x = np.mgrid[-margin : height + margin, -margin : width + margin].astype(np.float32)
        rows, columns = np.clip(y / height, 0, 1), np.clip(x / width, 0, 1)
        coarse = rng.normal(0, 0.022 * height, (2, 3, 3)).astype(np.float32)
        size = x.shape[1], x.shape[0]
        waves = [cv2.resize(field, size, interpolation=cv2.INTER_CUBIC) for field in coarse]
        x += (4 * across * width) * columns * (1 - columns) + bow * height * np.sin(np.pi * rows) + waves[0]
        y += (4 * down * height) * rows * (1 - rows) + waves[1]
        changed: Any = cv2.remap(ink, x, y, cv2.INTER_LINEAR)
        return cut_to_ink(changed, SEEN)
