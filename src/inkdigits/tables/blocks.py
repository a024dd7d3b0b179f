"""What belongs to one table: lines that cross or lie over each other, and the numbers between or in line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Block", "Line", "blocks_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOUCH = 0.8  # heights of a digit by which lines that cross may miss each other
SHARED = 0.6  # of the shorter one, by which lines over each other overlap
APART = 6.0  # heights of a digit between two rulings of one table without upright lines
ASIDE = 14.0  # the same between upright lines without level ones
WITHIN = 0.3  # of the smaller of two blocks, which lies in the other and is a piece of it
ALIKE = 0.7  # of the smaller one's side, along which a piece goes on another
ON = 2.0  # heights of a digit between a table and what goes on below it
NEXT = 12.0  # between numbers in line without any lines; a blank cell or two lie between
BELOW = 4.0  # the same downwards
MARGIN = 0.5  # by which a number may stand over the outer lines
OPEN = 2.5  # the same where no upright line ends with them: a row stands on each line, also above the first


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the level sheet.

    Attributes:
        along: float64 (K,), rising.
        across: float64 (K,), the other coordinate.
        drawn: whether it is there to be seen; else it is only meant, between what stands in line.
    """

    along: Floats
    across: Floats
    drawn: bool = True

    @property
    def start(self) -> float:
        """Where it begins."""
        return float(self.along[0])

    @property
    def stop(self) -> float:
        """Where it ends."""
        return float(self.along[-1])

    @property
    def covered(self) -> float:
        """How much of it is seen, pixels; of pieces, less than from its start to its stop."""
        steps = np.diff(self.along)
        return float(np.minimum(steps, 1.5 * np.median(steps)).sum())

    @property
    def place(self) -> float:
        """Where it is across, about."""
        return float(self.across.mean())

    def at(self, along: Floats) -> Floats:
        """Returns where it is across at places along it, also beyond its ends."""
        return np.interp(along, self.along, self.across)


@dataclass(slots=True)
class Block:
    """A table, its lines and numbers as places among all.

    Attributes:
        level: its level lines.
        upright: its upright lines.
        numbers: what stands in it.
    """

    level: list[int] = field(default_factory=list[int])
    upright: list[int] = field(default_factory=list[int])
    numbers: list[int] = field(default_factory=list[int])


def blocks_of(level: Sequence[Line], upright: Sequence[Line], numbers: Floats, height: float) -> list[Block]:
    """Parts a sheet into what may be its tables.

    Args:
        level: level lines.
        upright: upright lines.
        numbers: float64 (N, 4), left, top, right and bottom of each number.
        height: pixels, of a digit.
    """
    blocks = _ruled(level, upright, height)
    regions = np.array([_region(block, level, upright, height) for block in blocks]).reshape(-1, 4)
    blocks += _in_line(numbers, _dealt(blocks, regions, numbers), height)
    whole = [_reach(block, level, upright, numbers) for block in blocks]
    closed = [_is_closed(block, reach, level, upright) for block, reach in zip(blocks, whole, strict=True)]
    first = 0
    while first < len(blocks):
        pairs = (index for index in range(len(blocks)) if index != first)
        other = next((i for i in pairs if _are_one(whole, closed, first, i, height)), None)
        if other is None:
            first += 1
            continue
        keep, gone = sorted((first, other))
        for name in ("level", "upright", "numbers"):
            getattr(blocks[keep], name).extend(getattr(blocks[gone], name))
        whole[keep] = np.concatenate(
            (np.minimum(whole[keep], whole[gone])[:2], np.maximum(whole[keep], whole[gone])[2:])
        )
        closed[keep] = closed[keep] or closed[gone]
        del blocks[gone], whole[gone], closed[gone]
        first = 0
    return blocks


def _reach(block: Block, level: Sequence[Line], upright: Sequence[Line], numbers: Floats) -> Floats:
    """Returns the left, top, right and bottom of all that belongs to a block."""
    parts = [numbers[block.numbers]]
    parts += [
        np.array([[one.start, one.place, one.stop, one.place]]) for one in (level[i] for i in block.level)
    ]
    parts += [
        np.array([[one.place, one.start, one.place, one.stop]]) for one in (upright[i] for i in block.upright)
    ]
    every = np.concatenate(parts)
    return np.concatenate((every[:, :2].min(axis=0), every[:, 2:].max(axis=0)))


def _is_closed(block: Block, reach: Floats, level: Sequence[Line], upright: Sequence[Line]) -> bool:
    """Tells whether a block has lines around it: two and two that run along most of it."""
    wide, tall = float(reach[2] - reach[0]), float(reach[3] - reach[1])
    across = sum(level[index].stop - level[index].start > ALIKE * wide for index in block.level)
    down = sum(upright[index].stop - upright[index].start > ALIKE * tall for index in block.upright)
    return min(across, down) > 1


