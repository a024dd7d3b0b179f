"""Readings of a form as one row: a column a field, its status and confidence beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from inkdigits.picture.paths import page_number
from inkdigits.readings import Reading

__all__ = ["Cell", "cells_of", "columns_of"]


class Cell(NamedTuple):
    """A cell of a row.

    Attributes:
        text: what is shown; empty for nothing.
        number: what it is worth where it is a number: a confidence, or the value of a field of numbers.
        share: whether that number is a share.
        doubtful: whether somebody should look at it.
    """

    text: str
    number: float | None = None
    share: bool = False
    doubtful: bool = False


def columns_of(fields: Sequence[str]) -> list[str]:
    """Returns the names of the columns: source, status, three a field, reasons, error, page, model."""
    columns = ["source", "status"]
    for name in fields:
        columns += [name, f"{name} status", f"{name} confidence"]
    return [*columns, "reasons", "error", "page", "model"]


def cells_of(reading: Reading, fields: Sequence[str], model: str = "") -> list[Cell]:
    """Returns the cells of a reading in the order of :func:`columns_of`.

    A field shows what its text is worth, a date as 2026-07-01, where it is worth something, else the text.
    """
    of = {one.name: one for one in reading.fields}
    cells = [Cell(reading.source), Cell(reading.status, doubtful=reading.status in ("unsure", "error"))]
    for name in fields:
        one = of.get(name)
        if one is None:
            cells += [Cell(""), Cell(""), Cell("", share=True)]
            continue
        doubtful = one.status == "unsure"
        shown = one.text if one.value is None else one.value
        known = math.isfinite(one.confidence)
        cells += [
            Cell(shown, _number(one.value), doubtful=doubtful),
            Cell(one.status, doubtful=doubtful),
            Cell(f"{one.confidence:.6f}" if known else "", one.confidence if known else None, share=True),
        ]
    reasons = "; ".join(f"{one.name}: {one.reason}" for one in reading.fields if one.reason)
    page = page_number(reading.source)
    shown = Cell("") if page is None else Cell(str(page), page)
    return [*cells, Cell(reasons), Cell(reading.error or ""), shown, Cell(model)]


def _number(value: str | None) -> float | None:
    """Returns a plain number; None for a date, a time, and what a float does not hold."""
    if value is None or len(value) > 16:
        return None
    try:
        return float(value)
    except ValueError:
        return None
