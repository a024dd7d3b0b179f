"""The three ways by which benchmarks/survive.py feeds odd inputs, and what becomes of one."""

import json
import math
import multiprocessing
import os
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from hostile import uploads
from odd_inputs import Odd, odd_file, odd_input
from serve import ALLOWED, serving

__all__ = ["PARTS", "Outcome", "impossible", "read"]

SECONDS, BYTES = 2.0, 1e9  # the most that an input may take
PATIENCE = 120  # seconds until a process that says nothing is ended
BATCH = 25  # files of one call of the command line
NAMES = (
    "{}.png",
    "a b {}.jpg",
    "-{}.png",
    "é {}.tiff",
    "=1+1 {}.gif",
    "{}\n.png",
    "\udcff{}.webp",
    "😀{}.bmp",
)


@dataclass
class Outcome:
    """What became of one input.

    Attributes:
        part: api, cli or server.
        number: which input it was, of its seed.
        name: what is odd about it.
        answer: the status of the reading, of the response, or the exit code.
        seconds: of the processor.
        megabytes: the most that its process had.
        fault: what it did not survive; empty if it did.
    """

    part: str
    number: int
    name: str
    answer: str
    seconds: float
    megabytes: float
    fault: str

    def judged(self) -> "Outcome":
        """Returns itself, with a fault where it took too much."""
        if not self.fault and self.seconds > SECONDS:
            self.fault = f"{self.seconds:.1f} s"
        if not self.fault and self.megabytes > BYTES / 1e6:
            self.fault = f"{self.megabytes:.0f} MB"
        return self


def api(seed: int, numbers: range) -> Iterator[Outcome]:
    """Gives each input to a reader, in a process that is started again where one ends."""
    context = multiprocessing.get_context("spawn")
    process = None
    for number in numbers:
        if process is None:
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve_inputs, args=(theirs, seed), daemon=True)
            process.start()
            theirs.close()
        ours.send(number)
        try:
            told = ours.recv() if ours.poll(PATIENCE) else None
        except EOFError:
            told = None
        if told is None:
            process.kill()
            process.join()
            name = odd_input(seed, number).name
            ended = process.exitcode != -9  # not by us
            told = Outcome(
                "api", number, name, "none", 0, 0, f"ended {process.exitcode}" if ended else "hung"
            )
            process = None
        yield told
    if process is not None:
        ours.close()  # which ends it
        process.join()


def _serve_inputs(pipe: Connection, seed: int) -> None:
    """Reads inputs by their numbers until the other end is closed."""
    from inkdigits.reader import Reader

    reader = Reader()
    while True:
        try:
            number = pipe.recv()
        except EOFError:
            return
        odd = odd_input(seed, number)
        _forget_peak()
        start = time.process_time()
        answer, fault = read(reader, odd)
        seconds = time.process_time() - start
        pipe.send(Outcome("api", number, f"{odd.name}, {odd.expect}", answer, seconds, _peak() / 1e6, fault))


def read(reader: Any, odd: Odd) -> tuple[str, str]:
    """Returns the status of the reading and what is wrong with it, or with what was raised."""
    try:
        readings = list(reader.read_many([odd.source], odd.expect))
    except Exception:
        return "raised", traceback.format_exc(limit=-2).strip()
    if len(readings) != 1:
        return "lost", f"{len(readings)} readings"
    return readings[0].status, impossible(readings[0])


def impossible(reading: Any) -> str:
    """Returns what no reading can be, or nothing."""
    told = [reading.confidence, *(number.confidence for number in reading.numbers)]
    if any(not math.isfinite(one) or not 0 <= one <= 1 for one in told):
        return f"a confidence of {told}"
    if (reading.status == "error") != (reading.error is not None):
        return f"status {reading.status}, error {reading.error}"
    if (reading.status in ("ok", "unsure")) != bool(reading.text):
        return f"status {reading.status}, text {reading.text!r}"
    if any(min(number.box) < 0 or min(number.box[2:]) < 1 for number in reading.numbers):
        return f"a box of {[number.box for number in reading.numbers]}"
    if reading.error and len(reading.error.splitlines()) > 1:
        return f"an error of several lines: {reading.error!r}"
    json.dumps(reading.to_dict(), allow_nan=False)
    return ""


def _forget_peak() -> None:
    """Lets the system count this process's most memory anew, where it can."""
    status = Path("/proc/self/clear_refs")
    if status.exists():
        status.write_text("5")


