"""Tables of TOML or JSON become settings, strictly: an unknown key, type or range is one line of advice."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from inkdigits.errors import ConfigError
from inkdigits.training.learn.settings import Config, DigitConfig, FinderConfig, NumberConfig

__all__ = ["apply", "check_keys", "from_record", "override", "read_config"]

TASKS: dict[str, type[DigitConfig] | type[NumberConfig] | type[FinderConfig]] = {
    "digit": DigitConfig,
    "number": NumberConfig,
    "finder": FinderConfig,
}

ConfigT = TypeVar("ConfigT", bound=Config)

# Lowest and highest allowed value; what is not named here may be any share or strength from 0 up.
_RANGES: dict[str, tuple[float, float]] = {
    "data.validation": (0.001, 0.5),
    "data.pen": (0, 1_000_000),
    "data.numbers": (1, 10_000_000),
    "data.held_numbers": (1, 1_000_000),
    "data.windows": (1, 10_000_000),
    "data.held_windows": (1, 1_000_000),
    "data.junk": (0, 1),
    "data.signs": (0, 1),
    "data.cells": (0, 1),
    "data.others": (0, 1_000_000),
    "data.by_hand": (0, 1_000_000),
    "data.scenes": (0, 1_000_000),
    "fit.epochs": (1, 10_000),
    "fit.batch_size": (1, 65_536),
    "fit.learning_rate": (1e-8, 10),
    "fit.warmup": (0, 0.9),
    "fit.label_smoothing": (0, 0.9),
    "fit.average": (0, 0.99999),
    "fit.settle": (0, 1),
    "fit.keep": (0, 1),
    "fit.focus": (0.01, 1),
}
_CHOICES = {"fit.schedule": ("cosine", "constant"), "fit.precision": ("float32", "bfloat16")}


def read_config(tables: dict[str, Any]) -> Config:
    """Returns the settings of a single training; what the tables do not state keeps its default.

    Args:
        tables: ``task``, "digit" if it is not there, and the sections of that task.

    Raises:
        ConfigError: a key that the task does not read, or a value of a wrong type or range.
    """
    task = tables.get("task", DigitConfig.task)
    if task not in TASKS:
        raise ConfigError(f"task is {task!r}; expected one of {', '.join(TASKS)}")
    return apply(TASKS[task](), {key: value for key, value in tables.items() if key != "task"})


def apply(config: ConfigT, tables: dict[str, Any]) -> ConfigT:
    """Returns ``config`` with the sections of ``tables`` changed in it; raises ConfigError."""
    others = {task: kind() for task, kind in TASKS.items() if task != config.task}
    return _merge(config, others, tables, "", config.task)


def override(config: ConfigT, text: str) -> ConfigT:
    """Returns ``config`` with one ``SECTION.KEY=VALUE`` applied; raises ConfigError."""
    name, sign, value = text.partition("=")
    section, dot, key = name.strip().partition(".")
    if not (sign and dot and section and key):
        raise ConfigError(f"--set got {text!r}; expected SECTION.KEY=VALUE, for example fit.epochs=3")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value.strip()  # a bare word is a string
    return apply(config, {section: {key: parsed}})


def from_record(record: dict[str, Any]) -> Config:
    """Returns the settings that a bundle records of its training.

    A bundle lives longer than the program that made it: a setting that this version does not read is left
    out, and where the task is not named ``network.kind`` says it.

    Raises:
        ConfigError: the record says no task, or a value is of a wrong type or range.
        KeyError, TypeError: it is no record of settings.
    """
    task = record.get("task") or record["network"]["kind"]
    known: dict[str, Any] = TASKS[task]().to_dict()
    return read_config(
        {
            "task": task,
            **{
                section: {key: value for key, value in record[section].items() if key in known[section]}
                for section in known
                if section != "task" and section in record
            },
        }
    )


def check_keys(table: dict[str, Any], known: set[str], prefix: str = "") -> None:
    """Raises ConfigError for a key that is none of ``known``, with the nearest or all of these."""
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            advice = f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(sorted(known))}"
            raise ConfigError(f"unknown setting {prefix}{key}; {advice}")


def _merge(base: Any, others: dict[str, Any], table: dict[str, Any], prefix: str, task: str) -> Any:
    """Returns ``base`` with a table's values; ``others`` are the same part of the other tasks."""
    known = {item.name for item in fields(base)}
    for key in table:
        owners = [other for other, part in others.items() if key in {item.name for item in fields(part)}]
        if owners and key not in known:
            named = " or ".join(map(repr, owners))
            raise ConfigError(
                f"setting {prefix}{key} is read where task is {named} alone; here it is {task!r}: "
                "leave the setting out, or choose a config of that task"
            )
    check_keys(table, known, prefix)
    changes: dict[str, Any] = {}
    for key, value in table.items():
        before = getattr(base, key)
        if is_dataclass(before):
            if not isinstance(value, dict):
                raise ConfigError(f"setting {key} is {value!r}; expected a table [{key}]")
            inside = cast("dict[str, Any]", value)
            parts = {other: getattr(part, key) for other, part in others.items() if hasattr(part, key)}
            changes[key] = _merge(before, parts, inside, f"{key}.", task)
        else:
            changes[key] = _checked(f"{prefix}{key}", before, value)
    return replace(base, **changes)


def _checked(name: str, before: Any, value: Any) -> Any:
    """Returns a value as the type of the one before it; raises ConfigError."""
    if isinstance(before, tuple):
        items = [value] if isinstance(value, str) else value
        strings = isinstance(items, (list, tuple)) and all(
            isinstance(item, str) for item in cast("list[Any]", items)
        )
        if not strings or not items:
            raise ConfigError(f"setting {name} is {value!r}; expected a list of strings, at least one")
        return tuple(cast("list[str]", items))
    if isinstance(before, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(before):
        raise ConfigError(f"setting {name} is {value!r}; expected {type(before).__name__}, like {before!r}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ConfigError(f"setting {name} is {value!r}; expected one of {', '.join(_CHOICES[name])}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = _RANGES.get(name, (0, 1e9))
        if not low <= value <= high:
            raise ConfigError(f"setting {name} is {value!r}; expected {low:g} to {high:g}")
    return value
