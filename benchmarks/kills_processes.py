"""Commands as processes of benchmarks/kills.py: started, killed, and what is left of them seen."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

__all__ = ["END_S", "Case", "Killed", "done", "killed_after", "left_running", "members", "start"]

END_S = 60.0  # seconds that children have to end; a busy machine takes some


@dataclass
class Killed:
    """What became of one kill.

    Attributes:
        hit: whether the command was still running.
        faults: what was wrong afterwards, in words.
    """

    hit: bool
    faults: list[str] = field(default_factory=list)


class Case(Protocol):
    """A command to be killed."""

    def prepare(self) -> float:
        """Makes what the command needs, runs it once to its end, and returns the seconds that it took."""
        ...

    def kill(self, after: float) -> Killed:
        """Starts it or goes on with it, kills it after so many seconds, and checks what is there."""
        ...

    def finish(self) -> list[str]:
        """Lets it come to its end, and returns what is wrong with that."""
        ...


def start(words: list[str], **options: object) -> subprocess.Popen[bytes]:
    """Starts ``inkdigits`` with ``words`` in a session of its own, by which its children are known."""
    command = [sys.executable, "-m", "inkdigits", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    return subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]


def members(session: int) -> list[int]:
    """Returns the processes of a session that are no zombies; Linux alone tells."""
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                status, _, _, owner = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
                if int(owner) == session and status != "Z":
                    found.append(int(entry.name))
    return found


def left_running(session: int) -> list[str]:
    """Waits for the children of a killed command, ends those that do not end, and says so."""
    until = time.monotonic() + END_S
    while (left := members(session)) and time.monotonic() < until:
        time.sleep(0.05)
    for number in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    return [f"left running: {len(left)} of its processes"] if left else []


def killed_after(words: list[str], seconds: float, *expected: int) -> Killed:
    """Runs a command and kills it after so many seconds, if it is not done before with an expected code."""
    process = start(words)
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Killed(True, left_running(process.pid))
    return Killed(False, [] if code in (expected or (0,)) else [f"ended with {code}: {' '.join(words[:1])}"])


def done(words: list[str], *expected: int) -> str | None:
    """Runs a command to its end; returns what went wrong, None for an expected code, or 0."""
    process = start(words, stderr=subprocess.PIPE)
    _, err = process.communicate()
    return None if process.returncode in (expected or (0,)) else err.decode(errors="replace").strip()[-300:]
