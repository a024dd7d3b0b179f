"""A reading for notebooks: HTML that stands alone, in light and in dark ones, and a pandas data frame.

It takes the plain values of ``Reading.to_dict()``, so that :mod:`inkdigits.readings` can use it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from importlib import import_module
from typing import Any

from inkdigits.errors import InkdigitsError

__all__ = ["data_frame", "table"]

_MAX_ROWS = 200  # numbers shown; a longer table stalls the notebook
_BAR = 28  # pixels; width of a full confidence bar
_CELL = "padding:3px 8px;text-align:left;vertical-align:top;border:1px solid rgba(128,128,128,.4)"
_COLUMNS = ("source", "text", "value", "confidence", "status", "x", "y", "width", "height")
_SURE, _UNSURE = "#2b8cd6", "#d9622b"
_MARKS = {"ok": "✓", "unsure": "?", "empty": "–", "error": "!"}


def table(reading: Mapping[str, Any], picture: tuple[str, int, int] | None = None) -> str:
    """Returns a reading as an HTML table; every text in it is escaped.

    Args:
        reading: what ``Reading.to_dict()`` gives.
        picture: address, width and height of its source, to be shown with boxes.

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
    shown = _boxes(picture, numbers) if picture else ""
    return f'<div style="overflow-x:auto">{shown}<table style="{style}">{"".join(rows)}</table></div>'


def data_frame(reading: Mapping[str, Any]) -> Any:
    """Returns the numbers of a reading as a pandas data frame; raises InkdigitsError without pandas."""
    try:
        pandas: Any = import_module("pandas")
    except ImportError as error:
        raise InkdigitsError(
            "pandas is not installed but to_pandas() needs it; run: pip install pandas"
        ) from error
    rows = [
        (
            reading["source"],
            number["text"],
            number["value"],
            number["confidence"],
            number["status"],
            *number["box"],
        )
        for number in reading["numbers"]
    ]
    frame = pandas.DataFrame(rows, columns=[*_COLUMNS])
    return frame.astype({"value": float, "confidence": float})


def _boxes(picture: tuple[str, int, int], numbers: list[Mapping[str, Any]]) -> str:
    """Returns the picture with the boxes of its numbers; unsure ones are dashed and in another colour."""
    address, width, height = picture
    boxes = ""
    for number in numbers:
        x, y, wide, tall = number["box"]
        sure = number["status"] == "ok"
        line = f"stroke='{_SURE}'" if sure else f"stroke='{_UNSURE}' stroke-dasharray='5 4'"
        title = escape(f"{number['text']}  {_sureness(number)}")
        boxes += (
            f"<rect x='{x}' y='{y}' width='{wide}' height='{tall}' fill='transparent' {line} "
            f"stroke-width='2' vector-effect='non-scaling-stroke'><title>{title}</title></rect>"
        )
    style = "display:block;max-width:100%;max-height:600px;margin-bottom:6px"
    return (
        f"<svg viewBox='0 0 {width} {height}' width='{max(width, 200)}' style='{style}'>"
        f"<image href='{address}' width='{width}' height='{height}'/>{boxes}</svg>"
    )


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
