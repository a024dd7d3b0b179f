"""Config files: TOML that states what differs from the defaults, for one training."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ConfigError
from inkdigits.training.learn.settings import Config, Data
from inkdigits.training.learn.strict import override, read_config

__all__ = ["config_names", "left_out", "load_config", "to_toml"]

PACKAGED = Path(__file__).parents[1] / "configs"  # where the wheel keeps them
CHECKOUT = Path(__file__).parents[4] / "configs"  # where a checkout keeps them


def config_names() -> list[str]:
    """Returns the names of the configs that come with the project."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def load_config(name_or_path: str = "standard", overrides: tuple[str, ...] = ()) -> Config:
    """Returns a config by the name of a shipped one or the path of a TOML file.

    Args:
        name_or_path: for example ``standard`` or ``my/config.toml``.
        overrides: ``SECTION.KEY=VALUE`` with the value as TOML, applied last.

    Raises:
        ConfigError: no such config, broken TOML, a setting that its task does not read, or a value of a
            wrong type or range.
    """
    config = read_config(_tables(name_or_path))
    for text in overrides:
        config = override(config, text)
    return config


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


def to_toml(config: Config) -> str:
    """Returns the resolved config as TOML that :func:`load_config` reads back."""
    tables = config.to_dict()
    lines = [f"task = {_toml_value(tables.pop('task'))}", ""]
    for section, table in tables.items():
        lines += [f"[{section}]", *(f"{key} = {_toml_value(value)}" for key, value in table.items()), ""]
    return "\n".join(lines)


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
