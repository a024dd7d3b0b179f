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
from inkdigits.page_boxes import DigitBoxes

__all__ = ["PageLines", "components", "digit_height", "find_lines", "page_slope"]

Image = NDArray[np.uint8]

_BESIDE = 3  # pixels left and right of an edge where a digit's strokes would go on


@dataclass(frozen=True, slots=True)
class PageLines:
    """The lines of a page.

    Attributes:
        mask: uint8 (H, W), 1 = line and its soft edges; also where strokes cross it.
        upright: uint8 (H, W), 1 = the lines among them that run across the rows.
        rest: uint8 (H, W), 1 = solid ink that is no line.
        boxes: the boxes for one digit each.
    """

    mask: Image
    upright: Image
    rest: Image
    boxes: DigitBoxes


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
    at = np.flatnonzero(mask.view(bool))  # twice as fast as numbers
    own = labels.ravel()[at]
    rows, columns = np.divmod(at.astype(np.int32), np.int32(mask.shape[1]))
    low, high = np.full(count, mask.shape[1], np.int32), np.zeros(count, np.int32)
    np.minimum.at(low, own, columns)
    np.maximum.at(high, own, columns)
    top, bottom = np.zeros(count, np.int32), np.zeros(count, np.int32)
    top[own[::-1]] = rows[::-1]  # the last one written stays
    bottom[own] = rows
    area = np.bincount(own, minlength=count)
    return labels, np.stack((low, top, high - low + 1, bottom - top + 1, area), axis=1).astype(np.int32)


def page_slope(solid: Image) -> float:
    """Returns how far the rows of a page fall to the right, rows for each column.

    The ink, looked at along the rows, is dense on the rows and absent between them.

    Args:
        solid: uint8 (H, W), 1 = ink.
    """
    rows, columns = np.nonzero(solid)
    if rows.size < 50:
        return 0.0
    step = max(1, rows.size // 12_000)  # a sample is enough
    rows, columns = rows[::step].astype(np.float32), columns[::step].astype(np.float32)
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


def digit_height(stats: NDArray[np.int32]) -> float:
    """Returns how high most of the writing is, pixels; 0 without any.

    Args:
        stats: int32 (N, 5): left, top, width, height and area of each piece of ink.
    """
    _, _, width, height, area = stats.T
    fair = (height >= spec.PAGE_LEAST_HEIGHT) & (width < 4 * height) & (height < 8 * width)
    fair &= (area < 0.8 * width * height) & (area > 0.06 * width * height)
    if not fair.any():
        return 0.0
    chosen = np.flatnonzero(fair)
    chosen = chosen[np.argsort(-area[chosen], kind="stable")[: spec.PAGE_SAMPLE]]
    chosen = chosen[~_around_others(stats[chosen])]
    # A drawing is large and has much ink; the writing has most pieces. Dirt has many, but little ink.
    heights, weights = height[chosen], np.minimum(area[chosen], 12 * height[chosen])
    order = np.argsort(heights, kind="stable")
    return float(heights[order][np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2)])


