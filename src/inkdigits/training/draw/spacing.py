"""Characters put side by side on a line: the one place that spaces a number, loosely or level.

All lengths are in heights of a digit, but for pixels where it says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.raster import overlay

__all__ = ["CharacterRow", "Spacing"]

Image = NDArray[np.uint8]

POINTS = ".,"
RAISED = "+/:%'" + spec.OTHER  # stand by their middle, their head or a little below the line
FAR = 1e3  # pixels; of what has no ink


@dataclass(frozen=True)
class Spacing:
    """How a writer spaces the characters of one number.

    Attributes:
        gap: between the boxes of neighbours; below 0 they overlap.
        wobble: standard deviation of how far off the line a character ends.
        jitter: standard deviation of a gap.
        clear: between the ink itself of neighbours, where a writer spaces by that; None for one who spaces by
            boxes.
        tilt: how far the line falls for each height to the right.
        beside_points: a gap beside a point or a comma is one of these shares of other gaps.
        point_jitter: standard deviation of a gap beside a point.
        least_beside_points: least gap beside a point.
        tucked: share of points that stand beneath what leans over them.
        level: whether everything stands as copybooks have it: points and small digits on the line, commas a
            little below it.
    """

    gap: float
    wobble: float
    jitter: float = 0.06
    clear: float | None = None
    tilt: float = 0.0
    beside_points: tuple[float, ...] = (0.3, 0.5, 1.0)
    point_jitter: float = 0.05
    least_beside_points: float = 0.02
    tucked: float = 0.25
    level: bool = False

    @classmethod
    def loose(cls, rng: np.random.Generator) -> Spacing:
        """Returns the spacing of a number that stands alone: some digits touch, some stand far apart."""
        close, wide, sparse = rng.normal(0.08, 0.12), rng.uniform(0.2, 0.5), rng.uniform(0.5, 1.6)
        gap = float(rng.choice((close, wide, sparse), p=(0.76, 0.15, 0.09)))
        by_ink = rng.random() < 0.4  # as hands do; many digits touch
        clear = rng.normal(0.06, 0.07)
        wobble, tilt = abs(rng.normal(0, 0.04)), rng.normal(0, 0.05)
        return cls(gap, wobble, clear=clear if by_ink else None, tilt=tilt)

    @classmethod
    def narrow(cls, rng: np.random.Generator) -> Spacing:
        """Returns the spacing of a number among others: its digits stand closer than numbers do."""
        return cls(
            gap=rng.uniform(-0.05, 0.4),  # numbers stand twice the widest of these apart, and more
            wobble=0.03,
            jitter=0.04,
            beside_points=(0.4,),
            point_jitter=0.0,
            least_beside_points=0.05,
            tucked=0.0,
            level=True,
        )


class CharacterRow:
    """A number in the making: characters from left to right, each as high as it is written.

    Args:
        spacing: how they stand.
    """

    def __init__(self, spacing: Spacing) -> None:
        self._spacing = spacing
        self._values = ""
        self._pieces: list[tuple[Image, float, float]] = []  # ink, its left side and its bottom
        self._cursor = 0.0

    def add(self, value: str, ink: Image, rng: np.random.Generator) -> None:
        """Puts a character behind the others.

        Args:
            value: one of ``0123456789.,-+/:%'``, or ``?`` for a mark that is none of them.
            ink: uint8 (H, W), 255 = ink, at the height of composition, cut to the ink.
            rng: the source of all chance.
        """
        bottom = self._bottom(value, ink.shape[0] / HEIGHT, rng)
        space = self._space(value, ink, bottom, rng)
        left = self._cursor + (space if self._pieces else 0.0)
        self._pieces.append((ink, left, bottom))
        self._values += value
        self._cursor = left + ink.shape[1] / HEIGHT

    def assembled(self) -> tuple[Image, list[Box]]:
        """Returns the ink of all, uint8 (H, W), cut to it, and the box of each character, pixels."""
        lefts = [round(left * HEIGHT) for _, left, _ in self._pieces]
        bottoms = [round(bottom * HEIGHT) for _, _, bottom in self._pieces]
        inks = [ink for ink, _, _ in self._pieces]
        tops = [bottom - ink.shape[0] for ink, bottom in zip(inks, bottoms, strict=True)]
        west, north = min(lefts), min(tops)
        width = max(left + ink.shape[1] for ink, left in zip(inks, lefts, strict=True)) - west
        sheet = np.zeros((max(bottoms) - north, width), np.uint8)
        boxes = [
            Box(left - west, top - north, ink.shape[1], ink.shape[0])
            for ink, left, top in zip(inks, lefts, tops, strict=True)
        ]
        for ink, box in zip(inks, boxes, strict=True):
            overlay(sheet, ink, box.y, box.x)
        return sheet, boxes

    def _bottom(self, value: str, height: float, rng: np.random.Generator) -> float:
        """Returns how far below the line a character ends."""
        wobble = self._spacing.wobble * rng.standard_normal()
        if value in RAISED:
            return wobble + _raised_bottom(value, height, rng)
        if self._spacing.level:
            return {"-": -rng.uniform(0.35, 0.6), ",": rng.uniform(0.05, 0.25)}.get(value, wobble)
        return wobble + self._spacing.tilt * self._cursor + _loose_bottom(value, height, rng)

    def _space(self, value: str, ink: Image, bottom: float, rng: np.random.Generator) -> float:
        """Returns how far right of the character before it a character begins."""
        spacing = self._spacing
        space = spacing.gap + spacing.jitter * rng.standard_normal()
        if not self._pieces:
            return space
        before, _, foot = self._pieces[-1]
        if spec.OTHER in (value, self._values[-1]):
            return rng.uniform(0.02, 0.3) if rng.random() < 0.5 else rng.uniform(0.2, 1.1)
        if value in POINTS or self._values[-1] in POINTS:
            if spacing.tucked and rng.random() < spacing.tucked:
                return max(-0.25, rng.uniform(0.0, 0.15) - _room_between(before, foot, ink, bottom))
            share = rng.choice(spacing.beside_points)
            space = share * spacing.gap + spacing.point_jitter * rng.standard_normal()
            return max(spacing.least_beside_points, space)
        if spacing.clear is not None:
            inner = _room_between(before, foot, ink, bottom)
            clear = spacing.clear + 0.04 * rng.standard_normal()
            return max(-0.6 * ink.shape[1] / HEIGHT, clear - inner)
        return space


def _raised_bottom(value: str, height: float, rng: np.random.Generator) -> float:
    """Returns how far below the line a sign or another mark of this height ends."""
    if value == "+":
        return height / 2 - 0.5 + rng.normal(0, 0.08)
    if value == ":":
        return -rng.uniform(0.02, 0.3)
    if value == "'":
        return -rng.uniform(0.6, 1.0)
    if value == "/":
        return rng.uniform(0.0, 1.0) * max(0.0, height - 1) + rng.normal(0, 0.05)
    if value == "%":
        return rng.normal(0, 0.06)
    # Words have tails, units stand on the line, ticks anywhere.
    return rng.uniform(-0.25, 0.3) if rng.random() < 0.4 else rng.normal(0.05, 0.08)


def _loose_bottom(value: str, height: float, rng: np.random.Generator) -> float:
    """Returns how far below the line a character of this height ends where little is written level."""
    if value == "-":
        return -(rng.uniform(0.35, 0.6) if rng.random() < 0.7 else rng.uniform(0.2, 0.8))
    if value == ",":
        hangs = max(rng.uniform(0.05, 0.3), height - rng.uniform(0.05, 0.4))
        stands = height < 0.5 and rng.random() < 0.4
        return rng.uniform(-0.05, 0.15) if stands else hangs
    if value == ".":
        return rng.normal(0, 0.04) - (rng.uniform(0.1, 0.45) if rng.random() < 0.25 else 0.0)
    # A digit smaller than the others stands on the line, seldom hangs at mid height.
    return -rng.uniform(0, max(0.0, 1 - height)) if rng.random() < 0.3 else 0.0


def _room_between(before: Image, foot: float, ink: Image, bottom: float) -> float:
    """Returns how far apart the ink of two neighbours is when their boxes meet.

    Args:
        before: uint8 (H, W), 255 = ink, of the left one.
        foot: how far below the line it ends.
        ink: the same of the right one.
        bottom: how far below the line that ends.
    """
    near: list[NDArray[np.float64]] = []
    for facing, low in ((before[:, ::-1], foot), (ink, bottom)):
        reach = np.full(3 * HEIGHT, FAR)
        solid = facing > 128
        first = np.where(solid.any(axis=1), solid.argmax(axis=1), FAR)
        top = max(0, 2 * HEIGHT + round(low * HEIGHT) - facing.shape[0])
        place = reach[top : top + facing.shape[0]]
        place[:] = first[: place.size]
        # Strokes a little above each other come as near as those in one row.
        near.append(np.minimum(np.minimum(reach[:-2], reach[2:]), reach[1:-1]))
    room = float((near[0] + near[1]).min())
    return room / HEIGHT if room < FAR else 0.0
