"""Marks that are no digit and no sign: words, letters, brackets, currency, ticks, circles, scribbles."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hand, draw_strokes
from inkdigits.training.draw.raster import overlay

__all__ = ["SHAPES", "drawn_mark", "drawn_shape", "struck_out", "written_mark"]

Image = NDArray[np.uint8]
Points = NDArray[np.float32]

LINES = 0.45  # of what is crossed out
ARC = 24  # points of a circle
LONGEST_WORD = 7.0  # heights; longer words are written smaller


def written_mark(hand: Hand, rng: np.random.Generator) -> Image:
    """Returns a word, a letter or two, or a sign by a real hand: uint8 (H, W), 255 = ink, cut to the ink."""
    kind = rng.random()
    hands = hand.hands
    if kind < 0.45:
        ink = hand.write_sample(int(rng.choice(hands.words)), HEIGHT * rng.uniform(0.7, 1.5), rng)
        if ink.shape[1] > LONGEST_WORD * HEIGHT:
            ink = ink[:, : int(rng.uniform(0.5, 1.0) * LONGEST_WORD * HEIGHT)]
        return ink
    if kind < 0.6:  # a unit
        parts = [hand.write_sample(hands.mark(rng), HEIGHT * rng.uniform(0.6, 0.9), rng) for _ in range(2)]
        gap = int(rng.uniform(-0.02, 0.15) * HEIGHT)
        tall = max(part.shape[0] for part in parts)
        out = np.zeros((tall, parts[0].shape[1] + max(gap, 0) + parts[1].shape[1]), np.uint8)
        overlay(out, parts[0], tall - parts[0].shape[0], 0)
        overlay(out, parts[1], tall - parts[1].shape[0], parts[0].shape[1] + max(gap, 0))
        return out
    if kind < 0.9:
        return hand.write_sample(hands.mark(rng), HEIGHT * rng.uniform(0.6, 1.25), rng)
    return drawn_mark(hand.pen, rng)


def drawn_mark(pen: float, rng: np.random.Generator, *, rings: bool = True) -> Image:
    """Returns a tick, a cross, a circle, a scribble, a euro or an equals sign: uint8 (H, W), cut to the ink.

    Args:
        pen: width of the stroke as a share of a digit's height.
        rng: the source of all chance.
        rings: whether circles are among them, which alone and brought to one size may be zeros.
    """
    shapes = (_tick, _cross, _scribble, _euro, _equals, _circle)
    shape = shapes[int(rng.choice(len(shapes), p=(0.25, 0.15, 0.2, 0.15, 0.15, 0.1)))]
    if shape is _circle and not rings:
        shape = _scribble
    return _drawn(shape, pen, rng)


def drawn_shape(name: str, pen: float, rng: np.random.Generator) -> Image:
    """Returns one of ``SHAPES``: uint8 (H, W), 255 = ink, cut to the ink; else as :func:`drawn_mark`."""
    return _drawn(SHAPES[name], pen, rng)


def _drawn(
    shape: Callable[[np.random.Generator], list[Points]], pen: float, rng: np.random.Generator
) -> Image:
    size = HEIGHT * rng.uniform(0.6, 1.4)
    strokes = [(points + rng.normal(0, 0.02, points.shape)) * size for points in shape(rng)]
    return draw_strokes([points.astype(np.float32) for points in strokes], max(1.2, pen * HEIGHT), 0.2, rng)


def struck_out(
    ink: Image, left: int, right: int, pen: float, rng: np.random.Generator, *, lines: bool = True
) -> Image:
    """Crosses out what stands between two columns: by lines, a zigzag or a large X.

    Args:
        ink: uint8 (H, W), 255 = ink.
        left: first column.
        right: column behind the last.
        pen: width of the stroke as a share of a digit's height.
        rng: the source of all chance.
        lines: whether a line or two may do; a lone 0 or 7 with a line is a 0 or a 7.

    Returns:
        uint8 (H, W).
    """
    height, width = ink.shape[0], max(right - left, 4)
    kind = rng.uniform(0.0 if lines else LINES, 1)
    over = rng.uniform(-0.05, 0.15, 4) * height
    west, east = left - over[0], left + width + over[1]
    if kind < LINES:  # one to three level lines
        strokes = []
        for _ in range(int(rng.choice((1, 2, 3), p=(0.5, 0.35, 0.15)))):
            y = rng.uniform(0.3, 0.7) * height
            tilt = rng.normal(0, 0.08) * height
            strokes.append(
                np.array([[west, y - tilt], [(west + east) / 2, y + rng.normal(0, 2)], [east, y + tilt]])
            )
    elif kind < 0.75:  # there and back
        count = int(max(4, width / height * rng.uniform(3, 8)))
        x = np.linspace(west, east, count)
        y = np.where(np.arange(count) % 2, rng.uniform(0.05, 0.3), rng.uniform(0.7, 0.95)) * height
        strokes = [np.stack([x, y + rng.normal(0, 0.04 * height, count)], 1)]
    else:
        strokes = [
            np.array([[west, 0.05 * height], [east, 0.95 * height]]),
            np.array([[west, 0.95 * height], [east, 0.05 * height]]),
        ]
    out = ink.copy()
    layer = draw_strokes([points.astype(np.float32) for points in strokes], max(1.5, pen * HEIGHT), 0.2, rng)
    every = np.concatenate(strokes)
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    overlay(out, layer, round(middle[1] - layer.shape[0] / 2), round(middle[0] - layer.shape[1] / 2))
    return out


def _tick(rng: np.random.Generator) -> list[Points]:
    return [_of((0.0, 0.55), (0.28 + rng.normal(0, 0.05), 1.0), (rng.uniform(0.7, 1.2), 0.0))]


def _cross(rng: np.random.Generator) -> list[Points]:
    wide = rng.uniform(0.6, 1.1)
    return [_of((0.0, 0.0), (wide, 1.0)), _of((wide, 0.0), (0.0, 1.0))]


def _circle(rng: np.random.Generator) -> list[Points]:
    """A large ring that does not close or runs over its beginning, wider than any zero."""
    along = np.linspace(0, 2 * np.pi * rng.uniform(0.9, 1.15), ARC) + rng.uniform(0, 2 * np.pi)
    return [
        np.stack([0.5 * rng.uniform(1.25, 2.2) * np.cos(along), 0.5 * np.sin(along)], 1).astype(np.float32)
    ]


def _scribble(rng: np.random.Generator) -> list[Points]:
    count = int(rng.integers(6, 16))
    x = np.cumsum(rng.uniform(-0.12, 0.3, count))
    return [np.stack([x, rng.uniform(0, 1, count)], 1).astype(np.float32)]


def _euro(rng: np.random.Generator) -> list[Points]:
    along = np.linspace(0.25 * np.pi, 1.75 * np.pi, ARC)
    bow = np.stack([0.4 + 0.4 * np.cos(along), 0.5 - 0.5 * np.sin(along)], 1).astype(np.float32)
    bars = [_of((-0.12, y), (0.55 + rng.normal(0, 0.05), y)) for y in (0.4, 0.6)]
    return [bow, *bars]


def _equals(rng: np.random.Generator) -> list[Points]:
    wide, apart = rng.uniform(1.0, 2.2), rng.normal(0, 0.05)
    return [_of((0.0, 0.0), (wide, apart)), _of((0.0, 1.0), (wide, 1.0 + apart))]


def _of(*points: tuple[float, float]) -> Points:
    return np.array(points, np.float32)


SHAPES = {"tick": _tick, "cross": _cross, "circle": _circle, "scribble": _scribble}
"""What people draw beside numbers, by name."""
