"""Long straight lines through a field: rulings, margins and box edges, level or leaning, taken out."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.ink.light import ranked

__all__ = ["without_rulings"]

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Rows = NDArray[np.int16]

_NOTHING = cv2.BORDER_CONSTANT  # beyond the picture
_NEAREST_FIRST = np.array([[0], [-1], [1], [-2], [2]])  # rows away from a line


def without_rulings(ink: Image) -> Image:
    """Takes out lines that run through the picture, and leaves the strokes that cross them.

    Args:
        ink: uint8 (H, W), 255 = ink.

    Returns:
        A new ink image, or ``ink`` itself when there was nothing to take out.
    """
    if min(ink.shape) < spec.LINES_MIN_SIDE:
        return ink
    solid = ink > spec.SOLID
    # A 1 is as straight as an edge or a margin's line, which run through the whole height.
    mask = _lines(solid, spec.RULING_COVER)
    mask |= _lines(np.ascontiguousarray(solid.T), spec.RULING_COVER_UPRIGHT).T
    if not mask.any():
        return ink
    rest = ink.copy()
    rest[mask] = 0
    return rest


def _lines(solid: Mask, cover: float) -> Mask:
    """Returns the pixels of the lines from left to right, bool (H, W)."""
    height, width = solid.shape
    found = np.zeros(solid.shape, bool)
    rows, columns = np.nonzero(solid)
    if rows.size < cover * width:
        return found
    step = 1 + rows.size // spec.RULING_SAMPLE  # a share of the ink shows where the lines are
    rows, columns = rows[::step], columns[::step]
    centred = columns - (width - 1) / 2
    most = min(spec.RULING_TILT, 0.5 * height / width)
    each_way = max(2, round(most * width / 2))
    slopes = np.arange(-each_way, each_way + 1) * (most / each_way)
    level = np.clip(np.rint(rows - slopes[:, None] * centred), 0, height - 1).astype(np.intp)
    level += height * np.arange(slopes.size)[:, None]
    profiles = np.bincount(level.ravel(), minlength=height * slopes.size).reshape(slopes.size, height)
    # A ruling has ink in each column, near its middle; most rows have not.
    near_row = cv2.boxFilter(profiles.astype(np.float32), -1, (5, 1), normalize=False, borderType=_NOTHING)
    profiles[np.asarray(near_row) * step < cover * width] = 0
    if not profiles.any():
        return found
    tops, bottoms = _runs(solid)
    offset = np.arange(width) - (width - 1) / 2
    for _ in range(spec.RULING_MOST):
        steepness, row = divmod(int(profiles.argmax()), height)
        if profiles[steepness, row] * step < 0.5 * cover * width:
            break
        line = np.rint(row + slopes[steepness] * offset).astype(int)
        mask = _traced(solid, line, tops, bottoms, cover)
        if mask is not None:
            found |= mask
            solid = solid & ~found
        # What was looked at is not looked at again.
        near = np.rint(np.abs(slopes - slopes[steepness]) * width / 4) + 2
        profiles[np.abs(np.arange(height) - row) <= near[:, None]] = 0
    return found


def _runs(solid: Mask) -> tuple[Rows, Rows]:
    """Returns first and last row of the upright run of ink that each pixel is part of."""
    height = solid.shape[0]
    rows = np.arange(height, dtype=np.int16)[:, None]
    above, below = np.where(solid, np.int16(-1), rows), np.where(solid, np.int16(height), rows)
    tops = np.maximum.accumulate(above, axis=0) + np.int16(1)
    bottoms = np.minimum.accumulate(below[::-1], axis=0)[::-1] - np.int16(1)
    return tops, bottoms


def _traced(solid: Mask, line: NDArray[np.int64], tops: Rows, bottoms: Rows, cover: float) -> Mask | None:
    """Follows a line from column to column; None when it is no ruling."""
    height, width = solid.shape
    columns = np.arange(width)
    near = np.minimum(np.maximum(line + _NEAREST_FIRST, 0), height - 1)
    inked = solid.take(near * width + columns)
    hit = inked.any(axis=0)
    if np.count_nonzero(hit) < cover * width:
        return None
    at = near[inked.argmax(axis=0), columns] * width + columns
    first, last = tops.take(at), bottoms.take(at)
    length = np.where(hit, last - first + 1, 0)
    usual = ranked(length[hit], 0.5)
    thick = max(3.0, spec.LINE_THICK * height)
    if usual > thick:
        return None
    thin = hit & (length <= usual + 1.5)
    if thin.mean() < spec.RULING_THIN * cover:
        return None
    # A ruling is smooth; a row of digits only happens to have ink at this height.
    middles = (first + last)[thin] / 2
    across = 2 * columns[thin] / width - 1
    powers = np.stack((np.ones(across.size), across, across * across))
    bend = np.linalg.solve(powers @ powers.T, powers @ middles)
    if ranked(np.abs(middles - bend @ powers), 0.5) > spec.RULING_ROUGH:
        return None
    rows = np.arange(height)[:, None]
    mask = (rows >= first) & (rows <= last) & thin
    # Soft edges go with the line, but not next to what crosses it.
    grown = cv2.dilate(mask.astype(np.uint8), np.ones((3, 1), np.uint8)) > 0
    grown &= thin[None, :]
    return grown
