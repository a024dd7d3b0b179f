"""Single digits to compose from, and what a hand does to each: size, weight, lean, proportions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError

__all__ = ["HEIGHT", "Glyphs", "Proportions", "leant", "resized", "thickened"]

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
        image = self._images[int(rng.choice(self._of[value]))]
        rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
        tight = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        # A digit wider than high was scaled by its width; its height stays what it was.
        scale = HEIGHT / max(tight.shape[0], 0.8 * tight.shape[1])
        return _sharp(resized(tight, scale, scale))


@dataclass(frozen=True)
class Proportions:
    """How a writer stretches parts of every digit: a small ring and a long tail, a wide foot, a bow.

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
        waves = [cv2.resize(one, (x.shape[1], x.shape[0]), interpolation=cv2.INTER_CUBIC) for one in coarse]
        x += (4 * across * width) * columns * (1 - columns) + bow * height * np.sin(np.pi * rows) + waves[0]
        y += (4 * down * height) * rows * (1 - rows) + waves[1]
        changed: Any = cv2.remap(ink, x, y, cv2.INTER_LINEAR)
        return _cut(changed)


def _cut(ink: Image) -> Image:
    """Cuts a digit to its ink."""
    solid = ink > 40
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else ink


def resized(ink: Image, across: float, down: float) -> Image:
    """Scales ink, uint8 (H, W), by a factor on its width and one on its height."""
    size = (max(1, round(ink.shape[1] * across)), max(1, round(ink.shape[0] * down)))
    way = cv2.INTER_AREA if across < 1 and down < 1 else cv2.INTER_CUBIC
    resized: Any = cv2.resize(ink, size, interpolation=way)
    return resized


def _sharp(ink: Image) -> Image:
    """Takes back the blur of enlarging."""
    return np.clip((ink.astype(np.int16) - 64) * 2, 0, 255).astype(np.uint8)


def thickened(ink: Image, steps: int) -> Image:
    """Makes the strokes of ink, uint8 (H, W), thicker by half a pixel a side and step, thinner below 0."""
    if steps == 0:
        return ink
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (abs(steps) + 2, abs(steps) + 2))
    if steps > 0:
        changed: Any = cv2.dilate(ink, kernel)
        return changed
    thinner: Any = cv2.erode(ink, kernel)
    return thinner if thinner.max() > 128 else ink  # no thin pen vanishes


def leant(ink: Image, lean: float) -> Image:
    """Slants the ink by ``lean`` columns a row, and cuts it to the ink again."""
    height, width = ink.shape
    more = int(np.ceil(abs(lean) * height))
    matrix = np.array([[1.0, -lean, max(0.0, lean) * height], [0.0, 1.0, 0.0]])
    slanted: Any = cv2.warpAffine(ink, matrix, (width + more, height))
    columns = np.flatnonzero(slanted.max(axis=0) > 40)
    return slanted[:, columns[0] : columns[-1] + 1] if columns.size else ink