def _peak() -> float:
    """Returns the most bytes that this process had since they were forgotten."""
    status = Path("/proc/self/status")
    if status.exists():
        text = status.read_text().partition("VmHWM:")[2]
        return 1024 * int(text.split()[0])
    import resource

    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def cli(seed: int, numbers: range) -> Iterator[Outcome]:
    """Reads folders of files with names as odd as they are."""
    for start in range(numbers.start, numbers.stop, BATCH):
        some = list(range(start, min(start + BATCH, numbers.stop)))
        with tempfile.TemporaryDirectory() as folder:
            yield from _call(seed, some, Path(folder))


def _call(seed: int, numbers: list[int], folder: Path) -> Iterator[Outcome]:
    pictures = folder / "pictures"
    pictures.mkdir()
    names: set[str] = set()
    for number in numbers:
        odd = odd_input(seed, number)
        content = odd.source if isinstance(odd.source, bytes) else odd_file(_rng(seed, number))[1]
        name = NAMES[number % len(NAMES)].format(number)
        (pictures / name).write_bytes(content)
        names.add(str(pictures / name))
    rows, expect = folder / "rows.jsonl", odd_input(seed, numbers[0]).expect
    command = ["read", str(pictures), "--expect", expect, "--output", str(rows)]
    if numbers[0] // BATCH % 3 == 0:
        command += ["--annotate", str(folder / "drawn")]
    code, seconds, peak, told = _run_and_measure(command, folder)
    fault = told.strip() if "Traceback" in told or "unexpected" in told or code not in (0, 1) else ""
    lines = rows.read_text(encoding="utf-8").splitlines() if rows.exists() else []
    fault = fault or _lost_or_doubled([json.loads(line)["source"] for line in lines], names)
    # The start of the program counts once; a file is charged with the mean.
    for number in numbers:
        name = f"one of {len(numbers)} files, {expect}"
        yield Outcome("cli", number, name, f"exit {code}", seconds / len(numbers), peak, fault)


def _lost_or_doubled(told: list[str], names: set[str]) -> str:
    """Returns what is wrong with the sources of rows, or nothing; each page of a file is one."""
    doubled = [one for one, count in Counter(told).items() if count > 1]
    files = {one if one in names else re.sub(r"#\d+$", "", one) for one in told}
    if doubled or files != names:
        lost, others = sorted(names - files)[:3], sorted(files - names)[:3]
        return f"rows doubled {doubled[:3]}, lost {lost}, not asked for {others}"
    return ""


def _run_and_measure(command: list[str], folder: Path) -> tuple[int, float, float, str]:
    """Runs ``inkdigits``; gives exit code, seconds of the processor, megabytes, and standard error."""
    log = folder / "log"
    with log.open("wb") as stream:
        program = [sys.executable, "-m", "inkdigits", *command]
        actions = [(os.POSIX_SPAWN_DUP2, stream.fileno(), 1), (os.POSIX_SPAWN_DUP2, stream.fileno(), 2)]
        child = os.posix_spawn(sys.executable, program, os.environ, file_actions=actions)
        _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    text = log.read_text(encoding="utf-8", errors="replace")
    return os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss / 1000, text


def _rng(seed: int, number: int) -> Any:
    return np.random.default_rng([seed, number, 1])


def server(seed: int, numbers: range) -> Iterator[Outcome]:
    """Sends uploads that mean harm, and odd pictures, to a server of one worker."""
    with serving(1) as served:
        harmful = islice(uploads(numbers.stop, seed), numbers.start, None)
        for number, upload in zip(numbers, harmful, strict=True):
            name, path, body, kind = upload.name, upload.path, upload.body, upload.media_type
            if number % 2:
                name, body = odd_file(_rng(seed, number))
                path, kind = f"/v1/read?expect={odd_input(seed, number).expect}", "image/png"
            before = sum(served.process.cpu_times()[:2])
            connection = served.connect()
            connection.request("POST", path, body, {"Content-Type": kind})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            connection.close()
            seconds = sum(served.process.cpu_times()[:2]) - before
            fault = "" if response.status in ALLOWED else f"{response.status} {text[:300]}"
            memory = served.process.memory_info().rss / 1e6
            yield Outcome("server", number, name, str(response.status), seconds, memory, fault)


PARTS = {"api": api, "cli": cli, "server": server}
