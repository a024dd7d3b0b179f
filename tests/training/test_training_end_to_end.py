"""From data to figures as a user does it: train, export, evaluate, read, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from inkdigits.recognition.bundle import load

LEAST = 0.95  # of 1,000 digits; the config "small" reaches 97.3, 97.8 and 98.2 % with three seeds


def inkdigits(*arguments: str | Path) -> str:
    """Runs a command that must succeed without a word on standard error; gives what it printed."""
    ours = ("TF_", "KERAS_", "INKDIGITS_")
    done = subprocess.run(
        [sys.executable, "-m", "inkdigits", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith(ours)},
        timeout=540,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of the config "small" on mnist5k, and what it printed."""
    folder = tmp_path_factory.mktemp("runs") / "quick"
    return folder, inkdigits("train", "--config", "small", "--data", "mnist5k", "--output", folder)


@pytest.fixture(scope="module")
def bundle(run: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run, exported once more under another name."""
    folder = tmp_path_factory.mktemp("exported") / "bundle"
    inkdigits("export", run[0], "--output", folder, "--name", "second")
    return folder


def score(model: Path) -> dict[str, float]:
    (entry,) = json.loads(inkdigits("evaluate", "--model", model, "--data", "mnist5k", "--json", "-"))["sets"]
    return entry


@pytest.fixture(scope="module")
def figures(run: tuple[Path, str]) -> dict[str, float]:
    """What ``inkdigits evaluate`` says about the run's bundle."""
    return score(run[0] / "bundle")


def test_what_was_trained_reads_digits_it_has_not_seen(run: tuple[Path, str], figures: dict[str, float]):
    assert (figures["name"], figures["n"]) == ("mnist5k", 1000)
    assert figures["accuracy"] > LEAST
    assert figures["expected_calibration_error"] < 0.03
    assert f"bundle: {run[0] / 'bundle'}" in run[1]


def test_what_is_exported_later_answers_the_same(bundle: Path, figures: dict[str, float]):
    assert load(bundle).name == "second"
    again = score(bundle)
    for key in ("n", "correct", "answered"):
        assert again[key] == figures[key]


def test_the_held_out_digits_foretell_the_accuracy(run: tuple[Path, str], figures: dict[str, float]):
    metrics = load(run[0] / "bundle").metadata["metrics"]
    assert metrics["held_out_digits"] >= 100
    assert metrics["held_out_accuracy"] == pytest.approx(figures["accuracy"], abs=0.04)


def test_the_model_reads_a_picture(bundle: Path, save_digit: Callable[..., Path]):
    pictures = [save_digit(digit, f"{digit}.png") for digit in (1, 4, 7)]
    lines = inkdigits("read", "--model", bundle, *pictures, "--format", "csv").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ["1", "4", "7"]
