"""A run's folder: what a training needs to be understood, resumed and repeated.

::

    config.toml          every setting, resolved
    environment.json     versions, machine, data hashes
    checkpoint.keras     network and optimiser after the last whole epoch; ``--resume`` starts here
    history.csv          one row an epoch
    learning_curve.png
    model.keras          the finished network
    bundle/              what ``read`` and ``evaluate`` use
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from inkdigits import __version__, files
from inkdigits.errors import MissingExtraError, TrainingError
from inkdigits.training.backend import keras
from inkdigits.training.config import Config, load_config, to_toml
from inkdigits.training.data import Split

__all__ = ["COLUMNS", "Row", "Run", "environment"]

COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")
Row = dict[str, float]  # the keys are COLUMNS


class Run:
    """One run folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoint = folder / "checkpoint.keras"
        self.history = folder / "history.csv"
        self.config = folder / "config.toml"
        self.curve = folder / "learning_curve.png"
        self.model = folder / "model.keras"
        self.bundle = folder / "bundle"

    def check(self, config: Config, *, resume: bool) -> None:
        """Raises TrainingError when the folder holds another run, or none to resume with these settings."""
        if not self.config.exists():
            return
        if not resume:
            raise TrainingError(
                f"{self.folder} already holds a run; add --resume to go on with it, "
                "or choose another --output"
            )
        if load_config(str(self.config)) != config:
            raise TrainingError(
                f"{self.folder} was started with other settings than asked for now; "
                f"resume it with --config {self.config}, or choose another --output"
            )

    def start(self, config: Config, split: Split) -> None:
        """Writes settings and environment; raises OutputError."""
        files.write_text(self.config, to_toml(config))
        files.write_text(self.folder / "environment.json", json.dumps(environment(split), indent=2) + "\n")

    def restore(self, steps: int) -> tuple[Any, list[Row]]:
        """Returns the checkpointed model and its history, or (None, []) when there is none.

        The checkpoint alone says how far the run came: history rows written after it are dropped.

        Args:
            steps: optimiser steps an epoch.

        Raises:
            TrainingError: the checkpoint or the history is damaged.
        """
        if not self.checkpoint.exists():
            return None, []
        try:
            model = keras().models.load_model(self.checkpoint)
            done = int(model.optimizer.iterations) // steps
            with self.history.open(encoding="utf-8", newline="") as lines:
                rows = [{key: float(row[key]) for key in COLUMNS} for row in csv.DictReader(lines)]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"{self.folder} cannot be resumed: {error}; remove that folder and train again"
            ) from error
        if len(rows) < done:
            raise TrainingError(
                f"{self.history} has {len(rows)} epochs but the checkpoint {done}; "
                "remove that folder and train again"
            )
        return model, rows[:done]

    def keep(self, model: Any, rows: list[Row]) -> None:
        """Writes history, then checkpoint, so that the checkpoint never runs ahead of the history."""
        text = io.StringIO()
        columns: list[str] = list(COLUMNS)
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        files.write_text(self.history, text.getvalue())
        save_model(model, self.checkpoint)

    def finish(self, model: Any, rows: list[Row]) -> None:
        """Writes the finished network and its learning curve, and drops the checkpoint."""
        save_model(model, self.model)
        draw_curve(rows, self.curve)
        self.checkpoint.unlink(missing_ok=True)


def save_model(model: Any, path: Path) -> None:
    """Writes a ``.keras`` file whole or not at all; raises OutputError."""
    with files.replacing(path) as temporary:
        model.save(temporary)


def draw_curve(rows: list[Row], path: Path) -> None:
    """Draws loss and error over the epochs as a PNG; raises OutputError."""
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingExtraError("matplotlib", "train") from error
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    epochs = [row["epoch"] for row in rows]
    for axes, key, title in ((left, "loss", "loss"), (right, "accuracy", "error, %")):
        for prefix, label in (("", "training (distorted digits)"), ("val_", "held out")):
            values = [row[prefix + key] for row in rows]
            if key == "accuracy":
                values = [100 * (1 - value) for value in values]
            axes.plot(epochs, values, marker="." if len(rows) < 30 else "", label=label)
        axes.set(xlabel="epoch", title=title, yscale="log")
        axes.grid(alpha=0.3, which="both")
    left.legend()
    with files.replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


def environment(split: Split) -> dict[str, Any]:
    """Returns what a reader of the run needs to judge and repeat it: versions, machine, data hashes."""
    libraries = ("keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy", "opencv-python-headless")
    versions = {}
    for name in libraries:
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return {
        "inkdigits": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "backend": keras().backend.backend(),
        "libraries": versions,
        "data": [{"name": name, "digits": count, "sha256": digest} for name, count, digest in split.sources],
    }
