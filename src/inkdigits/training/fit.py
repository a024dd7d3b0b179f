"""The training loop: settings, network, schedule, epochs, and a checkpoint that survives a kill.

Every epoch is a pure function of the seed and its number, so a run that was stopped and resumed sees
the same digits in the same order as one that was not.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import DataError, TrainingError
from inkdigits.training import networks
from inkdigits.training.augment import augment_batch
from inkdigits.training.backend import keras
from inkdigits.training.config import Config, Fit
from inkdigits.training.data import Split
from inkdigits.training.junk import make_junk
from inkdigits.training.run import Row, Run

__all__ = ["fit"]

Digits = tuple[NDArray[np.uint8], NDArray[np.float32]]  # images (N, 28, 28), answers (N, 10)


def fit(
    config: Config, split: Split, run: Run, *, on_epoch: Callable[[Row], None] | None = None
) -> tuple[Any, list[Row]]:
    """Trains a network, from the run's last checkpoint if it has one.

    Args:
        config: all settings.
        split: the digits.
        run: the folder that keeps checkpoint and history.
        on_epoch: called with each finished epoch's figures, those of earlier sittings too.

    Returns:
        The trained ``keras.Model`` with its averaged weights, and the figures of every epoch.

    Raises:
        DataError: there are fewer digits than one batch.
        OutputError: checkpoint or history cannot be written; those of the epoch before are untouched.
        TrainingError: the checkpoint is damaged, or the network diverged.
    """
    steps, _ = _sizes(config, split)
    if steps == 0:
        raise DataError(
            f"{len(split.images)} digits to learn from are less than one batch of "
            f"{config.fit.batch_size}; add digits or lower fit.batch_size"
        )
    k = keras()
    k.utils.set_random_seed(config.fit.seed)
    model = networks.build(config.network.layers, batch_norm=config.network.batch_norm)
    _compile(model, config.fit, steps)
    rows = run.restore(model, steps)
    for row in rows:
        _report(on_epoch, row)
    with closing(_epochs(config, split, len(rows))) as epochs:
        start = time.perf_counter()
        for epoch, (images, targets) in epochs:
            learned = _one_epoch(model, images, targets, config.fit.batch_size)
            if not math.isfinite(learned["loss"]):
                raise TrainingError(
                    f"the network diverged in epoch {epoch + 1} (loss {learned['loss']}); train again with a "
                    f"lower fit.learning_rate than {config.fit.learning_rate:g} and another --output"
                )
            held = _held_out(model, split)
            row: Row = {
                "epoch": epoch + 1,
                "loss": learned["loss"],
                "accuracy": learned["accuracy"],
                "val_loss": held[0],
                "val_accuracy": held[1],
                "learning_rate": float(model.optimizer.learning_rate),
                "seconds": time.perf_counter() - start,
            }
            rows.append(row)
            run.keep(model, rows)
            _report(on_epoch, row)
            start = time.perf_counter()
    if config.fit.average:
        model.optimizer.finalize_variable_values(model.trainable_variables)
    return model, rows


def _compile(model: Any, settings: Fit, steps: int) -> None:
    k = keras()
    total = steps * settings.epochs
    warmup = int(total * settings.warmup)
    schedule = k.optimizers.schedules.CosineDecay(
        initial_learning_rate=settings.learning_rate / 25,
        decay_steps=max(1, total - warmup),
        warmup_target=settings.learning_rate,
        warmup_steps=warmup,
    )
    optimizer = k.optimizers.AdamW(
        schedule,
        weight_decay=settings.weight_decay,
        use_ema=settings.average > 0,
        ema_momentum=settings.average,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer,
        k.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=settings.label_smoothing),
        metrics=["accuracy"],
        # XLA has no fast convolution for TensorFlow on a CPU (three times slower); JAX needs it.
        jit_compile=False if k.backend.backend() == "tensorflow" else "auto",
    )


def _one_epoch(
    model: Any, images: NDArray[np.uint8], targets: NDArray[np.float32], batch: int
) -> dict[str, float]:
    """Takes one step a batch and returns the epoch's mean loss and accuracy.

    Batch by batch, not with ``model.fit``: under TensorFlow its input pipeline takes up to 40 seconds to
    go away after every call, in which the machine is idle.
    """
    totals = {"loss": 0.0, "accuracy": 0.0}
    starts = range(0, len(images), batch)
    for start in starts:
        stop = start + batch
        model.reset_metrics()
        figures = model.train_on_batch(images[start:stop], targets[start:stop], return_dict=True)
        for name in totals:
            totals[name] += float(figures[name])
    return {name: total / len(starts) for name, total in totals.items()}


def _epochs(config: Config, split: Split, first: int) -> Generator[tuple[int, Digits]]:
    """Gives number and digits of each epoch from ``first`` on; the next are distorted meanwhile."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as ahead:
        try:
            pending = None
            for epoch in range(first, config.fit.epochs):
                digits = (pending or ahead.submit(_epoch, config, split, epoch, stop)).result()
                if epoch + 1 < config.fit.epochs:
                    pending = ahead.submit(_epoch, config, split, epoch + 1, stop)
                yield epoch, digits
        finally:
            stop.set()  # or Ctrl-C would wait for an epoch's digits


def _epoch(config: Config, split: Split, epoch: int, stop: threading.Event) -> Digits:
    """Returns one epoch's digits, shuffled and distorted, and what the network should answer.

    Junk is mixed in; the answer to it is "all ten alike".
    """
    rng = np.random.default_rng((config.fit.seed, epoch))
    steps, junk = _sizes(config, split)
    size = steps * config.fit.batch_size
    images = np.concatenate((split.images, make_junk(split.images, junk, rng)))
    targets = np.full((len(images), len(spec.DIGITS)), 1 / len(spec.DIGITS), np.float32)
    targets[: len(split.labels)] = np.eye(len(spec.DIGITS), dtype=np.float32)[split.labels]
    order = rng.permutation(len(images))[:size]
    settings = config.augment
    if epoch >= round(config.fit.epochs * (1 - config.fit.settle)):
        settings = replace(settings, clean=max(settings.clean, 0.5))
    return augment_batch(images[order], settings, rng, stop=stop), targets[order]


def _sizes(config: Config, split: Split) -> tuple[int, int]:
    """Returns the steps of an epoch and how much junk is in it."""
    junk = round(config.data.junk * len(split.images))
    return (len(split.images) + junk) // config.fit.batch_size, junk


def _held_out(model: Any, split: Split) -> tuple[float, float]:
    """Returns loss and accuracy on the held-out digits with the averaged weights."""
    learned = model.get_weights()
    if model.optimizer.use_ema:
        model.optimizer.finalize_variable_values(model.trainable_variables)
    parts = np.array_split(split.held_images, max(1, len(split.held_images) // 500))
    logits = np.concatenate([np.asarray(model.predict_on_batch(part), np.float64) for part in parts])
    model.set_weights(learned)
    logits -= logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(logits)), split.held_labels]
    return float(losses.mean()), float((logits.argmax(axis=1) == split.held_labels).mean())


def _report(on_epoch: Callable[[Row], None] | None, row: Row) -> None:
    if on_epoch is not None:
        on_epoch(row)
