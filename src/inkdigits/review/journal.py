"""Every answer that a person gave about a table of results, beside it: ``readings.jsonl.review``.

An SQLite file, which processes and people can share. An answer is a row, on the disk before it is
acknowledged (``synchronous = FULL``); rows are only ever added, which the file itself enforces, and undoing
one is a row, too. Who looks at which cells now (``leases``) and which corrections were kept for training
(``kept``) stand in tables of their own.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from inkdigits.errors import ConfigError, OutputError
from inkdigits.review.answers import Answer, AnsweredError, Answers, Person, Verdict

__all__ = ["LEASE_S", "Journal"]

LEASE_S = 600.0
"""Seconds for which cells are kept for somebody who gives no sign."""

_PATIENCE_S = 20.0  # until another process has written
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, cell INTEGER NOT NULL,
    verdict TEXT NOT NULL, text TEXT NOT NULL, who TEXT NOT NULL, tab TEXT NOT NULL, at TEXT NOT NULL,
    undoes TEXT UNIQUE REFERENCES answers (id));
CREATE TABLE IF NOT EXISTS leases (cell INTEGER PRIMARY KEY, tab TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS kept (answer TEXT NOT NULL, correction TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS no_change BEFORE UPDATE ON answers
    BEGIN SELECT RAISE(ABORT, 'an answer is never changed'); END;
CREATE TRIGGER IF NOT EXISTS no_removal BEFORE DELETE ON answers
    BEGIN SELECT RAISE(ABORT, 'an answer is never removed'); END;
"""
_SELECT = "SELECT id, cell, verdict, text, who, tab, at, undoes, number FROM answers WHERE number > ?"
_INSERT = "INSERT INTO answers (id, cell, verdict, text, who, tab, at, undoes) VALUES (?,?,?,?,?,?,?,?)"


