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

__all__ = ["attend_in_worker", "attended", "blocked", "check", "deferred", "pressed"]


class _State:
    """Of the process, as its signal handlers are."""

    pressed = False  # since attended() was entered
    raised = False  # whether a library may have been stopped in its middle
    deferred = False


def _on_ctrl_c(number: int, frame: FrameType | None) -> None:
    again, _State.pressed = _State.pressed, True
    if again or not _State.deferred:
        _State.raised = True
        raise KeyboardInterrupt


@contextmanager
def attended() -> Generator[None]:
    """Makes a KeyboardInterrupt of whatever error Ctrl-C has become inside the block.

    Where Ctrl-C is ignored, as of a command that a shell runs in the background, or has a handler that is not
    Python's own, and in other threads than the main one, nothing changes.
    """
    _State.pressed = _State.raised = _State.deferred = False
    try:
        ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if ours:
            signal.signal(signal.SIGINT, _on_ctrl_c)
    except ValueError:  # another thread than the main one
        ours = False
    try:
        yield
    except Exception as error:
        if _State.raised:
            raise KeyboardInterrupt from error
        raise
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
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
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def pressed() -> bool:
    """Returns whether Ctrl-C came and was put off."""
    return _State.pressed


def check() -> None:
    """Raises KeyboardInterrupt when Ctrl-C came and was put off."""
    if _State.pressed:
        raise KeyboardInterrupt
