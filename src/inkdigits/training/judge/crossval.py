"""K-fold cross-validation: each digit is answered by a network that has not learned from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inkdigits import files
from inkdigits.errors import ConfigError, InkdigitsError, TrainingError
from inkdigits.measure.evaluation import Evaluation
from inkdigits.training.judge.folds import Answers, Fold, answers_file, score_of
from inkdigits.training.judge.plan import plan_of
from inkdigits.training.judge.workers import OnEpoch, trained
from inkdigits.training.learn.config import load_config, to_toml
from inkdigits.training.learn.data import Digits, load_digits
from inkdigits.training.learn.lock import locked
from inkdigits.training.learn.run import Row, Run
from inkdigits.training.learn.settings import Config, DigitConfig

if TYPE_CHECKING:
    from inkdigits.batch.cluster import Cluster

__all__ = ["CrossValidation", "FoldScore", "cross_validate"]

CONFIG = "config.toml"
PLAN = "folds.txt"  # how many folds and repeats the folder was started with


@dataclass(frozen=True)
class FoldScore:
    """A fold and how good its network is.

    Attributes:
        answers: what it answered.
        evaluation: what that is worth.
    """

    answers: Answers
    evaluation: Evaluation


@dataclass(frozen=True)
class CrossValidation:
    """What a cross-validation found.

    Attributes:
        folds: all of them, in order.
        pooled: all answers together, once for each repeat.
        sources: (name, number of digits, SHA-256) of every data set.
    """

    folds: list[FoldScore]
    pooled: Evaluation
    sources: tuple[tuple[str, int, str], ...]

    @property
    def mean(self) -> float:
        """Mean of the folds' accuracies, 0..1."""
        return float(np.mean([fold.evaluation.score.accuracy for fold in self.folds]))

    @property
    def deviation(self) -> float:
        """Standard deviation of the folds' accuracies, over all of them (not n - 1), as usually published."""
        return float(np.std([fold.evaluation.score.accuracy for fold in self.folds]))

    @property
    def seconds(self) -> float:
        """What fitting all folds took."""
        return sum(fold.answers.seconds for fold in self.folds)


def cross_validate(
    config: Config,
    folder: Path,
    *,
    folds: int = 5,
    repeats: int = 1,
    jobs: int = 1,
    cluster: Cluster | None = None,
    resume: bool = False,
    on_fold: Callable[[FoldScore], None] | None = None,
    on_epoch: OnEpoch | None = None,
    on_note: Callable[[str], None] | None = None,
) -> CrossValidation:
    """Trains a network for each fold and scores all of them.

    Args:
        config: all settings; ``data.validation`` is not used, all that is not in the fold is learned from.
            Digits that the network of ``fit.init`` has learned from are learned from in every fold.
        folder: keeps a folder for each fold; one that is done is not trained again.
        folds: how many parts, at least 2.
        repeats: how often the digits are divided anew.
        jobs: folds trained at a time, each in a process of its own that uses its share of the cores.
        cluster: trains the folds in place of this machine; its machines see ``folder`` too.
        resume: go on with what ``folder`` holds.
        on_fold: called with each fold once it is done, those of earlier sittings too, in the order in which
            they come.
        on_epoch: called with a fold's name and each finished epoch's figures.
        on_note: called with what happens now, in words, before it takes its time.

    Raises:
        InkdigitsError: settings, data or folder are not in order.
    """
    if not isinstance(config, DigitConfig):
        raise ConfigError(
            f"cross-validation is of digits; expected a config of task 'digit', got {config.task!r}"
        )
    if folds < 2 or repeats < 1 or jobs < 1:
        raise ConfigError(f"got {folds} folds, {repeats} repeats, {jobs} jobs; expected at least 2, 1 and 1")
    plan_text = f"{folds} folds, {repeats} repeats\n"
    note, found = on_note or _silent, folder.exists()
    _check(config, folder, plan_text, resume=resume)  # before a folder is made
    done: dict[str, FoldScore] = {}
    with locked(folder):
        try:
            note(f"loading {', '.join(config.data.train)}")
            digits = load_digits(config.data)
            plan = plan_of(config, digits, folds, repeats, note)
            files.write_text(folder / CONFIG, to_toml(config))
            files.write_text(folder / PLAN, plan_text)
            heard = on_epoch or _unheard
            for answers in trained(config, digits, plan, folder, heard, jobs=jobs, cluster=cluster):
                scored = FoldScore(answers, score_of(answers, digits, answers.fold.name))
                done[answers.fold.name] = scored
                if on_fold:
                    on_fold(scored)
        except InkdigitsError:
            _discard(folder, keep=found)
            raise
    ordered = [done[fold.name] for fold in plan]
    return CrossValidation(ordered, _pooled(ordered, digits), digits.sources)


def _check(config: DigitConfig, folder: Path, plan: str, *, resume: bool) -> None:
    """Raises TrainingError when the folder holds another cross-validation, or none to resume."""
    kept = folder / CONFIG
    if kept.exists() and not _begun(folder):  # refused or stopped before it learned: in nobody's way
        return
    if not kept.exists():
        if resume:
            raise TrainingError(
                f"{folder} holds no cross-validation to resume; leave out --resume to start one"
            )
        return
    if not resume:
        raise TrainingError(
            f"{folder} already holds a cross-validation; add --resume to go on with it, "
            "or choose another --output"
        )
    started = (folder / PLAN).read_text("utf-8") if (folder / PLAN).exists() else plan
    if load_config(str(kept)) != config or started != plan:
        raise TrainingError(
            f"{folder} was started with other settings ({started.strip()}); "
            f"resume it with those and --config {kept}, or choose another --output"
        )


def _begun(folder: Path) -> bool:
    """Tells whether a fold has learned anything that another cross-validation would overwrite."""
    return any(answers_file(path.parent).exists() or Run(path.parent).begun for path in _runs(folder))


def _discard(folder: Path, *, keep: bool) -> None:
    """Removes what was written before a cross-validation was refused, if nothing was learned."""
    if _begun(folder):
        return
    for path in _runs(folder):
        Run(path.parent).discard()
    (folder / PLAN).unlink(missing_ok=True)
    Run(folder).discard(keep=keep)


def _runs(folder: Path) -> list[Path]:
    return list(folder.glob(f"*/{CONFIG}"))


def _silent(text: str) -> None:
    """Tells nobody."""


def _unheard(name: str, row: Row) -> None:
    """Tells nobody."""


def _pooled(folds: list[FoldScore], digits: Digits) -> Evaluation:
    """Scores all answers as one set."""
    held = np.concatenate([fold.answers.fold.held for fold in folds])
    probabilities = np.concatenate([fold.answers.probabilities for fold in folds])
    every = Fold(0, 0, np.zeros(0, np.int64), held)
    return score_of(Answers(every, probabilities, 0.0, []), digits, "all folds")
