"""The training loop: schedule, epochs, and a checkpoint that survives a kill.

An epoch depends on nothing but the seed, its number and the checkpoint, so a run that was stopped and resumed
sees the same pictures in the same order as one that was not. Ctrl-C is heard between two batches, where
nothing of Keras is under way.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any

from inkdigits import interrupt
from inkdigits.errors import DataError, TrainingError
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.initial_weights import load_initial_weights
from inkdigits.training.learn.run import Row, Run
from inkdigits.training.learn.settings import Config, Fit
from inkdigits.training.learn.task import Batch, Stop, Task

__all__ = ["fit"]


def fit(
    config: Config,
    task: Task,
    run: Run,
    *,
    init: str | None = None,
    on_epoch: Callable[[Row], None] | None = None,
    on_batch: Callable[[float], None] | None = None,
) -> tuple[Any, list[Row]]:
    """Trains a network, from the run's last checkpoint if it has one.

    Args:
        config: all settings.
        task: what is learned.
        run: the folder that keeps checkpoint and history.
        init: where to begin, as ``fit.init`` is said; by default there.
        on_epoch: called with each finished epoch's figures, those of earlier sittings too.
        on_batch: called after each batch with its share of an epoch.

    Returns:
        The trained ``keras.Model`` with its averaged weights, and the figures of every epoch.

    Raises:
        DataError: there are fewer pictures than one batch.
        OutputError: checkpoint or history cannot be written; those of the epoch before are untouched.
        TrainingError: the checkpoint is damaged, or the network diverged.
    """
    if task.steps == 0:
        raise DataError(
            f"the pictures to learn from are less than one batch of {config.fit.batch_size}; "
            "add some or lower fit.batch_size"
        )
    k = keras()
    interrupt.check()
    k.utils.set_random_seed(config.fit.seed)
    model = _built(task, config.fit.precision)
    _compile(model, task, config.fit)
    init = init or config.fit.init
    if init and not run.checkpoint.exists():  # which holds all that was begun with
        load_initial_weights(init, model, task.samples(), task.labels)
    rows = run.restore(model, task.steps)
    for row in rows:
        _report(on_epoch, row)
    with closing(_epochs(task, model, len(rows), config.fit.epochs)) as epochs:
        start = time.perf_counter()
        for epoch, batches in epochs:
            learned = _one_epoch(model, batches, on_batch)
            if not math.isfinite(learned["loss"]):
                raise TrainingError(
                    f"the network diverged in epoch {epoch + 1} (loss {learned['loss']}); train again with a "
                    f"lower fit.learning_rate than {config.fit.learning_rate:g} and another --output"
                )
            held = _held_out(model, task)
            row: Row = {
                "epoch": epoch + 1,
                "loss": learned["loss"],
                "accuracy": learned.get("accuracy", math.nan),
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
        _take_average(model)
    if config.fit.keep and init:
        _mix_in(config.fit.keep, init, model, task)
    return _in_full(model, task, config.fit.precision), rows


def _built(task: Task, precision: str) -> Any:
    """Returns a new network that computes with ``precision``."""
    k = keras()
    before = k.config.dtype_policy()
    k.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        return task.build()
    finally:
        k.config.set_dtype_policy(before)


def _in_full(model: Any, task: Task, precision: str) -> Any:
    """Returns the network as it is exported: one that computes with 32 bits."""
    if precision == "float32":
        return model
    full = task.build()
    full.set_weights(model.get_weights())
    return full


def _mix_in(share: float, init: str, model: Any, task: Task) -> None:
    """Mixes the weights that the network began with into its own, those of its normalisations too."""
    begun = task.build()
    load_initial_weights(init, begun, task.samples(), task.labels)
    pairs = zip(model.get_weights(), begun.get_weights(), strict=True)
    model.set_weights([(1 - share) * learned + share * first for learned, first in pairs])


def _compile(model: Any, task: Task, settings: Fit) -> None:
    k = keras()
    total = task.steps * settings.epochs
    warmup = int(total * settings.warmup)
    schedule: Any = settings.learning_rate
    if settings.schedule == "cosine":
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
        global_clipnorm=settings.clip or None,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    optimizer.build(model.trainable_variables)  # or TensorFlow traces the first step twice
    model.compile(
        optimizer,
        task.loss(),
        metrics=list(task.metrics),
        # XLA has no fast convolution for TensorFlow on a CPU (three times slower); JAX needs it.
        jit_compile=False if k.backend.backend() == "tensorflow" else "auto",
    )


def _one_epoch(
    model: Any, batches: list[Batch], on_batch: Callable[[float], None] | None
) -> dict[str, float]:
    """Takes one step a batch and returns the epoch's mean figures.

    Batch by batch, not with ``model.fit``: under TensorFlow its input pipeline takes up to 40 seconds to
    go away after every call, in which the machine is idle.
    """
    totals: dict[str, float] = {}
    for inputs, targets in batches:
        interrupt.check()
        model.reset_metrics()
        for name, value in model.train_on_batch(inputs, targets, return_dict=True).items():
            totals[name] = totals.get(name, 0.0) + float(value)
        if on_batch is not None:
            on_batch(1 / len(batches))
    return {name: total / len(batches) for name, total in totals.items()}


def _epochs(task: Task, model: Any, first: int, last: int) -> Generator[tuple[int, list[Batch]]]:
    """Gives number and batches of each epoch from ``first`` on; makes the next meanwhile where it can."""
    stop = Stop()
    if not task.ahead:
        for epoch in range(first, last):
            yield epoch, _made(partial(task.epoch, epoch, stop, model.predict_on_batch))
        return
    with ThreadPoolExecutor(1) as ahead:
        try:
            pending = None
            for epoch in range(first, last):
                batches = _made((pending or ahead.submit(task.epoch, epoch, stop)).result)
                if epoch + 1 < last:
                    pending = ahead.submit(task.epoch, epoch + 1, stop)
                yield epoch, batches
        finally:
            stop.set()  # or Ctrl-C would wait for an epoch's pictures


def _made(make: Callable[[], list[Batch]]) -> list[Batch]:
    """Returns what ``make`` does; raises KeyboardInterrupt when Ctrl-C was why it gave up."""
    try:
        return make()
    except CancelledError:
        interrupt.check()
        raise


def _held_out(model: Any, task: Task) -> tuple[float, float]:
    """Returns loss and accuracy on what is held out, with the averaged weights."""
    learned = model.get_weights()
    if model.optimizer.use_ema:
        _take_average(model)
    figures = task.held_out(model.predict_on_batch)
    model.set_weights(learned)
    return figures


def _take_average(model: Any) -> None:
    """Gives the network the running average of its weights."""
    model.optimizer.finalize_variable_values(model.trainable_variables)
    # JAX lets both share their memory then, and the next step would free that of the average.
    model.set_weights([weights.copy() for weights in model.get_weights()])


def _report(on_epoch: Callable[[Row], None] | None, row: Row) -> None:
    if on_epoch is not None:
        on_epoch(row)
