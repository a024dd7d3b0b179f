"""A training that is stopped right after an epoch: in a process of its own, by a signal that it sends itself.

Whoever watched it from outside would see the epoch's end late on a busy machine, when the next is over too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from conftest import Result

_STOPPED = """
import os, signal, sys
from inkdigits import __main__
from inkdigits.training.learn.run import Run

folder, number = sys.argv[1], int(sys.argv[2])
keep = Run.keep

def keep_and_stop(self, *arguments):
    keep(self, *arguments)
    if str(self.folder) == folder:
        os.kill(os.getpid(), number)

Run.keep = keep_and_stop
sys.argv[1:] = sys.argv[3:]
__main__.run()
"""


def environment() -> dict[str, str]:
    """Returns a user's environment: nothing that makes TensorFlow quieter than it is."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "KERAS_"))}


def stopped_after_an_epoch(folder: Path, number: signal.Signals, words: Sequence[str]) -> Result:
    """Runs ``inkdigits`` with ``words`` until an epoch is kept in ``folder``, and sends it a signal there."""
    done = subprocess.run(
        [sys.executable, "-c", _STOPPED, str(folder), str(int(number)), *words],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=600,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)
