"""Pixels of any depth and with or without transparency → 8-bit grey or RGB, with NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import InvalidArrayError, SourceTooLargeError

__all__ = [
    "check_pixel_count",
    "compose_on_paper",
    "depth_in_use",
    "from_array",
    "refuse_masked",
    "to_8_bit",
    "upright",
]

_WHITE = 255
_LIGHT = 128  # grey level; lighter ink stands out more from black than from white
_FLOAT_TOLERANCE = 1e-3  # of the range 0..1; what interpolation overshoots by rounding


def from_array(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Returns the picture in an array.

    Args:
        array: (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA; uint8, uint16 (10, 12 and 14 bit in use are
            recognised), bool (True is white), or float in 0..1.

    Returns:
        uint8 (H, W) or (H, W, 3), contiguous; shares memory with ``array`` where nothing had to change.

    Raises:
        InvalidArrayError: another shape or dtype, no pixels, NaN or infinite values, floats outside 0..1, or
            pixels that are masked.
        SourceTooLargeError: more pixels than ``spec.MAX_SOURCE_PIXELS``.
    """
    refuse_masked(array)
    array = np.asarray(array)  # a matrix becomes a plain one
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)) or array.size == 0:
        raise InvalidArrayError(
            f"an array of shape {array.shape} is no picture: expected (H, W), (H, W, 1), (H, W, 3) or "
            "(H, W, 4) with H and W at least 1; pass the pictures of a batch one by one"
        )
    check_pixel_count(array.shape[1], array.shape[0], "<array>")
    if array.ndim == 3 and array.shape[2] == 4:
        # Colour and alpha may use different depths: 12-bit colour often comes with a 16-bit alpha.
        return compose_on_paper(_array_to_8_bit(array[..., :3]), _array_to_8_bit(array[..., 3]))
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    return np.ascontiguousarray(_array_to_8_bit(array))


def refuse_masked(array: NDArray[Any]) -> None:
    """Raises InvalidArrayError for masked pixels: only the caller knows the grey of the paper."""
    mask = getattr(array, "mask", False)  # asking numpy.ma would load it
    if np.any(mask):
        raise InvalidArrayError(
            f"the array has {np.count_nonzero(mask):,} masked pixels, which have no value; expected a "
            "value for each; fill them with that of the paper, such as array.filled(255)"
        )


def check_pixel_count(width: int, height: int, name: str, limit: int | None = None) -> None:
    """Raises SourceTooLargeError above ``limit`` pixels, by default ``spec.MAX_SOURCE_PIXELS``."""
    limit = spec.MAX_SOURCE_PIXELS if limit is None else limit
    if width * height > limit:
        raise SourceTooLargeError(
            f"{name} is too large: expected at most {limit:,} pixels, received "
            f"{width} x {height}; make it smaller or cut it into parts"
        )


def depth_in_use(values: NDArray[Any]) -> int:
    """Returns how many bits the values of a 16-bit picture use: 8, 10, 12, 14 or 16.

    Scanners and cameras store 10 to 14 bits in 16 without scaling; read as 16 bits they would be black.
    """
    return next(bits for bits in (8, 10, 12, 14, 16) if int(values.max()) < 1 << bits or bits == 16)


def to_8_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Returns integers in 0..65535 as uint8 by dropping the low bits of the depth in use."""
    return (values >> (depth_in_use(values) - 8)).astype(np.uint8)


def compose_on_paper(colour: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns a picture without transparency: what is transparent becomes paper.

    Paper is white, but black where only light ink is drawn on a transparent canvas: white ink on white paper
    would vanish.

    Args:
        colour: uint8 (H, W) or (H, W, 3), not multiplied by alpha.
        alpha: uint8 (H, W); 0 = transparent, 255 = opaque.
    """
    if alpha.min() == _WHITE:
        return np.ascontiguousarray(colour)
    if alpha.max() == 0:
        return np.full(colour.shape, _WHITE, np.uint8)
    paper = 0 if _is_light_ink(colour, alpha) else _WHITE
    composed = np.empty(colour.shape, np.uint8)
    opacity = alpha.astype(np.uint16)
    through = (255 - opacity) * np.uint16(paper) + np.uint16(128)  # + 128: rounds the division below
    channels = colour.shape[2] if colour.ndim == 3 else 1
    for channel in range(channels):  # one by one: a third of the memory
        view = (..., channel) if colour.ndim == 3 else ...
        mixed = colour[view] * opacity
        mixed += through  # at most 255 * 255 + 128: it fits
        mixed += mixed >> 8  # with the next line a division by 255, exact and without dividing
        composed[view] = mixed >> 8
    return composed


def upright(picture: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Returns a picture turned and mirrored as its EXIF orientation says; only 2 to 8 change it."""
    if orientation in (5, 6, 7, 8):
        picture = picture.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        picture = picture[:, ::-1]
    if orientation in (3, 4, 7, 8):
        picture = picture[::-1]
    return np.ascontiguousarray(picture)


def _is_light_ink(colour: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> bool:
    drawn = alpha >= max(1, int(alpha.max()) // 2)
    if drawn.mean() > 0.5:  # more than half is drawn: that is the paper itself, with transparent corners
        return False
    values = colour[drawn]
    values = values[:: max(1, len(values) // 100_000)]  # enough to know the ink by
    grey = values if values.ndim == 1 else values @ np.array([0.299, 0.587, 0.114], np.float32)
    # Not the minimum: a few stray dark pixels do not make the ink dark. A thin digit covers more than 0.5 %.
    return bool(np.percentile(grey, 0.5) >= _LIGHT)


def _array_to_8_bit(array: NDArray[Any]) -> NDArray[np.uint8]:
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "u" and size == 1:
        return array
    if kind == "u" and size == 2:
        return to_8_bit(array)
    if kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if kind == "f":
        return _float_to_8_bit(array)
    raise InvalidArrayError(
        f"an array of dtype {array.dtype} is no picture: expected uint8, uint16, bool, or float in 0..1; "
        "convert it, for example with .astype('uint8') if its values are 0 to 255"
    )


def _float_to_8_bit(array: NDArray[Any]) -> NDArray[np.uint8]:
    low, high = float(array.min()), float(array.max())  # NaN anywhere makes both NaN
    if not np.isfinite(low) or not np.isfinite(high):
        raise InvalidArrayError(
            "a float array with NaN or infinite values is no picture: expected values in 0..1; "
            "replace them, for example with numpy.nan_to_num"
        )
    if low < -_FLOAT_TOLERANCE or high > 1 + _FLOAT_TOLERANCE:
        raise InvalidArrayError(
            f"a float array with values in {low:g}..{high:g} is no picture: expected 0..1; "
            "divide it by its white level, or convert values of 0 to 255 with .astype('uint8')"
        )
    return np.rint(np.clip(array, 0, 1).astype(np.float32) * np.float32(255)).astype(np.uint8)
