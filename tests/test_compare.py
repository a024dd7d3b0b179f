"""benchmarks/compare.py: what other tools answer is cleaned and judged alike; a missing one costs a line."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image


def fresh(root: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """Imports a benchmark as it is for one test, from the folder that it runs in."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    monkeypatch.setenv(
        "ORT_DISABLE_TELEMETRY", "1"
    )  # or the import would set it for all tests after this one
    for module in ("compare", "other_tools"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return importlib.import_module(name)


@pytest.fixture
def compare(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    return fresh(root, monkeypatch, "compare")


@pytest.fixture
def others(compare: ModuleType) -> ModuleType:
    """How it asks the other tools."""
    return compare.other_tools


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("12,5", "12,5"),
        ("No. 12\n", ".12"),
        ("１２，５", "12,5"),
        ("l2 O7", "27"),
        ("-3", "-3"),
        ("−3—4", "-3-4"),
        ("", ""),
    ],
)
def test_of_an_answer_the_characters_of_numbers_are_kept(others: ModuleType, answer: str, kept: str):
    assert others.cleaned(answer) == kept


def test_a_sum_keeps_its_plus(others: ModuleType):
    assert others.cleaned("1+2=") == "12"
    assert others.cleaned("1+2=", others.ALLOWED + "+") == "1+2"


def test_of_a_page_only_words_that_are_numbers_count(others: ModuleType):
    assert others.numbers_in("math 3 d2 4.5 １２ - A+ 7th −8") == ["3", "4.5", "12", "-8"]


@pytest.mark.parametrize(
    ("text", "label", "right"),
    [("10.5", "10,5", True), ("10,5", "10.5", True), ("105", "10,5", False), ("010", "10", False)],
)
def test_a_number_is_right_when_its_whole_text_is(compare: ModuleType, text: str, label: str, right: bool):
    assert compare.same(text, label) is right


@pytest.mark.parametrize(
    ("read", "right"),
    [
        (["1", "2", "3", "4,5"], 4),
        (["1", "3", "2", "4.5"], 3),  # one of two that changed places
        (["9", "1", "9", "2", "9", "3", "4.5"], 4),
        (["4.5", "3", "2", "1"], 1),
        (["12", "3"], 1),
        ([], 0),
    ],
)
def test_numbers_of_a_page_count_when_right_and_in_order(compare: ModuleType, read: list[str], right: int):
    assert compare.right_in_order(read, "1 2|3 4.5") == (right, 4)


def test_every_tool_gets_colour_in_its_own_order(others: ModuleType):
    picture = np.zeros((2, 3, 3), np.uint8)
    picture[..., 0] = 200
    assert (others.blue_first(picture) == (0, 0, 200)).all()
    assert others.blue_first(picture[..., 0]).shape == (2, 3, 3)


def corners(x: float, y: float) -> np.ndarray:
    """The corners of a line of text on a page, 20 pixels high."""
    return np.array([(x, y), (x + 30, y), (x + 30, y + 20), (x, y + 20)], float)


def test_boxes_are_put_into_rows_and_read_from_the_left(others: ModuleType):
    boxes = [corners(*place) for place in ((90, 4), (0, 44), (0, 0), (45, 36), (45, 7))]
    assert others.in_reading_order(boxes, "cdaeb") == ["a", "b", "c", "d", "e"]
    assert others.in_reading_order(None, None) == []
    assert others.in_reading_order((), ()) == []


