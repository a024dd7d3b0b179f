"""What is written on a form and no print, and to which field each stroke belongs.

The blank says where there is print. There, a stroke is what has ink on both sides of the print, or what is
darker
than the print can be. A stroke belongs to the field in which most of it lies, and is followed out of its box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.tables.registration import PRINT_DEPTH, Blank, Laid

__all__ = ["Handwriting", "Place", "find_handwriting"]

Image = NDArray[np.uint8]
Ints = NDArray[np.int32]

ROOM = 0.7  # of a field's height, around it; so far is ink followed out of its box
LEAST_ROOM = 14  # pixels of the form
DARKER = 0.4  # of a pen's depth; so much darker than print is a stroke that lies on it
FAINT = 0.3  # of a pen's depth; a soft edge has less
LEAST_DEPTH = 12  # grey levels; less is paper
SPECK = 0.004  # of a cell's height squared; smaller pieces are dirt, a faint point is larger
SHIFT = 8  # pixels of the form by which paper may be bent beside a field
ON_PRINT = 0.6  # of a piece that lies on print and beside it; with more of it, it is what is left of print
LEFT_THICK = 0.12  # of a cell's height; what is left of print is thinner
PRINT_SEEN = 6  # grey levels; where blurred print is darker, what is seen is not the pen's alone
BLURS = (0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5)  # pixels; standard deviations of how blurred pictures are
LEAST_SEEN = 2000  # pixels of print outside of all fields that tell it
LINE = 8  # pixels; printed lines that are crossed are thinner
SHARED = 0.2  # of a piece of ink in another field, from which it belongs to both
WAYS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is on the form laid over its blank.

    Attributes:
        box: pixels, all cells together.
        cells: the box of each.
    """

    box: Box
    cells: tuple[Box, ...]

    @property
    def height(self) -> int:
        """Of its cells, pixels."""
        return max(cell.height for cell in self.cells)

    def window(self, shape: tuple[int, ...]) -> tuple[slice, slice]:
        """Returns where its ink may be, in a form of (H, W)."""
        room = max(LEAST_ROOM, round(ROOM * self.height))
        box = self.box
        rows = slice(max(0, box.y - room), min(shape[0], box.y + box.height + room))
        return rows, slice(max(0, box.x - room), min(shape[1], box.x + box.width + room))


@dataclass(frozen=True, eq=False)
class Handwriting:
    """The writing of one page of a form.

    Attributes:
        ink: uint8 (H, W), 0 = paper, 255 = a pen's full depth; of fields and around them.
        pieces: int32 (H, W), connected pieces of ink, 0 = none.
        boxes: int (pieces, 4), x, y, width and height of each.
        owner: for each piece the field it belongs to, from 0; -1 for none.
        shared: the fields of which a piece runs into another.
    """

    ink: Image
    pieces: Ints
    boxes: Ints
    owner: Ints
    shared: frozenset[int]

    def of(self, field: int, box: Box) -> Image:
        """Returns the ink of a field alone, with its soft edges, in a box of the form: uint8 (H, W)."""
        window = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        pieces = self.pieces[window]
        own = np.asarray((self.owner[pieces] == field) & (pieces > 0), np.uint8)
        return self.ink[window] * np.asarray(cv2.dilate(own, np.ones((3, 3), np.uint8)), np.uint8)

    def box_of(self, field: int) -> Box | None:
        """Returns the box of a field's ink; None where nothing is written."""
        own = self.boxes[self.owner == field]
        if not len(own):
            return None
        (left, top), (right, bottom) = own[:, :2].min(axis=0), (own[:, :2] + own[:, 2:]).max(axis=0)
        return Box(int(left), int(top), int(right - left), int(bottom - top))


def find_handwriting(laid: Laid, blank: Blank, places: Sequence[Place]) -> Handwriting:
    """Finds what is written in the fields of a page.

    Args:
        laid: the form laid over its blank.
        blank: that.
        places: the fields.
    """
    depth = laid.depth
    printed, reach = _print_as_seen(laid, blank, places)
    left = np.zeros(depth.shape, np.uint8)
    near = np.zeros(depth.shape, np.bool_)
    pens: list[NDArray[np.uint8]] = []
    windows = [place.window(depth.shape) for place in places]
    cleans = [_without_print(depth, printed, window, reach) for window in windows]
    for place, (clean, _), window in zip(places, cleans, windows, strict=True):
        inside = _inside(clean, place, window)
        pens.append(inside[inside > LEAST_DEPTH])
    pen = float(np.percentile(np.concatenate(pens), 80)) if sum(map(len, pens)) > 50 else 60.0
    pen = max(pen, 2.5 * LEAST_DEPTH)
    for window, (clean, mask) in zip(windows, cleans, strict=True):
        left[window] = np.maximum(left[window], clean)
        near[window] |= mask
    ink = np.clip(left.astype(np.float32) * (255 / pen), 0, 255).astype(np.uint8)
    solid = (left > max(LEAST_DEPTH, FAINT * pen)).astype(np.uint8)
    return _owned(ink, solid, near, places)


