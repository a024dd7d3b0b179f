"""The commands that benchmarks/kills.py kills: how each is started, gone on with, and checked."""

import contextlib
import csv
import http.client
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

__all__ = ["CASES", "Case", "Killed"]

END_S = 60.0  # seconds that children have to end; a busy machine takes some

# A training of 400 drawn digits and a network of a few hundred weights: mostly what is around the learning.
TINY = (
    'network.layers=["conv 4 5 /2", "conv 8 3 /2", "flatten"]',
    "data.pen=0",
    "data.junk=0.1",
    "data.validation=0.2",
    "fit.epochs=12",
    "fit.batch_size=8",
    "fit.learning_rate=0.01",
)


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


# ---- Processes ----


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


def killed_after(words: list[str], seconds: float) -> Killed:
    """Runs a command and kills it after so many seconds, if it is not done before."""
    process = start(words)
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Killed(True, left_running(process.pid))
    return Killed(False, [] if code == 0 else [f"ended with {code}: {' '.join(words[:1])}"])


def done(words: list[str]) -> str | None:
    """Runs a command to its end; returns what went wrong, None when nothing did."""
    process = start(words, stderr=subprocess.PIPE)
    _, err = process.communicate()
    return None if process.returncode == 0 else err.decode(errors="replace").strip()[-300:]


# ---- The commands ----


class _Resumed:
    """A command that goes on with --resume in its folder until its end; then another begins."""

    name = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._round = 0
        self._whole: object = None

    def words(self, output: Path) -> list[str]:
        """Returns the command of a fresh start."""
        raise NotImplementedError

    def begun(self, output: Path) -> bool:
        """Tells whether there is something to go on with."""
        return (output / "config.toml").exists()

    def result(self, output: Path) -> object:
        """Returns what has to be the same, however often it was killed."""
        raise NotImplementedError

    def prepare(self) -> float:
        from inkdigits.training.draw.digit import write_digits

        images, labels = write_digits(400, 1)
        np.savez(self._folder / "digits.npz", images=images, labels=labels)
        started = time.perf_counter()
        wrong = done(self.words(self._folder / "whole"))
        if wrong is not None:
            raise SystemExit(f"{self.name} fails without being killed: {wrong}")
        self._whole = self.result(self._folder / "whole")
        return time.perf_counter() - started

    def kill(self, after: float) -> Killed:
        output = self._folder / f"run-{self._round}"
        outcome = killed_after(self._next(output), after)
        if not outcome.hit:
            outcome.faults += self._compared(output)
        return outcome

    def finish(self) -> list[str]:
        output = self._folder / f"run-{self._round}"
        wrong = done(self._next(output))
        return [f"cannot go on: {wrong}"] if wrong is not None else self._compared(output)

    def _next(self, output: Path) -> list[str]:
        return [*self.words(output), *(["--resume"] if self.begun(output) else [])]

    def _compared(self, output: Path) -> list[str]:
        """Checks a run that came to its end; the next kill is of a new one."""
        self._round += 1
        return [] if self.result(output) == self._whole else ["the end is another one than without a kill"]


class Train(_Resumed):
    """``inkdigits train``."""

    name = "train"

    def words(self, output: Path) -> list[str]:
        settings = [word for text in TINY for word in ("--set", text)]
        data = ["--data", str(self._folder / "digits.npz")]
        return [self.name, "--config", "small", *data, *settings, *self.more(), "--output", str(output)]

    def more(self) -> list[str]:
        """Returns options of the command alone."""
        return []

    def result(self, output: Path) -> object:
        with (output / "history.csv").open(newline="", encoding="utf-8") as lines:
            history = [{key: row[key] for key in row if key != "seconds"} for row in csv.DictReader(lines)]
        bundle = json.loads((output / "bundle" / "bundle.json").read_bytes())
        return history, bundle["calibration"], bundle["metrics"], bundle["learned"]


class Crossval(Train):
    """``inkdigits crossval``, two folds at a time."""

    name = "crossval"

    def more(self) -> list[str]:
        return ["--folds", "2", "--jobs", "2"]

    def result(self, output: Path) -> object:
        found = json.loads((output / "crossval.json").read_bytes())
        return [(fold["n"], fold["correct"], fold["epochs"]) for fold in found["folds"]]


