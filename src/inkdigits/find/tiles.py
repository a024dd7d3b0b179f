"""A field of ink → the parts of it that the finder is given, each with what it answers for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["Tile", "foremost", "tiles_with_ink"]

TILE = 512  # pixels; largest side that the network is given
OVERLAP = 32  # pixels that a tile sees beyond what it answers for
INK = 40  # shade of 255; a tile without such is empty


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a field.

    Attributes:
        left, top: where what the network sees of it begins, pixels of the field.
        columns, rows: first pixel that it answers for, and the one behind the last.
        ink: sum of the shades that it answers for.
    """

    left: int
    top: int
    columns: tuple[int, int]
    rows: tuple[int, int]
    ink: int

    def seen(self, field: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Returns what the network sees of it."""
        return field[self.top : self.top + TILE, self.left : self.left + TILE]

    def holds(self, places: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tells which places, (N, 2) in pixels of the field, it answers for."""
        x, y = places[:, 0], places[:, 1]
        across = (x >= self.columns[0]) & (x < self.columns[1])
        return across & (y >= self.rows[0]) & (y < self.rows[1])


def tiles_with_ink(field: NDArray[np.uint8]) -> Iterator[Tile]:
    """Gives the tiles of a field, uint8 (H, W) with 255 = ink, row by row; without ink they are left out."""
    height, width = field.shape
    for top, *rows in _spans(height):
        for left, *columns in _spans(width):
            own = field[rows[0] : rows[1], columns[0] : columns[1]]
            if int(own.max(initial=0)) >= INK:
                yield Tile(left, top, (columns[0], columns[1]), (rows[0], rows[1]), int(own.sum()))


def foremost(tiles: list[Tile], places: NDArray[np.floating], scores: NDArray[np.floating]) -> list[Tile]:
    """Returns tiles in the order of how much is in them: by marks that were told before, then by ink.

    Args:
        tiles: of a field.
        places: (N, 2) middles of the marks, in pixels of the field.
        scores: (N,) probability of each.
    """
    return sorted(tiles, key=lambda tile: (-float(scores[tile.holds(places)].sum()), -tile.ink))


def _spans(length: int) -> list[tuple[int, int, int]]:
    """Returns for each tile along a side where it begins, and first and last pixel that it answers for."""
    count = max(1, -(-(length - 2 * OVERLAP) // (TILE - 2 * OVERLAP)))
    if length <= TILE:
        return [(0, 0, length)]
    edges = [round(index * length / count / spec.FINDER_STEP) * spec.FINDER_STEP for index in range(count)]
    out: list[tuple[int, int, int]] = []
    for first, last in zip(edges, [*edges[1:], length], strict=True):
        start = min(max(0, first - OVERLAP), length - TILE)
        out.append((start, first, last))
    return out
