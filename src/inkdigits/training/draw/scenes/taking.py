"""How a sheet becomes a picture: laid on a copier, held under a phone, or on a desk with its edges seen."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.scenes.grain import noise_tile
from inkdigits.training.draw.scenes.light import BOARD, COPIER, PHONE, SCREEN, developed
from inkdigits.training.draw.scenes.sheet import Colour, Sheet
from inkdigits.training.draw.scenes.surfaces import any_colour, clutter, surface

__all__ = ["Taken", "as_it_is", "close_up", "copied", "on_desk"]

Image = NDArray[np.uint8]
Matrix = NDArray[np.float64]  # (3, 3), from pixels of the sheet to pixels of the picture
Chance = np.random.Generator

LARGEST = 1.9e6  # pixels of a picture
DARK = 90  # grey levels; a sheet that is darker is a board
FINEST = 8.5  # pixels; a digit in a picture, at least


@dataclass(frozen=True, slots=True)
class Taken:
    """A picture of a sheet.

    Attributes:
        picture: uint8 (H, W) or (H, W, 3).
        matrix: from the sheet's pixels to the picture's, a homography.
        corners: float32 (4, 2) of the paper in the picture; None where it fills it.
    """

    picture: Image
    matrix: Matrix
    corners: NDArray[np.float32] | None = None


def as_it_is(sheet: Sheet, rng: Chance) -> Taken:
    """Returns a screenshot."""
    return Taken(developed(sheet.picture, sheet.digit, SCREEN, rng), np.eye(3))


def copied(sheet: Sheet, rng: Chance, *, turn: float = 0.0) -> Taken:
    """Lays a sheet on a copier, a little askew.

    Args:
        sheet: what is copied.
        rng: the source of all chance.
        turn: degrees by which it lies the wrong way.
    """
    turn += float(rng.normal(0, 0.9)) if rng.random() < 0.6 else 0.0
    scale = _scale(sheet, rng.uniform(0.75, 1.1), rng)
    matrix, size = _turned(sheet, turn, scale)
    picture = _warped(sheet, matrix, size, scale, border=_paper_of(sheet))
    return Taken(developed(picture, scale * sheet.digit, COPIER, rng), matrix)


def close_up(sheet: Sheet, rng: Chance, *, any_turn: bool = False) -> Taken:
    """Holds a phone above a sheet that fills the picture.

    Args:
        sheet: what is seen.
        rng: the source of all chance.
        any_turn: whether it may lie in any direction; then what it lies on is seen in the corners.
    """
    turn = float(rng.uniform(0, 360)) if any_turn else float(rng.normal(0, 2.5))
    scale = _scale(sheet, rng.uniform(0.7, 1.15), rng)
    matrix, size = _turned(sheet, turn, scale)
    matrix = _tilted(matrix, size, rng.uniform(0.0, 0.12), rng)
    border = _paper_of(sheet)
    if rng.random() < 0.4:
        border = any_colour(rng)
    picture = _warped(sheet, matrix, size, scale, border=border)
    look = PHONE if np.mean(_paper_of(sheet)) > DARK else BOARD
    return Taken(developed(picture, scale * sheet.digit, look, rng), matrix)


def on_desk(sheet: Sheet, rng: Chance, *, any_turn: bool) -> Taken:
    """Lays a sheet, cut or torn, on a desk and takes a photo of it.

    Args:
        sheet: what lies there.
        rng: the source of all chance.
        any_turn: whether it lies in any direction; else about upright.
    """
    turn = float(rng.uniform(0, 360)) if any_turn else float(rng.normal(0, 4))
    scale = _scale(sheet, rng.uniform(0.65, 1.1), rng)
    matrix, size = _turned(sheet, turn, scale)
    room = 1 + float(rng.choice((rng.uniform(0.03, 0.2), rng.uniform(0.2, 0.9))))
    room = max(1.0, min(room, float(np.sqrt(LARGEST / (size[0] * size[1])))))
    wide, high = round(size[0] * room), round(size[1] * room)
    shift = rng.uniform(0.2, 0.8, 2) * (wide - size[0], high - size[1])
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]]) @ matrix
    matrix = _tilted(matrix, (wide, high), rng.uniform(0.0, 0.3), rng)
    desk = surface(high, wide, rng)
    outline, corners = _cut(sheet, matrix, rng)
    mask = np.zeros((high, wide), np.uint8)
    cv2.fillPoly(mask, [outline.astype(np.int32)], (255,))
    if rng.random() < 0.5:
        clutter(desk, rng)
    _cast_shadow(desk, mask, rng)
    paper = _warped(sheet, matrix, (wide, high), scale, border=_paper_of(sheet))
    if rng.random() < 0.6:
        paper = _creased(paper, rng)
    cv2.copyTo(paper, mask, desk)
    if rng.random() < 0.12:
        _spiral(desk, corners, scale * sheet.digit, rng)
    if rng.random() < 0.15:  # an edge that was drawn, by which it was cut
        pen = (*rng.uniform(20, 110, 3),)
        cv2.polylines(desk, [outline.astype(np.int32)], True, pen, 1, cv2.LINE_AA)
    return Taken(developed(desk, scale * sheet.digit, PHONE, rng), matrix, corners)


def _scale(sheet: Sheet, wanted: float, rng: Chance) -> float:
    """Returns a factor on the sheet's size that leaves digits legible and pictures no larger than need be."""
    most = float(np.sqrt(LARGEST / (sheet.height * sheet.width)))
    return min(max(wanted, FINEST / sheet.digit), most)


