"""``python -m inkdigits`` and the program ``inkdigits``: the command line as a process."""

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from inkdigits.cli import INTERRUPTED, TERMINATED, main

__all__ = ["run"]


def run() -> NoReturn:
    """Runs the command line and ends the process with its exit code."""
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


if __name__ == "__main__":
    run()