def _around_others(stats: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tells the pieces that stand around others, as boxes and frames do around digits."""
    left, top, width, height, _ = stats.T
    right, bottom = left + width, top + height
    inside = (left[None] > left[:, None]) & (right[None] < right[:, None])
    inside &= (top[None] > top[:, None]) & (bottom[None] < bottom[:, None])
    inside &= (height[None] > 0.3 * height[:, None]) | (height[:, None] > 3 * float(np.median(height)))
    return inside.any(axis=1)


def find_lines(ink: Image, slope: float, height: float) -> PageLines:
    """Finds the straight lines along and across the rows.

    Args:
        ink: uint8 (H, W), 255 = ink.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.
    """
    solid = (ink > spec.SOLID).astype(np.uint8)
    # Lines are printed fainter than ink, and where they lean a step in them is fainter still.
    faint = (ink > spec.PAGE_FAINT).astype(np.uint8)
    strip = _u8(cv2.dilate(faint, np.ones((3, 3), np.uint8)))
    level = _runs(strip, _level(spec.PAGE_EDGE * height, slope), height)
    upright = _runs(strip, _level(spec.PAGE_EDGE_UPRIGHT * height, slope).T[:, ::-1], height)
    # First what is long and what closes a box, then what joins it; last, small boxes that stand alone.
    boxes = DigitBoxes(faint, slope, height)
    across, along = boxes.edges()
    across = across | _marked(level, level.long >= spec.PAGE_LINE * height)
    along = along | _marked(upright, upright.long >= spec.PAGE_LINE_UPRIGHT * height)
    across, along = across | _ending(level, along, faint), along | _ending(upright, across, faint)
    # An edge may have a digit close beside it, but only a stroke inside a box has an edge nearby.
    around = _u8(cv2.dilate(along, np.ones((1, 2 * round(spec.PAGE_BOX_HALF * height) + 1), np.uint8)))
    along = along | _ending(_clear(upright, around), across)
    alone = _clear(level, across | along), _clear(upright, across | along)
    across = across | _ending(alone[0], _marked(alone[1]))
    along = along | _ending(alone[1], _marked(alone[0]))
    mask = across | along
    if not mask.any():
        return PageLines(mask, along, solid, boxes)
    rest = solid & (1 - mask)
    thick = max(5, round(spec.PAGE_LINE_THICK * height / 3) | 1) + 2
    crossing = (
        _u8(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((thick, 3), np.uint8))) & across & (1 - along)
    )
    crossing |= (
        _u8(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((3, thick), np.uint8))) & along & (1 - across)
    )
    return PageLines(mask, along, rest | (crossing & solid), boxes)


@dataclass(frozen=True, slots=True)
class _Runs:
    """Straight runs of ink.

    Attributes:
        labels: int32 (H, W), 0 = none.
        stats: int32 (N, 5): left, top, width, height and area of each.
        long: float64 (N,), pixels from end to end; 0 for what is too thick for a line.
        upright: whether they run across the rows.
    """

    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    long: NDArray[np.float64]
    upright: bool


def _level(length: float, slope: float) -> Image:
    """Returns a kernel: a run of this length along the rows."""
    reach = round(min(length, spec.PAGE_LINE_REACH))
    rise = round(abs(slope) * reach)
    kernel: Any = np.zeros((rise + 1, reach + 1), np.uint8)
    start, stop = ((0, 0), (reach, rise)) if slope >= 0 else ((0, rise), (reach, 0))
    cv2.line(kernel, start, stop, (1,), 1, cv2.LINE_8)
    return kernel


def _runs(strip: Image, kernel: Image, height: float) -> _Runs:
    mask = cv2.morphologyEx(strip, cv2.MORPH_OPEN, np.ascontiguousarray(kernel))
    labels, stats = components(_u8(mask))
    long = np.hypot(stats[:, 2], stats[:, 3])
    thick = max(4.0, spec.PAGE_LINE_THICK * height) + 4  # with soft edges, and the strip adds two
    long[stats[:, 4] > thick * long] = 0.0
    long[0] = 0.0
    return _Runs(labels, stats, long, kernel.shape[0] > kernel.shape[1])


def _marked(runs: _Runs, which: NDArray[np.bool_] | None = None) -> Image:
    """Returns the pixels of these runs, uint8 (H, W), 1 = run; of all that are thin if none are named."""
    return ((runs.long > 0) if which is None else which).astype(np.uint8).take(runs.labels)


def _ending(runs: _Runs, others: Image, faint: Image | None = None) -> Image:
    """Returns the pixels of the runs with both ends at one of the other lines.

    With ``faint``, all ink: without a gap before them, and without ink along them, as strokes of digits have.
    """
    near = _u8(cv2.dilate(others, np.ones((3, 3), np.uint8)))  # a leaning run is found up to its last step
    chosen = np.zeros(runs.long.size, bool)
    for label in np.flatnonzero(runs.long > 0):
        left, top, width, tall = (int(value) for value in runs.stats[label, :4])
        place = slice(top, top + tall), slice(left, left + width)
        own, along = runs.labels[place] == label, 1 if runs.upright else 0
        side = (own & (near[place] > 0)).any(axis=along)
        end = max(1, side.size // 4)
        chosen[label] = side[:end].any() and side[-end:].any()
        if chosen[label] and faint is not None:
            whole = int((own & (faint[place] > 0)).any(axis=along).sum()) >= 0.94 * side.size - 2
            chosen[label] = whole and not (runs.upright and _has_company(runs, int(label), others, faint))
    return _marked(runs, chosen)


def _has_company(runs: _Runs, label: int, others: Image, faint: Image) -> bool:
    """Tells whether there is ink beside an upright run for a good part of its length."""
    left, top, width, tall = (int(value) for value in runs.stats[label, :4])
    first = max(0, left - _BESIDE)
    place = slice(top, top + tall), slice(first, left + width + _BESIDE)
    near = runs.labels[place]
    own = (near == label).astype(np.uint8)
    close = cv2.dilate(own, np.ones((3, 3), np.uint8))
    wide = cv2.dilate(own, np.ones((1, 2 * _BESIDE + 1), np.uint8))
    beside = (wide > 0) & (close == 0) & (faint[place] > 0) & (others[place] == 0) & (near == 0)
    free = int((others[place] == 0).all(axis=1).sum())
    return int(beside.any(axis=1).sum()) > 0.55 * max(free, 1)


def _clear(runs: _Runs, mask: Image) -> _Runs:
    """Returns the runs that touch no line yet."""
    touched = np.bincount(runs.labels.ravel()[np.flatnonzero(mask.view(bool))], minlength=runs.long.size) > 0
    return _Runs(runs.labels, runs.stats, np.where(touched, 0.0, runs.long), runs.upright)


def _u8(image: object) -> Image:
    """Names the dtype that OpenCV's loose types hide; costs nothing."""
    return image  # type: ignore[return-value]
