"""The camera: ink on paper becomes grey levels, in light and shadow, blurred, grainy and compressed.

One way for cells and for whole pages; how strong each effect is stands in a :class:`Camera`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["CELL_CAMERA", "PAGE_CAMERA", "Camera", "photograph", "turned"]

Image = NDArray[np.uint8]
Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink
Levels = NDArray[np.floating[Any]]  # (H, W), grey levels before they are cut to 0..255
Layer = TypeVar("Layer", NDArray[np.float32], NDArray[np.uint16])
Range = tuple[float, float]

DARKEST = 1.3  # of full ink; printed lines are up to so much darker than a pen


@dataclass(frozen=True)
class Camera:
    """How pictures come out. Ranges are drawn from evenly, from least to most; a share of 0 never happens.

    Attributes:
        paper: grey level of the paper.
        depth: what full ink takes from the paper's level, as a share of it.
        faintest: grey levels; where given, ``depth`` begins here instead and is drawn evenly on a log scale,
            so that faint ink is common.
        light: standard deviation of how much darker one side is than the other, as a share.
        lit_ink: whether light falls on the ink as on the paper.
        shadow: share of pictures with a shadow that has a soft edge.
        blur: standard deviation in pixels: least that is seen, and most; drawn from 0 on.
        blur_of_digit: most blur, as a share of a digit's height.
        grain: most standard deviation of the noise, in grey levels.
        grain_of_ink: whether ``grain`` is a share of what full ink takes instead.
        noisy: share of pictures with noise.
        soft_noise: share of these in which neighbouring pixels have it in common.
        stains: share of pictures with clouds on the paper.
        enlarged: share of pictures that were smaller; not those of digits below 12 pixels.
        compressed: share of pictures that were JPEG files.
        quality: of these, least and one above the most.
        negative: share of pictures with light and dark swapped.
    """

    paper: Range
    depth: Range
    light: float
    grain: float
    blur: Range
    quality: tuple[int, int]
    faintest: float | None = None
    lit_ink: bool = True
    shadow: float = 0.0
    blur_of_digit: float = 0.07
    grain_of_ink: bool = False
    noisy: float = 0.6
    soft_noise: float = 0.0
    stains: float = 0.0
    enlarged: float = 0.0
    compressed: float = 0.6
    negative: float = 0.0


CELL_CAMERA = Camera(
    paper=(90, 250),
    depth=(0.0, 0.9),
    faintest=18,
    light=0.06,
    lit_ink=False,
    blur=(0.3, 1.3),
    grain=0.09,
    grain_of_ink=True,
    soft_noise=0.5,
    stains=0.15,
    enlarged=0.25,
    quality=(30, 96),
    negative=0.05,  # chalk, and screens in the dark
)
"""For a cell or a line cut out of any picture: faint copies, chalk, small pictures made large."""

PAGE_CAMERA = Camera(
    paper=(150, 250), depth=(0.45, 0.85), light=0.1, shadow=0.25, blur=(0.4, 1.0), grain=5, quality=(50, 96)
)
"""For a page held under a phone or laid on a scanner: legible all over, with shadows of hands and shelves."""


def photograph(ink: Strength, digit: int, camera: Camera, rng: np.random.Generator) -> Image:
    """Turns ink into grey levels.

    Args:
        ink: float32 (H, W), 0 = no ink, 1 = full ink; printed lines may be above.
        digit: height of a digit, pixels.
        camera: how pictures come out.
        rng: the source of all chance.

    Returns:
        uint8 (H, W) grey.
    """
    paper = rng.uniform(*camera.paper)
    depth = _depth(paper, camera, rng)
    light = _light(ink.shape, camera, rng)
    blur = rng.uniform(0.0, min(camera.blur[1], camera.blur_of_digit * digit))
    if blur > camera.blur[0]:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), blur), np.float32)
    taken = depth * np.clip(ink, 0, DARKEST)
    grey = paper * light - (taken * light if camera.lit_ink else taken)
    grey = _stained(_noisy(grey, depth, camera, rng), depth, camera, rng)
    picture: Image = np.clip(grey, 0, 255).astype(np.uint8)
    if _happens(camera.enlarged, rng) and digit >= 12:
        picture = _enlarged(picture, rng.uniform(0.6, 0.95))
    if _happens(camera.compressed, rng):
        picture = _compressed(picture, int(rng.integers(*camera.quality)))
    return 255 - picture if _happens(camera.negative, rng) else picture


def turned(layer: Layer, degrees: float) -> Layer:
    """Turns a layer of a page clockwise; it grows so that nothing is lost.

    Args:
        layer: (H, W), either float32 ink, which is interpolated, or uint16 numbers of owners, which are not.
        degrees: how far.
    """
    if degrees == 0.0:
        return layer
    height, width = layer.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    across, down = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(np.ceil(width * across + height * down)), int(np.ceil(width * down + height * across)))
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    way = cv2.INTER_LINEAR if layer.dtype == np.float32 else cv2.INTER_NEAREST
    changed: Any = cv2.warpAffine(layer, matrix, size, flags=way)
    return changed


def _happens(share: float, rng: np.random.Generator) -> bool:
    return share > 0 and rng.random() < share


def _depth(paper: float, camera: Camera, rng: np.random.Generator) -> float:
    """Returns what full ink takes from the paper, in grey levels."""
    least, most = camera.depth
    if camera.faintest is None:
        return paper * rng.uniform(least, most)
    return np.exp(rng.uniform(np.log(camera.faintest), np.log(most * paper)))


def _light(shape: tuple[int, ...], camera: Camera, rng: np.random.Generator) -> Strength:
    """Returns how bright paper is at each place, as a factor on its level."""
    slope = rng.normal(0, camera.light, 2).astype(np.float32)
    down = np.linspace(-0.5, 0.5, shape[0], dtype=np.float32)[:, None]
    across = np.linspace(-0.5, 0.5, shape[1], dtype=np.float32)[None]
    light: Strength = np.float32(1) + slope[0] * down + slope[1] * across
    if _happens(camera.shadow, rng):  # of a hand or a shelf, with a soft edge
        edge = (across * rng.normal(0, 1) + down * rng.normal(0, 1) - rng.normal(0, 0.2)) * rng.uniform(8, 30)
        light = light * (1 - rng.uniform(0.1, 0.35) / (1 + np.exp(-edge))).astype(np.float32)
    return light


def _noisy(grey: Levels, depth: float, camera: Camera, rng: np.random.Generator) -> Levels:
    """Adds noise to grey levels."""
    grain = rng.uniform(0, camera.grain) * (depth if camera.grain_of_ink else 1.0)
    if not _happens(camera.noisy, rng):
        return grey
    noise = rng.normal(0, 1, grey.shape).astype(np.float32)
    if _happens(camera.soft_noise, rng):
        noise = 2 * np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32)
    return grey + grain * noise


def _stained(grey: Levels, depth: float, camera: Camera, rng: np.random.Generator) -> Levels:
    """Adds stains, and a table that is not quite white."""
    if not _happens(camera.stains, rng):
        return grey
    height, width = grey.shape
    clouds = rng.normal(0, 1, (max(2, height // 12), max(2, width // 12))).astype(np.float32)
    strength = np.float32(rng.uniform(0, 0.15) * depth)
    return grey + strength * np.asarray(cv2.resize(clouds, (width, height), interpolation=cv2.INTER_CUBIC))


def _enlarged(picture: Image, share: float) -> Image:
    """Returns a picture as if it had been a smaller one, by this share of its sides."""
    height, width = picture.shape
    small = max(1, round(width * share)), max(1, round(height * share))
    shrunk = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    changed: Any = cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_LINEAR)
    return changed


def _compressed(picture: Image, quality: int) -> Image:
    """Returns a picture as JPEG keeps it."""
    packed = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))[1]
    changed: Any = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    return changed
