"""K-fold cross-validation: each digit is answered by a network that has not learned from it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from inkdigits import files, interrupt
from inkdigits.errors import ConfigError, TrainingError
from inkdigits.measure.evaluation import Evaluation
from inkdigits.training.judge.folds import Answers, Fold, folds_of, kept_answers, score_of, train_fold
from inkdigits.training.learn.config import load_config, to_toml
from inkdigits.training.learn.data import Digits, load_digits
from inkdigits.training.learn.lock import locked
from inkdigits.training.learn.settings import Config, DigitConfig

__all__ = ["CrossValidation", "FoldScore", "cross_validate"]

CONFIG = "config.toml"
_HEARS_S = 0.2  # seconds after which a wait for folds hears Ctrl-C
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
    resume: bool = False,
    on_fold: Callable[[FoldScore], None] | None = None,
) -> CrossValidation:
    """Trains a network for each fold and scores all of them.

    Args:
        config: all settings; ``data.validation`` is not used, all that is not in the fold is learned from.
        folder: keeps a folder for each fold; one that is done is not trained again.
        folds: how many parts, at least 2.
        repeats: how often the digits are divided anew.
        jobs: folds trained at a time, each in a process of its own that uses its share of the cores.
        resume: go on with what ``folder`` holds.
        on_fold: called with each fold once it is done, those of earlier sittings too, in the order in which
            they come.

    Raises:
        InkdigitsError: settings, data or folder are not in order.
    """
    if not isinstance(config, DigitConfig):
        raise ConfigError(
            f"cross-validation is of digits; expected a config of task 'digit', got {config.task!r}"
        )
    if config.fit.init:
        raise ConfigError(
            f"cross-validation is of networks that have not seen the digits held out; that of fit.init "
            f"may have: expected none, got {config.fit.init!r}"
        )
    if folds < 2 or repeats < 1 or jobs < 1:
        raise ConfigError(f"got {folds} folds, {repeats} repeats, {jobs} jobs; expected at least 2, 1 and 1")
    plan_text = f"{folds} folds, {repeats} repeats\n"
    _check(config, folder, plan_text, resume=resume)  # before a folder is made
    with locked(folder):
        digits = load_digits(config.data)
        plan = folds_of(digits.labels, folds, repeats, config.data.seed)
        files.write_text(folder / CONFIG, to_toml(config))
        files.write_text(folder / PLAN, plan_text)
        done: dict[str, FoldScore] = {}
        for answers in _trained(config, digits, plan, folder, jobs):
            scored = FoldScore(answers, score_of(answers, digits, answers.fold.name))
            done[answers.fold.name] = scored
            if on_fold:
                on_fold(scored)
    ordered = [done[fold.name] for fold in plan]
    return CrossValidation(ordered, _pooled(ordered, digits), digits.sources)


def _check(config: DigitConfig, folder: Path, plan: str, *, resume: bool) -> None:
    """Raises TrainingError when the folder holds another cross-validation, or none to resume."""
    kept = folder / CONFIG
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


def _trained(
    config: DigitConfig, digits: Digits, plan: list[Fold], folder: Path, jobs: int
) -> Iterator[Answers]:
    """Yields the answers of each fold: first of those that are done, then the others as they come."""
    left: list[Fold] = []
    for fold in plan:
        kept = kept_answers(config, digits, fold, folder / fold.name)
        if kept is None:
            left.append(fold)
        else:
            yield kept
    if jobs == 1 or len(left) < 2:
        for fold in left:
            yield train_fold(config, digits, fold, folder / fold.name)
        return
    jobs = min(jobs, len(left))
    threads = max(1, (os.cpu_count() or 1) // jobs)
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    waiting = iter(left)
    with ProcessPoolExecutor(jobs, spawn, _share_cores, (threads,)) as workers:

        def begin(count: int) -> set[Future[Answers]]:
            """Begins some of the folds; none waits in the pool, where it would begin after Ctrl-C."""
            with interrupt.blocked():
                return {
                    workers.submit(train_fold, config, digits, fold, folder / fold.name)
                    for fold in islice(waiting, count)
                }

        running = begin(jobs)
        while running:
            done, running = wait(running, timeout=_HEARS_S, return_when=FIRST_COMPLETED)
            interrupt.check()
            for future in done:
                answers = future.result()
                running |= begin(1)
                yield answers


def _share_cores(threads: int) -> None:
    """Keeps the libraries of a worker process to its share of the cores, and Ctrl-C between two batches."""
    interrupt.attend_in_worker()
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    import cv2

    cv2.setNumThreads(threads)


def _pooled(folds: list[FoldScore], digits: Digits) -> Evaluation:
    """Scores all answers as one set."""
    held = np.concatenate([fold.answers.fold.held for fold in folds])
    probabilities = np.concatenate([fold.answers.probabilities for fold in folds])
    every = Fold(0, 0, np.zeros(0, np.int64), held)
    return score_of(Answers(every, probabilities, 0.0, []), digits, "all folds")
