"""Windows to learn finding marks from: cut out of scenes at about the working height, with the truth.

A window shows the shades as the reader makes them, around writing or beside it, or several cells side by side
with paper between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.ink.shades import Inks
from inkdigits.ink.zoom import finder_ink, rescaled
from inkdigits.training.draw.scene import NONE, Scene, SceneMark

__all__ = ["COLUMNS", "SIDE", "Window", "marks_of", "mosaic", "vary", "window_at", "windows_of"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]

X, Y, WIDTH, HEIGHT, LABEL, NAMED, LINK, LINKED, NEXT_X, NEXT_Y, SINE, COSINE = range(12)
COLUMNS = 12  # of what is known of a mark, see Window

SIDE = 192  # pixels of a window; nine digits high
ROOM = 16  # pixels more each way, so that every look of a window shows another part
STORED = SIDE + 2 * ROOM
LEAST = 1.5  # pixels; smaller marks cannot be seen
UPRIGHT = 20.0  # degrees; of what is turned further, classes and neighbours are not learned, the turn is
JITTER = 0.25  # standard deviation of the log of the height at which digits are shown
COARSE = 0.2  # of the windows show digits at any height of the coarse pass
COARSE_HEIGHTS = (8.0, 60.0)  # pixels
AT_DIGITS, AT_OTHERS = 0.7, 0.15  # of the windows of a scene stand around a number, around what is none
MARKS_A_WINDOW = 9  # of a scene
MOST_WINDOWS = 14  # of a scene
NOTHING = (0.04, 0.3)  # of a picture's height; of digits that might stand where nothing does
QUARTER_TURNS = 0.06  # of the looks lie on a side or on the head
GAP = (4, 22)  # pixels of paper between two cells

_BORDERS = (cv2.BORDER_CONSTANT, cv2.BORDER_REPLICATE)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a scene as the finder sees it, and the marks in it.

    Attributes:
        image: uint8 (S, S) shades, 255 = ink.
        marks: float32 (M, 12), a row a mark: middle x and y, width, height, pixels of ``image``; its class in
            ``spec.NUMBER_LABELS``, and 1 where that is to be learned; 1 where another mark of its number
            follows, and 1 where it is known whether; from its middle to that one's, pixels; sine and cosine
            of the angle by which its line is turned clockwise.
    """

    image: Image
    marks: Floats


def marks_of(scene: Scene, scale: float = 1.0) -> Floats:
    """Returns what is known of a scene's marks, as a window has it, in pixels of its ink image.

    Args:
        scene: the truth.
        scale: pixels of the ink image for one of the picture.
    """
    out = np.zeros((len(scene.marks), COLUMNS), np.float32)
    turn = np.deg2rad(scene.turn)
    upright = abs((scene.turn + 180) % 360 - 180) <= UPRIGHT
    for row, mark in zip(out, scene.marks, strict=True):
        x, y, width, height = mark.box
        row[:4] = (x + width / 2, y + height / 2, width, height)
        row[:4] *= scale
        row[LABEL] = spec.NUMBER_LABELS.index(mark.label)
        row[NAMED] = upright
        row[LINKED] = upright and mark.number != NONE
        row[SINE], row[COSINE] = np.sin(turn), np.cos(turn)
    for place, following in _followers(scene.marks):
        out[place, LINK] = out[place, LINKED]
        out[place, NEXT_X : NEXT_Y + 1] = out[following, :2] - out[place, :2]
    return out


def windows_of(scene: Scene, rng: np.random.Generator) -> Iterator[Window]:
    """Gives windows of a scene: most around its numbers, some around other marks, few anywhere.

    Args:
        scene: a picture and its truth.
        rng: the source of all chance.
    """
    ink = finder_ink(Inks(scene.picture))
    marks = marks_of(scene, ink.scale)
    digits = marks[marks[:, LABEL] < len(spec.DIGITS)]
    height, width = ink.shades.shape
    if not ink.shades.any():
        return
    if not len(marks):  # whatever is there is nothing, at any size
        middle = rng.uniform(0, width), rng.uniform(0, height)
        yield window_at(ink.shades, marks, middle, shown_at(rng) / (rng.uniform(*NOTHING) * height))
        return
    for _ in range(int(np.clip(len(marks) / MARKS_A_WINDOW, 1, MOST_WINDOWS))):
        kind = rng.random()
        around = digits if kind < AT_DIGITS and len(digits) else marks
        if kind < AT_DIGITS + AT_OTHERS:
            anchor = around[rng.integers(len(around))]
            x, y = anchor[:2] + rng.uniform(-1, 1, 2) * 3 * anchor[HEIGHT]
        else:
            anchor = marks[rng.integers(len(marks))]
            x, y = rng.uniform(0, width), rng.uniform(0, height)
        near = digits if len(digits) else marks
        near = near[np.argsort(np.abs(near[:, :2] - (x, y)).sum(axis=1))[:9]]
        yield window_at(ink.shades, marks, (x, y), shown_at(rng) / float(np.median(near[:, HEIGHT])))


