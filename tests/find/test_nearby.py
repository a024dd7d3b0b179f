"""nearby.py: pairs of boxes, against looking at all of them."""

from __future__ import annotations

import time

import numpy as np
import pytest

from inkdigits.find.nearby import near_pairs


def drawn(count: int, side: int, rng: np.random.Generator) -> np.ndarray:
    """Boxes on both sides of zero, as the levels of a page that is turned are."""
    return np.hstack((rng.integers(-side, side, (count, 2)), rng.integers(1, 40, (count, 2)))).astype(
        np.int32
    )


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_the_pairs_that_looking_at_all_finds(seed: int):
    rng = np.random.default_rng(seed)
    boxes = drawn(int(rng.integers(0, 60)), 100, rng)
    of, (across, down) = rng.random(len(boxes)) < 0.5, rng.uniform(1, 30, 2)

    def between(one: int, other: int, axis: int) -> int:
        starts, stops = boxes[[one, other], axis], boxes[[one, other], axis] + boxes[[one, other], axis + 2]
        return max(starts[1] - stops[0], starts[0] - stops[1])

    wanted = [
        (one, other)
        for one in np.flatnonzero(of)
        for other in range(len(boxes))
        if one != other and between(one, other, 0) <= across and between(one, other, 1) <= down
    ]
    first, second = near_pairs(boxes, across, down, of)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == wanted


def test_twice_as_many_take_no_four_times_as_long():
    def seconds(count: int) -> float:
        boxes = drawn(count, int(20 * count**0.5), np.random.default_rng(1))  # as dense as half of them
        start = time.process_time()
        near_pairs(boxes, 5.0, 5.0, np.ones(count, bool))
        return time.process_time() - start

    few, many = (min(seconds(count) for _ in range(3)) for count in (20_000, 80_000))
    assert many < 10 * few  # four times as many; sixteen times as long if all were looked at
