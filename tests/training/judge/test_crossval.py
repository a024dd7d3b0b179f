"""crossval.py, folds.py: a network that has not seen it answers each digit; nothing that is done is lost."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from html_page import Page
from tiny import LIBRARIES_WARN, options

from inkdigits import files
from inkdigits.data.fingerprints import fingerprints
from inkdigits.errors import ConfigError, DataError, TrainingError
from inkdigits.training.judge import folds
from inkdigits.training.judge.crossval import CrossValidation, cross_validate
from inkdigits.training.judge.crossval_report import summary, to_csv, to_json
from inkdigits.training.judge.folds import folds_of, kept_answers, train_fold
from inkdigits.training.judge.plan import plan_of
from inkdigits.training.learn.config import to_toml
from inkdigits.training.learn.data import load_digits
from inkdigits.training.learn.lock import locked
from inkdigits.training.learn.run import Run
from inkdigits.training.learn.settings import DigitConfig, NumberConfig
from inkdigits.training.learn.strict import override
from inkdigits.training.ship.learned import learned_by

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, config: DigitConfig) -> tuple[Path, CrossValidation]:
    folder = tmp_path_factory.mktemp("runs") / "whole"
    return folder, cross_validate(config, folder, folds=3)


@pytest.fixture
def copied(whole: tuple[Path, CrossValidation], tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole[0], tmp_path / "copy"))


# ---- Folds ----


@pytest.mark.parametrize("repeats", [1, 3])
def test_each_digit_is_held_out_once_a_repeat(repeats: int):
    labels = np.arange(97) % 10
    found = folds_of(labels, 5, repeats, seed=4)
    assert len(found) == 5 * repeats
    assert len({fold.name for fold in found}) == len(found)
    for repeat in range(1, repeats + 1):
        held = np.concatenate([fold.held for fold in found if fold.repeat == repeat])
        assert sorted(held) == list(range(97))
    for fold in found:
        assert not set(fold.held) & set(fold.rest)
        assert len(fold.held) + len(fold.rest) == 97
        counts = np.bincount(labels[fold.held], minlength=10)
        assert counts.max() - counts.min() <= 1


def test_the_seed_and_the_repeat_divide_anew():
    labels = np.arange(100) % 10
    one, again, other = (folds_of(labels, 2, 2, seed) for seed in (1, 1, 5))
    assert (one[0].held == again[0].held).all()
    assert (one[0].held != other[0].held).any()
    assert (one[0].held != one[2].held).any()


def test_too_few_digits_of_a_class_are_told():
    with pytest.raises(DataError, match="at least 5 digits of each class, found only 3 of 7"):
        folds_of(np.array([0] * 9 + [7] * 3), 5, 1, 1)


# ---- Cross-validation ----


def test_the_figures_are_those_of_the_folds(whole: tuple[Path, CrossValidation], config: DigitConfig):
    _, found = whole
    accuracies = [fold.evaluation.score.accuracy for fold in found.folds]
    assert found.mean == pytest.approx(np.mean(accuracies))
    assert found.deviation == pytest.approx(np.std(accuracies))
    assert found.pooled.score.n == 400
    assert found.pooled.score.correct == sum(fold.evaluation.score.correct for fold in found.folds)
    assert found.mean > 0.3, "it has learned nothing"
    labels = load_digits(config.data).labels
    order = np.concatenate([fold.answers.fold.held for fold in found.folds])
    assert found.pooled.labels == tuple(str(label) for label in labels[order])


@pytest.mark.usefixtures("kept_strokes")
def test_what_hands_write_is_learned_from_and_no_part_of_the_answers(config: DigitConfig, tmp_path: Path):
    by_hand = override(override(config, "data.by_hand=20"), "data.others=40")
    digits = load_digits(by_hand.data)
    fold = folds_of(digits.labels, 2, 1, 1)[0]
    answers = train_fold(override(by_hand, "fit.epochs=1"), digits, fold, tmp_path / "fold")
    assert answers.probabilities.shape == (200, 10)
    assert (answers.probabilities.sum(axis=1) < 1).all(), "the rest is that it is no digit"
    kept = kept_answers(override(by_hand, "fit.epochs=1"), digits, fold, tmp_path / "fold")
    assert kept is not None
    np.testing.assert_array_equal(kept.probabilities, answers.probabilities)


def test_each_fold_is_a_training_on_the_others(whole: tuple[Path, CrossValidation], config: DigitConfig):
    """What the fold says of its last epoch is what its answers are worth."""
    for fold in whole[1].folds:
        assert fold.answers.rows[-1]["val_accuracy"] == pytest.approx(fold.evaluation.score.accuracy)
        assert len(fold.answers.rows) == config.fit.epochs


def test_what_is_done_is_not_trained_again(
    copied: Path, whole: tuple[Path, CrossValidation], config: DigitConfig, monkeypatch: pytest.MonkeyPatch
):
    shutil.rmtree(copied / "repeat-1-fold-2")
    trained: list[str] = []
    real = folds.fit

    def counted(config: DigitConfig, task: object, run: object, **more: object):
        trained.append(run.folder.name)  # type: ignore[attr-defined]
        return real(config, task, run, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(folds, "fit", counted)
    again = cross_validate(config, copied, folds=3, resume=True)
    assert trained == ["repeat-1-fold-2"]
    assert again.mean == pytest.approx(whole[1].mean, abs=0.02)
    assert [one.answers.fold.name for one in again.folds] == [one.answers.fold.name for one in whole[1].folds]


def test_a_damaged_fold_is_named_and_the_others_kept(copied: Path, config: DigitConfig):
    answers = copied / "repeat-1-fold-3" / "answers.npz"
    answers.write_bytes(answers.read_bytes()[:100])
    with pytest.raises(
        TrainingError, match=r"fold repeat-1-fold-3 is damaged.*the other folds are kept"
    ) as told:
        cross_validate(config, copied, folds=3, resume=True)
    assert "\n" not in str(told.value)
    assert (copied / "repeat-1-fold-1" / "answers.npz").exists()


def test_a_fold_stopped_within_goes_on_from_its_checkpoint(
    tmp_path: Path, config: DigitConfig, monkeypatch: pytest.MonkeyPatch
):
    real = folds.fit

    def stopped(config: DigitConfig, task: object, run: object, **more: object):
        def after_two(row: dict[str, float]) -> None:
            if row["epoch"] == 2:
                raise KeyboardInterrupt

        return real(config, task, run, **{**more, "on_epoch": after_two})  # type: ignore[arg-type]

    monkeypatch.setattr(folds, "fit", stopped)
    with pytest.raises(KeyboardInterrupt):
        cross_validate(config, tmp_path / "run", folds=2)
    monkeypatch.setattr(folds, "fit", real)
    found = cross_validate(config, tmp_path / "run", folds=2, resume=True)
    assert [row["epoch"] for row in found.folds[0].answers.rows] == [1, 2, 3]


def test_folds_in_parallel_give_the_same_plan(
    tmp_path: Path, whole: tuple[Path, CrossValidation], config: DigitConfig
):
    found = cross_validate(config, tmp_path / "run", folds=3, jobs=2)
    for one, other in zip(found.folds, whole[1].folds, strict=True):
        assert (one.answers.fold.held == other.answers.fold.held).all()
    assert found.mean == pytest.approx(whole[1].mean, abs=0.05)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_the_folds_in_training_and_begins_no_other(data: Path, tmp_path: Path):
    folder = tmp_path / "run"
    words = ["crossval", *options(data, "fit.epochs=10000"), "--folds", "4", "--jobs", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits", *words, "--output", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to all processes of a command
    ) as process:
        try:
            until = time.monotonic() + 240
            while len(list(folder.glob("*/history.csv"))) < 2 and time.monotonic() < until:
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, err) == (130, "inkdigits: stopped by Ctrl-C\n")
    assert len(list(folder.glob("*/history.csv"))) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that is sent a signal so")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_folds_in_training_end_with_their_command(data: Path, tmp_path: Path, number: signal.Signals):
    folder = tmp_path / "run"
    words = ["crossval", *options(data, "fit.epochs=10000"), "--folds", "2", "--jobs", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits", *words, "--output", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                if "  epoch   1  " in line:
                    break
            process.send_signal(number)  # to it alone
            # The folds have inherited both: their ends come when the last process that writes is gone.
            _, err = process.communicate(timeout=300)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    expected = (143, "inkdigits: stopped by SIGTERM\n") if number == signal.SIGTERM else (-number, err)
    assert (process.returncode, err) == expected


@pytest.mark.parametrize("wrong", [{"folds": 1}, {"repeats": 0}, {"jobs": 0}])
def test_numbers_out_of_range_are_refused(tmp_path: Path, config: DigitConfig, wrong: dict[str, int]):
    with pytest.raises(ConfigError, match="expected at least 2, 1 and 1"):
        cross_validate(config, tmp_path / "run", **wrong)  # type: ignore[arg-type]


def test_a_folder_in_use_is_left_alone(tmp_path: Path, config: DigitConfig):
    held, done = multiprocessing.Event(), multiprocessing.Event()
    other = multiprocessing.Process(target=hold, args=(tmp_path / "run", held, done))
    other.start()
    try:
        assert held.wait(30)
        with pytest.raises(TrainingError, match="another training is using"):
            cross_validate(config, tmp_path / "run")
    finally:
        done.set()
        other.join()
    with locked(tmp_path / "run"):
        pass


def hold(folder: Path, held: object, done: object) -> None:
    with locked(folder):
        held.set()  # type: ignore[attr-defined]
        done.wait(60)  # type: ignore[attr-defined]


# ---- What it writes ----


def test_json_and_csv_agree(whole: tuple[Path, CrossValidation]):
    content = json.loads(to_json(whole[1], {"command": "x"}))
    rows = list(csv.DictReader(to_csv(whole[1]).splitlines()))
    assert [float(row["accuracy"]) for row in rows] == [fold["accuracy"] for fold in content["folds"]]
    assert content["mean"] == pytest.approx(np.mean([fold["accuracy"] for fold in content["folds"]]))
    assert sum(one["n"] for one in content["errors_by_digit"].values()) == 400
    wrong = sum(one["wrong"] for one in content["errors_by_digit"].values())
    assert wrong == content["pooled"]["n"] - content["pooled"]["correct"]
    assert content["data"][0]["digits"] == 400
    assert content["command"] == "x"


def test_the_summary_says_mean_deviation_and_interval(whole: tuple[Path, CrossValidation]):
    text = summary(whole[1])
    assert f"{100 * whole[1].mean:.3f} % ± {100 * whole[1].deviation:.3f}" in text
    assert "n = 400" in text


def test_the_command_prints_folds_and_writes_the_page(cli: Cli, data: Path, tmp_path: Path):
    folder = tmp_path / "run"
    words = [
        "crossval",
        *options(data, "fit.epochs=1"),
        "--folds",
        "2",
        "--jobs",
        "1",
        "--output",
        str(folder),
    ]
    done = cli(*words)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[:2] == [f"loading {data}", "2 folds of 400 digits, 1 epoch each"]
    for fold, (epoch, done_line) in enumerate((lines[2:4], lines[4:6]), start=1):
        assert epoch.startswith(f"repeat-1-fold-{fold}  epoch   1  loss ")
        assert done_line.startswith(f"repeat-1-fold-{fold}  ")
        assert " % of 200  " in done_line
    summary_line = next(line for line in lines if line.startswith("2 folds: "))
    page = Page((folder / "report.html").read_text("utf-8"))
    assert page.tags.count("svg") >= 4
    assert "Mistakes by digit" in page.text
    refused = cli(*words)
    assert refused.code == 1
    assert "already holds a cross-validation" in refused.err
    again = cli("crossval", "--folds", "2", "--output", str(folder), "--resume")
    assert again.code == 0, again.err
    assert summary_line in again.out.splitlines()
    assert "  epoch " not in again.out  # no fold is trained again
    other = cli(*words[:-2], "--output", str(folder), "--resume", "--folds", "3")
    assert other.code == 1
    assert "was started with other settings (2 folds, 1 repeats)" in other.err


def test_nothing_to_resume_is_told(tmp_path: Path, config: DigitConfig):
    with pytest.raises(TrainingError, match="holds no cross-validation to resume"):
        cross_validate(config, tmp_path / "none", resume=True)
    assert not (tmp_path / "none").exists()


def test_numbers_are_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"expected a config of task 'digit', got 'number'"):
        cross_validate(NumberConfig(), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_network_that_may_have_seen_the_digits_held_out_is_not_cross_validated(
    tmp_path: Path, config: DigitConfig
):
    with pytest.raises(ConfigError, match="have not seen the digits held out"):
        cross_validate(override(config, f"fit.init='{tmp_path / 'nowhere'}'"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_a_network_has_learned_from_is_held_out_of_no_fold(
    tmp_path: Path, config: DigitConfig, data: Path
):
    """A training begins with the network of a run that has learned from 320 of the 400 digits."""
    files.write_text(Run(tmp_path / "before").config, to_toml(config))
    begun = override(config, f"fit.init='{tmp_path / 'before'}'")
    told: list[str] = []
    digits = load_digits(config.data)
    plan = plan_of(begun, digits, 2, 1, told.append)
    learned = np.isin(fingerprints(digits.images), learned_by(tmp_path / "before").prints)
    assert learned.sum() == 320
    assert sorted(np.concatenate([fold.held for fold in plan]).tolist()) == np.flatnonzero(~learned).tolist()
    for fold in plan:
        assert set(np.flatnonzero(learned)) < set(fold.rest.tolist())
        assert sorted([*fold.rest, *fold.held]) == list(range(400))
    assert told[0].startswith("2 folds of 80 digits")
    assert told[1].startswith("320 more digits are learned from in every fold and not scored")
    everything = np.load(data)
    learned_all = tmp_path / "learned.npz"
    keep = learned_by(tmp_path / "before").prints
    chosen = np.isin(fingerprints(everything["images"]), keep)
    np.savez(learned_all, images=everything["images"][chosen], labels=everything["labels"][chosen])
    known = override(begun, f"data.train=['{learned_all}']")
    with pytest.raises(ConfigError, match="has learned from all 320 digits"):
        plan_of(known, load_digits(known.data), 2, 1, told.append)


def test_a_refused_cross_validation_leaves_the_way_free(tmp_path: Path, config: DigitConfig):
    folder = tmp_path / "run"
    wrong = override(config, "fit.batch_size=60000")
    with pytest.raises(DataError, match="less than one batch of 60000"):
        cross_validate(wrong, folder, folds=2)
    assert not folder.exists()
    assert len(cross_validate(override(config, "fit.epochs=1"), folder, folds=2).folds) == 2


def test_epochs_are_told_of_folds_in_other_processes_too(tmp_path: Path, config: DigitConfig):
    told: list[tuple[str, float]] = []
    cross_validate(
        override(config, "fit.epochs=2"),
        tmp_path / "run",
        folds=2,
        jobs=2,
        on_epoch=lambda name, row: told.append((name, row["epoch"])),
    )
    assert sorted(told) == [(f"repeat-1-fold-{fold}", epoch) for fold in (1, 2) for epoch in (1, 2)]
