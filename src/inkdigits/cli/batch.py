"""Readings of a batch go on to a stream, or into a file that keeps what is read when it ends early."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.batch.engine import jobs_left
from inkdigits.batch.job import Job, Jobs
from inkdigits.batch.shards import Shard, Shards, Written, is_folder, write_shard
from inkdigits.cli.engines import asked, cluster_of, readings
from inkdigits.cli.forms import columns, finished
from inkdigits.cli.rows import goes_on, open_rows
from inkdigits.output.rows import Writer, one_line
from inkdigits.output.table_lines import Per
from inkdigits.readings import Reading

if TYPE_CHECKING:
    from inkdigits.batch.journal import Journal
    from inkdigits.cli.forms import Forms
    from inkdigits.reader import Reader

__all__ = ["read_all", "tell_failure"]

_FAILED = 1
_ENDINGS = {"text": "txt"}  # of formats that have another than their name
_SETTINGS = ("expect", "allowed", "pattern", "max_error", "second", "model")  # that readings depend on


def read_all(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads and writes rows where they are wanted; gives the exit code."""
    if is_folder(args.output):
        return _read_into_folder(reader, jobs, args, form)
    return (_read_on if goes_on(args.output) else _read_into_file)(reader, jobs, args, form)


def _read_on(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads and writes row by row."""
    failed = 0
    with _rows(reader, args, form)(args.output, (job.name for job in jobs)) as writer:
        for reading in finished(reader, readings(reader, jobs, args)):
            writer.write(reading)
            if reading.status == "error":
                failed += 1
                tell_failure(reading)
    return _FAILED if failed else 0


def _read_into_file(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads all, keeps what is read as it comes, then writes the file."""
    from inkdigits.batch.journal import Journal
    from inkdigits.cli.batch_progress import Progress
    from inkdigits.cli.output import refuse_folder
    from inkdigits.files import check_writable

    check_writable(refuse_folder(args.output))  # before hours of reading
    failed = 0
    with _telling(Journal(args.output, _settings(reader, args), args.resume)) as journal:
        jobs = journal.with_kept(jobs) if journal.goes_on else jobs
        left = Jobs(job for job, _ in jobs_left(jobs, journal.has)) if journal.goes_on else jobs
        progress = Progress(len(jobs), len(jobs) - len(left))
        found = readings(reader, left, args)
        for (_, turn), reading in zip(jobs_left(jobs, journal.has), found, strict=True):
            journal.write(reading, turn)
            progress.count(reading.status)
            if reading.status == "error":
                failed += 1
                progress.clear()
                tell_failure(reading)
        progress.close()
        with _rows(reader, args, form)(args.output, (job.name for job in jobs)) as writer:
            for reading in finished(reader, journal.readings(jobs)):
                writer.write(reading)
    return _FAILED if failed else 0


def _read_into_folder(
    reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str
) -> int:
    """Reads all into the files of a folder, each whole or absent; a cluster writes them where it reads."""
    from inkdigits.cli.batch_progress import Progress

    failed = 0
    ending = f".{_ENDINGS.get(form, form)}"
    settings = _settings(reader, args) | {"format": form, "per": args.per}
    with Shards(args.output, ending, jobs, settings, args.resume) as shards:
        progress = Progress(len(jobs), shards.done)
        try:
            for written in _written(reader, shards.left, args, form):
                for status in written.statuses.elements():
                    progress.count(status)
                failed += len(written.failures)
                for reading in written.failures:
                    progress.clear()
                    tell_failure(reading)
        except BaseException:
            progress.close()
            left = f"the files in {one_line(args.output)} are kept; --resume goes on from there"
            print(f"inkdigits: {left}", file=sys.stderr)
            raise
        progress.close()
    return _FAILED if failed else 0


def _written(
    reader: Reader | Forms, shards: Sequence[Shard], args: argparse.Namespace, form: str
) -> Iterator[Written]:
    opened = _rows(reader, args, form)
    if args.engine == "ray":
        from inkdigits.batch.parts import write_on

        yield from write_on(cluster_of(args), reader, shards, asked(args), opened)
        return
    found = readings(reader, Jobs(job for shard in shards for job in shard.jobs), args)
    for shard in shards:
        yield write_shard(shard, islice(found, len(shard.jobs)), opened)


def _rows(
    reader: Reader | Forms, args: argparse.Namespace, form: str
) -> Callable[[str | None, Iterable[str]], AbstractContextManager[Writer]]:
    """Returns what opens a file, or a stream, for the rows of sources with these names; it pickles."""
    return partial(
        _open_rows,
        form=form,
        fields=columns(reader),
        per=args.per,
        model=reader.version,
        second=args.second is not None,
    )


def _open_rows(
    path: str | None,
    names: Iterable[str],
    *,
    form: str,
    fields: Sequence[str],
    per: Per,
    model: str,
    second: bool,
) -> AbstractContextManager[Writer]:
    return open_rows(path, form, names, fields, per, model=model, second=second)


def _settings(reader: Reader | Forms, args: argparse.Namespace) -> dict[str, Any]:
    """Returns what decides the readings."""
    settings = {name: getattr(args, name) for name in _SETTINGS}
    settings["models"] = reader.version  # rows of others would stand under the name of these
    if args.template is not None:
        settings["template"] = Path(args.template).read_text(encoding="utf-8")
    return settings


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


def tell_failure(reading: Reading) -> None:
    """Says on standard error, in one line, why a source could not be read."""
    reason = reading.error or "unknown reason"
    text = reason if reading.source in reason else f"{reading.source}: {reason}"
    print(f"inkdigits: {one_line(text)}", file=sys.stderr)
