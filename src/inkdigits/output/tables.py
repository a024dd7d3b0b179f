"""Readings as a spreadsheet or a Parquet file: the extra ``[tables]``.

======= ================================================================================
xlsx    the columns of :mod:`inkdigits.output.schema`: text stays text, confidence is a percentage; what is
        unsure has a colour, and its picture beside it
parquet the same columns, and ``numbers`` with text, value, confidence, status and box
======= ================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from inkdigits.errors import MissingExtraError
from inkdigits.output.rows import Writer, one_line
from inkdigits.output.schema import columns_of, kind_of
from inkdigits.output.table_lines import lines_of
from inkdigits.readings import Reading

__all__ = ["FORMATS", "Table", "check", "open_table", "parquet_type", "utf8"]

_WIDTHS = {"source": 40, "text": 24, "value": 14, "confidence": 12, "error": 60, "model": 50, "second": 24}
_WIDTH = 10  # characters of other columns
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
        self._columns = list(columns_of("source", second=second))
        self._columns.insert(self._columns.index("text") + 1, "picture")
        widths = [(name, _WIDTHS.get(name, _WIDTH)) for name in self._columns]
        self._sheet = Sheet("readings", widths, self._columns.index("picture"))

    def write(self, reading: Reading, model: str = "") -> None:
        from inkdigits.output.spreadsheet import Share, exact

        unsure = reading.status == "unsure"
        doubtful = min(reading.numbers, key=lambda number: number.confidence, default=None)
        picture = self._pictures.small(reading.source, doubtful and doubtful.box) if unsure else None
        (line,) = lines_of(reading, "source")
        told = line.values("source", model=model, second=self._second)
        told |= {
            "source": one_line(line.source),
            "error": one_line(line.error),
            "value": exact(told["value"]),
        }
        told |= {"confidence": None if line.confidence is None else Share(line.confidence)}
        self._sheet.row([told.get(name) for name in self._columns], reading.status, picture)

    def close(self) -> None:
        self._sheet.save(self._stream)

    def drop(self) -> None:
        self._sheet.drop()


class _ParquetWriter:
    """Typed columns, written some rows at a time."""

    def __init__(self, stream: IO[bytes], second: bool) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._second = second
        inside = ("text", "value", "confidence", "status", "x", "y", "width", "height")
        inside += ("second",) if second else ()
        number = pa.struct([(name, parquet_type(name)) for name in inside])
        columns = [(name, parquet_type(name)) for name in columns_of("source", second=second)]
        told = [one for one in columns if one[0] == "second"]  # behind all others
        columns = [one for one in columns if one[0] != "second"]
        self._schema: Any = pa.schema([*columns, ("numbers", pa.list_(number)), *told])
        self._table = pa.Table.from_pylist
        self._stream, self._whole = stream, pa.BufferOutputStream()  # it would close the stream
        self._file: Any = parquet.ParquetWriter(self._whole, self._schema)
        self._rows: list[dict[str, Any]] = []

    def write(self, reading: Reading, model: str = "") -> None:
        numbers = [
            {"text": number["text"], "value": number["value"], "confidence": number["confidence"]}
            | {"status": number["status"], "second": number.get("second")}
            | dict(zip(("x", "y", "width", "height"), number["box"], strict=True))
            for number in reading.to_dict()["numbers"]
        ]
        (line,) = lines_of(reading, "source")
        told = line.values("source", model=model, second=self._second)
        self._rows.append({**{name: utf8(value) for name, value in told.items()}, "numbers": numbers})
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


def parquet_type(name: str) -> Any:
    """Returns the type of a column in Parquet."""
    import pyarrow as pa

    return {"whole": pa.int32(), "share": pa.float64()}.get(kind_of(name), pa.string())


def utf8(value: Any) -> Any:
    """Returns a value; of a text the bytes of a file name that is no UTF-8 are shown."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value