def mosaic(scenes: Iterable[Scene], rng: np.random.Generator) -> Window:
    """Returns a window that shows small pictures side by side, paper between them.

    Args:
        scenes: cells, one after the other until there is no room.
        rng: the source of all chance.
    """
    image = np.zeros((STORED, STORED), np.uint8)
    shown = shown_at(rng)
    marks: list[Floats] = [np.zeros((0, COLUMNS), np.float32)]
    left, top, bottom = int(rng.integers(0, 24)), int(rng.integers(0, 24)), 0
    for scene in scenes:
        ink = finder_ink(Inks(scene.picture))
        known = marks_of(scene, ink.scale)
        digits = known[known[:, LABEL] < len(spec.DIGITS)]
        if not ink.shades.any() or not len(known):
            continue
        scale = shown * np.exp(rng.normal(0, 0.12)) / np.median((digits if len(digits) else known)[:, HEIGHT])
        cell = rescaled(ink.shades, float(np.clip(scale, 0.02, 4.0)))
        known = _scaled(known, (cell.shape[1] / ink.shades.shape[1], cell.shape[0] / ink.shades.shape[0]))
        if left > 0.7 * STORED or (left + cell.shape[1] > STORED and left > 0.3 * STORED):
            left, top = int(rng.integers(0, 24)), bottom + int(rng.integers(*GAP))
        if top > STORED - 0.6 * cell.shape[0]:
            break
        part = cell[: STORED - top, : STORED - left]
        image[top : top + part.shape[0], left : left + part.shape[1]] = part
        known[:, :2] += (left, top)
        marks.append(known)
        left += cell.shape[1] + int(rng.integers(*GAP))
        bottom = max(bottom, top + cell.shape[0])
    return Window(image, _inside(np.concatenate(marks), STORED))


def window_at(
    shades: Image, marks: Floats, middle: tuple[float, float], scale: float, side: int = STORED
) -> Window:
    """Cuts a window out of an ink image; beyond its sides is paper.

    Args:
        shades: uint8 (H, W), 255 = ink.
        marks: what is known of its marks, pixels of ``shades``.
        middle: x and y of the window's middle in ``shades``.
        scale: pixels of the window for one of ``shades``.
        side: of the window, pixels.
    """
    count = max(2, int(np.ceil(side / scale)))
    left, top = (round(place - count / 2) for place in middle)
    part = np.zeros((count, count), np.uint8)
    seen = shades[max(0, top) : max(0, top + count), max(0, left) : max(0, left + count)]
    down, across = max(0, -top), max(0, -left)
    part[down : down + seen.shape[0], across : across + seen.shape[1]] = seen
    small = rescaled(part, side / count)
    image = np.zeros((side, side), np.uint8)
    image[: small.shape[0], : small.shape[1]] = small[:side, :side]
    known = marks.copy()
    known[:, :2] -= (left, top)
    return Window(image, _inside(_scaled(known, (side / count, side / count)), side))


