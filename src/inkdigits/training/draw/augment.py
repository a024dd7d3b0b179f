"""Training digits distorted the way pens, paper and scanners distort them. Never a flip.

One digit is one call: an affine and elastic warp in a single resampling step, then stroke width,
resolution, ink and paper. Everything is drawn from a NumPy generator, so an epoch is a pure function
of its seed.
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import dataclass
from threading import Event
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.scan_faults import (
    banded,
    binarised,
    grainy,
    low_resolution,
    outlined,
    pixelwise,
    rubbed_out,
    scribbled,
    uneven,
)

__all__ = ["Augment", "augment_batch"]

Image = NDArray[np.uint8]

SIDE = spec.DIGIT_SIDE
_YY, _XX = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) - (SIDE - 1) / 2  # offsets from the centre, pixels
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True, slots=True)
class Augment:
    """How strongly digits are distorted; 0 switches a distortion off.

    Attributes:
        clean: share of digits left as they are.
        turn: standard deviation of the rotation, degrees; cut at 2.5 of them.
        shear: standard deviation of the slant, pixels across per pixel down.
        zoom: standard deviation of the log of the size.
        aspect: standard deviation of the log of width over height.
        stretch: share of digits whose aspect ratio is lost (forms that fill their box).
        shift: standard deviation of the shift, pixels.
        elastic: standard deviation of the elastic displacement, pixels.
        stroke: share of digits with a thinner or thicker stroke.
        resolution: share of digits seen at low resolution.
        blur: share of digits blurred.
        binarise: share of digits turned black and white.
        contrast: share of digits with faint or uneven ink.
        noise: share of digits with grain.
        neighbours: share of digits with a piece of a neighbouring digit.
        refit: share of digits brought back to the model's convention as the reader does it, so that
            size and place follow all the ink, that of neighbours and rulings too.
        rulings: share of digits with a piece of a line.
        erase: share of digits with a small part rubbed out.
        outline: share of digits of which the edges of the strokes are left.
        pixels: share of digits with black and white pixels strewn over them.
        band: share of digits with an inverted band along a side.
        scribble: share of digits with a thin line across.
    """

    clean: float = 0.1
    turn: float = 7.0
    shear: float = 0.22
    zoom: float = 0.08
    aspect: float = 0.10
    stretch: float = 0.10
    shift: float = 1.2
    elastic: float = 0.8
    stroke: float = 0.5
    resolution: float = 0.2
    blur: float = 0.15
    binarise: float = 0.15
    contrast: float = 0.3
    noise: float = 0.1
    neighbours: float = 0.2
    refit: float = 0.3
    rulings: float = 0.08
    erase: float = 0.05
    outline: float = 0.03
    pixels: float = 0.03
    band: float = 0.02
    scribble: float = 0.04


def augment_batch(
    images: Image, settings: Augment, rng: np.random.Generator, *, stop: Event | None = None
) -> Image:
    """Returns a distorted copy of every digit.

    Args:
        images: uint8 (N, 28, 28), 255 = ink, in MNIST's convention.
        settings: how strongly.
        rng: the source of all chance.
        stop: when another thread sets it, the work is given up.

    Returns:
        uint8 (N, 28, 28), in the same order.

    Raises:
        CancelledError: ``stop`` was set.
    """
    out = np.empty_like(images)
    if not len(images):
        return out
    if settings.clean >= 1:
        return images.copy()
    clean = rng.random(len(images)) < settings.clean
    mates = rng.integers(0, len(images), len(images))
    for index, image in enumerate(images):
        if stop is not None and stop.is_set():
            raise CancelledError
        out[index] = image if clean[index] else _distort(image, images[mates[index]], settings, rng)
    return out


def _distort(image: Image, mate: Image, settings: Augment, rng: np.random.Generator) -> Image:
    chance = rng.random(16)
    image = _warp(image, settings, rng, stretch=chance[0] < settings.stretch)
    if chance[1] < settings.stroke:
        image = _stroke(image, rng)
    if chance[2] < settings.neighbours:
        image = _neighbour(image, mate, rng)
    if chance[3] < settings.rulings:
        image = _ruling(image, rng)
    if chance[4] < settings.erase:
        image = rubbed_out(image, rng)
    if chance[12] < settings.scribble:
        image = scribbled(image, rng)
    if chance[10] < settings.refit:
        image = normalize_digit(image)
    if chance[5] < settings.resolution:
        image = low_resolution(image, rng)
    if chance[6] < settings.blur:
        image = _u8(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.1)))
    if chance[7] < settings.binarise:
        image = binarised(image, rng)
    if chance[8] < settings.contrast:
        image = uneven(image, rng)
    for at, share, damaged in (
        (9, settings.noise, grainy),
        (13, settings.outline, outlined),
        (14, settings.band, banded),
        (15, settings.pixels, pixelwise),
    ):
        if chance[at] < share:
            image = damaged(image, rng)
    return image


def _warp(image: Image, settings: Augment, rng: np.random.Generator, *, stretch: bool) -> Image:
    """Turns, slants, zooms, stretches, shifts and bends in one resampling step."""
    normal = np.clip(rng.standard_normal(6), -2.5, 2.5)
    turn = np.deg2rad(settings.turn) * normal[0]
    shear = settings.shear * (normal[1] + 0.3)  # writing leans to the right
    log_aspect = settings.aspect * normal[2] + (rng.uniform(-0.1, 0.7) if stretch else 0.0)
    zoom = np.exp(settings.zoom * normal[3] - max(0.0, log_aspect) / 2)
    width, height = zoom * np.exp(log_aspect / 2), zoom * np.exp(-log_aspect / 2)
    cos, sin = np.cos(turn), np.sin(turn)
    # The map goes from the new picture back to the old one.
    across = (_XX - settings.shift * normal[4]) / width
    down = (_YY - settings.shift * normal[5]) / height
    map_x = cos * across + sin * down + shear * down
    map_y = -sin * across + cos * down
    if settings.elastic:
        nodes = int(rng.integers(3, 7))  # few nodes bend the digit, many make a tremor
        field = rng.standard_normal((nodes, nodes, 2)).astype(np.float32)
        field *= settings.elastic * rng.uniform(0.3, 1.3) * 3 / nodes
        field = cv2.resize(field, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        map_x, map_y = map_x + field[..., 0], map_y + field[..., 1]
    centre = (SIDE - 1) / 2
    return _u8(
        cv2.remap(
            image,
            (map_x + centre).astype(np.float32),
            (map_y + centre).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
        )
    )


def _stroke(image: Image, rng: np.random.Generator) -> Image:
    """Blends with its dilation or erosion; a pencil and a marker at the ends."""
    amount = rng.uniform(-0.9, 1.3)
    if amount < 0:
        changed = cv2.erode(image, _CROSS)
        thin = cv2.addWeighted(image, 1 + amount, changed, -amount, 0)
        # A stroke that would vanish keeps half its ink.
        return _u8(cv2.max(thin, cv2.convertScaleAbs(image, alpha=0.5)))
    changed = cv2.dilate(image, _CROSS)
    if amount > 1:
        image, changed, amount = _u8(changed), cv2.dilate(changed, _CROSS), amount - 1
    return _u8(cv2.addWeighted(image, 1 - amount, changed, amount, 0))


def _neighbour(image: Image, mate: Image, rng: np.random.Generator) -> Image:
    """Puts a piece of another digit at the left or the right edge, at times both touching."""
    shift = int(rng.integers(15, 23)) * int(rng.choice((-1, 1)))
    matrix = np.array([[1, 0, shift], [0, 1, rng.uniform(-4, 4)]], np.float32)
    piece = cv2.warpAffine(mate, matrix, (SIDE, SIDE))
    return _u8(cv2.max(image, piece))


def _ruling(image: Image, rng: np.random.Generator) -> Image:
    """Draws a straight line along one side, as a form's box or a ruled page leaves it."""
    place = float(rng.choice((rng.uniform(0, 4), rng.uniform(SIDE - 5, SIDE - 1))))
    tilt = rng.uniform(-1.5, 1.5)
    start, end = rng.uniform(-3, 12), rng.uniform(SIDE - 12, SIDE + 3)
    points = [(start, place), (end, place + tilt)]
    if rng.random() < 0.5:
        points = [(y, x) for x, y in points]
    fixed = [(round(x * 16), round(y * 16)) for x, y in points]
    line = np.zeros_like(image)
    ink = int(rng.integers(80, 256))
    cv2.line(line, fixed[0], fixed[1], (ink,), int(rng.integers(1, 3)), cv2.LINE_AA, shift=4)
    return _u8(cv2.max(image, line))


def _u8(image: Any) -> Image:
    """Names the dtype that OpenCV's loose types hide; costs nothing."""
    return image
