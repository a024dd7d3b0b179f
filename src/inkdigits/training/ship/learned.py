"""What a network has learned from, so that a bundle can tell which pictures say nothing about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.datasets import Dataset, load_dataset
from inkdigits.data.fingerprints import fingerprint, fingerprints
from inkdigits.data.splits import stratified_split
from inkdigits.errors import DataError, InkdigitsError
from inkdigits.measure.learned import list_of
from inkdigits.picture.sources import load
from inkdigits.recognition.bundle import Bundle
from inkdigits.training.learn.config import load_settings
from inkdigits.training.learn.data import digit_labels, kept_of
from inkdigits.training.learn.initial_weights import initial_bundle
from inkdigits.training.learn.recipe import Recipe
from inkdigits.training.learn.run import Run
from inkdigits.training.learn.settings import Config, Data
from inkdigits.training.learn.strict import from_record

__all__ = ["Learned", "digit_prints", "learned_before", "learned_by"]


@dataclass(frozen=True)
class Learned:
    """The digits that a network has learned from.

    Attributes:
        prints: uint64 (N,), the fingerprint of each, sorted.
        complete: whether that is all of them; not when it began with a network that does not tell its own.
    """

    prints: NDArray[np.uint64]
    complete: bool


def learned_by(*folders: Path) -> Learned:
    """Returns the pictures that the trainings of run folders learned from, and the networks they began with.

    Pictures that were held out are not among them, nor what the project drew itself or drew from pen strokes.

    Args:
        folders: of runs whose data are there.

    Raises:
        DataError: a data set is missing or damaged.
    """
    found = _Found()
    for folder in folders:
        found.add_run(folder)
    return found.all()


def learned_before(named: str) -> Learned:
    """Returns what the network has learned from that ``fit.init`` names, as far as that can be told."""
    found = _Found()
    found.add_beginning(named)
    return found.all()


def digit_prints(settings: Data) -> NDArray[np.uint64]:
    """Returns the fingerprints of the digits that ``load_digits`` returns, uint64 (N,).

    Raises:
        DataError: a data set is missing or damaged.
    """
    sets = [load_dataset(name, "train") for name in settings.train]
    kept = [np.flatnonzero(kept_of(dataset.name, len(dataset), settings)) for dataset in sets]
    return np.concatenate([_prints(dataset, places) for dataset, places in zip(sets, kept, strict=True)])


class _Found:
    """Collects; steps of a recipe most often learn from the same digits, which are then loaded once."""

    def __init__(self) -> None:
        self.prints: list[NDArray[np.uint64]] = []
        self.complete = True
        self._sets: set[tuple[object, ...]] = set()
        self._beginnings: set[str] = set()  # a model that ships may have begun with one of the same name

    def add_run(self, folder: Path) -> None:
        settings = load_settings(str(Run(folder).config))
        if isinstance(settings, Recipe):
            for step in settings.steps:
                self._add_training(step.config, "" if step.init else step.config.fit.init)
        else:
            self._add_training(settings, settings.fit.init)

    def _add_training(self, config: Config, init: str) -> None:
        for name in config.data.train:
            self._add_set(name, config.data)
        if init:
            self.add_beginning(init)

    def _add_set(self, name: str, settings: Data) -> None:
        key = (name, settings.leave_out, settings.validation, settings.seed)
        if key not in self._sets:
            self._sets.add(key)
            dataset = load_dataset(name, "train")
            kept = np.flatnonzero(kept_of(dataset.name, len(dataset), settings))
            rest, _ = stratified_split(digit_labels(dataset)[kept], settings.validation, settings.seed)
            self.prints.append(_prints(dataset, kept[rest]))

    def all(self) -> Learned:
        prints = np.unique(np.concatenate(self.prints)) if self.prints else np.zeros(0, np.uint64)
        return Learned(prints, self.complete)

    def add_beginning(self, named: str) -> None:
        """Adds what the network learned from that a training began with, as far as that can be told."""
        if named in self._beginnings:
            return
        self._beginnings.add(named)
        try:
            if Run(Path(named)).config.exists():
                self.add_run(Path(named))
            else:
                self._add_bundle(initial_bundle(named))
        except (InkdigitsError, KeyError, TypeError):  # it, its data or its record are not what they were
            self.complete = False

    def _add_bundle(self, bundle: Bundle) -> None:
        """Adds what a bundle lists; of one that is older than such lists, what it says of its training."""
        before = list_of(bundle)
        if before is not None:
            self.prints.append(before)
            self.complete &= bool(bundle.metadata["learned"]["complete"])
            return
        training: dict[str, Any] = bundle.metadata["training"]
        known = {entry["name"]: entry["sha256"] for entry in training["data"]}
        steps = training["recipe"]["step"] if "recipe" in training else [{**training["config"], "init": ""}]
        for step in steps:
            config = from_record({"task": bundle.kind, **step})
            for dataset in (load_dataset(name, "train") for name in config.data.train):
                if known.get(dataset.name) != dataset.sha256:
                    raise DataError(f"{dataset.name} is another set than the model has learned from")
            self._add_training(config, "" if step["init"] else config.fit.init)


def _prints(dataset: Dataset, places: NDArray[np.int64]) -> NDArray[np.uint64]:
    if isinstance(dataset.images, np.ndarray):
        return fingerprints(dataset.images[places])
    return np.array([fingerprint(load(dataset.images[place])) for place in places], np.uint64)