def _turned(sheet: Sheet, turn: float, scale: float) -> tuple[Matrix, tuple[int, int]]:
    """Returns what turns a sheet clockwise and scales it, and the width and height that it takes then."""
    angle = np.deg2rad(turn)
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    width, height = sheet.width, sheet.height
    size = (
        max(8, round(width * abs(cos) + height * abs(sin))),
        max(8, round(width * abs(sin) + height * abs(cos))),
    )
    middle = np.array(((width - 1) / 2, (height - 1) / 2))
    linear = np.array(((cos, -sin), (sin, cos)))
    shift = np.array(((size[0] - 1) / 2, (size[1] - 1) / 2)) - linear @ middle
    return np.array([[cos, -sin, shift[0]], [sin, cos, shift[1]], [0, 0, 1.0]]), size


def _tilted(matrix: Matrix, size: tuple[int, int], strength: float, rng: Chance) -> Matrix:
    """Adds perspective: one side of the picture is nearer."""
    wide, high = size
    along = rng.normal(0, 1, 2)
    along = along / max(1e-6, float(np.hypot(*along))) * strength
    middle = np.array([[1, 0, -wide / 2], [0, 1, -high / 2], [0, 0, 1.0]])
    back = np.array([[1, 0, wide / 2], [0, 1, high / 2], [0, 0, 1.0]])
    squeeze = np.diag((1 - 0.4 * abs(along[0]), 1 - 0.4 * abs(along[1]), 1.0))
    lean = np.array([[1, 0, 0], [0, 1, 0], [along[0] / wide, along[1] / high, 1.0]])
    return back @ lean @ squeeze @ middle @ matrix


def _warped(sheet: Sheet, matrix: Matrix, size: tuple[int, int], scale: float, *, border: Colour) -> Image:
    picture = sheet.picture
    if scale < 0.9:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.38 / scale)
    moved = cv2.warpPerspective(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    )
    return np.asarray(moved, np.uint8)


def _paper_of(sheet: Sheet) -> Colour:
    """Returns the commonest colour of a sheet."""
    red, green, blue = np.median(sheet.picture[::5, ::5].reshape(-1, 3), axis=0).tolist()
    return red, green, blue


