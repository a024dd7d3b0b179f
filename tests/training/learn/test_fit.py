"""fit.py: a stopped and resumed run ends where an uninterrupted one does, and its figures are true."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from tiny import EPOCHS, LIBRARIES_WARN

from inkdigits import interrupt
from inkdigits.errors import DataError, TrainingError
from inkdigits.training.learn import fit as fitting
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.run import COLUMNS, Row, Run
from inkdigits.training.learn.settings import DigitConfig

pytestmark = LIBRARIES_WARN

NEVER = threading.Event()


class Fitted(NamedTuple):
    """What a whole run gave."""

    model: Any
    rows: list[Row]
    reported: list[Row]


class StoppedError(Exception):
    """Stands for whatever ends a run in the middle."""


@pytest.fixture(scope="module")
def task(config: DigitConfig, split: Split) -> DigitTask:
    return DigitTask(config, split)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, config: DigitConfig, task: DigitTask) -> Fitted:
    """An uninterrupted run."""
    reported: list[Row] = []
    run = Run(tmp_path_factory.mktemp("whole"))
    model, rows = fit(config, task, run, on_epoch=reported.append)
    return Fitted(model, rows, reported)


def without_seconds(rows: list[Row]) -> list[Row]:
    return [row | {"seconds": 0.0} for row in rows]


def stop_after(epochs: int):
    def on_epoch(row: Row) -> None:
        if row["epoch"] == epochs:
            raise StoppedError

    return on_epoch


# ---- The loop ----


def test_every_epoch_is_reported_and_counted(whole: Fitted):
    assert whole.reported == whole.rows
    assert [row["epoch"] for row in whole.rows] == [1, 2, 3]
    assert all(tuple(row) == COLUMNS for row in whole.rows)
    assert all(row["seconds"] > 0 for row in whole.rows)


def test_it_learns(whole: Fitted):
    first, last = whole.rows[0], whole.rows[-1]
    assert last["loss"] < 0.8 * first["loss"]
    assert last["accuracy"] > 0.4
    assert last["val_accuracy"] > 0.6


def test_the_learning_rate_climbs_and_ends_at_zero(whole: Fitted, config: DigitConfig):
    rates = [row["learning_rate"] for row in whole.rows]
    assert config.fit.learning_rate > rates[0] > rates[1] > rates[2]
    assert rates[-1] < 1e-3 * config.fit.learning_rate


def test_the_last_figures_are_those_of_the_network_that_is_kept(whole: Fitted, split: Split):
    logits = whole.model.predict(split.held_images, verbose=0)
    assert (logits.argmax(axis=1) == split.held_labels).mean() == whole.rows[-1]["val_accuracy"]
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    loss = -np.log(chances[np.arange(len(logits)), split.held_labels]).mean()
    assert loss == pytest.approx(whole.rows[-1]["val_loss"], rel=1e-4)


def test_the_running_average_of_the_weights_is_kept(whole: Fitted):
    for averaged, kept in zip(
        whole.model.optimizer._model_variables_moving_average, whole.model.trainable_variables, strict=True
    ):
        np.testing.assert_array_equal(np.asarray(averaged), np.asarray(kept))


@pytest.mark.parametrize("stopped", [1, 2])
def test_a_stopped_run_ends_where_an_uninterrupted_one_does(
    tmp_path: Path, config: DigitConfig, task: DigitTask, whole: Fitted, stopped: int
):
    run = Run(tmp_path)
    with pytest.raises(StoppedError):
        fit(config, task, run, on_epoch=stop_after(stopped))
    assert not [one for one in threading.enumerate() if one.name.startswith("ThreadPoolExecutor")]
    reported: list[Row] = []
    model, rows = fit(config, task, run, on_epoch=reported.append)
    assert without_seconds(rows) == without_seconds(reported) == without_seconds(whole.rows)
    for resumed, uninterrupted in zip(model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(resumed, uninterrupted)


def test_a_stopped_run_finds_the_same_digits_hard(tmp_path: Path, config: DigitConfig, split: Split):
    config = replace(config, fit=replace(config.fit, focus=0.25))
    task = DigitTask(config, split)
    whole, _ = fit(config, task, Run(tmp_path / "whole"))
    run = Run(tmp_path / "stopped")
    with pytest.raises(StoppedError):
        fit(config, task, run, on_epoch=stop_after(2))
    resumed, _ = fit(config, task, run)
    for ours, theirs in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_run_that_is_complete_learns_no_more(
    tmp_path: Path, config: DigitConfig, split: Split, monkeypatch: pytest.MonkeyPatch
):
    short = replace(config, fit=replace(config.fit, epochs=1))
    first, rows = fit(short, DigitTask(short, split), Run(tmp_path))
    monkeypatch.setattr(fitting, "_one_epoch", None)
    again, same = fit(short, DigitTask(short, split), Run(tmp_path))
    assert same == rows
    for ours, theirs in zip(again.get_weights(), first.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_another_seed_gives_another_network(tmp_path: Path, config: DigitConfig, split: Split, whole: Fitted):
    other = replace(config, fit=replace(config.fit, seed=2))
    with pytest.raises(StoppedError):
        fit(other, DigitTask(other, split), Run(tmp_path), on_epoch=stop_after(1))
    first = Run(tmp_path).history.read_text().splitlines()[1].split(",")
    assert float(first[1]) != whole.rows[0]["loss"]


def test_a_run_can_begin_with_the_network_of_a_finished_one(
    tmp_path: Path, config: DigitConfig, split: Split, whole: Fitted
):
    run = Run(tmp_path / "first")
    run.folder.mkdir()
    run.finish(whole.model, whole.rows)
    settings = replace(config.fit, init=str(run.folder), epochs=1, learning_rate=1e-8, average=0.0)
    small_steps = replace(config, fit=settings)
    model, rows = fit(small_steps, DigitTask(small_steps, split), Run(tmp_path / "second"))
    ours, theirs = (one.predict_on_batch(split.held_images) for one in (model, whole.model))
    agreed = (np.asarray(ours).argmax(axis=1) == np.asarray(theirs).argmax(axis=1)).mean()
    assert agreed > 0.95, "only the running statistics of the normalisation have moved"
    assert rows[0]["val_accuracy"] > whole.rows[0]["val_accuracy"]


def test_a_share_of_what_a_network_began_with_can_be_kept(
    tmp_path: Path, config: DigitConfig, split: Split, whole: Fitted
):
    run = Run(tmp_path / "first")
    run.folder.mkdir()
    run.finish(whole.model, whole.rows)
    settings = replace(config.fit, init=str(run.folder), epochs=1)
    ends = []
    for keep in (0.0, 0.25, 1.0):
        asked = replace(config, fit=replace(settings, keep=keep))
        ends.append(fit(asked, DigitTask(asked, split), Run(tmp_path / f"kept-{keep}"))[0].get_weights())
    for new, mixed, kept, first in zip(*ends, whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, first)
        np.testing.assert_allclose(mixed, 0.75 * new + 0.25 * first, rtol=1e-5, atol=1e-7)


def test_computing_with_half_as_many_bits_learns_and_leaves_a_whole_network(
    tmp_path: Path, config: DigitConfig, split: Split, whole: Fitted
):
    asked = replace(config, fit=replace(config.fit, precision="bfloat16"))
    model, rows = fit(asked, DigitTask(asked, split), Run(tmp_path / "half"))
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert {each.dtype for each in model.weights} == {"float32"}
    assert rows[-1]["loss"] == pytest.approx(whole.rows[-1]["loss"], abs=0.15)
    assert rows[-1]["loss"] != whole.rows[-1]["loss"]
    logits = model.predict(split.held_images, verbose=0)
    right = (logits.argmax(axis=1) == split.held_labels).mean()
    assert right == pytest.approx(rows[-1]["val_accuracy"], abs=0.02)


@pytest.mark.parametrize("there", ["nothing", "another network", "no network"])
def test_what_cannot_be_begun_with_is_told(
    tmp_path: Path, config: DigitConfig, split: Split, whole: Fitted, there: str
):
    first = Run(tmp_path / "first")
    first.folder.mkdir()
    network = replace(config.network, layers=("conv 3 5 /2", "flatten"))
    if there == "another network":
        first.finish(whole.model, whole.rows)
    elif there == "no network":
        first.model.write_bytes(b"PK")
        network = config.network
    asked = replace(config, fit=replace(config.fit, init=str(first.folder)), network=network)
    with pytest.raises(TrainingError, match=r"fit.init names .*; (expected|name) .*run"):
        fit(asked, DigitTask(asked, split), Run(tmp_path / "second"))


def test_a_network_that_diverges_says_what_to_lower(tmp_path: Path, config: DigitConfig, split: Split):
    wild = replace(config, fit=replace(config.fit, learning_rate=1e30))
    with pytest.raises(TrainingError, match=r"epoch 1 \(loss (nan|inf)\); .*fit\.learning_rate than 1e\+30"):
        fit(wild, DigitTask(wild, split), Run(tmp_path))
    assert not Run(tmp_path).checkpoint.exists(), "a network of NaN is nothing to go on with"


def test_fewer_digits_than_a_batch_are_told(tmp_path: Path, config: DigitConfig, split: Split):
    big = replace(config, fit=replace(config.fit, batch_size=512))
    with pytest.raises(
        DataError, match=r"pictures to learn from are less than one batch of 512; add some or lower"
    ):
        fit(big, DigitTask(big, split), Run(tmp_path))


def test_epochs_come_in_order_and_begin_where_asked(task: DigitTask):
    seen = list(fitting._epochs(task, task.build(), 1, EPOCHS))
    assert [epoch for epoch, _ in seen] == [1, 2]
    for epoch, batches in seen:
        for batch, expected in zip(batches, task.epoch(epoch, NEVER), strict=True):
            assert all((ours == theirs).all() for ours, theirs in zip(batch, expected, strict=True))


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that is sent Ctrl-C so")
@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("focus", [1.0, 0.5])  # made ahead, by a thread, and not
def test_ctrl_c_ends_the_making_of_an_epoch(config: DigitConfig, split: Split, focus: float):
    asked = replace(config, fit=replace(config.fit, focus=focus))
    network = SimpleNamespace(predict_on_batch=None)
    with pytest.raises(KeyboardInterrupt), interrupt.attended(), interrupt.deferred():
        signal.raise_signal(signal.SIGINT)
        next(fitting._epochs(DigitTask(asked, split), network, 0, EPOCHS))
        pytest.fail("it was made")


def test_weight_decay_leaves_biases_and_normalisation_alone(whole: Fitted):
    optimizer = whole.model.optimizer
    decayed = [one.path for one in whole.model.trainable_variables if optimizer._use_weight_decay(one)]
    assert decayed
    assert all(path.endswith("kernel") for path in decayed)
    assert len(decayed) == sum(one.path.endswith("kernel") for one in whole.model.trainable_variables)
