"""Pictures of a form that is known beforehand → readings with a field each; the seam that everybody calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from inkdigits.errors import ConfigError, SourceError
from inkdigits.many import read_each
from inkdigits.picture.sources import Source, describe, load
from inkdigits.readings import Expect, FieldReading, Reading, Status
from inkdigits.recognition.answers import with_boxes
from inkdigits.tables.field_reader import Pictures, read_field
from inkdigits.tables.handwriting import Place, find_handwriting
from inkdigits.tables.registration import Blank, Laid, lay_over
from inkdigits.tables.template import Field, Template

__all__ = ["FormReader"]

SEEN = 0.98  # of a field's box that is in the picture


class FormReader:
    """Reads filled-in forms; make one and use it for all of them.

    Args:
        template: the form.
        reader: what reads the fields, such as a :class:`inkdigits.Reader`.

    Raises:
        ConfigError: a blank cannot be read, or has too little print to be known again.
    """

    def __init__(self, template: Template, reader: Pictures) -> None:
        self.template, self.reader = template, reader
        self._blanks = [self._blank(page) for page in range(len(template.blanks))]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the form and the reader; what is known of the blanks is found again."""
        return type(self), (self.template, self.reader)

    def read(self, source: Source | Sequence[Source]) -> Reading:
        """Reads one form.

        Args:
            source: a picture of it, as for :meth:`inkdigits.Reader.read`; of a form of several pages a
            list of
                as many.

        Returns:
            A reading with all fields of the template, in its order; boxes in pixels of the page's picture. It
            is "ok" when each field is or is empty.

        Raises:
            SourceError: a picture cannot be read, or does not show the form.
        """
        pages = cast("list[Source]", list(source) if isinstance(source, (list, tuple)) else [source])
        laid: dict[int, tuple[Laid, tuple[int, ...]]] = {}
        order: list[int] = []
        for one in pages:
            picture = load(one)
            try:
                page, found = lay_over(picture, self._blanks)
            except SourceError as error:
                raise SourceError(f"{describe(one)}: {error}") from error
            if page in laid:
                raise SourceError(
                    f"{describe(one)} is page {page + 1} of the form a second time: expected "
                    f"{len(self._blanks)} pages, one of each; a page may be missing or be of another form"
                )
            laid[page] = found, picture.shape
            order.append(page)
        fields = self._fields(laid)
        if order != sorted(order):
            fields = [_doubted(one, "its pages are swapped") for one in fields]
        return _reading(describe(pages[0]), self._summed(fields))

    def read_many(
        self,
        sources: Iterable[Source | Sequence[Source]],
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
        jobs: int = 1,
        timeout: float | None = None,
    ) -> Iterator[Reading]:
        """Reads many forms, one reading a form in the same order; nothing is raised for one.

        Args:
            sources: each as for :meth:`read`.
            expect: as a reader has it; the template says what is expected.
            allowed: the same.
            pattern: the same.
            jobs: processes that read; 0 for one a core.
            timeout: seconds after which a form is given up; None: never.
        """
        del expect, allowed, pattern
        return read_each(sources, self.read, jobs=jobs, timeout=timeout, ahead=False)

    def _blank(self, page: int) -> Blank:
        path = self.template.blanks[page]
        anchors = self.template.anchors[page] if page < len(self.template.anchors) else ()
        try:
            return Blank(load(path), anchors)
        except SourceError as error:
            raise ConfigError(f"the blank {path} cannot be used: {error}") from error

    def _fields(self, laid: dict[int, tuple[Laid, tuple[int, ...]]]) -> list[FieldReading]:
        read: dict[str, FieldReading] = {}
        for page, blank in enumerate(self._blanks):
            fields = [one for one in self.template.fields if one.page == page]
            places = [_place(one, blank) for one in fields]
            if page not in laid:
                for one, place in zip(fields, places, strict=True):
                    reason = f"page {page + 1} is missing"
                    read[one.name] = FieldReading(one.name, "", "unsure", 0.0, place.box, None, reason)
                continue
            found, shape = laid[page]
            writing = find_handwriting(found, blank, places)
            there = partial(found.sheet.box, shape=shape)
            for index, (one, place) in enumerate(zip(fields, places, strict=True)):
                answer = read_field(one, place, writing, index, self.reader)
                box = place.box
                seen = found.seen[box.y : box.y + box.height, box.x : box.x + box.width].mean()
                if seen < SEEN:
                    answer = _doubted(answer, "the picture cuts it off")
                number = None if answer.number is None else with_boxes(answer.number, there)
                read[one.name] = replace(answer, box=there(box), number=number)
        return [read[one.name] for one in self.template.fields]

    def _summed(self, fields: list[FieldReading]) -> list[FieldReading]:
        """Marks as unsure what does not add up."""
        values = {one.name: one.value or (one.text if one.text.isdigit() else None) for one in fields}
        empty = [one.name for one in fields if one.status == "empty"]
        for check in self.template.sums:
            if check.fault(values, empty):
                wrong = {*check.fields, check.total}
                reason = f"sum of {' + '.join(check.fields)} is not {check.total}"
                fields = [_doubted(one, reason) if one.name in wrong else one for one in fields]
        return fields


def _place(field: Field, blank: Blank) -> Place:
    return Place(field.area.box(blank.shape), tuple(cell.box(blank.shape) for cell in field.cells))


def _doubted(field: FieldReading, reason: str) -> FieldReading:
    """Returns a field that is unsure for one reason more."""
    number = None if field.number is None else replace(field.number, status="unsure")
    reasons = f"{field.reason}; {reason}" if field.reason else reason
    return replace(field, status="unsure", reason=reasons, number=number)


def _reading(name: str, fields: Sequence[FieldReading]) -> Reading:
    filled = [one for one in fields if one.status != "empty"]
    status: Status = (
        "unsure" if any(one.status == "unsure" for one in filled) else "ok" if filled else "empty"
    )
    numbers = tuple(one.number for one in fields if one.number is not None)
    text = "\n".join(f"{one.name} {one.text}" for one in filled)
    confidence = min((one.confidence for one in filled), default=0.0)
    return Reading(name, status, text, confidence, numbers, None, tuple(fields))