def _cut(sheet: Sheet, matrix: Matrix, rng: Chance) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Returns the paper's outline in the picture, torn or cut, and its four corners."""
    width, height, digit = sheet.width, sheet.height, sheet.digit
    inset = 0.15 * digit
    corners = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float64)
    corners = corners + rng.normal(0, 0.1 * digit, (4, 2))
    rough = rng.uniform(0.02, 0.12) * digit if rng.random() < 0.4 else 0.015 * digit
    points: list[NDArray[np.float64]] = []
    for start, stop in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        count = max(2, int(np.hypot(*(stop - start)) / (0.4 * digit)))
        along = np.linspace(0, 1, count, endpoint=False)[:, None]
        torn = np.cumsum(rng.normal(0, 0.7 * rough, (count, 2)), axis=0)
        torn -= along * torn[-1]  # comes back to the corner
        points.append(start + along * (stop - start) + torn + rng.normal(0, 0.4 * rough, (count, 2)))
    every = np.clip(np.concatenate(points), -inset, (width + inset, height + inset))
    both = np.concatenate((every, corners)).reshape(-1, 1, 2)
    moved = np.asarray(cv2.perspectiveTransform(both, matrix), np.float32).reshape(-1, 2)
    return moved[:-4], moved[-4:]


def _cast_shadow(desk: Image, mask: Image, rng: Chance) -> None:
    """Darkens the desk beside the paper, and behind it."""
    size = max(desk.shape[:2])
    dx, dy = (rng.normal(0, 0.006, 2) * size).round().astype(int).tolist()
    small = cv2.resize(
        mask, (max(2, mask.shape[1] // 4), max(2, mask.shape[0] // 4)), interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small, (0, 0), max(0.6, rng.uniform(0.001, 0.004) * size))
    large = np.roll(cv2.resize(soft, (mask.shape[1], mask.shape[0])), (dy, dx), axis=(0, 1))
    levels = np.clip(255 * (1 - rng.uniform(0.2, 0.6) * np.arange(256) / 255), 0, 255).astype(np.uint8)
    factor = cv2.LUT(large, levels)
    desk[:] = cv2.multiply(desk, cv2.merge([factor] * 3), scale=1 / 255)


def _creased(paper: Image, rng: Chance) -> Image:
    """Bends paper a little: soft shades, and a fold or two with a light and a dark side."""
    high, wide = paper.shape[0] // 8 + 2, paper.shape[1] // 8 + 2
    grains = noise_tile(13)[: high // 20 + 3, : wide // 20 + 3]
    grains = np.roll(grains, int(rng.integers(512)), axis=1)
    factor = 1 + rng.uniform(0.005, 0.045) * cv2.resize(grains, (wide, high), interpolation=cv2.INTER_CUBIC)
    down, across = np.mgrid[0:high, 0:wide].astype(np.float32)
    for _ in range(int(rng.integers(0, 3))):
        turn = rng.uniform(0, np.pi)
        far = (across - rng.uniform(0, wide)) * np.cos(turn) + (down - rng.uniform(0, high)) * np.sin(turn)
        factor = factor + rng.uniform(0.02, 0.09) * np.sign(far) * np.exp(-np.abs(far) / rng.uniform(1, 12))
    large = cv2.resize(factor.astype(np.float32), (paper.shape[1], paper.shape[0]))
    return np.asarray(cv2.multiply(paper, cv2.merge([large] * 3), dtype=cv2.CV_8U), np.uint8)


def _spiral(desk: Image, corners: NDArray[np.float32], digit: float, rng: Chance) -> None:
    """Draws the spiral of a pad along an edge of the paper, outside of what is written."""
    index = int(rng.integers(4))
    start, stop = corners[index], corners[(index + 1) % 4]
    count = max(3, int(np.hypot(*(stop - start)) / (0.7 * digit)))
    level = float(rng.uniform(20, 200))
    outward = np.array(((stop - start)[1], -(stop - start)[0])) / max(1e-6, float(np.hypot(*(stop - start))))
    for along in np.linspace(0.03, 0.97, count):
        at = start + along * (stop - start)
        inner, outer = at - 0.12 * digit * outward, at + 0.4 * digit * outward
        thick = max(1, round(0.1 * digit))
        cv2.line(
            desk,
            inner.astype(int).tolist(),
            outer.astype(int).tolist(),
            (level, level, level),
            thick,
            cv2.LINE_AA,
        )
