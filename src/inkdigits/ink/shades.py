"""Picture → ink image: 255 = ink, 0 = paper, with colour, light, shadow and polarity taken out."""

from __future__ import annotations

import math
from functools import cached_property
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.ink.light import evenly_lit, light_alone, peak_of, ranked, stroke_depth

__all__ = ["Ink", "Inks", "ink_images", "page_ink"]

Image = NDArray[np.uint8]


class Ink(NamedTuple):
    """An ink image and how it maps to its picture.

    Attributes:
        pixels: uint8 (H, W), 255 = ink; all zero when the picture is blank.
        shades: uint8 (H, W), how much darker than the paper, faint marks too; the core of a stroke is
            ``spec.SHADE_CORE``. All zero when the picture is blank.
        scale: pixels of the ink image for one pixel of the picture, in 0..1.
        prior: log of how likely this polarity is before the model looks at it; 0 for the likelier.
    """

    pixels: Image
    shades: Image
    scale: float
    prior: float


class Inks:
    """The ink of one picture: each view of it is made when it is first asked for, and once.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, of any size.
    """

    def __init__(self, picture: Image) -> None:
        self.picture = picture

    @cached_property
    def near(self) -> list[Ink]:
        """The ink of a digit or a number that fills the picture; see :func:`ink_images`."""
        return ink_images(self.picture)

    @cached_property
    def far(self) -> Ink:
        """The ink of a page, whose strokes are far thinner than it is wide; see :func:`page_ink`."""
        return page_ink(self.picture)

    def finer(self, scale: float) -> Ink:
        """Returns the ink of a page with small writing, as far as it does not get too large.

        Args:
            scale: pixels of the ink image for one pixel of the picture, above that of ``far``.
        """
        return page_ink(
            self.picture, min(scale * scale * math.prod(self.picture.shape[:2]), spec.FINE_PIXELS)
        )


def ink_images(picture: Image) -> list[Ink]:
    """Finds the ink in a picture.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, of any size.

    Returns:
        The ink image, the likelier first if light and dark could both be ink; larger pictures are
        scaled down to ``spec.WORK_SIDE`` first.
    """
    scale = min(1.0, spec.WORK_SIDE / max(picture.shape[:2]))
    grey = _grey(picture, scale)
    noise = _noise(grey)
    vote = _darkness_vote(evenly_lit(grey))
    dark, light = grey, _u8(255 - grey)  # the picture as dark ink on light paper, seen both ways
    views = [(dark, 0.0), (light, spec.PRIOR_OTHER_POLARITY)]
    if vote < 0:
        views = [(light, 0.0), (dark, spec.PRIOR_OTHER_POLARITY)]
    if abs(vote) >= spec.CLEAR_POLARITY:
        views = views[:1]
    # In a small picture the digit may fill a corner, and light hardly changes across it.
    reach = spec.PAPER_REACH if max(grey.shape) > spec.SMALL_SIDE else spec.PAPER_REACH_SMALL
    return [
        Ink(*_saturate(stroke_depth(view, spec.PAPER_SIDE, reach), noise, grey), scale, prior)
        for view, prior in views
    ]


