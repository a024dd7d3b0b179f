"""Jobs → readings, one a job and in their order; a job that fails is a reading that says so."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from inkdigits.batch.job import Job, turns_of
from inkdigits.errors import InkdigitsError
from inkdigits.picture.deferred import Deferred
from inkdigits.readings import Expect, Reading

__all__ = ["Asked", "ReadsMany", "drawn", "jobs_left", "read_jobs"]

_STDIN_STEM = "stdin"


class ReadsMany(Protocol):
    """What reads pictures, or forms of several: a :class:`inkdigits.Reader` or one with a template."""

    def read_many(
        self,
        sources: Iterable[Any],
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
        jobs: int = 1,
        timeout: float | None = None,
    ) -> Iterator[Reading]:
        """Reads many sources, one reading a source in the same order."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """How jobs are read.

    Attributes:
        expect: what a picture holds, as for :meth:`inkdigits.Reader.read`.
        allowed: the characters that may stand there.
        pattern: the expression that texts match.
        annotate: the folder for pictures with the answer drawn in; None for none.
        jobs: processes that read; 0 for one a core.
        timeout: seconds after which a source is given up; None: never.
    """

    expect: Expect = "auto"
    allowed: str | None = None
    pattern: str | None = None
    annotate: Path | None = None
    jobs: int = 1
    timeout: float | None = None


def read_jobs(reader: ReadsMany, jobs: Sequence[Job], asked: Asked) -> Generator[Reading]:
    """Yields one reading a job, in the order of the jobs and under their names.

    Raises:
        InkdigitsError: what is asked for is invalid.
        OutputError: a picture with the answer drawn in cannot be written.
    """
    if asked.annotate is None:
        yield from _plain(reader, jobs, asked)
    elif asked.jobs == 1 and asked.timeout is None:
        yield from _annotated(reader, jobs, asked, asked.annotate)
    else:
        yield from drawn(jobs, _plain(reader, jobs, asked), asked.annotate)


def _plain(reader: ReadsMany, jobs: Sequence[Job], asked: Asked) -> Iterator[Reading]:
    sources = ((job.source, *job.more) if job.more else job.source for job in jobs if job.source is not None)
    answers = _read(reader, sources, asked)
    for job in jobs:
        yield job.failure or replace(next(answers), source=job.name)


def jobs_left(jobs: Sequence[Job], has: Callable[[str, int], bool]) -> Iterator[tuple[Job, int]]:
    """Yields the jobs that are still to be done, each with its turn: which of its name it is, from 0.

    Args:
        jobs: all of them.
        has: tells whether the job of a name and a turn is done.
    """
    for job, turn in zip(jobs, turns_of(jobs), strict=True):
        if not has(job.name, turn):
            yield job, turn


def _read(reader: ReadsMany, sources: Iterable[Any], asked: Asked) -> Iterator[Reading]:
    return reader.read_many(
        sources,
        asked.expect,
        allowed=asked.allowed,
        pattern=asked.pattern,
        jobs=asked.jobs,
        timeout=asked.timeout,
    )


def _annotated(reader: ReadsMany, jobs: Sequence[Job], asked: Asked, folder: Path) -> Iterator[Reading]:
    """Gives the same readings, and writes a picture for each that is no error."""
    from inkdigits.batch.annotated import picture_paths, save
    from inkdigits.picture.sources import load

    for job, path in zip(jobs, picture_paths(folder, _places(jobs)), strict=True):
        if job.source is None:
            yield job.failure or Reading(job.name, "error")
            continue
        try:
            picture = load(job.source)  # once: a pipe cannot be read again to be drawn
        except InkdigitsError as error:
            yield Reading(job.name, "error", error=str(error))
            continue
        reading = replace(next(_read(reader, [picture], asked)), source=job.name)
        if reading.status != "error":
            save(path, picture, reading)
        yield reading


def drawn(jobs: Sequence[Job], readings: Iterable[Reading], folder: Path) -> Iterator[Reading]:
    """Yields readings of jobs as they are, and writes a picture for each that is no error.

    The pictures were read in other processes; each is decoded once more here to be drawn on.

    Raises:
        OutputError: one cannot be written.
    """
    from inkdigits.batch.annotated import picture_paths, save
    from inkdigits.picture.sources import load

    places = picture_paths(folder, _places(jobs))
    for job, path, reading in zip(jobs, places, readings, strict=True):
        if job.source is not None and reading.status != "error":
            try:
                picture = load(job.source)
            except InkdigitsError as error:  # it is gone, or a pipe
                yield Reading(job.name, "error", error=str(error))
                continue
            save(path, picture, reading)
        yield reading


def _places(jobs: Sequence[Job]) -> list[Path]:
    """Returns where in the folder of annotated pictures each belongs, without the ending."""
    from inkdigits.picture.paths import page_of

    places: list[Path] = []
    for job in jobs:
        if isinstance(job.source, Deferred):
            base = Path(job.name).name
            places.append(job.folder / (base if job.source.page is not None else Path(base).stem))
            continue
        if not isinstance(job.source, Path):
            places.append(Path(_STDIN_STEM))
            continue
        file, page = page_of(str(job.source))
        places.append(job.folder / (file.stem if page is None else f"{file.stem}#{page + 1}"))
    return places
