"""Config files: TOML that states what differs from the defaults, for one training or a recipe."""

from __future__ import annotations

import json
import tomllib
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ConfigError
from inkdigits.training.learn.recipe import Recipe, read_recipe
from inkdigits.training.learn.settings import Config, Data
from inkdigits.training.learn.strict import override, read_config

__all__ = ["config_names", "differences", "left_out", "load_config", "load_settings", "to_toml"]

PACKAGED = Path(__file__).parents[1] / "configs"  # where the wheel keeps them
CHECKOUT = Path(__file__).parents[4] / "configs"  # where a checkout keeps them


def config_names() -> list[str]:
    """Returns the names of the configs that come with the project."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def load_config(name_or_path: str = "standard", overrides: tuple[str, ...] = ()) -> Config:
    """Returns the settings of a single training, as :func:`load_settings` does.

    Raises:
        ConfigError: as there, or the file is a recipe.
    """
    settings = load_settings(name_or_path, overrides)
    if isinstance(settings, Recipe):
        raise ConfigError(
            f"config {name_or_path} is a recipe of {len(settings.steps)} steps, for inkdigits train "
            "alone; expected one of a single training, like standard"
        )
    return settings


def load_settings(name_or_path: str = "standard", overrides: tuple[str, ...] = ()) -> Config | Recipe:
    """Returns what a file holds, by the name of a shipped one or the path of a TOML file.

    Args:
        name_or_path: for example ``standard`` or ``my/config.toml``.
        overrides: ``SECTION.KEY=VALUE`` with the value as TOML, applied last; of a recipe to every step.

    Returns:
        The settings of a single training, or a recipe if the file has steps.

    Raises:
        ConfigError: no such config, broken TOML, a setting that its task does not read, a value of a wrong
            type or range, or a recipe whose steps do not fit together.
    """
    tables = _tables(name_or_path)
    settings = read_recipe(tables) if {"step", "export"} & set(tables) else read_config(tables)
    for text in overrides:
        if isinstance(settings, Recipe):
            settings = settings.changed(partial(override, text=text))
        else:
            settings = override(settings, text)
    return settings


def _tables(name_or_path: str) -> dict[str, Any]:
    path = Path(name_or_path) if name_or_path.endswith(".toml") else _folder() / f"{name_or_path}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"config {name_or_path!r} cannot be read: {error.strerror or error}; "
            f"expected a .toml file or one of: {', '.join(config_names())}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"config {path} is not valid TOML: {error}; mend that line") from error


def left_out(settings: Data) -> NDArray[np.int64]:
    """Returns the places of the digits of mnist that are not learned from, sorted.

    Raises:
        ConfigError: ``data.leave_out`` names no list, or one of something else than numbers from 0 on.
    """
    named = settings.leave_out
    if not named:
        return np.zeros(0, np.int64)
    path = Path(named) if named.endswith(".txt") else _folder() / f"{named}.txt"
    try:
        places = sorted({int(line) for line in path.read_text(encoding="utf-8").split()})
        if places and places[0] < 0:
            raise ValueError(f"{places[0]} is no place")
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"data.leave_out is {named!r}: {error}; expected mnist_corrupted, or a .txt file with the "
            "places of digits from 0 on, one a line"
        ) from error
    return np.array(places, np.int64)


def differences(started: Config | Recipe, asked: Config | Recipe) -> str:
    """Returns what is set differently, like ``fit.epochs is 3, not 5``; empty when nothing is."""
    old, new = _flat(started.to_dict()), _flat(asked.to_dict())
    for key in ("task", "steps"):  # with another of these hardly anything is the same
        if old.get(key) != new.get(key):
            old, new = {key: old.get(key)}, {key: new.get(key)}
    return ", ".join(
        f"{key} is {value!r}, not {new[key]!r}" for key, value in old.items() if value != new[key]
    )


def _flat(tables: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Returns nested settings with dotted names; those of a step behind its name."""
    out: dict[str, Any] = {}
    for key, value in tables.items():
        if key == "step":
            out["steps"] = [step["name"] for step in value]
            for step in value:
                out |= _flat(step, f"step {step['name']}: ")
        elif isinstance(value, dict):
            out |= _flat(cast("dict[str, Any]", value), f"{prefix}{key}.")
        else:
            out[prefix + key] = value
    return out


def to_toml(settings: Config | Recipe) -> str:
    """Returns resolved settings as TOML that :func:`load_settings` reads back."""
    tables = settings.to_dict()
    lines = [f"task = {_toml_value(tables.pop('task'))}", ""]
    for section, table in tables.items():
        if isinstance(table, list):
            for step in cast("list[dict[str, Any]]", table):
                lines += _toml_table("[[step]]", step)
        else:
            lines += _toml_table(f"[{section}]", table)
    return "\n".join(lines)


def _toml_table(header: str, table: dict[str, Any]) -> list[str]:
    """Returns the lines of a table: its values, then the tables in it."""
    values = {key: value for key, value in table.items() if not isinstance(value, dict)}
    lines = [header, *(f"{key} = {_toml_value(value)}" for key, value in values.items()), ""]
    for key, value in table.items():
        if key not in values:
            lines += _toml_table(f"[{header.strip('[]')}.{key}]", value)
    return lines


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # JSON's escapes are TOML's too; TOML alone forbids a bare "delete".
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_toml_value(item) for item in cast("tuple[Any, ...]", value)) + "]"
    return repr(value)


def _folder() -> Path:
    return PACKAGED if PACKAGED.is_dir() else CHECKOUT
