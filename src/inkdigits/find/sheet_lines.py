"""Rulings, frames and table grids of a page, and how far the page is turned.

A page can be turned and its lines are long, so runs of ink are looked for along the page's own directions.
What crosses a line stays whole: ink that goes on above and below it is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.boxes import Boxes

__all__ = ["PageLines", "components", "find_lines", "page_slope"]

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page.

    Attributes:
        mask: uint8 (H, W), 1 = line and its soft edges; also where strokes cross it.
        upright: uint8 (H, W), 1 = the lines among them that are upright to the rows.
        rest: uint8 (H, W), 1 = solid ink that is no line.
        boxes: the boxes whose edges are among them.
    """

    mask: Image
    upright: Image
    rest: Image
    boxes: Boxes


def components(mask: Image) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Finds connected pieces; several times faster than OpenCV's own measuring where little is marked.

    Args:
        mask: uint8 (H, W), 0 = paper.

    Returns:
        The map of labels, int32 (H, W), 0 = paper; and left, top, width, height and area of each label,
        int32 (N, 5), the first of which means nothing.
    """
    count, found = cv2.connectedComponents(mask, connectivity=8)
    labels = np.asarray(found, np.int32)
    at, rows, columns = _marked(mask)
    own = labels.ravel()[at]
    low, high = np.full(count, mask.shape[1], np.int32), np.zeros(count, np.int32)
    np.minimum.at(low, own, columns)
    np.maximum.at(high, own, columns)
    top, bottom = np.zeros(count, np.int32), np.zeros(count, np.int32)
    top[own[::-1]] = rows[::-1]  # the last one written stays
    bottom[own] = rows
    area = np.bincount(own, minlength=count)
    return labels, np.stack((low, top, high - low + 1, bottom - top + 1, area), axis=1).astype(np.int32)


def _marked(mask: Image) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.int32]]:
    """Returns where a mask is not 0: place in all of it, row and column; ten times as fast as np.nonzero."""
    at = np.flatnonzero(np.ascontiguousarray(mask).view(bool))
    rows, columns = np.divmod(at.astype(np.int32), np.int32(mask.shape[1]))
    return at, rows, columns


def page_slope(solid: Image) -> float:
    """Returns how far the rows of a page fall to the right, rows for each column.

    The ink, looked at along the rows, is dense on the rows and absent between them.

    Args:
        solid: uint8 (H, W), 1 = ink.
    """
    at = np.flatnonzero(solid.view(bool))
    if at.size < 50:
        return 0.0
    at = at[:: max(1, at.size // 12_000)]  # a sample is enough
    rows, columns = (place.astype(np.float32) for place in np.divmod(at, solid.shape[1]))
    columns -= solid.shape[1] / 2

    def sharpness(slope: float) -> float:
        along = (rows - np.float32(slope) * columns) * np.float32(math.cos(math.atan(slope)) / 2)
        counts = np.bincount((along - along.min()).astype(np.int64)).astype(np.float64)
        return float((counts * counts).sum())

    most = math.tan(math.radians(spec.PAGE_SKEW))
    best, top = 0.0, sharpness(0.0) * 1.03  # level wins a close call
    for reach, count in ((most, 61), (most / 30, 9)):
        for slope in best + np.linspace(-reach, reach, count):
            value = sharpness(float(slope))
            if value > top:
                best, top = float(slope), value
    return best


def find_lines(ink: Image, slope: float, height: float) -> PageLines:
    """Finds the straight lines that are level with the rows, and those that are upright to them.

    Args:
        ink: uint8 (H, W), 255 = ink.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.
    """
    solid = (ink > spec.SOLID).astype(np.uint8)
    # Lines are printed fainter than ink, and where they lean a step in them is fainter still.
    faint = (ink > spec.PAGE_FAINT).astype(np.uint8)
    strip = _u8(cv2.dilate(faint, np.ones((3, 3), np.uint8)))
    boxes = Boxes(faint, slope, height)
    level, upright = boxes.edges()
    run = _level(spec.PAGE_LINE_RUN * height, slope)
    level |= _long(strip, solid, run, spec.PAGE_LINE * height, height)
    edges, upright = (
        upright,
        upright | _long(strip, solid, run.T[:, ::-1], spec.PAGE_LINE_UPRIGHT * height, height),
    )
    mask = level | upright
    if not cv2.countNonZero(mask):
        return PageLines(mask, upright, solid, boxes)
    rest = solid & (1 - mask)
    reach = max(4, round(spec.PAGE_LINE_THICK * height))
    rest |= _strokes_on(level & (1 - upright) & solid, rest, reach)
    # Digits in boxes side by side both touch the edge between them more often than one crosses it.
    parting = upright & (1 - edges) & (1 - level) & solid
    rest |= _turned(_strokes_on(_turned(parting), _turned(rest), reach))
    return PageLines(mask, upright, rest, boxes)


def _long(strip: Image, solid: Image, run: Image, least: float, height: float) -> Image:
    """Returns the pixels of lines that consist of such runs, uint8 (H, W), 1 = line."""
    mask = cv2.morphologyEx(strip, cv2.MORPH_OPEN, np.ascontiguousarray(run))
    labels, stats = components(_u8(mask))
    long = np.hypot(stats[:, 2], stats[:, 3])
    thick = max(4.0, spec.PAGE_LINE_THICK * height) + 4  # with soft edges, and the strip adds two
    chosen = (long >= least) & (stats[:, 4] <= thick * long)
    chosen[0] = False
    return _u8(chosen.astype(np.uint8)[labels])


def _strokes_on(line: Image, rest: Image, reach: int) -> Image:
    """Returns the pixels of level lines that strokes cross or end on.

    Args:
        line: uint8 (H, W), 1 = ink of lines.
        rest: uint8 (H, W), 1 = ink that is no line.
        reach: pixels, thickest line.
    """
    out = np.zeros_like(rest)
    if not cv2.countNonZero(line):
        return out
    touching = rest & _u8(cv2.dilate(line, np.ones((5, 3), np.uint8)))
    for lean in (-1, 0, 1):
        up, down = (_reached(touching, (way, way * lean), reach) for way in (-1, 1))
        strokes = line & up & down
        if lean:  # between two strokes that only end at the line, a slanted way is thinner than a stroke
            strokes = _u8(cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((1, 3), np.uint8)))
        out |= strokes
    # Feet end in the middle of the line they stand on; what is lower than they are is a rim of the line.
    feet = touching & _u8(cv2.morphologyEx(rest, cv2.MORPH_OPEN, np.ones((4, 2), np.uint8)))
    thick = line.sum() / max(1, int((line[1:] > line[:-1]).sum()))
    for way in (-1, 1):
        out |= line & _reached(feet, (way, 0), int(np.ceil(thick / 2)))
    return out


def _reached(mask: Image, way: tuple[int, int], reach: int) -> Image:
    """Tells from where the mask is reached within so many steps of (rows, columns), uint8 (H, W), 1 = yes."""
    steps = np.arange(1, reach + 1)[:, None] * way
    low, high = np.minimum(steps.min(axis=0), 0), np.maximum(steps.max(axis=0), 0)
    kernel = np.zeros(high - low + 1, np.uint8)
    kernel[tuple((steps - low).T)] = 1
    return _u8(cv2.dilate(mask, kernel, anchor=(int(-low[1]), int(-low[0]))))


def _level(length: float, slope: float) -> Image:
    """Returns a kernel: a run of this length, level with the rows."""
    reach = round(min(length, spec.PAGE_LINE_REACH))
    rise = round(abs(slope) * reach)
    kernel: Any = np.zeros((rise + 1, reach + 1), np.uint8)
    start, stop = ((0, 0), (reach, rise)) if slope >= 0 else ((0, rise), (reach, 0))
    cv2.line(kernel, start, stop, (1,), 1, cv2.LINE_8)
    return kernel


def _turned(mask: Image) -> Image:
    """Returns a mask with rows for columns; laid out anew, or each step on it would do so."""
    return np.ascontiguousarray(mask.T)


def _u8(image: object) -> Image:
    """Names the dtype that OpenCV's loose types hide; costs nothing."""
    return image  # type: ignore[return-value]
