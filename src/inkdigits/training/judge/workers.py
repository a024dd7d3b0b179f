"""The folds of a cross-validation at work: one after the other, or several at a time in processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits import interrupt
from inkdigits.processes import end_with_parent, ending_children
from inkdigits.training.judge.folds import Answers, Fold, kept_answers, train_fold
from inkdigits.training.learn.data import Digits
from inkdigits.training.learn.run import Row, Run
from inkdigits.training.learn.settings import DigitConfig

if TYPE_CHECKING:
    from inkdigits.batch.cluster import Cluster

__all__ = ["OnEpoch", "trained"]

OnEpoch = Callable[[str, Row], None]

_HEARS_S = 0.2  # seconds after which a wait for folds hears Ctrl-C


def trained(
    config: DigitConfig,
    digits: Digits,
    plan: list[Fold],
    folder: Path,
    on_epoch: OnEpoch,
    *,
    jobs: int,
    cluster: Cluster | None = None,
) -> Iterator[Answers]:
    """Yields the answers of each fold: first of those that are done, then the others as they come.

    Args:
        config: all settings.
        digits: all digits.
        plan: the folds.
        folder: has a folder for each.
        on_epoch: called with a fold's name and each finished epoch's figures.
        jobs: folds trained at a time, each in a process of its own.
        cluster: trains them in place of ``jobs`` processes of this machine; its machines see ``folder``.

    Raises:
        InkdigitsError: a fold's folder is damaged or of other settings, or its training fails.
    """
    left: list[Fold] = []
    for fold in plan:
        kept = kept_answers(config, digits, fold, folder / fold.name)
        if kept is None:
            left.append(fold)
        else:
            yield kept
    if cluster is not None and left:
        train = partial(_train_there, config, digits, folder, cluster.threads)
        yield from _on_cluster(cluster, train, left, folder, on_epoch)
        return
    if jobs == 1 or len(left) < 2:
        for fold in left:
            tell = partial(on_epoch, fold.name)
            yield train_fold(config, digits, fold, folder / fold.name, on_epoch=tell)
        return
    jobs = min(jobs, len(left))
    threads = max(1, (os.cpu_count() or 1) // jobs)
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
    waiting = iter(left)
    told: dict[str, int] = {}  # epochs of each fold
    with ProcessPoolExecutor(jobs, spawn, _share_cores, (threads,)) as workers, ending_children():

        def begin(count: int) -> dict[Future[Answers], Fold]:
            """Begins some of the folds; none waits in the pool, where it would begin after Ctrl-C."""
            with interrupt.blocked():
                return {
                    workers.submit(train_fold, config, digits, fold, folder / fold.name): fold
                    for fold in islice(waiting, count)
                }

        running = begin(jobs)
        while running:
            done, _ = wait(running, timeout=_HEARS_S, return_when=FIRST_COMPLETED)
            interrupt.check()
            for fold in running.values():
                _tell_epochs(folder, fold.name, told, on_epoch)
            for future in done:
                answers = future.result()
                del running[future]
                running |= begin(1)
                yield answers


def _on_cluster(
    cluster: Cluster, train: Callable[[Fold], Answers], left: list[Fold], folder: Path, on_epoch: OnEpoch
) -> Iterator[Answers]:
    from inkdigits.batch.ray_engine import tasks

    told: dict[str, int] = {}

    def tell(running: list[Fold]) -> None:
        for fold in running:
            _tell_epochs(folder, fold.name, told, on_epoch)

    yield from tasks(train, left, cluster, tell)


def _train_there(config: DigitConfig, digits: Digits, folder: Path, threads: int, fold: Fold) -> Answers:
    """Trains a fold in a process of a cluster, which has so many cores of its machine."""
    _share_cores(threads)
    return train_fold(config, digits, fold, folder / fold.name)


def _tell_epochs(folder: Path, name: str, told: dict[str, int], on_epoch: OnEpoch) -> None:
    """Tells the epochs of a fold that its process has kept since the last time."""
    with suppress(OSError, ValueError, KeyError):  # no epoch yet, or a damaged one, which its process tells
        for row in Run(folder / name).rows()[told.get(name, 0) :]:
            told[name] = told.get(name, 0) + 1
            on_epoch(name, row)


def _share_cores(threads: int) -> None:
    """Keeps the libraries of a worker process to its share of the cores, and Ctrl-C between two batches."""
    end_with_parent()
    interrupt.attend_in_worker()
    for name in ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["TF_NUM_INTEROP_THREADS"] = "1"
    import cv2

    cv2.setNumThreads(threads)
