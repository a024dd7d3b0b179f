"""What sheets lie on: wood, cloth, leather, stone, and other things beside them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.scenes.grain import noise_tile
from inkdigits.training.draw.scenes.sheet import Colour

__all__ = ["any_colour", "clutter", "surface"]

Image = NDArray[np.uint8]
Field = NDArray[np.float32]
Chance = np.random.Generator

WOODS = (
    (52, 28, 22),
    (70, 44, 34),
    (110, 76, 52),
    (150, 112, 76),
    (196, 164, 124),
    (40, 34, 34),
    (90, 60, 40),
)
CLOTHS = (
    (128, 168, 160), (90, 110, 140), (160, 60, 60), (70, 90, 70), (190, 180, 160), (50, 55, 80),
    (210, 205, 200), (150, 120, 150), (60, 130, 120),
)  # fmt: skip
STONES = ((60, 60, 62), (120, 118, 115), (180, 178, 172), (215, 212, 205), (30, 30, 34), (235, 235, 233))


def surface(height: int, width: int, rng: Chance) -> Image:
    """Returns a table, a cloth, a floor: uint8 (height, width, 3)."""
    kind = rng.random()
    if kind < 0.42:
        along, across = rng.uniform(60, 300), rng.uniform(2, 9)
        if rng.random() < 0.5:
            along, across = across, along
        field = _stretched(height, width, rng, along=along, across=across)
        field = field + _stretched(height, width, rng, along=3 * along, across=4 * across)
        fine = _stretched(height, width, rng, along=1.5, across=1.5)
        field = np.asarray(field + 0.3 * fine, np.float32)
        return _coloured(field, _one(WOODS, rng), rng.uniform(0.03, 0.14))
    if kind < 0.62:  # cloth and towels
        lumps = rng.uniform(1.5, 6)
        field = _stretched(height, width, rng, along=lumps, across=lumps)
        if rng.random() < 0.75:
            return _coloured(field, _one(CLOTHS, rng), rng.uniform(0.08, 0.25))
        return _pattern(field, rng)
    if kind < 0.82:  # stone, leather, steel
        field = _stretched(height, width, rng, along=rng.uniform(1, 2.5), across=rng.uniform(1, 2.5))
        field = field + _stretched(height, width, rng, along=60, across=60)
        return _coloured(field, _one(STONES, rng), rng.uniform(0.03, 0.22))
    field = _stretched(height, width, rng, along=200, across=200)
    return _coloured(field, any_colour(rng), rng.uniform(0.01, 0.06))


def any_colour(rng: Chance) -> Colour:
    """Returns the colour of a thing: seldom a bright one."""
    level, tint = rng.uniform(15, 235), rng.normal(0, 18 if rng.random() < 0.8 else 60, 3)
    red, green, blue = np.clip(level + tint, 0, 255).tolist()
    return red, green, blue


def clutter(picture: Image, rng: Chance) -> None:
    """Lays other things on a desk before the sheet comes: pens, cables, a cup, books, a hand.

    Args:
        picture: uint8 (H, W, 3), drawn upon.
        rng: the source of all chance.
    """
    height, width = picture.shape[:2]
    size = min(height, width)
    for _ in range(int(rng.integers(0, 4))):
        colour = any_colour(rng)
        x, y = (rng.uniform(-0.05, 1.05, 2) * (width, height)).astype(int).tolist()
        kind = rng.random()
        if kind < 0.35:  # a pen, a cable, a ruler
            turn, long = rng.uniform(0, np.pi), rng.uniform(0.3, 1.0) * size
            end = (int(x + np.cos(turn) * long), int(y + np.sin(turn) * long))
            thick = max(2, int(rng.uniform(0.008, 0.05) * size))
            cv2.line(picture, (x, y), end, colour, thick, cv2.LINE_AA)
            bright = tuple(min(255.0, 60 + value) for value in colour)
            cv2.line(picture, (x, y), end, bright, max(1, thick // 4), cv2.LINE_AA)
        elif kind < 0.6:  # a cup, a plate, a coin
            axes = (rng.uniform(0.04, 0.3, 2) * size).astype(int).tolist()
            cv2.ellipse(picture, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
            inner = [int(0.8 * axis) for axis in axes]
            darker = tuple(0.8 * value for value in colour)
            cv2.ellipse(picture, (x, y), inner, 0.0, 0, 360, darker, -1, cv2.LINE_AA)
        elif kind < 0.85:  # a book, a keyboard, a phone
            box = ((float(x), float(y)), (*(rng.uniform(0.15, 0.7, 2) * size),), float(rng.uniform(0, 180)))
            corners = np.asarray(cv2.boxPoints(box), np.int32)
            cv2.fillPoly(picture, [corners], colour, cv2.LINE_AA)
        else:  # a hand that holds it
            skin: Colour = (rng.uniform(150, 230), rng.uniform(105, 180), rng.uniform(85, 150))
            points = np.array((x, y)) + np.cumsum(rng.normal(0, 0.05 * size, (9, 2)), axis=0)
            for point in points.astype(int).tolist():
                cv2.circle(picture, point, int(0.05 * size), skin, -1, cv2.LINE_AA)


def _one(values: tuple[Colour, ...], rng: Chance) -> Colour:
    return values[int(rng.integers(len(values)))]


def _stretched(height: int, width: int, rng: Chance, *, along: float, across: float) -> Field:
    """Returns noise whose grains are so many pixels long and wide: float32 (height, width)."""
    rows, columns = (int(np.ceil(side / size)) + 2 for side, size in ((height, across), (width, along)))
    tile = noise_tile(7)
    top, left = rng.integers(0, 512, 2).tolist()
    small = tile[np.arange(top, top + rows)[:, None] % 512, np.arange(left, left + columns) % 512]
    field = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(field, np.float32)


def _coloured(field: Field, colour: Colour, strength: float) -> Image:
    """Gives a field the shades of one colour."""
    level = np.clip(field * np.float32(42) + np.float32(128), 0, 255).astype(np.uint8)
    shade = (1 + strength * (np.arange(256) - 128) / 42).clip(0.1, 2.5)[:, None]
    table = np.clip(shade * np.array(colour), 0, 255).astype(np.uint8)
    return table[level]


def _pattern(field: Field, rng: Chance) -> Image:
    """Weaves stripes or squares of another colour into a cloth."""
    picture = _coloured(field, _one(CLOTHS, rng), rng.uniform(0.05, 0.15))
    other = _coloured(field, _one(CLOTHS, rng), rng.uniform(0.05, 0.15))
    height, width = field.shape
    pitch = rng.uniform(0.03, 0.15) * width
    across = (np.arange(width) % pitch < 0.4 * pitch)[None]
    down = (np.arange(height) % pitch < 0.4 * pitch)[:, None]
    mask = across ^ down if rng.random() < 0.6 else np.broadcast_to(across, (height, width))
    return np.where(mask[:, :, None], other, picture)
