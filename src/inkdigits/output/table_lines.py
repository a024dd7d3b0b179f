"""Readings as lines of a table: one a number with its place, or one a row of the tables on a sheet.

What stands in no table is not lost: of a page without one each line of writing is a row, and beside tables
each number outside is one, without a row's number. Rows and columns are counted from 1, as people count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from inkdigits.output.rows import SECOND
from inkdigits.readings import Number, Reading, Status, value_of

__all__ = ["NUMBER_COLUMNS", "Line", "Per", "lines_of", "row_columns"]

Per = Literal["source", "number", "row"]

NUMBER_COLUMNS = (
    *("source", "number", "row", "column", "text", "value", "confidence", "status"),
    *("x", "y", "width", "height", "error"),
)
_BEFORE, _AFTER = ("source", "table", "row"), ("status", "confidence", "error")


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        source: the picture.
        status: of its least sure number; "empty" without one; "error" of a source that cannot be read.
        confidence: of its least sure number; None without one.
        error: why the source cannot be read.
        places: what else tells which line it is, by the names of its columns; None for what is unknown.
        cells: the numbers in each of its columns: one of a line a number, none of what is not read.
        other: the columns, from 0, in which something else is written.
    """

    source: str
    status: Status
    confidence: float | None
    error: str
    places: dict[str, Any]
    cells: tuple[tuple[Number, ...], ...] = ()
    other: frozenset[int] = frozenset()

    @property
    def texts(self) -> list[str]:
        """What is written in each column."""
        return [" ".join(number.text for number in cell) for cell in self.cells]

    def values(self, per: Per, width: int) -> dict[str, Any]:
        """Returns its cells by the names of its columns, so many of which are the table's; None for none."""
        told: dict[str, Any] = {"source": self.source, **self.places, "status": self.status}
        told |= {"confidence": self.confidence, "error": self.error or None}
        if per == "number":
            text = self.texts[0] if self.cells else ""
            told |= {"text": text, "value": value_of(text)}
            return {name: told.get(name) for name in NUMBER_COLUMNS} | self._second()
        cells = dict(zip((f"c{index}" for index in range(1, width + 1)), self.texts, strict=False))
        return {name: (told | cells).get(name) for name in row_columns(width)}

    def _second(self) -> dict[str, Any]:
        """Returns what a second reader read, where one was asked about this line's number."""
        seconds = [number.second for cell in self.cells for number in cell if number.second is not None]
        return {SECOND: seconds[0]} if seconds else {}


def row_columns(width: int) -> tuple[str, ...]:
    """Returns the names of the columns of a line a row, for tables so many columns wide."""
    return (*_BEFORE, *(f"c{index}" for index in range(1, width + 1)), *_AFTER)


def lines_of(reading: Reading, per: Per) -> list[Line]:
    """Returns the lines of a reading, at least one: of an empty or unreadable source it has nothing but that.

    Args:
        reading: what was read.
        per: "number" for a line a number, "row" for a line a row.
    """
    lines = _numbers(reading) if per == "number" else _rows(reading)
    return lines or [Line(reading.source, reading.status, None, reading.error or "", {})]


def _numbers(reading: Reading) -> list[Line]:
    return [
        _line(reading, [(number,)], _places(number, index), frozenset())
        for index, number in enumerate(reading.numbers, 1)
    ]


def _places(number: Number, index: int) -> dict[str, Any]:
    places = {"row": number.row, "column": number.column}
    counted = {name: place + 1 for name, place in places.items() if place is not None}
    return {"number": index, **counted, **number.box._asdict()}


def _rows(reading: Reading) -> list[Line]:
    if not reading.table:
        told = iter(reading.numbers)
        lines = [len(line.split()) for line in reading.text.splitlines()]
        return [
            _line(reading, [(next(told),) for _ in range(count)], {}, frozenset()) for count in lines if count
        ]
    out: list[Line] = []
    for index, row in enumerate(reading.table):
        cells = [tuple(reading.numbers[number] for number in cell.numbers) for cell in row]
        other = frozenset(place for place, cell in enumerate(row) if cell.other)
        out.append(_line(reading, cells, {"table": row[0].table + 1, "row": index + 1}, other))
    return out + [_line(reading, [(one,)], {}, frozenset()) for one in reading.numbers if one.row is None]


def _line(
    reading: Reading, cells: Sequence[tuple[Number, ...]], places: dict[str, Any], other: frozenset[int]
) -> Line:
    numbers = [number for cell in cells for number in cell]
    sure = all(number.status == "ok" for number in numbers)
    status: Status = ("ok" if sure else "unsure") if numbers else "empty"
    known = [number.confidence for number in numbers if math.isfinite(number.confidence)]
    return Line(reading.source, status, min(known, default=None), "", places, tuple(cells), other)
