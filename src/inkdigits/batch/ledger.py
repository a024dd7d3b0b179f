"""What was read of an inbox, for good: ``journal.jsonl``, a line of JSON a file with all its readings.

A line is on the disk before anything else is done for its file, so after ``kill -9`` a file is either read,
with all of its rows, or not. Tables are made of these lines, each as a whole, and can be made again any time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from inkdigits.batch.inbox import Dropped
from inkdigits.errors import ConfigError, OutputError
from inkdigits.files import locked
from inkdigits.output.rows import json_line
from inkdigits.readings import Reading

__all__ = ["Kept", "Ledger"]

_NAME = "journal.jsonl"
_READINGS = b', "readings": ['  # a name cannot have it: its quotes would stand behind backslashes


@dataclass(slots=True)
class Kept:
    """A file that was read.

    Attributes:
        what: the file, as it was.
        at: where its line begins.
        day: when it was read, 2026-11-27.
        failed: whether one of its rows is an error.
        done_again: whether the same file was read later, which after a failure counts in its place.
    """

    what: Dropped
    at: int
    day: str
    failed: bool
    done_again: bool = False


class Ledger:
    """The journal of an inbox, which one process at a time writes; a context that closes it.

    Args:
        folder: where it lies.
        inbox: whose it is.

    Attributes:
        stale: days whose tables may say less than the journal.

    Raises:
        ConfigError: it is of another inbox, or no journal; another process is writing it.
        OutputError: it cannot be written.
    """

    def __init__(self, folder: Path, inbox: Path) -> None:
        self.path = folder / _NAME
        self.stale: set[str] = set()
        self._known: dict[Dropped, Kept] = {}
        self._latest: dict[str, Kept] = {}
        self._days: dict[str, list[Kept]] = {}
        head = (json.dumps({"inkdigits watch": os.path.realpath(inbox)}) + "\n").encode()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            opened = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
            self._file = os.fdopen(
                opened, "r+b", buffering=0
            )  # a full disk leaves nothing that is written later
            self._lines: IO[bytes] = self.path.open("rb")
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            if not locked(self._file):
                raise ConfigError(f"another watch is writing {self.path}: end it, or choose another --output")
            self._end = self._load(head)
            self._file.truncate(self._end)
            if not self._end:
                self._append(head)
        except OSError as error:
            self._close()
            raise self._unwritable(error) from error
        except BaseException:
            self._close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def has(self, one: Dropped) -> bool:
        """Tells whether a file was read, as it is."""
        return one in self._known

    def forget_failed(self) -> None:
        """Lets files count as new whose last reading failed."""
        for kept in self.failed():
            self._known.pop(kept.what, None)

    def failed(self) -> list[Kept]:
        """Returns the files whose last reading failed."""
        return [kept for kept in self._latest.values() if kept.failed]

    def has_failed(self, one: Dropped) -> bool:
        """Tells whether a file that was read has a row that is an error."""
        return self._known[one].failed

    def keep(self, one: Dropped, readings: Sequence[Reading], model: str, when: datetime) -> None:
        """Writes down what was read of a file; when it returns, no kill takes it away.

        Args:
            one: the file.
            readings: of its pages, in order.
            model: what read it.
            when: the time, by which its rows go into the table of a day.

        Raises:
            OutputError: the disk is full, or gone.
        """
        failed = any(reading.status == "error" for reading in readings)
        time = when.isoformat(timespec="seconds")
        told = {"file": one.place, "size": one.size, "changed": one.changed, "failed": failed}
        told |= {"when": time, "model": model}
        line = json.dumps(told, ensure_ascii=False)[:-1].encode("utf-8", "surrogatepass")
        line += _READINGS + ", ".join(map(json_line, readings)).encode("utf-8", "surrogatepass") + b"]}\n"
        try:
            at = self._append(line)
        except OSError as error:
            raise self._unwritable(error) from error
        self._note(Kept(one, at, _day(time), failed))

    def rows(self, day: str) -> Iterator[tuple[Reading, str]]:
        """Yields the readings of a day, each with what read it.

        Of a file that failed and was read again, also on another day, only the later ones are there.
        """
        for kept in self._days.get(day, ()):
            if not (kept.failed and kept.done_again):
                yield from self._readings(kept)

    def failed_rows(self) -> Iterator[tuple[Reading, str]]:
        """Yields what failed and was not read since."""
        for kept in self.failed():
            yield from (row for row in self._readings(kept) if row[0].status == "error")

    def _readings(self, kept: Kept) -> Iterator[tuple[Reading, str]]:
        self._lines.seek(kept.at)
        told = json.loads(self._lines.readline().decode("utf-8", "surrogatepass"))
        for one in told["readings"]:
            known = one | ({"confidence": float("nan")} if one["confidence"] is None else {})
            yield Reading.from_dict(known), told["model"]

    def _note(self, kept: Kept) -> None:
        before = self._latest.get(kept.what.place)
        self.stale.add(kept.day)
        if before is not None:
            before.done_again = True
            self.stale |= {before.day} if before.failed else set()
        self._known[kept.what] = self._latest[kept.what.place] = kept
        self._days.setdefault(kept.day, []).append(kept)

    def _append(self, line: bytes) -> int:
        """Writes a line onto the disk; returns where it begins. What is half written is cut off again."""
        at = self._end
        try:
            self._file.seek(at)
            left = memoryview(line)
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except BaseException:
            with suppress(OSError):
                self._file.truncate(at)
            raise
        self._end = at + len(line)
        return at

    def _close(self) -> None:
        self._lines.close()
        self._file.close()

    def _load(self, head: bytes) -> int:
        """Takes in what is known; returns where it ends: a line that was being written is left out."""
        first = self._lines.readline()
        if not first.endswith(b"\n"):
            if first and not head.startswith(first):
                raise ConfigError(f"{self.path} is no journal of a watch; choose another --output")
            return 0
        if first != head:
            raise ConfigError(
                f"{self.path} is of another inbox: expected {head.decode().strip()}, received "
                f"{first.decode(errors='replace').strip()[:300]}; choose another --output"
            )
        at, day = len(first), ""
        try:
            for line in self._lines:
                if not line.endswith(b"\n"):
                    break
                told = json.loads(line.partition(_READINGS)[0].decode("utf-8", "surrogatepass") + "}")
                kept = Kept(_dropped(told), at, _day(told["when"]), bool(told["failed"]))
                if kept.day != day:  # the tables of a day are written before the next one begins
                    self.stale.clear()
                    day = kept.day
                self._note(kept)
                at += len(line)
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{self.path} is damaged at byte {at:,}: {error}; put a copy of it back, or choose "
                "another --output"
            ) from error
        return at

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"cannot write {self.path}: {error.strerror or error}; free some space or choose another --output"
        )


def _dropped(told: dict[str, Any]) -> Dropped:
    return Dropped(str(told["file"]), int(told["size"]), int(told["changed"]))


def _day(when: str) -> str:
    return datetime.fromisoformat(when).date().isoformat()
