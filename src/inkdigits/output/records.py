"""What ``inkdigits read --output`` wrote, number by number again: for a review, and for other programs.

A record is one cell: one number with its box where the file tells boxes (JSON, JSON Lines, Parquet, tables
with columns ``x,y,width,height``), one field of a form, else the whole text of a source. Columns are known by
their names, in any order; what is not known here (``row``, ``column``) is kept as it stands.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast, get_args

from inkdigits.errors import DataError, MissingExtraError
from inkdigits.readings import Box, Digit, Status

__all__ = ["ENDINGS", "Origin", "Record", "load_records"]

Origin = Literal["read", "confirmed", "corrected", "no number"]
"""Whence a text comes: nobody looked, or somebody said that it is right, gave another, said there is none."""

_SIDES = ("x", "y", "width", "height")
_OF_A_ROW = {
    *(
        "source",
        "status",
        "text",
        "value",
        "confidence",
        "error",
        "number",
        "numbers",
        "digits",
        "box",
        "fields",
        "table",
        "page",
        "model",
        "cells",
        "other",
    ),
    *("picture", "read", "origin", "who", "when", "answers"),
}
_GZIP = ".gz"
csv.field_size_limit(2**27)  # characters; a page of numbers is one field, longer than the library expects


@dataclass(frozen=True, slots=True)
class Record:
    """One cell of a table of results.

    Attributes:
        source: the picture, as ``read`` called it.
        number: which number of the source, from 1; 0 where the row is of the source as a whole.
        text: what holds: what was read, or what a person says.
        confidence: of what was read, 0..1.
        status: of what was read.
        box: where it stands; None where the file does not tell.
        digits: its characters, where the file tells them.
        error: why the source could not be read.
        read: what was read.
        origin: whence ``text`` comes.
        who: the person who looked, "" for nobody.
        when: at what time, ISO 8601, UTC, "" for never.
        answers: everything that was said of it, in order, also what was taken back; JSON-ready.
        more: other columns, such as ``row`` and ``column``.
    """

    source: str
    number: int
    text: str
    confidence: float
    status: Status
    box: Box | None = None
    digits: tuple[Digit, ...] = ()
    error: str = ""
    read: str = ""
    origin: Origin = "read"
    who: str = ""
    when: str = ""
    answers: tuple[Mapping[str, Any], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])


def load_records(path: str | Path) -> list[Record]:
    """Returns the cells of a file of results, in its order.

    Raises:
        DataError: it is missing, of a format that tells too little, or not what ``read`` writes.
        MissingExtraError: the library for its format is not installed.
    """
    file = Path(path)
    suffixes = [suffix.lower() for suffix in file.suffixes]
    packed = suffixes[-1:] == [_GZIP]
    ending = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    if ending not in ENDINGS:
        raise DataError(
            f"{path} has the ending {ending or 'of no format'!r}; expected one of {', '.join(ENDINGS)}; "
            "write the results with inkdigits read --output results.jsonl"
        )
    try:
        content = file.read_bytes()
        rows = list(ENDINGS[ending](gzip.decompress(content) if packed else content))
        return [record for row in rows for record in _records(row)]
    except OSError as error:
        raise DataError(
            f"cannot read the results {path}: {error.strerror or error}; name what inkdigits read --output "
            "wrote"
        ) from error
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "a library", "tables") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise DataError(
            f"{path} is not what inkdigits read writes: {reason}; expected rows with source, status, text "
            "and confidence; write it again with --output"
        ) from error


def _records(row: Mapping[str, Any]) -> Iterable[Record]:
    """Gives the cells of one row, which is of a source, or of one of its numbers."""
    cells = _fields(row) or cast("list[dict[str, Any]]", row.get("numbers") or ())
    for index, one in enumerate(cells or [row], 1 if cells else int(row.get("number") or 0)):
        text = str(one.get("text") or "")
        yield Record(
            source=str(row["source"]),
            number=index,
            text=text,
            confidence=_share(one["confidence"]),
            status=_status(one.get("status", row["status"])),
            box=_box(one),
            digits=tuple(Digit.from_dict(digit) for digit in one.get("digits") or ()),
            error=str(row.get("error") or ""),
            read=str(one.get("read") or "") if "origin" in one else text,
            origin=_origin(one.get("origin", "read")),
            who=str(one.get("who") or ""),
            when=str(one.get("when") or ""),
            answers=tuple(one.get("answers") or ()),
            more=_more(one, counted=not cells),
        )


def _more(one: Mapping[str, Any], *, counted: bool) -> dict[str, Any]:
    """Returns the other columns; rows and columns are counted from 1, as in tables that people read."""
    more = {
        key: value
        for key, value in one.items()
        if key not in _OF_A_ROW | set(_SIDES) and value not in (None, "")
    }
    if not counted:
        more |= {name: more[name] + 1 for name in ("row", "column") if isinstance(more.get(name), int)}
    return more


def _fields(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the fields of a form, each with its name and the characters of its number."""
    numbers = cast("list[dict[str, Any]]", row.get("numbers") or ())
    fields = cast("list[dict[str, Any]]", row.get("fields") or ())
    return [
        {"field": one["name"]}
        | {key: value for key, value in one.items() if key not in ("name", "number", "reason")}
        | ({} if one.get("number") is None else {"digits": numbers[one["number"]].get("digits")})
        | ({"reason": one["reason"]} if one.get("reason") else {})
        for one in fields
    ]


