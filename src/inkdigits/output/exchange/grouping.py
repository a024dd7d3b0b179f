"""Cells → sheets: what other programs have a row for."""

from __future__ import annotations

from collections.abc import Sequence

from inkdigits.output.records import Record

__all__ = ["doubtful", "field_of", "sheets"]


def sheets(records: Sequence[Record]) -> dict[str, list[Record]]:
    """Returns the cells of each source, both in their order."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.source, []).append(record)
    return found


def field_of(record: Record) -> str:
    """Returns the name of a cell's field; its place on the sheet where the results name none."""
    return str(record.more.get("field") or record.number or 1)


def doubtful(record: Record) -> bool:
    """Tells what must not go into another program unseen: unsure, and nobody has looked."""
    return record.origin == "read" and record.status in ("unsure", "error")
