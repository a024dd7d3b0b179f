"""A field of ink → the parts of it that the finder is given, each with what it answers for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

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
        right, bottom: where that ends.
        columns, rows: first pixel that it answers for, and the one behind the last.
        ink: sum of the shades that it answers for.
    """

    left: int
    top: int
    right: int
    bottom: int
    columns: tuple[int, int]
    rows: tuple[int, int]
    ink: int

    def seen(self, field: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Returns what the network sees of it."""
        return field[self.top : self.bottom, self.left : self.right]

    def holds(self, places: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Tells which places, (N, 2) in pixels of the field, it answers for."""
        x, y = places[:, 0], places[:, 1]
        across = (x >= self.columns[0]) & (x < self.columns[1])
        return across & (y >= self.rows[0]) & (y < self.rows[1])


def tiles_with_ink(field: NDArray[np.uint8]) -> Iterator[Tile]:
    """Gives the tiles of a field, uint8 (H, W) with 255 = ink, row by row; without ink they are left out."""
    height, width = field.shape
    for top, bottom, rows in _spans(height):
        for left, right, columns in _spans(width):
            own = field[slice(*rows), slice(*columns)]
            if int(own.max(initial=0)) >= INK:
                yield Tile(left, top, right, bottom, columns, rows, int(own.sum()))


def foremost(tiles: list[Tile], places: NDArray[np.floating], scores: NDArray[np.floating]) -> list[Tile]:
    """Returns tiles in the order of how much is in them: by marks that were told before, then by ink.

    Args:
        tiles: of a field.
        places: (N, 2) middles of the marks, in pixels of the field.
        scores: (N,) probability of each.
    """
    return sorted(tiles, key=lambda tile: (-float(scores[tile.holds(places)].sum()), -tile.ink))


def _spans(length: int) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Gives for each tile along a side where it begins and ends, and which pixels it answers for.

    No tile is larger than it has to be: of a side that is little longer than a tile two halves are seen.
    """
    step = spec.FINDER_STEP
    count = 1 if length <= TILE else -(-length // (TILE - 2 * OVERLAP - step))
    edges = [round(index * length / count / step) * step for index in range(count)] + [length]
    for first, last in pairwise(edges):
        yield max(0, first - OVERLAP), min(length, last + OVERLAP), (first, last)
