"""A run's folder: what a training needs to be understood, resumed and repeated.

::

    config.toml          every setting, resolved
    environment.json     versions, machine, data hashes
    checkpoint.keras     network and optimiser after the last whole epoch; ``--resume`` starts here
    history.csv          one row an epoch
    learning_curve.png
    model.keras          the finished network
    bundle/              what ``read`` and ``evaluate`` use
    .lock                held while a training uses the folder

The folder of a recipe has its resolved steps as ``config.toml``, a folder of the above for each step, and at
the end ``model.keras``, the mean of steps, with ``environment.json`` and ``bundle/``.
"""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from inkdigits import files, spec
from inkdigits.errors import TrainingError
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import differences, load_settings, to_toml
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.environment import data_of, environment
from inkdigits.training.learn.learning_curve import Row, draw_curve
from inkdigits.training.learn.lock import LOCK
from inkdigits.training.learn.recipe import Recipe
from inkdigits.training.learn.settings import Config

__all__ = ["COLUMNS", "Row", "Run", "save_model"]

COLUMNS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "seconds")


class Run:
    """One run folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoint = folder / "checkpoint.keras"
        self.history = folder / "history.csv"
        self.config = folder / "config.toml"
        self.environment = folder / "environment.json"
        self.curve = folder / "learning_curve.png"
        self.model = folder / "model.keras"
        self.bundle = folder / "bundle"

    @property
    def finished(self) -> bool:
        """Whether all epochs are done and the network is kept; only the bundle may be missing."""
        return self.model.exists() and self.config.exists() and not self.checkpoint.exists()

    @property
    def begun(self) -> bool:
        """Whether anything was learned that another training would overwrite, in a step of a recipe too."""
        places = (self.folder, *(path.parent for path in self.folder.glob(f"*/{self.config.name}")))
        return any((place / path.name).exists() for place in places for path in (self.checkpoint, self.model))

    def discard(self, *, keep: bool = False) -> None:
        """Removes what a training wrote that was refused before it learned, and the folder if empty then.

        Nothing is removed of a run that has begun.

        Args:
            keep: whether the folder itself stays.
        """
        if self.begun:
            return
        for path in self.folder.glob(f"*/{self.config.name}"):
            Run(path.parent).discard()
        with suppress(OSError):
            for path in (self.config, self.environment, self.history, self.folder / LOCK):
                path.unlink(missing_ok=True)
            if not keep:
                self.folder.rmdir()

    def check(self, settings: Config | Recipe, *, resume: bool) -> None:
        """Raises TrainingError when the folder holds another run, or none to resume with these settings.

        A run that stopped before it learned anything is in nobody's way.
        """
        if not self.config.exists():
            if resume:
                raise TrainingError(
                    f"{self.folder} holds no run to resume (no {self.config.name}); "
                    "check --output, or leave out --resume to start one there"
                )
            return
        if not self.begun:
            return
        if not resume:
            raise TrainingError(
                f"{self.folder} already holds a run; add --resume to go on with it, "
                "or choose another --output"
            )
        changed = differences(load_settings(str(self.config)), settings)
        if changed:
            raise TrainingError(
                f"{self.folder} was started with other settings: {changed}; "
                f"resume it with --config {self.config}, or choose another --output"
            )

    def start(self, config: Config, split: Split) -> None:
        """Writes settings and environment.

        Raises:
            OutputError: they cannot be written.
            TrainingError: the folder's checkpoint has learned from other digits than these, or from pictures
                that were prepared in another way.
        """
        if self.checkpoint.exists():
            self.check_data(split)
            self.check_preparation(config.task)
        for litter in self.folder.glob(".*-*.*"):  # of a training that was killed while it wrote
            litter.unlink(missing_ok=True)
        files.write_text(self.config, to_toml(config))
        files.write_text(self.environment, json.dumps(environment(split), indent=2) + "\n")

    def check_data(self, split: Split, *, shared: bool = False) -> None:
        """Raises TrainingError when the run has learned from other digits: its held-out ones are no more.

        Args:
            split: the digits found now.
            shared: whether either may have learned from a set that the other has not, as one step of a recipe
                from pen strokes and another without; of the sets that both have all must be the same.
        """
        learned, found = (self.recorded() or {}).get("data"), data_of(split)
        if learned is not None and shared:
            both = {entry["name"] for entry in learned} & {entry["name"] for entry in found}
            learned, found = ([entry for entry in kept if entry["name"] in both] for kept in (learned, found))
        if learned is not None and learned != found:
            raise TrainingError(
                f"{self.folder} has learned from other data: the digits or hashes in {self.environment.name} "
                "are not those found now; bring the data back, or train again with another --output"
            )

    def check_preparation(self, kind: str) -> None:
        """Raises TrainingError when the run has learned from pictures that were prepared in another way."""
        learned = (self.recorded() or {}).get("preprocessing", spec.PREPROCESSING)[kind]
        if learned != spec.PREPROCESSING[kind]:
            raise TrainingError(
                f"{self.folder} has learned from pictures that were prepared in another way: its "
                f"preprocessing is {learned[:12]!r}, expected {spec.PREPROCESSING[kind][:12]!r}; train again "
                "with this version"
            )

    def recorded(self) -> dict[str, Any] | None:
        """Returns the environment of the run's last sitting, None when it is not there.

        Raises:
            TrainingError: the file is damaged.
        """
        if not self.environment.exists():
            return None
        try:
            content = json.loads(self.environment.read_bytes())
        except (OSError, ValueError) as error:
            raise TrainingError(
                f"{self.environment} cannot be read: {error}; bring it back or train again"
            ) from error
        if not isinstance(content, dict):
            raise TrainingError(f"{self.environment} holds no JSON object; bring it back or train again")
        return cast("dict[str, Any]", content)

    def restore(self, model: Any, steps: int) -> list[Row]:
        """Brings network and optimiser to the checkpoint and returns its history; [] when there is none.

        The checkpoint alone says how far the run came: history rows written after it are dropped.

        Args:
            model: a compiled ``keras.Model`` of the run's settings, just built after setting the run's seed.
                It takes over the checkpoint's values alone: a loaded optimiser has forgotten which weights
                are excluded from decay, and a loaded dropout has another seed.
            steps: optimiser steps an epoch.

        Raises:
            TrainingError: the checkpoint or the history is damaged.
        """
        if not self.checkpoint.exists():
            return []
        try:
            named = getattr(model.loss, "__name__", None)  # a loss that Keras does not know
            ours_alone = {named: model.loss} if callable(model.loss) and named else None
            kept = keras().models.load_model(self.checkpoint, custom_objects=ours_alone)
            model.optimizer.build(model.trainable_variables)
            for ours, theirs in zip(_state(model), _state(kept), strict=True):
                ours.assign(theirs)
            taken = int(model.optimizer.iterations)
            for chance in _chances(model):  # no file keeps it; a count that goes up by one a step
                chance.assign([int(chance[0]), taken])
            done = taken // steps
            rows = self.rows()
        except Exception as error:  # zip, HDF5, JSON and Keras have errors of many types
            raise TrainingError(
                f"{self.folder} cannot be resumed, its checkpoint or history is damaged: "
                f"{' '.join(str(error).split())[:200]}; remove that folder and train again"
            ) from error
        if len(rows) < done:
            raise TrainingError(
                f"{self.history} has {len(rows)} epochs but the checkpoint {done}; "
                "remove that folder and train again"
            )
        return rows[:done]

    def rows(self) -> list[Row]:
        """Returns the history's rows, one an epoch."""
        with self.history.open(encoding="utf-8", newline="") as lines:
            rows = [{key: float(row[key]) for key in COLUMNS} for row in csv.DictReader(lines)]
        for row in rows:
            row["epoch"] = int(row["epoch"])  # written again, it shall look as before
        return rows

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

    def network(self) -> Any:
        """Returns the finished network, a ``keras.Model``, to train on from.

        Raises:
            TrainingError: the run is not finished, or its network is damaged.
        """
        if not self.model.exists():
            raise TrainingError(
                f"fit.init names {self.folder}, which holds no finished network; "
                f"expected {self.model.name} in it: name the folder of a finished run"
            )
        try:
            return keras().models.load_model(self.model, compile=False)
        except Exception as error:  # zip, HDF5, JSON and Keras have errors of many types
            raise self._not_trained_on(error) from error

    def copy_weights_to(self, model: Any) -> None:
        """Gives the weights of the finished network to another one of the same layers.

        Raises:
            TrainingError: the run is not finished, its network is damaged or has other layers.
        """
        network = self.network()
        try:
            model.set_weights(network.get_weights())
        except ValueError as error:
            raise self._not_trained_on(error) from error

    def _not_trained_on(self, error: Exception) -> TrainingError:
        return TrainingError(
            f"fit.init names {self.folder}, whose network cannot be trained on: "
            f"{' '.join(str(error).split())[:200]}; name a run with the same network.layers"
        )


def save_model(model: Any, path: Path) -> None:
    """Writes a ``.keras`` file whole or not at all; raises OutputError."""
    with files.replacing(path) as temporary:
        model.save(temporary)


def _state(model: Any) -> list[Any]:
    """Returns every variable that a checkpoint holds, those of the optimiser too."""
    return [*model.weights, *model.optimizer.variables]


def _chances(model: Any) -> list[Any]:
    """Returns the state, seed and count, of each dropout."""
    return [layer.seed_generator.state for layer in model.layers if hasattr(layer, "seed_generator")]
