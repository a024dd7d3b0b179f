"""A run of a few hundred digits and a network of a few hundred weights, for what stands around training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkdigits.training.draw.digit import write_digits
from inkdigits.training.learn.config import to_toml
from inkdigits.training.learn.data import Split, load_split
from inkdigits.training.learn.recipe import Export, Recipe, Step
from inkdigits.training.learn.settings import Config, DigitConfig, FinderConfig, NumberConfig
from inkdigits.training.learn.strict import override

EPOCHS = 3
DIGIT_SETTINGS = (
    'network.layers=["conv 4 5 /2", "conv 8 3 /2", "flatten", "dropout 0.1"]',
    "network.batch_norm=true",
    "data.pen=0",
    "data.junk=0.1",
    "data.validation=0.2",
    f"fit.epochs={EPOCHS}",
    "fit.batch_size=8",
    "fit.learning_rate=0.01",
    "fit.average=0.9",
    "fit.settle=0.4",
)
"""Everything that matters is stated, so that a new default of a config changes no test."""

# What the libraries say to their own authors; a mark of the test files whose code calls them.
LIBRARIES_WARN = [
    pytest.mark.filterwarnings(f"ignore:{warning}")
    for warning in (
        "__array__ implementation doesn't accept a copy keyword:DeprecationWarning",  # Keras saves
        "In the future `np.object` will be defined:FutureWarning",  # tf2onnx exports
    )
]


def save_digits(path: Path, seed: int = 1) -> Path:
    """Saves 400 digits, drawn by the pen, as a data set."""
    images, labels = write_digits(400, seed)
    np.savez(path, images=images, labels=labels)
    return path


NUMBER_SETTINGS = (
    'network.layers=["conv 6 5 /2", "conv 8 3 /2", "conv 8 8x1 valid", "dropout 0.1"]',
    "network.batch_norm=true",
    "data.numbers=40",
    "data.held_numbers=24",
    "data.validation=0.2",
    "fit.epochs=4",
    "fit.batch_size=8",
    "fit.learning_rate=0.01",
    "fit.average=0.9",
    "fit.clip=5.0",
)


FINDER_SETTINGS = (
    'network.layers=["conv 6 5 /2", "conv 8 3 /2", "keep", "conv 8 3 /2", "up", "conv 8 3 +"]',
    "network.batch_norm=true",
    "data.windows=8",
    "data.held_windows=4",
    "data.by_hand=0.0",
    "data.validation=0.2",
    "fit.epochs=2",
    "fit.batch_size=4",
    "fit.learning_rate=0.01",
    "fit.average=0.9",
)


def tiny(data: Path, *overrides: str) -> DigitConfig:
    """Returns the settings of a tiny run on a data set."""
    return _changed(DigitConfig(), data, *DIGIT_SETTINGS, *overrides)


def tiny_numbers(data: Path, *overrides: str) -> NumberConfig:
    """Returns the settings of a tiny run that learns numbers composed from a data set."""
    return _changed(NumberConfig(), data, *NUMBER_SETTINGS, *overrides)


def tiny_finder(data: Path, *overrides: str) -> FinderConfig:
    """Returns the settings of a tiny run that learns to find marks in scenes composed from a data set."""
    return _changed(FinderConfig(), data, *FINDER_SETTINGS, *overrides)


def _changed(config, data: Path, *overrides: str):
    for text in (f"data.train=['{data}']", *overrides):
        config = override(config, text)
    return config


def options(data: Path, *overrides: str) -> list[str]:
    """Returns the settings of ``tiny`` as words of ``inkdigits train``."""
    settings = [word for text in (*DIGIT_SETTINGS, *overrides) for word in ("--set", text)]
    return ["--config", "small", "--data", str(data), *settings]


def recipe(data: Path, epochs: tuple[int, int] = (1, 2)) -> Recipe:
    """Returns a recipe of two tiny steps, the second without dropout, and the mean of both."""
    first = tiny(data, f"fit.epochs={epochs[0]}")
    no_dropout = 'network.layers=["conv 4 5 /2", "conv 8 3 /2", "flatten"]'
    second = tiny(data, no_dropout, f"fit.epochs={epochs[1]}", "fit.seed=2", "fit.init='first'")
    steps = (Step("first", "", first), Step("second", "first", second))
    return Recipe(steps, Export("both", ("first", "second")))


def growing_recipe(data: Path) -> Recipe:
    """Returns a recipe whose second step has a residual layer, real hands and an answer more."""
    layers = ["conv 4 5 /2", "conv 8 3 /2", "flatten"]
    first = tiny(data, f"network.layers={layers}", "fit.epochs=2")
    layers.insert(2, "conv 8 3 +")
    told = (f"network.layers={layers}", "data.by_hand=40", "data.others=40", "fit.learning_rate=1e-8")
    second = tiny(data, *told, "fit.epochs=1", "fit.average=0.0", "fit.init='first'")
    steps = (Step("first", "", first), Step("second", "first", second))
    return Recipe(steps, Export("grown", ("second",)))


def saved(settings: Config | Recipe, path: Path) -> list[str]:
    """Returns settings as words of ``inkdigits train``, saved as a config."""
    path.write_text(to_toml(settings), encoding="utf-8")
    return ["--config", str(path)]


def split_of(config: Config) -> Split:
    """Returns the digits of a run."""
    return load_split(config.data)