def _print_as_seen(laid: Laid, blank: Blank, places: Sequence[Place]) -> tuple[Image, int]:
    """Returns a blank's print as dark and as blurred as in a picture, and how far its lines reach, pixels."""
    depth, there = laid.depth, blank.print & laid.seen
    around = cv2.dilate(blank.print.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    for place in places:
        rows, columns = place.window(depth.shape)
        around[rows, columns] = False  # pens are as dark
    around &= laid.seen
    if int(around.sum()) < LEAST_SEEN:
        around = there
    best, found, blur = np.inf, blank.depth, 0.0
    seen = depth[around].astype(np.float32)
    for sigma in BLURS:
        soft = (
            blank.depth if sigma == 0 else np.asarray(cv2.GaussianBlur(blank.depth, (0, 0), sigma), np.uint8)
        )
        own = soft[around].astype(np.float32)
        strength = float(own @ seen) / max(1.0, float(own @ own))
        off = float(np.abs(strength * own - seen).mean())
        if off < best:
            best, blur = off, sigma
            found = np.clip(soft * np.float32(strength), 0, 255).astype(np.uint8)
    return found, 2 + round(0.5 * blur)


def _without_print(
    depth: Image, printed: Image, window: tuple[slice, slice], reach: int
) -> tuple[Image, NDArray[np.bool_]]:
    """Takes the print out of a part of a form.

    Args:
        depth: uint8 (H, W), how dark the form is.
        printed: the same of its print.
        window: which part.
        reach: pixels by which paper and print may be off.

    Returns:
        How much darker than the paper what is left is, uint8; and where there is print, bool.
    """
    here = depth[window]
    own = _shifted_to(here, printed, window)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach - 1, 2 * reach - 1))
    mask = cv2.dilate((own > PRINT_SEEN).astype(np.uint8), around) > 0
    most = np.asarray(cv2.dilate(own, around), np.float32)
    rest = here.astype(np.float32) - most
    darker = np.where(rest > DARKER * max(60.0, float(most.max())), here, 0)
    out = np.where(mask, np.maximum(darker, _bridged(here, mask, 2 * reach + LINE)), here)
    return out.astype(np.uint8), mask


def _shifted_to(here: Image, print_depth: Image, window: tuple[slice, slice]) -> Image:
    """Returns a blank's print as it lies in a part of a form, shifted by some pixels to fit best."""
    rows, columns = window
    height, width = print_depth.shape
    own = print_depth[window]
    if int((own > PRINT_DEPTH).sum()) < 40:
        return own
    top, left = min(SHIFT, rows.start), min(SHIFT, columns.start)
    bottom, right = min(SHIFT, height - rows.stop), min(SHIFT, width - columns.stop)
    wide = print_depth[rows.start - top : rows.stop + bottom, columns.start - left : columns.stop + right]
    fit = cv2.matchTemplate(wide.astype(np.float32), here.astype(np.float32), cv2.TM_CCORR)
    down, across = np.unravel_index(int(np.argmax(fit)), fit.shape)
    return wide[down : down + here.shape[0], across : across + here.shape[1]]


def _bridged(here: Image, mask: NDArray[np.bool_], reach: int) -> Image:
    """Returns what strokes have on print that they cross: the lesser of the ink on both of its sides."""
    best = np.zeros(here.shape, np.uint8)
    open_ink = np.where(mask, 0, here).astype(np.uint8)
    known = ~mask
    for way in WAYS:
        steps = max(1, reach // max(map(abs, way)))
        ahead = _carried(open_ink, known, way, steps)
        behind = _carried(open_ink, known, (-way[0], -way[1]), steps)
        np.maximum(best, np.minimum(ahead, behind), out=best)
    return best


def _carried(ink: Image, known: NDArray[np.bool_], way: tuple[int, int], steps: int) -> Image:
    """Returns for each pixel the ink of the first known one in a direction, 0 where none is near."""
    value, done = ink.copy(), known.copy()
    for _ in range(steps):
        moved, there = _moved(value, way), _moved(done, way)
        value = np.where(done, value, moved)
        done |= there
    return value


def _moved(layer: NDArray[Any], way: tuple[int, int]) -> NDArray[Any]:
    out = np.zeros_like(layer)
    down, across = way
    height, width = layer.shape
    target = slice(max(0, down), height + min(0, down)), slice(max(0, across), width + min(0, across))
    origin = slice(max(0, -down), height + min(0, -down)), slice(max(0, -across), width + min(0, -across))
    out[target] = layer[origin]
    return out


def _inside(clean: Image, place: Place, window: tuple[slice, slice]) -> Image:
    top, left = place.box.y - window[0].start, place.box.x - window[1].start
    return clean[top : top + place.box.height, left : left + place.box.width]


def _owned(ink: Image, solid: Image, near: NDArray[np.bool_], places: Sequence[Place]) -> Handwriting:
    """Deals the pieces of ink out to the fields."""
    fields = np.full(ink.shape, -1, np.int32)
    for index, place in enumerate(places):
        for cell in place.cells:
            fields[cell.y : cell.y + cell.height, cell.x : cell.x + cell.width] = index
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    pieces = np.asarray(labels, np.int32)
    flat, where = pieces.ravel(), fields.ravel()
    inside = (flat > 0) & (where >= 0)
    shares = np.zeros((count, max(1, len(places))), np.int64)
    np.add.at(shares, (flat[inside], where[inside]), 1)
    on_print = np.bincount(flat[near.ravel() & (flat > 0)], minlength=count)
    owner = np.where(shares.sum(axis=1) > 0, shares.argmax(axis=1), -1).astype(np.int32)
    owner[0] = -1
    both: set[int] = set()
    for piece in range(1, count):
        field = int(owner[piece])
        if field < 0:
            continue
        width, height, area = (
            int(stats[piece, at]) for at in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA)
        )
        size = places[field].height
        thick = area / max(width, height)
        dirt = area < max(6.0, SPECK * size * size)
        left_over = on_print[piece] > ON_PRINT * area and thick < max(3.0, LEFT_THICK * size)
        outside = shares[piece].sum() < 0.15 * area
        if dirt or left_over or outside:
            owner[piece] = -1
        elif (shares[piece] > SHARED * area).sum() > 1:
            both |= set(np.flatnonzero(shares[piece] > SHARED * area).tolist())
    return Handwriting(ink, pieces, np.asarray(stats[:, :4], np.int32), owner, frozenset(both))
