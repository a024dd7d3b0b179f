"""Which pieces of ink lie near each other, in a time that grows with their number and not with its square."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["near_pairs"]

Ints = NDArray[np.int32]
Places = NDArray[np.int64]


def near_pairs(boxes: Ints, across: float, down: float, of: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Finds all pairs of boxes with little between them.

    Args:
        boxes: int32 (N, 4): left, top, width and height of each, pixels.
        across: pixels, 0 or more; most that lies between the columns of two.
        down: the same between their rows.
        of: bool (N,), those whose neighbours are asked for.

    Returns:
        The first and the second of each pair, int64 (P,) each, ordered by the first and then by the second.
    """
    # Two boxes that are near share a field of a grid once the first is that much larger on all sides.
    asked = np.flatnonzero(of)
    room = np.array((across, down))
    size = np.maximum(8.0, room)
    start = boxes[:, :2] - boxes[:, :2].min(axis=0, initial=0)
    stop = start + boxes[:, 2:4]
    columns = int(np.ceil(stop[:, 0].max(initial=0) / size[0])) + 1
    at, fields = _fields(start / size, stop / size, columns)
    order = np.argsort(fields, kind="stable")
    at, fields = at[order], fields[order]
    first, wanted = _fields((start[asked] - room) / size, (stop[asked] + room) / size, columns)
    low, high = np.searchsorted(fields, wanted, "left"), np.searchsorted(fields, wanted, "right")
    first = np.repeat(asked[first], high - low)
    second = at[np.repeat(low, high - low) + _counted(high - low)]
    between = np.maximum(start[second] - stop[first], start[first] - stop[second])
    near = (between <= room).all(axis=1) & (first != second)
    pairs = np.sort(first[near] * len(boxes) + second[near])
    first, second = np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], max(1, len(boxes)))  # each once
    return first, second


def _fields(start: NDArray[np.float64], stop: NDArray[np.float64], columns: int) -> tuple[Places, Places]:
    """Returns each field that each box lies on, as the box and the field; those on the left are left out."""
    low = np.maximum(0, np.floor(start).astype(np.int64))
    high = np.floor(stop).astype(np.int64)
    high[:, 0] = np.minimum(high[:, 0], columns - 1)
    wide, tall = (np.maximum(0, high - low + 1)).T
    box = np.repeat(np.arange(len(start)), wide * tall)
    row, column = np.divmod(_counted(wide * tall), np.repeat(np.maximum(1, wide), wide * tall))
    return box, (low[box, 1] + row) * columns + low[box, 0] + column


def _counted(sizes: Places) -> Places:
    """Returns 0, 1, 2, … for each of these sizes, one behind the other."""
    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if ends.size else 0) - np.repeat(ends - sizes, sizes)
