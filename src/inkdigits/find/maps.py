"""What the finder's network answers: which of its maps tells what, in which unit.

An answer stands for a place of ``spec.FINDER_ROWS`` x ``spec.FINDER_COLUMNS`` pixels. Behind the maps of this
file follow the logits of the labels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = [
    "CENTRE",
    "COSINE",
    "DOWN",
    "FIELDS",
    "HEIGHT",
    "LINK",
    "NEXT_DOWN",
    "NEXT_RIGHT",
    "OFFSET_UNIT",
    "RIGHT",
    "SINE",
    "WIDTH",
    "centres_of_places",
]

CENTRE = 0  # logit: the middle of a mark is here
WIDTH, HEIGHT = 1, 2  # of the mark: log of its side over spec.FINDER_HEIGHT
RIGHT, DOWN = 3, 4  # from the middle of the place to that of the mark, in OFFSET_UNIT
LINK = 5  # logit: a mark of the same number follows
NEXT_RIGHT, NEXT_DOWN = (
    6,
    7,
)  # from the middle of the mark to that of the one that follows, over FINDER_HEIGHT
SINE, COSINE = 8, 9  # of the angle by which the line of writing is turned clockwise
FIELDS = 10  # so many; the labels follow

OFFSET_UNIT = 4.0  # pixels


def centres_of_places(rows: int, columns: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Returns the middle of each row and of each column of places, float32, pixels of the network's input."""
    down = (np.arange(rows, dtype=np.float32) + 0.5) * spec.FINDER_ROWS
    return down, (np.arange(columns, dtype=np.float32) + 0.5) * spec.FINDER_COLUMNS
