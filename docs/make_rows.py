"""Writes the table of docs/rows.md from the schema of rows, which the writers go by: ``make docs``."""

from __future__ import annotations

from pathlib import Path

from inkdigits.output.schema import COLUMNS, Column, Per, columns_of

PAGE = Path(__file__).with_name("rows.md")

_TYPES = {"text": "text", "whole": "whole number", "decimal": "decimal number", "share": "number"}
_PERS: tuple[Per, ...] = ("source", "number", "row")


def page(written: str) -> str:
    """Returns the page with its table made anew."""
    before, _, rest = written.partition("<!-- table -->\n")
    _, _, after = rest.partition("<!-- end -->")
    return f"{before}<!-- table -->\n\n{table()}\n<!-- end -->{after}"


def table() -> str:
    """Returns the columns as Markdown, in the order of rows of numbers and then of what others have more."""
    names = dict.fromkeys(name for per in ("number", "row", "source") for name in columns_of(per, 1))
    lines = ["| column | type | unit | what it says | empty when | source | number | row |", "|---" * 8 + "|"]
    lines += [_line(name, COLUMNS[name]) for name in names]
    return "\n".join(lines) + "\n"


def _line(name: str, column: Column) -> str:
    has = " | ".join("x" if per in column.pers else "" for per in _PERS)
    unit, empty = column.unit or "–", column.empty or "never"
    return f"| `{name}` | {_TYPES[column.kind]} | {unit} | {column.meaning} | {empty} | {has} |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
