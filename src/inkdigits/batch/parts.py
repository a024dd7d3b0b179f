"""What a process of a cluster does with a part of the jobs: it reads them as this process would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from functools import partial

from inkdigits.batch.cluster import Cluster
from inkdigits.batch.engine import Asked, ReadsMany, read_jobs
from inkdigits.batch.job import Job
from inkdigits.batch.ray_engine import answers
from inkdigits.batch.shards import Shard, Written, write_shard
from inkdigits.output.rows import Writer
from inkdigits.readings import Reading

__all__ = ["LEAST", "USUAL", "read_on", "write_on"]

LEAST, USUAL = 16, 64
"""Jobs of a part: cells take milliseconds, and Ray as many for a part."""

_MOST = 256  # jobs of one where there would be too many parts
_EACH = 8  # parts a process, or some would wait at the end for one that is at sheets, of a second each
_PARTS = 2000  # that there may be before they hold more jobs
_FOREVER = 7 * 86_400.0  # seconds; a time limit is what has a process of its own read
_BOTH = 2  # a picture may be loaded for as long as the limit, and then read for as long


def read_on(cluster: Cluster, reader: ReadsMany, jobs: Sequence[Job], asked: Asked) -> Iterator[Reading]:
    """Yields a reading a job in their order, as :func:`read_jobs` does, read by a cluster.

    Raises:
        InkdigitsError: what is asked for is invalid, or the cluster cannot read.
    """
    if not jobs:  # of a run that goes on all may be read
        return
    for readings in answers(_Reads(reader, _inside(asked)), partial(_parts, jobs), cluster):
        yield from readings


def _parts(jobs: Sequence[Job], processes: int) -> list[Sequence[Job]]:
    """Returns the jobs in parts for so many processes."""
    fair = min(USUAL, max(LEAST, len(jobs) // (_EACH * processes)))
    size = min(_MOST, max(fair, len(jobs) // _PARTS))
    return [jobs[start : start + size] for start in range(0, len(jobs), size)]


def write_on(
    cluster: Cluster,
    reader: ReadsMany,
    shards: Sequence[Shard],
    asked: Asked,
    opened: Callable[[str, list[str]], AbstractContextManager[Writer]],
) -> Iterator[Written]:
    """Yields what was written into each shard, in their order; its rows stay where they are read.

    Args:
        cluster: its processes see the folder under the same path.
        reader: what reads.
        shards: the files, with the jobs whose rows they hold.
        asked: how jobs are read.
        opened: opens what writes the rows of sources with these names into a file; it pickles.

    Raises:
        InkdigitsError: what is asked for is invalid, or the cluster cannot read.
        OutputError: a shard cannot be written.
    """
    if shards:
        yield from answers(_Writes(_Reads(reader, _inside(asked)), opened), lambda _: shards, cluster)


def _inside(asked: Asked) -> Asked:
    return replace(asked, annotate=None, jobs=1)


@dataclass(frozen=True, slots=True)
class _Reads:
    """Jobs → readings, see :class:`inkdigits.batch.ray_engine.PartWork`."""

    reader: ReadsMany
    asked: Asked

    @property
    def patience(self) -> float | None:
        return None if self.asked.timeout is None else _BOTH * self.asked.timeout

    def __call__(self, part: Sequence[Job], careful: bool, begin: Callable[[], None]) -> list[Reading]:
        return list(self.each(part, careful, begin))

    def each(self, part: Sequence[Job], careful: bool, begin: Callable[[], None]) -> Iterator[Reading]:
        """Yields the readings; with care in another process, which a picture may end without this one."""
        timeout = (self.asked.timeout or _FOREVER) if careful else None
        readings = read_jobs(self.reader, part, replace(self.asked, timeout=timeout))
        with closing(readings):
            for _ in part:
                begin()
                yield next(readings)


@dataclass(frozen=True, slots=True)
class _Writes:
    """A shard's jobs → its file."""

    reads: _Reads
    opened: Callable[[str, list[str]], AbstractContextManager[Writer]]

    @property
    def patience(self) -> float | None:
        return self.reads.patience

    def __call__(self, part: Shard, careful: bool, begin: Callable[[], None]) -> Written:
        return write_shard(part, self.reads.each(part.jobs, careful, begin), self.opened)
