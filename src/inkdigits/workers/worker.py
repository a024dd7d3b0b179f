"""The process that works: it loads the next item in a thread while it answers the one before."""

from __future__ import annotations

import time
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Any, Protocol

from inkdigits.processes import end_with_parent
from inkdigits.spec import WORKER_BYTES

__all__ = ["ANSWERING", "LOADING", "STARTED", "Work", "noted", "serve"]

LOADING, ANSWERING, STARTED = 0, 2, 4
"""Places in the memory that a worker shares with its parent: an item's number + 1, behind it since when."""


class Work(Protocol):
    """What is done with items. It pickles, and its methods raise nothing: a failure is an answer."""

    def load(self, item: Any) -> Any:
        """Gets an item ready, while the one before it is answered."""
        ...

    def answer(self, item: Any, loaded: Any) -> Any:
        """Answers an item; the answer pickles."""
        ...

    def failed(self, item: Any, reason: str) -> Any:
        """Returns the answer for an item whose worker was lost; called in the parent."""
        ...


def noted(shared: Any, place: int) -> tuple[int, float] | None:
    """Returns the number of the item that a worker is loading or answering, and since when."""
    number, since = shared[place], shared[place + 1]
    return (int(number) - 1, since) if number and number == shared[place] else None


def serve(pipe: Connection, shared: Any) -> None:
    """Answers the items that come through a pipe until it is closed.

    Args:
        pipe: is called with None, gives the work and then (number, item), takes (number, answer).
        shared: five doubles that the parent sees, for what it is at.
    """
    end_with_parent()
    _bound_memory()
    pipe.send(None)
    work: Work = pipe.recv()
    shared[STARTED] = 1
    loaded: SimpleQueue[tuple[int, Any, Any] | None] = SimpleQueue()
    room = Semaphore(1)  # one item is loaded ahead of the one that is answered
    Thread(target=_load, args=(pipe, work, shared, loaded, room), daemon=True).start()
    while (entry := loaded.get()) is not None:
        room.release()
        number, item, what = entry
        _note(shared, ANSWERING, number)
        answer = work.answer(item, what)
        _note(shared, ANSWERING, None)
        del entry, item, what
        pipe.send((number, answer))


def _load(pipe: Connection, work: Work, shared: Any, loaded: SimpleQueue[Any], room: Semaphore) -> None:
    try:
        while True:
            try:
                number, item = pipe.recv()
            except (EOFError, OSError):
                return
            room.acquire()
            _note(shared, LOADING, number)
            what = work.load(item)
            _note(shared, LOADING, None)
            loaded.put((number, item, what))
            del item, what
    finally:  # also by an error: what it was at stays noted
        loaded.put(None)


def _note(shared: Any, place: int, number: int | None) -> None:
    """Writes down what this worker begins, or that it is done with it."""
    if number is not None:
        shared[place + 1] = time.monotonic()  # the same for all processes of a machine
    shared[place] = 0 if number is None else number + 1


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has no such bound
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft == resource.RLIM_INFINITY or soft > WORKER_BYTES:
            resource.setrlimit(resource.RLIMIT_DATA, (WORKER_BYTES, hard))
