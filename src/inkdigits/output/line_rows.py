"""Lines of a table as text, CSV or JSON: a line a number, or a line a row; see :mod:`table_lines`.

A line a row has as many columns as the widest table, so its CSV is written when all are known; what else
there is is written at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import IO, Any

from inkdigits.output.rows import Writer, one_line, plain_cells
from inkdigits.output.schema import Per, columns_of
from inkdigits.output.table_lines import Line, lines_of
from inkdigits.readings import Reading

__all__ = ["open_line_writer"]


def open_line_writer(name: str, stream: IO[str], per: Per, *, second: bool = False) -> Writer:
    """Returns the writer of a format for lines.

    Args:
        name: one of :data:`inkdigits.output.rows.FORMATS`.
        stream: where they go; opened with ``newline=""``.
        per: what a line is of.
        second: whether there is a column for what a second reader read; of a line a number alone.
    """
    return _FORMATS[name](stream, per, second)


class _Text:
    """Two spaces between columns, a question mark behind what is unsure, a dash for an empty cell."""

    def __init__(self, stream: IO[str], per: Per, second: bool) -> None:
        self._stream, self._second = stream, second and per == "number"
        self._per: Per = per

    def write(self, reading: Reading, model: str = "") -> None:
        del model  # for people, who know what they run
        for line in lines_of(reading, self._per):
            unsure = [any(number.status == "unsure" for number in cell) for cell in line.cells]
            texts = zip(line.texts, unsure, strict=True)
            told = [f"{text or '-'}{'?' if doubtful else ''}" for text, doubtful in texts]
            named = ("row",) if self._per == "row" else ("row", "column")
            places = [str(line.places[name]) for name in named if name in line.places]
            state = [] if line.status in ("ok", "unsure") else [line.status]
            if self._second:
                state += [] if line.second in (None, line.text) else [f"second: {line.second}"]
            self._stream.write(
                "  ".join((one_line(line.source), ":".join(places) or "-", *told, *state)) + "\n"
            )

    def close(self) -> None:
        pass


class _Csv:
    """RFC 4180 rows."""

    delimiter = ","

    def __init__(self, stream: IO[str], per: Per, second: bool) -> None:
        import csv  # here, because most calls print text and start-up time is seen

        self._rows = csv.writer(stream, delimiter=self.delimiter)
        self._per: Per = per
        self._second = second
        self._kept: list[tuple[Line, str]] = []
        if per == "number":
            self._rows.writerow(columns_of(per, second=second))

    def write(self, reading: Reading, model: str = "") -> None:
        lines = [(line, model) for line in lines_of(reading, self._per)]
        if self._per == "row":
            self._kept += lines
            return
        for line in lines:
            self._write(*line, 0)

    def close(self) -> None:
        if self._per == "row":
            width = max((len(line.cells) for line, _ in self._kept), default=0)
            self._rows.writerow(columns_of(self._per, width, second=self._second))
            for line in self._kept:
                self._write(*line, width)

    def _write(self, line: Line, model: str, width: int) -> None:
        self._rows.writerow(plain_cells(line.values(self._per, width, model, second=self._second)))


class _Tsv(_Csv):
    """The same with tabs."""

    delimiter = "\t"


class _JsonLines:
    """One JSON object a line; of a row its cells are one list."""

    def __init__(self, stream: IO[str], per: Per, second: bool) -> None:
        del second  # each number has what was read there
        self._stream = stream
        self._per: Per = per

    def write(self, reading: Reading, model: str = "") -> None:
        for line in lines_of(reading, self._per):
            self._put(json.dumps(self._object(line, model), ensure_ascii=False))

    def close(self) -> None:
        pass

    def _put(self, text: str) -> None:
        self._stream.write(text + "\n")

    def _object(self, line: Line, model: str) -> dict[str, Any]:
        told = line.values(self._per, model=model, second=line.second is not None)
        return told if self._per == "number" else told | {"cells": line.texts, "other": sorted(line.other)}


class _Json(_JsonLines):
    """The same as one array."""

    _before = "[\n"

    def _put(self, text: str) -> None:
        self._stream.write(self._before + text)
        self._before = ",\n"

    def close(self) -> None:
        self._stream.write("[]\n" if self._before == "[\n" else "\n]\n")


_FORMATS: dict[str, Callable[[IO[str], Per, bool], Writer]] = {
    "text": _Text,
    "csv": _Csv,
    "tsv": _Tsv,
    "jsonl": _JsonLines,
    "json": _Json,
}