def _origin(value: Any) -> Origin:
    if value not in get_args(Origin):
        raise ValueError(f"origin is {value!r}, expected one of {', '.join(get_args(Origin))}")
    return cast("Origin", value)


def _status(value: Any) -> Status:
    if value not in get_args(Status):
        raise ValueError(f"status is {value!r}, expected one of {', '.join(get_args(Status))}")
    return cast("Status", value)


def _share(value: Any) -> float:
    """Returns a confidence; nothing, or what is no number, is 0."""
    share = float(value) if value not in (None, "") else 0.0
    return min(max(share, 0.0), 1.0) if math.isfinite(share) else 0.0


def _box(row: Mapping[str, Any]) -> Box | None:
    sides = cast("list[Any]", row.get("box") or [row.get(side) for side in _SIDES])
    if any(side in (None, "") for side in sides):
        return None
    box = Box(*(int(float(side)) for side in sides))
    if box.width < 1 or box.height < 1 or min(box.x, box.y) < 0:
        raise ValueError(f"box is {tuple(box)}, expected x, y from 0 and width, height from 1")
    return box


def _json(content: bytes) -> Iterable[dict[str, Any]]:
    return json.loads(content.decode("utf-8", "surrogatepass"))


def _json_lines(content: bytes) -> Iterable[dict[str, Any]]:
    return [
        json.loads(line) for line in content.decode("utf-8", "surrogatepass").splitlines() if line.strip()
    ]


def _part(content: bytes) -> Iterable[dict[str, Any]]:
    """Gives what a run has read so far; the last line may be half written.

    What failed and was tried again is there as it came out then.
    """
    whole = content[: content.rfind(b"\n") + 1]
    head, _, lines = whole.partition(b"\n")
    if not head.startswith(b'{"inkdigits '):
        raise ValueError("its first line is not that of a run")
    latest: dict[tuple[Any, int], dict[str, Any]] = {}
    for row in _json_lines(lines):
        latest[row.get("source"), row.pop("turn", 0)] = row
    return latest.values()


def _table(delimiter: str) -> Callable[[bytes], Iterable[dict[str, Any]]]:
    def rows(content: bytes) -> Iterable[dict[str, Any]]:
        return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter)

    return rows


def _parquet(content: bytes) -> Iterable[dict[str, Any]]:
    from pyarrow import BufferReader, parquet

    return parquet.read_table(BufferReader(content)).to_pylist()


def _xlsx(content: bytes) -> Iterable[dict[str, Any]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(cell) for cell in next(rows, ())]
        return [dict(zip(head, row, strict=False)) for row in rows]
    finally:
        book.close()


ENDINGS: dict[str, Callable[[bytes], Iterable[dict[str, Any]]]] = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json,
    ".csv": _table(","),
    ".tsv": _table("\t"),
    ".parquet": _parquet,
    ".xlsx": _xlsx,
    ".part": _part,
}
"""What reads the results of each ending; text also with ``.gz`` behind it; of a run that goes on."""
