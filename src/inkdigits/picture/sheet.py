"""The sheet of paper in a photo: found by its outline, cut out and straightened.

What lies around a sheet, the table's grain, a hand's shadow, is no writing. A sheet is lighter than what it
lies on or of another colour, has four straight sides and lies within the picture; what is no such thing is
left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box

__all__ = ["Sheet", "find_sheet"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Sheet(NamedTuple):
    """A sheet of paper and where it lies in its picture.

    Attributes:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, the sheet alone, its sides level and upright.
        to_source: float64 (3, 3), the homography that takes a place (x, y, 1) of it to the picture's.
    """

    picture: Image
    to_source: Floats

    def box(self, box: Box, shape: tuple[int, ...]) -> Box:
        """Returns the smallest upright box that holds one of the sheet's, in a picture of (H, W)."""
        left, top, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
        places = _moved(corners, self.to_source)
        low = np.clip(np.floor(places.min(axis=0)), 0, (shape[1] - 1, shape[0] - 1)).astype(int)
        high = np.clip(np.ceil(places.max(axis=0)), 1, (shape[1], shape[0])).astype(int)
        width, height = np.maximum(high - low, 1)
        return Box(int(low[0]), int(low[1]), int(width), int(height))


def find_sheet(picture: Image) -> Sheet | None:
    """Finds the sheet of paper in a photo.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.

    Returns:
        The sheet, turned by less than 45° so that its sides are level; None where the picture shows paper
        alone, no paper, or paper whose sides are not all in sight.
    """
    if min(picture.shape[:2]) < spec.PAGE_LEAST_SIDE:  # a cell or a line
        return None
    corners = _corners(picture)
    if corners is None:
        return None
    upper, right, lower, left = (np.linalg.norm(corners[i] - corners[i - 3]) for i in range(4))
    width, height = round(max(upper, lower)), round(max(left, right))
    level = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    to_source = cv2.getPerspectiveTransform(level.astype(np.float32), corners.astype(np.float32))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    straight = cv2.warpPerspective(picture, to_source, (width, height), flags=flags)
    return Sheet(np.asarray(straight, np.uint8), np.asarray(to_source, np.float64))


def _corners(picture: Image) -> Floats | None:
    """Returns the sheet's corners (4, 2), x and y: upper left, upper right, lower right, lower left."""
    height, width = picture.shape[:2]
    shrink = max(1.0, max(height, width) / spec.SHEET_SIDE)
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    step = max(1, int(shrink / 2))  # means over every pixel of a large scan show no more
    some = np.ascontiguousarray(picture[::step, ::step])
    small = np.asarray(cv2.resize(some, size, interpolation=cv2.INTER_AREA), np.uint8)
    for apart in _apart_from_paper(small):
        corners = _sheet_in(apart)
        if corners is not None:
            return _in_order(corners * (width / size[0], height / size[1]))
    return None


def _apart_from_paper(small: Image) -> Iterator[Image]:
    """Yields pictures, uint8 (H, W), in which a sheet is lighter than what it lies on."""
    if small.ndim == 2:
        yield small
        return
    red, green, blue = cv2.split(small)
    yield np.asarray(
        cv2.min(cv2.min(red, green), blue), np.uint8
    )  # white where a coloured cloth only is light
    _, *colours = cv2.split(cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 2), cv2.COLOR_RGB2LAB))
    away = [colour.astype(np.float32) - np.float32(_at_border(colour)) for colour in colours]
    yield np.asarray(cv2.convertScaleAbs(cv2.magnitude(*away), alpha=spec.SHEET_COLOUR), np.uint8)


def _at_border(channel: NDArray[Any]) -> float:
    """Returns the median along the border of a picture (H, W)."""
    return float(np.median(np.concatenate((channel[0], channel[-1], channel[:, 0], channel[:, -1]))))


def _sheet_in(apart: Image) -> Floats | None:
    """Returns the corners of the sheet in a picture in which it is light."""
    # Writing is closed over, so that the paper is one light piece.
    reach = max(3, round(spec.SHEET_STROKE * max(apart.shape)) | 1)
    closed = cv2.morphologyEx(apart, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    calm = np.asarray(cv2.medianBlur(np.asarray(closed, np.uint8), 5), np.uint8)
    level = float(cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0])
    if (calm > level).mean() > spec.SHEET_MOST:  # paper alone
        return None
    # A lamp's glare beside the paper is darker than the paper, or a little higher level parts them.
    for lift in spec.SHEET_LEVELS:
        corners = _outline(calm, level + lift * (float(calm.max()) - level))
        if corners is not None:
            return corners
    return None


def _outline(calm: Image, level: float) -> Floats | None:
    """Returns the four corners of the largest piece that is lighter than a level; None if it is no sheet."""
    light = (calm > level).astype(np.uint8)
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(outline)
    if not spec.SHEET_LEAST <= area / calm.size <= spec.SHEET_MOST:
        return None
    left, top, width, height = cv2.boundingRect(outline)
    if min(left, top, calm.shape[1] - left - width, calm.shape[0] - top - height) <= 0:
        return None  # a side that the picture cuts off would be taken for one of the sheet's own
    mask = cv2.drawContours(np.zeros_like(calm), [outline], 0, (1,), cv2.FILLED)
    around = cv2.dilate(mask, np.ones((15, 15), np.uint8)) - cv2.dilate(mask, np.ones((5, 5), np.uint8))
    if not around.any() or calm[mask > 0].mean() - calm[around > 0].mean() < spec.SHEET_CONTRAST:
        return None
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, spec.SHEET_BEND * cv2.arcLength(hull, closed=True), closed=True)
    filled = area / max(1.0, cv2.contourArea(corners))
    if len(corners) != 4 or not spec.SHEET_SOLID <= filled <= 1 / spec.SHEET_SOLID:
        return None
    corners = corners[:, 0].astype(np.float64)
    one, two, three, four = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    if min(one, three) < spec.SHEET_TAPER * max(one, three) or min(two, four) < spec.SHEET_TAPER * max(
        two, four
    ):
        return None  # the lit part of a sheet
    return corners


def _in_order(corners: Floats) -> Floats:
    """Puts corners into order, so that the side called upper is the one that is most nearly level."""
    middle = corners.mean(axis=0)
    around = corners[np.argsort(np.arctan2(*(corners - middle).T[::-1]))]  # clockwise: y points down
    sides = np.roll(around, -1, axis=0) - around
    turn = np.arctan2(sides[:, 1], sides[:, 0])
    first = int(np.argmin(np.abs(turn)))
    return np.roll(around, -first, axis=0)


def _moved(places: Floats, homography: Floats) -> Floats:
    moved = np.column_stack((places, np.ones(len(places)))) @ homography.T
    return moved[:, :2] / moved[:, 2:]
