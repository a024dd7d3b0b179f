"""Ctrl-C that ends a command wherever it comes, and that no library swallows or turns into another error.

Python raises KeyboardInterrupt between any two instructions, in the middle of a library too. Keras, for one,
catches everything in many places: a stop there is forgotten, or told as a shape that is wrong or a file that
cannot be written. A training therefore takes notice of Ctrl-C only where nothing of a library is under way.
"""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["Terminated", "attend_in_worker", "attended", "blocked", "check", "deferred", "pressed"]


class Terminated(KeyboardInterrupt):
    """SIGTERM came, which ends a command as Ctrl-C does."""


class _State:
    """Of the process, as its signal handlers are."""

    pressed = False  # since attended() was entered
    stop: type[KeyboardInterrupt] = KeyboardInterrupt  # what it is told as
    raised = False  # whether a library may have been stopped in its middle
    deferred = False


_USUAL: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}


def _on_ctrl_c(number: int, frame: FrameType | None) -> None:
    again, _State.pressed = _State.pressed, True
    if not again:
        _State.stop = KeyboardInterrupt if number == signal.SIGINT else Terminated
    if again or not _State.deferred:
        _State.raised = True
        raise _State.stop


@contextmanager
def attended() -> Generator[None]:
    """Makes a KeyboardInterrupt of whatever error Ctrl-C has become inside the block, and one of SIGTERM.

    Where Ctrl-C is ignored, as of a command that a shell runs in the background, or has a handler that is not
    Python's own, and in other threads than the main one, nothing changes.
    """
    _State.pressed = _State.raised = _State.deferred = False
    ours: list[int] = []
    try:
        for number, usual in _USUAL.items():
            if signal.getsignal(number) is usual:
                signal.signal(number, _on_ctrl_c)
                ours.append(number)
    except ValueError:  # another thread than the main one
        pass
    try:
        yield
    except Exception as error:
        if _State.raised:
            raise _State.stop from error
        raise
    finally:
        for number in ours:
            signal.signal(number, _USUAL[number])
        _State.pressed = _State.raised = _State.deferred = False


@contextmanager
def deferred() -> Generator[None]:
    """Puts Ctrl-C inside the block off until check(), or the block's end; a second one does not wait.

    Outside attended() nothing is put off.
    """
    before, _State.deferred = _State.deferred, True
    try:
        yield
    finally:
        _State.deferred = before
    check()


def attend_in_worker() -> None:
    """Puts Ctrl-C off for good in a worker process, whose start it was kept from by blocked()."""
    _State.deferred = True
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_ctrl_c)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


@contextmanager
def blocked() -> Generator[None]:
    """Keeps Ctrl-C, which a terminal sends to every process of a command, from those started in the block.

    They would print what they were importing. This process gets it when the block ends, if not before.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker  # most commands start no process

    resource_tracker.ensure_running()  # which lets Ctrl-C through again when it starts, as inside the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pressed() -> bool:
    """Returns whether Ctrl-C came and was put off."""
    return _State.pressed


def check() -> None:
    """Raises KeyboardInterrupt when Ctrl-C or SIGTERM came and was put off."""
    if _State.pressed:
        raise _State.stop
