"""What light, lens, sensor and files do to a picture in colour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.scenes.grain import GRAIN_SIDE, noise_tile

__all__ = ["BOARD", "COPIER", "PHONE", "SCREEN", "Look", "developed"]

Image = NDArray[np.uint8]
Chance = np.random.Generator
Range = tuple[float, float]

COARSE = 8  # pixels; light changes slowly, so it is made on a smaller picture


@dataclass(frozen=True)
class Look:
    """How pictures come out; ranges are drawn from evenly.

    Attributes:
        exposure: factor on all levels.
        light: standard deviation of how much darker one side is than the other.
        shadow: share of pictures with a shadow that has an edge.
        cast: standard deviation of a factor on each colour.
        blur: of a digit's height, least and most; standard deviation.
        noise: most standard deviation, grey levels.
        sharpened: share of pictures that a phone or a scanner sharpens.
        whitened: share of pictures whose paper is made white and whose ink black.
        grey: share of pictures without colour.
        compressed: share of pictures that are JPEG files.
        quality: of these, least and one above the most.
        small: share of pictures that were smaller and are made large.
    """

    exposure: Range = (0.9, 1.0)
    light: float = 0.0
    shadow: float = 0.0
    cast: float = 0.0
    blur: Range = (0.0, 0.05)
    noise: float = 2.0
    sharpened: float = 0.2
    whitened: float = 0.0
    grey: float = 0.2
    compressed: float = 0.5
    quality: tuple[int, int] = (40, 96)
    small: float = 0.0


PHONE = Look(
    exposure=(0.5, 1.0),
    light=0.12,
    shadow=0.35,
    cast=0.035,
    blur=(0.0, 0.085),
    noise=7.0,
    sharpened=0.35,
    whitened=0.08,
    grey=0.1,
    compressed=0.85,
    quality=(35, 93),
    small=0.15,
)
COPIER = Look(blur=(0.0, 0.06), light=0.03, noise=4.0, sharpened=0.3, whitened=0.35, grey=0.45, small=0.12)
BOARD = replace(PHONE, exposure=(0.9, 1.7), blur=(0.0, 0.06), noise=5.0, whitened=0.0)
SCREEN = Look(exposure=(1.0, 1.0), blur=(0.0, 0.0), noise=0.0, sharpened=0.0, compressed=0.35, small=0.05)


def developed(picture: Image, digit: float, look: Look, rng: Chance) -> Image:
    """Returns a picture as it comes out.

    Args:
        picture: uint8 (H, W, 3), as it lies there.
        digit: height of a digit in it, pixels.
        look: how it comes out.
        rng: the source of all chance.

    Returns:
        uint8 (H, W, 3), or (H, W) without colour.
    """
    blur = rng.uniform(*look.blur) * min(digit, 30)
    if blur > 0.3:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
    elif rng.random() < look.small and digit > 14:
        picture = _made_large(picture, rng.uniform(0.5, 0.85))
    if rng.random() < look.grey:
        picture = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    factor = _light(picture.shape, look, rng)
    if factor is not None:
        size = picture.shape[1], picture.shape[0]
        large = cv2.resize(factor, size, interpolation=cv2.INTER_LINEAR)
        picture = np.asarray(cv2.multiply(picture, large, dtype=cv2.CV_8U), np.uint8)
    if rng.random() < look.whitened:
        picture = _whitened(picture, rng)
    if look.noise and rng.random() < 0.7:
        picture = _noisy(picture, rng.uniform(0.3, look.noise), rng)
    if rng.random() < look.sharpened:
        soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 1.6))
        more = rng.uniform(0.4, 1.4)
        picture = np.asarray(cv2.addWeighted(picture, 1 + more, soft, -more, 0), np.uint8)
    if rng.random() < look.compressed:
        flag = cv2.IMREAD_GRAYSCALE if picture.ndim == 2 else cv2.IMREAD_COLOR
        quality = int(rng.integers(*look.quality))
        packed = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
        picture = np.asarray(cv2.imdecode(packed, flag), np.uint8)
    return picture


def _light(shape: tuple[int, ...], look: Look, rng: Chance) -> NDArray[np.float32] | None:
    """Returns a factor for each pixel, in a smaller picture; None where none changes."""
    rows, columns = max(2, shape[0] // COARSE), max(2, shape[1] // COARSE)
    down = np.linspace(-0.5, 0.5, rows, dtype=np.float32)[:, None]
    across = np.linspace(-0.5, 0.5, columns, dtype=np.float32)[None]
    slope = rng.normal(0, look.light, 2) if look.light else np.zeros(2)
    factor = rng.uniform(*look.exposure) * (1 + slope[0] * down + slope[1] * across)
    if rng.random() < look.light * 3:  # a lamp
        x, y = rng.uniform(-0.5, 0.5, 2)
        factor = factor * (1 + rng.uniform(0.05, 0.3) * np.exp(-((across - x) ** 2 + (down - y) ** 2) / 0.1))
    if rng.random() < look.shadow:
        factor = factor * _shadow(across, down, rng)
    if look.exposure == (1.0, 1.0) and not look.light:
        return None
    factor = factor.astype(np.float32)
    if len(shape) == 2:
        return factor
    cast = np.exp(rng.normal(0, look.cast, 3)).astype(np.float32) if look.cast else np.ones(3, np.float32)
    return np.ascontiguousarray(factor[:, :, None] * cast)


def _shadow(across: NDArray[np.float32], down: NDArray[np.float32], rng: Chance) -> NDArray[np.float32]:
    """Returns the shadow of a hand, an arm or a phone: less light on one side of a line, or in a patch."""
    depth = rng.uniform(0.12, 0.5)
    if rng.random() < 0.5:
        edge = across * rng.normal(0, 1) + down * rng.normal(0, 1) - rng.normal(0, 0.2)
    else:
        x, y = rng.uniform(-0.5, 0.5, 2)
        turn = rng.uniform(0, np.pi)
        along = (across - x) * np.cos(turn) + (down - y) * np.sin(turn)
        beside = (down - y) * np.cos(turn) - (across - x) * np.sin(turn)
        bend = 0.05 * np.sin(along * rng.uniform(4, 12))
        edge = rng.uniform(0.06, 0.25) - np.abs(beside + bend) - 0.15 * np.maximum(0, along)
    softness = float(np.exp(rng.uniform(np.log(8), np.log(90))))
    return (1 - depth / (1 + np.exp(-np.clip(edge * softness, -30, 30)))).astype(np.float32)


def _noisy(picture: Image, sigma: float, rng: Chance) -> Image:
    """Adds noise, fine or soft, the same in all colours but for a little."""
    tile = noise_tile(11, 0.0 if rng.random() < 0.4 else 0.8)
    top, left = rng.integers(0, GRAIN_SIDE, 2).tolist()
    height, width = picture.shape[:2]
    noise = (tile * np.float32(sigma)).astype(np.int16)
    rows, columns = -(-(height + top) // GRAIN_SIDE), -(-(width + left) // GRAIN_SIDE)
    grain = np.tile(noise, (rows, columns))[top : top + height, left : left + width]
    if picture.ndim == 3:
        other = np.roll(grain, 37, axis=1) // 3
        grain = np.asarray(cv2.merge([grain + other, grain, grain - other]), np.int16)
    return np.asarray(cv2.add(picture, np.ascontiguousarray(grain), dtype=cv2.CV_8U), np.uint8)


def _whitened(picture: Image, rng: Chance) -> Image:
    """Makes the paper white and the ink black, as scanners' apps do."""
    small = picture[::7, ::7].astype(np.float32)
    high = float(np.percentile(small, rng.uniform(55, 85)))
    low = float(np.percentile(small, 1)) * rng.uniform(0.3, 1.0)
    gain = 255 / max(20.0, high - low)
    levels = np.clip((np.arange(256) - low) * gain * rng.uniform(0.97, 1.08), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, levels), np.uint8)


def _made_large(picture: Image, share: float) -> Image:
    """Returns a picture as if it had been smaller, by this share of its sides."""
    height, width = picture.shape[:2]
    small = max(4, round(width * share)), max(4, round(height * share))
    shrunk = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
