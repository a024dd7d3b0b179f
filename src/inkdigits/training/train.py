"""The whole way from settings to a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from inkdigits.bundle import Bundle
from inkdigits.errors import TrainingError
from inkdigits.training.backend import keras
from inkdigits.training.config import Config, load_config
from inkdigits.training.data import load_split
from inkdigits.training.export import export_bundle
from inkdigits.training.fit import fit
from inkdigits.training.run import Row, Run, environment

__all__ = ["export_run", "train"]


def train(
    config: Config, folder: Path, *, resume: bool = False, on_epoch: Callable[[Row], None] | None = None
) -> Bundle:
    """Trains a network and writes run and bundle.

    Args:
        config: all settings.
        folder: the run folder; the bundle is its subfolder ``bundle``.
        resume: go on with the run that ``folder`` holds.
        on_epoch: called with each finished epoch's figures, those of earlier sittings first.

    Returns:
        The exported bundle.

    Raises:
        InkdigitsError: settings, data, folder or export are not in order.
    """
    run = Run(folder)
    run.check(config, resume=resume)
    split = load_split(config.data)
    run.start(config, split)
    model, rows = fit(config, split, run, on_epoch=on_epoch)
    run.finish(model, rows)
    return export_bundle(
        model, run.bundle, name=_name(folder), config=config, split=split, environment=environment(split)
    )


def export_run(folder: Path, output: Path | None = None, *, name: str | None = None) -> Bundle:
    """Exports the finished network of a run folder once more.

    Args:
        folder: a run folder with ``model.keras``.
        output: where the bundle goes; by default ``folder/bundle``.
        name: what the model calls itself; by default the run folder's name.

    Raises:
        TrainingError: the folder holds no finished run, or ONNX Runtime and Keras disagree.
    """
    run = Run(folder)
    if not (run.model.exists() and run.config.exists()):
        raise TrainingError(
            f"{folder} holds no finished run (no {run.model.name} with {run.config.name}); "
            "finish it with: inkdigits train --resume --output " + str(folder)
        )
    config = load_config(str(run.config))
    # The pen's digits are not needed to check and calibrate.
    split = load_split(replace(config.data, pen=0))
    try:
        model = keras().models.load_model(run.model, compile=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{run.model} cannot be loaded: {error}; train again") from error
    return export_bundle(
        model,
        output or run.bundle,
        name=name or _name(folder),
        config=config,
        split=split,
        environment=environment(split),
    )


def _name(folder: Path) -> str:
    return folder.resolve().name
