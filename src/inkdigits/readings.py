"""What a reader answers: frozen values that turn into plain dictionaries and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from inkdigits.boxes import Box
from inkdigits.values import text_with, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

__all__ = ["Box", "Cell", "Digit", "Expect", "FieldReading", "Number", "Reading", "Status", "value_of"]

Status = Literal["ok", "unsure", "empty", "error"]
Expect = Literal["auto", "digit", "number", "page"]

preview_of: list[Callable[[str], tuple[str, int, int] | None]] = []
"""What shows a source: its picture's address, width and height. What loads pictures puts it here."""


@dataclass(frozen=True, slots=True)
class Digit:
    """One character of a number.

    Attributes:
        value: "0" to "9", or a sign or separator.
        confidence: calibrated probability in 0..1 that ``value`` is right.
        box: where it stands in the source.
        alternatives: other answers as (value, probability), the likeliest first.
        status: "ok", or "unsure" where ``1 - confidence`` is above the accepted risk.
    """

    value: str
    confidence: float
    box: Box
    alternatives: tuple[tuple[str, float], ...] = ()
    status: Status = "ok"

    def to_dict(self) -> dict[str, Any]:
        """Returns the digit as JSON-ready values."""
        return {
            "value": self.value,
            "confidence": self.confidence,
            "box": list(self.box),
            "alternatives": [list(pair) for pair in self.alternatives],
            "status": self.status,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Digit:
        """Returns the digit that :meth:`to_dict` described."""
        return cls(
            value=data["value"],
            confidence=data["confidence"],
            box=Box(*data["box"]),
            alternatives=tuple((value, probability) for value, probability in data["alternatives"]),
            status=data["status"],
        )


@dataclass(frozen=True, slots=True)
class Number:
    """A string of digits and signs written together.

    Attributes:
        text: exactly what is written, leading zeros kept, ``.`` for a point or comma; an apostrophe and a
            space inside it are left out.
        confidence: calibrated probability in 0..1 that the whole text is right.
        box: where it stands in the source.
        digits: its characters from left to right.
        status: "ok", or "unsure" where ``1 - confidence`` is above the accepted risk; not by its digits'.
        row: the row of :attr:`Reading.table` that it stands in, from 0; None where it stands in no table.
        column: its place in that row, from 0.
        second: what a second reader read there, "" for nothing; None where none was asked.
    """

    text: str
    confidence: float
    box: Box
    digits: tuple[Digit, ...] = ()
    status: Status = "ok"
    row: int | None = None
    column: int | None = None
    second: str | None = None

    @property
    def value(self) -> Decimal | None:
        """What the text is worth, see :func:`value_of`; None where it is not one number, as a date."""
        from decimal import Decimal  # most calls print the text, and start-up time is seen

        plain = value_of(self.text)
        return None if plain is None else Decimal(plain)

    def to_dict(self) -> dict[str, Any]:
        """Returns the number as JSON-ready values; its value is a string, so that nothing is rounded.

        "second" is there only where a second reader was asked.
        """
        second = {} if self.second is None else {"second": self.second}
        return {
            "text": self.text,
            "value": value_of(self.text),
            "confidence": self.confidence,
            "box": list(self.box),
            "digits": [digit.to_dict() for digit in self.digits],
            "status": self.status,
            "row": self.row,
            "column": self.column,
            **second,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Number:
        """Returns the number that :meth:`to_dict` described; its value is that of its text."""
        return cls(
            text=data["text"],
            confidence=data["confidence"],
            box=Box(*data["box"]),
            digits=tuple(Digit.from_dict(digit) for digit in data["digits"]),
            status=data["status"],
            row=data["row"],
            column=data["column"],
            second=data.get("second"),
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, or a place in one.

    Attributes:
        box: where it lies in the source; of cells that are one, as those of a heading, all of it.
        text: the numbers in it, as they are written, with a space between; empty for none.
        numbers: which of :attr:`Reading.numbers` stand in it, from 0.
        other: whether something else is written or printed in it, that is not answered: a word, a tick.
        table: which table of the sheet it belongs to, from 0.
        spans: how many rows and columns it takes, usually (1, 1); (0, 0) for a place that is part of a cell
            that begins above it or left of it.
    """

    box: Box
    text: str = ""
    numbers: tuple[int, ...] = ()
    other: bool = False
    table: int = 0
    spans: tuple[int, int] = (1, 1)

    def to_dict(self) -> dict[str, Any]:
        """Returns the cell as JSON-ready values."""
        return {
            "text": self.text,
            "box": list(self.box),
            "numbers": list(self.numbers),
            "other": self.other,
            "table": self.table,
            "spans": list(self.spans),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Cell:
        """Returns the cell that :meth:`to_dict` described."""
        told: dict[str, Any] = {"box": Box(*data["box"]), "numbers": tuple(data["numbers"])}
        told["spans"] = tuple(data["spans"])
        return cls(**{**data, **told})


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What is written in a field of a form.

    Attributes:
        name: of the field.
        text: exactly what is written, as :attr:`Number.text`; ``x`` for a box that is ticked.
        status: "ok", "unsure" or "empty".
        confidence: probability in 0..1 that ``text`` is right; of an empty field that it is empty.
        box: the field's place in the source.
        value: what the text is worth: a plain number, a date as 2026-07-01, a time as 07:30; None for others.
        reason: why it is unsure beside its confidence, such as a check that it fails; None for nothing more.
        number: what was read there, with its digits; None for ticks and where nothing was read.
    """

    name: str
    text: str
    status: Status
    confidence: float
    box: Box
    value: str | None = None
    reason: str | None = None
    number: Number | None = None

    def to_dict(self, numbers: Sequence[Number] = ()) -> dict[str, Any]:
        """Returns the field as JSON-ready values; its number by its place among those of the reading."""
        place = next((index for index, one in enumerate(numbers) if one is self.number), None)
        plain = {"name": self.name, "text": self.text, "value": self.value, "status": self.status}
        return plain | {
            "confidence": self.confidence,
            "box": list(self.box),
            "reason": self.reason,
            "number": place,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any], numbers: Sequence[Number] = ()) -> FieldReading:
        """Returns the field that :meth:`to_dict` described."""
        place = data["number"]
        number = None if place is None else numbers[place]
        told: dict[str, Any] = data | {"box": Box(*data["box"]), "number": number}
        return cls(**told)


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer for one source.

    Attributes:
        source: the path, or a description of a source that has none (``<array>``).
        status: "ok" when each number is; "unsure" when one is (text is given all the same); "empty" (nothing
            is written); "error".
        text: exactly what is written; empty when nothing was read.
        confidence: that of its least sure number, by which the status goes too: of one digit or number the
            calibrated probability in 0..1 that ``text`` is right, of a page not that all of it is; 0 without
            numbers.
        numbers: the numbers found, in reading order.
        error: one line that says what went wrong; None unless ``status`` is "error".
        fields: of a form that is known beforehand, in the order of its template; none of other pictures.
        table: of a page, the rows of its tables from the top, and in each row its cells from the left, empty
            ones too: ``table[number.row][number.column]`` is where a number stands. Rows of several tables
            follow each other, and the columns of each begin at its own left.
    """

    source: str
    status: Status
    text: str = ""
    confidence: float = 0.0
    numbers: tuple[Number, ...] = ()
    error: str | None = None
    fields: tuple[FieldReading, ...] = ()
    table: tuple[tuple[Cell, ...], ...] = ()

    @property
    def second(self) -> str | None:
        """:attr:`text`, unsure numbers as a second reader read them (``?``: nothing); None: not asked."""
        return text_with(self.text, [(one.text, one.second) for one in self.numbers])

    def to_dict(self) -> dict[str, Any]:
        """Returns the reading as JSON-ready values; "fields" is there for forms alone, "table" for tables."""
        fields = {"fields": [one.to_dict(self.numbers) for one in self.fields]} if self.fields else {}
        table = {"table": [[cell.to_dict() for cell in row] for row in self.table]} if self.table else {}
        plain = {
            "source": self.source,
            "status": self.status,
            "text": self.text,
            "confidence": self.confidence,
            "numbers": [number.to_dict() for number in self.numbers],
            "error": self.error,
        }
        return fields | plain | table

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Reading:
        """Returns the reading that :meth:`to_dict` described."""
        numbers = tuple(Number.from_dict(number) for number in data["numbers"])
        return cls(
            source=data["source"],
            status=data["status"],
            text=data["text"],
            confidence=data["confidence"],
            numbers=numbers,
            error=data["error"],
            fields=tuple(FieldReading.from_dict(one, numbers) for one in data.get("fields", ())),
            table=tuple(tuple(Cell.from_dict(one) for one in row) for row in data.get("table", ())),
        )

    def to_pandas(self) -> Any:
        """Returns a pandas data frame with a row for each number, where pandas is installed.

        Its columns are source, text, value (a float, NaN where the text is not one number), confidence,
        status, x, y, width and height.

        Raises:
            InkdigitsError: pandas is not installed.
        """
        from inkdigits.notebook import data_frame

        return data_frame(self.to_dict())

    def _repr_html_(self) -> str:  # what notebooks ask for
        from inkdigits.notebook import table  # its html module costs start-up time

        picture = preview_of[0](self.source) if preview_of and self.numbers else None
        return table(self.to_dict(), picture)
