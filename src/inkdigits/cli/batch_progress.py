"""How far a batch is, on one line of a terminal that is written over; nothing where there is none."""

from __future__ import annotations

import sys
import time

__all__ = ["Progress"]

_OFTEN = 0.2  # seconds between two looks of it
_CLEAR = "\r\x1b[K"


class Progress:
    """Counts sources on standard error if that is a terminal.

    Args:
        total: how many there are.
        done: how many of them were read before.
        shown: whether rows go elsewhere; among rows on the same terminal it would be in the way.
    """

    def __init__(self, total: int, done: int = 0, shown: bool = True) -> None:
        self._total, self._done, self._before, self._failed = total, done, done, 0
        self._shown = shown and total > 1 and sys.stderr.isatty()
        self._began, self._next = time.monotonic(), 0.0

    def count(self, failed: bool) -> None:
        """Counts one more source."""
        self._done += 1
        self._failed += failed
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + _OFTEN
            print(f"{_CLEAR}{self._line(now)}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Takes the line away, before another is written and at the end."""
        if self._shown and self._next:
            print(_CLEAR, end="", file=sys.stderr, flush=True)

    def _line(self, now: float) -> str:
        failed = f", {self._failed:,} failed" if self._failed else ""
        left = (self._total - self._done) * (now - self._began) / max(1, self._done - self._before)
        return f"{self._done:,} of {self._total:,} read{failed}, {_about(left)} left"


def _about(seconds: float) -> str:
    """Returns a time as people say it."""
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
