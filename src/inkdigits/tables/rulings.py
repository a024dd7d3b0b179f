"""Rulings of a sheet: long straight lines along its rows and its columns, whole or in pieces.

A page may be turned, seen from one side, a little bent: lines are followed piece by piece.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.tables.ink_pieces import components, page_slope

__all__ = ["Ruling", "Rulings", "find_rulings"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]

RUN = 1.2  # heights of a digit: straight runs that lines consist of; the bar of a 7 is shorter
SHORTEST = 2.5  # of a line or a piece of one; the foot of a 1 with its neighbour's is shorter
THICKEST = 0.25  # line, at least four pixels; a bar of print is thicker
GAP = 4.0  # widest within one line, where a name was printed over it
STRAY = 0.3  # by which the next piece may miss the course of those before
ROUGH = 0.08  # by which the points of a piece stray from a smooth curve, at least a pixel; strokes do more
EDGE = 0.3  # heights of a digit from the picture's border
STEP = 0.5  # between two points of a line


@dataclass(frozen=True, slots=True)
class Ruling:
    """One line.

    Attributes:
        along: float64 (K,), rising: columns of a level line, rows of an upright one, pixels.
        across: float64 (K,), the other coordinate of the same points.
    """

    along: Floats
    across: Floats

    @property
    def length(self) -> float:
        """How long it is, pixels."""
        return float(self.along[-1] - self.along[0])

    def slope(self) -> float:
        """Returns how far it strays across for each pixel along, by least squares."""
        centred = self.along - self.along.mean()
        return float(centred @ self.across / max(1e-9, float(centred @ centred)))


@dataclass(frozen=True, slots=True)
class Rulings:
    """The lines of a sheet.

    Attributes:
        level: those along its rows.
        upright: those along its columns.
        mask: uint8 (H, W), 1 = ink of a line, with its soft edges.
        fall: how far rows of ink fall to the right, rows for each column; also without lines.
    """

    level: tuple[Ruling, ...]
    upright: tuple[Ruling, ...]
    mask: Image
    fall: float


def find_rulings(ink: Image, height: float) -> Rulings:
    """Finds the lines of a sheet.

    Args:
        ink: uint8 (H, W), 255 = ink.
        height: pixels, of a digit.
    """
    faint = (ink > spec.PAGE_FAINT).view(np.uint8)
    solid = (ink > spec.SOLID).view(np.uint8)
    turned = np.ascontiguousarray(faint.T)
    fall = page_slope(solid)
    level, level_mask = _lines(faint, fall, height)
    upright, upright_mask = _lines(turned, page_slope(np.ascontiguousarray(solid.T)), height)
    level, upright = _inside(level, faint.shape[0], height), _inside(upright, faint.shape[1], height)
    return Rulings(tuple(level), tuple(upright), level_mask | upright_mask.T, fall)


def _inside(lines: list[Ruling], side: int, height: float) -> list[Ruling]:
    """Leaves out the edges of the picture itself, or of what is beyond the paper."""
    rim = EDGE * height
    return [line for line in lines if rim < float(line.across.mean()) < side - rim]


def _lines(faint: Image, slope: float, height: float) -> tuple[list[Ruling], Image]:
    """Returns the lines from left to right, and where their ink is, uint8 (H, W)."""
    # Letters of print stand close: what is lengthened would run through them.
    strip: Any = cv2.dilate(faint, np.ones((3, 1), np.uint8))
    runs = np.asarray(cv2.morphologyEx(strip, cv2.MORPH_OPEN, _run(RUN * height, slope)), np.uint8)
    if not runs.any():
        return [], runs
    labels, stats = components(runs)
    long = stats[:, 2].astype(np.float64)
    thick = max(4.0, THICKEST * height) + 2  # the strip adds two
    good = (long >= SHORTEST * height) & (stats[:, 4] <= thick * long)
    good[0] = False
    mask = good.astype(np.uint8)[labels]
    return _joined(_pieces(labels, mask, height), height), mask


def _run(length: float, slope: float) -> Image:
    """Returns a kernel: a run of this length in this direction."""
    reach = max(3, round(min(length, spec.PAGE_LINE_REACH)))
    rise = round(abs(slope) * reach)
    kernel: Any = np.zeros((rise + 1, reach + 1), np.uint8)
    start, stop = ((0, 0), (reach, rise)) if slope >= 0 else ((0, rise), (reach, 0))
    cv2.line(kernel, start, stop, (1,), 1, cv2.LINE_8)
    return kernel


def _pieces(labels: NDArray[np.int32], mask: Image, height: float) -> list[Ruling]:
    """Returns the pieces of lines, a point every few columns, from left to right."""
    at = np.flatnonzero(mask)
    if not at.size:
        return []
    rows, columns = np.divmod(at, mask.shape[1])
    step = max(1, round(STEP * height))
    steps = mask.shape[1] // step + 1
    key = labels.ravel()[at].astype(np.int64) * steps + columns // step
    count = np.bincount(key)
    held = np.flatnonzero(count)
    along = np.bincount(key, weights=columns)[held] / count[held]
    across = np.bincount(key, weights=rows)[held] / count[held]
    starts = np.flatnonzero(np.diff(held // steps, prepend=-1))
    parts = [
        Ruling(a, b) for a, b in zip(np.split(along, starts[1:]), np.split(across, starts[1:]), strict=True)
    ]
    rough = max(1.0, ROUGH * height)
    return sorted(
        (one for one in parts if one.along.size > 1 and _stray(one) < rough),
        key=lambda one: float(one.along[0]),
    )


def _stray(piece: Ruling) -> float:
    """Returns by how many pixels the points of a piece stray from a smooth curve, usually."""
    place = (piece.along - piece.along[0]) / max(1.0, piece.length) - 0.5
    powers = np.stack((np.ones(place.size), place, place * place)[: min(3, place.size - 1)], axis=1)
    bend = np.linalg.lstsq(powers, piece.across, rcond=None)[0]
    return float(np.sqrt(np.mean((piece.across - powers @ bend) ** 2)))


def _joined(pieces: list[Ruling], height: float) -> list[Ruling]:
    """Joins pieces that go on in each other."""
    lines: list[Ruling] = []
    for piece in pieces:
        best, least = -1, math.inf
        for index, line in enumerate(lines):
            gap = float(piece.along[0] - line.along[-1])
            if not -height < gap < GAP * height:
                continue
            near = line.along >= line.along[-1] - 12 * height
            tail = Ruling(line.along[near], line.across[near]) if near.sum() > 2 else line
            middle = float(tail.along.mean())
            meant = float(tail.across.mean()) + tail.slope() * (float(piece.along[0]) - middle)
            miss = abs(float(piece.across[0]) - meant)
            if miss < STRAY * height + 0.02 * abs(gap) and miss + 0.1 * abs(gap) < least:
                best, least = index, miss + 0.1 * abs(gap)
        if best < 0:
            lines.append(piece)
            continue
        line = lines[best]
        fresh = piece.along > line.along[-1]
        lines[best] = Ruling(
            np.concatenate((line.along, piece.along[fresh])),
            np.concatenate((line.across, piece.across[fresh])),
        )
    return lines
