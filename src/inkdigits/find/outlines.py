"""Outlines of boxes, fields and cells on a page: paper that four straight sides close in.

Places on the level page are in pixels too: the page turned by its slope around its first pixel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["closed_in", "edge_thickness", "find_outlines", "is_small", "level_places", "page_places"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

_LOOSE = 3  # pixels by which the place of an edge may be wrong
_AT_ONCE = 500_000  # places looked at together, so that many large boxes need little memory
_SAMPLES = np.linspace(0.08, 0.92, 24)  # of an edge's length; where others join it there is always ink


def find_outlines(faint: Image, slope: float, height: float) -> Floats:
    """Finds the boxes, also where a digit touches an edge.

    Args:
        faint: uint8 (H, W), 1 = all ink, faint lines and soft edges too.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.

    Returns:
        float64 (N, 4): left, right, top and bottom of their insides on the level page.
    """
    inner = closed_in(faint, slope, height)
    if len(inner) > spec.PAGE_MAX_BOXES:  # squared paper, on which nothing can be missing
        return inner
    # A faint outline has gaps; a pixel more on either side closes them, and those beside close digits too.
    whole: Any = cv2.dilate(faint, np.ones((3, 3), np.uint8))
    inner = _added(inner, closed_in(whole, slope, height) + np.array((-1, 1, -1, 1)))
    small = is_small(inner, height)
    single = fresh = inner[small]
    # A digit that touches two edges parts the inside; the next box tells where to look.
    while len(fresh) and len(single) <= spec.PAGE_MAX_BOXES:
        count = len(single)
        single = _added(single, _beside(whole, fresh, slope, height))
        fresh = single[count:]
    return np.concatenate((single, inner[~small]))


def is_small(inner: Floats, height: float) -> NDArray[np.bool_]:
    """Tells which boxes have room for one digit, not for more."""
    left, right, top, bottom = inner.T
    return np.maximum(right - left, bottom - top) < spec.PAGE_CELL * height


def level_places(columns: Floats, rows: Floats, slope: float) -> tuple[Floats, Floats]:
    """Returns where places of the page lie on the level page."""
    shrink = 1 / np.hypot(1, slope)
    return (columns + slope * rows) * shrink, (rows - slope * columns) * shrink


def page_places(x: Floats, y: Floats, slope: float) -> tuple[Floats, Floats]:
    """Returns columns and rows of places on the level page."""
    shrink = 1 / np.hypot(1, slope)
    return (x - slope * y) * shrink, (y + slope * x) * shrink


def edge_thickness(faint: Image, inner: Floats, slope: float, height: float) -> NDArray[np.int64]:
    """Returns how thick the left, right, upper and lower edges are, pixels, int64 (N, 4)."""
    steps = np.arange(max(4, round(spec.PAGE_LINE_THICK * height)) + 1, dtype=np.float64)
    out = np.ones((len(inner), 4), np.int64)
    for part in _parts(len(inner), steps.size):
        grown = inner[part, None] + steps[:, None] * (-1, 1, -1, 1)
        inked = _inked(faint, grown, slope) > 0.5  # (boxes, steps, 4)
        # An edge may begin a little further out.
        inked[:, :_LOOSE] |= ~np.maximum.accumulate(inked[:, :_LOOSE], axis=1)
        thick = np.where(inked.all(axis=1), steps.size - 1, inked.argmin(axis=1))
        out[part] = np.maximum(1, thick)
    return out


def closed_in(mask: Image, slope: float, height: float) -> Floats:
    """Returns the places of paper that four straight sides close in."""
    found, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    out: list[tuple[float, float, float, float]] = []
    holes = np.flatnonzero(np.asarray(tree)[0, :, 3] >= 0) if len(found) else ()
    least = spec.PAGE_BOX_LEAST * height
    rim = max(1.6, spec.PAGE_BOX_STRAIGHT * height)
    for hole in map(int, holes):
        if len(found[hole]) < 3 * least:
            continue
        points = found[hole][:, 0].astype(np.float64)
        x, y = level_places(points[:, 0], points[:, 1], slope)
        left, right, top, bottom = x.min(), x.max(), y.min(), y.max()
        wide, tall = right - left, bottom - top
        if min(wide, tall) < least:
            continue
        sides = ((x - left, y, tall), (right - x, y, tall), (y - top, x, wide), (bottom - y, x, wide))
        if all(_reached(at[off < rim]) > 0.55 * length for off, at, length in sides):
            out.append((left, right, top, bottom))
    return np.array(out, np.float64).reshape(-1, 4)


def _reached(at: Floats) -> int:
    """Returns at how many places of whole pixels there is one of these."""
    if not at.size:
        return 0
    places = np.rint(at).astype(np.int64)
    return int(np.count_nonzero(np.bincount(places - places.min())))


def _beside(whole: Image, inner: Floats, slope: float, height: float) -> Floats:
    """Returns places as large as these on the page, left and right of them, with ink along all four sides."""
    wide = inner[:, 1] - inner[:, 0]
    steps = np.arange(1 - _LOOSE, round(spec.PAGE_BOX_APART * height) + 1)  # insides share an edge of a pixel
    out = [np.zeros((0, 4))]
    for way in (-1, 1):
        for part in _parts(len(inner), steps.size):
            moves = way * (wide[part, None] + steps)
            places = inner[part, None] + moves[:, :, None] * (1, 1, 0, 0)
            score = np.zeros(places.shape[:2])
            # Few have ink along their left and right side; what comes of the others makes no difference.
            held = np.nonzero(_inked(whole, places, slope, 2).min(axis=2) > 0.6)
            share = _inked(whole, places[held], slope)
            score[held] = share.mean(axis=1) * (share.min(axis=1) > 0.6)
            # Behind edges there is paper, and nearest is best: further on the box after it may be as good.
            outer = places[held] + np.array((1, -1, 0, 0)) * (_LOOSE + 1)
            rank = score.copy()
            rank[held] -= 0.03 * (_inked(whole, outer, slope, 2).max(axis=1) > 0.75)
            good = rank >= rank.max(axis=1, keepdims=True)
            good &= np.cumsum(np.diff(good, axis=1, prepend=False), axis=1) == 1
            # A digit close to the edge lengthens the choice on the near side; the last is on the edge itself.
            best = steps.size - 1 - good[:, ::-1].argmax(axis=1)
            at = np.arange(len(places))
            out.append(places[at, best][score[at, best] > 0.88])
    return _on_page(np.concatenate(out), whole.shape, slope)


def _on_page(places: Floats, shape: tuple[int, ...], slope: float) -> Floats:
    """Returns those with their middle on a page of this (H, W): at its border ink looks like edges beyond."""
    columns, rows = page_places(places[:, :2].mean(axis=1), places[:, 2:].mean(axis=1), slope)
    inside = (columns >= 0) & (columns < shape[1]) & (rows >= 0) & (rows < shape[0])
    return places[inside]


def _added(inner: Floats, more: Floats) -> Floats:
    """Adds the places that lie in none of the others already; a frame around all hides none."""
    for place in more:
        size = np.minimum(inner[:, 1::2] - inner[:, ::2], place[1::2] - place[::2])
        shared = np.minimum(inner[:, 1::2], place[1::2]) - np.maximum(inner[:, ::2], place[::2])
        known = (shared > spec.PAGE_BOX_SHARED * size).all(axis=1)
        known &= inner[:, 3] - inner[:, 2] < 4 * (place[3] - place[2])
        if not known.any():
            inner = np.concatenate((inner, place[None]))
    return inner


def _inked(mask: Image, places: Floats, slope: float, sides: int = 4) -> Floats:
    """Returns how much of the left, right, upper and lower side of places (..., 4) has ink, (..., sides)."""
    left, right, top, bottom = (places[..., side, None] for side in range(4))
    level, upright = left + _SAMPLES * (right - left), top + _SAMPLES * (bottom - top)
    x = np.stack((left + 0 * level, right + 0 * level, level, level)[:sides], axis=-2)
    y = np.stack((upright, upright, top + 0 * upright, bottom + 0 * upright)[:sides], axis=-2)
    return _inked_at(mask, x, y, slope)


def _inked_at(mask: Image, x: Floats, y: Floats, slope: float) -> Floats:
    """Returns how many of the places on the level page have ink, as a share of each last axis."""
    columns, rows = page_places(x, y, slope)
    columns = np.minimum(np.maximum(np.rint(columns).astype(int), 0), mask.shape[1] - 1)
    rows = np.minimum(np.maximum(np.rint(rows).astype(int), 0), mask.shape[0] - 1)
    return mask.take(rows * mask.shape[1] + columns).mean(axis=-1)


def _parts(count: int, steps: int) -> Iterator[slice]:
    """Yields slices of so many boxes; the places along their sides at these steps are few enough at once."""
    size = max(1, _AT_ONCE // (steps * 4 * _SAMPLES.size))
    for first in range(0, count, size):
        yield slice(first, first + size)
