"""A recipe: the trainings that make a shipped model, in order, and the export of what they learned.

::

    task = "digit"            # and the common settings, as in a config of a single training
    [[step]]
    name = "first"            # its folder in the run
    [step.fit]                # what differs from the common settings
    epochs = 75
    [[step]]
    name = "second"
    init = "first"            # the earlier step whose network it trains on, with the same layers or more
    [export]
    name = "my_model"         # what the model calls itself
    mean_of = ["first", "second"]
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from inkdigits.errors import ConfigError
from inkdigits.training.learn.settings import Config
from inkdigits.training.learn.strict import apply, check_keys, read_config

__all__ = ["Export", "Recipe", "Step", "read_recipe"]

_KEYS = {"name", "init"}  # of a step, beside the sections of its settings
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_TAKEN = "bundle"  # the run's own folder, beside those of the steps
_HELD = ("validation", "leave_out", "seed")  # which digits are not learned from


@dataclass(frozen=True, slots=True)
class Step:
    """One training of several.

    Attributes:
        name: what its folder is called.
        init: the earlier step whose network it trains on; empty when ``fit.init`` says where it begins.
        config: all its settings; ``fit.init`` is ``init`` where that is given.
    """

    name: str
    init: str
    config: Config


@dataclass(frozen=True, slots=True)
class Export:
    """What comes out.

    Attributes:
        name: what the model calls itself.
        mean_of: the steps whose weights are averaged; what a bundle says of its training is of the first.
    """

    name: str
    mean_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Steps in order, and what is exported at their end."""

    steps: tuple[Step, ...]
    export: Export

    @property
    def config(self) -> Config:
        """The settings that stand for the whole: those of the first step that is exported."""
        return next(step.config for step in self.steps if step.name == self.export.mean_of[0])

    def changed(self, change: Callable[[Config], Config]) -> Recipe:
        """Returns the recipe with the settings of every step changed; where a step begins stays.

        Raises:
            ConfigError: what ``change`` raises.
        """
        steps = (replace(step, config=change(step.config)) for step in self.steps)
        return replace(self, steps=tuple(map(_begun, steps)))

    def to_dict(self) -> dict[str, Any]:
        """Returns the recipe as plain tables, as in its file, with every setting of every step."""
        steps: list[dict[str, Any]] = []
        for step in self.steps:
            sections = step.config.to_dict()
            del sections["task"]
            steps.append({"name": step.name, "init": step.init, **sections})
        export = {"name": self.export.name, "mean_of": list(self.export.mean_of)}
        return {"task": self.config.task, "step": steps, "export": export}


def read_recipe(tables: dict[str, Any]) -> Recipe:
    """Returns the recipe that a file holds.

    Raises:
        ConfigError: it has no steps, a step begins with none that is earlier, steps hold out different
            digits, those whose mean is exported have different networks, or a setting is unknown, of the
            other task or out of range.
    """
    check_keys(tables, {"task", "step", "export", "data", "network", "augment", "fit"})
    common = read_config({key: value for key, value in tables.items() if key not in ("step", "export")})
    listed = tables.get("step", [])
    if not isinstance(listed, list) or not listed:
        raise ConfigError("the recipe has no steps; expected at least one table [[step]] with a name")
    steps: list[Step] = []
    for table in cast("list[Any]", listed):
        if not isinstance(table, dict):
            raise ConfigError(f"the recipe has a step {table!r}; expected a table [[step]] with a name")
        steps.append(_step(cast("dict[str, Any]", table), common, steps))
    export = _export(tables.get("export"), [step.name for step in steps])
    _check_mean([step for step in steps if step.name in export.mean_of])
    return Recipe(tuple(steps), export)


def _step(table: dict[str, Any], common: Config, earlier: list[Step]) -> Step:
    check_keys({key: value for key, value in table.items() if not isinstance(value, dict)}, _KEYS, "step.")
    name, init = table.get("name", ""), table.get("init", "")
    names = [step.name for step in earlier]
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == _TAKEN:
        raise ConfigError(
            f"a step's name is {name!r}; expected letters, digits, _ and -, as it names a folder, and not "
            f"{_TAKEN!r}"
        )
    if name in names:
        raise ConfigError(f"two steps are called {name!r}; give each a name of its own")
    if init and init not in names:
        raise ConfigError(f"step {name} begins with {init!r}; expected {_earlier(names, str(init))}")
    sections = {key: value for key, value in table.items() if key not in _KEYS}
    try:
        step = _begun(Step(name, init, apply(common, sections)))
    except ConfigError as error:
        raise ConfigError(f"step {name}: {error}") from error
    first = earlier[0] if earlier else step
    for key in _HELD:
        before, now = getattr(first.config.data, key), getattr(step.config.data, key)
        if before != now:
            raise ConfigError(
                f"step {name} holds out other digits than step {first.name}: its data.{key} is {now!r}, not "
                f"{before!r}; set it once for all steps, or the model is judged on digits that it has learned"
            )
    return step


def _begun(step: Step) -> Step:
    """Returns the step with ``fit.init`` naming the step that it begins with, if it begins with one."""
    if not step.init:
        return step
    config = step.config
    return replace(step, config=replace(config, fit=replace(config.fit, init=step.init)))


def _earlier(names: list[str], wrong: str) -> str:
    """Returns what a step may begin with, in words."""
    if not names:
        return "no init, as it is the first step"
    near = difflib.get_close_matches(wrong, names, n=1)
    return f"an earlier step: {', '.join(names)}" + (f"; did you mean {near[0]}?" if near else "")


def _export(table: Any, names: list[str]) -> Export:
    if not isinstance(table, dict):
        raise ConfigError("the recipe exports nothing; expected a table [export] with name and mean_of")
    stated = cast("dict[str, Any]", table)
    check_keys(stated, {"name", "mean_of"}, "export.")
    name, mean_of = stated.get("name"), stated.get("mean_of")
    if not isinstance(name, str) or not name:
        raise ConfigError(f"setting export.name is {name!r}; expected what the model calls itself")
    listed = cast("list[Any]", mean_of) if isinstance(mean_of, list) else []
    if not listed or len(set(map(str, listed))) < len(listed) or any(item not in names for item in listed):
        raise ConfigError(
            f"setting export.mean_of is {mean_of!r}; expected a list of steps, each once: {', '.join(names)}"
        )
    return Export(name, tuple(cast("list[str]", listed)))


def _check_mean(steps: list[Step]) -> None:
    """Raises ConfigError when the networks of steps have no mean: before the first of them is trained."""
    first = steps[0]
    for step in steps[1:]:
        if _network(step.config) != _network(first.config):
            raise ConfigError(
                f"export.mean_of names step {first.name} and step {step.name}, whose networks differ; "
                "expected the same network.layers, but for dropout, and the same labels: name one of them"
            )


def _network(config: Config) -> tuple[Any, ...]:
    """Returns what two networks have in common whose weights have a mean."""
    layers = [" ".join(layer.split()) for layer in config.network.layers if not layer.startswith("dropout")]
    return layers, config.network.batch_norm, config.labels
