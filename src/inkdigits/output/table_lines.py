"""Readings as lines of a table: one a source, one a number, or one a row of the tables on a sheet.

What stands in no table is not lost: of a page without one each line of writing is a row, and beside tables
each number outside is one, without a row's number. Rows and columns are counted from 1, as people count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.output.schema import Per, columns_of
from inkdigits.picture.paths import page_number
from inkdigits.readings import Box, Number, Reading, Status, value_of

__all__ = ["Line", "Per", "lines_of"]

_SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        source: the picture.
        status: of its least sure number; "empty" without one; "error" of a source that cannot be read.
        confidence: of its least sure number; None without one, of a whole source what its reading says.
        text: all that is written in it.
        box: around all of it; None for nothing.
        error: why the source cannot be read.
        places: what else tells which line it is, by the names of its columns; None for what is unknown.
        cells: the numbers in each of its columns: one of a line a number, none of what is not read.
        other: the columns, from 0, in which something else is written.
        second: what a second reader read there; None where none was asked.
    """

    source: str
    status: Status
    confidence: float | None
    text: str
    box: Box | None
    error: str
    places: dict[str, Any]
    cells: tuple[tuple[Number, ...], ...] = ()
    other: frozenset[int] = frozenset()
    second: str | None = None

    @property
    def texts(self) -> list[str]:
        """What is written in each column."""
        return [" ".join(number.text for number in cell) for cell in self.cells]

    def values(self, per: Per, width: int = 0, model: str = "", *, second: bool = False) -> dict[str, Any]:
        """Returns what it says by the names of its columns, see :mod:`schema`; None for nothing.

        Args:
            per: what the line is of.
            width: how many columns the widest table has.
            model: what read it.
            second: whether there is a column for what a second reader read.
        """
        numbers = [number for cell in self.cells for number in cell]
        told: dict[str, Any] = {"source": self.source, "page": page_number(self.source), "text": self.text}
        told |= self.places | dict(zip(_SIDES, self.box or (), strict=False))
        told |= {"value": value_of(numbers[0].text) if len(numbers) == 1 else None, "status": self.status}
        told |= {"confidence": self.confidence, "error": self.error or None, "model": model or None}
        told["second"] = self.second
        told |= dict(zip((f"c{index}" for index in range(1, width + 1)), self.texts, strict=False))
        return {name: told.get(name) for name in columns_of(per, width, second=second)}


def lines_of(reading: Reading, per: Per) -> list[Line]:
    """Returns the lines of a reading, at least one: of an empty or unreadable source it has nothing but that.

    Args:
        reading: what was read.
        per: "source" for one line, "number" for a line a number, "row" for a line a row.
    """
    if per == "source":
        return [_whole(reading)]
    lines = _numbers(reading) if per == "number" else _rows(reading)
    return lines or [Line(reading.source, reading.status, None, "", None, reading.error or "", {})]


def _whole(reading: Reading) -> Line:
    known = reading.confidence if math.isfinite(reading.confidence) else None
    places = _places(reading.numbers[0], 1) if len(reading.numbers) == 1 else {}
    box, error = _around(number.box for number in reading.numbers), reading.error or ""
    cells = (reading.numbers,) if reading.numbers else ()
    return Line(
        reading.source, reading.status, known, reading.text, box, error, places, cells, second=reading.second
    )


def _numbers(reading: Reading) -> list[Line]:
    return [_line(reading, [(number,)], {}) for number in reading.numbers]


def _places(number: Number, index: int) -> dict[str, Any]:
    places = {"row": number.row, "column": number.column}
    return {"number": index} | {name: place + 1 for name, place in places.items() if place is not None}


def _rows(reading: Reading) -> list[Line]:
    if not reading.table:
        told = iter(reading.numbers)
        lines = [len(line.split()) for line in reading.text.splitlines()]
        return [_line(reading, [(next(told),) for _ in range(count)], {}) for count in lines if count]
    out: list[Line] = []
    for index, row in enumerate(reading.table):
        cells = [tuple(reading.numbers[number] for number in cell.numbers) for cell in row]
        other = frozenset(place for place, cell in enumerate(row) if cell.other)
        box = _around(cell.box for cell in row)
        out.append(_line(reading, cells, {"table": row[0].table + 1, "row": index + 1}, box, other))
    return out + [_line(reading, [(one,)], {}) for one in reading.numbers if one.row is None]


def _line(
    reading: Reading,
    cells: Sequence[tuple[Number, ...]],
    places: dict[str, Any],
    box: Box | None = None,
    other: frozenset[int] = frozenset(),
) -> Line:
    numbers = [number for cell in cells for number in cell]
    sure = all(number.status == "ok" for number in numbers)
    status: Status = ("ok" if sure else "unsure") if numbers else "empty"
    known = [number.confidence for number in numbers if math.isfinite(number.confidence)]
    if len(numbers) == 1:
        index = next(place for place, one in enumerate(reading.numbers, 1) if one is numbers[0])
        places = _places(numbers[0], index) | places
    text = " ".join(number.text for number in numbers)
    box = box or _around(number.box for number in numbers)
    least, second = min(known, default=None), numbers[0].second if len(numbers) == 1 else None
    return Line(reading.source, status, least, text, box, "", places, tuple(cells), other, second)


def _around(boxes: Iterable[Box]) -> Box | None:
    """Returns the smallest box around others; None around none."""
    all_of_them = list(boxes)
    if not all_of_them:
        return None
    left, top = min(box.x for box in all_of_them), min(box.y for box in all_of_them)
    right = max(box.x + box.width for box in all_of_them)
    return Box(left, top, right - left, max(box.y + box.height for box in all_of_them) - top)
