"""``inkdigits train``: what it prints, what it refuses, and how it goes on after Ctrl-C and kill -9."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from stopping import environment, stopped_after_an_epoch
from tiny import LIBRARIES_WARN, options, save_digits

from inkdigits.recognition.bundle import load
from inkdigits.training.learn import fit as fitting
from inkdigits.training.learn import run as runs
from inkdigits.training.learn.run import Run

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]

EPOCHS = 3


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, data: Path) -> tuple[Path, Result]:
    """An uninterrupted run in a process of its own, and what it printed."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    done = subprocess.run(
        command(data, folder), capture_output=True, text=True, env=environment(), timeout=300, check=False
    )
    return folder, Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def finished(whole: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of the finished run."""
    return Path(shutil.copytree(whole[0], tmp_path / "finished"))


def words(data: Path) -> list[str]:
    return options(data, f"fit.epochs={EPOCHS}")


def command(data: Path, folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "inkdigits", "train", *words(data), "--output", str(folder), *more]


def history(folder: Path) -> list[dict[str, str]]:
    """Returns the finished epochs without the time they took."""
    with Run(folder).history.open(newline="") as lines:
        return [{key: row[key] for key in row if key != "seconds"} for row in csv.DictReader(lines)]


def weights(folder: Path) -> list[np.ndarray]:
    from inkdigits.training.learn.backend import keras

    return keras().models.load_model(Run(folder).model, compile=False).get_weights()


def assert_same_run(folder: Path, other: Path) -> None:
    assert history(folder) == history(other)
    for ours, theirs in zip(weights(folder), weights(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def epochs_of(out: str) -> list[str]:
    """Returns the lines of the epochs among those that a training prints."""
    return [line for line in out.splitlines() if line.startswith("epoch ")]


def one_line(result: Result, code: int = 1) -> str:
    """Checks that a command failed with one line and gives it."""
    assert result.code == code, result.err
    assert not epochs_of(result.out), "it has learned"
    assert result.err.startswith(("inkdigits: ", "inkdigits train: "))
    assert result.err.count("\n") == 1
    return result.err


# ---- What it prints ----


def test_a_run_prints_what_happens_a_line_an_epoch_and_where_the_bundle_is(
    whole: tuple[Path, Result], data: Path
):
    folder, (code, out, err) = whole
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == f"loading {data}"
    assert lines[1] == f"320 pictures to learn from, 80 held out; {EPOCHS} epochs"
    assert lines[2 + EPOCHS] == "exporting the bundle"
    assert len(lines) == EPOCHS + 6
    del lines[:2], lines[EPOCHS]
    for number, line in enumerate(lines[:EPOCHS], start=1):
        assert line.startswith(f"epoch {number:3d}  loss ")
        assert "  held out " in line
    assert lines[EPOCHS].startswith("held out: ")
    assert " % of 80 digits; temperature " in lines[EPOCHS]
    assert lines[-2] == f"bundle: {folder / 'bundle'}"
    assert lines[-1] == f"try it: inkdigits read --model {folder / 'bundle'} PICTURE"


def test_nothing_of_tensorflow_reaches_the_terminal(whole: tuple[Path, Result]):
    assert whole[1].err == ""


def test_a_run_keeps_what_is_needed_to_understand_it(whole: tuple[Path, Result]):
    assert sorted(path.name for path in whole[0].iterdir()) == [
        ".lock",
        "bundle",
        "config.toml",
        "environment.json",
        "history.csv",
        "learning_curve.png",
        "model.keras",
    ]
    assert [row["epoch"] for row in history(whole[0])] == [str(number) for number in range(1, EPOCHS + 1)]


def test_a_run_in_this_process_is_the_same_run(
    cli: Cli, whole: tuple[Path, Result], data: Path, tmp_path: Path
):
    assert cli("train", *words(data), "--output", tmp_path / "again").code == 0
    assert_same_run(tmp_path / "again", whole[0])


# ---- Stops ----


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_run_goes_on_to_the_same_end(
    cli: Cli, whole: tuple[Path, Result], data: Path, tmp_path: Path
):
    folder = tmp_path / "run"
    stopped = stopped_after_an_epoch(folder, signal.SIGKILL, command(data, folder)[3:])
    assert stopped.code == -signal.SIGKILL, stopped.err
    assert len(history(folder)) == 1
    code, out, _ = cli("train", "--output", folder, "--resume")
    assert code == 0
    assert [line[:9] for line in epochs_of(out)] == [f"epoch {number:3d}" for number in range(1, EPOCHS + 1)]
    assert_same_run(folder, whole[0])


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_is_one_line_and_the_run_goes_on_to_the_same_end(
    cli: Cli, whole: tuple[Path, Result], data: Path, tmp_path: Path
):
    folder = tmp_path / "run"
    stopped = stopped_after_an_epoch(folder, signal.SIGINT, command(data, folder)[3:])
    assert (stopped.code, stopped.err) == (130, "inkdigits: stopped by Ctrl-C\n")
    assert len(history(folder)) == 1
    assert cli("train", *words(data), "--output", folder, "--resume").code == 0
    assert_same_run(folder, whole[0])


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that is sent Ctrl-C so")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_while_a_checkpoint_is_written_is_heard_after_it(
    cli: Cli, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    save = runs.save_model

    def save_stopped(model: object, path: Path) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except BaseException as error:  # as Keras has it in many places
            raise ValueError("the structure does not match") from error
        save(model, path)

    monkeypatch.setattr(runs, "save_model", save_stopped)
    code, out, err = cli("train", *words(data), "--output", tmp_path / "run")
    assert (code, err) == (130, "inkdigits: stopped by Ctrl-C\n")
    assert [line[:9] for line in epochs_of(out)] == ["epoch   1"]
    assert len(history(tmp_path / "run")) == 1
    assert Run(tmp_path / "run").checkpoint.exists()


# ---- Resuming ----


def test_a_finished_run_trains_nothing_again(cli: Cli, finished: Path, monkeypatch: pytest.MonkeyPatch):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()}
    monkeypatch.setattr(fitting, "_one_epoch", None)
    code, out, err = cli("train", "--output", finished, "--resume")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("held out: ")
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("damage", ["missing", "changed"])
def test_a_finished_run_without_a_good_bundle_is_exported_again(
    cli: Cli, finished: Path, monkeypatch: pytest.MonkeyPatch, damage: str
):
    if damage == "missing":
        shutil.rmtree(finished / "bundle")
    else:
        (finished / "bundle" / "model.onnx").write_bytes(b"half")
    monkeypatch.setattr(fitting, "_one_epoch", None)
    assert cli("train", "--output", finished, "--resume").code == 0
    assert load(finished / "bundle").name == "finished"


def test_a_folder_that_holds_a_run_is_not_overwritten(cli: Cli, finished: Path, data: Path):
    line = one_line(cli("train", *words(data), "--output", finished))
    assert "already holds a run; add --resume to go on with it, or choose another --output" in line


def test_a_folder_without_a_run_cannot_be_resumed(cli: Cli, data: Path, tmp_path: Path):
    line = one_line(cli("train", *words(data), "--output", tmp_path / "none", "--resume"))
    assert "holds no run to resume" in line
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (("--set", "fit.epochs=9"), f"fit.epochs is {EPOCHS}, not 9"),
        (("--data", "mnist5k"), "data.train is "),
        (("--config", "standard"), "fit.batch_size is 8, not "),
    ],
)
def test_other_settings_cannot_be_slipped_into_a_run(
    cli: Cli, finished: Path, more: tuple[str, ...], named: str
):
    line = one_line(cli("train", "--output", finished, "--resume", *more))
    assert "was started with other settings: " in line
    assert named in line


@pytest.fixture
def half_done(data: Path, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run on data of its own that failed in its second epoch."""
    mine = Path(shutil.copy(data, tmp_path / "mine.npz"))
    learn = fitting._one_epoch

    def once(*arguments: object) -> dict[str, float]:
        monkeypatch.setattr(fitting, "_one_epoch", fail)
        return learn(*arguments)  # type: ignore[arg-type]

    def fail(*_: object) -> dict[str, float]:
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "_one_epoch", once)
    folder = tmp_path / "half"
    assert cli("train", *words(mine), "--output", folder).code == 130
    monkeypatch.setattr(fitting, "_one_epoch", learn)
    assert len(history(folder)) == 1
    return folder


