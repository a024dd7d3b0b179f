"""Readings as a spreadsheet or a Parquet file: the extra ``[tables]``.

======= ================================================================================
xlsx    the columns of CSV with types: text stays text, confidence is a percentage
parquet the same columns, and ``numbers`` with text, value, confidence, status and box
======= ================================================================================
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from inkdigits.errors import MissingExtraError, OutputError
from inkdigits.output.rows import CSV_COLUMNS, Writer, one_line, only_value
from inkdigits.readings import Reading

__all__ = ["FORMATS", "Table", "check", "open_table"]

_WIDTHS = (40, 10, 24, 14, 12, 60)  # characters of the columns
_CELL = 32_767  # characters that a cell holds
_ROWS = 1_048_576  # rows that a sheet holds, with its header
_EXACT = 15  # digits that a spreadsheet keeps of a number
_AT_ONCE = 1000  # rows of a Parquet file that are written together


def check(name: str) -> None:
    """Raises MissingExtraError where the library of a format is not installed."""
    library, module = _LIBRARIES[name]
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise MissingExtraError(library, "tables")


@contextmanager
def open_table(name: str, stream: IO[bytes]) -> Generator[Writer]:
    """Gives the writer of the format called ``name``, one of :data:`FORMATS`.

    It writes the table when it is closed. The block may end before that: then nothing is written.

    Raises:
        MissingExtraError: its library is not installed.
    """
    check(name)
    writer = FORMATS[name](stream)
    try:
        yield writer
    finally:
        writer.drop()


class Table(Writer, Protocol):
    """Writes a table, or lets go of what it has begun."""

    def drop(self) -> None:
        """Closes what the library holds open; the table is not written if it is not yet."""
        ...


class _XlsxWriter:
    """One sheet with a header that stays in sight."""

    def __init__(self, stream: IO[bytes]) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        self._stream, self._cell = stream, WriteOnlyCell
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("readings")
        self._sheet.freeze_panes = "A2"
        for letter, width in zip("ABCDEF", _WIDTHS, strict=True):
            self._sheet.column_dimensions[letter].width = width
        head = [self._text(column) for column in CSV_COLUMNS]
        for cell in head:
            cell.font = Font(bold=True)
        self._sheet.append(head)
        self._count = 1

    def write(self, reading: Reading) -> None:
        self._count += 1
        if self._count > _ROWS:
            raise OutputError(
                f"a sheet of .xlsx holds {_ROWS - 1:,} rows, received more; choose .csv or .parquet"
            )
        texts = (one_line(reading.source), reading.status, reading.text)
        source, status, text = (self._text(value) for value in texts)
        value = only_value(reading)
        exact = value is not None and sum(map(str.isdigit, value)) <= _EXACT
        row = [source, status, text, float(value) if value and exact else value and self._text(value)]
        confidence = self._cell(
            self._sheet, reading.confidence if math.isfinite(reading.confidence) else None
        )
        confidence.number_format = "0.0%"
        self._sheet.append([*row, confidence, self._text(one_line(reading.error or ""))])

    def close(self) -> None:
        self._book.save(self._stream)

    def drop(self) -> None:
        if not self._sheet.closed:  # its generators would end after the file that they write to
            self._sheet.close()

    def _text(self, value: str) -> Any:
        """Returns a cell that is shown as it is: no formula, no number without its zeros."""
        value = _utf8(value)
        if len(value) > _CELL:
            raise OutputError(
                f"a cell of .xlsx holds {_CELL:,} characters, received {len(value):,}; choose .csv"
            )
        cell = self._cell(self._sheet, value or None)
        if value:
            cell.data_type = "s"
            cell.number_format = "@"
        return cell


class _ParquetWriter:
    """Typed columns, written some rows at a time."""

    def __init__(self, stream: IO[bytes]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        text, share, pixel = pa.string(), pa.float64(), pa.int32()
        number = [("text", text), ("value", text), ("confidence", share), ("status", text)]
        number += [(side, pixel) for side in ("x", "y", "width", "height")]
        columns = [("source", text), ("status", text), ("text", text), ("value", text), ("confidence", share)]
        self._schema: Any = pa.schema([*columns, ("error", text), ("numbers", pa.list_(pa.struct(number)))])
        self._table = pa.Table.from_pylist
        self._stream, self._whole = stream, pa.BufferOutputStream()  # it would close the stream
        self._file: Any = parquet.ParquetWriter(self._whole, self._schema)
        self._rows: list[dict[str, Any]] = []

    def write(self, reading: Reading) -> None:
        numbers = [
            {"text": number["text"], "value": number["value"], "confidence": number["confidence"]}
            | {"status": number["status"]}
            | dict(zip(("x", "y", "width", "height"), number["box"], strict=True))
            for number in reading.to_dict()["numbers"]
        ]
        self._rows.append(
            {"source": _utf8(reading.source), "status": reading.status, "text": reading.text}
            | {"value": only_value(reading), "confidence": reading.confidence}
            | {"error": None if reading.error is None else _utf8(reading.error), "numbers": numbers}
        )
        if len(self._rows) == _AT_ONCE:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()
        self._stream.write(self._whole.getvalue())

    def drop(self) -> None:
        self._file.close()  # again, perhaps: that does nothing

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(self._table(self._rows, schema=self._schema))
            self._rows.clear()


FORMATS: dict[str, Callable[[IO[bytes]], Table]] = {"xlsx": _XlsxWriter, "parquet": _ParquetWriter}
_LIBRARIES = {"xlsx": ("openpyxl", "openpyxl"), "parquet": ("PyArrow", "pyarrow")}


def _utf8(text: str) -> str:
    """Returns a text in which the bytes of a file name that is no UTF-8 are shown."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
