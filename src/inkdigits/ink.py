"""Picture → ink image: 255 = ink, 0 = paper, with colour, light, shadow and polarity taken out."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["Ink", "ink_images", "page_ink"]

Image = NDArray[np.uint8]


class Ink(NamedTuple):
    """An ink image and how it maps to its picture.

    Attributes:
        pixels: uint8 (H, W), 255 = ink; all zero when the picture is blank.
        scale: pixels of the ink image for one pixel of the picture, in 0..1.
        prior: log of how likely this polarity is before the model looks at it; 0 for the likelier.
    """

    pixels: Image
    scale: float
    prior: float


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
    vote = _darkness_vote(_evenly_lit(grey))
    dark, light = grey, _u8(255 - grey)  # the picture as dark ink on light paper, seen both ways
    views = [(dark, 0.0), (light, spec.PRIOR_OTHER_POLARITY)]
    if vote < 0:
        views = [(light, 0.0), (dark, spec.PRIOR_OTHER_POLARITY)]
    if abs(vote) >= spec.CLEAR_POLARITY:
        views = views[:1]
    # In a small picture the digit may fill a corner, and light hardly changes across it.
    reach = spec.PAPER_REACH if max(grey.shape) > spec.SMALL_SIDE else spec.PAPER_REACH_SMALL
    return [
        Ink(_saturate(_stroke_depth(view, spec.PAPER_SIDE, reach), noise), scale, prior)
        for view, prior in views
    ]


def page_ink(picture: Image) -> Ink:
    """Finds the ink of a whole page, whose strokes are far thinner than the page is wide.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, of any size.

    Returns:
        The ink image in the likelier polarity; pictures of more than ``spec.PAGE_PIXELS`` pixels are
        scaled down first.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, (spec.PAGE_PIXELS / (height * width)) ** 0.5)
    grey = _grey(picture, scale)
    noise = _noise(grey)
    if _light_strokes(_scaled(grey, min(1.0, spec.PAGE_VOTE_SIDE / max(grey.shape)))):
        grey = _u8(cv2.bitwise_not(grey))
    depth = _stroke_depth(grey, spec.PAGE_PAPER_SIDE, spec.PAGE_PAPER_REACH)
    return Ink(_saturate(depth, noise), scale, 0.0)


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
    centred = colours - colours.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / len(centred))
    axis = vectors[:, -1]
    luma = np.array([0.299, 0.587, 0.114])
    if values[-1] < 1.0 or abs(axis @ luma) > 0.45:  # brightness tells ink from paper: the usual case
        return _u8(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    axis = axis * np.sign(axis @ luma or 1.0)
    projected = picture.astype(np.float32) @ axis.astype(np.float32)
    low, high = float(projected.min()), float(projected.max())
    return ((projected - low) * (255.0 / max(high - low, 1.0))).astype(np.uint8)


def _noise(grey: Image) -> float:
    """Returns the standard deviation of the grain, grey levels, from the median absolute Laplacian."""
    if max(grey.shape) <= spec.SMALL_SIDE:
        return 0.0  # in so few pixels ink would be taken for grain
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)  # blind to flat ink and slopes
    step = max(1, grey.size // spec.WORK_SIDE**2)  # every row of a page would show nothing new
    rows = max(3, grey.shape[0] // step)
    start = (grey.shape[0] - rows) // 2
    response = cv2.filter2D(grey[start : start + rows], cv2.CV_32F, kernel)
    return _ranked(np.abs(response), 0.5) / (0.6745 * 6.0)


def _stroke_depth(grey: Image, side: int, share: float) -> Image:
    """Returns how much darker each pixel is than the paper around it, uint8 (H, W).

    The paper is a closing over a neighbourhood wider than any stroke, so light that changes
    slowly, shadows and coloured paper fall out. It is estimated on a picture of ``side`` pixels,
    over ``share`` of its longer side.
    """
    height, width = grey.shape
    shrink = max(1.0, max(height, width) / side)
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA) if shrink > 1 else grey
    reach = max(3, round(max(size) * share) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    # Grain would lift the maximum; the median of 3 takes it out first.
    calm = cv2.medianBlur(small, 3) if min(size) >= 3 and shrink > 1 else small
    paper = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 4)
    if shrink > 1:
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return _u8(cv2.subtract(paper, grey))


def _evenly_lit(grey: Image) -> Image:
    """Takes slow changes of light out, or the lesser side of a shadow's edge would pass for ink."""
    if max(grey.shape) <= spec.SMALL_SIDE:
        return grey
    height, width = grey.shape
    shrink = max(1.0, max(height, width) / spec.PAPER_SIDE)  # so wide a blur of all pixels takes a second
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(small, (0, 0), spec.LIGHT_REACH * max(size))
    light = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.clip(128 + grey.astype(np.float32) - light, 0, 255).astype(np.uint8)


def _darkness_vote(grey: Image) -> float:
    """Returns how clearly the darker pixels are the ink: above 0 they are, below 0 the lighter ones.

    Ink is the lesser part of the picture, seldom reaches its border, and comes in strokes that are
    thinner than the paper between them.
    """
    darker = grey <= _otsu(grey)
    border = np.concatenate((darker[0], darker[-1], darker[:, 0], darker[:, -1]))
    thinner = np.log(_thickest(~darker) / _thickest(darker))
    return float((0.5 - darker.mean()) + 0.5 * (0.5 - border.mean()) + 0.3 * np.clip(thinner, -2, 2))


def _thickest(mask: NDArray[np.bool_]) -> float:
    """Returns the radius, pixels, of the largest disc inside the mask; at least a half."""
    framed = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return max(0.5, float(cv2.distanceTransform(framed, cv2.DIST_L2, 3).max()))


def _saturate(depth: Image, noise: float) -> Image:
    """Stretches stroke depth so that paper is 0 and the core of a stroke 255, as in MNIST."""
    calm = cv2.GaussianBlur(depth, (0, 0), 0.8)
    # Not the very darkest: specks are no ink. A stroke has more pixels, however large the picture.
    peak = _ranked(calm, 1 - min(0.003, spec.STROKE_PIXELS / calm.size))
    if peak < max(spec.MIN_CONTRAST, 5.0 * noise / 2.0):
        return np.zeros_like(depth)
    level = _otsu(np.minimum(depth, round(peak)).astype(np.uint8))
    strokes = depth[depth > level]
    core = _ranked(strokes, 0.5) if strokes.size else peak
    low = min(max(0.2 * core, 2.0 * noise), 0.5 * core)
    high = max(0.9 * core, low + 1.0)
    levels = np.clip((np.arange(256) - low) * (255.0 / (high - low)), 0, 255).astype(np.uint8)
    return _u8(cv2.LUT(depth, levels))


def _ranked(values: NDArray[Any], share: float) -> float:
    """Returns the value below which a share of all lies.

    np.median and np.percentile would load masked arrays, a twentieth of a whole start.
    """
    rank = min(values.size - 1, int(share * values.size))
    if values.dtype == np.uint8 and values.size > spec.WORK_SIDE**2:  # counting is faster than sorting
        counts = cv2.calcHist([values], [0], None, [256], [0, 256]).ravel()
        return float(np.searchsorted(np.cumsum(counts, dtype=np.int64), rank, side="right"))
    return float(np.partition(values, rank, axis=None)[rank])


def _otsu(image: Image) -> float:
    """Returns the grey level that parts the picture best into two; the upper class is above it."""
    return float(cv2.threshold(image, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0])


def _u8(image: object) -> Image:
    """Names the dtype that OpenCV's loose types hide; costs nothing."""
    return image  # type: ignore[return-value]
