"""Readings of a form as rows of text or CSV: a row a form, a column a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import IO

from inkdigits.output.form_columns import cells_of, columns_of
from inkdigits.output.rows import Writer, one_line, open_writer, plain_cell
from inkdigits.readings import Reading

__all__ = ["open_form_writer"]


def open_form_writer(name: str, stream: IO[str], sources: Iterable[str], fields: Sequence[str]) -> Writer:
    """Returns the writer of a format for readings of a form.

    Args:
        name: one of :data:`inkdigits.output.rows.FORMATS`.
        stream: where the rows go; opened with ``newline=""``.
        sources: the names of what will be read.
        fields: the names of the form's fields, the columns.

    Raises:
        ConfigError: there is no such format.
    """
    make = _FORMATS.get(name)
    return open_writer(name, stream, sources) if make is None else make(stream, fields)


class _Text:
    """A line a form: the file, and each field with its text; a question mark behind what is unsure."""

    def __init__(self, stream: IO[str], fields: Sequence[str]) -> None:
        self._stream, self._fields = stream, fields

    def write(self, reading: Reading, model: str = "") -> None:
        del model  # for people, who know what they run
        of = {one.name: one for one in reading.fields}
        told = [one_line(reading.source)]
        for name in self._fields:
            if name in of:
                one = of[name]
                told.append(f"{name}={one.text or '-'}{'?' if one.status == 'unsure' else ''}")
        if reading.status in ("error", "empty"):
            told.append(reading.status)
        self._stream.write(one_line("  ".join(told)) + "\n")

    def close(self) -> None:
        pass


class _Csv:
    """RFC 4180 rows."""

    delimiter = ","

    def __init__(self, stream: IO[str], fields: Sequence[str]) -> None:
        import csv  # here, because most calls print text and start-up time is seen

        self._writer, self._fields = csv.writer(stream, delimiter=self.delimiter), fields
        self._writer.writerow([plain_cell(column, "'") for column in columns_of(fields)])

    def write(self, reading: Reading, model: str = "") -> None:
        source, *cells = cells_of(reading, self._fields, model)
        # What was read is digits and signs; it is left as it is, as in every other table.
        *known, reasons, error, page, read_by = (cell.text for cell in cells)
        told = [plain_cell(reasons, "'"), plain_cell(error, "'"), page, read_by]
        self._writer.writerow([plain_cell(source.text, "./"), *known, *told])

    def close(self) -> None:
        pass


class _Tsv(_Csv):
    """The same with tabs."""

    delimiter = "\t"


_FORMATS: dict[str, Callable[[IO[str], Sequence[str]], Writer]] = {"text": _Text, "csv": _Csv, "tsv": _Tsv}
