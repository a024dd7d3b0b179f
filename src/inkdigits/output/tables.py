"""Readings as a spreadsheet or a Parquet file: the extra ``[tables]``.

======= ================================================================================
xlsx    the columns of CSV with types: text stays text, confidence is a percentage; what is unsure has a
        colour, and its picture beside it
parquet the same columns, and ``numbers`` with text, value, confidence, status and box
======= ================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from inkdigits.errors import MissingExtraError
from inkdigits.output.rows import SECOND, Writer, one_line, only_value
from inkdigits.readings import Reading

__all__ = ["FORMATS", "Table", "check", "open_table"]

_COLUMNS = (  # of a spreadsheet, with their widths in characters
    ("source", 40),
    ("status", 10),
    ("text", 24),
    ("picture", 10),
    ("value", 14),
    ("confidence", 12),
    ("error", 60),
)
_SECOND = (SECOND, 24)  # where a second reader was asked
_AT_ONCE = 1000  # rows of a Parquet file that are written together


def check(name: str) -> None:
    """Raises MissingExtraError where the library of a format is not installed."""
    library, module = _LIBRARIES[name]
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise MissingExtraError(library, "tables")


@contextmanager
def open_table(name: str, stream: IO[bytes], *, second: bool = False) -> Generator[Writer]:
    """Gives the writer of the format called ``name``, one of :data:`FORMATS`.

    It writes the table when it is closed. The block may end before that: then nothing is written. With a
    ``second`` reader there is a column for what it read.

    Raises:
        MissingExtraError: its library is not installed.
    """
    check(name)
    writer = FORMATS[name](stream, second)
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
    """One sheet; what is unsure has a colour, and beside its text the picture of its least sure number."""

    def __init__(self, stream: IO[bytes], second: bool) -> None:
        from inkdigits.output.cutouts import Pictures
        from inkdigits.output.spreadsheet import Sheet

        self._stream, self._pictures, self._second = stream, Pictures(), second
        columns = (*_COLUMNS, _SECOND) if second else _COLUMNS
        self._sheet = Sheet("readings", columns, [name for name, _ in columns].index("picture"))

    def write(self, reading: Reading) -> None:
        from inkdigits.output.spreadsheet import Share, exact

        unsure = reading.status == "unsure"
        doubtful = min(reading.numbers, key=lambda number: number.confidence, default=None)
        picture = self._pictures.small(reading.source, doubtful and doubtful.box) if unsure else None
        self._sheet.row(
            (
                one_line(reading.source),
                reading.status,
                reading.text,
                None,
                exact(only_value(reading)),
                Share(reading.confidence),
                one_line(reading.error or ""),
                *((reading.second or "",) if self._second else ()),
            ),
            reading.status,
            picture,
        )

    def close(self) -> None:
        self._sheet.save(self._stream)

    def drop(self) -> None:
        self._sheet.drop()


class _ParquetWriter:
    """Typed columns, written some rows at a time."""

    def __init__(self, stream: IO[bytes], second: bool) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        text, share, pixel = pa.string(), pa.float64(), pa.int32()
        number = [("text", text), ("value", text), ("confidence", share), ("status", text)]
        number += [(side, pixel) for side in ("x", "y", "width", "height")]
        columns = [("source", text), ("status", text), ("text", text), ("value", text), ("confidence", share)]
        told = [(SECOND, text)] if second else []
        numbers = pa.list_(pa.struct([*number, *told]))
        self._schema: Any = pa.schema([*columns, ("error", text), ("numbers", numbers), *told])
        self._table = pa.Table.from_pylist
        self._stream, self._whole = stream, pa.BufferOutputStream()  # it would close the stream
        self._file: Any = parquet.ParquetWriter(self._whole, self._schema)
        self._rows: list[dict[str, Any]] = []

    def write(self, reading: Reading) -> None:
        numbers = [
            {"text": number["text"], "value": number["value"], "confidence": number["confidence"]}
            | {"status": number["status"], SECOND: number.get("second")}
            | dict(zip(("x", "y", "width", "height"), number["box"], strict=True))
            for number in reading.to_dict()["numbers"]
        ]
        self._rows.append(
            {"source": _utf8(reading.source), "status": reading.status, "text": reading.text}
            | {"value": only_value(reading), "confidence": reading.confidence}
            | {"error": None if reading.error is None else _utf8(reading.error), "numbers": numbers}
            | {SECOND: reading.second}
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


FORMATS: dict[str, Callable[[IO[bytes], bool], Table]] = {"xlsx": _XlsxWriter, "parquet": _ParquetWriter}
_LIBRARIES = {"xlsx": ("openpyxl", "openpyxl"), "parquet": ("PyArrow", "pyarrow")}


def _utf8(text: str) -> str:
    """Returns a text in which the bytes of a file name that is no UTF-8 are shown."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
