"""One row to come: what is to be read for it, or why it cannot be."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

from inkdigits.errors import InkdigitsError, SourceError
from inkdigits.picture.deferred import Deferred
from inkdigits.readings import Reading
from inkdigits.spec import MAX_SOURCE_BYTES

__all__ = ["Job", "Jobs", "each_page", "failed", "page_count_of", "pages_in", "turns_of"]

_HEAD = 65_536  # bytes; within them a PNG says whether it is animated


@dataclass(frozen=True, slots=True)
class Job:
    """One row to come: a source to read, or the failure to find any.

    Attributes:
        name: what the row calls it.
        source: a path, the bytes that came on standard input, or what is in an archive or behind an address.
        failure: the row of what cannot be read.
        folder: where it lies inside the folder that was named.
        more: the pages behind the first of a form of several.
    """

    name: str
    source: Path | bytes | Deferred | None
    failure: Reading | None = None
    folder: Path = Path()
    more: tuple[Path | bytes | Deferred, ...] = ()


class Jobs(Sequence[Job]):
    """Jobs in little memory, for all are listed before the first is read.

    Of a picture that is a file its name and its folder are kept, which it shares with others there; the job
    is made of them whenever it is asked for. That is a fraction of what a list of jobs takes.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._kept: list[str | Job] = []
        self._folders: list[Path] = []
        folders: dict[Path, Path] = {}
        for job in jobs:
            plain = isinstance(job.source, Path) and job.failure is None and not job.more
            self._kept.append(job.name if plain and str(job.source) == job.name else job)
            self._folders.append(folders.setdefault(job.folder, job.folder))

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> Job: ...
    @overload
    def __getitem__(self, index: slice) -> Jobs: ...
    def __getitem__(self, index: int | slice) -> Job | Jobs:
        if isinstance(index, slice):
            part = Jobs(())
            part._kept, part._folders = self._kept[index], self._folders[index]
            return part
        kept = self._kept[index]
        return kept if isinstance(kept, Job) else Job(kept, Path(kept), folder=self._folders[index])


def turns_of(jobs: Sequence[Job]) -> Iterator[int]:
    """Yields of each job which of its name it is, from 0; in memory it keeps names that come again, alone."""
    once: set[str] = set()
    turns: dict[str, int] = {}
    for job in jobs:
        if job.name in once:
            turns[job.name] = 0
        once.add(job.name)
    del once
    for job in jobs:
        turn = turns.get(job.name, 0)
        if turn or job.name in turns:
            turns[job.name] = turn + 1
        yield turn


def failed(name: str, reason: str) -> Job:
    """Returns the job of what cannot be read."""
    return Job(name, None, Reading(name, "error", error=reason))


def pages_in(source: Deferred, folder: Path) -> Iterator[Job]:
    """Yields a job for each page or frame of what is in an archive; of what cannot be read one that says why.

    Args:
        source: the file.
        folder: where it lies inside its archive.
    """
    try:
        head = source.content(_HEAD)
        pages = page_count_of(source.content(MAX_SOURCE_BYTES + 1)) if _may_have_pages(head) else 1
    except SourceError as error:
        yield failed(source.name, str(error))
        return
    yield from each_page(source, pages, folder)


def each_page(source: Deferred, pages: int, folder: Path) -> Iterator[Job]:
    """Yields a job for each of so many pages of a file; the only one has its name."""
    if pages == 1:
        yield Job(source.name, source, folder=folder)
        return
    for page in range(pages):
        name = f"{source.name}#{page + 1}"
        yield Job(name, replace(source, name=name, page=page), folder=folder)


def page_count_of(content: bytes) -> int:
    """Returns how many pages or frames a picture file has; 1 where reading it says what is wrong."""
    if not _may_have_pages(content[:_HEAD]) or len(content) > MAX_SOURCE_BYTES:
        return 1
    from inkdigits.picture.decode import page_count

    try:
        return page_count(io.BytesIO(content), "<bytes>")
    except InkdigitsError:
        return 1


def _may_have_pages(head: bytes) -> bool:
    from inkdigits.picture.formats import may_have_pages

    return may_have_pages(head)
