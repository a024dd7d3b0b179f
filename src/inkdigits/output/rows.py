"""Readings as rows of text, CSV or JSON.

A writer takes one reading at a time and writes it at once, so that a batch of any length needs no
memory and its rows can be watched while they come.

====== ===================================================================================
text   aligned columns for people: file, digit, confidence, and a mark unless all is well
csv    the columns of :mod:`inkdigits.output.schema`, one header row, RFC 4180
tsv    the same with tabs
jsonl  one JSON object a line: these columns, and everything a :class:`~inkdigits.readings.Reading` holds
json   the same as one array
====== ===================================================================================
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, Protocol

from inkdigits.errors import ConfigError
from inkdigits.output.schema import columns_of
from inkdigits.output.table_lines import lines_of
from inkdigits.readings import Reading
from inkdigits.shown import percent

__all__ = [
    "FORMATS",
    "Writer",
    "json_line",
    "one_line",
    "open_writer",
    "plain_cell",
    "plain_cells",
]

_MAX_COLUMN = 60  # characters; a longer name pushes its own row to the right, not all of them
_MARKS = {"ok": "", "unsure": "unsure", "empty": "empty", "error": "error"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # what makes a spreadsheet calculate a cell


class Writer(Protocol):
    """Writes readings somewhere, one by one and in the order given."""

    def write(self, reading: Reading, model: str = "") -> None:
        """Writes one reading, and the models that it is of."""
        ...

    def close(self) -> None:
        """Writes what stands behind the last; the stream stays open."""
        ...


def open_writer(name: str, stream: IO[str], sources: Iterable[str] = (), *, second: bool = False) -> Writer:
    """Returns the writer of the format called ``name``.

    Args:
        name: one of :data:`FORMATS`.
        stream: where the rows go; opened with ``newline=""``, because CSV brings its own line ends.
        sources: the names of what will be read, to align the columns of ``text``.
        second: whether there is a column for what a second reader read; JSON has it in each number.

    Raises:
        ConfigError: there is no such format.
    """
    if name not in FORMATS:
        raise ConfigError(
            f"invalid output format: expected one of {', '.join(FORMATS)}, got {name!r}; choose one of these"
        )
    return FORMATS[name](stream, sources, second)


class _TextWriter:
    """Aligned columns for people; what a second reader read differently stands behind the mark."""

    def __init__(self, stream: IO[str], sources: Iterable[str], second: bool) -> None:
        self._stream, self._second = stream, second
        widths = (_columns(one_line(source)) for source in sources)
        self._width = max((width for width in widths if width <= _MAX_COLUMN), default=0)

    def write(self, reading: Reading, model: str = "") -> None:
        del model  # for people, who know what they run
        name = one_line(reading.source)
        padding = " " * (self._width - _columns(name))
        known = bool(reading.text) and math.isfinite(reading.confidence)
        confidence = percent(reading.confidence) if known else ""
        text = one_line(reading.text.replace("\n", " / ")) or "-"  # the lines of a page
        row = f"{name}{padding}  {text:<3} {confidence:>7}  {_MARKS[reading.status]}"
        if self._second and reading.second not in (None, reading.text):
            row += f", second: {one_line((reading.second or '').replace(chr(10), ' / '))}"
        self._stream.write(row.rstrip() + "\n")

    def close(self) -> None:
        pass


class _CsvWriter:
    """RFC 4180 rows: CRLF line ends, quotes where needed."""

    delimiter = ","

    def __init__(self, stream: IO[str], sources: Iterable[str], second: bool) -> None:
        import csv  # here, because most calls print text and start-up time is seen

        del sources  # no columns to align
        self._second = second
        self._writer = csv.writer(stream, delimiter=self.delimiter)
        self._writer.writerow(columns_of("source", second=second))

    def write(self, reading: Reading, model: str = "") -> None:
        (line,) = lines_of(reading, "source")
        self._writer.writerow(plain_cells(line.values("source", model=model, second=self._second)))

    def close(self) -> None:
        pass


class _TsvWriter(_CsvWriter):
    """The same with tabs."""

    delimiter = "\t"


class _JsonLinesWriter:
    """One JSON object a line; what is not a number in JSON (NaN, infinity) becomes null."""

    def __init__(self, stream: IO[str], sources: Iterable[str], second: bool) -> None:
        del sources, second  # no columns to align; each number has what was read there
        self._stream = stream

    def write(self, reading: Reading, model: str = "") -> None:
        self._stream.write(_json_row(reading, model) + "\n")

    def close(self) -> None:
        pass


class _JsonWriter:
    """One array of JSON objects, one a line."""

    def __init__(self, stream: IO[str], sources: Iterable[str], second: bool) -> None:
        del sources, second  # no columns to align; each number has what was read there
        self._stream = stream
        self._before = "[\n"

    def write(self, reading: Reading, model: str = "") -> None:
        self._stream.write(self._before + _json_row(reading, model))
        self._before = ",\n"

    def close(self) -> None:
        self._stream.write("[]\n" if self._before == "[\n" else "\n]\n")


FORMATS: dict[str, Callable[[IO[str], Iterable[str], bool], Writer]] = {
    "text": _TextWriter,
    "csv": _CsvWriter,
    "tsv": _TsvWriter,
    "jsonl": _JsonLinesWriter,
    "json": _JsonWriter,
}


def json_line(reading: Reading) -> str:
    """Returns a reading as one line of JSON; what is no number there (NaN, infinity) becomes null."""
    return _dumped(reading.to_dict())


def _json_row(reading: Reading, model: str) -> str:
    """Returns a reading with the columns of its row beside what it holds."""
    (line,) = lines_of(reading, "source")
    row = line.values("source", model=model) | reading.to_dict()
    return _dumped(row)


def one_line(text: str) -> str:
    r"""Returns ``text`` on one line and safe for a terminal.

    File names may hold line ends and escape sequences, which would break a table or steer the
    terminal; such characters are shown as Python writes them (``\n``, ``\x1b``).
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _columns(text: str) -> int:
    """Returns how many columns of a terminal ``text`` takes; Chinese and Japanese take two each."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 1 + (east_asian_width(char) in "WF") for char in text)


def plain_cell(cell: str, prefix: str) -> str:
    """Returns ``cell`` so that a spreadsheet shows it and does not calculate it.

    A file called ``=cmd|...`` would run when the table is opened. A path gets ``./`` in front, which
    names the same file, so that a program that reads the table still finds it; other text gets ``'``.
    """
    return prefix + cell if cell.startswith(_FORMULA_STARTS) else cell


def plain_cells(row: Mapping[str, Any]) -> list[str]:
    """Returns the cells of a row as CSV has them: nothing for None, and nothing that a spreadsheet runs."""
    told = dict(row)
    told["source"] = plain_cell(told["source"], "./")
    told["error"] = plain_cell(told["error"] or "", "'")
    if told["confidence"] is not None:
        told["confidence"] = f"{told['confidence']:.6f}"
    return ["" if value is None else str(value) for value in told.values()]


def _dumped(value: dict[str, Any]) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:  # rarely, so not every value is looked at beforehand
        return json.dumps(_json_ready(value), ensure_ascii=False, allow_nan=False)


def _json_ready(value: Any) -> Any:
    """Returns ``value`` with every float that JSON cannot write replaced by None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _json_ready(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_json_ready(inner) for inner in value]
    return value
