"""A reading as a small table for notebooks: HTML that stands alone, in light and in dark ones.

It takes the plain values of ``Reading.to_dict()``, so that :mod:`inkdigits.readings` can use it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any

__all__ = ["table"]

_MAX_ROWS = 200  # numbers shown; a longer table stalls the notebook
_BAR = 28  # pixels; width of a full confidence bar
_CELL = "padding:3px 8px;text-align:left;vertical-align:top;border:1px solid rgba(128,128,128,.4)"
_MARKS = {"ok": "✓", "unsure": "?", "empty": "–", "error": "!"}


def table(reading: Mapping[str, Any]) -> str:
    """Returns a reading as an HTML table; every text in it is escaped.

    Args:
        reading: what ``Reading.to_dict()`` gives.

    Returns:
        One ``<div>`` with inline styles and no scripts; colours are the notebook's own and a blue that shows
        on light and on dark.
    """
    status = str(reading["status"])
    rows = [
        _row("source", escape(str(reading["source"]))),
        _row("status", f"{_MARKS.get(status, '')} {escape(status)}"),
    ]
    if reading["error"]:
        rows.append(_row("error", escape(str(reading["error"]))))
    if reading["text"]:
        # Lines of a page stay lines.
        rows.append(_row("text", f'<b style="white-space:pre-wrap">{escape(str(reading["text"]))}</b>'))
        rows.append(_row("confidence", _percent(reading["confidence"])))
    numbers = reading["numbers"]
    rows += [
        _row(f"{_text_of(number)}<br/>{_sureness(number)}", _bars(number["digits"]))
        for number in numbers[:_MAX_ROWS]
    ]
    if len(numbers) > _MAX_ROWS:
        rows.append(_row("…", f"and {len(numbers) - _MAX_ROWS} more numbers"))
    style = "border-collapse:collapse;color:inherit;background:transparent"
    return f'<div style="overflow-x:auto"><table style="{style}">{"".join(rows)}</table></div>'


def _text_of(number: Mapping[str, Any]) -> str:
    """Returns a number's text, and what it is worth where that looks otherwise."""
    text, value = str(number["text"]), number["value"]
    return escape(text) + ("" if value in (None, text) else f"<br/><small>= {escape(str(value))}</small>")


def _row(head: str, cell: str) -> str:
    return f'<tr><th scope="row" style="{_CELL}">{head}</th><td style="{_CELL}">{cell}</td></tr>'


def _bars(digits: list[Mapping[str, Any]]) -> str:
    """Returns the characters of a number side by side, under each a bar as long as its confidence."""
    return "".join(_bar(digit) for digit in digits)


def _bar(digit: Mapping[str, Any]) -> str:
    others = ", ".join(f"{value} {_percent(share)}" for value, share in digit["alternatives"])
    title = f"{digit['value']}: {_percent(digit['confidence'])}" + (f"; or {others}" if others else "")
    known = digit["confidence"] if math.isfinite(digit["confidence"]) else 0.0
    long = round(_BAR * min(1.0, max(0.0, known)))
    return (
        f'<span title="{escape(title)}" style="display:inline-block;margin-right:4px;text-align:center">'
        f"{escape(digit['value'])}"
        f'<span style="display:block;width:{_BAR}px;height:4px;background:rgba(128,128,128,.35)">'
        f'<span style="display:block;width:{long}px;height:4px;background:#2b8cd6"></span></span>'
        f'<small style="opacity:.75">{_sureness(digit)}</small></span>'
    )


def _sureness(part: Mapping[str, Any]) -> str:
    """Returns the confidence of a number or digit with the mark of its status: "90 % ✓", "60 % ?"."""
    return f"{_percent(part['confidence'])} {_MARKS.get(part['status'], '')}"


def _percent(probability: float) -> str:
    """Returns a probability in 0..1 as whole percents, cut and not rounded: nothing is certain."""
    return f"{int(100 * probability)} %" if math.isfinite(probability) else "–"
