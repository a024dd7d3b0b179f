"""The commands that benchmarks/kills.py kills: how each is started, gone on with, and checked."""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from kills_processes import Case, Killed, done, killed_after
from kills_serve import Serve
from PIL import Image

__all__ = ["CASES"]

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


FAILED = (0, 1)  # exit codes: a file that cannot be read is told by the run that tried it


class Watch:
    """``inkdigits watch --once`` on an inbox, two files of which cannot be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._round = 0
        self._whole: list[list[str]] = []

    def prepare(self) -> float:
        from inkdigits.training.draw.digit import write_digits

        (self._folder / "inbox").mkdir()
        for index, image in enumerate(write_digits(200, 1)[0]):
            Image.fromarray(255 - np.pad(image, 20)).save(self._folder / "inbox" / f"{index:03d}.png")
        for index in (50, 150):
            (self._folder / "inbox" / f"{index:03d}.png").write_text("no picture")
        started = time.perf_counter()
        wrong = done(self._words(), *FAILED)
        if wrong is not None:
            raise SystemExit(f"watch fails without being killed: {wrong}")
        self._whole = self._rows()
        self._round += 1
        return time.perf_counter() - started

    def kill(self, after: float) -> Killed:
        outcome = killed_after(self._words(), after, *FAILED)
        if not outcome.hit:
            outcome.faults += self._compared()
        return outcome

    def finish(self) -> list[str]:
        wrong = done(self._words(), *FAILED)
        return [f"cannot go on: {wrong}"] if wrong is not None else self._compared()

    def _words(self) -> list[str]:
        output = str(self._folder / f"tables-{self._round}")
        return ["watch", str(self._folder / "inbox"), "--output", output, "--once", "--settle", "0.01"]

    def _rows(self) -> list[list[str]]:
        """Returns the rows of the tables of all days, and of the table of what failed."""
        rows: list[list[str]] = []
        for table in sorted((self._folder / f"tables-{self._round}").glob("*.csv")):
            with table.open(newline="", encoding="utf-8") as lines:
                rows += csv.reader(lines)
        return sorted(rows)

    def _compared(self) -> list[str]:
        """Checks tables that are said to be whole; the next kill is of new ones."""
        same = self._rows() == self._whole
        self._round += 1
        return [] if same else ["rows are lost, doubled or changed"]


CASES: dict[str, type[Case]] = {
    "train": Train,
    "crossval": Crossval,
    "read": Read,
    "serve": Serve,
    "watch": Watch,
}
