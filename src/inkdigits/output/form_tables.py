"""Readings of a form as a spreadsheet or Parquet: a row a form, a column a field; the extra ``[tables]``."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from inkdigits.output.form_columns import Cell, cells_of, columns_of
from inkdigits.output.rows import Writer, one_line
from inkdigits.output.tables import Table, check
from inkdigits.readings import Reading

__all__ = ["open_form_table"]

_WIDE, _USUAL = 40, 14  # characters of the columns
_DOUBT = "FFF2C2"  # what somebody should look at


@contextmanager
def open_form_table(name: str, stream: IO[bytes], fields: Sequence[str]) -> Generator[Writer]:
    """Gives the writer of a format, "xlsx" or "parquet"; it writes the table when it is closed.

    Raises:
        MissingExtraError: its library is not installed.
    """
    check(name)
    writer = _FORMATS[name](stream, fields)
    try:
        yield writer
    finally:
        writer.drop()


class _Xlsx:
    """One sheet with a header and the files' names that stay in sight; what is unsure has a colour."""

    def __init__(self, stream: IO[bytes], fields: Sequence[str]) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font, PatternFill
        from openpyxl.utils import get_column_letter

        self._stream, self._fields, self._cell = stream, fields, WriteOnlyCell
        self._fill = PatternFill("solid", fgColor=_DOUBT)
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet("forms")
        self._sheet.freeze_panes = "B2"
        columns = columns_of(fields)
        for place, column in enumerate(columns, 1):
            wide = column in ("source", "reasons", "error")
            self._sheet.column_dimensions[get_column_letter(place)].width = _WIDE if wide else _USUAL
        head = [self._filled(Cell(column)) for column in columns]
        for cell in head:
            cell.font = Font(bold=True)
        self._sheet.append(head)

    def write(self, reading: Reading, model: str = "") -> None:
        self._sheet.append([self._filled(cell) for cell in cells_of(reading, self._fields, model)])

    def close(self) -> None:
        self._book.save(self._stream)

    def drop(self) -> None:
        if not self._sheet.closed:  # its generators would end after the file that they write to
            self._sheet.close()

    def _filled(self, told: Cell) -> Any:
        if told.number is not None:
            cell = self._cell(self._sheet, told.number)
            if told.share:
                cell.number_format = "0.0%"
        else:
            text = one_line(told.text).encode("utf-8", "backslashreplace").decode("utf-8")
            cell = self._cell(self._sheet, text or None)
            if text:  # no formula, no number without its zeros
                cell.data_type, cell.number_format = "s", "@"
        if told.doubtful:
            cell.fill = self._fill
        return cell


class _Parquet:
    """Texts as texts, confidences as numbers."""

    def __init__(self, stream: IO[bytes], fields: Sequence[str]) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        self._stream, self._fields = stream, fields
        self._columns = columns_of(fields)
        shares = {f"{name} confidence" for name in fields}
        self._whole_numbers = {"page"} - set(fields)
        types = [
            (
                one,
                pa.float64() if one in shares else pa.int32() if one in self._whole_numbers else pa.string(),
            )
            for one in self._columns
        ]
        self._schema: Any = pa.schema(types)
        self._table, self._write = pa.Table.from_pylist, parquet.write_table
        self._out = pa.BufferOutputStream()  # a writer would close the stream
        self._rows: list[dict[str, Any]] = []

    def write(self, reading: Reading, model: str = "") -> None:
        cells = cells_of(reading, self._fields, model)
        self._rows.append(
            {
                column: cell.number
                if cell.share or column in self._whole_numbers
                else cell.text.encode("utf-8", "backslashreplace").decode("utf-8")
                for column, cell in zip(self._columns, cells, strict=True)
            }
        )

    def close(self) -> None:
        self._write(self._table(self._rows, schema=self._schema), self._out)
        self._stream.write(self._out.getvalue())

    def drop(self) -> None:
        self._rows.clear()


_FORMATS: dict[str, Callable[[IO[bytes], Sequence[str]], Table]] = {"xlsx": _Xlsx, "parquet": _Parquet}
