"""Figures as people read them, and tables of them, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["count", "interval", "percent", "table"]


def count(value: int) -> str:
    """Returns a number of things as people read it: 10,000."""
    return f"{value:,}"


def percent(share: float, places: int = 2) -> str:
    """Returns a share in 0..1 as a percentage, never rounded up to 100."""
    if share < 1:
        share = min(share, 1 - 10.0 ** -(places + 2))
    return f"{100 * share:.{places}f}\N{NO-BREAK SPACE}%"


def interval(low: float, high: float) -> str:
    """Returns the ends of an interval, in 0..1, as percentages."""
    return f"{100 * low:.2f}–{100 * high:.2f}\N{NO-BREAK SPACE}%"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns an HTML table that folds on a phone; cells are HTML."""
    lines = "".join(
        "<tr>"
        + "".join(f'<td data-label="{label}">{cell}</td>' for label, cell in zip(head, row, strict=True))
        + "</tr>\n"
        for row in rows
    )
    columns = "".join(f'<th scope="col">{label}</th>' for label in head)
    return f'<table class="sets"><thead><tr>{columns}</tr></thead><tbody>\n{lines}</tbody></table>'
