"""``inkdigits gallery``: one PNG of what is made, beside what is named; a failure is one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from PIL import Image

from inkdigits.training.draw.digit import write_digits

Cli = Callable[..., Result]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "digits.npz"
    images, labels = write_digits(200, 1)
    np.savez(path, images=images, labels=labels)
    return path


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGB")
        return picture.size


@pytest.mark.parametrize("kind", ["digits", "numbers", "scenes"])
def test_a_sheet_is_written_and_named(cli: Cli, tmp_path: Path, kind: str):
    sheet = tmp_path / "new" / "sheet.png"
    assert cli("gallery", "--kind", kind, "--count", "12", "--output", sheet) == (
        0,
        f"gallery: {sheet}\n",
        "",
    )
    assert min(size_of(sheet)) > 100
    assert [path.name for path in sheet.parent.iterdir()] == ["sheet.png"]


def test_a_real_set_stands_beside(cli: Cli, data: Path, tmp_path: Path):
    alone, both = tmp_path / "alone.png", tmp_path / "both.png"
    assert cli("gallery", "--output", alone).code == 0
    assert cli("gallery", "--output", both, "--beside", data).code == 0
    assert size_of(both)[0] > 2 * size_of(alone)[0]
    assert size_of(both)[1] == size_of(alone)[1]
    width = size_of(alone)[0]
    with Image.open(alone) as one, Image.open(both) as other:
        assert (np.asarray(one) == np.asarray(other)[:, :width]).all(), "the left half is what is made"


def test_the_same_seed_draws_the_same_sheet(cli: Cli, data: Path, tmp_path: Path):
    sheets = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        path = tmp_path / f"{name}.png"
        more = ("--kind", "numbers", "--data", data, "--beside", data, "--count", "8", "--seed", seed)
        assert cli("gallery", "--output", path, *more).code == 0
        sheets.append(path.read_bytes())
    assert sheets[0] == sheets[1] != sheets[2]


def test_digits_of_a_set_are_composed_into_numbers(cli: Cli, data: Path, tmp_path: Path):
    paths = [tmp_path / "pen.png", tmp_path / "composed.png"]
    for path, more in zip(paths, ((), ("--data", data)), strict=True):
        assert cli("gallery", "--kind", "numbers", "--output", path, *more).code == 0
    assert paths[0].read_bytes() != paths[1].read_bytes()


def test_only_what_is_there_to_learn_from_is_shown(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from inkdigits.data import datasets

    asked = []
    whole = datasets.load_dataset
    monkeypatch.setattr(datasets, "load_dataset", lambda name, part: asked.append(part) or whole(name, part))
    assert cli("gallery", "--output", tmp_path / "sheet.png", "--beside", "mnist5k").code == 0
    assert asked == ["train"]


def test_keras_is_not_needed_to_look(process: Callable[..., Result], tmp_path: Path):
    (tmp_path / "keras.py").write_text("raise ImportError('keras was imported')")
    (tmp_path / "tensorflow.py").write_text("raise ImportError('tensorflow was imported')")
    done = process("gallery", "--kind", "numbers", "--count", "2", "--output", "sheet.png", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), (2, "the following arguments are required: --output")),
        (("--output", "sheet.jpg"), (2, "--output is 'sheet.jpg'; expected a name that ends in .png")),
        (("--output", "sheet.png", "--data", "mnist5k"), (2, "add --kind numbers, or leave it out")),
        (("--output", "sheet.png", "--boxes"), (2, "add --kind scenes, or leave it out")),
        (("--output", "sheet.png", "--kind", "letters"), (2, "invalid choice: 'letters'")),
        (("--output", "sheet.png", "--count", "0"), (2, "expected a whole number of at least 1, got '0'")),
        (("--output", "sheet.png", "--seed", "x"), (2, "expected a whole number of at least 1, got 'x'")),
        (("--output", "sheet.png", "--beside", "mnist6k"), (1, "unknown data set 'mnist6k'")),
    ],
)
def test_wrong_usage_is_one_line_and_writes_nothing(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    expected: tuple[int, str],
):
    code, told = expected
    monkeypatch.chdir(tmp_path)
    result = cli("gallery", *arguments)
    assert (result.code, result.out) == (code, "")
    assert told in result.err
    assert result.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_set_without_one_of_the_digits_is_one_line(cli: Cli, tmp_path: Path):
    images, labels = write_digits(100, 1)
    np.savez(tmp_path / "some.npz", images=images[labels != 4], labels=labels[labels != 4])
    result = cli(
        "gallery", "--kind", "numbers", "--data", tmp_path / "some.npz", "--output", tmp_path / "sheet.png"
    )
    assert result.code == 1
    assert "numbers cannot be composed: of 4 there is none" in result.err


def test_a_place_that_cannot_be_written_is_one_line(cli: Cli, tmp_path: Path):
    (tmp_path / "file").write_text("kept")
    result = cli("gallery", "--count", "1", "--output", tmp_path / "file" / "sheet.png")
    assert result.code == 1
    assert "cannot write" in result.err
    assert result.err.count("\n") == 1
    assert (tmp_path / "file").read_text() == "kept"


def test_what_the_terminal_cannot_show_does_not_matter(cli: Cli, tmp_path: Path):
    assert cli("gallery", "--count", "1", "--output", tmp_path / "né.PNG").code == 0
