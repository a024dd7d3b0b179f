"""Stratified folds, and the training of one: what it answered to the digits that it did not learn from."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.data.datasets import dataset_of
from inkdigits.errors import DataError, InkdigitsError, MissingExtraError, TrainingError
from inkdigits.files import replacing
from inkdigits.measure.evaluation import Evaluation, evaluate
from inkdigits.readings import Expect, Reading
from inkdigits.recognition.answers import softmax
from inkdigits.recognition.bundle import Kind
from inkdigits.training.learn.config import to_toml
from inkdigits.training.learn.data import Digits, part
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.run import Row, Run
from inkdigits.training.learn.settings import DigitConfig
from inkdigits.training.ship.export import MAX_ERROR

__all__ = ["Answers", "Fold", "answers_file", "folds_of", "kept_answers", "score_of", "train_fold"]


@dataclass(frozen=True)
class Fold:
    """One part of the digits, held out of a training on the others.

    Attributes:
        repeat: from 1; each repeat divides all digits anew.
        number: from 1.
        rest: int64 (N,), places of the digits to learn from.
        held: int64 (M,), places of those held out.
    """

    repeat: int
    number: int
    rest: NDArray[np.int64]
    held: NDArray[np.int64]

    @property
    def name(self) -> str:
        """What its folder is called."""
        return f"repeat-{self.repeat}-fold-{self.number}"


@dataclass(frozen=True)
class Answers:
    """What a fold's network answered.

    Attributes:
        fold: which one.
        probabilities: float32 (M, 10), one row for each digit held out; what is missing to 1 is that of an
            answer that it is no digit.
        seconds: that the fitting took.
        rows: the figures of every epoch.
    """

    fold: Fold
    probabilities: NDArray[np.float32]
    seconds: float
    rows: list[Row]


def folds_of(labels: NDArray[np.int64], folds: int, repeats: int, seed: int) -> list[Fold]:
    """Divides digits into folds with the same share of every class.

    Raises:
        DataError: a class has fewer digits than there are folds.
        MissingExtraError: scikit-learn is not installed.
    """
    try:
        from sklearn.model_selection import StratifiedKFold
    except ModuleNotFoundError as error:
        raise MissingExtraError("scikit-learn", "train") from error
    counts = np.bincount(labels, minlength=len(spec.DIGITS))
    few = [f"{count} of {value}" for value, count in enumerate(counts) if 0 < count < folds]
    if few or not len(labels):
        raise DataError(
            f"{folds} folds need at least {folds} digits of each class, found only "
            f"{', '.join(few) or 'none'}; add digits or lower --folds"
        )
    out: list[Fold] = []
    for repeat in range(repeats):
        divided = StratifiedKFold(folds, shuffle=True, random_state=seed + repeat).split(labels, labels)
        for number, (rest, held) in enumerate(divided, start=1):
            out.append(Fold(repeat + 1, number, rest.astype(np.int64), held.astype(np.int64)))
    return out


def train_fold(
    config: DigitConfig,
    digits: Digits,
    fold: Fold,
    folder: Path,
    *,
    on_epoch: Callable[[Row], None] | None = None,
) -> Answers:
    """Trains on all other folds, from the last checkpoint if there is one, and keeps the answers.

    Args:
        config: all settings.
        digits: all digits.
        fold: which of them are held out.
        folder: of this fold; a run folder with the answers beside.
        on_epoch: called with each finished epoch's figures.

    Raises:
        InkdigitsError: the folder is damaged, belongs to other settings, or the training fails.
    """
    kept = kept_answers(config, digits, fold, folder)
    if kept is not None:
        return kept
    split = part(digits, fold.rest, fold.held, config.data)
    run = Run(folder)
    try:
        run.check(config, resume=run.config.exists())
        run.start(config, split)
        task = DigitTask(config, split)
        started = time.perf_counter()
        model, rows = fit(config, task, run, on_epoch=on_epoch)
    except TrainingError as error:
        raise TrainingError(f"fold {fold.name}: {error}") from error
    earlier = sum(row["seconds"] for row in rows)  # of other sittings too
    seconds = max(earlier, time.perf_counter() - started)
    held = split.held_images[: len(fold.held)]  # what held-out writers wrote stands behind the fold's digits
    parts = np.array_split(held, max(1, len(held) // 500))
    logits = np.concatenate([np.asarray(model.predict_on_batch(images)) for images in parts])
    answers = Answers(fold, softmax(logits)[:, : len(spec.DIGITS)], seconds, rows)
    with replacing(answers_file(folder)) as temporary, temporary.open("wb") as stream:
        np.savez(
            stream,
            key=_key(config, digits, fold),
            probabilities=answers.probabilities,
            seconds=seconds,
            rows=np.array([[row[name] for name in sorted(row)] for row in rows]),
            names=np.array(sorted(rows[0])),
        )
    run.finish(model, rows)
    return answers


def kept_answers(config: DigitConfig, digits: Digits, fold: Fold, folder: Path) -> Answers | None:
    """Returns the answers of a fold that is done; None when it is not.

    Raises:
        TrainingError: the file is damaged, or belongs to other settings or digits.
    """
    path = answers_file(folder)
    if not path.exists():
        return None
    try:
        content = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
        key, names = str(content["key"]), [str(name) for name in content["names"]]
        rows: list[Row] = [dict(zip(names, map(float, row), strict=True)) for row in content["rows"]]
        probabilities, seconds = content["probabilities"], float(content["seconds"])
        if probabilities.shape != (len(fold.held), len(spec.DIGITS)):
            raise ValueError(f"{probabilities.shape} answers for {len(fold.held)} digits")
    except Exception as error:  # zip, NumPy and the shapes have errors of many types
        raise TrainingError(
            f"fold {fold.name} is damaged: {path} cannot be read ({' '.join(str(error).split())[:120]}); "
            f"remove {folder} and resume, the other folds are kept"
        ) from error
    if key != _key(config, digits, fold):
        raise TrainingError(
            f"{folder} was trained with other settings or digits; choose another --output, or remove it"
        )
    return Answers(fold, probabilities, seconds, rows)


def score_of(answers: Answers, digits: Digits, name: str) -> Evaluation:
    """Scores the answers of a fold, or of several joined, as ``evaluate`` scores those of a bundle."""
    held = answers.fold.held
    labels = tuple(spec.DIGITS[label] for label in digits.labels[held])
    return evaluate(_Given(answers.probabilities), dataset_of(name, digits.images[held], labels))


class _Given:
    """A reader whose answers are there already, in the order of the digits."""

    def __init__(self, probabilities: NDArray[np.float32]) -> None:
        self._left = probabilities

    def max_error_of(self, kind: Kind) -> float:
        """Returns the share of wrong answers that an exported model allows."""
        return MAX_ERROR

    def classify(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns the next float32 (N, 10)."""
        given, self._left = self._left[: len(images)], self._left[len(images) :]
        return given

    def see(self, source: Any, expect: Expect = "auto") -> tuple[Reading, tuple[NDArray[np.uint8], ...]]:
        """Digits in the model's convention are classified; nothing else is asked."""
        raise InkdigitsError(f"a fold has no pictures to read, asked for {expect} of {source!r}")


def answers_file(folder: Path) -> Path:
    """Returns where a fold's folder keeps its answers, once it is done."""
    return folder / "answers.npz"


def _key(config: DigitConfig, digits: Digits, fold: Fold) -> str:
    """Returns a hash of all that the answers depend on."""
    text = to_toml(config) + repr(digits.sources)
    return hashlib.sha256(text.encode() + fold.rest.tobytes() + fold.held.tobytes()).hexdigest()
