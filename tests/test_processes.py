"""processes.py: no process outlives the one that started it, whatever ended that."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from inkdigits.processes import end_with_parent, ending_children, send_self

_PARENT = """
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
from inkdigits.processes import end_with_parent

def ready(pipe):
    end_with_parent()

def wait(pipe):
    import time
    open(pipe, "w").write(str(os.getpid()))
    time.sleep(3600)

if __name__ == "__main__":
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, ready, ("",)) as workers:
        workers.submit(wait, sys.argv[1]).result()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_worker_ends_with_a_parent_that_was_killed(tmp_path: Path):
    script, fifo = tmp_path / "parent.py", tmp_path / "fifo"
    script.write_text(_PARENT)
    os.mkfifo(fifo)
    # The standard output is inherited: its end is seen when the last process that holds it is gone.
    process = subprocess.Popen([sys.executable, str(script), str(fifo)], stdout=subprocess.PIPE)
    assert int(fifo.read_text()) != process.pid
    process.kill()
    assert process.communicate(timeout=60)[0] == b""


def test_a_process_without_a_parent_of_multiprocessing_is_left_alone():
    end_with_parent(lambda: pytest.fail("it has no such parent"))


def sleep() -> None:
    signal.pause()


@pytest.mark.skipif(not hasattr(signal, "pause"), reason="this system has no pause")
def test_children_end_when_a_block_is_left_by_an_error_and_not_else():
    child = multiprocessing.get_context("spawn").Process(target=sleep)
    child.start()
    with ending_children():
        pass
    assert child.is_alive()
    with pytest.raises(KeyboardInterrupt), ending_children():
        raise KeyboardInterrupt
    child.join(60)
    assert child.exitcode == -signal.SIGTERM


def test_a_signal_is_sent_to_the_main_thread():
    got: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: got.append(number))
    try:
        send_self(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert got == [signal.SIGTERM]
