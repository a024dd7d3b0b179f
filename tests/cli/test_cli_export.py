"""``inkdigits export``: a finished run becomes a bundle, in one line, or nothing is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from tiny import LIBRARIES_WARN, options, save_digits

from inkdigits.cli import main
from inkdigits.recognition.bundle import load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.ship import export

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of one epoch."""
    folder = tmp_path_factory.mktemp("runs")
    words = options(save_digits(folder / "digits.npz"), "fit.epochs=1")
    assert main(["train", *words, "--output", str(folder / "first-try")]) == 0
    return folder / "first-try"


def one_line(result: Result, code: int = 1) -> str:
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("inkdigits")
    assert result.err.count("\n") == 1
    return result.err


def test_a_run_becomes_a_bundle_of_a_name_of_choice(cli: Cli, run: Path, tmp_path: Path):
    place = tmp_path / "new" / "bundle"
    code, out, err = cli("export", run, "--output", place, "--name", "mine")
    size = sum(file.stat().st_size for file in place.iterdir())
    assert (code, out, err) == (0, f"bundle: {place} ({size:,} bytes)\n", "")
    assert load(place).name == "mine"
    assert (place / "MODEL_CARD.md").read_text().startswith("# mine\n")


def test_without_options_the_run_s_own_bundle_is_renewed_under_its_name(cli: Cli, run: Path):
    (run / "bundle" / "model.onnx").write_bytes(b"damaged")
    code, out, _ = cli("export", run)
    assert (code, out.startswith(f"bundle: {run / 'bundle'} (")) == (0, True)
    assert load(run / "bundle").name == "first-try"


def test_the_bundle_reads_a_picture(cli: Cli, run: Path, tmp_path: Path, save_digit: Callable[..., Path]):
    assert cli("export", run, "--output", tmp_path / "bundle").code == 0
    code, out, err = cli("read", "--model", tmp_path / "bundle", save_digit(7, "7.png"), "--format", "csv")
    assert (code, err) == (0, "")
    assert out.count("\n") == 2


def test_a_folder_with_strangers_is_left_alone(cli: Cli, run: Path, tmp_path: Path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.docx").write_text("of years")
    line = one_line(cli("export", run, "--output", tmp_path / "taken"))
    assert "expected a new folder or a bundle to replace, found thesis.docx in it" in line
    assert [path.name for path in (tmp_path / "taken").iterdir()] == ["thesis.docx"]


def test_a_network_on_which_the_runtimes_disagree_is_not_exported(
    cli: Cli, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export, "LARGEST_DIFFERENCE", -1.0)
    line = one_line(cli("export", run, "--output", tmp_path / "bundle"))
    assert "export refused: at batch size 1 ONNX Runtime and Keras differ by" in line
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_finished_run_says_how_to_get_one(cli: Cli, run: Path, tmp_path: Path):
    assert "holds no run (no config.toml)" in one_line(cli("export", tmp_path / "none"))
    (tmp_path / "config.toml").write_text((run / "config.toml").read_text())
    line = one_line(cli("export", tmp_path))
    assert f"finish it with: inkdigits train --resume --output {tmp_path}" in line


@pytest.mark.parametrize("arguments", [(), ("a", "--name"), ("a", "--model", "b")])
def test_wrong_usage_is_one_line(cli: Cli, arguments: tuple[str, ...]):
    assert "--help'" in one_line(cli("export", *arguments), 2)


def test_of_several_runs_the_mean_of_their_weights_is_exported(cli: Cli, run: Path, tmp_path: Path):
    place = tmp_path / "mean"
    code, _, err = cli("export", run, run, "--output", place, "--name", "mean")
    assert code == 0, err
    mean, one = load(place), load(run / "bundle")
    assert mean.metadata["training"]["mean_of"] == [run.name, run.name]
    assert f"the mean of those of the runs {run.name}, {run.name};" in (place / "MODEL_CARD.md").read_text(
        "utf-8"
    )
    digits = np.random.default_rng(1).integers(0, 256, (5, 28, 28), np.uint8)
    np.testing.assert_allclose(OnnxEngine(mean).logits(digits), OnnxEngine(one).logits(digits), atol=1e-4)
