"""How far a batch is, on one line of a terminal that is written over; nothing where there is none."""

from __future__ import annotations

import sys
import time

from inkdigits.readings import Status

__all__ = ["Progress"]

_OFTEN = 0.2  # seconds between two looks of it
_WORDS: dict[Status, str] = {"unsure": "unsure", "error": "failed"}
_CLEAR = "\r\x1b[K"


class Progress:
    """Counts sources on standard error if that is a terminal.

    Args:
        total: how many there are.
        done: how many of them were read before.
        shown: whether rows go elsewhere; among rows on the same terminal it would be in the way.
    """

    def __init__(self, total: int, done: int = 0, shown: bool = True) -> None:
        self._total, self._done, self._before = total, done, done
        self._told: dict[Status, int] = {"unsure": 0, "error": 0}
        self._shown = shown and total > 1 and sys.stderr.isatty()
        self._began, self._next = time.monotonic(), 0.0

    def count(self, status: Status) -> None:
        """Counts one more source, and what became of it."""
        self._done += 1
        if status in self._told:
            self._told[status] += 1
        now = time.monotonic()
        if self._shown and now >= self._next:
            self._next = now + _OFTEN
            print(f"{_CLEAR}{self._line(now)}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Takes the line away, before another is written and at the end."""
        if self._shown and self._next:
            print(_CLEAR, end="", file=sys.stderr, flush=True)

    def _line(self, now: float) -> str:
        told = "".join(f", {count:,} {_WORDS[status]}" for status, count in self._told.items() if count)
        spent, read = max(now - self._began, 1e-9), max(1, self._done - self._before)
        left = (self._total - self._done) * spent / read
        return (
            f"{self._done:,} of {self._total:,} read{told}, {read / spent:.3g} a second, {_about(left)} left"
        )


def _about(seconds: float) -> str:
    """Returns a time as people say it."""
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
