"""Which corrections are of the same digit: told by the ids alone, but for boxes within one picture.

An id ends in a hash of the picture that was sent, a hash of what was cut out of it, and eight characters by
chance. Two corrections are of the same digit when what was cut out is equal, or when they come from the same
picture and their boxes lie over each other: another expectation may find a slightly different box.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box

__all__ = ["hashes", "may_be", "outdated"]

_LENGTH = 8  # hexadecimal digits of a hash
_SAME = 0.5  # intersection over union; a slanted neighbour shares less


def hashes(picture: NDArray[np.uint8], cut: NDArray[np.uint8]) -> str:
    """Returns what an id has of a picture and of what was cut out of it: 16 hexadecimal digits."""
    return _hash(picture) + _hash(cut)


def may_be(one: str, other: str) -> bool:
    """Tells whether two ids can be of the same digit."""
    return not _parts(one).isdisjoint(_parts(other))


def outdated(identifiers: Iterable[str], box_of: Callable[[str], Box | None]) -> set[str]:
    """Returns the ids of which there is a later one of the same digit.

    Args:
        identifiers: they sort by time.
        box_of: gives where the digit of an id stood in its picture, None for the whole picture; asked only
            where a picture has several corrections.
    """
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for identifier in sorted(identifiers):
        for part in _parts(identifier):
            alike[part].append(identifier)
    found: set[str] = set()
    for part, group in alike.items():
        if len(group) == 1:
            continue
        boxes = {} if part.startswith("cut") else {one: box_of(one) for one in group}
        for earlier, later in combinations(group, 2):
            if part.startswith("cut") or _lie_over_each_other(boxes[earlier], boxes[later]):
                found.add(earlier)
    return found


def _hash(picture: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()[:_LENGTH]


def _parts(identifier: str) -> set[str]:
    both = identifier.rpartition("-")[2]
    return {f"picture {both[:_LENGTH]}", f"cut {both[_LENGTH : 2 * _LENGTH]}"}


def _lie_over_each_other(one: Box | None, other: Box | None) -> bool:
    return one is not None and other is not None and one.overlap(other) > _SAME
