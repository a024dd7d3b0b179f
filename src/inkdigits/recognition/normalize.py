"""Crop → model input: the one place where ink is scaled and centred.

MNIST's convention: the ink's longer side is 20 pixels, its centre of mass stands at the centre of a
28x28 field. A digit that already follows it comes back unchanged, so training on MNIST and reading a
picture share this function.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import InvalidArrayError
from inkdigits.find.row import Row

__all__ = ["normalize_digit", "normalize_number", "number_scale"]

Image = NDArray[np.uint8]


def normalize_digit(ink: Image, squeeze: float = 1.0) -> Image:
    """Brings one digit to the model's input.

    Args:
        ink: uint8 (H, W), 255 = ink, holding one digit and nothing else.
        squeeze: width is multiplied by it, above 0; for digits that were stretched to fill a frame.

    Returns:
        uint8 (28, 28), 255 = ink; all zero when there is no ink.

    Raises:
        InvalidArrayError: ``ink`` is not a uint8 array of two dimensions.
    """
    _check(ink)
    field = np.zeros((spec.DIGIT_SIDE, spec.DIGIT_SIDE), np.uint8)
    box = _ink_box(ink)
    if box is None:
        return field
    top, bottom, left, right = box
    digit = _resized(ink[top:bottom, left:right], squeeze)
    y, x = _centred(digit)
    height, width = digit.shape
    field[y : y + height, x : x + width] = digit
    return field


def normalize_number(shades: Image, row: Row | None = None) -> Image:
    """Brings one number to the model's input: level, 32 pixels high, with paper left and right of it.

    Args:
        shades: uint8 (H, W), 255 = ink, a crop that shows one number in one row.
        row: where that row runs; None when it fills the crop.

    Returns:
        uint8 (32, W), 255 = ink, W from 16 to 640 and a multiple of 4; longer numbers are squeezed. Column
        ``NUMBER_MARGIN`` is the crop's first; :func:`number_scale` tells how wide its columns become.

    Raises:
        InvalidArrayError: ``shades`` is not a uint8 array of two dimensions.
    """
    _check(shades)
    if row is not None and (row.slope or row.top or row.height != shades.shape[0]):
        level = np.array([[1.0, 0.0, 0.0], [-row.slope, 1.0, -row.top]])
        shades = cv2.warpAffine(shades, level, (shades.shape[1], row.height))  # type: ignore[assignment]
    if not shades.any():
        return np.zeros((spec.NUMBER_HEIGHT, spec.NUMBER_STEP * 4), np.uint8)
    scale = spec.NUMBER_HEIGHT / shades.shape[0]
    width = max(1, round(shades.shape[1] * number_scale(shades.shape)))
    number = _thick_enough(shades, scale) if scale < 1 else shades
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(number, (width, spec.NUMBER_HEIGHT), interpolation=way)
    small = cv2.convertScaleAbs(small, alpha=255 / max(int(small.max()), 1))
    wide = max(4, -(-(width + 2 * spec.NUMBER_MARGIN) // spec.NUMBER_STEP)) * spec.NUMBER_STEP
    field = np.zeros((spec.NUMBER_HEIGHT, wide), np.uint8)
    field[:, spec.NUMBER_MARGIN : spec.NUMBER_MARGIN + width] = small
    return field


def number_scale(shape: tuple[int, ...]) -> float:
    """Returns how many columns of the number model's input one column of a level crop of (H, W) becomes."""
    widest = spec.NUMBER_MAX_WIDTH - 2 * spec.NUMBER_MARGIN
    return min(spec.NUMBER_HEIGHT / shape[0], widest / shape[1])


def _check(ink: Image) -> None:
    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise InvalidArrayError(
            f"ink is {ink.dtype} of shape {ink.shape}; expected uint8 (H, W) with 255 = ink"
        )


def _ink_box(ink: Image) -> tuple[int, int, int, int] | None:
    """Returns top, bottom, left and right of all ink; None without any."""
    marked = ink > 0
    rows, columns = np.flatnonzero(marked.any(axis=1)), np.flatnonzero(marked.any(axis=0))
    if not rows.size:
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _resized(digit: Image, squeeze: float) -> Image:
    """Scales the longer side to 20 pixels and keeps thin strokes visible on the way down."""
    height, width = digit.shape
    scale = spec.DIGIT_BOX / max(height, width * squeeze)
    if scale == 1 and squeeze == 1:
        return digit
    if scale < 1:
        digit = _thick_enough(digit, scale)
    size = (
        min(spec.DIGIT_BOX, max(1, round(width * squeeze * scale))),
        min(spec.DIGIT_BOX, max(1, round(height * scale))),
    )
    small = cv2.resize(digit, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    peak = int(small.max())
    # Averaging fades thin strokes; MNIST's strokes reach full ink.
    return cv2.convertScaleAbs(small, alpha=255 / peak) if 0 < peak < 255 else small  # type: ignore[return-value]


def _thick_enough(digit: Image, scale: float) -> Image:
    """Widens strokes that would be thinner than a pen's after scaling."""
    solid = (digit > 127).astype(np.uint8)
    area = int(solid.sum())
    if area == 0:
        return digit
    # The distance to paper averages a quarter of the stroke's width over a straight stroke.
    padded = cv2.copyMakeBorder(solid, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    width = 4.0 * float(cv2.distanceTransform(padded, cv2.DIST_L2, 3).sum()) / area - 1.0
    missing = round(spec.MIN_STROKE / scale - width)
    if missing < 1:
        return digit
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (missing + 1, missing + 1))
    return cv2.dilate(digit, kernel)  # type: ignore[return-value]


def _centred(digit: Image) -> tuple[int, int]:
    """Returns the top left corner that puts the centre of mass at the centre of the field."""
    mass = digit.astype(np.float64)
    total = mass.sum()
    height, width = digit.shape
    centre_y = float((mass.sum(axis=1) * (np.arange(height) + 0.5)).sum() / total)
    centre_x = float((mass.sum(axis=0) * (np.arange(width) + 0.5)).sum() / total)
    half = (spec.DIGIT_SIDE + 1) / 2  # MNIST centres on the pixel with index 14
    y = min(max(round(half - centre_y), 0), spec.DIGIT_SIDE - height)
    x = min(max(round(half - centre_x), 0), spec.DIGIT_SIDE - width)
    return y, x
