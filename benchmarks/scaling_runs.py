"""Runs of a command with its time, its memory and what its first process did, for benchmarks/scaling.py."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

__all__ = ["Run", "alone", "inkdigits", "rapidocr"]

LOOK_S = 0.25  # seconds between two looks at memory

# Reads a share of the pictures and nothing else; its time begins when its models are warm.
ALONE = """
import json, sys, time
from pathlib import Path
import inkdigits
expect, start, step = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
paths = sorted(Path(sys.argv[1]).rglob("*.*"))
reader = inkdigits.Reader(threads=1)
reader.read(paths[0], expect)
sys.stdout.write("ready\\n"); sys.stdout.flush()
sys.stdin.readline()
began, times = time.perf_counter(), []
for path in paths[start::step]:
    at = time.perf_counter()
    reader.read(path, expect)
    times.append(time.perf_counter() - at)
print(json.dumps([time.perf_counter() - began, times]))
"""
RAPIDOCR = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[5])
import other_tools
from inkdigits.picture.sources import load
start, step = int(sys.argv[3]), int(sys.argv[4])
paths = sorted(Path(sys.argv[1]).rglob("*.*"))
engine = other_tools.rapidocr_engine()
sys.stdout.write("ready\\n"); sys.stdout.flush()
sys.stdin.readline()
began = time.perf_counter()
for path in paths[start::step]:
    engine(other_tools.blue_first(load(path)), **other_tools.RECOGNISE)
print(json.dumps([time.perf_counter() - began, []]))
"""


@dataclass(frozen=True)
class Run:
    """What a command took.

    Attributes:
        seconds: from its start to its end.
        memory: bytes, the most that it and all its processes had resident at a time, shared pages once.
        first: seconds of a processor that its first process used, which hands out and collects.
    """

    seconds: float
    memory: int
    first: float


def inkdigits(*words: str | Path, on_look: Callable[[], None] | None = None) -> Run:
    """Runs ``inkdigits WORDS`` to its end.

    Args:
        words: of the command line.
        on_look: called a few times a second while it runs.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits", *map(str, words)], stderr=subprocess.PIPE, text=True
    ) as process:
        first, memory, spent = psutil.Process(process.pid), 0, 0.0
        while process.poll() is None:
            time.sleep(LOOK_S)
            try:
                spent = sum(first.cpu_times()[:2])
                memory = max(memory, sum(map(_resident, [first, *first.children(recursive=True)])))
            except psutil.Error:  # it has just ended
                pass
            if on_look is not None:
                on_look()
        told = process.stderr.read() if process.stderr else ""
    if process.returncode:
        sys.exit(f"inkdigits {' '.join(map(str, words))} ended with {process.returncode}: {told.strip()}")
    return Run(time.perf_counter() - began, memory, spent)


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss if sys.platform == "linux" else process.memory_info().rss
    except (psutil.Error, AttributeError):
        return 0


def alone(folder: Path, expect: str, processes: int) -> tuple[float, list[float]]:
    """Reads a folder in so many processes that know nothing of each other and write nothing.

    Returns:
        The seconds of a process, their mean, for shares of few pictures are not alike; and the seconds of
        each picture.
    """
    return _together(ALONE, [folder, expect], processes)


def rapidocr(folder: Path, processes: int) -> float:
    """Reads a folder of cells with RapidOCR in so many processes of one thread; returns seconds."""
    return _together(RAPIDOCR, [folder, "number"], processes)[0]


def _together(code: str, words: Sequence[str | Path], processes: int) -> tuple[float, list[float]]:
    here = str(Path(__file__).parent)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, *map(str, words), str(start), str(processes), here],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        for start in range(processes)
    ]
    pipes = [(one.stdin, one.stdout) for one in running if one.stdin and one.stdout]
    for _, out in pipes:
        if out.readline() != "ready\n":
            sys.exit("a process that reads alone has failed; its words are above")
    for given, _ in pipes:
        given.write("go\n")
        given.flush()
    found = [json.loads(out.read()) for _, out in pipes]
    for one in running:
        one.communicate()
    return statistics.mean(seconds for seconds, _ in found), [each for _, times in found for each in times]
