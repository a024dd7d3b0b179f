"""Light and contrast: what falls on the paper, and how much darker than it a stroke is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["evenly_lit", "light_alone", "peak_of", "ranked", "stroke_depth"]

Image = NDArray[np.uint8]


def stroke_depth(grey: Image, side: int, share: float) -> Image:
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
    paper = _wide_blur(paper, reach / 4)
    if shrink > 1:
        paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return _u8(cv2.subtract(paper, grey))


def evenly_lit(grey: Image) -> Image:
    """Takes slow changes of light out, or the lesser side of a shadow's edge would pass for ink."""
    if max(grey.shape) <= spec.SMALL_SIDE:
        return grey
    height, width = grey.shape
    shrink = max(1.0, max(height, width) / spec.PAPER_SIDE)  # so wide a blur of all pixels takes a second
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    light = _wide_blur(small, spec.LIGHT_REACH * max(size))
    light = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.clip(128 + grey.astype(np.float32) - light, 0, 255).astype(np.uint8)


def light_alone(grey: Image, peak: float) -> bool:
    """Tells paper on which nothing is but light that falls from one side.

    Args:
        grey: uint8 (H, W).
        peak: how much darker than the paper something seems to be, grey levels.
    """
    if max(grey.shape) <= spec.SMALL_SIDE:
        return False  # in so few pixels all is detail
    step = max(1, round((grey.size / spec.WORK_SIDE**2) ** 0.5))  # of a page a share shows it too
    grey = np.ascontiguousarray(grey[::step, ::step])
    reach = max(3, round(spec.DETAIL_REACH * max(grey.shape)) | 1)
    calm = _u8(cv2.GaussianBlur(grey, (0, 0), spec.GRAIN))
    if peak_of(_u8(cv2.absdiff(calm, cv2.blur(calm, (reach, reach))))) >= spec.LEAST_DETAIL * peak:
        return False  # strokes have edges: the usual case
    # What a surface of the second degree follows is light; a broad blurred stroke is left over.
    down, across = (np.linspace(-1, 1, side, dtype=np.float32) for side in grey.shape)
    y, x = down[:, None], across[None]
    surface = (1, x, y, x * y, x * x, y * y)
    terms = np.stack([np.broadcast_to(term, grey.shape).ravel() for term in surface], axis=1)
    values, step = calm.ravel().astype(np.float32), max(1, grey.size // spec.LIGHT_SAMPLE)
    some = terms[::step].astype(np.float64)
    # Least squares through six equations; the same through all pixels takes forty times as long.
    weights = np.linalg.lstsq(some.T @ some, some.T @ values[::step], rcond=None)[0].astype(np.float32)
    rest = np.abs(values - terms @ weights)
    return peak_of(rest) < spec.MIN_CONTRAST


def peak_of(contrast: NDArray[Any]) -> float:
    """Returns the contrast that a stroke's pixels reach, not the very highest: specks are no ink."""
    return ranked(contrast, 1 - min(0.003, spec.STROKE_PIXELS / contrast.size))


def ranked(values: NDArray[Any], share: float) -> float:
    """Returns the value below which a share of all lies.

    np.median and np.percentile would load masked arrays, a twentieth of a whole start.
    """
    rank = min(values.size - 1, int(share * values.size))
    whole = values.dtype.type in (np.uint8, np.uint16)
    if whole and values.size > spec.COUNTED:  # counting is faster than sorting
        levels = int(values.max()) + 1
        counts = cv2.calcHist([values], [0], None, [levels], [0, levels]).ravel()
        return float(np.searchsorted(np.cumsum(counts, dtype=np.int64), rank, side="right"))
    return float(np.partition(values, rank, axis=None)[rank])


def _wide_blur(grey: NDArray[Any], reach: float) -> Image:
    """Blurs over ``reach`` pixels; OpenCV's way for whole numbers takes five times as long."""
    return _u8(cv2.convertScaleAbs(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), reach)))


def _u8(image: object) -> Image:
    """Names the dtype that OpenCV's loose types hide; costs nothing."""
    return image  # type: ignore[return-value]
