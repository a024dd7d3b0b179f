"""``inkdigits watch``: what is dropped into a folder is read once, now and after every restart."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits import interrupt
from inkdigits.cli.asking import add_asking, add_per, contradiction, reader_of
from inkdigits.cli.common import (
    Commands,
    add_jobs,
    add_max_error,
    add_model,
    add_second,
    add_threads,
    seconds,
)
from inkdigits.cli.rows import FORMATS, format_of, open_rows
from inkdigits.output.rows import one_line

if TYPE_CHECKING:
    from inkdigits.batch.inbox import Dropped, Inbox, Look
    from inkdigits.batch.job import Job
    from inkdigits.batch.ledger import Ledger
    from inkdigits.cli.watch_tables import DayTables
    from inkdigits.output.rows import Writer
    from inkdigits.readings import Reading

__all__ = ["add", "run"]

_USAGE, _FAILED = 2, 1
_TIMEOUT_S = 300.0  # a picture that never ends, or that takes all memory, is to cost its row and nothing else
_AT_ONCE = 200  # files of a round; then the folder is looked at again

_DESCRIPTION = """\
Reads what is dropped into a folder, such as that of a scanner, once each, until Ctrl-C or SIGTERM. A picture
is read when its size and time have not changed for --settle seconds. In DIR it writes a table a day,
DIR/2026-11-27.csv, with the columns of docs/rows.md; failed.csv, the files that could not be read, with their
errors; and journal.jsonl, from which it goes on after a restart, also after kill -9: no row is lost, none is
there twice. A file that changes, also under its old name, is read again; what failed is tried again with
--retry.