def _are_one(whole: list[Floats], closed: list[bool], first: int, second: int, height: float) -> bool:
    """Tells whether two blocks are pieces of one table: one has no lines around it, and goes on the other."""
    low, high = np.maximum(whole[first], whole[second])[:2], np.minimum(whole[first], whole[second])[2:]
    sides = [np.maximum(whole[index][2:] - whole[index][:2], 1.0) for index in (first, second)]
    across, down = high - low  # shared, or less than 0 the gap between them
    across_least, down_least = np.minimum(*sides)
    beside = down > ALIKE * down_least
    if closed[first] and closed[second]:
        return bool(beside and -across < TOUCH * height and across < ALIKE * across_least)
    within = min(across, down) > 0 and across * down > WITHIN * across_least * down_least
    below = across > ALIKE * across_least and -down < ON * height
    return bool(within or below or (beside and -across < NEXT * height))


def _ruled(level: Sequence[Line], upright: Sequence[Line], height: float) -> list[Block]:
    """Returns the blocks that lines make."""
    touch, count = TOUCH * height, len(level)
    pairs: list[tuple[int, int]] = []
    spans = [
        np.array([(one.start, one.stop, one.place) for one in lines]).reshape(-1, 3)
        for lines in (level, upright)
    ]
    (first, last, v), (top, bottom, u) = spans[0].T, spans[1].T
    across = (u[None] > first[:, None] - touch) & (u[None] < last[:, None] + touch)
    down = (v[:, None] > top[None] - touch) & (v[:, None] < bottom[None] + touch)
    crossing = across & down
    pairs += [(int(i), count + int(j)) for i, j in zip(*np.nonzero(crossing), strict=True)]
    loose = crossing.sum(axis=1) < 2, crossing.sum(axis=0) < 2
    for places, own, gap, base in ((spans[0], loose[0], APART, 0), (spans[1], loose[1], ASIDE, count)):
        pairs += [(base + i, base + j) for i, j in _stacked(places, own, gap * height)]
    groups = _groups(range(count + len(upright)), pairs)
    blocks = [Block([i for i in one if i < count], [i - count for i in one if i >= count]) for one in groups]
    # Two lines and two are a frame around one place; two lines alone are a heading's or a sum's.
    return [
        one for one in blocks if len(one.level) + len(one.upright) >= (5 if one.level and one.upright else 3)
    ]


def _stacked(places: Floats, own: Bools, gap: float) -> list[tuple[int, int]]:
    """Returns pairs of lines that lie over each other, one of which others do not hold."""
    start, stop, place = places.T
    shared = np.minimum(stop[:, None], stop) - np.maximum(start[:, None], start)
    shorter = np.minimum((stop - start)[:, None], stop - start)
    near = (shared > SHARED * shorter) & (np.abs(place[:, None] - place) < gap) & (own[:, None] | own)
    return [(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(near, 1)), strict=True)]


def _region(block: Block, level: Sequence[Line], upright: Sequence[Line], height: float) -> list[float]:
    """Returns where numbers of a block stand: left, top, right, bottom."""
    across = [side for index in block.level for side in (level[index].start, level[index].stop)]
    down = [side for index in block.upright for side in (upright[index].start, upright[index].stop)]
    across += [upright[index].place for index in block.upright]
    down += [level[index].place for index in block.level]
    beside, below = ((MARGIN if own else OPEN) * height for own in (block.level, block.upright))
    return [min(across) - beside, min(down) - below, max(across) + beside, max(down) + below]


def _dealt(blocks: list[Block], regions: Floats, numbers: Floats) -> list[int]:
    """Gives each number to the smallest block around it; returns those that have none."""
    x, y = numbers[:, ::2].mean(axis=1), numbers[:, 1::2].mean(axis=1)
    area = (regions[:, 2] - regions[:, 0]) * (regions[:, 3] - regions[:, 1])
    free: list[int] = []
    for index in range(len(numbers)):
        inside = (regions[:, 0] < x[index]) & (x[index] < regions[:, 2])
        inside &= (regions[:, 1] < y[index]) & (y[index] < regions[:, 3])
        if inside.any():
            blocks[int(np.argmin(np.where(inside, area, np.inf)))].numbers.append(index)
        else:
            free.append(index)
    return free


def _in_line(numbers: Floats, free: list[int], height: float) -> list[Block]:
    """Returns the blocks of numbers without lines that stand near each other."""
    if not free:
        return []
    left, top, right, bottom = numbers[free].T
    order = np.argsort(top, kind="stable")
    reach = np.searchsorted(top[order], bottom[order] + BELOW * height)
    pairs: list[tuple[int, int]] = []
    for place, (one, end) in enumerate(zip(order.tolist(), reach.tolist(), strict=True)):
        others = order[place + 1 : end]  # of all pairs of thousands there would be too many
        aside = np.maximum(left[others] - right[one], left[one] - right[others])
        down = top[others] - bottom[one]
        near = ((down < 0) & (aside < NEXT * height)) | ((aside < 0) & (down < BELOW * height))
        pairs += [(one, other) for other in others[near].tolist()]
    return [Block(numbers=[free[index] for index in one]) for one in _groups(range(len(free)), pairs)]


def _groups(items: Iterable[int], pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Returns what hangs together by pairs."""
    root = {item: item for item in items}

    def top(item: int) -> int:
        while root[item] != item:
            root[item] = root[root[item]]
            item = root[item]
        return item

    for first, second in pairs:
        root[top(second)] = top(first)
    out: dict[int, list[int]] = {}
    for item in root:
        out.setdefault(top(item), []).append(item)
    return list(out.values())