def test_other_digits_under_the_same_name_are_noticed(cli: Cli, half_done: Path, tmp_path: Path):
    save_digits(tmp_path / "mine.npz", seed=2)
    assert "has learned from other data" in one_line(cli("train", "--output", half_done, "--resume"))


def test_data_that_are_gone_are_told(cli: Cli, half_done: Path, tmp_path: Path):
    (tmp_path / "mine.npz").unlink()
    assert "mine.npz" in one_line(cli("train", "--output", half_done, "--resume"))


@pytest.mark.parametrize(
    ("name", "code"),
    [("checkpoint.keras", 1), ("history.csv", 1), ("config.toml", 2), ("environment.json", 1)],
)
def test_a_damaged_file_of_a_run_is_one_line(cli: Cli, half_done: Path, name: str, code: int):
    (half_done / name).write_bytes((half_done / name).read_bytes()[:10])
    assert str(half_done) in one_line(cli("train", "--output", half_done, "--resume"), code)


def test_a_disk_that_is_full_keeps_the_last_epoch(cli: Cli, half_done: Path, monkeypatch: pytest.MonkeyPatch):
    good = (half_done / "checkpoint.keras").read_bytes()
    replaced = Path.replace

    def full(self: Path, target: Path) -> Path:
        if self.suffix == ".keras":
            raise OSError(28, "No space left on device")
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", full)
    code, _, err = cli("train", "--output", half_done, "--resume")
    assert code == 1
    assert "checkpoint.keras: No space left on device; free some space" in err
    assert err.count("\n") == 1
    monkeypatch.undo()
    assert (half_done / "checkpoint.keras").read_bytes() == good
    assert cli("train", "--output", half_done, "--resume").code == 0
    assert len(history(half_done)) == EPOCHS


