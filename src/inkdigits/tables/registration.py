"""A scan or photo of a form laid over its blank by what is printed on it, whatever its turn, scale and tilt.

Points of the print that look alike in both (SIFT) vote for the perspective (RANSAC). Whether the picture
shows the form at all is then judged by the print itself: where the blank has some, the picture has some, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import SourceError
from inkdigits.ink.light import stroke_depth
from inkdigits.picture.sheet import Sheet
from inkdigits.tables.areas import Area

__all__ = ["FORM_SIDE", "Blank", "Laid", "lay_over"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

FORM_SIDE = 2200  # pixels; longer side of a form laid over its blank; of A4 that is 190 dots an inch
POINTS_SIDE = 1600  # pixels; points are looked for on pictures of this size
POINTS = 4000  # at most in a picture
ALIKE = 0.8  # how much nearer a point's match is than the next best one
NEAR = 3.0  # pixels of a picture of POINTS_SIDE; points that agree with the perspective are nearer
LEAST_POINTS = 24  # that agree; by chance a dozen do
PRINT_DEPTH = 16  # grey levels by which print is darker than its paper
PRINT_SHADE = 0.3  # of usual print; fainter is none
PRINT_NEAR = 3  # pixels of the form; lines of print are seen so much thicker
BEND = 5  # half pixels of the form; so far may a part of the paper be off
PARTS = 24  # of the longer side of a form; print is judged in so many parts
PART_PRINT = 15  # pixels of print, of every fourth, that a part is judged by
PART_AGAIN = 0.8  # of a part's print that is seen again
LEAST_PRINT = 0.75  # of the parts that are; pens take no print away, fingers and folds do
LEAST_SEEN = 0.5  # of the form's area that is in the picture
LEAST_AREA = 0.02  # of the picture that the form takes; it cannot be read where it is smaller
DENSE = 0.7  # pixels of the form for one of the picture, below which the picture is made smaller first
PAPER_SIDE = 220  # pixels; paper and light are estimated on a picture of this size
PAPER_REACH = 0.06  # share of the longer side; wider than any stroke


class Blank:
    """One page of a form as it is printed, nothing written on it.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        anchors: where it is print that is the same on each form; none for all over the page.

    Raises:
        SourceError: there is too little print on it to know it again.
    """

    def __init__(self, picture: Image, anchors: tuple[Area, ...] = ()) -> None:
        grey = _grey(picture)
        scale = FORM_SIDE / max(grey.shape)
        self.shape = (max(1, round(grey.shape[0] * scale)), max(1, round(grey.shape[1] * scale)))
        self.grey = _sized(grey, self.shape)
        self._anchors = anchors
        if len(self.points[0]) < LEAST_POINTS:
            raise SourceError(
                f"the blank has too little print: expected at least {LEAST_POINTS} points that can be known "
                f"again, received {len(self.points[0])}; take a blank with text or frames on it"
            )

    @cached_property
    def depth(self) -> Image:
        """How much darker than the paper the print is, uint8 of ``shape``."""
        return paper_depth(self.grey)

    @cached_property
    def print(self) -> NDArray[np.bool_]:
        """Where there is print, bool of ``shape``."""
        return self.depth > PRINT_DEPTH

    @cached_property
    def anchored(self) -> NDArray[np.bool_]:
        """Where there is print that is the same on each form."""
        return self.print & (self._mask(self.shape) > 0)

    @cached_property
    def points(self) -> tuple[Floats, NDArray[np.float32]]:
        """Points (N, 2) of the form that can be known again, and what they look like, (N, 128)."""
        small, scale = _shrunk(self.grey)
        places, looks = _points(small, self._mask(small.shape))
        return places / scale, looks

    def _mask(self, shape: tuple[int, ...]) -> Image:
        if not self._anchors:
            return np.full(shape[:2], 255, np.uint8)
        mask = np.zeros(shape[:2], np.uint8)
        for area in self._anchors:
            x, y, width, height = area.box(shape)
            mask[y : y + height, x : x + width] = 255
        return mask


@dataclass(frozen=True, eq=False)
class Laid:
    """A picture of a form laid over its blank.

    Attributes:
        sheet: the form as the blank has it, uint8 grey of the blank's shape, and where that is in the
        picture.
        seen: bool, which of its pixels are in the picture.
        print: share of the parts of the blank's print that are seen again, 0..1.
        points: how many points agree.
        zoom: pixels of the form for one of the picture.
    """

    sheet: Sheet
    seen: NDArray[np.bool_]
    print: float
    points: int
    zoom: float

    @cached_property
    def depth(self) -> Image:
        """How much darker than the paper each pixel is, uint8."""
        return paper_depth(self.sheet.picture)


def lay_over(picture: Image, blanks: list[Blank]) -> tuple[int, Laid]:
    """Finds which page of a form a picture shows, and lays it over that page's blank.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        blanks: the pages, at least one.

    Returns:
        Which of the pages, and the picture laid over it.

    Raises:
        SourceError: it is none of them, or too little of it is in the picture.
    """
    grey = _grey(picture)
    small, scale = _shrunk(grey)
    places, looks = _points(small, None)
    found = [(index, _laid(grey, places / scale, looks, scale, blank)) for index, blank in enumerate(blanks)]
    index, best = max(found, key=lambda one: -1.0 if one[1] is None else one[1].print)
    if best is None or best.print < LEAST_PRINT:
        told = "nothing of it" if best is None else f"{best.print:.0%} of it"
        raise SourceError(
            f"this is not the form of the template: expected at least {LEAST_PRINT:.0%} of its print, found "
            f"{told}; check the picture and the blank"
        )
    if best.seen.mean() < LEAST_SEEN:
        raise SourceError(
            f"too little of the form is in the picture: expected at least {LEAST_SEEN:.0%}, found "
            f"{best.seen.mean():.0%}; take a picture of the whole form"
        )
    return index, best


def paper_depth(grey: Image) -> Image:
    """Returns how much darker than the paper around it each pixel is, uint8 (H, W)."""
    return stroke_depth(grey, PAPER_SIDE, PAPER_REACH)


def _laid(grey: Image, places: Floats, looks: NDArray[np.float32], scale: float, blank: Blank) -> Laid | None:
    """Lays a picture over a blank; None where they have too little in common."""
    own, own_looks = blank.points
    if len(places) < LEAST_POINTS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(own_looks, looks, 2)  # trees would differ from run to run
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < ALIKE * pair[1].distance]
    if len(good) < LEAST_POINTS:
        return None
    start = np.array([own[match.queryIdx] for match in good])
    end = np.array([places[match.trainIdx] for match in good])
    found: Any = cv2.findHomography(start, end, cv2.USAC_MAGSAC, NEAR / scale, maxIters=5000)
    to_source, agree = found
    if to_source is None or int(agree.sum()) < LEAST_POINTS or not _plausible(to_source, blank, grey.shape):
        return None
    height, width = blank.shape
    zoom = _zoom(to_source, blank)
    way = to_source
    if zoom < DENSE:  # of so fine a scan single pixels would be taken and others left out
        fine = grey.shape
        grey = _sized(grey, (max(1, round(fine[0] * zoom)), max(1, round(fine[1] * zoom))))
        way = np.diag((grey.shape[1] / fine[1], grey.shape[0] / fine[0], 1.0)) @ to_source
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    level: Any = cv2.warpPerspective(grey, way, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    inside: Any = cv2.warpPerspective(np.full(grey.shape, 255, np.uint8), way, (width, height), flags=flags)
    seen = inside > 250
    sheet = Sheet(level, np.asarray(to_source, np.float64))
    return Laid(sheet, seen, _again(level, seen, blank), int(agree.sum()), zoom)


def _again(level: Image, seen: NDArray[np.bool_], blank: Blank) -> float:
    """Returns the share of the parts of a blank with print that a picture laid over it shows again.

    Each part may be a little off, for paper bends. Forms of one office share a head and the height of their
    rows, so that more than half of all print may be there by chance, but not in most of the parts.
    """
    depth = paper_depth(level)
    there = blank.anchored & seen
    if not there.any():
        return 0.0
    # What the print of this picture takes from its paper: a pale photo has less of it.
    strength = float(np.percentile(depth[there], 75))
    dark = (depth > max(8.0, PRINT_SHADE * strength)).astype(np.uint8)
    near = cv2.dilate(dark, np.ones((PRINT_NEAR, PRINT_NEAR), np.uint8))[::2, ::2].astype(np.float32)
    own = np.ascontiguousarray(there[::2, ::2]).astype(np.float32)
    near = np.pad(near, BEND)
    side = max(8, FORM_SIDE // PARTS // 2)
    good = count = 0
    for y in range(0, own.shape[0], side):
        for x in range(0, own.shape[1], side):
            part = own[y : y + side, x : x + side]
            total = float(part.sum())
            if total < PART_PRINT:
                continue
            around = near[y : y + part.shape[0] + 2 * BEND, x : x + part.shape[1] + 2 * BEND]
            count += 1
            good += float(np.max(cv2.matchTemplate(around, part, cv2.TM_CCORR))) >= PART_AGAIN * total
    return good / max(1, count)


def _plausible(to_source: Floats, blank: Blank, shape: tuple[int, ...]) -> bool:
    """Tells whether a page seen by a camera can look so: four corners in order, not turned inside out."""
    height, width = blank.shape
    corners = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64)
    moved = corners @ to_source.T
    if (moved[:, 2] <= 0).any():
        return False
    quad = moved[:, :2] / moved[:, 2:]
    sides = np.roll(quad, -1, axis=0) - quad
    turns = sides[:, 0] * np.roll(sides[:, 1], -1) - sides[:, 1] * np.roll(sides[:, 0], -1)
    area = abs(float(cv2.contourArea(quad.astype(np.float32))))
    return bool((turns > 0).all()) and area > LEAST_AREA * shape[0] * shape[1]


def _zoom(to_source: Floats, blank: Blank) -> float:
    """Returns how many pixels of the form one of the picture is, amid the page."""
    height, width = blank.shape
    middle = np.array([(width / 2, height / 2), (width / 2 + 50, height / 2), (width / 2, height / 2 + 50)])
    moved = np.column_stack((middle, np.ones(3))) @ to_source.T
    moved = moved[:, :2] / moved[:, 2:]
    across, down = np.linalg.norm(moved[1:] - moved[0], axis=1) / 50
    return float(1 / max(1e-6, min(across, down)))


def _points(grey: Image, mask: Image | None) -> tuple[Floats, NDArray[np.float32]]:
    sift: Any = cv2.SIFT.create(nfeatures=POINTS)
    found: Any = sift.detectAndCompute(grey, mask)
    keypoints, looks = found
    if looks is None:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    return np.array([point.pt for point in keypoints], np.float64), np.asarray(looks, np.float32)


def _grey(picture: Image) -> Image:
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _shrunk(grey: Image) -> tuple[Image, float]:
    """Returns a picture of at most ``POINTS_SIDE`` and how many of its pixels are one of the given."""
    scale = min(1.0, POINTS_SIDE / max(grey.shape))
    shape = max(1, round(grey.shape[0] * scale)), max(1, round(grey.shape[1] * scale))
    return _sized(grey, shape), scale


def _sized(grey: Image, shape: tuple[int, int]) -> Image:
    if grey.shape == shape:
        return grey
    way = cv2.INTER_AREA if shape[0] < grey.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (shape[1], shape[0]), interpolation=way), np.uint8)
