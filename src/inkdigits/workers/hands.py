"""A worker process as its parent sees it, and what it has in hand."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from inkdigits.workers.worker import ANSWERING, LOADING, noted

__all__ = ["Task", "Worker"]

_SMALL = 32_768  # bytes of items that a pipe takes in at once, whether or not its worker listens
_HANDS, _FULL_HANDS = 2, 8  # items that a worker has at a time: the one it is at and the next; quick ones
_QUICK_S = 0.025  # of an item; an answer that wakes this process keeps a worker from its core for .1 ms


@dataclass(slots=True)
class Task:
    """An item on its way.

    Attributes:
        number: its place among all, from 0.
        item: itself.
        payload: number and item as they go through a pipe.
        alone: whether no other may be at a worker at the same time: one of two may have cost it its life.
        tries: how many workers were lost with it in hand.
    """

    number: int
    item: Any
    payload: bytes
    alone: bool = False
    tries: int = 0


@dataclass(slots=True)
class Worker:
    """A process that answers items.

    Attributes:
        process: itself.
        pipe: our end.
        shared: where it notes what it is at, see :func:`inkdigits.workers.worker.serve`.
        tasks: what it has in hand, by number, the oldest first.
        up: whether it has called.
        heard: when its latest answers came.
    """

    process: Any
    pipe: Connection
    shared: Any
    tasks: dict[int, Task] = field(default_factory=dict[int, Task])
    up: bool = False
    heard: deque[float] = field(default_factory=lambda: deque[float](maxlen=_FULL_HANDS + 1))

    def at(self) -> dict[int, float]:
        """Returns the numbers of the items that it is loading and answering, and since when."""
        return dict(one for place in (LOADING, ANSWERING) if (one := noted(self.shared, place)))

    def send(self, payload: bytes) -> None:
        """Sends what it reads; if it is gone, that is seen when its answers are collected."""
        with suppress(OSError):
            self.pipe.send_bytes(payload)

    def takes(self, task: Task) -> bool:
        """Tells whether it can be given one more while it is at another."""
        first, *others = self.tasks.values()
        small = sum(len(one.payload) for one in (*others, task)) <= _SMALL
        return self.has_room() and small and not first.alone and not task.alone

    def has_room(self) -> bool:
        """Tells whether it has fewer items than it can do with."""
        return len(self.tasks) < (_HANDS if self.spare() is None else _FULL_HANDS)

    def spare(self) -> float | None:
        """Returns for how long, in seconds, it has enough to do; None if its items are not quick."""
        if len(self.heard) <= _FULL_HANDS:
            return None
        each = (self.heard[-1] - self.heard[0]) / _FULL_HANDS
        return each * (len(self.tasks) - _HANDS) if each <= _QUICK_S else None