def vary(window: Window, rng: np.random.Generator) -> Window:
    """Returns another look of a window: a part of it, slanted, resized, turned a little, in another pen.

    Args:
        window: of ``STORED`` pixels a side.
        rng: the source of all chance.

    Returns:
        A window of ``SIDE`` pixels a side.
    """
    image, marks = window.image, window.marks.copy()
    quarters = int(rng.integers(1, 4)) if rng.random() < QUARTER_TURNS else 0
    if quarters:
        image, marks = _turned(image, marks, quarters)
    size = np.exp(rng.normal(0, 0.08))
    wide, tall = size * np.exp(rng.normal(0, 0.06)), size * np.exp(rng.normal(0, 0.06))
    lean, fall = rng.normal(0, 0.1), rng.normal(0, 0.02)
    if rng.random() < 0.15:  # a sheet that lies askew
        fall = rng.uniform(-0.2, 0.2)
        lean -= fall
    linear = np.array([[wide, lean], [fall, tall]])
    shift = SIDE / 2 + rng.uniform(-ROOM, ROOM, 2) - linear @ np.full(2, STORED / 2)
    matrix = np.column_stack((linear, shift))
    moved: Any = cv2.warpAffine(image, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_CONSTANT)
    marks[:, :2] = marks[:, :2] @ linear.T.astype(np.float32) + shift.astype(np.float32)
    marks[:, NEXT_X : NEXT_Y + 1] = marks[:, NEXT_X : NEXT_Y + 1] @ linear.T.astype(np.float32)
    across, down = marks[:, WIDTH].copy(), marks[:, HEIGHT].copy()
    # Strokes seldom reach into the corners of a box.
    marks[:, WIDTH] = wide * across + 0.6 * abs(lean) * down
    marks[:, HEIGHT] = tall * down + 0.6 * abs(fall) * across
    angle = np.arctan2(marks[:, SINE], marks[:, COSINE]) + np.float32(np.arctan2(fall, wide))
    marks[:, SINE], marks[:, COSINE] = np.sin(angle), np.cos(angle)
    if rng.random() < 0.2:
        kernel = np.ones((2, 2), np.uint8)
        moved = cv2.dilate(moved, kernel) if rng.random() < 0.6 else cv2.erode(moved, kernel)
    if rng.random() < 0.5:  # stronger or fainter, paper brighter or darker
        bend = np.exp(rng.normal(0, 0.25))
        levels = 255 * (np.arange(256) / 255) ** bend * rng.uniform(0.7, 1.2) + rng.uniform(-10, 6)
        moved = cv2.LUT(moved, np.clip(levels, 0, 255).astype(np.uint8))
    return Window(np.asarray(moved, np.uint8), _inside(marks, SIDE))


def shown_at(rng: np.random.Generator) -> float:
    """Returns a height, pixels, at which the digits of a window are shown."""
    if rng.random() < COARSE:
        return float(np.exp(rng.uniform(*np.log(COARSE_HEIGHTS))))
    return spec.FINDER_HEIGHT * float(np.exp(np.clip(rng.normal(0, JITTER), -0.7, 0.7)))


def _followers(marks: Sequence[SceneMark]) -> Iterator[tuple[int, int]]:
    """Gives the place of each mark that is followed by one of its number, and that one's."""
    last: dict[int, int] = {}
    for place, mark in enumerate(marks):
        if mark.number == NONE:
            continue
        if mark.number in last:
            yield last[mark.number], place
        last[mark.number] = place


def _scaled(marks: Floats, scale: tuple[float, float]) -> Floats:
    """Returns marks of an image that is resized by so much across and down."""
    out = marks.copy()
    both = np.array(scale, np.float32)
    for first in (X, WIDTH, NEXT_X):
        out[:, first : first + 2] *= both
    return out


def _turned(image: Image, marks: Floats, quarters: int) -> tuple[Image, Floats]:
    """Turns a window clockwise by quarters; its lines cannot be read any more."""
    out = marks.copy()
    side = np.float32(image.shape[0])
    for _ in range(quarters):
        out[:, [X, Y]] = np.stack((side - out[:, Y], out[:, X]), axis=1)
        out[:, [WIDTH, HEIGHT]] = out[:, [HEIGHT, WIDTH]]
        out[:, [SINE, COSINE]] = np.stack((out[:, COSINE], -out[:, SINE]), axis=1)
    out[:, [NAMED, LINK, LINKED, NEXT_X, NEXT_Y]] = 0
    return np.ascontiguousarray(np.rot90(image, -quarters)), out


def _inside(marks: Floats, side: int) -> Floats:
    """Returns the marks whose middle is within a window and that can be seen."""
    within = (marks[:, :2] > 0).all(axis=1) & (marks[:, :2] < side).all(axis=1)
    return marks[within & (marks[:, WIDTH : HEIGHT + 1].max(axis=1) >= LEAST)]
