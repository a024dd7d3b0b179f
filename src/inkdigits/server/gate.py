"""How much may be in progress at a time, and whether anything new may begin."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from inkdigits.server.metrics import Metrics
from inkdigits.server.problems import busy

__all__ = ["Gate"]

_BUFFERED_BODIES = 4  # largest bodies held at a time while they arrive; smaller ones are many more


class Gate:
    """Counts requests and bytes of one process; its event loop alone calls it, so it needs no lock.

    Args:
        queue: requests that may wait for the reader or be read.
        max_bytes: the largest body.
        metrics: where the counts are shown.

    Attributes:
        draining: True once nothing new may begin.
    """

    def __init__(self, queue: int, max_bytes: int, metrics: Metrics) -> None:
        self._queue, self._budget, self._metrics = queue, _BUFFERED_BODIES * max_bytes, metrics
        self._requests = self._queued = self._buffered = 0
        self.draining = False

    @property
    def idle(self) -> bool:
        """Whether every request has been answered."""
        return self._requests == 0

    def refuse_if_full(self) -> None:
        """Raises a 503 Problem when the queue has no place."""
        if self._queued >= self._queue:
            raise busy(
                f"the queue is full: at most {self._queue} requests wait at a time; try again in a second"
            )

    @contextmanager
    def request(self) -> Generator[None]:
        """Counts a request from its first byte to the end of its answer."""
        self._requests += 1
        self._metrics.in_progress.inc()
        try:
            yield
        finally:
            self._requests -= 1
            self._metrics.in_progress.dec()

    @contextmanager
    def place(self) -> Generator[None]:
        """Holds one place of the queue; raises a 503 Problem when there is none."""
        self.refuse_if_full()
        self._queued += 1
        self._metrics.queued.inc()
        try:
            yield
        finally:
            self._queued -= 1
            self._metrics.queued.dec()

    def buffer(self, count: int) -> None:
        """Counts bytes of bodies that are held; raises a 503 Problem when they are too many together."""
        if self._buffered + count > self._budget:
            raise busy("too many bytes arrive at the same time; try again in a second")
        self._buffered += count

    def release(self, count: int) -> None:
        """Takes back what :meth:`buffer` counted."""
        self._buffered -= count
