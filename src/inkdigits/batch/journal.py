"""What a batch has read so far, beside the file that its rows will be in: ``rows.csv.part``.

One line of JSON a reading, written out at once, so that a run that ends early, also by ``kill -9``, loses
nothing and ``--resume`` goes on from there. When all is read the file is written and this one removed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from inkdigits.batch.job import Job, Jobs, turns_of
from inkdigits.errors import ConfigError, OutputError
from inkdigits.files import locked
from inkdigits.output.rows import json_line, one_line
from inkdigits.readings import Reading

__all__ = ["Journal"]


class Journal:
    """The readings of a batch, kept on disk while it runs; a context that removes them when it succeeds.

    Args:
        output: the file that the rows will be in.
        settings: what decides the readings, JSON-ready; a run with others cannot go on.
        resume: whether to go on with what an earlier run has left.

    Attributes:
        path: where it lies.
        kept: how many readings are left there after a run that ended early.
        goes_on: whether there are readings of an earlier run.

    Raises:
        ConfigError: an earlier run has left readings and is not to go on, or had other settings; another run
            is writing to it.
        OutputError: the file cannot be written.
    """

    def __init__(self, output: str, settings: Mapping[str, Any], resume: bool) -> None:
        self._output = output
        # Of a symbolic link beside its target: two names of one file are one output.
        self.path = Path(f"{os.path.realpath(output) if Path(output).is_symlink() else output}.part")
        self.kept = 0
        # Of an earlier run: where the reading begins of the first source of a name, of others by their turns.
        self._places: dict[str, int] = {}
        self._further: dict[str, dict[int, int]] = {}
        self._good = 0  # readings that are no failures
        head = (json.dumps({"inkdigits read": settings}) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file: IO[bytes] = self._opened()
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            end = self._known(head, resume)
        except ConfigError:
            self._drop(keep=True)
            raise
        self.goes_on = end > 0
        self._own = end or len(head)  # where the readings of this run begin, in the order of their sources
        try:
            self._file.truncate(end)
            self._file.seek(end)
            if not end:
                self._file.write(head)
                self._file.flush()
        except OSError as error:
            self._drop(keep=bool(end))
            raise self._unwritable(error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        keep = kind is not None and self._good > 0
        self._drop(keep)
        self.kept = self._good if keep else 0

    def has(self, name: str, turn: int) -> bool:
        """Tells whether an earlier run has read the source with a name and a turn, and not failed.

        The turn says which of its name it is, from 0, see :func:`inkdigits.batch.job.turns_of`.
        """
        return turn in self._further.get(name, ()) if turn else name in self._places

    def with_kept(self, jobs: Sequence[Job]) -> Sequence[Job]:
        """Returns the jobs, and before each that cannot be opened this time what was read of it before.

        A file of several pages, an archive or a folder may be out of reach when it is opened again.
        """
        lost = {job.name.rstrip("/"): job.name for job in jobs if job.failure is not None}
        homes = {name: home for name in self._places for home in _homes(name) if home in lost} if lost else {}
        for job in jobs if homes else ():
            homes.pop(job.name, None)  # it can be opened
        if not homes:
            return jobs
        kept: dict[str, list[Job]] = {}
        for name, home in homes.items():
            turns = 1 + len(self._further.get(name, ()))
            kept.setdefault(lost[home], []).extend([Job(name, None)] * turns)
        return Jobs(one for job in jobs for one in (*kept.pop(job.name, ()), job))

    def write(self, reading: Reading, turn: int = 0) -> None:
        """Keeps the reading of the next source, in order, that has none of an earlier run."""
        line = json_line(reading)
        if turn:
            line = f'{line[:-1]}, "turn": {turn}}}'
        try:
            self._file.seek(0, 2)
            self._file.write((line + "\n").encode("utf-8", "surrogatepass"))
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error
        self._good += reading.status != "error"

    def readings(self, jobs: Sequence[Job]) -> Iterator[Reading]:
        """Yields the readings of all jobs of the batch, in their order; all have been read."""
        own = self._own
        for job, turn in zip(jobs, turns_of(jobs), strict=True):
            known = self.has(job.name, turn)
            place = own if not known else self._further[job.name][turn] if turn else self._places[job.name]
            self._file.seek(place)
            line = self._file.readline()
            own += 0 if known else len(line)
            yield Reading.from_dict(_loaded(line))

    def _note(self, name: str, turn: int, place: int) -> None:
        """Notes where the reading begins of a source of an earlier run."""
        if turn:
            self._further.setdefault(name, {})[turn] = place
        else:
            self._places[name] = place

    def _opened(self) -> IO[bytes]:
        """Opens the file, or makes it, for this run alone."""
        while True:
            file = os.fdopen(
                os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "r+b"
            )
            if not locked(file):
                file.close()
                raise ConfigError(
                    f"another run is writing {self._output}: its readings are in {one_line(str(self.path))}; "
                    "wait until it is done, or choose another --output"
                )
            with suppress(OSError):
                if os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                    return file
            file.close()  # the other run was done just now, and has removed it

    def _drop(self, keep: bool) -> None:
        """Closes the file, and removes it unless it holds what is worth keeping."""
        if not keep and os.name != "nt":  # while it is locked: another run might have begun with it
            self.path.unlink(missing_ok=True)
        with suppress(OSError):  # a full disk has been told when it was written to
            self._file.close()
        if not keep and os.name == "nt":  # which removes no open file
            self.path.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"cannot write {self._output}: {error.strerror or error}; choose another place with --output"
        )

    def _known(self, head: bytes, resume: bool) -> int:
        """Takes in what an earlier run has left; returns where it ends, 0 for nothing."""
        try:
            first = self._file.readline()
            place = self._file.tell()
            for line in self._file:
                if not line.endswith(b"\n"):
                    break  # it was killed while it wrote
                known = _loaded(line)
                if known["status"] != "error":
                    self._note(known["source"], known.get("turn", 0), place)
                    self._good += 1
                place += len(line)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{self.path} is nothing that a run has left: {error}; remove it or choose another --output"
            ) from error
        if not self._good:
            return 0
        if not resume:
            raise ConfigError(
                f"{self.path} holds {self._good:,} readings of a run that ended early; add --resume to go "
                "on, or remove it to begin anew"
            )
        if first != head:
            raise ConfigError(
                f"{self.path} was begun with other options: expected {head.decode().strip()}, received "
                f"{first.decode(errors='replace').strip()[:300]}; give the same, or remove it to begin anew"
            )
        return place


def _homes(name: str) -> Iterator[str]:
    """Yields the file that a page is of, and the archives and folders that a name says it is in."""
    if "#" in name:
        yield name.rpartition("#")[0]
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name.rstrip("/")


def _loaded(line: bytes) -> dict[str, Any]:
    known = json.loads(line.decode("utf-8", "surrogatepass"))
    if known["confidence"] is None:
        known["confidence"] = float("nan")
    return known
