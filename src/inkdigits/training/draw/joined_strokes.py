"""Where the pen stays down between two digits: zeros in one go, a foot that runs into the next ring."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT

__all__ = ["join_feet", "join_zeros"]

Image = NDArray[np.uint8]

WIDEST = 0.5  # heights; no pen stays down over a wider gap
RUNS_ON = "1246"  # end on the line, to the right
TAKES_UP = "0123689"  # begin on the left


def join_zeros(sheet: Image, text: str, boxes: list[Box], rng: np.random.Generator) -> None:
    """Writes zeros in one go: the pen stays down from the head of one to the next.

    Args:
        sheet: uint8 (H, W), 255 = ink, drawn upon.
        text: what is written.
        boxes: one a character, in pixels of ``sheet``; widened by what is drawn.
        rng: the source of all chance.
    """
    for index in _near(text, boxes, "0", "0"):
        left, right = boxes[index], boxes[index + 1]
        start = left.x + left.width // 2, left.y + round(rng.uniform(0.0, 0.25) * left.height)
        stop = right.x + right.width // 2, right.y + round(rng.uniform(0.0, 0.25) * right.height)
        path = np.array((start, stop), np.float64)
        boxes[index] = _drawn(sheet, path, int(rng.integers(2, 5)), left)


def join_feet(sheet: Image, text: str, boxes: list[Box], rng: np.random.Generator) -> None:
    """Lets the foot of a digit run up into the ring behind it, as in a 10 written without lifting the pen.

    Args:
        sheet: uint8 (H, W), 255 = ink, drawn upon.
        text: what is written.
        boxes: one a character, in pixels of ``sheet``; widened by what is drawn.
        rng: the source of all chance.
    """
    for index in _near(text, boxes, RUNS_ON, TAKES_UP):
        left, right = boxes[index], boxes[index + 1]
        foot = sheet[left.y + round(0.8 * left.height) : left.y + left.height, left.x : left.x + left.width]
        columns = np.flatnonzero((foot > 128).any(axis=0))
        if not columns.size:
            continue
        start = np.array((left.x + columns[-1], left.y + 0.95 * left.height))
        head = sheet[right.y : right.y + round(0.75 * right.height), right.x : right.x + right.width] > 128
        first = head.argmax(axis=1) + head.shape[1] * ~head.any(axis=1)
        stop = np.array((right.x + first.min() + 1, right.y + first.argmin()), np.float64)
        sag = np.array((0.5 * (start[0] + stop[0]), start[1] - rng.uniform(0, 0.1) * left.height))
        t = np.linspace(0, 1, 8)[:, None]
        path = (1 - t) ** 2 * start + 2 * t * (1 - t) * sag + t**2 * stop
        boxes[index] = _drawn(sheet, path, int(rng.integers(1, 4)), left)


def _drawn(sheet: Image, path: NDArray[np.float64], thick: int, box: Box) -> Box:
    """Draws a stroke through points (N, 2) of x and y; returns the box with the stroke in it."""
    points = np.round(path * 16).astype(np.int32)[None]
    cv2.polylines(
        sheet, list(points), isClosed=False, color=(255,), thickness=thick, lineType=cv2.LINE_AA, shift=4
    )
    reach = thick // 2 + 3  # with the soft edge
    low = np.maximum(np.floor(path.min(axis=0)) - reach, 0)
    high = np.minimum(np.ceil(path.max(axis=0)) + reach, sheet.shape[::-1])
    left, top = min(box.x, int(low[0])), min(box.y, int(low[1]))
    right, bottom = max(box.x + box.width, int(high[0])), max(box.y + box.height, int(high[1]))
    return Box(left, top, right - left, bottom - top)


def _near(text: str, boxes: list[Box], left: str, right: str) -> list[int]:
    """Returns where one of ``left`` stands close before one of ``right``."""
    return [
        index
        for index in range(len(text) - 1)
        if text[index] in left
        and text[index + 1] in right
        and boxes[index + 1].x - boxes[index].x - boxes[index].width <= WIDEST * HEIGHT
    ]