def page_ink(picture: Image, pixels: float | None = None) -> Ink:
    """Finds the ink of a whole page, whose strokes are far thinner than the page is wide.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, of any size.
        pixels: a picture of more is scaled down first; None for ``spec.PAGE_PIXELS``.

    Returns:
        The ink image in the likelier polarity.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, ((pixels or spec.PAGE_PIXELS) / (height * width)) ** 0.5)
    whole = math.ceil(1 / scale)
    if scale < 1 and whole * scale < spec.PAGE_WHOLE_SCALE:  # a scan of 300 dots an inch
        scale = 1 / whole  # means over whole pixels are found in a tenth of the time
    grey = _grey(picture, scale)
    noise = _noise(grey)
    if _light_strokes(_scaled(grey, min(1.0, spec.PAGE_VOTE_SIDE / max(grey.shape)))):
        grey = _u8(cv2.bitwise_not(grey))
    depth = stroke_depth(grey, spec.PAGE_PAPER_SIDE, spec.PAGE_PAPER_REACH)
    return Ink(*_saturate(depth, noise, grey), scale, 0.0)


def _light_strokes(grey: Image) -> bool:
    """Tells light ink on a dark page: strokes are few and differ much from what is around them."""
    around = cv2.blur(grey, (spec.PAGE_VOTE_REACH, spec.PAGE_VOTE_REACH))
    detail = cv2.subtract(grey, around, dtype=cv2.CV_32F)
    return float(cv2.mean(cv2.pow(detail, 3))[0]) > 0


def _grey(picture: Image, scale: float) -> Image:
    """Scales the picture down and turns its colours into grey levels."""
    picture = _scaled(picture, scale)
    return picture if picture.ndim == 2 else _contrast_channel(picture)


def _scaled(picture: Image, scale: float) -> Image:
    if scale >= 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return _u8(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _contrast_channel(picture: Image) -> Image:
    """Turns colour into grey along the direction in which the colours of this picture differ most.

    Blue ink on orange paper can have the paper's brightness; along that direction it has not.
    """
    side = 64  # pixels; enough for statistics
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    colours = small.reshape(-1, 3).astype(np.float32)
    _, vectors, values = cv2.PCACompute2(colours, np.empty(0), maxComponents=1)
    axis = np.asarray(vectors[0], np.float64)
    luma = np.array([0.299, 0.587, 0.114])
    if values[0] < 1.0 or abs(axis @ luma) > 0.45:  # brightness tells ink from paper: the usual case
        return _u8(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    axis = axis * np.sign(axis @ luma or 1.0)
    projected = picture.astype(np.float32) @ axis.astype(np.float32)
    low, high = float(projected.min()), float(projected.max())
    return ((projected - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8)


def _noise(grey: Image) -> float:
    """Returns the standard deviation of the grain, grey levels, from the median absolute Laplacian."""
    if max(grey.shape) <= spec.SMALL_SIDE:
        return 0.0  # in so few pixels ink would be taken for grain
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.int16)  # blind to flat ink and slopes
    step = max(1, grey.size // spec.WORK_SIDE**2)  # every row of a page would show nothing new
    rows = max(3, grey.shape[0] // step)
    start = (grey.shape[0] - rows) // 2
    response = np.abs(cv2.filter2D(grey[start : start + rows], cv2.CV_16S, kernel)).astype(np.uint16)
    return ranked(response, 0.5) / (0.6745 * 6.0)


def _darkness_vote(grey: Image) -> float:
    """Returns how clearly the darker pixels are the ink: above 0 they are, below 0 the lighter ones.

    Ink is the lesser part of the picture, seldom reaches its border, and comes in strokes that are
    thinner than the paper between them.
    """
    darker = (grey <= _otsu(grey)).view(np.uint8)
    border = np.concatenate((darker[0], darker[-1], darker[:, 0], darker[:, -1]))
    thinner = math.log(_thickest(1 - darker) / _thickest(darker))
    shares = cv2.countNonZero(darker) / darker.size, cv2.countNonZero(border) / border.size
    return (0.5 - shares[0]) + 0.5 * (0.5 - shares[1]) + 0.3 * min(max(thinner, -2.0), 2.0)


def _thickest(mask: Image) -> float:
    """Returns the radius, pixels, of the largest disc inside the mask, 0 and 1; at least a half."""
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return max(0.5, float(cv2.distanceTransform(framed, cv2.DIST_L2, 3).max()))


def _saturate(depth: Image, noise: float, grey: Image) -> tuple[Image, Image]:
    """Stretches stroke depth twice.

    Returns:
        The strokes, with paper 0 and the core of a stroke 255, as in MNIST; and the shades, in which what is
        half as dark as a stroke has half its value.
    """
    peak = peak_of(_u8(cv2.GaussianBlur(depth, (0, 0), spec.GRAIN)))
    faint = peak < max(spec.MIN_CONTRAST, 5.0 * noise / 2.0)
    if faint or light_alone(grey, peak):
        return np.zeros_like(depth), np.zeros_like(depth)
    level = _otsu(np.minimum(depth, np.uint8(round(peak))))
    strokes = depth[depth > level]
    core = ranked(strokes, 0.5) if strokes.size else peak
    low = min(max(0.2 * core, 2.0 * noise), 0.5 * core)
    high = max(0.9 * core, low + 1.0)
    grain = min(noise, 0.1 * core)
    return (
        _stretched(depth, low, 255.0 / (high - low)),
        _stretched(depth, grain, spec.SHADE_CORE / max(core - grain, 1.0)),
    )


def _stretched(depth: Image, low: float, gain: float) -> Image:
    return _u8(cv2.LUT(depth, np.clip((np.arange(256) - low) * gain, 0, 255).astype(np.uint8)))


def _otsu(image: Image) -> float:
    """Returns the grey level that parts the picture best into two; the upper class is above it."""
    return float(cv2.threshold(image, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0])


def _u8(image: object) -> Image:
    """Names the dtype that OpenCV's loose types hide; costs nothing."""
    return image  # type: ignore[return-value]
