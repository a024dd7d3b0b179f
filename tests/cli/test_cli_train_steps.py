"""``inkdigits train`` with a recipe: all steps in one folder, resumed in the step where it stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from stopping import stopped_after_an_epoch
from test_cli_train import epochs_of, history, one_line, weights
from tiny import LIBRARIES_WARN, growing_recipe, recipe, save_digits, saved

from inkdigits.cli import main
from inkdigits.recognition.bundle import load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.learn import fit as fitting
from inkdigits.training.learn.config import load_settings
from inkdigits.training.learn.run import Run

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]

EPOCHS = (2, 3)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("data")
    return saved(recipe(save_digits(folder / "digits.npz"), EPOCHS), folder / "both.toml")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> Path:
    """An uninterrupted run."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    assert main(["train", *words, "--output", str(folder)]) == 0
    return folder


@pytest.fixture
def finished(whole: Path, tmp_path: Path) -> Path:
    """A copy of the finished run."""
    return Path(shutil.copytree(whole, tmp_path / "finished"))


def files_of(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def assert_same(folder: Path, other: Path) -> None:
    """Checks that two runs have the same history, networks and bundle."""
    for step in ("first", "second"):
        assert history(folder / step) == history(other / step)
    for place in ("first", "second", "."):
        for ours, theirs in zip(weights(folder / place), weights(other / place), strict=True):
            np.testing.assert_array_equal(ours, theirs)
    ours, theirs = load(folder / "bundle"), load(other / "bundle")
    for key in ("name", "calibration", "metrics"):
        assert ours.metadata[key] == theirs.metadata[key]
    digits = np.random.default_rng(1).integers(0, 256, (7, 28, 28), np.uint8)
    np.testing.assert_array_equal(OnnxEngine(ours).logits(digits), OnnxEngine(theirs).logits(digits))


# ---- A whole run ----


def test_a_run_holds_the_recipe_a_folder_a_step_and_the_mean(whole: Path, words: list[str]):
    assert sorted(path.name for path in whole.iterdir()) == [
        ".lock",
        "bundle",
        "config.toml",
        "environment.json",
        "first",
        "model.keras",
        "second",
    ]
    assert load_settings(str(whole / "config.toml")) == load_settings(words[1])
    assert [len(history(whole / step)) for step in ("first", "second")] == list(EPOCHS)
    for mean, first, second in zip(
        weights(whole), weights(whole / "first"), weights(whole / "second"), strict=True
    ):
        np.testing.assert_allclose(mean, (first + second) / 2, rtol=1e-6, atol=1e-7)


def test_the_second_step_begins_where_the_first_ended(whole: Path):
    assert float(history(whole / "second")[0]["val_loss"]) < float(history(whole / "first")[0]["val_loss"])


def test_the_bundle_says_by_which_recipe_it_was_made(whole: Path, words: list[str]):
    bundle = load(whole / "bundle")
    made = load_settings(words[1])
    training = bundle.metadata["training"]
    assert bundle.name == "both"
    assert training["mean_of"] == ["first", "second"]
    assert training["config"] == json.loads(json.dumps(made.steps[0].config.to_dict()))
    assert training["recipe"] == json.loads(json.dumps(made.to_dict()))


# ---- Stops ----


def stopped_in(step: str, words: list[str], folder: Path, number: signal.Signals) -> Result:
    """Trains in a process of its own that is stopped after the first epoch of a step."""
    return stopped_after_an_epoch(folder / step, number, ["train", *words, "--output", str(folder)])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_run_killed_in_its_second_step_goes_on_there_to_the_same_end(
    cli: Cli, whole: Path, words: list[str], tmp_path: Path
):
    folder = tmp_path / "run"
    stopped = stopped_in("second", words, folder, signal.SIGKILL)
    assert stopped.code == -signal.SIGKILL, stopped.err
    assert len(history(folder / "second")) == 1
    before = files_of(folder / "first")
    code, out, err = cli("train", "--output", folder, "--resume")
    assert code == 0, err
    steps = [line for line in out.splitlines() if line.startswith("step ")]
    assert steps == ["step 1 of 2: first, finished before", "step 2 of 2: second"]
    assert [line[:9] for line in epochs_of(out)] == [
        f"epoch {number:3d}" for number in range(1, EPOCHS[1] + 1)
    ]
    assert files_of(folder / "first") == before
    assert_same(folder, whole)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.usefixtures("ctrl_c")
def test_a_run_stopped_in_its_first_step_by_ctrl_c_goes_on_to_the_same_end(
    cli: Cli, whole: Path, words: list[str], tmp_path: Path
):
    folder = tmp_path / "run"
    stopped = stopped_in("first", words, folder, signal.SIGINT)
    assert (stopped.code, stopped.err) == (130, "inkdigits: stopped by Ctrl-C\n")
    assert len(history(folder / "first")) == 1
    assert not Run(folder / "second").config.exists()
    assert cli("train", *words, "--output", folder, "--resume").code == 0
    assert_same(folder, whole)


def test_a_stop_between_the_steps_and_the_bundle_costs_no_training(
    cli: Cli, whole: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
):
    (finished / "model.keras").unlink()
    (finished / "environment.json").unlink()
    shutil.rmtree(finished / "bundle")
    monkeypatch.setattr(fitting, "_one_epoch", None)
    assert cli("train", "--output", finished, "--resume").code == 0
    assert_same(finished, whole)


def test_a_finished_run_trains_and_writes_nothing_again(
    cli: Cli, finished: Path, monkeypatch: pytest.MonkeyPatch
):
    before = files_of(finished)
    monkeypatch.setattr(fitting, "_one_epoch", None)
    code, out, err = cli("train", "--output", finished, "--resume")
    assert (code, err) == (0, "")
    assert out.startswith("held out: ")
    assert files_of(finished) == before


def test_other_settings_of_a_step_cannot_be_slipped_into_a_run(cli: Cli, finished: Path):
    line = one_line(cli("train", "--output", finished, "--resume", "--set", "fit.seed=7"))
    assert "with other settings: step first: fit.seed is 1, not 7, step second: fit.seed is 2, not 7;" in line
    line = one_line(cli("train", "--output", finished, "--resume", "--config", "standard"))
    assert "with other settings: steps is ['first', 'second'], not None;" in line


def test_a_later_step_does_not_go_on_with_other_digits(cli: Cli, finished: Path):
    for gone in (finished / "second", finished / "bundle"):
        shutil.rmtree(gone)
    (finished / "model.keras").unlink()
    learned_from = json.loads(Run(finished / "first").environment.read_text(encoding="utf-8"))
    learned_from["data"][0]["sha256"] = "0" * 64
    Run(finished / "first").environment.write_text(json.dumps(learned_from), encoding="utf-8")
    code, _, err = cli("train", "--output", finished, "--resume")
    assert (code, err.count("\n")) == (1, 1)
    assert "step second: " in err
    assert "first has learned from other data" in err
    assert not Run(finished / "second").checkpoint.exists()


# ---- A network that grows ----


def test_a_later_step_may_have_more_layers_and_labels_and_learn_from_real_hands(
    cli: Cli, kept_strokes: Path, tmp_path: Path
):
    words = saved(growing_recipe(save_digits(tmp_path / "digits.npz")), tmp_path / "grown.toml")
    folder = tmp_path / "run"
    code, _, err = cli("train", *words, "--output", folder)
    assert (code, err) == (0, "")
    first, second = (Run(folder / step).network() for step in ("first", "second"))
    digits = save_digits(tmp_path / "others.npz", seed=9)
    images = np.load(digits)["images"]
    before, after = (np.asarray(model.predict_on_batch(images)) for model in (first, second))
    assert (before.shape[1], after.shape[1]) == (10, 11)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).mean() > 0.8, "it began where the first had ended"
    bundle = load(folder / "bundle")
    assert bundle.labels == "0123456789?"
    assert [entry["name"] for entry in bundle.metadata["training"]["data"]] == ["digits", "strokes"]
    recorded = json.loads(Run(folder / "first").environment.read_text(encoding="utf-8"))
    assert [entry["name"] for entry in recorded["data"]] == ["digits"]


