"""The one thread of a process that decodes and reads, so that the event loop stays free to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from inkdigits.reader import Reader
from inkdigits.server.gate import Gate
from inkdigits.server.logs import LOGGER
from inkdigits.server.problems import busy

__all__ = ["ReadingThread", "warm_up"]

T = TypeVar("T")


class ReadingThread:
    """Holds the reader and hands it one piece of work at a time.

    Args:
        reader: the reader, or what makes it; that is called in the thread, while the server already answers.
        gate: the bound of how much may wait.
        on_ready: called in the thread once the reader is there.
        on_failure: called when it cannot be made.
    """

    def __init__(
        self,
        reader: Reader | Callable[[], Reader],
        gate: Gate,
        on_ready: Callable[[], None] = lambda: None,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._given, self._gate = reader, gate
        self._on_ready, self._on_failure = on_ready, on_failure
        self._reader: Reader | None = None
        self._executor: ThreadPoolExecutor | None = None

    @property
    def ready(self) -> bool:
        """Whether pictures can be read now."""
        return self._reader is not None

    @property
    def reader(self) -> Reader:
        """The reader; raises a 503 Problem while it is being made."""
        if self._reader is None:
            raise busy("the server is starting; try again in a second")
        return self._reader

    def open(self) -> None:
        """Starts the thread and has it make the reader."""
        self._executor = ThreadPoolExecutor(1, "reader")
        self._executor.submit(self._make)

    def close(self) -> None:
        """Ends the thread once it has nothing more to do."""
        if self._executor is not None:
            self._executor.shutdown()
        self._reader = self._executor = None

    async def run(self, work: Callable[[Reader], T], timeout_s: float) -> T:
        """Returns what ``work`` gives for the reader; its errors are passed on.

        While the reader is being made the work waits behind that: of several workers behind one port the
        one that has just been started is not to refuse what its neighbour would have read.

        Raises:
            Problem: 503 the queue is full, or the work did not end in time. What had not begun by then is
                never begun.
        """
        with self._gate.place():
            future = asyncio.get_running_loop().run_in_executor(self._executor, lambda: work(self.reader))
            try:
                return await asyncio.wait_for(future, max(timeout_s, 0))
            except TimeoutError as error:
                raise busy(
                    "the picture was not read in time; try again later, or send a smaller one"
                ) from error

    def _make(self) -> None:
        try:
            reader = self._given if isinstance(self._given, Reader) else self._given()
            warm_up(reader)
        except Exception:
            LOGGER.critical("the reader cannot be made", exc_info=True)
            self._on_failure()
            return
        self._reader = reader
        self._on_ready()


def warm_up(reader: Reader) -> None:
    """Reads once in each way, so that no request waits for modules and models to be loaded."""
    picture = np.full((96, 96), 255, np.uint8)
    picture[20:76, 44:52] = 0  # a 1
    for expect in ("digit", "number", "page"):
        reader.read(picture, expect)
