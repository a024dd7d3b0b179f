"""The one table of columns: what each row that ``inkdigits read`` writes has, whatever its format.

docs/rows.md is written from it (``make docs``), the writers take names, order and types from it, and a test
reads every format back and compares. New columns stand at the end, so that those before keep their places.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["COLUMNS", "Column", "Kind", "Per", "columns_of", "kind_of"]

Per = Literal["source", "number", "row"]
"""What a row is of: a picture, a number in it, or a row of the tables on it."""

Kind = Literal["text", "whole", "decimal", "share"]
"""Text; a whole number; an exact decimal number, as text but in a spreadsheet; a probability in 0..1."""


class Column(NamedTuple):
    """One column.

    Attributes:
        kind: its type.
        unit: what it is measured in; "" for nothing.
        meaning: what it says.
        empty: when it is empty; "" for never.
        pers: the rows that have it.
    """

    kind: Kind
    unit: str
    meaning: str
    empty: str
    pers: tuple[Per, ...] = ("source", "number", "row")


_NOTHING = "nothing is read"
_SEVERAL = "nothing, or several numbers"
_SHEET = "it stands in no table"

COLUMNS: dict[str, Column] = {
    "source": Column("text", "", "the picture, as it was named or found; a page of it ends in `#2`", ""),
    "page": Column("whole", "", "the page or frame of the file, from 1", "the file has but one"),
    "table": Column("whole", "", "which table of the sheet, from 1", _SHEET, ("row",)),
    "number": Column(
        "whole",
        "",
        "which of the numbers of the source, in reading order, from 1",
        f"per number: {_NOTHING}; per source and row: {_SEVERAL}",
    ),
    "row": Column(
        "whole",
        "",
        "the row of the sheet's tables it stands in, from 1; those of several tables follow each other",
        f"{_SHEET}; per source: {_SEVERAL}",
    ),
    "column": Column(
        "whole", "", "its place in that row, from 1", f"{_SHEET}; per source and row: {_SEVERAL}"
    ),
    "c1": Column(
        "text",
        "",
        "`c1`, `c2`, …: what is written in each cell, as many as the widest table of the output has; JSON "
        "has one list `cells`, and in `other` the places, from 0, of what is written and not read",
        "nothing that is read is written there",
        ("row",),
    ),
    "text": Column(
        "text",
        "",
        "exactly what is written; numbers have a space between them, lines of a page a line end",
        _NOTHING,
    ),
    "value": Column(
        "decimal",
        "",
        "what the text of the one number is worth, exact: `1.234.50` is 1234.50",
        f"{_SEVERAL}; the text is not one number, as a date",
    ),
    "confidence": Column(
        "share",
        "probability, 0 to 1",
        "that the text of its least sure number is right",
        f"{_NOTHING}; per source it is 0 then",
    ),
    "status": Column("text", "", "`ok`, `unsure`, `empty` (nothing is written) or `error`", ""),
    "x": Column(
        "whole",
        "pixels",
        "left edge of the box around all that the row is of, in the picture after its EXIF rotation",
        _NOTHING,
    ),
    "y": Column("whole", "pixels", "upper edge of that box", _NOTHING),
    "width": Column("whole", "pixels", "its width", _NOTHING),
    "height": Column("whole", "pixels", "its height", _NOTHING),
    "error": Column("text", "", "one line that says why the source cannot be read", "status is not `error`"),
    "model": Column(
        "text",
        "",
        "the models that read, by the start of their SHA-256: `digit=ab12cd34 number=… finder=…`",
        "the rows were made of a file that did not say it",
    ),
    "second": Column(
        "text",
        "",
        "what a second reader read where it was asked, as `text` is; there only with `--second`",
        "it was not asked: all is sure",
        ("source", "number"),
    ),
}
"""Every column by its name; ``c1`` stands for ``c1``, ``c2``, …"""

_ORDER: dict[Per, tuple[str, ...]] = {
    "source": (
        *("source", "status", "text", "value", "confidence", "error"),
        *("page", "number", "row", "column", "x", "y", "width", "height", "model"),
    ),
    "number": (
        *("source", "number", "row", "column", "text", "value", "confidence", "status"),
        *("x", "y", "width", "height", "error", "page", "model"),
    ),
    "row": (
        *("source", "table", "row", "c1", "status", "confidence", "error"),
        *("page", "number", "column", "text", "value", "x", "y", "width", "height", "model"),
    ),
}


def columns_of(per: Per, width: int = 0, *, second: bool = False) -> tuple[str, ...]:
    """Returns the names of the columns of rows of this kind, in their order.

    Args:
        per: what a row is of.
        width: how many columns the widest table has, of rows of tables.
        second: whether a second reader was asked, which has a column where a row is no table's.
    """
    cells = tuple(f"c{index}" for index in range(1, width + 1))
    names = tuple(name for one in _ORDER[per] for name in (cells if one == "c1" else (one,)))
    return (*names, "second") if second and per in COLUMNS["second"].pers else names


def kind_of(name: str) -> Kind:
    """Returns the type of a column, one of :func:`columns_of`."""
    known = COLUMNS.get(name)
    return COLUMNS["c1"].kind if known is None else known.kind
