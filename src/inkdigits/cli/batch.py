"""Jobs → rows: a batch goes on to a stream, or into a file that keeps what is read when it ends early."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.forms import columns, finished
from inkdigits.cli.jobs import Job
from inkdigits.cli.rows import open_rows
from inkdigits.errors import InkdigitsError
from inkdigits.output.rows import one_line
from inkdigits.readings import Reading

if TYPE_CHECKING:
    from inkdigits.cli.forms import Forms
    from inkdigits.cli.journal import Journal
    from inkdigits.reader import Reader

__all__ = ["read_into_file", "read_on"]

_FAILED = 1
_STDIN_STEM = "stdin"


def read_on(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads and writes row by row."""
    failed = 0
    with open_rows(args.output, form, [job.name for job in jobs], columns(reader), args.per) as writer:
        for reading in finished(reader, _readings(reader, jobs, args)):
            writer.write(reading)
            if reading.status == "error":
                failed += 1
                _tell(reading)
    return _FAILED if failed else 0


def read_into_file(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace, form: str) -> int:
    """Reads all, keeps what is read as it comes, then writes the file."""
    from inkdigits.cli.batch_progress import Progress
    from inkdigits.cli.journal import Journal
    from inkdigits.cli.output import refuse_folder
    from inkdigits.files import check_writable

    check_writable(refuse_folder(args.output))  # before hours of reading
    settings = {name: getattr(args, name) for name in ("expect", "allowed", "pattern", "max_error", "model")}
    if args.template is not None:
        settings["template"] = Path(args.template).read_text(encoding="utf-8")
    failed = 0
    with Journal(args.output, settings, args.resume) as journal:
        left = _left(jobs, journal)
        progress = Progress(len(jobs), len(jobs) - len(left))
        for job, reading in zip(left, _readings(reader, left, args), strict=True):
            journal.write(reading, job.name)
            progress.count(reading.status == "error")
            if reading.status == "error":
                failed += 1
                progress.clear()
                _tell(reading)
        progress.clear()
        names = [job.name for job in jobs]
        with open_rows(args.output, form, names, columns(reader), args.per) as writer:
            for reading in finished(reader, journal.readings(names)):
                writer.write(reading)
    return _FAILED if failed else 0


def _left(jobs: Sequence[Job], journal: Journal) -> list[Job]:
    """Returns what an earlier run has not read."""
    seen: dict[str, int] = {}
    left: list[Job] = []
    for job in jobs:
        nth = seen.get(job.name, 0)
        seen[job.name] = nth + 1
        if not journal.has(job.name, nth):
            left.append(job)
    return left


def _readings(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace) -> Iterator[Reading]:
    """Gives one reading a job, in the order of the jobs."""
    if args.annotate is not None:
        yield from _annotated(reader, jobs, args)
        return
    sources = ((job.source, *job.more) if job.more else job.source for job in jobs if job.source is not None)
    answers = _read(reader, sources, args)
    for job in jobs:
        yield job.failure or _named(next(answers), job)


def _read(reader: Reader | Forms, sources: Iterable[Any], args: argparse.Namespace) -> Iterator[Reading]:
    return reader.read_many(sources, args.expect, allowed=args.allowed, pattern=args.pattern)


def _annotated(reader: Reader | Forms, jobs: Sequence[Job], args: argparse.Namespace) -> Iterator[Reading]:
    """Gives the same readings, and writes a picture for each that is no error."""
    from inkdigits.cli.annotated import picture_paths, save
    from inkdigits.picture.sources import load

    for job, path in zip(jobs, picture_paths(Path(args.annotate), _places(jobs)), strict=True):
        if job.source is None:
            yield job.failure or Reading(job.name, "error")
            continue
        try:
            picture = load(job.source)  # once: a pipe cannot be read again to be drawn
        except InkdigitsError as error:
            yield _named(Reading(job.name, "error", error=str(error)), job)
            continue
        reading = replace(next(_read(reader, [picture], args)), source=job.name)
        if reading.status != "error":
            save(path, picture, reading)
        yield reading


def _places(jobs: Sequence[Job]) -> list[Path]:
    """Returns where in the folder of annotated pictures each belongs, without the ending."""
    from inkdigits.picture.paths import page_of

    places: list[Path] = []
    for job in jobs:
        if not isinstance(job.source, Path):
            places.append(Path(_STDIN_STEM))
            continue
        file, page = page_of(str(job.source))
        places.append(job.folder / (file.stem if page is None else f"{file.stem}#{page + 1}"))
    return places


def _named(reading: Reading, job: Job) -> Reading:
    """Returns a reading under the name that its source was given by."""
    return replace(reading, source=job.name)


def _tell(reading: Reading) -> None:
    """Says on standard error, in one line, why a source could not be read."""
    reason = reading.error or "unknown reason"
    text = reason if reading.source in reason else f"{reading.source}: {reason}"
    print(f"inkdigits: {one_line(text)}", file=sys.stderr)
