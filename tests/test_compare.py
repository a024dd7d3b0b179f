"""benchmarks/compare.py: what other tools answer is cleaned and judged alike; a missing one costs a line."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def compare(root: Path) -> ModuleType:
    """The benchmark as a module, without what others may have installed."""
    spec = importlib.util.spec_from_file_location("compare", root / "benchmarks" / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("answer", "kept"),
    [("12,5", "12,5"), ("No. 12\n", ".12"), ("１２，５", "12,5"), ("l2 O7", "27"), ("-3", "-3"), ("", "")],
)
def test_of_an_answer_the_characters_of_numbers_are_kept(compare: ModuleType, answer: str, kept: str):
    assert compare.cleaned(answer) == kept


@pytest.mark.parametrize(
    ("text", "label", "right"),
    [("10.5", "10,5", True), ("10,5", "10.5", True), ("105", "10,5", False), ("010", "10", False)],
)
def test_a_number_is_right_when_its_whole_text_is(compare: ModuleType, text: str, label: str, right: bool):
    assert compare.same(text, label) is right


def test_every_tool_gets_colour_in_its_own_order(compare: ModuleType):
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[..., 0] = 200
    assert (compare.blue_first(picture) == (0, 0, 200)).all()
    assert compare.blue_first(picture[..., 0]).shape == (2, 3, 3)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("nothing_installed")
def test_a_missing_tool_is_a_line_that_says_how_to_install_it(
    compare: ModuleType, capsys: pytest.CaptureFixture[str]
):
    assert list(compare.available(compare.TOOLS)) == ["inkdigits"]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [name for name in compare.TOOLS if name != "inkdigits"]
    assert all(": skipped, not installed: " in line for line in lines)
    assert "pip install rapidocr-onnxruntime" in lines[0]
    assert "apt-get install tesseract-ocr" in lines[-1]


def test_missing_data_are_a_line(
    compare: ModuleType,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert compare.accuracy(compare.NUMBERS, {}, None) == {}
    assert compare.speed() == {}
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(compare.NUMBERS) + 1
    assert all("skipped" in line for line in lines)


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data sets with four cells, their texts told by their shade."""
    folder = tmp_path / "real" / "strings_forms"
    folder.mkdir(parents=True)
    rows = ["file,label", "0.png,10", '1.png,"1,5"', "2.png,7", "3.png,80"]
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    for shade in range(4):
        Image.fromarray(np.full((8, 9), shade, np.uint8)).save(folder / f"{shade}.png")
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    return tmp_path


def test_numbers_of_digits_alone_are_counted_apart(
    compare: ModuleType, forms: Path, capsys: pytest.CaptureFixture[str]
):
    answers = ("10", "1.5", "1", "80")
    tools = {"by shade": lambda pictures: [answers[picture[0, 0]] for picture in pictures]}
    figures = compare.accuracy((compare.FORMS,), tools, None)
    assert json.loads(json.dumps(figures)) == figures
    counts = {group: (of["by shade"]["right"], of["by shade"]["n"]) for group, of in figures.items()}
    assert counts == {"strings_forms, digits only": (2, 3), "strings_forms": (3, 4)}
    assert "75.00%" in capsys.readouterr().out


def test_a_sample_is_the_same_every_time(compare: ModuleType, forms: Path):
    pictures, labels = compare.labelled(compare.FORMS, 2)
    assert len(pictures) == 2
    assert compare.labelled(compare.FORMS, 2)[1] == labels
    assert set(labels) < {"10", "1,5", "7", "80"}
    assert compare.labelled(compare.FORMS, 9)[1] == ["10", "1,5", "7", "80"]
