"""interrupt.py: Ctrl-C is neither lost in a library nor told as one of its errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from inkdigits import interrupt

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that is sent Ctrl-C so"),
    pytest.mark.usefixtures("ctrl_c"),
]


def press() -> None:
    signal.raise_signal(signal.SIGINT)


def swallow() -> None:
    """Is stopped as a library is that catches everything."""
    with suppress(BaseException):
        press()


def test_ctrl_c_that_has_become_another_error_is_ctrl_c_again():
    def library() -> None:
        try:
            press()
        except BaseException as error:
            raise ValueError("a shape is wrong") from error

    with pytest.raises(KeyboardInterrupt) as told, interrupt.attended():
        library()
    assert isinstance(told.value.__cause__, ValueError)


def test_an_error_without_ctrl_c_stays_what_it_is():
    with pytest.raises(ValueError, match="of its own"), interrupt.attended():
        raise ValueError("of its own")


def test_ctrl_c_put_off_is_heard_at_the_next_check():
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt), interrupt.attended(), interrupt.deferred():
        interrupt.check()
        swallow()
        done.append("the library's work")
        assert interrupt.pressed()
        interrupt.check()
        done.append("more")
    assert done == ["the library's work"]


def test_ctrl_c_put_off_is_heard_at_the_end_at_the_latest():
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt), interrupt.attended():
        with interrupt.deferred():
            swallow()
        done.append("more")
    assert done == []


def test_an_error_while_ctrl_c_waits_is_told():
    with pytest.raises(OSError, match="disk full"), interrupt.attended(), interrupt.deferred():
        swallow()
        raise OSError("disk full")


def test_a_second_ctrl_c_does_not_wait():
    with pytest.raises(KeyboardInterrupt), interrupt.attended(), interrupt.deferred():
        press()
        press()
        pytest.fail("it went on")


def test_what_was_before_is_there_again_afterwards():
    with pytest.raises(KeyboardInterrupt), interrupt.attended():
        press()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with interrupt.attended(), interrupt.deferred():
        assert not interrupt.pressed()


def test_outside_a_command_nothing_is_put_off():
    with pytest.raises(KeyboardInterrupt), interrupt.deferred():
        press()
        pytest.fail("it went on")


def test_where_ctrl_c_is_ignored_it_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupt.attended(), interrupt.deferred():
        press()
        interrupt.check()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_command_may_run_in_another_thread():
    codes: list[int] = []

    def command() -> None:
        with interrupt.attended(), interrupt.deferred():
            codes.append(0)

    thread = threading.Thread(target=command)
    thread.start()
    thread.join()
    assert codes == [0]


WORKER = """
import signal
from inkdigits import interrupt
signal.raise_signal(signal.SIGINT)  # while it starts
assert not interrupt.pressed()
interrupt.attend_in_worker()
assert interrupt.pressed()
try:
    interrupt.check()
except KeyboardInterrupt:
    print("heard")
"""


def test_a_worker_hears_ctrl_c_once_it_has_started():
    with interrupt.blocked():
        done = subprocess.run([sys.executable, "-c", WORKER], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("heard\n", "")


def test_this_process_hears_ctrl_c_after_it_has_started_others():
    with pytest.raises(KeyboardInterrupt), interrupt.blocked():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_sigterm_stops_as_ctrl_c_does_and_is_told_apart():
    with pytest.raises(interrupt.Terminated), interrupt.attended():
        signal.raise_signal(signal.SIGTERM)
    done: list[str] = []
    with pytest.raises(interrupt.Terminated), interrupt.attended(), interrupt.deferred():
        signal.raise_signal(signal.SIGTERM)
        done.append("the library's work")
        interrupt.check()
        done.append("more")
    assert done == ["the library's work"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


_FIRST = """
import multiprocessing, signal
from inkdigits import interrupt

if __name__ == "__main__":
    with interrupt.blocked():
        process = multiprocessing.get_context("spawn").Process(target=print)
        process.start()
        print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))
    process.join()
"""


def test_ctrl_c_stays_blocked_where_the_first_process_is_started(tmp_path: Path):
    program = tmp_path / "first.py"
    program.write_text(_FIRST)
    told = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True"]
