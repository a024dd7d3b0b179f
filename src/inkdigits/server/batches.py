"""Several pictures of one request → readings, by the engine that the command line reads its batches with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.batch import engine
from inkdigits.batch.job import Job
from inkdigits.reader import Reader
from inkdigits.readings import Expect, Reading
from inkdigits.server.forms import Upload
from inkdigits.server.pictures import MAX_NAME, Sent

__all__ = ["read_uploads"]


def read_uploads(
    reader: Reader, uploads: Sequence[Upload], asked: engine.Asked, max_error: float | None, max_pixels: int
) -> Iterator[Reading]:
    """Yields a reading a picture, in order; one that cannot be read has the status error.

    Args:
        reader: what reads.
        uploads: the encoded pictures, each decoded when its turn comes.
        asked: how.
        max_error: in place of the reader's own; None for that.
        max_pixels: that one of them may have.
    """
    jobs = [Job(one.name, Sent(one.name[:MAX_NAME], None, one.content, max_pixels)) for one in uploads]
    return engine.read_jobs(_OfRisk(reader, max_error), jobs, asked)


@dataclass(frozen=True, slots=True)
class _OfRisk:
    """A reader that takes another risk for a request, as the engine calls readers."""

    reader: Reader
    max_error: float | None

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
        more: dict[str, Any] = {"max_error": self.max_error, "jobs": jobs, "timeout": timeout}
        return self.reader.read_many(sources, expect, allowed=allowed, pattern=pattern, **more)
