"""The tables of ``inkdigits watch``: one a day, and one of what failed, made of the journal as a whole."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from inkdigits.batch.ledger import Ledger
from inkdigits.cli.forms import columns, finished
from inkdigits.cli.rows import open_rows
from inkdigits.output.table_lines import Per
from inkdigits.readings import Reading

__all__ = ["DayTables"]

_OFTEN_S = 10.0  # between two tables of one day while much is read


class DayTables:
    """Writes ``2026-11-27.csv`` and ``failed.csv`` beside the journal.

    Args:
        folder: where.
        form: their format.
        per: what a row is of.
        reader: what reads, whose forms have columns of their own.
        ledger: the journal.
        second: whether a second reader is asked.

    Attributes:
        fields: the columns of forms.
    """

    def __init__(
        self, folder: Path, form: str, per: Per, reader: Any, ledger: Ledger, *, second: bool = False
    ) -> None:
        self._folder, self._form, self._reader, self._ledger = folder, form, reader, ledger
        self._per: Per = per
        self._second = second
        self.fields: Sequence[str] = columns(reader)
        self._written = time.monotonic()

    def path(self, name: str) -> Path:
        """Returns the file of the table of a day, or of ``failed``."""
        return self._folder / f"{name}.{'txt' if self._form == 'text' else self._form}"

    def write(self) -> None:
        """Brings the tables up to what the journal says."""
        for day in sorted(self._ledger.stale):
            self._write(day, self._ledger.rows(day))
        if self._ledger.stale and (self._ledger.failed() or self.path("failed").exists()):
            self._write("failed", self._ledger.failed_rows())
        self._ledger.stale.clear()
        self._written = time.monotonic()

    def write_sometimes(self, day: str) -> None:
        """The same where the last time is a while ago, and always before another day begins."""
        if time.monotonic() - self._written > _OFTEN_S or self._ledger.stale - {day}:
            self.write()

    def _write(self, name: str, rows: Iterable[tuple[Reading, str]]) -> None:
        told = list(rows)
        readings = finished(self._reader, [reading for reading, _ in told])
        path = str(self.path(name))
        with open_rows(path, self._form, [], self.fields, self._per, second=self._second) as writer:
            for reading, (_, model) in zip(readings, told, strict=True):
                writer.write(reading, model)
