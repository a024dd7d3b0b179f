"""The sheet that a page of numbers is drawn on: ink with its owners, turned together, then photographed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box

__all__ = ["Sheet", "photographed", "scaled", "truth_of", "turned"]

Image = NDArray[np.uint8]
Grey = NDArray[np.float32]


class Sheet:
    """A level page in the making: ink 0..1 and, for each pixel, the number it belongs to, from 1."""

    def __init__(self, height: int, width: int, digit: int, most: int) -> None:
        self.ink: Grey = np.zeros((height, width), np.float32)
        self.owner: NDArray[np.uint16] = np.zeros((height, width), np.uint16)
        self.digit, self.most = digit, most
        self.texts: list[str] = []

    @property
    def full(self) -> bool:
        """Tells whether the page has as many numbers as it should."""
        return len(self.texts) >= self.most

    def put(self, ink: Grey, left: int, top: int, strength: float) -> bool:
        """Writes the newest number's ink, or a piece of it; False where there is no room."""
        tall, long = ink.shape
        if left < 0 or top < 0 or top + tall > self.ink.shape[0] or left + long > self.ink.shape[1]:
            return False
        place = slice(top, top + tall), slice(left, left + long)
        self.ink[place] = np.maximum(self.ink[place], ink * strength)
        self.owner[place][ink > 0.3] = len(self.texts)
        return True

    def line(self, start: tuple[float, float], stop: tuple[float, float], ink: float, thick: int) -> None:
        """Draws a straight line."""
        layer: Any = np.zeros(self.ink.shape, np.uint8)
        fixed = [(round(x * 16), round(y * 16)) for x, y in (start, stop)]
        cv2.line(layer, fixed[0], fixed[1], (255,), thick, cv2.LINE_AA, shift=4)
        np.maximum(self.ink, layer.astype(np.float32) * np.float32(ink / 255), out=self.ink)


def turned(sheet: Sheet, turn: float) -> tuple[Grey, NDArray[np.uint16]]:
    """Turns ink and owners by degrees clockwise; the page grows so that nothing is lost."""
    if turn == 0.0:
        return sheet.ink, sheet.owner
    height, width = sheet.ink.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -turn, 1.0)
    across, down = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(np.ceil(width * across + height * down)), int(np.ceil(width * down + height * across)))
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    ink: Any = cv2.warpAffine(sheet.ink, matrix, size, flags=cv2.INTER_LINEAR)
    owner: Any = cv2.warpAffine(sheet.owner, matrix, size, flags=cv2.INTER_NEAREST)
    return ink, owner


def truth_of(owner: NDArray[np.uint16], texts: list[str]) -> tuple[tuple[str, Box], ...]:
    """Returns text and box of each number, in the order in which they were written."""
    rows, columns = np.nonzero(owner)
    ids = owner[rows, columns].astype(np.int64) - 1
    low = np.full((len(texts), 2), 2**30)
    high = np.full((len(texts), 2), -1)
    for axis, values in enumerate((columns, rows)):
        np.minimum.at(low[:, axis], ids, values)
        np.maximum.at(high[:, axis], ids, values)
    out: list[tuple[str, Box]] = []
    for text, (left, top), (right, bottom) in zip(texts, low.tolist(), high.tolist(), strict=True):
        if right >= 0:
            box = Box(left, top, right - left + 1, bottom - top + 1)
            out.append((text.replace(",", "."), box))
    return tuple(out)


def photographed(ink: Grey, rng: np.random.Generator) -> Image:
    """Turns ink into grey levels: paper, light from one side, a shadow, blur, grain, compression."""
    height, width = ink.shape
    paper, depth = rng.uniform(150, 250), rng.uniform(0.45, 0.85)
    light = rng.normal(0, 0.1, 2).astype(np.float32)
    down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
    shade = 1 + light[0] * down + light[1] * across
    if rng.random() < 0.25:  # the shadow of a hand or a shelf, with a soft edge
        edge = (across * rng.normal(0, 1) + down * rng.normal(0, 1) - rng.normal(0, 0.2)) * rng.uniform(8, 30)
        shade = shade * (1 - rng.uniform(0.1, 0.35) / (1 + np.exp(-edge))).astype(np.float32)
    blur = rng.uniform(0, 1.0)
    if blur > 0.4:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), np.float32)
    grey = paper * shade * (1 - depth * np.clip(ink, 0, 1))
    if rng.random() < 0.6:
        grey = grey + rng.uniform(0, 5) * rng.standard_normal(ink.shape, np.float32)
    picture: Any = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        packed = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(50, 96))))[1]
        picture = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return picture


def scaled(ink: Image, scale: float) -> Grey:
    """Returns ink as float32 0..1, smaller or larger by a factor."""
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized: Any = cv2.resize(ink, size, interpolation=way)
    return np.clip(resized.astype(np.float32) / 255, 0, 1)