class FakeEngine:
    """RapidOCR with one line on every page: a network that takes the 1 for an l, and blanks between."""

    classes = ("blank", "l", "1", "+", "5", " ")

    def __init__(self, params: dict[str, Any]) -> None:
        self.params, self.runs = params, 0
        decoder = SimpleNamespace(character=list(self.classes))
        self.text_rec = SimpleNamespace(session=self._network, postprocess_op=None)
        self.text_rec.postprocess_op = type("Decode", (), {"__call__": self._decode, **vars(decoder)})()
        self.text_det = self.text_cls = None

    def _network(self, picture: np.ndarray) -> np.ndarray:
        self.runs += 1
        shares = np.full((1, 4, len(self.classes)), 0.01)
        shares[0, [0, 1, 2, 3], [1, 0, 4, 3]] = 0.9  # l, blank, 5, +
        shares[0, 0, 2] = 0.5
        shares[0, 3, 0] = 0.3
        return shares

    def _decode(self, shares: np.ndarray, *_rest: Any) -> str:
        return "".join(self.classes[index] for index in shares[0].argmax(axis=1) if index)

    def __call__(self, picture: np.ndarray, **steps: bool) -> SimpleNamespace:
        text = self.text_rec.postprocess_op(self.text_rec.session(picture))
        return SimpleNamespace(txts=(text,), boxes=[corners(0, 0)] if steps["use_det"] else None)


