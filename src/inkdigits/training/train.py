"""The whole way from settings to a bundle: one training, or the steps of a recipe."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits import files, interrupt
from inkdigits.errors import BundleError, InkdigitsError, TrainingError
from inkdigits.recognition.bundle import Bundle, load
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import load_settings, to_toml
from inkdigits.training.learn.data import Split, load_split
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.environment import environment
from inkdigits.training.learn.finder_task import FinderTask
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.lock import locked
from inkdigits.training.learn.notes import notes_on
from inkdigits.training.learn.number_task import NumberTask
from inkdigits.training.learn.recipe import Recipe, Step
from inkdigits.training.learn.run import Row, Run, save_model
from inkdigits.training.learn.settings import Config, DigitConfig, FinderConfig
from inkdigits.training.learn.task import Task
from inkdigits.training.ship.average import average_weights
from inkdigits.training.ship.export import check_place, export_bundle
from inkdigits.training.ship.learned import learned_by

__all__ = ["export_run", "train"]

OnEpoch = Callable[[Row], None]
OnStep = Callable[[Step, bool], None]
OnBatch = Callable[[float], None]
OnNote = Callable[[str], None]


def train(
    settings: Config | Recipe,
    folder: Path,
    *,
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
    on_step: OnStep | None = None,
    on_batch: OnBatch | None = None,
    on_note: OnNote | None = None,
) -> Bundle:
    """Trains a network, or the steps of a recipe in their order, and writes run and bundle.

    Args:
        settings: of one training, or a recipe.
        folder: the run folder; the bundle is its subfolder ``bundle``, the steps of a recipe are run folders
            in it, named after them.
        resume: go on with the run that ``folder`` holds, where it stopped. Of a finished run, and of a
            finished step, nothing is trained again: the bundle is returned, exported once more if it is
            missing or damaged.
        on_epoch: called with each finished epoch's figures, those of earlier sittings first.
        on_step: called with each step of a recipe when its turn comes, and whether it was finished before.
        on_batch: called after each batch with its share of an epoch.
        on_note: called with what happens now, in words, before it takes its time.

    Returns:
        The exported bundle.

    Raises:
        InkdigitsError: settings, data, folder or export are not in order. If nothing was learned by then, the
            folder is left as it was.
    """
    watch = _Watch(on_epoch, on_step, on_batch, on_note or _silent)
    run, found = Run(folder), folder.exists()
    run.check(settings, resume=resume)  # before a folder is made
    with locked(folder):
        run.check(settings, resume=resume)  # what another training has done meanwhile
        if run.finished:
            try:
                return load(run.bundle)
            except BundleError:
                return export_run(folder)
        try:
            if isinstance(settings, Recipe):
                return _train_steps(settings, run, watch)
            split, task, model = _train(settings, run, watch)
        except InkdigitsError:
            run.discard(keep=found)
            raise
        watch.on_note("exporting the bundle")
        return export_bundle(
            model,
            run.bundle,
            name=_name(folder),
            config=settings,
            task=task,
            environment=environment(split),
            learned=learned_by(folder),
        )


@dataclass(frozen=True)
class _Watch:
    """Who is told how far it is."""

    on_epoch: OnEpoch | None
    on_step: OnStep | None
    on_batch: OnBatch | None
    on_note: OnNote


def _silent(text: str) -> None:
    """Tells nobody."""


def _train(
    config: Config, run: Run, watch: _Watch, init: str | None = None, earlier: tuple[Run, ...] = ()
) -> tuple[Split, Task, Any]:
    """Trains one network to its end and returns what it learned from, its task and itself."""
    watch.on_note(f"loading {', '.join(config.data.train)}")
    split = load_split(config.data)
    interrupt.check()
    for before in earlier:
        before.check_data(split, shared=True)
    run.start(config, split)
    task = task_of(config, split)
    for text in notes_on(config, split, task):
        watch.on_note(text)
    model, rows = fit(config, task, run, init=init, on_epoch=watch.on_epoch, on_batch=watch.on_batch)
    run.finish(model, rows)
    interrupt.check()
    return split, task, model


def _train_steps(recipe: Recipe, run: Run, watch: _Watch) -> Bundle:
    files.write_text(run.config, to_toml(recipe))
    done: list[Step] = []
    for step in recipe.steps:
        step_run = Run(run.folder / step.name)
        try:
            step_run.check(step.config, resume=step_run.config.exists())
            if watch.on_step is not None:
                watch.on_step(step, step_run.finished)
            if not step_run.finished:
                init = str(run.folder / step.init) if step.init else None
                same = [each for each in done if each.config.data.train == step.config.data.train]
                earlier = tuple(Run(run.folder / each.name) for each in same)
                with locked(step_run.folder):
                    _train(step.config, step_run, watch, init, earlier)
        except TrainingError as error:
            raise TrainingError(f"step {step.name}: {error}") from error
        done.append(step)
    watch.on_note("exporting the bundle")
    _average_steps(recipe, run)
    return export_run(run.folder)


def _average_steps(recipe: Recipe, run: Run) -> None:
    """Writes the mean of the exported steps as the finished network of the whole run."""
    runs = [Run(run.folder / name) for name in recipe.export.mean_of]
    model = _network_of(runs[0])
    average_weights(model, runs)
    recorded = runs[0].recorded()
    if recorded is not None:
        files.write_text(run.environment, json.dumps(recorded, indent=2) + "\n")
    save_model(model, run.model)  # last: with it the run is finished


def task_of(config: Config, split: Split) -> Task:
    """Returns what ``config`` says is learned."""
    if isinstance(config, DigitConfig):
        return DigitTask(config, split)
    return FinderTask(config, split) if isinstance(config, FinderConfig) else NumberTask(config, split)


def export_run(
    folder: Path, output: Path | None = None, *, name: str | None = None, mean_with: tuple[Path, ...] = ()
) -> Bundle:
    """Exports the finished network of a run folder once more.

    Args:
        folder: a run folder with ``model.keras``.
        mean_with: others, of runs that went on from the same network; the mean of all weights is exported.
        output: where the bundle goes; by default ``folder/bundle``.
        name: what the model calls itself; by default the run folder's name, of a recipe what it says.

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
    settings = load_settings(str(run.config))
    config = settings.config if isinstance(settings, Recipe) else settings
    split = load_split(config.data, pen=False)  # whose digits are not needed to check and calibrate
    run.check_data(split)
    for every_run in (folder, *mean_with):
        Run(every_run).check_preparation(config.task)
    model = _network_of(run)
    recorded = run.recorded() or environment(split)
    if isinstance(settings, Recipe):
        name = name or settings.export.name
        recorded = {**recorded, "recipe": settings.to_dict()}
        if len(settings.export.mean_of) > 1:
            recorded["mean_of"] = list(settings.export.mean_of)
    if mean_with:
        every = (folder, *mean_with)
        average_weights(model, [Run(each) for each in every])
        recorded = {**recorded, "mean_of": [_name(each) for each in every]}
    return export_bundle(
        model,
        output or run.bundle,
        name=name or _name(folder),
        config=config,
        task=task_of(config, split),
        environment=recorded,
        learned=learned_by(folder, *mean_with),
    )


def _network_of(run: Run) -> Any:
    try:
        return keras().models.load_model(run.model, compile=False)
    except Exception as error:  # zip, HDF5, JSON and Keras have errors of many types
        raise TrainingError(
            f"{run.model} cannot be loaded: {' '.join(str(error).split())[:200]}; train again"
        ) from error


def _name(folder: Path) -> str:
    return folder.resolve().name