# ---- What a run is good for ----


def test_the_mean_and_a_step_alone_are_exported_again(cli: Cli, whole: Path, tmp_path: Path):
    assert cli("export", whole, "--output", tmp_path / "mean").code == 0
    assert load(tmp_path / "mean").metadata["metrics"] == load(whole / "bundle").metadata["metrics"]
    assert load(tmp_path / "mean").name == "both"
    assert cli("export", whole / "second", "--output", tmp_path / "alone").code == 0
    alone = load(tmp_path / "alone")
    assert (alone.name, "mean_of" in alone.metadata["training"]) == ("second", False)


def test_a_training_begins_with_the_mean(cli: Cli, whole: Path, tmp_path: Path, words: list[str]):
    data = load_settings(words[1]).config.data.train[0]
    settings = ("data.pen=0", "fit.epochs=1", "fit.learning_rate=1e-8", "fit.batch_size=8")
    more = ("--data", data, *(word for text in settings for word in ("--set", text)))
    done = cli("train", "--init", whole, *more, "--output", tmp_path / "next")
    assert done.code == 0, done.err
    metrics = [load(folder / "bundle").metadata["metrics"] for folder in (whole, tmp_path / "next")]
    assert metrics[0] == pytest.approx(metrics[1], abs=0.03)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("step = []", "the recipe has no steps; expected at least one table [[step]]"),
        ('[[step]]\nname = "a"\ninit = "b"', "step a begins with 'b'; expected no init, as it is the first"),
        (
            '[[step]]\nname = "a"\n[step.fit]\nepoch = 3',
            "step a: unknown setting fit.epoch; did you mean",
        ),
    ],
)
def test_a_wrong_recipe_is_one_line(cli: Cli, tmp_path: Path, text: str, expected: str):
    (tmp_path / "wrong.toml").write_text(text, encoding="utf-8")
    line = one_line(cli("train", "--config", tmp_path / "wrong.toml", "--output", tmp_path / "run"), 2)
    assert expected in line
    assert not (tmp_path / "run").exists()


def test_a_recipe_is_not_cross_validated(cli: Cli, tmp_path: Path, words: list[str]):
    line = one_line(cli("crossval", *words, "--output", tmp_path / "run"), 2)
    assert "is a recipe of 2 steps; expected one of a single training, like standard" in line