The folder is looked at every few seconds, so it may lie on a network. Originals stay where they are, unless
--move is given. One line a picture goes to standard output, what cannot be read to standard error.
Exit code: 0 ended by a signal, or with --once all read; 1 it cannot go on, or with --once at least one file
failed; 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits watch inbox/ --output read/
  inkdigits watch inbox/ --output read/ --expect number --allowed 0-9 --move
  inkdigits watch inbox/ --output read/ --per number --format xlsx
  inkdigits watch inbox/ --output read/ --once
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "watch", help="read what is dropped into a folder", description=_DESCRIPTION, epilog=_EPILOG
    )
    parser.add_argument(
        "inbox", metavar="INBOX", help="the folder, with its subfolders, hidden ones left out"
    )
    parser.add_argument(
        "--output", metavar="DIR", required=True, help="the folder for tables and journal; not in INBOX"
    )
    add_asking(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="csv",
        help="of the tables, as for read; text: columns for people; xlsx and parquet need the extra [tables] "
        "(default: csv)",
    )
    add_per(parser)
    parser.add_argument(
        "--settle",
        metavar="S",
        type=seconds,
        default=5.0,
        help="a picture is whole when it has not changed for S seconds; more for a scanner that pauses while "
        "it writes (default: 5)",
    )
    parser.add_argument(
        "--every", metavar="S", type=seconds, default=2.0, help="look every S seconds (default: 2)"
    )
    parser.add_argument(
        "--move",
        action="store_true",
        help="move what was read to DIR/done, what could not be to DIR/failed, in subfolders as it was found",
    )
    parser.add_argument("--retry", action="store_true", help="read again what failed before")
    parser.add_argument(
        "--once", action="store_true", help="end when all that is there is read, for a timer such as cron's"
    )
    add_max_error(parser)
    add_second(parser)
    add_model(parser)
    add_threads(parser)
    add_jobs(parser, _TIMEOUT_S)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads until a signal; gives the exit code."""
    from inkdigits.batch.inbox import Inbox
    from inkdigits.batch.ledger import Ledger
    from inkdigits.cli.watch_tables import DayTables

    wrong = contradiction(args) or _misplaced(args)
    if wrong:
        print(f"inkdigits watch: {one_line(wrong)}; see 'inkdigits watch --help'", file=sys.stderr)
        return _USAGE
    inbox, folder = Path(args.inbox), Path(args.output)
    form = format_of(f"x.{args.format}", args.format)
    reader = reader_of(args)
    with Ledger(folder, inbox) as ledger:
        if args.retry:
            ledger.forget_failed()
        second = args.second is not None
        tables = DayTables(folder, form, args.per, reader, ledger, second=second)
        tables.write()
        with open_rows(None, "text", [], tables.fields, second=second) as shown:
            looked_at = Inbox(inbox, args.settle)
            watch = _Watch(args, looked_at, ledger=ledger, tables=tables, reader=reader, shown=shown)
            try:
                _tell(f"watching {inbox}; rows go into {folder}")
                failed = watch.until_stopped()
            except KeyboardInterrupt:
                tables.write()
                if args.once:
                    raise
                _tell(f"ended; {watch.read:,} files read since the start")
                return 0
    return _FAILED if failed else 0


class _Watch:
    """The watch of an inbox."""

    def __init__(
        self,
        args: argparse.Namespace,
        inbox: Inbox,
        *,
        ledger: Ledger,
        tables: DayTables,
        reader: Any,
        shown: Writer,
    ) -> None:
        self._args, self._inbox, self._ledger = args, inbox, ledger
        self._tables, self._reader, self._shown = tables, reader, shown
        self._told: set[str] = set()
        self.read, self.failed = 0, 0

    def until_stopped(self) -> int:
        """Reads; with --once ends when nothing is left. Returns how many files failed."""
        while True:
            interrupt.check()  # where it came while Python tidied up, it was swallowed
            seen = self._inbox.look(time.monotonic(), self._ledger.has)
            self._tell_new(seen.problems)
            self._move(seen)
            if seen.whole:
                self._read(seen.whole[:_AT_ONCE])
                self._tables.write()
            elif self._args.once and not seen.growing:
                return self.failed + len(seen.problems)
            else:
                time.sleep(min(self._args.every, self._args.settle))

    def _read(self, files: Sequence[Dropped]) -> None:
        """Reads some files, and writes down each as it is done."""
        from inkdigits.batch.engine import Asked, read_jobs

        args = self._args
        pages = [(one, self._pages(one)) for one in files]
        asked = Asked(args.expect, args.allowed, args.pattern, None, args.jobs, args.timeout)
        readings = read_jobs(self._reader, [job for _, jobs in pages for job in jobs], asked)
        try:
            for one, jobs in pages:
                told = [next(readings) for _ in jobs]
                if not self._inbox.unchanged(one):
                    continue  # somebody still writes: it is looked at again
                with interrupt.deferred():
                    self._keep(one, told)
        finally:
            with interrupt.deferred():
                readings.close()

    def _pages(self, one: Dropped) -> Sequence[Job]:
        from inkdigits.batch.jobs import jobs_of
        from inkdigits.cli.forms import Forms, grouped

        jobs = list(jobs_of(str(self._inbox.path(one)), _no_folder))
        return grouped(jobs, self._reader.pages) if isinstance(self._reader, Forms) else jobs

    def _keep(self, one: Dropped, readings: Sequence[Reading]) -> None:
        from inkdigits.cli.batch import tell_failure

        now = datetime.now().astimezone()
        self._tables.write_sometimes(now.date().isoformat())
        self._ledger.keep(one, readings, self._reader.version, now)
        self.read += 1
        self.failed += self._ledger.has_failed(one)
        for reading in readings:
            self._shown.write(reading)
            if reading.status == "error":
                tell_failure(reading)
        if self._args.move:
            self._move_away(one)

    def _move(self, seen: Look) -> None:
        """Moves what was read before it could be moved."""
        for one in seen.known if self._args.move else ():
            with interrupt.deferred():
                self._move_away(one)

    def _move_away(self, one: Dropped) -> None:
        from inkdigits.batch.moved import move_into

        kind = "failed" if self._ledger.has_failed(one) else "done"
        move_into(Path(self._args.output) / kind, self._inbox.path(one), one.place)

    def _tell_new(self, problems: Sequence[str]) -> None:
        """Says what is wrong with the folder once, and again when it comes again."""
        for problem in problems:
            if problem not in self._told:
                _tell(problem)
        self._told = set(problems)


def _misplaced(args: argparse.Namespace) -> str | None:
    """Says what is wrong with the folders."""
    if not os.path.isdir(args.inbox):  # noqa: PTH112 (a name with a null character is none)
        return (
            f"INBOX {args.inbox} is no folder: expected the one that pictures are dropped into; make it first"
        )
    if not args.output:
        return "--output '' names no folder; name one"
    inbox, output = Path(os.path.realpath(args.inbox)), Path(os.path.realpath(args.output))
    if output.exists() and not output.is_dir():
        return f"--output {args.output} is a file: expected a folder for tables and journal"
    if output.is_relative_to(inbox) or inbox.is_relative_to(output):
        return f"--output {args.output} and INBOX {args.inbox} lie in each other; choose another folder"
    return None


def _no_folder() -> Path:
    raise AssertionError("a picture in a folder needs no folder of its own")


def _tell(text: str) -> None:
    print(f"inkdigits: {one_line(text)}", file=sys.stderr, flush=True)
