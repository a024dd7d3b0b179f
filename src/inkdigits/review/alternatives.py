"""What else a number may be: the likeliest texts after the one that was read."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from math import prod

from inkdigits.readings import Digit

__all__ = ["alternatives_of"]

_LEAST = 1e-9  # a probability that is written as 0 is a small one all the same


def alternatives_of(
    text: str, confidence: float, digits: Sequence[Digit], most: int
) -> list[tuple[str, float]]:
    """Returns other texts with their probabilities, the likeliest first.

    Each differs from what was read in one character or more; how much less likely it is, is told by the
    alternatives of these characters alone.

    Args:
        text: what was read.
        confidence: that it is right, 0..1.
        digits: its characters with their alternatives; where they do not spell it, there are none to tell.
        most: how many.
    """
    if "".join(digit.value for digit in digits) != text:
        return []
    options = [_options(digit) for digit in digits]
    # Best first: a state names an option of each character, and is followed by those one step worse.
    start: tuple[int, ...] = (0,) * len(options)
    heap: list[tuple[float, tuple[int, ...]]] = [(-1.0, start)]
    seen: set[tuple[int, ...]] = {start}
    found: dict[str, float] = {}
    while heap and len(found) < most:
        negative, state = heappop(heap)
        other = "".join(option[place][0] for option, place in zip(options, state, strict=True))
        if other != text:
            found.setdefault(other, -negative)
        for index, place in enumerate(state):
            following = (*state[:index], place + 1, *state[index + 1 :])
            if place + 1 < len(options[index]) and following not in seen:
                seen.add(following)
                share = prod(option[at][1] for option, at in zip(options, following, strict=True))
                heappush(heap, (-share, following))
    left = 1.0 - confidence
    return [(other, min(confidence * ratio, left)) for other, ratio in found.items()]


def _options(digit: Digit) -> list[tuple[str, float]]:
    """Returns what a character may be, and how likely beside what was read."""
    base = max(digit.confidence, _LEAST)
    others = sorted(digit.alternatives, key=lambda pair: -pair[1])
    return [(digit.value, 1.0), *((value, min(1.0, max(share, _LEAST) / base)) for value, share in others)]
