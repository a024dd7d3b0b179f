"""How far a batch is, on one line of a terminal that is written over; nothing where there is none."""

from __future__ import annotations

import sys
from threading import RLock

from inkdigits.readings import Status

__all__ = ["Progress"]

_LINE = "{percentage:3.0f}% |{bar}| {n_fmt} of {total_fmt} read{postfix}, {rate_noinv_fmt}, {remaining} left"
_WORDS: dict[Status, str] = {"unsure": "unsure", "error": "failed"}
_OF_LATE = 0.05  # the weight of the last tenth of a second in the rate: pictures differ


class Progress:
    """Counts sources on standard error if that is a terminal.

    Args:
        total: how many there are.
        done: how many of them were read before, which say nothing about the rate.
    """

    def __init__(self, total: int, done: int = 0) -> None:
        self._bar = None
        self._told: dict[Status, int] = dict.fromkeys(_WORDS, 0)
        if total > 1 and sys.stderr.isatty():
            from tqdm import tqdm  # 20 ms that other calls need not wait for

            tqdm.set_lock(RLock())  # as it comes it would start a process, to share the line with others
            tqdm.monitor_interval = 0  # nor is its thread needed, where the clock is looked at each time
            self._bar = tqdm(
                total=total,
                initial=done,
                unit=" pictures",
                bar_format=_LINE,
                dynamic_ncols=True,
                miniters=1,
                smoothing=_OF_LATE,
                leave=False,
                file=sys.stderr,
            )

    def count(self, status: Status) -> None:
        """Counts one more source, and what became of it."""
        if self._bar is None:
            return
        if status in self._told:
            self._told[status] += 1
            told = ", ".join(f"{count:,} {_WORDS[one]}" for one, count in self._told.items() if count)
            self._bar.set_postfix_str(told, refresh=False)
        self._bar.update()

    def clear(self) -> None:
        """Takes the line away before another is written; the next source brings it back."""
        if self._bar is not None:
            self._bar.clear()

    def close(self) -> None:
        """Takes the line away for good."""
        if self._bar is not None:
            self._bar.close()