class Journal:
    """The answers of one table of results; threads may share it, and processes have one each.

    Args:
        path: the file; made where it is not there.
        results: what the table of results is known by.

    Raises:
        ConfigError: it is of other results, or no such file.
        OutputError: it cannot be written.
    """

    def __init__(self, path: Path, results: str) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._answers = Answers()
        try:
            self._base = sqlite3.connect(
                path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self._unwritable(error) from error
        try:
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.executescript(_SCHEMA)
            self._base.execute("INSERT OR IGNORE INTO about VALUES ('results', ?)", (results,))
            ((known,),) = self._base.execute("SELECT value FROM about WHERE key = 'results'")
            self._catch_up()
        except sqlite3.DatabaseError as error:
            self._base.close()
            if isinstance(error, sqlite3.OperationalError):
                raise self._unwritable(error) from error
            raise ConfigError(
                f"{path} is no review: {error}; expected one that inkdigits wrote; move it away"
            ) from error
        if known != results:
            self._base.close()
            raise ConfigError(
                f"{path} is the review of other results: they were written anew since; move it away to begin "
                "anew, or bring the old results back"
            )

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._base.close()

    def standing(self) -> dict[int, Answer]:
        """Returns the answer that holds of each cell that has one."""
        with self._lock:
            self._catch_up()
            return dict(self._answers.standing)

    def histories(self) -> dict[int, list[Answer]]:
        """Returns everything that was ever said of each cell, in order; what takes an answer back, too."""
        with self._lock:
            self._catch_up()
            return {cell: list(answers) for cell, answers in self._answers.histories.items()}

    def add(self, identifier: str, cell: int, verdict: Verdict, text: str, by: Person) -> Answer:
        """Keeps an answer, once however often it is sent.

        Raises:
            AnsweredError: the cell has another answer by now.
            OutputError: it cannot be written.
        """
        with self._writing():
            known = self._answers.get(identifier)
            if known is not None:
                return known
            now = self._answers.standing.get(cell)
            if now is not None and now.verdict != "skip":
                said = f"{now.text!r}" if now.verdict == "text" else "that it is no number"
                raise AnsweredError(f"{now.who} has answered this cell by now: {said}; go on with the next")
            self._base.execute("DELETE FROM leases WHERE cell = ?", (cell,))
            return self._insert(identifier, (cell, verdict, text), by, None)

    def undo(self, identifier: str, undone: str, by: Person) -> Answer:
        """Takes an answer back and gives its cell to this window again; once, however often it is sent.

        Raises:
            AnsweredError: it is not what holds of its cell: it was taken back, or somebody looked later.
            OutputError: it cannot be written.
        """
        with self._writing():
            known, now = self._answers.get(identifier), self._answers.get(undone)
            if known is not None:
                return known
            if now is None or self._answers.standing.get(now.cell) != now:
                raise AnsweredError("this answer does not hold any more, so it cannot be undone")
            self._hold([now.cell], by.tab)
            return self._insert(identifier, (now.cell, "undo", ""), by, undone)

    def lease(self, cells: Sequence[int], tab: str, most: int, *, again: bool = False) -> list[int]:
        """Returns the next cells for a window, which nobody else gets while it gives a sign now and then.

        Args:
            cells: all, in the order of the questions.
            tab: the window; what it has already is given first.
            most: how many it gets.
            again: give those that were skipped, too.

        Raises:
            OutputError: it cannot be written.
        """
        with self._writing():
            self._base.execute("DELETE FROM leases WHERE until < ?", (time.time(),))
            held = dict(self._base.execute("SELECT cell, tab FROM leases").fetchall())
            chosen: list[int] = []
            own = [cell for cell in cells if held.get(cell) == tab]
            for cell in chain(own, (cell for cell in cells if held.get(cell) != tab)):
                answer = self._answers.standing.get(cell)
                skipped = answer is not None and answer.verdict == "skip"
                wanted = answer is None or (skipped and (again or held.get(cell) == tab))
                if wanted and held.get(cell, tab) == tab:
                    chosen.append(cell)
                    if len(chosen) == most:
                        break
            self._hold(chosen, tab)
            return chosen

    def renew(self, tab: str) -> None:
        """Keeps what a window has for a while longer."""
        with self._writing():
            self._base.execute("UPDATE leases SET until = ? WHERE tab = ?", (time.time() + LEASE_S, tab))

    def release(self, tab: str) -> None:
        """Gives what a window has to whoever comes next."""
        with self._writing():
            self._base.execute("DELETE FROM leases WHERE tab = ?", (tab,))

    def kept(self, answer: str) -> list[str]:
        """Returns the corrections that were kept for training because of an answer."""
        with self._lock:
            rows = self._base.execute("SELECT correction FROM kept WHERE answer = ?", (answer,))
            return [correction for (correction,) in rows]

    def keep(self, answer: str, corrections: Sequence[str]) -> None:
        """Notes which corrections were kept because of an answer."""
        with self._writing():
            self._base.executemany("INSERT INTO kept VALUES (?, ?)", [(answer, one) for one in corrections])

    def _hold(self, cells: Sequence[int], tab: str) -> None:
        until = time.time() + LEASE_S
        rows = [(cell, tab, until) for cell in cells]
        self._base.executemany("INSERT OR REPLACE INTO leases VALUES (?, ?, ?)", rows)

    def _insert(self, identifier: str, said: tuple[int, str, str], by: Person, undoes: str | None) -> Answer:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        number = self._base.execute(_INSERT, (identifier, *said, by.who, by.tab, at, undoes)).lastrowid or 0
        return Answer(identifier, *said, by.who, by.tab, at, undoes, number)

    def _catch_up(self) -> None:
        """Takes in what was written since the last look, by other processes, too."""
        for row in self._base.execute(_SELECT, (self._answers.last,)):
            self._answers.take(Answer(*row))

    @contextmanager
    def _writing(self) -> Generator[None]:
        """Makes a change whole or not at all, and on the disk when it is done.

        Within it all that others wrote is known, and nothing of its own is taken in before it holds.
        """
        with self._lock:
            try:
                self._base.execute("BEGIN IMMEDIATE")
                try:
                    self._catch_up()
                    yield
                    self._base.execute("COMMIT")
                except BaseException:
                    if self._base.in_transaction:
                        self._base.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise self._unwritable(error) from error

    def _unwritable(self, error: sqlite3.Error) -> OutputError:
        return OutputError(
            f"cannot write {self.path}: {error}; free some space, or copy the results to where you may write"
        )
