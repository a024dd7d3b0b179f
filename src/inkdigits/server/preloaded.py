"""What workers share: libraries and models, loaded once in a process that every worker is a fork of.

Memory that nobody writes to stays one copy for all workers. Forked is that process alone, which
multiprocessing calls the fork server: it imports this module, answers nothing itself, and has no other
thread, whose locks a fork would keep for ever. Where that cannot be had (models with threads of their own, a
system without it) each worker loads its own.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from dataclasses import asdict, dataclass
from json import dumps, loads
from pathlib import Path
from typing import Any

from inkdigits.reader import Reader
from inkdigits.server.reading_thread import warm_up

__all__ = ["ReaderOptions", "context", "reader"]

_OPTIONS = "INKDIGITS_PRELOADED"
"""The environment variable that says to the fork server what to load: it imports modules, and asks nobody."""

_ONE_THREAD = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
)  # else NumPy starts a thread a core as it is imported


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """The arguments of each process' reader; see :class:`inkdigits.reader.Reader`."""

    digits: str | None = None
    numbers: str | None = None
    finder: str | None = None
    max_error: float | None = None
    second: str | None = None
    threads: int | None = 1

    def make(self) -> Reader:
        """Returns a reader."""
        return Reader(
            self.digits,
            self.numbers,
            self.finder,
            max_error=self.max_error,
            second=self.second,
            threads=self.threads,
        )


def context(options: ReaderOptions) -> Any:
    """Returns how workers are started: forked from a process that has loaded all, or each on its own."""
    if options.threads != 1 or sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    os.environ[_OPTIONS] = dumps(asdict(options))
    forked = multiprocessing.get_context("forkserver")
    forked.set_forkserver_preload([__name__, "inkdigits.server.run"])
    return forked


def reader(options: ReaderOptions) -> Reader:
    """Returns the reader that was loaded before the fork, or a new one."""
    if _loaded is not None and _loaded[0] == options:
        return _loaded[1]
    return options.make()


def _load() -> tuple[ReaderOptions, Reader] | None:
    """Loads in the fork server what the environment asks for; what fails there is told by the workers."""
    asked = os.environ.pop(_OPTIONS, None)
    if asked is None or multiprocessing.parent_process() is not None:
        return None
    options = ReaderOptions(**loads(asked))
    try:
        made = options.make()
        warm_up(made)
    except Exception:
        return None
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return None
    gc.collect()
    gc.freeze()  # or looking for garbage would write to each page of it
    return options, made


_loaded = _load()