class Read:
    """``inkdigits read --output``, which goes on with --resume where the command has that."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._table = folder, folder / "digits.csv"
        self._resumes = False
        self._whole: list[list[str]] = []

    def prepare(self) -> float:
        from inkdigits.training.draw.digit import write_digits

        (self._folder / "scans").mkdir()
        for index, image in enumerate(write_digits(200, 1)[0]):
            Image.fromarray(255 - np.pad(image, 20)).save(self._folder / "scans" / f"{index:03d}.png")
        told = subprocess.run(
            [sys.executable, "-m", "inkdigits", "read", "--help"], capture_output=True, text=True, check=True
        )
        self._resumes = "--resume" in told.stdout
        started = time.perf_counter()
        wrong = done(self._words(resume=False))
        if wrong is not None:
            raise SystemExit(f"read fails without being killed: {wrong}")
        self._whole = self._rows()
        self._table.unlink()
        return time.perf_counter() - started

    def kill(self, after: float) -> Killed:
        before = self._table.read_bytes() if self._table.exists() else None
        outcome = killed_after(self._words(resume=self._resumes), after)
        if not outcome.hit:
            return Killed(False, outcome.faults + self._checked())
        now = self._table.read_bytes() if self._table.exists() else None
        if now != before and not self._is_whole():
            outcome.faults.append("the table is neither the older one nor whole")
        return outcome

    def finish(self) -> list[str]:
        wrong = done(self._words(resume=self._resumes))
        return [f"cannot go on: {wrong}"] if wrong is not None else self._checked()

    def _words(self, *, resume: bool) -> list[str]:
        words = ["read", str(self._folder / "scans"), "--format", "csv", "--output", str(self._table)]
        return [*words, *(["--resume"] if resume else [])]

    def _rows(self) -> list[list[str]]:
        with self._table.open(newline="", encoding="utf-8") as lines:
            return list(csv.reader(lines))

    def _is_whole(self) -> bool:
        return self._rows() == self._whole

    def _checked(self) -> list[str]:
        """Checks a table that is said to be done, and removes it for the next."""
        faults = [] if self._is_whole() else ["rows are lost, doubled or changed"]
        self._table.unlink()
        litter = [path.name for path in self._folder.iterdir() if path.name.startswith(".digits")]
        return faults + ([f"litter: {len(litter)} files"] if litter and self._resumes else [])


class Serve:
    """``inkdigits serve --corrections`` with a client that sends one correction after the other."""

    def __init__(self, folder: Path) -> None:
        self._corrections = folder / "corrected"
        self._sent, self._acknowledged = 0, set[str]()
        self._workers = 1

    def prepare(self) -> float:
        return 3.0  # seconds of corrections before the kill; the start is waited for

    def kill(self, after: float) -> Killed:
        self._workers = 3 - self._workers  # one process, then two, and so on
        words = ["serve", "--port", "0", "--no-browser", "--corrections", str(self._corrections)]
        process = start([*words, "--workers", str(self._workers)], stdout=subprocess.PIPE)
        with process.stdout as told:  # type: ignore[union-attr]
            line = told.readline().decode()
        if not line:
            return Killed(False, [f"does not start again: {process.wait()}"])
        address = line.split()[-1].removeprefix("http://").rstrip("/")
        client = threading.Thread(target=self._send, args=(address,))
        client.start()
        time.sleep(after)
        process.kill()
        process.wait()
        faults = left_running(process.pid)
        client.join()
        return Killed(True, faults + self._checked())

    def finish(self) -> list[str]:
        return [] if self._acknowledged else ["no correction was acknowledged: the kills came too early"]

    def _send(self, address: str) -> None:
        """Sends corrections, each of another picture, until the server is gone."""
        failures = 0
        while failures < 3:
            self._sent += 1
            try:
                with contextlib.closing(http.client.HTTPConnection(address, timeout=END_S)) as connection:
                    connection.request("POST", "/v1/corrections", *_form(self._sent))
                    answer = connection.getresponse()
                    content = answer.read()
            except (OSError, http.client.HTTPException):
                failures += 1
                time.sleep(0.2)  # a worker that is starting
                continue
            if answer.status == 201:
                self._acknowledged.add(json.loads(content)["id"])

    def _checked(self) -> list[str]:
        kept = [path.stem for path in _pictures(self._corrections)]
        faults = [f"lost: {len(self._acknowledged - set(kept))}"] if self._acknowledged - set(kept) else []
        pictures = [path.read_bytes() for path in _pictures(self._corrections)]
        if len(set(pictures)) < len(pictures) or len(kept) > self._sent:
            faults.append("doubled: a correction is there twice")
        for content in pictures:
            try:
                Image.open(io.BytesIO(content)).load()
            except (OSError, SyntaxError):
                faults.append("a picture is not whole")
        return faults


def _pictures(folder: Path) -> Iterator[Path]:
    return folder.glob("[0-9]/*.png")


def _form(number: int) -> tuple[bytes, dict[str, str]]:
    """Returns body and headers of a correction whose picture is like no other."""
    pixels = np.full((40, 40), 250, np.uint8)
    pixels[8:32, 18:23] = 20
    pixels[0, :24] = [number >> bit & 1 for bit in range(24)]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\n%d\r\n' % (number % 10),
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + file.getvalue() + b"\r\n--x--\r\n",
    ]
    return b"".join(parts), {"Content-Type": "multipart/form-data; boundary=x"}


CASES: dict[str, type[Case]] = {"train": Train, "crossval": Crossval, "read": Read, "serve": Serve}