@pytest.fixture
def engine(tmp_path: Path, others: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[FakeEngine]:
    """A RapidOCR that is installed with its models; holds each that is made."""
    made: list[FakeEngine] = []

    def make(params: dict[str, Any]) -> FakeEngine:
        made.append(FakeEngine(params))
        return made[-1]

    module = ModuleType("rapidocr")
    module.__file__ = str(tmp_path / "__init__.py")
    module.RapidOCR = make  # type: ignore[attr-defined]
    (tmp_path / "models").mkdir()
    for name in others.MODELS.values():
        (tmp_path / "models" / name).touch()
    monkeypatch.setitem(sys.modules, "rapidocr", module)
    return made


def test_digits_alone_are_decided_before_the_likeliest_is_taken(others: ModuleType, engine: list[FakeEngine]):
    tool = others.RapidOCR()
    picture = np.zeros((8, 9), np.uint8)
    cell = tool.read_cells([picture], others.Asked())
    assert cell == {"RapidOCR": ["5"], "RapidOCR, digits alone": ["15"]}
    for cut_out in (True, False):
        summed = tool.read_cells([picture], others.Asked(others.ALLOWED + "+", cut_out))
        assert summed == {"RapidOCR": ["5+"], "RapidOCR, digits alone": ["15+"]}
    # Of a page "l5+" is no number.
    assert tool.read_page(picture) == {"RapidOCR": [], "RapidOCR, digits alone": ["15"]}


def test_both_answers_take_one_run_of_the_network(others: ModuleType, engine: list[FakeEngine]):
    tool = others.RapidOCR()
    before = engine[0].runs
    tool.read_cells([np.zeros((8, 9), np.uint8), np.ones((8, 9), np.uint8)], others.Asked())
    assert engine[0].runs == before + 2


def test_rapidocr_gets_the_models_of_its_wheel_and_one_thread(others: ModuleType, engine: list[FakeEngine]):
    others.rapidocr_engine()
    models = [value for key, value in engine[0].params.items() if key.endswith(".model_path")]
    assert len(models) == 3
    assert all(Path(path).is_file() for path in models)
    assert {value for key, value in engine[0].params.items() if key.endswith("_threads")} == {1}


def test_a_rapidocr_with_other_models_is_not_asked(
    others: ModuleType, engine: list[FakeEngine], tmp_path: Path
):
    (tmp_path / "models" / others.MODELS["Rec"]).unlink()
    with pytest.raises(others.MissingToolError, match="the one installed has other models"):
        others.rapidocr_engine()
    assert engine == []  # it would download them


def test_onnx_runtime_is_told_to_send_nothing_before_it_is_imported(root: Path):
    code = "import os, sys, compare; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    environment = {key: value for key, value in os.environ.items() if key != "ORT_DISABLE_TELEMETRY"}
    command = [sys.executable, "-c", code]
    told = subprocess.run(
        command, cwd=root / "benchmarks", env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["1", "False"]


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("nothing_installed")
def test_a_missing_tool_is_a_line_that_says_how_to_install_it(
    compare: ModuleType, capsys: pytest.CaptureFixture[str]
):
    assert list(compare.available(compare.CELL_TOOLS)) == ["inkdigits"]
    lines = capsys.readouterr().out.splitlines()
    assert [told.split(":")[0] for told in lines] == ["RapidOCR", "Tesseract"]
    assert all(": skipped, not installed: " in told for told in lines)
    assert "pip install 'rapidocr==3.10.*'" in lines[0]
    assert "apt-get install tesseract-ocr" in lines[-1]


@pytest.mark.usefixtures("nothing_installed")
def test_missing_data_are_a_line(
    compare: ModuleType,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert compare.read_cells(compare.NUMBERS, {}, None) == {}
    assert compare.read_pages(compare.PAGES, {}, None) == {}
    assert compare.speed() == {}
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(compare.NUMBERS) + len(compare.PAGES) + 1
    assert all("skipped" in told for told in lines)


def labels(folder: Path, rows: list[str]) -> None:
    """Writes a data set with a picture for each label, which are told apart by their shade."""
    folder.mkdir(parents=True)
    table = ["file,label", *(f'{index}.png,"{label}"' for index, label in enumerate(rows))]
    (folder / "labels.csv").write_text("\n".join(table) + "\n")
    for shade in range(len(rows)):
        Image.fromarray(np.full((8, 9), shade, np.uint8)).save(folder / f"{shade}.png")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data sets: four cells and two pages."""
    labels(tmp_path / "real" / "strings_forms", ["10", "1,5", "7", "80"])
    labels(tmp_path / "real" / "pages_desk", ["10 20|30", "4"])
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("data")
def test_numbers_of_digits_alone_are_counted_apart(compare: ModuleType, capsys: pytest.CaptureFixture[str]):
    answers = ("10", "1.5", "1", "80")
    tools = {"any": lambda pictures, _: {"by shade": [answers[picture[0, 0]] for picture in pictures]}}
    figures = compare.read_cells((compare.FORMS,), tools, None)
    assert json.loads(json.dumps(figures)) == figures
    counts = {group: (of["by shade"]["right"], of["by shade"]["n"]) for group, of in figures.items()}
    assert counts == {"strings_forms, digits only": (2, 3), "strings_forms": (3, 4)}
    assert "75.00%" in capsys.readouterr().out


@pytest.mark.usefixtures("data")
def test_pages_count_their_numbers_and_what_was_given(
    compare: ModuleType, capsys: pytest.CaptureFixture[str]
):
    answers = (["10", "30", "7"], ["4", "4"])
    tools = {"any": lambda page: {"by shade": answers[page[0, 0]], "blind": []}}
    figures = compare.read_pages(("real/pages_desk",), tools, None)
    assert json.loads(json.dumps(figures)) == figures
    told = figures["pages_desk"]
    assert (told["by shade"]["right"], told["by shade"]["n"], told["by shade"]["given"]) == (3, 4, 5)
    assert (told["blind"]["right"], told["blind"]["n"], told["blind"]["given"]) == (0, 4, 0)
    assert "5 given" in capsys.readouterr().out


@pytest.mark.usefixtures("data")
def test_a_sample_is_the_same_every_time(compare: ModuleType):
    found = compare.labelled(compare.FORMS, 2)
    assert len(found.pictures) == 2
    assert compare.labelled(compare.FORMS, 2).labels == found.labels
    assert set(found.labels) < {"10", "1,5", "7", "80"}
    assert compare.labelled(compare.FORMS, 9).labels == ["10", "1,5", "7", "80"]


def test_inkdigits_is_listed_as_told_and_as_not_told(compare: ModuleType):
    blank = np.full((60, 60), 255, np.uint8)
    assert compare.inkdigits_cells("number", "auto")([blank], compare.Asked()) == {
        "inkdigits": [""],
        "inkdigits, auto": [""],
    }
    assert compare.inkdigits_pages()(blank) == {"inkdigits": [], "inkdigits, auto": []}
