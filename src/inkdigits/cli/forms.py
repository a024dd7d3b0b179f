"""``inkdigits read --template``: a template in place of a plain reader, forms of several pages, a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from inkdigits.batch.job import Job
from inkdigits.readings import Expect, Reading

__all__ = ["Forms", "columns", "finished", "grouped"]


class Forms:
    """Reads filled-in forms as a reader reads pictures, and knows the columns of their table.

    Args:
        template: the template's file.
        roster: the file of a list to match them with; None for none.
        reader: what reads the fields.

    Raises:
        ConfigError: one of the files cannot be used.
    """

    def __init__(self, template: str, roster: str | None, reader: Any) -> None:
        from inkdigits.tables.forms import FormReader
        from inkdigits.tables.roster import load_roster
        from inkdigits.tables.template_file import load_template

        self._template = load_template(template)
        self._roster = None if roster is None else load_roster(roster)
        self._reader, self._version = FormReader(self._template, reader), str(reader.version)
        for one in self._template.fields:  # what is missing to read them is missing for all
            cells = len(one.cells) if one.comb else 0
            if not one.ticked:
                reader.language("number", None, one.type.pattern(cells, cells))
        if self._roster is not None:
            self.matched([])  # what is wrong with it is wrong for all

    @property
    def pages(self) -> int:
        """How many pages a form has."""
        return len(self._template.blanks)

    @property
    def version(self) -> str:
        """Which models read, as :attr:`inkdigits.Reader.version`."""
        return self._version

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the fields, and of what the list adds."""
        listed = () if self._roster is None else self._roster.columns
        return (*self._template.names, *(f"roster {column}" for column in listed))

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
        """Reads forms; as :meth:`inkdigits.tables.forms.FormReader.read_many`."""
        return self._reader.read_many(
            sources, expect, allowed=allowed, pattern=pattern, jobs=jobs, timeout=timeout
        )

    def matched(self, readings: Iterable[Reading]) -> Iterable[Reading]:
        """Gives each form its row of the list, if there is one, which takes all forms together."""
        if self._roster is None:
            return readings
        from inkdigits.tables.roster import matched

        return matched(list(readings), self._template, self._roster)


def columns(reader: object) -> tuple[str, ...]:
    """Returns the fields that are columns of the table; none of what reads no forms."""
    return reader.columns if isinstance(reader, Forms) else ()


def finished(reader: object, readings: Iterable[Reading]) -> Iterable[Reading]:
    """Returns readings as they go into the table: of forms with their row of a list."""
    return reader.matched(readings) if isinstance(reader, Forms) else readings


def grouped(jobs: Sequence[Job], pages: int) -> Sequence[Job]:
    """Returns a job a form of so many pages: those of one file, or the pictures of one folder, in order."""
    if pages == 1:
        return jobs
    out: list[Job] = []
    for _, own in groupby(jobs, _home):
        together = list(own)
        out += [_form(together[start : start + pages]) for start in range(0, len(together), pages)]
    return out


def _home(job: Job) -> tuple[str, bool]:
    """Returns what the pages of a form have in common: their file, or their folder."""
    from inkdigits.picture.deferred import Deferred
    from inkdigits.picture.paths import page_of

    if not isinstance(job.source, Path):
        a_page = isinstance(job.source, Deferred) and job.source.page is not None
        return job.name.rpartition("#" if a_page else "/")[0], a_page
    file, page = page_of(str(job.source))
    return (str(file), True) if page is not None else (str(file.parent), False)


def _form(pages: Sequence[Job]) -> Job:
    first, *others = pages
    failure = next((job.failure for job in pages if job.failure is not None), None)
    if failure is not None:
        return Job(first.name, None, Reading(first.name, "error", error=failure.error))
    more = tuple(job.source for job in others if job.source is not None)
    return Job(first.name, first.source, folder=first.folder, more=more)
