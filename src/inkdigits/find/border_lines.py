"""Straight lines that are no ink of a digit: rulings, box edges, underlines, margins."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["without_edges", "without_lines"]

Image = NDArray[np.uint8]

_BRIDGED = 2  # pixels added at each end of a run when its dots are joined


def without_lines(ink: Image) -> Image:
    """Takes out straight lines that run along the picture, and leaves strokes that cross them.

    Args:
        ink: uint8 (H, W), 255 = ink.

    Returns:
        A new ink image, or ``ink`` itself when there was nothing to take out.
    """
    if min(ink.shape) < spec.LINES_MIN_SIDE:  # below it a stroke and a line look the same
        return ink
    mask = _horizontal(ink) | _horizontal(ink.T).T | _edges(ink)
    if not mask.any():
        return ink
    rest = ink.copy()
    rest[mask] = 0
    # When hardly anything is left, the line was the digit: a 1, or the bar of a tight crop.
    if np.count_nonzero(rest > spec.SOLID) < 0.25 * np.count_nonzero(ink > spec.SOLID):
        return ink
    return rest


def without_edges(ink: Image) -> Image:
    """Takes out the dark strips along the picture's sides alone; see :func:`without_lines`."""
    if min(ink.shape) < spec.LINES_MIN_SIDE:
        return ink
    rest = ink.copy()
    rest[_edges(ink)] = 0
    return rest


def _horizontal(ink: Image) -> NDArray[np.bool_]:
    """Returns the pixels of lines from side to side, bool (H, W)."""
    height, width = ink.shape
    solid = (ink > spec.SOLID).astype(np.uint8)
    found = np.zeros(ink.shape, bool)
    # A leaning or dotted line still runs through a strip of three rows; bridging joins its dots.
    strip = cv2.dilate(solid, np.ones((3, 2 * _BRIDGED + 1), np.uint8))
    run = max(8, round(spec.LINE_RUN * width))
    runs = cv2.morphologyEx(strip, cv2.MORPH_OPEN, np.ones((1, run), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    thick = max(3.0, spec.LINE_THICK * height) + 2  # the strip adds two rows
    for left, top, long, tall, area in stats[1:count]:
        at_edge = top < spec.LINE_EDGE * height or top + tall > (1 - spec.LINE_EDGE) * height
        first, last = left + _BRIDGED, left + long - _BRIDGED  # where its own ink begins and ends
        # A line goes on beyond the picture; bridging widened a run that stops before the border.
        at_border = left == 0 or left + long == width
        straight = tall <= thick + spec.LINE_TILT * long and area / long <= thick
        if not (at_edge and at_border and straight) or last - first < spec.LINE_SPAN * width:
            continue
        band = slice(max(0, top - 1), top + tall + 1)
        found[band, left : left + long] |= _thin_runs(solid, band, left, long, round(thick) + 1)
    return found


def _edges(ink: Image) -> NDArray[np.bool_]:
    """Returns the dark strips along the picture's sides: a box's thick edge, the shadow of a fold."""
    solid = (ink > spec.SOLID).astype(np.float32)
    found = np.zeros(ink.shape, bool)
    for axis in (0, 1):  # of each column, then of each row
        filled = np.asarray(cv2.reduce(solid, axis, cv2.REDUCE_AVG)).ravel() >= spec.EDGE_FILL
        reach = max(2, round(spec.EDGE_REACH * len(filled)))
        for near, strip in ((True, filled[:reach]), (False, filled[::-1][:reach])):
            if not strip.any():
                continue
            # With it goes what lies outside it and its soft inner edge.
            deep = int(np.flatnonzero(strip)[-1]) + 2
            side = slice(0, deep) if near else slice(-deep, None)
            found[(slice(None), side) if axis == 0 else (side, slice(None))] = True
    return found


def _thin_runs(solid: Image, band: slice, left: int, long: int, thick: int) -> NDArray[np.bool_]:
    """Returns the band's ink, less the columns where ink goes on well beyond it: crossing strokes."""
    height = solid.shape[0]
    columns = solid[:, left : left + long]
    inside = columns[band] > 0
    above = columns[max(0, band.start - 2) : band.start].sum(axis=0) >= 2
    below = columns[band.stop : min(height, band.stop + 2)].sum(axis=0) >= 2
    crossing = (above | below) & (inside.sum(axis=0) > 0)
    inside[:, crossing & (inside.sum(axis=0) <= thick)] &= False
    # Soft edges of the line go with it.
    grown = cv2.dilate(inside.astype(np.uint8), np.ones((3, 1), np.uint8)) > 0
    grown[:, crossing] = inside[:, crossing]
    return grown
