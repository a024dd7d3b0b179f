"""Strokes of one digit that the pen or the paper broke apart are put together again, before numbers are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.nearby import near_pairs

__all__ = ["joined_strokes"]

Ints = NDArray[np.int32]


def joined_strokes(labels: Ints, stats: Ints, chosen: Ints, slope: float, height: float) -> Ints:
    """Gives broken-off strokes the label of the piece they belong to; ``labels`` and ``stats`` change.

    Args:
        labels: int32 (H, W), the connected pieces of ink, 0 = paper.
        stats: int32 (N, 5): left, top, width, height and area of each label.
        chosen: int32 (M,), the labels looked at.
        slope: rows for each column, of the page's rows.
        height: pixels, of a digit.

    Returns:
        The labels that are left.
    """
    # Numbers of Python's own: most strokes have a handful of others near, for which arrays are slow.
    boxes: list[list[int]] = stats[chosen].tolist()
    strokes = _may_be_stroke(stats[chosen], height)
    # Nearer than that are all that _fits takes; a piece that strokes were joined to has theirs, too.
    near: dict[int, set[int]] = {index: set() for index in np.flatnonzero(strokes).tolist()}
    pairs = near_pairs(stats[chosen], 0.12 * height, 0.25 * height, strokes)
    for first, second in zip(*(part.tolist() for part in pairs), strict=True):
        near[first].add(second)
    joined: list[tuple[int, int]] = []
    gone: set[int] = set()
    for index, beside in near.items():
        own = boxes[index]
        others = [other for other in sorted(beside - gone) if _fits(own, boxes[other], slope, height)]
        if not others:
            continue
        other = min(others, key=lambda other: max(_apart(own, boxes[other])))
        joined.append((index, other))
        boxes[other] = _together(own, boxes[other])
        gone.add(index)
        for neighbour in beside - {other}:
            if neighbour in near:
                near[neighbour].add(other)
        if other in near:
            near[other] |= beside - {other}
    if gone:
        stats[chosen] = boxes
        becomes = np.arange(len(stats), dtype=np.int32)
        for index, other in reversed(joined):  # what was joined to later has its label by now
            becomes[chosen[index]] = becomes[chosen[other]]
        np.take(becomes, labels, out=labels, mode="clip")
    return np.delete(chosen, sorted(gone))


def _may_be_stroke(stats: Ints, height: float) -> NDArray[np.bool_]:
    """Tells pieces lower than a digit and larger than a point."""
    return (stats[:, 3] < 0.8 * height) & (np.maximum(stats[:, 2], stats[:, 3]) > spec.PAGE_STROKE * height)


def _apart(own: list[int], other: list[int]) -> tuple[int, int]:
    """Returns pixels of paper between two pieces, across and down; < 0 is overlap."""
    across = max(other[0] - own[0] - own[2], own[0] - other[0] - other[2])
    return across, max(other[1] - own[1] - own[3], own[1] - other[1] - other[3])


def _fits(own: list[int], other: list[int], slope: float, height: float) -> bool:
    """Tells whether a stroke belongs to a piece: right beside it, and together as high as one digit."""
    across, down = _apart(own, other)
    left, top, width, tall, _ = other
    together = max(top + tall, own[1] + own[3]) - min(top, own[1])
    if together >= spec.PAGE_STROKE_TOGETHER * max(tall, height) or tall <= spec.PAGE_STROKE * height:
        return False
    if -across > 0.5 * min(width, own[2]) and down < 0.25 * height:
        return True
    if across >= 0.12 * height or down >= 0.2 * height or tall <= spec.PAGE_DIGIT_LEAST * height:
        return False
    # Below the middle stand points and commas, before it minus signs.
    fall = own[1] + own[3] / 2 - (top + tall / 2) - slope * (own[0] + own[2] / 2 - left - width / 2)
    return fall < 0.1 * tall and own[0] + own[2] / 2 > left + 0.5 * width


def _together(stroke: list[int], piece: list[int]) -> list[int]:
    """Returns left, top, width, height and area of two pieces as one."""
    left, top = min(stroke[0], piece[0]), min(stroke[1], piece[1])
    right = max(stroke[0] + stroke[2], piece[0] + piece[2])
    bottom = max(stroke[1] + stroke[3], piece[1] + piece[3])
    return [left, top, right - left, bottom - top, stroke[4] + piece[4]]
