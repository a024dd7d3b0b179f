"""A template read from its file: TOML, with the picture of the blank form beside it."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from inkdigits.errors import ConfigError, SourceError
from inkdigits.picture.paths import find_pictures, page_of
from inkdigits.tables.areas import Area
from inkdigits.tables.checks import Check, Sum, check_named
from inkdigits.tables.field_types import MOST_DIGITS, field_type
from inkdigits.tables.template import Field, Template, check_fields

__all__ = ["load_template"]

_TOP = {"title", "blank", "anchors", "field", "sum"}
_FIELD = {
    "name",
    "type",
    "box",
    "boxes",
    "cells",
    "page",
    "check",
    "weights",
    "modulus",
    "values",
    "roster",
}


def load_template(path: str | Path) -> Template:
    """Reads a template.

    Args:
        path: a TOML file; the blank's picture is looked for beside it.

    Raises:
        ConfigError: it cannot be read, or something in it is unknown, missing, outside or over each other.
        MissingExtraError: a check digit needs a library that is not installed.
    """
    path = Path(path)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise ConfigError(f"cannot read the template {path}: {reason}; name a TOML file") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the template {path} is no TOML: {error}; correct it") from error
    try:
        return _template(told, path.parent)
    except ConfigError as error:
        raise ConfigError(f"template {path}: {error}") from error


def _template(told: dict[str, Any], folder: Path) -> Template:
    _known(told, _TOP, "the template")
    blanks = _blanks(told.get("blank"), folder)
    given = told.get("field", [])
    if not isinstance(given, list) or not given:
        raise ConfigError("there is no field: expected a [[field]] for each place to write in; add one")
    fields = tuple(_field(one, place) for place, one in enumerate(cast("list[Any]", given), 1))
    check_fields(fields, len(blanks))
    anchors = [_area(one, "anchors") for one in _list(told.get("anchors", []), "anchors")]
    names = {one.name for one in fields}
    sums = tuple(_sum(one, names) for one in _list(told.get("sum", []), "sum"))
    title = _text(told.get("title", ""), "title")
    return Template(title, blanks, fields, (tuple(anchors),) if anchors else (), sums)


def _blanks(given: Any, folder: Path) -> tuple[Path, ...]:
    names = [given] if isinstance(given, str) else given
    if (
        not isinstance(names, list)
        or not names
        or not all(isinstance(one, str) for one in cast("list[Any]", names))
    ):
        raise ConfigError(
            'there is no blank: expected blank = "blank.png", a picture of the empty form; add it'
        )
    paths: list[Path] = []
    for name in cast("list[str]", names):
        whole = folder / name
        if not page_of(str(whole))[0].is_file():
            raise ConfigError(
                f"the blank {name} is not there: expected a picture of the empty form in {folder}; put "
                "it there"
            )
        try:
            paths += find_pictures([whole])
        except SourceError as error:
            raise ConfigError(f"the blank {name} cannot be read: {error}") from error
    return tuple(paths)


def _field(told: Any, place: int) -> Field:
    if not isinstance(told, dict):
        raise ConfigError(
            f"field {place} is no table: expected [[field]] with name, type and box; correct it"
        )
    told = cast("dict[str, Any]", told)
    name = _text(told.get("name", ""), f"the name of field {place}")
    if not name:
        raise ConfigError(f'field {place} has no name: expected name = "…", a column of the table; add it')
    where = f"field {name!r}"
    _known(told, _FIELD, where)
    try:
        kind = field_type(_text(told.get("type", "free"), f"the type of {where}"))
        check = _check(told, where)
    except ConfigError as error:
        text = str(error)
        raise ConfigError(text if where in text else f"{where}: {text}") from error
    cells, comb = _cells(told, where)
    page = told.get("page", 1)
    if not isinstance(page, int) or isinstance(page, bool):
        raise ConfigError(f"page of {where} is {page!r}: expected a whole number from 1; correct it")
    roster = told.get("roster")
    roster = None if roster is None else _text(roster, f"roster of {where}")
    comb = comb and kind.name not in ("mark", "choice")
    return Field(name, kind, cells, comb, page - 1, check, roster)


def _cells(told: dict[str, Any], where: str) -> tuple[tuple[Area, ...], bool]:
    """Returns the boxes of a field, and whether there are several."""
    if ("box" in told) == ("boxes" in told):
        raise ConfigError(
            f"{where} has no place: expected either box = [x, y, width, height] or boxes = [[…], …]; give one"
        )
    if "boxes" in told:
        cells = tuple(_area(one, where) for one in _list(told["boxes"], f"boxes of {where}"))
        if not 1 <= len(cells) <= MOST_DIGITS:
            raise ConfigError(
                f"boxes of {where} has {len(cells)}: expected 1 to {MOST_DIGITS}, [x, y, width, height] "
                "for each"
            )
        return cells, len(cells) > 1
    box, count = _area(told["box"], where), told.get("cells", 1)
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST_DIGITS:
        raise ConfigError(f"cells of {where} is {count!r}: expected how many, 1 to {MOST_DIGITS}; correct it")
    return box.split(count), count > 1


def _check(told: dict[str, Any], where: str) -> Check | None:
    if "weights" in told or "modulus" in told:
        weights, modulus = _list(told.get("weights", []), f"weights of {where}"), told.get("modulus")
        whole = all(isinstance(one, int) and not isinstance(one, bool) for one in [*weights, modulus])
        if not weights or not whole or modulus is None or modulus < 2:
            raise ConfigError(
                f"weights of {where} cannot be used: expected a whole number for each digit, and a "
                "modulus of "
                "at least 2; give both"
            )
        return Check("weights", weights=tuple(weights), modulus=int(modulus))
    if "values" in told:
        values = _list(told["values"], f"values of {where}")
        if not values or not all(isinstance(one, str) for one in values):
            raise ConfigError(
                f'values of {where} cannot be used: expected a list of texts such as ["17", "18"]'
            )
        return Check("list", values=tuple(values))
    if "check" in told:
        return check_named(_text(told["check"], f"check of {where}"))
    return None


def _sum(told: Any, names: set[str]) -> Sum:
    if not isinstance(told, dict) or set(cast("dict[str, Any]", told)) != {"fields", "total"}:
        raise ConfigError("a sum cannot be used: expected [[sum]] with fields and total; give both")
    told = cast("dict[str, Any]", told)
    fields, total = _list(told["fields"], "fields of a sum"), told["total"]
    strange = [one for one in [*fields, total] if one not in names]
    if strange or not fields:
        raise ConfigError(
            f"a sum names {strange[0] if strange else 'nothing'!r}: expected names of fields; correct it"
        )
    return Sum(tuple(fields), total)


def _area(given: Any, where: str) -> Area:
    sides = _list(given, f"a box of {where}")
    if len(sides) != 4 or not all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) <= 1 for one in sides
    ):
        raise ConfigError(
            f"a box of {where} is {repr(sides)[:80]}: expected [x, y, width, height] as shares of the "
            "page; correct it"
        )
    return Area(*(float(one) for one in sides))


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list):
        raise ConfigError(f"{where} is {given!r}: expected a list in brackets; correct it")
    return cast("list[Any]", given)


def _text(given: Any, where: str) -> str:
    if not isinstance(given, str):
        raise ConfigError(f"{where} is {given!r}: expected a text in quotes; correct it")
    return given


def _known(told: dict[str, Any], names: set[str], where: str) -> None:
    for key in told:
        if key not in names:
            near = get_close_matches(key, names, 1)
            advice = f"; did you mean {near[0]}?" if near else f"; expected {', '.join(sorted(names))}"
            raise ConfigError(f"{where} has an unknown key {key!r}{advice}")
