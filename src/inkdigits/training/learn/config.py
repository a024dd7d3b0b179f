"""Training settings: frozen data, read from TOML, where a file states only what differs."""

from __future__ import annotations

import difflib
import json
import tomllib
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ConfigError
from inkdigits.training.draw.augment import Augment

__all__ = [
    "Config",
    "Data",
    "Fit",
    "Network",
    "config_names",
    "from_dict",
    "left_out",
    "load_config",
    "override",
    "to_toml",
]

PACKAGED = Path(__file__).parents[1] / "configs"  # where the wheel keeps them
CHECKOUT = Path(__file__).parents[4] / "configs"  # where a checkout keeps them


@dataclass(frozen=True, slots=True)
class Data:
    """What is learned from.

    Attributes:
        train: data set names or paths, joined.
        validation: share of it held out by class; measures epochs, sets the calibration, never learned.
        pen: number of digits that the project's own pen writes, learned beside the others.
        numbers: numbers composed for an epoch, when numbers are learned.
        held_numbers: numbers composed from the held-out digits.
        junk: crops that are no digit, as a share of all others; their answer is "all ten alike".
        leave_out: digits of mnist that are not learned from: a text file with their places in the training
            file, one a line, or the name of a shipped one; empty for none. ``mnist_corrupted`` has the 1,000
            that are measured under corruptions.
        seed: which digits are held out and what the pen writes.
    """

    train: tuple[str, ...] = ("mnist",)
    pen: int = 15000
    numbers: int = 30000
    held_numbers: int = 2000
    junk: float = 0.08
    validation: float = 0.05
    leave_out: str = ""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Network:
    """What learns; the layer language is in :mod:`inkdigits.training.learn.networks`.

    Attributes:
        kind: "digit" names single digits, "number" reads whole numbers.
        layers: one description a layer, from the picture on.
        batch_norm: whether each layer's output is normalised over the batch.
    """

    kind: str = "digit"
    layers: tuple[str, ...] = (
        "conv 24 5 /2",
        "conv 32 3",
        "conv 64 3 /2",
        "conv 64 3 +",
        "conv 128 3 /2",
        "flatten",
        "dropout 0.3",
    )
    batch_norm: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """How it learns.

    Attributes:
        epochs: passes over the training digits, each with new distortions.
        batch_size: digits a step.
        learning_rate: the highest.
        schedule: "cosine": reached after ``warmup``, then along a cosine down to zero; "constant": it stays.
        warmup: share of all steps that climb to it.
        weight_decay: share of the kernels taken away at each step, times the learning rate.
        label_smoothing: share of probability spread over all ten answers.
        average: momentum of the running average of the weights that is kept; 0 keeps the last weights.
        clip: largest norm of a step's gradient; 0 for any.
        settle: share of the epochs, at the end, in which half of the digits stay as they are.
        focus: from the second epoch on, the share of the digits that are learned from, those that the network
            found hardest at the epoch's start, over and over until the epoch is full; 1 for all alike.
        seed: initial weights, order and distortions.
        init: whose network is trained on: the folder of a finished run or of a bundle, or ``digit`` or
            ``number`` for a shipped one; empty to begin with a new one.
    """

    epochs: int = 70
    batch_size: int = 128
    learning_rate: float = 0.004
    schedule: str = "cosine"
    warmup: float = 0.1
    weight_decay: float = 0.02
    label_smoothing: float = 0.03
    average: float = 0.998
    clip: float = 0.0
    settle: float = 0.2
    focus: float = 1.0
    seed: int = 1
    init: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a run."""

    data: Data = field(default_factory=Data)
    network: Network = field(default_factory=Network)
    augment: Augment = field(default_factory=Augment)
    fit: Fit = field(default_factory=Fit)

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Returns the settings as nested plain dictionaries."""
        return asdict(self)