# ---- Wrong usage ----


@pytest.mark.parametrize("existed", [False, True])
def test_a_refused_training_leaves_the_way_free_for_the_corrected_command(
    cli: Cli, data: Path, tmp_path: Path, existed: bool
):
    folder = tmp_path / "run"
    if existed:
        folder.mkdir()
    refused = cli("train", *words(data), "--output", folder, "--set", "fit.batch_size=60000")
    assert "less than one batch of 60000" in one_line(refused)
    assert folder.exists() == existed
    assert not existed or not list(folder.iterdir())
    assert cli("train", *words(data), "--output", folder).code == 0


def test_a_run_that_was_stopped_before_it_learned_is_in_nobodys_way(
    cli: Cli, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    folder = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(fitting, "_one_epoch", stop)
        assert cli("train", *words(data), "--output", folder).code == 130
    assert Run(folder).config.exists()
    (folder / ".checkpoint-abc.keras").write_bytes(b"of a training that was killed while it wrote")
    assert cli("train", *words(data), "--output", folder, "--set", "fit.epochs=1").code == 0
    assert len(history(folder)) == 1
    assert [path.name for path in folder.glob(".*")] == [".lock"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("--config", "qick"),
            (2, "file or one of: baseline, champion, finder, number, quick, small, standard"),
        ),
        (("--config", "none.toml"), (2, "config 'none.toml' cannot be read")),
        (("--set", "fit.epoch=3"), (2, "unknown setting fit.epoch; did you mean fit.epochs?")),
        (("--set", "fit.epochs=none"), (2, "setting fit.epochs is 'none'; expected int")),
        (("--set", "fit.epochs=0"), (2, "expected 1 to 10000")),
        (("--set", "epochs"), (2, "expected SECTION.KEY=VALUE")),
        (("--set", "network.layers=['convolution 3']"), (2, "'convolution 3', which cannot be built")),
        (("--data", "mnist6k"), (1, "unknown data set 'mnist6k'")),
        (("--set", "fit.batch_size=60000"), (1, "less than one batch of 60000")),
        (("--epochs", "3"), (2, "unrecognized arguments: --epochs 3")),
    ],
)
def test_wrong_usage_is_one_line(
    cli: Cli, data: Path, tmp_path: Path, arguments: tuple[str, ...], expected: tuple[int, str]
):
    code, told = expected
    folder = tmp_path / "run"
    line = one_line(cli("train", *words(data), "--output", folder, *arguments), code)
    assert told in line
    assert not Run(folder).checkpoint.exists()


def test_a_folder_that_cannot_be_written_is_one_line(cli: Cli, data: Path, tmp_path: Path):
    (tmp_path / "file").write_text("kept")
    line = one_line(cli("train", *words(data), "--output", tmp_path / "file" / "run"))
    assert "cannot write" in line
    assert (tmp_path / "file").read_text() == "kept"


def test_a_missing_library_names_the_command_that_installs_it(
    cli: Cli, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "filelock", None)
    line = one_line(cli("train", *words(data), "--output", tmp_path / "run"))
    assert "filelock is not installed but this needs it; run: pip install 'inkdigits[train]'" in line
