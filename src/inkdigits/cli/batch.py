"""Readings of a batch go on to a stream, or into a file that keeps what is read when it ends early."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.batch.engine import Asked, jobs_left, read_jobs
from inkdigits.batch.job import Job
from inkdigits.cli.forms import columns, finished
from inkdigits.cli.rows import open_rows
from inkdigits.output.rows import one_line
from inkdigits.readings import Reading

if TYPE_CHECKING:
    from inkdigits.batch.journal import Journal
    from inkdigits.cli.forms import Forms
    from inkdigits.reader import Reader

__all__ = ["read_into_file", "read_on"]

_FAILED = 1
_SETTINGS = ("expect", "allowed", "pattern", "max_error", "second", "model")  # that readings depend on


def read_on(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads and writes row by row."""
    failed, names = 0, [job.name for job in jobs]
    second = args.second is not None
    with open_rows(args.output, form, names, columns(reader), args.per, second=second) as writer:
        for reading in finished(reader, read_jobs(reader, jobs, _asked(args))):
            writer.write(reading)
            if reading.status == "error":
                failed += 1
                _tell(reading)
    return _FAILED if failed else 0


def read_into_file(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads all, keeps what is read as it comes, then writes the file."""
    from inkdigits.batch.journal import Journal
    from inkdigits.cli.batch_progress import Progress
    from inkdigits.cli.output import refuse_folder
    from inkdigits.files import check_writable

    check_writable(refuse_folder(args.output))  # before hours of reading
    settings = {name: getattr(args, name) for name in _SETTINGS}
    if args.template is not None:
        settings["template"] = Path(args.template).read_text(encoding="utf-8")
    failed = 0
    with _telling(Journal(args.output, settings, args.resume)) as journal:
        left = jobs_left(jobs, journal.has)
        progress = Progress(len(jobs), len(jobs) - len(left))
        for job, reading in zip(left, read_jobs(reader, left, _asked(args)), strict=True):
            journal.write(reading, job.name)
            progress.count(reading.status)
            if reading.status == "error":
                failed += 1
                progress.clear()
                _tell(reading)
        progress.clear()
        names = [job.name for job in jobs]
        second = args.second is not None
        with open_rows(args.output, form, names, columns(reader), args.per, second=second) as writer:
            for reading in finished(reader, journal.readings(names)):
                writer.write(reading)
    return _FAILED if failed else 0


def _asked(args: argparse.Namespace) -> Asked:
    annotate = None if args.annotate is None else Path(args.annotate)
    return Asked(args.expect, args.allowed, args.pattern, annotate, args.jobs, args.timeout)


@contextmanager
def _telling(journal: Journal) -> Generator[Journal]:
    """Says on standard error what is kept when a run ends early."""
    try:
        with journal:
            yield journal
    finally:
        if journal.kept:
            where = one_line(str(journal.path))
            text = f"{journal.kept:,} readings are kept in {where}; --resume goes on from there"
            print(f"inkdigits: {text}", file=sys.stderr)


def _tell(reading: Reading) -> None:
    """Says on standard error, in one line, why a source could not be read."""
    reason = reading.error or "unknown reason"
    text = reason if reading.source in reason else f"{reading.source}: {reason}"
    print(f"inkdigits: {one_line(text)}", file=sys.stderr)