def config_names() -> list[str]:
    """Returns the names of the configs that come with the project."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def load_config(name_or_path: str = "standard", overrides: tuple[str, ...] = ()) -> Config:
    """Returns a config by the name of a shipped one or the path of a TOML file.

    Args:
        name_or_path: for example ``standard`` or ``my/config.toml``.
        overrides: ``SECTION.KEY=VALUE`` with the value as TOML, applied last.

    Raises:
        ConfigError: no such config, broken TOML, an unknown key, or a value of a wrong type or range.
    """
    path = Path(name_or_path) if name_or_path.endswith(".toml") else _folder() / f"{name_or_path}.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"config {name_or_path!r} cannot be read: {error.strerror or error}; "
            f"expected a .toml file or one of: {', '.join(config_names())}"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"config {path} is not valid TOML: {error}; mend that line") from error
    config = _merge(Config(), tables, "")
    for text in overrides:
        config = override(config, text)
    return config


def from_dict(tables: dict[str, Any]) -> Config:
    """Returns the settings that :meth:`Config.to_dict` gave, through JSON or not; raises ConfigError."""
    return _merge(Config(), tables, "")


def override(config: Config, text: str) -> Config:
    """Returns ``config`` with one ``SECTION.KEY=VALUE`` applied; raises ConfigError."""
    name, sign, value = text.partition("=")
    section, dot, key = name.strip().partition(".")
    if not (sign and dot and section and key):
        raise ConfigError(f"--set got {text!r}; expected SECTION.KEY=VALUE, for example fit.epochs=3")
    try:
        parsed = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        parsed = value.strip()  # a bare word is a string
    return _merge(config, {section: {key: parsed}}, "")


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
    lines: list[str] = []
    for section, table in config.to_dict().items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {_toml_value(value)}" for key, value in table.items()]
        lines.append("")
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


def _merge(base: Any, table: dict[str, Any], prefix: str) -> Any:
    known = {item.name for item in fields(base)}
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            advice = f"did you mean {prefix}{near[0]}?" if near else f"known: {', '.join(sorted(known))}"
            raise ConfigError(f"unknown setting {prefix}{key}; {advice}")
        old = getattr(base, key)
        if is_dataclass(old):
            if not isinstance(value, dict):
                raise ConfigError(f"setting {key} is {value!r}; expected a table [{key}]")
            changes[key] = _merge(old, cast("dict[str, Any]", value), f"{key}.")
        else:
            changes[key] = _checked(f"{prefix}{key}", old, value)
    return replace(base, **changes)


# Lowest and highest allowed value; what is not named here may be any share or strength from 0 up.
_RANGES: dict[str, tuple[float, float]] = {
    "data.validation": (0.001, 0.5),
    "data.pen": (0, 1_000_000),
    "data.numbers": (1, 10_000_000),
    "data.held_numbers": (1, 1_000_000),
    "data.junk": (0, 1),
    "fit.epochs": (1, 10_000),
    "fit.batch_size": (1, 65_536),
    "fit.learning_rate": (1e-8, 10),
    "fit.warmup": (0, 0.9),
    "fit.label_smoothing": (0, 0.9),
    "fit.average": (0, 0.99999),
    "fit.settle": (0, 1),
    "fit.focus": (0.01, 1),
}


_CHOICES = {"network.kind": ("digit", "number"), "fit.schedule": ("cosine", "constant")}


def _checked(name: str, old: Any, value: Any) -> Any:
    if isinstance(old, tuple):
        items = [value] if isinstance(value, str) else value
        strings = isinstance(items, (list, tuple)) and all(
            isinstance(item, str) for item in cast("list[Any]", items)
        )
        if not strings or not items:
            raise ConfigError(f"setting {name} is {value!r}; expected a list of strings, at least one")
        return tuple(cast("list[str]", items))
    if isinstance(old, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(old):
        raise ConfigError(f"setting {name} is {value!r}; expected {type(old).__name__}, like {old!r}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ConfigError(f"setting {name} is {value!r}; expected one of {', '.join(_CHOICES[name])}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        low, high = _RANGES.get(name, (0, 1e9))
        if not low <= value <= high:
            raise ConfigError(f"setting {name} is {value!r}; expected {low:g} to {high:g}")
    return value
