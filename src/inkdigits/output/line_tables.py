"""Lines of a table as a spreadsheet or Parquet, each column with its type; the extra ``[tables]``.

In a spreadsheet each unsure cell has a colour and its picture beside it, in a column of its own where one is
needed, and a cell in which something else is written is grey.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, Any

from inkdigits.output.rows import Writer, one_line
from inkdigits.output.schema import Per, columns_of
from inkdigits.output.table_lines import Line, lines_of
from inkdigits.output.tables import check, parquet_type, utf8
from inkdigits.readings import Number, Reading

__all__ = ["open_line_table"]

_WIDTHS = {"source": 34, "error": 40, "model": 50, "text": 16, "value": 14, "confidence": 12, "status": 10}
_WIDTH, _PICTURE = 9, 12  # characters of other columns, and of those with pictures
_PICTURED = "picture"


@contextmanager
def open_line_table(
    name: str, stream: IO[bytes], per: Per, *, second: bool = False, pictures: bool = True
) -> Generator[Writer]:
    """Gives the writer of a format, "xlsx" or "parquet"; it writes the table when it is closed.

    Args:
        name: the format.
        stream: where it goes.
        per: what a line is of.
        second: whether there is a column for what a second reader read.
        pictures: show unsure cells in a spreadsheet; without it no source is opened, whatever it is called.

    Raises:
        MissingExtraError: its library is not installed.
    """
    check(name)
    writer = _Xlsx(stream, per, second, pictures) if name == "xlsx" else _Parquet(stream, per, second)
    try:
        yield writer
    finally:
        writer.drop()


class _Kept:
    """Keeps all lines: how many columns there are is known when all are read."""

    def __init__(self, stream: IO[bytes], per: Per, second: bool) -> None:
        self._stream, self._second = stream, second
        self._per: Per = per
        self._lines: list[tuple[Line, str]] = []

    def write(self, reading: Reading, model: str = "") -> None:
        self._lines += [(line, model) for line in lines_of(reading, self._per)]

    def drop(self) -> None:
        self._lines.clear()

    def _columns(self) -> tuple[str, ...]:
        return columns_of(self._per, self._width if self._per == "row" else 0, second=self._second)

    @property
    def _width(self) -> int:
        return max((len(line.cells) for line, _ in self._lines), default=0)


class _Xlsx(_Kept):
    """One sheet with a header that stays in sight."""

    def __init__(self, stream: IO[bytes], per: Per, second: bool, pictures: bool) -> None:
        super().__init__(stream, per, second)
        self._pictured = pictures

    def close(self) -> None:
        from inkdigits.output.cutouts import Pictures
        from inkdigits.output.spreadsheet import Sheet

        texts = ["text"] if self._per == "number" else [f"c{index}" for index in range(1, self._width + 1)]
        doubtful = {
            texts[index]
            for line, _ in self._lines
            for index, cell in enumerate(line.cells)
            if self._pictured and any(number.status == "unsure" for number in cell)
        }
        columns: list[str] = []
        for name in self._columns():
            columns += [name, f"{name} {_PICTURED}"] if name in doubtful else [name]
        widths = [_PICTURE if name.endswith(_PICTURED) else _WIDTHS.get(name, _WIDTH) for name in columns]
        heads = [_PICTURED if name.endswith(_PICTURED) else name for name in columns]
        sheet, pictures = (
            Sheet("numbers" if self._per == "number" else "rows", list(zip(heads, widths, strict=True))),
            Pictures(),
        )
        try:
            for line, model in self._lines:
                told = line.values(self._per, self._width, model, second=self._second)
                self._row(sheet, pictures, line, told, (columns, texts))
            sheet.save(self._stream)
        finally:
            sheet.drop()

    def _row(
        self, sheet: Any, pictures: Any, line: Line, told: dict[str, Any], heads: tuple[list[str], list[str]]
    ) -> None:
        from inkdigits.output.spreadsheet import Share, exact

        columns, texts = heads
        told |= {
            "source": one_line(line.source),
            "error": one_line(line.error),
            "value": exact(told.get("value")),
        }
        if line.confidence is not None:
            told["confidence"] = Share(line.confidence)
        colours, shown = {}, {}
        if line.status in ("unsure", "error"):
            colours[columns.index("status")] = line.status
        for index, cell in enumerate(line.cells):
            place = columns.index(texts[index])
            unsure = [number for number in cell if number.status == "unsure"]
            if unsure:
                least: Number = min(unsure, key=lambda number: number.confidence)
                colours[place] = "unsure"
                if self._pictured:
                    shown[place + 1] = pictures.small(line.source, least.box)
            elif index in line.other:
                colours[place] = "other"
        sheet.row([told.get(name) for name in columns], colours, shown)


class _Parquet(_Kept):
    """Texts as texts, places and confidences as numbers."""

    def close(self) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        schema: Any = pa.schema([(name, parquet_type(name)) for name in self._columns()])
        rows = [
            {
                name: utf8(value)
                for name, value in line.values(self._per, self._width, model, second=self._second).items()
            }
            for line, model in self._lines
        ]
        out = pa.BufferOutputStream()  # a writer would close the stream
        table: Any = pa.Table.from_pylist(rows, schema=schema)
        parquet.write_table(table, out)
        self._stream.write(out.getvalue())
