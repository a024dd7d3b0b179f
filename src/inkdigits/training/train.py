"""The whole way from settings to a bundle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from inkdigits.errors import BundleError, ConfigError, TrainingError
from inkdigits.recognition.bundle import Bundle, load
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import Config, load_config
from inkdigits.training.learn.data import Split, load_split
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.initial_weights import take_mean
from inkdigits.training.learn.lock import locked
from inkdigits.training.learn.number_task import NumberTask
from inkdigits.training.learn.run import Row, Run, environment
from inkdigits.training.learn.tasks import DigitTask, Task
from inkdigits.training.ship.export import check_place, export_bundle

__all__ = ["export_run", "train"]


def train(
    config: Config, folder: Path, *, resume: bool = False, on_epoch: Callable[[Row], None] | None = None
) -> Bundle:
    """Trains a network and writes run and bundle.

    Args:
        config: all settings.
        folder: the run folder; the bundle is its subfolder ``bundle``.
        resume: go on with the run that ``folder`` holds. Of a finished run nothing is trained again: its
            bundle is returned, exported once more if it is missing or damaged.
        on_epoch: called with each finished epoch's figures, those of earlier sittings first.

    Returns:
        The exported bundle.

    Raises:
        InkdigitsError: settings, data, folder or export are not in order.
    """
    Run(folder).check(config, resume=resume)  # before a folder is made
    with locked(folder):
        return _train(config, folder, resume, on_epoch)


def _train(config: Config, folder: Path, resume: bool, on_epoch: Callable[[Row], None] | None) -> Bundle:
    run = Run(folder)
    run.check(config, resume=resume)  # what another training has done meanwhile
    if run.finished:
        try:
            return load(run.bundle)
        except BundleError:
            return export_run(folder)
    split = load_split(config.data)
    run.start(config, split)
    task = task_of(config, split)
    model, rows = fit(config, task, run, on_epoch=on_epoch)
    run.finish(model, rows)
    return export_bundle(
        model, run.bundle, name=_name(folder), config=config, task=task, environment=environment(split)
    )


def task_of(config: Config, split: Split) -> Task:
    """Returns what ``config`` says is learned."""
    if config.fit.teachers and config.network.kind != "digit":
        raise ConfigError("fit.teachers are for networks that name digits; expected network.kind = 'digit'")
    kinds = {"digit": DigitTask, "number": NumberTask}
    return kinds[config.network.kind](config, split)


def export_run(
    folder: Path, output: Path | None = None, *, name: str | None = None, mean_with: tuple[Path, ...] = ()
) -> Bundle:
    """Exports the finished network of a run folder once more.

    Args:
        folder: a run folder with ``model.keras``.
        mean_with: others, of runs that went on from the same network; the mean of all weights is exported.
        output: where the bundle goes; by default ``folder/bundle``.
        name: what the model calls itself; by default the run folder's name.

    Raises:
        TrainingError: the folder holds no finished run, its data have changed, or ONNX Runtime and Keras
            disagree.
        OutputError: ``output`` is something else than a bundle, or cannot be written.
    """
    run = Run(folder)
    if not run.config.exists():
        raise TrainingError(
            f"{folder} holds no run (no {run.config.name}); name a folder that inkdigits train wrote"
        )
    if not run.model.exists():
        raise TrainingError(
            f"{folder} holds no finished run (no {run.model.name}); "
            f"finish it with: inkdigits train --resume --output {folder}"
        )
    check_place(output or run.bundle)  # before the seconds that the rest takes
    config = load_config(str(run.config))
    # The pen's digits are not needed to check and calibrate.
    split = load_split(replace(config.data, pen=0))
    run.check_data(split)
    for one in (folder, *mean_with):
        Run(one).check_preparation(config.network.kind)
    try:
        model = keras().models.load_model(run.model, compile=False)
    except Exception as error:  # zip, HDF5, JSON and Keras have errors of many types
        raise TrainingError(
            f"{run.model} cannot be loaded: {' '.join(str(error).split())[:200]}; train again"
        ) from error
    recorded = run.recorded() or environment(split)
    if mean_with:
        every = (folder, *mean_with)
        take_mean(model, [Run(one) for one in every])
        recorded = {**recorded, "mean_of": [_name(one) for one in every]}
    return export_bundle(
        model,
        output or run.bundle,
        name=name or _name(folder),
        config=config,
        task=task_of(config, split),
        environment=recorded,
    )


def _name(folder: Path) -> str:
    return folder.resolve().name
