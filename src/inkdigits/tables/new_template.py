"""A template begun from the picture of an empty form, and written beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.errors import ConfigError
from inkdigits.files import write_text
from inkdigits.picture.paths import find_pictures, page_of
from inkdigits.picture.sources import load
from inkdigits.tables.areas import Area
from inkdigits.tables.field_types import MOST_DIGITS, field_type
from inkdigits.tables.offered import offered_fields
from inkdigits.tables.registration import Blank
from inkdigits.tables.template import Field, Template, check_fields
from inkdigits.tables.template_text import template_text

__all__ = ["NewTemplate", "drawn_field", "told"]


@dataclass(frozen=True, slots=True)
class NewTemplate:
    """A template that is not written yet.

    Attributes:
        path: its file.
        blank: the picture of the empty form, as it was named.
        pages: the picture of each of its pages.
        offered: a field for each box, row of boxes and underline that is found.
    """

    path: Path
    blank: str
    pages: tuple[Path, ...]
    offered: tuple[Field, ...]

    @classmethod
    def begin(cls, blank: str, output: str | None = None) -> NewTemplate:
        """Returns a template to be, called as its blank where no file is named.

        Raises:
            ConfigError: its file is there already.
            SourceError: the blank cannot be read, or has too little print to be known again.
        """
        path = Path(output) if output else page_of(blank)[0].with_suffix(".toml")
        if path.exists():
            raise ConfigError(f"{path} is there already: expected a new file; name another")
        pages = tuple(find_pictures([blank]))
        found = [one for page, file in enumerate(pages) for one in offered_fields(Blank(load(file)), page)]
        return cls(path, blank, pages, tuple(found))

    def write(self, fields: Sequence[Field], title: str | None = None) -> None:
        """Writes the template with these fields.

        Raises:
            ConfigError: there is none, or they are outside their page, over each other or of one name.
            OutputError: it cannot be written.
        """
        if not fields:
            raise ConfigError("there is no field: expected one for each place to write in; add one")
        check_fields(fields, len(self.pages))
        template = Template(self.path.stem if title is None else title, self.pages, tuple(fields))
        beside = os.path.relpath(self.blank, self.path.parent)
        write_text(self.path, template_text(template, Path(beside).as_posix()))


def drawn_field(name: str, kind: str, cells: Sequence[Sequence[float]], page: int) -> Field:
    """Returns a field as somebody drew it.

    Args:
        name: the column of the table.
        kind: its type, as a template has it.
        cells: x, y, width and height of each box as shares of the page; one for all that is written.
        page: from 0.

    Raises:
        ConfigError: there is no such type, or there are too many boxes.
    """
    if not 1 <= len(cells) <= MOST_DIGITS:
        raise ConfigError(
            f"field {name!r} has {len(cells)} boxes: expected 1 to {MOST_DIGITS}; draw it again"
        )
    try:
        told = field_type(kind)
    except ConfigError as error:
        raise ConfigError(f"field {name!r}: {error}") from error
    areas = tuple(Area(*cell) for cell in cells)
    return Field(name, told, areas, len(areas) > 1 and told.name not in ("mark", "choice"), page)


def told(field: Field) -> dict[str, Any]:
    """Returns a field as :func:`drawn_field` takes it, by the names of its arguments."""
    cells = [list(cell) for cell in field.cells]
    return {"name": field.name, "kind": field.type.text, "cells": cells, "page": field.page}
