"""What a finder that makes no mistake answers, for tests of what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find import maps

__all__ = ["Told", "perfect"]

Told = tuple[str, float, float, float, float, tuple[float, float] | None]
"""Label, x and y of the middle, width, height, and where the middle of the one that follows it is."""


def perfect(
    marks: Sequence[Told], side: tuple[int, int], score: float = 6.0, turn: float = 0.0
) -> NDArray[np.float32]:
    """Returns float32 (H / 4, W / 4, 2 x answers) for an image of (H, W) with these marks."""
    rows, columns = side[0] // spec.FINDER_ROWS, side[1] // spec.FINDER_COLUMNS
    out = np.zeros((rows, columns, maps.FIELDS + len(spec.NUMBER_LABELS)), np.float32)
    out[..., maps.CENTRE] = -8
    for label, x, y, width, height, following in marks:
        row, column = int(y // spec.FINDER_ROWS), int(x // spec.FINDER_COLUMNS)
        place = out[row, column]
        place[maps.CENTRE] = score
        place[maps.WIDTH], place[maps.HEIGHT] = np.log(np.array((width, height)) / spec.FINDER_HEIGHT)
        place[maps.RIGHT] = (x - (column + 0.5) * spec.FINDER_COLUMNS) / maps.OFFSET_UNIT
        place[maps.DOWN] = (y - (row + 0.5) * spec.FINDER_ROWS) / maps.OFFSET_UNIT
        place[maps.LINK] = 5 if following else -5
        if following:
            place[maps.NEXT_RIGHT] = (following[0] - x) / spec.FINDER_HEIGHT
            place[maps.NEXT_DOWN] = (following[1] - y) / spec.FINDER_HEIGHT
        place[maps.SINE], place[maps.COSINE] = np.sin(np.radians(turn)), np.cos(np.radians(turn))
        place[maps.FIELDS + spec.NUMBER_LABELS.index(label)] = 9
    return out.reshape(rows, columns // spec.FRAMES_A_COLUMN, -1)
