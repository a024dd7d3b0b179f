"""A form that is known beforehand: its blank pages, its fields and what may stand in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from inkdigits.errors import ConfigError
from inkdigits.tables.areas import Area, around
from inkdigits.tables.checks import Check, Sum
from inkdigits.tables.field_types import FieldType

__all__ = ["ROSTER", "Field", "Template", "check_fields"]

TAKEN = ("source", "status", "reasons", "error")  # columns that each table of forms has
ROSTER = "roster "  # begins the columns that a list adds
MOST_SHARED = 0.02  # of the smaller of two fields; edges that were drawn by hand meet a little


@dataclass(frozen=True, slots=True)
class Field:
    """A place on a form where something is to be written.

    Attributes:
        name: the column of the table.
        type: what may stand there.
        cells: boxes for one character or one tick each, from the left; one for all that is written.
        comb: whether each of the cells has one character.
        page: which page of the form it is on, from 0.
        check: what its text must fulfil; None for nothing more.
        roster: the column of a list of who is expected that the field is matched with; None for none.
    """

    name: str
    type: FieldType
    cells: tuple[Area, ...]
    comb: bool = False
    page: int = 0
    check: Check | None = None
    roster: str | None = None

    @property
    def area(self) -> Area:
        """Where it is, all cells together."""
        return around(self.cells)

    @property
    def ticked(self) -> bool:
        """Whether boxes are ticked rather than written in."""
        return self.type.name == "mark" or (self.type.name == "choice" and len(self.cells) > 1)


@dataclass(frozen=True, slots=True)
class Template:
    """A form.

    Attributes:
        title: what it is called.
        blanks: the picture of each page as it is printed; paths, or ``form.pdf#2`` for a page of a file.
        fields: in the order of the table's columns.
        anchors: where the print is the same on each form, of page 1 and on; none for all over.
        sums: checks over several fields.
    """

    title: str
    blanks: tuple[Path, ...]
    fields: tuple[Field, ...]
    anchors: tuple[tuple[Area, ...], ...] = ()
    sums: tuple[Sum, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields."""
        return tuple(one.name for one in self.fields)


def check_fields(fields: Sequence[Field], pages: int) -> None:
    """Raises ConfigError for fields outside their page, over each other, or of one name."""
    seen = set(TAKEN)
    for one in fields:
        columns = {one.name, f"{one.name} status", f"{one.name} confidence"}
        if not one.name.isprintable() or one.name.startswith(ROSTER) or columns & seen:
            raise ConfigError(
                f"field {one.name!r} cannot be called so: expected a name of its own, on one line, none of "
                f"{', '.join(TAKEN)}, and not of a list; rename it"
            )
        seen |= columns
        if not 0 <= one.page < pages:
            raise ConfigError(
                f"field {one.name!r} is on page {one.page + 1}: expected 1 to {pages}, the pages of the "
                "blank; "
                "correct it"
            )
        for cell in one.cells:
            if not cell.inside():
                raise ConfigError(
                    f"field {one.name!r} has a box outside the page: expected x, y, width and height as "
                    "shares "
                    f"of the page with x + width and y + height at most 1, received {_shown(cell)}; "
                    "correct it"
                )
        if one.ticked and one.type.name == "choice" and len(one.cells) != len(one.type.arguments):
            raise ConfigError(
                f"field {one.name!r} has {len(one.cells)} boxes to tick: expected one for each of the "
                f"{len(one.type.arguments)} choices; correct it"
            )
    for one, other in combinations(fields, 2):
        if one.page == other.page and _overlap(one, other):
            raise ConfigError(
                f"fields {one.name!r} and {other.name!r} overlap: expected each to have its own place; "
                "move one"
            )


def _overlap(one: Field, other: Field) -> bool:
    return any(cell.shared(beside) > MOST_SHARED for cell in one.cells for beside in other.cells)


def _shown(area: Area) -> str:
    return "[" + ", ".join(f"{side:g}" for side in area) + "]"
