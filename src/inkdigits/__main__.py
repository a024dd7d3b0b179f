"""``python -m inkdigits`` and the program ``inkdigits``: the command line as a process."""

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from inkdigits import blas
from inkdigits.cli import INTERRUPTED, TERMINATED, main

__all__ = ["run"]


def run() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
    _open_closed_streams()
    os.environ.setdefault(blas.THREADS, "1")  # before NumPy is imported
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what may follow; nothing else is done
        _complete()
    code = main()
    # All is done and told. Ctrl-C could only stop Python's own tidying up, with a traceback; a stop that has
    # to wait for it, for processes that still end, can be hurried.
    signal.signal(signal.SIGINT, signal.SIG_DFL if code in (INTERRUPTED, TERMINATED) else signal.SIG_IGN)
    if sys.argv[1:2] != ["read"]:
        sys.exit(code)
    # Python would first take NumPy, OpenCV and ONNX Runtime apart, an eighth of a short command's time.
    # Everything is written: main() has flushed standard output, files were closed by their blocks.
    with suppress(OSError, AttributeError):
        sys.stderr.flush()
    os._exit(code)


def _complete() -> None:
    """Answers the shell, where the extra ``completion`` is installed, and ends the process."""
    with suppress(ImportError):
        import argcomplete

        from inkdigits.cli import build_parser

        argcomplete.autocomplete(build_parser())


def _open_closed_streams() -> None:
    """Gives closed standard streams to nothing, or the next file that is opened would be taken for one."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        # Or print(…, file=sys.stderr) would write to standard output.
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 (it stays open)


if __name__ == "__main__":
    run()
