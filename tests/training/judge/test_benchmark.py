"""benchmark.py: figures are ratios of what was measured, and the command writes table, JSON and chart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result
from PIL import Image
from tiny import LIBRARIES_WARN, save_digits, tiny

from inkdigits.cli import benchmark as command
from inkdigits.data.datasets import load_dataset
from inkdigits.errors import ConfigError
from inkdigits.training.judge import benchmark
from inkdigits.training.judge.benchmark import Figure, measure
from inkdigits.training.judge.benchmark_chart import draw

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ROUNDS", "CALLS", "STARTS"):
        monkeypatch.setattr(benchmark, name, 2)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Trains on a few hundred digits of the pen, and measures on them."""
    data = save_digits(tmp_path / "digits.npz")
    monkeypatch.setattr(benchmark, "load_config", lambda name: tiny(data, "fit.epochs=1"))
    monkeypatch.setattr(benchmark, "load_dataset", lambda name, part: load_dataset(str(data), part))


def test_the_command_knows_every_part():
    assert set(command._PARTS) == set(benchmark.PARTS)


def test_digits_are_named_against_the_baseline_at_each_batch(short: None):
    figures = measure("classify")
    assert [figure.name for figure in figures] == [f"classify, batch {batch}" for batch in (1, 32, 256)]
    for figure in figures:
        assert figure.ours > 0
        usual = figure.ours / figure.reference  # of medians; that of rounds beside a load is another
        assert 0.25 * usual < figure.ratio < 4 * usual


def test_a_cold_start_is_timed_in_whole_processes(short: None):
    (figure,) = measure("start")
    assert figure.ours > 50  # ms; an interpreter and its imports
    assert figure.reference > 50


def test_accuracy_is_that_of_the_exported_bundles(small: None):
    (figure,) = measure("accuracy", seeds=2)
    assert "mean of 2 seeds" in figure.note
    assert figure.unit == "s"


def test_cross_validation_is_timed_beside_the_baseline(small: None):
    (figure,) = measure("crossval")
    assert "±" in figure.note
    assert figure.ratio == pytest.approx(figure.ours / figure.reference)


def test_the_command_prints_and_writes(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    figure = Figure("classify, batch 1", 1.0, 2.0, "ms", 0.5, "1,000 digits a second")
    monkeypatch.setattr(benchmark, "measure", lambda part, seeds: [figure])
    figures, chart = tmp_path / "f.json", tmp_path / "f.png"
    done = cli("benchmark", "--only", "classify", "--json", figures, "--chart", chart)
    assert done.code == 0, done.err
    assert "classify, batch 1" in done.out
    assert "0.500" in done.out
    content = json.loads(figures.read_text("utf-8"))
    assert content["figures"][0]["ratio"] == 0.5
    assert content["machine"]["cores"]
    with Image.open(chart) as picture:
        assert picture.width > 400


def test_a_chart_of_another_kind_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"expected a file ending in \.png or \.svg"):
        draw([Figure("a", 1, 1, "s", 1, "")], tmp_path / "chart.pdf")
