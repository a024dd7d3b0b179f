"""A folder of files with rows, ``out/part-00003-of-00020.parquet``: each is whole or absent.

The folder is its own checkpoint. A file that is there is done, unless one beside it says which of its rows
failed; those are read again when a run goes on. ``_inkdigits.json`` says what the rows are of; a name that
begins with an underscore is none that readers of data sets look into.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from inkdigits.batch.job import Job
from inkdigits.errors import ConfigError, OutputError
from inkdigits.files import locked, write_text
from inkdigits.output.rows import Writer, one_line
from inkdigits.readings import Reading, Status

__all__ = ["MOST", "Shard", "Shards", "Written", "is_folder", "write_shard"]

ABOUT = "_inkdigits.json"
_FAILED = "_failed-"
LEAST, MOST = 100, 10_000  # rows of a shard
_SHARDS = 1000  # that there are before they have more rows than the least


@dataclass(frozen=True, slots=True)
class Shard:
    """A file, and the jobs whose rows it holds."""

    path: Path
    jobs: Sequence[Job]

    @property
    def failures(self) -> Path:
        """The file that is beside it if some of its rows failed."""
        return self.path.with_name(f"{_FAILED}{self.path.name}.txt")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a shard: how many rows of each status, and the readings that failed."""

    statuses: Counter[Status]
    failures: list[Reading]


def is_folder(output: str | None) -> bool:
    """Tells whether ``--output`` names a folder: there is a slash at its end."""
    return output is not None and output.endswith(("/", os.sep))


def write_shard(
    shard: Shard,
    readings: Iterable[Reading],
    opened: Callable[[str, list[str]], AbstractContextManager[Writer]],
) -> Written:
    """Writes the readings of a shard's jobs into its file, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    statuses: Counter[Status] = Counter()
    failures: list[Reading] = []
    with opened(str(shard.path), [job.name for job in shard.jobs]) as writer:
        for reading in readings:
            writer.write(reading)
            statuses[reading.status] += 1
            if reading.status == "error":
                failures.append(reading)
        if failures:  # before the shard is there: a run that ends in between knows of them
            write_text(shard.failures, "".join(f"{one_line(one.error or '')}\n" for one in failures))
    if not failures:
        shard.failures.unlink(missing_ok=True)
    return Written(statuses, failures)


class Shards:
    """The files that the rows of some jobs are in; a context that keeps other runs out of the folder.

    Args:
        folder: where they are.
        ending: of their names, ``.parquet``.
        jobs: all of them; the same jobs are divided in the same way.
        settings: what decides the readings, JSON-ready; a run with others cannot go on.
        resume: whether to go on with what an earlier run has left.

    Attributes:
        every: all files.
        left: those that are still to be written.

    Raises:
        ConfigError: the folder holds something else, or rows of a run that is not to go on or had other
            settings or pictures; another run is writing to it.
        OutputError: it cannot be written.
    """

    def __init__(
        self, folder: str, ending: str, jobs: Sequence[Job], settings: Mapping[str, Any], resume: bool
    ) -> None:
        self._folder = Path(folder)
        rows = min(MOST, max(LEAST, -(-len(jobs) // _SHARDS)))
        count = max(1, -(-len(jobs) // rows))
        self.every = [
            Shard(
                self._folder / f"part-{number:05}-of-{count:05}{ending}",
                jobs[number * rows : (number + 1) * rows],
            )
            for number in range(count)
        ]
        names = hashlib.sha256("\0".join(job.name for job in jobs).encode("utf-8", "surrogatepass"))
        about = {"inkdigits read": {**settings, "rows": len(jobs), "sources": names.hexdigest()}}
        text = json.dumps(about, indent=1) + "\n"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._opened()
            known = self._file.read().decode("utf-8", "replace")
            self._check(known, text, resume)
            if known != text:
                self._file.seek(0)
                self._file.truncate()
                self._file.write(text.encode())
                self._file.flush()
        except OSError as error:
            raise OutputError(
                f"cannot write {folder}: {error.strerror or error}; choose another place with --output"
            ) from error
        for cut in self._folder.glob(".part-*"):  # short by a run that was killed
            cut.unlink(missing_ok=True)
        self.left = [one for one in self.every if not one.path.exists() or one.failures.exists()]

    def __enter__(self) -> Shards:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def done(self) -> int:
        """How many rows are in files that need not be written again."""
        return sum(len(one.jobs) for one in self.every) - sum(len(one.jobs) for one in self.left)

    def _opened(self) -> IO[bytes]:
        others = [one.name for one in self._folder.iterdir() if not one.name.startswith(".")]
        if others and ABOUT not in others:
            raise ConfigError(
                f"{self._folder}/ holds {one_line(sorted(others)[0])}: expected an empty folder, or none, "
                "for the files with the rows; choose another --output"
            )
        file = os.fdopen(
            os.open(self._folder / ABOUT, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "r+b"
        )
        if not locked(file):
            file.close()
            raise ConfigError(
                f"another run is writing into {self._folder}/; wait until it is done, or choose another "
                "--output"
            )
        return file

    def _check(self, known: str, text: str, resume: bool) -> None:
        """Raises ConfigError where what an earlier run has left is not to be gone on with."""
        if not any(self._folder.glob("part-*")):
            return
        wrong = None
        if not resume:
            wrong = "holds rows of an earlier run: add --resume to go on with it, or choose another --output"
        elif known != text:
            wrong = (
                "was begun with other pictures or options; give the same, or choose another --output: "
                f"expected {' '.join(known.split())[:300]}"
            )
        if wrong:
            self._file.close()
            raise ConfigError(f"{self._folder}/ {wrong}")
