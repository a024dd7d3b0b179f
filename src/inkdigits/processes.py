"""Processes that end with the one that started them, whatever ended that: after kill -9 nobody tells them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Thread, main_thread

__all__ = ["end_with_parent", "ending_children", "send_self"]


def end_with_parent(end: Callable[[], object] = lambda: os._exit(1)) -> None:
    """Makes a process that multiprocessing started end as soon as its parent is gone; does nothing in others.

    A thread waits for the parent, on every system alike: Linux's own signal for that comes when the parent's
    thread ends that started the process, which may be long before.

    Args:
        end: called from that thread; by default the process ends without another word.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        end()

    Thread(target=watch, name="end with parent", daemon=True).start()


def send_self(number: int) -> None:
    """Sends this process a signal that its main thread takes, from whichever thread."""
    if hasattr(signal, "pthread_kill"):
        ident = main_thread().ident
        if ident is not None:
            signal.pthread_kill(ident, number)
    else:  # Windows
        signal.raise_signal(number)


@contextmanager
def ending_children() -> Generator[None]:
    """Ends the children of this process when the block is left by an error or a stop.

    A pool would first wait for what they are doing, which may take hours.
    """
    try:
        yield
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
