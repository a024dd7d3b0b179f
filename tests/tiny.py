"""A run of a few hundred digits and a network of a few hundred weights, for what stands around training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkdigits.training.draw.digit import write_digits
from inkdigits.training.learn.config import Config, load_config
from inkdigits.training.learn.data import Split, load_split

EPOCHS = 3
SETTINGS = (
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


def tiny(data: Path, *overrides: str) -> Config:
    """Returns the settings of a tiny run on a data set."""
    return load_config("small", (*SETTINGS, f"data.train=['{data}']", *overrides))


def options(data: Path, *overrides: str) -> list[str]:
    """Returns the same as words of ``inkdigits train``."""
    settings = [word for text in (*SETTINGS, *overrides) for word in ("--set", text)]
    return ["--config", "small", "--data", str(data), *settings]


def split_of(config: Config) -> Split:
    """Returns the digits of a run."""
    return load_split(config.data)
