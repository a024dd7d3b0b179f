"""run.py: a run's folder can be resumed, or says in one line why not; no write loses what was there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import LIBRARIES_WARN, tiny_numbers

from inkdigits.errors import OutputError, TrainingError
from inkdigits.training.learn import fit as fitting
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.environment import environment
from inkdigits.training.learn.run import COLUMNS, Run
from inkdigits.training.learn.settings import DigitConfig

pytestmark = LIBRARIES_WARN

STEPS = 4


def row(epoch: int) -> dict[str, float]:
    return dict.fromkeys(COLUMNS, 0.5) | {"epoch": float(epoch)}


@pytest.fixture
def run(tmp_path: Path, config: DigitConfig, split: Split) -> Run:
    """A folder that was started."""
    made = Run(tmp_path / "run")
    made.start(config, split)
    return made


@pytest.fixture
def fresh(config: DigitConfig, split: Split) -> Callable[..., Any]:
    """Builds a compiled network that has taken some optimiser steps."""

    def build(steps: int = 0, **changes: Any) -> Any:
        task = DigitTask(replace(config, network=replace(config.network, **changes)), split)
        keras().utils.set_random_seed(config.fit.seed)
        model = task.build()
        fitting._compile(model, task, config.fit)
        images, answers = np.full((8, 28, 28), 99, np.uint8), np.eye(10, dtype=np.float32)[:8]
        for _ in range(steps):
            model.train_on_batch(images, answers)
        return model

    return build


def values(model: Any) -> list[np.ndarray]:
    return [np.asarray(one) for one in (*model.variables, *model.optimizer.variables)]


# ---- Starting ----


def test_a_started_folder_holds_settings_and_environment(
    run: Run, config: DigitConfig, split: Split, data: Path
):
    assert load_config(str(run.config)) == config
    kept = json.loads(run.environment.read_text())
    assert kept == run.recorded() == environment(split)
    assert kept["data"] == [{"name": "digits", "digits": 400, "sha256": split.sources[0][2]}]
    assert {"inkdigits", "python", "machine", "cores", "backend", "libraries"} <= set(kept)
    assert {"keras", "numpy"} <= set(kept["libraries"])
    assert not run.finished


def test_a_folder_without_a_run_can_be_started_but_not_resumed(tmp_path: Path, config: DigitConfig):
    Run(tmp_path).check(config, resume=False)
    with pytest.raises(TrainingError, match=r"holds no run to resume \(no config.toml\); check --output"):
        Run(tmp_path).check(config, resume=True)


def test_a_run_that_has_learned_nothing_is_in_nobodys_way(run: Run, config: DigitConfig):
    assert not run.begun
    run.check(replace(config, fit=replace(config.fit, epochs=9)), resume=False)
    run.check(config, resume=True)


def test_what_was_written_before_anything_was_learned_can_be_discarded(
    run: Run, config: DigitConfig, split: Split
):
    Run(run.folder / "first").start(config, split)  # a step of a recipe
    (run.folder / "first" / "checkpoint.keras").touch()
    assert run.begun
    run.discard()
    assert run.config.exists()
    (run.folder / "first" / "checkpoint.keras").unlink()
    run.discard(keep=True)
    assert list(run.folder.iterdir()) == []
    run.discard()
    assert not run.folder.exists()


def test_a_folder_with_a_run_is_never_started_over(run: Run, config: DigitConfig):
    run.checkpoint.touch()
    run.check(config, resume=True)
    with pytest.raises(TrainingError, match=r"already holds a run; add --resume .* or choose another"):
        run.check(config, resume=False)


def test_other_settings_are_named_when_a_run_is_resumed(run: Run, config: DigitConfig):
    run.checkpoint.touch()
    other = replace(config, fit=replace(config.fit, epochs=9), data=replace(config.data, junk=0.0))
    with pytest.raises(TrainingError, match="with other settings: ") as caught:
        run.check(other, resume=True)
    assert "data.junk is 0.1, not 0.0, fit.epochs is 3, not 9; resume it with --config" in str(caught.value)


def test_a_run_of_another_task_is_not_resumed(run: Run, data: Path):
    run.checkpoint.touch()
    with pytest.raises(TrainingError, match=r"with other settings: task is 'digit', not 'number'; resume it"):
        run.check(tiny_numbers(data), resume=True)


def test_a_checkpoint_does_not_go_on_with_other_digits(run: Run, config: DigitConfig, split: Split):
    other = replace(split, sources=(("digits", 400, "0" * 64),))
    run.start(config, other)  # nothing is learned yet: the data may still change
    run.start(config, split)
    run.checkpoint.write_bytes(b"of some epoch")
    run.start(config, split)
    with pytest.raises(TrainingError, match=r"has learned from other data: .*bring the data back"):
        run.start(config, other)
    assert run.recorded() == environment(split)


def test_a_run_whose_environment_is_gone_can_be_resumed(run: Run, config: DigitConfig, split: Split):
    run.checkpoint.write_bytes(b"of some epoch")
    run.environment.unlink()
    assert run.recorded() is None
    run.start(config, split)
    assert run.recorded() == environment(split)


@pytest.mark.parametrize("kind", ["digit", "number"])
def test_a_run_that_learned_from_another_preparation_is_neither_resumed_nor_exported(
    run: Run, config: DigitConfig, split: Split, kind: str
):
    run.start(config, split)
    kept = json.loads(run.environment.read_text())
    run.check_preparation(kind)
    kept["preprocessing"][kind] = "0" * 64
    run.environment.write_text(json.dumps(kept))
    with pytest.raises(TrainingError, match="prepared in another way: its preprocessing is '000000000000'"):
        run.check_preparation(kind)
    run.check_preparation({"digit": "number", "number": "digit"}[kind])
    run.checkpoint.touch()
    if kind == config.task:
        with pytest.raises(TrainingError, match="prepared in another way"):
            run.start(config, split)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"null"])
def test_a_damaged_environment_is_one_line(run: Run, content: bytes):
    run.environment.write_bytes(content)
    with pytest.raises(TrainingError, match=r"environment\.json .*; bring it back or train again") as caught:
        run.recorded()
    assert "\n" not in str(caught.value)


# ---- Checkpoints ----


def test_network_optimiser_and_history_come_back_as_they_were(run: Run, fresh: Callable[..., Any]):
    model = fresh(2 * STEPS)
    run.keep(model, [row(1), row(2)])
    other = fresh()
    assert run.restore(other, STEPS) == [row(1), row(2)]
    for ours, theirs in zip(values(other), values(model), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_what_a_restored_network_learns_next_is_the_same(run: Run, fresh: Callable[..., Any]):
    whole = fresh(STEPS)
    run.keep(whole, [row(1)])
    resumed = fresh()
    run.restore(resumed, STEPS)
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28), np.uint8)
    for model in (whole, resumed):
        model.train_on_batch(images, np.eye(10, dtype=np.float32)[:8])
    for ours, theirs in zip(values(resumed), values(whole), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_without_a_checkpoint_there_is_no_history(run: Run, fresh: Callable[..., Any]):
    run.history.write_text(",".join(COLUMNS) + "\n1,1,1,1,1,1,1\n")
    model = fresh()
    before = values(model)
    assert run.restore(model, STEPS) == []
    assert all((a == b).all() for a, b in zip(values(model), before, strict=True))


def test_history_that_ran_ahead_of_the_checkpoint_is_dropped(run: Run, fresh: Callable[..., Any]):
    run.keep(fresh(STEPS), [row(1), row(2)])
    assert run.restore(fresh(), STEPS) == [row(1)]


def test_history_that_stays_behind_the_checkpoint_is_told(run: Run, fresh: Callable[..., Any]):
    run.keep(fresh(2 * STEPS), [row(1)])
    with pytest.raises(TrainingError, match=r"history\.csv has 1 epochs but the checkpoint 2; remove"):
        run.restore(fresh(), STEPS)


@pytest.mark.parametrize("damage", ["empty", "text", "half", "middle", "other network"])
def test_a_damaged_checkpoint_is_one_line(run: Run, fresh: Callable[..., Any], damage: str):
    other = {"layers": ("conv 4 5 /2", "flatten")} if damage == "other network" else {}
    run.keep(fresh(STEPS, **other), [row(1)])
    whole = run.checkpoint.read_bytes()
    middle = len(whole) // 2
    changed = {
        "empty": b"",
        "text": b"no network",
        "half": whole[:middle],
        "middle": whole[: middle - 500] + bytes(1000) + whole[middle + 500 :],
    }
    run.checkpoint.write_bytes(changed.get(damage, whole))
    with pytest.raises(TrainingError, match=r"its checkpoint or history is damaged: .*train again") as caught:
        run.restore(fresh(), STEPS)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("content", [None, b"", b"epoch,loss\n1,2\n", b"\xff\xff"])
def test_a_damaged_history_is_one_line(run: Run, fresh: Callable[..., Any], content: bytes | None):
    run.keep(fresh(STEPS), [row(1)])
    if content is None:
        run.history.unlink()
    else:
        run.history.write_bytes(content)
    with pytest.raises(TrainingError, match="remove that folder and train again") as caught:
        run.restore(fresh(), STEPS)
    assert "\n" not in str(caught.value)


def test_a_full_disk_keeps_the_last_good_checkpoint(
    run: Run, fresh: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    model = fresh(STEPS)
    run.keep(model, [row(1)])
    good = run.checkpoint.read_bytes()

    def full(path: Path) -> None:
        path.write_bytes(good[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model, "save", full)
    with pytest.raises(OutputError, match=r"cannot write .*checkpoint\.keras: No space left on device; free"):
        run.keep(model, [row(1), row(2)])
    assert run.checkpoint.read_bytes() == good
    assert {path.name for path in run.folder.iterdir()} == {
        "checkpoint.keras",
        "config.toml",
        "environment.json",
        "history.csv",
    }
    assert run.restore(fresh(), STEPS) == [row(1)]


# ---- The end ----


def test_a_finished_run_keeps_the_network_and_drops_the_checkpoint(run: Run, fresh: Callable[..., Any]):
    model = fresh(STEPS)
    run.keep(model, [row(1)])
    run.finish(model, [row(1)])
    assert run.finished
    assert not run.checkpoint.exists()
    assert run.model.exists()
    assert run.curve.read_bytes().startswith(b"\x89PNG")


def test_a_run_is_not_finished_before_its_checkpoint_is_gone(run: Run):
    run.model.write_bytes(b"a network")
    assert run.finished
    run.checkpoint.write_bytes(b"of some epoch")
    assert not run.finished


# ---- Steps that learn from different sets ----


def test_of_the_sets_that_two_steps_share_all_must_be_the_same(run: Run, config: DigitConfig, split: Split):
    strokes = ("strokes", 99, "1" * 64)
    run.start(config, replace(split, sources=(*split.sources, strokes)))
    run.check_data(split, shared=True)
    with pytest.raises(TrainingError, match="has learned from other data"):
        run.check_data(split)
    for others in (("strokes", 98, "1" * 64), ("strokes", 99, "2" * 64)):
        with pytest.raises(TrainingError, match="has learned from other data"):
            run.check_data(replace(split, sources=(*split.sources, others)), shared=True)
