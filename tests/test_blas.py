"""blas.py: processes that read take one thread, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from odd_work import Odd

from inkdigits import blas
from inkdigits.many import core_count
from inkdigits.workers.pool import in_workers

_MULTIPLIES = """
import os, sys
from inkdigits import __main__

def main():
    import numpy as np

    square = np.ones((800, 800))
    square @ square
    print(len(os.listdir("/proc/self/task")))
    return 0

__main__.main = main
__main__.run()
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in Linux' /proc")
@pytest.mark.parametrize(("said", "threads"), [(None, 1), ("2", 2)])
def test_a_command_multiplies_in_one_thread_or_as_many_as_are_asked_for(said: str | None, threads: int):
    threads = min(threads, core_count())  # more than there are it never takes
    usual = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    asked = {} if said is None else {blas.THREADS: said}
    done = subprocess.run(
        [sys.executable, "-c", _MULTIPLIES], env=usual | asked, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == threads


@pytest.mark.parametrize("said", [None, "3"])
def test_workers_do_so_too_and_this_process_stays_as_it_is(said: str | None, monkeypatch: pytest.MonkeyPatch):
    if said is None:
        monkeypatch.delenv(blas.THREADS, raising=False)
    else:
        monkeypatch.setenv(blas.THREADS, said)
    ((_, told),) = in_workers(Odd(), [f"env {blas.THREADS}"], 1)
    assert told == (said or "1")
    assert os.environ.get(blas.THREADS) == said
