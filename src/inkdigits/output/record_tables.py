"""Cells as a table, one a row: what was read, what holds, and who said so, side by side.

====== ==================================================================================================
csv    ``source,number,…,text,value,read,confidence,status,origin,who,when,x,y,width,height,error``
tsv    the same with tabs
jsonl  an object a line with the same keys, the box as one list, and ``answers``: all that was ever said
json   the same as one array
xlsx   the same columns; a colour where a person looked or is to look, and there the picture beside the text
====== ==================================================================================================

``origin`` says ``read`` (nobody looked), ``confirmed``, ``corrected`` or ``no number``. Columns that the
results had beside these (``row``, ``column``) stand behind ``number``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from inkdigits.errors import ConfigError
from inkdigits.output.cutouts import Pictures
from inkdigits.output.records import Record
from inkdigits.output.rows import one_line, plain_cell
from inkdigits.readings import value_of

__all__ = ["FORMATS", "table_of"]

FORMATS = ("csv", "tsv", "jsonl", "json", "xlsx")

_BEFORE = ("source", "number")
_AFTER = ("text", "value", "read", "confidence", "status", "origin", "who", "when")
_BOX = ("x", "y", "width", "height")
_WIDTHS = {"source": 40, "text": 18, "picture": 10, "read": 18, "who": 16, "when": 26, "error": 50}
_WIDTH = 11  # characters of any other column


def table_of(records: Sequence[Record], kind: str, pictures: Pictures) -> bytes:
    """Returns cells as a file.

    Args:
        records: in the order of the rows.
        kind: one of :data:`FORMATS`.
        pictures: what a spreadsheet shows.

    Raises:
        ConfigError: there is no such format.
        MissingExtraError: its library is not installed.
        OutputError: the format cannot hold it.
    """
    if kind not in FORMATS:
        raise ConfigError(f"invalid format: expected one of {', '.join(FORMATS)}, received {kind!r}")
    more = list(dict.fromkeys(name for record in records for name in record.more))
    if kind == "xlsx":
        return _spreadsheet(records, more, pictures)
    if kind in ("csv", "tsv"):
        return _text(records, more, "," if kind == "csv" else "\t")
    lines = [json.dumps(_object(record), ensure_ascii=False) for record in records]
    whole = "".join(f"{line}\n" for line in lines) if kind == "jsonl" else "[\n" + ",\n".join(lines) + "\n]\n"
    return whole.encode("utf-8", "surrogatepass")


def _values(record: Record) -> dict[str, Any]:
    """Returns a cell's columns but those of its box."""
    return {
        "source": record.source,
        "number": record.number or None,
        **record.more,
        "text": record.text,
        "value": value_of(record.text),
        "read": record.read,
        "confidence": record.confidence,
        "status": record.status,
        "origin": record.origin,
        "who": record.who,
        "when": record.when,
        "error": record.error,
    }


def _object(record: Record) -> dict[str, Any]:
    values = _values(record)
    if record.digits:
        values["digits"] = [digit.to_dict() for digit in record.digits]
    return {
        **values,
        "box": None if record.box is None else list(record.box),
        "answers": [dict(answer) for answer in record.answers],
    }


def _text(records: Sequence[Record], more: Sequence[str], delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, delimiter=delimiter)
    columns = (*_BEFORE, *more, *_AFTER, *_BOX, "error")
    rows.writerow(columns)
    for record in records:
        values = _values(record) | dict(zip(_BOX, record.box or (), strict=False))
        values["source"] = plain_cell(record.source, "./")
        values["confidence"] = f"{record.confidence:.6f}"
        for name in ("who", "error", *more):
            values[name] = plain_cell(str(values.get(name) or ""), "'")
        rows.writerow("" if (value := values.get(column)) is None else value for column in columns)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _spreadsheet(records: Sequence[Record], more: Sequence[str], pictures: Pictures) -> bytes:
    from inkdigits.output.spreadsheet import Share, Sheet, exact
    from inkdigits.output.tables import check

    check("xlsx")
    columns = (*_BEFORE, *more, "text", "picture", *_AFTER[1:], *_BOX, "error")
    sheet = Sheet(
        "reviewed", [(name, _WIDTHS.get(name, _WIDTH)) for name in columns], columns.index("picture")
    )
    try:
        for record in records:
            values = _values(record) | dict(zip(_BOX, record.box or (), strict=False))
            values |= {"source": one_line(record.source), "error": one_line(record.error)}
            values |= {"value": exact(value_of(record.text)), "confidence": Share(record.confidence)}
            looked_at = record.origin != "read"
            sheet.row(
                [_cell(values.get(column)) for column in columns],
                record.origin if looked_at else record.status,
                pictures.small(record.source, record.box) if looked_at or record.status == "unsure" else None,
            )
        stream = io.BytesIO()
        sheet.save(stream)
        return stream.getvalue()
    finally:
        sheet.drop()


def _cell(value: Any) -> Any:
    """Returns a value as a sheet takes it; what else the results had is text."""
    from inkdigits.output.spreadsheet import Share

    if value is None or isinstance(value, (str, int, float, Share)):
        return value
    return json.dumps(value, ensure_ascii=False)
