"""``inkdigits evaluate`` from the command line, with a reader that needs no model."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from inkdigits.cli import main
from inkdigits.data.fingerprints import fingerprints, pack
from inkdigits.data.labelled import Dataset, dataset_of
from inkdigits.errors import SourceError
from inkdigits.measure.report import figures
from inkdigits.readings import Box, Number, Reading
from inkdigits.recognition.bundle import SHIPPED_DIGIT
from inkdigits.training.judge import held

HEADER = ["set", "n", "right", "95 % interval", "sure wrong", "ECE", "answered", "right of these"]


class FakeReader:
    """Finds the digit of a picture in its first pixel, and cannot read a picture of one pixel value 255."""

    made_with: tuple[Any, ...] = ()
    told: tuple[Any, ...] = ()
    digits: Any = None
    numbers: Any = None

    def __init__(self, digits: Any = None, *, threads: int | None = 1) -> None:
        type(self).made_with = (digits, threads)

    def max_error_of(self, kind: str) -> float:
        return 0.5

    def classify(self, images: np.ndarray) -> np.ndarray:
        return np.eye(10, dtype=np.float32)[images[:, 0, 0]]

    def see(self, source: Path, expect: str = "auto") -> tuple[Reading, tuple[np.ndarray, ...]]:
        value = int(np.asarray(Image.open(source))[0, 0])
        if value == 255:
            raise SourceError(f"{source}: damaged\npicture")
        text = "99" if expect == "auto" and value == 9 else str(value)
        number = Number(text, 0.9, Box(0, 0, 28, 28))
        return Reading(str(source), "ok", text, 0.9, (number,)), (np.zeros((28, 28), np.uint8),)

    def read_many(
        self, sources: Any, expect: str, *, allowed: str | None, pattern: str | None
    ) -> Iterator[Reading]:
        type(self).told = (expect, allowed, pattern)
        for source in sources:
            try:
                yield self.see(source, expect)[0]
            except SourceError as error:
                yield Reading(str(source), "error", error=str(error))


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """Runs the command with the fake in the place of the reader."""
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    for name in ("model.onnx", "bundle.json"):
        (bundle / name).write_bytes(b"{}")
    digit = types.SimpleNamespace(path=bundle, name="digit-9", metadata={})
    number = types.SimpleNamespace(path=bundle, name="number-9", metadata={})
    FakeReader.digits = types.SimpleNamespace(bundle=digit)
    FakeReader.numbers = types.SimpleNamespace(bundle=number)
    module = types.ModuleType("inkdigits.reader")
    module.Reader = FakeReader  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "inkdigits.reader", module)

    def run(*arguments: str | Path) -> Result:
        code = main(["evaluate", *map(str, arguments)])
        return Result(code, *capsys.readouterr())

    return run


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Five images in MNIST's convention of which four are labelled rightly."""
    images = np.zeros((5, 28, 28), np.uint8)
    images[:, 0, 0] = [1, 2, 3, 4, 5]
    path = tmp_path / "digits.npz"
    np.savez(path, images=images, labels=np.array([1, 2, 3, 4, 6]))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with labels.csv and a picture for each (label, first pixel)."""

    def make(name: str, *pictures: tuple[str, int]) -> Path:
        path = tmp_path / name
        path.mkdir()
        rows = ["file,label"]
        for index, (label, value) in enumerate(pictures):
            Image.fromarray(np.full((28, 28), value, np.uint8)).save(path / f"{index}.png")
            rows.append(f"{index}.png,{label}")
        (path / "labels.csv").write_text("\n".join(rows) + "\n")
        return path

    return make


def test_table_is_aligned_and_right(evaluate: Callable[..., Result], digits: Path, folder) -> None:
    scans = folder("scans_of_ten", *[("7", 7)] * 9, ("7", 1))
    code, out, err = evaluate("--data", digits, "--data", scans)
    assert (code, err) == (0, "")
    head, first, second, auto = out.splitlines()
    assert re.split(r"\s{2,}", head) == HEADER
    assert " ".join(first.split()[1:]) == "5 80.00 % 28.36–99.49 % 20.00 % 20.00 % 100.00 % 80.00 %"
    assert second.startswith("scans_of_ten ")
    assert auto.startswith("  auto ")
    assert len(head) == len(first) == len(second) == len(auto), "columns are not aligned"


def test_auto_stands_beneath_what_is_known(evaluate: Callable[..., Result], folder, tmp_path: Path) -> None:
    scans, path = folder("scans", ("9", 9), ("7", 7)), tmp_path / "figures.json"
    known, auto = evaluate("--data", scans, "--json", path).out.splitlines()[1:]
    assert known.split()[:2] == ["scans", "2"]
    assert (known.split()[2], auto.split()[2]) == ("100.00", "50.00")
    content = json.loads(path.read_text("utf-8"))
    (figures,) = content["sets"]
    assert (figures["expect"], figures["accuracy"], figures["sure_wrong_share"]) == ("digit", 1, 0)
    unknown = figures["auto"]
    assert (unknown["expect"], unknown["accuracy"]) == ("auto", 0.5)
    assert (unknown["sure_wrong"], unknown["sure_wrong_share"]) == (1, 0.5)
    assert {"low", "high", "expected_calibration_error", "area_under_risk_coverage"} <= set(unknown)
    assert (content["model"]["name"], content["number model"]["name"]) == ("digit-9", "number-9")


@pytest.mark.parametrize(("expect", "right"), [("known", "100.00"), ("auto", "50.00")])
def test_one_of_both_can_be_left_out(
    evaluate: Callable[..., Result], folder, tmp_path, expect, right
) -> None:
    scans, path = folder("scans", ("9", 9), ("7", 7)), tmp_path / "figures.json"
    (row,) = evaluate("--data", scans, "--expect", expect, "--json", path).out.splitlines()[1:]
    assert row.split()[2] == right
    content = json.loads(path.read_text("utf-8"))
    assert content["sets"][0]["auto"] is None
    assert content["command"].endswith(f"--expect {expect}")


def test_digits_that_go_straight_to_the_model_have_no_auto(
    evaluate: Callable[..., Result], digits: Path
) -> None:
    content = json.loads(evaluate("--data", digits, "--json", "-").out)
    assert content["sets"][0]["auto"] is None
    assert "number model" not in content


def test_pages_are_told_number_by_number(evaluate: Callable[..., Result], folder) -> None:
    out = evaluate("--data", folder("desk", ("7 3|4", 7), ("1|5", 5))).out.splitlines()
    assert out[1].split()[:3] == ["desk", "5", "40.00"]
    assert out[3] == (
        "desk: 2 of 5 numbers on 2 pages are right and in order; of 2 sure ones 0 (0.00 %) are misread or "
        "not there; 1 of 4 rows came out whole"
    )
    assert out[4].startswith("desk with auto: ")


def test_letters_are_reported_as_false_accepts(evaluate: Callable[..., Result], folder) -> None:
    code, out, _ = evaluate("--data", folder("letters", ("u", 3), ("d", 4)))
    assert code == 0
    row, auto, note = out.splitlines()[1:]
    assert row.split() == ["letters", "2", "–", "–", "100.00", "%", "–", "100.00", "%", "–"]
    assert auto.split()[0] == "auto"
    assert note == "letters holds no digits: 2 of 2 were answered and should have been rejected"


def test_letters_are_held_against_digits(evaluate: Callable[..., Result], folder, tmp_path: Path) -> None:
    scans, letters = folder("scans", ("7", 7)), folder("letters", ("u", 3))
    path = tmp_path / "figures.json"
    out = evaluate("--data", scans, "--data", letters, "--expect", "known", "--json", path).out
    assert out.splitlines()[-1] == (
        "letters: AUROC 0.5000 against 1 digits; where 99 % of these pass, 0 of 1 others (0.00 %) are refused"
    )
    content = json.loads(path.read_text("utf-8"))
    assert content["rejections"][0]["auroc"] == 0.5
    assert content["sets"][0]["brier_score"] == pytest.approx(0.01)


def test_errors_are_expected_without_labels(evaluate: Callable[..., Result], tmp_path: Path) -> None:
    for name, value in (("a", 7), ("b", 9), ("c", 255)):
        Image.fromarray(np.full((28, 28), value, np.uint8)).save(tmp_path / f"{name}.png")
    path = tmp_path / "figures.json"
    arguments = ("--data", tmp_path, "--expected-error", "number", "--allowed", "0-9", "--json", path)
    code, out, err = evaluate(*arguments)
    assert (code, err) == (1, ""), "a picture that cannot be read sets the exit code"
    lines = out.splitlines()
    assert lines[0].endswith(": 3 pictures, in 0 nothing was read, 1 could not be read")
    assert lines[1] == "  2 numbers: 0.2 errors expected (10.00 %), 95 % interval 0 to 1"
    assert lines[2] == "  2 sure ones: 0.2 errors expected (10.00 %), 95 % interval 0 to 1"
    content = json.loads(path.read_text("utf-8"))
    assert (content["expect"], content["sets"][0]["numbers"]) == ("number", 2)
    assert FakeReader.told == ("number", "0-9", None)


@pytest.mark.parametrize("arguments", [(), ("--data", ".", "--output", "report")])
def test_expected_errors_need_pictures_and_have_no_report(
    evaluate: Callable[..., Result], arguments: tuple[str, ...]
) -> None:
    code, out, err = evaluate(*arguments, "--expected-error")
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_picture_that_cannot_be_read_counts_as_wrong_and_sets_the_exit_code(
    evaluate: Callable[..., Result], folder
) -> None:
    code, out, err = evaluate("--data", folder("scans", ("7", 7), ("8", 255)))
    assert code == 1
    assert "50.00 %" in out
    assert err.startswith(
        "inkdigits: scans: 1 of 2 pictures could not be read and count as wrong; the first: "
    )
    assert err.count("\n") == 1, "one line, whatever the message holds"


def test_a_set_that_was_learned_from_is_marked_everywhere(
    evaluate: Callable[..., Result], digits: Path, folder, tmp_path: Path
) -> None:
    content = pack(fingerprints(np.load(digits)["images"][:3]))
    (tmp_path / "bundle" / "learned.bin").write_bytes(content)
    FakeReader.digits.bundle.metadata = {
        "files": {"learned.bin": hashlib.sha256(content).hexdigest()},
        "learned": {"digits": 3, "complete": True},
    }
    FakeReader.numbers.bundle.metadata = FakeReader.digits.bundle.metadata
    output, fresh = tmp_path / "report", folder("fresh", ("7", 7))
    lines = evaluate("--data", digits, "--data", fresh, "--output", output).out.splitlines()
    assert lines[1].startswith("digits (learned from)  ")
    assert len(lines[0]) == len(lines[1]) == len(lines[2]), "columns are not aligned"
    assert lines[2].startswith("fresh  ")
    assert lines[4].startswith("digits: the model has learned from 3 of these 5 pictures")
    figures = json.loads((output / "evaluate.json").read_text("utf-8"))["sets"]
    assert [(one["name"], one["learned"]) for one in figures] == [("digits", 3), ("fresh", 0)]
    page = (output / "report.html").read_text("utf-8")
    assert page.count("The model has learned from 3 of these 5 pictures") == 1
    assert page.count("learned from</strong></td>") == 1


def test_json_says_nothing_of_what_a_bundle_does_not_tell(
    evaluate: Callable[..., Result], digits: Path
) -> None:
    (figures,) = json.loads(evaluate("--data", digits, "--json", "-").out)["sets"]
    assert figures["learned"] is None


def test_json_goes_to_a_file_or_alone_to_standard_output(
    evaluate: Callable[..., Result], digits: Path, tmp_path: Path
) -> None:
    path = tmp_path / "figures.json"
    code, out, _ = evaluate("--data", digits, "--json", path, "--threads", "2")
    assert code == 0
    content = json.loads(path.read_text("utf-8"))
    assert content["sets"][0]["correct"] == 4
    assert content["command"] == f"inkdigits evaluate --data {digits} --threads 2"
    assert "80.00 %" in out
    alone = json.loads(evaluate("--data", digits, "--json", "-").out)
    assert alone["sets"][0]["n"] == 5


def test_output_folder_gets_page_and_json(
    evaluate: Callable[..., Result], digits: Path, folder, tmp_path: Path
) -> None:
    output = tmp_path / "reports" / "today"
    code, out, err = evaluate("--data", digits, "--data", folder("scans", ("7", 1)), "--output", output)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"report: {output / 'report.html'}"
    assert "scans" in (output / "report.html").read_text("utf-8")
    assert len(json.loads((output / "evaluate.json").read_text("utf-8"))["sets"]) == 2
    # Standard output stays JSON alone when it was asked for.
    json.loads(evaluate("--data", digits, "--json", "-", "--output", output).out)


def test_model_and_threads_reach_the_reader(evaluate: Callable[..., Result], digits: Path) -> None:
    evaluate("--data", digits, "--model", str(SHIPPED_DIGIT), "--threads", "3")
    assert FakeReader.made_with == (str(SHIPPED_DIGIT), 3)


def test_default_is_the_test_part_of_mnist(
    evaluate: Callable[..., Result], digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inkdigits.data import datasets

    load, asked = datasets.load_dataset, []

    def recording(argument: str, part: Any = "test") -> datasets.Dataset:
        asked.append((argument, part))
        return load(str(digits))

    monkeypatch.setattr(datasets, "load_dataset", recording)
    assert evaluate().code == 0
    assert asked == [("mnist", "test")]


def test_without_matplotlib_table_and_json_work_and_a_page_is_refused_at_once(
    evaluate: Callable[..., Result], digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "find_spec", lambda name: None)
    path = tmp_path / "figures.json"
    assert evaluate("--data", digits, "--json", path).code == 0
    assert path.exists()
    code, out, err = evaluate("--data", digits, "--output", tmp_path / "page")
    assert (code, out) == (1, "")
    assert "pip install 'inkdigits[train]'" in err
    assert not (tmp_path / "page").exists()


def test_unusable_output_is_told_before_the_work(
    evaluate: Callable[..., Result], digits: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine")
    code, out, err = evaluate("--data", digits, "--output", tmp_path / "taken")
    assert (code, out) == (1, "")
    assert err.startswith("inkdigits: cannot write into")
    assert err.count("\n") == 1


def test_missing_set_is_one_line_before_any_work(evaluate: Callable[..., Result], digits: Path) -> None:
    code, out, err = evaluate("--data", digits, "--data", "no/such/set")
    assert code in (1, 2)
    assert out == ""
    assert "no/such/set" in err
    assert err.count("\n") == 1


def test_set_that_cannot_be_loaded_is_told_before_any_work(
    evaluate: Callable[..., Result], digits: Path, folder
) -> None:
    code, out, err = evaluate("--data", digits, "--data", folder("numbers", ("12", 1), ("", 1)))
    assert (code, out) == (1, "")
    assert "incomplete row" in err


def test_wrong_usage_is_exit_code_2(evaluate: Callable[..., Result]) -> None:
    assert evaluate("--threads", "0").code == 2
    assert "expected at most 256 threads" in evaluate("--threads", "257").err
    assert evaluate("--date", "mnist").code == 2


class Terminal:
    """A standard error that claims to be a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None: ...


def test_terminal_shows_progress(
    evaluate: Callable[..., Result], digits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert evaluate("--data", digits).code == 0
    assert "digits" in terminal.text


@pytest.mark.parametrize(
    ("named", "sets"), [("strokes_held", ["one", "two"]), ("strokes_held_digits", ["one"])]
)
def test_held_writers_are_sets_by_name(evaluate: Callable[..., Result], monkeypatch, named, sets) -> None:
    def held_sets(name: str) -> list[Dataset]:
        assert name == named
        return [dataset_of(one, np.full((1, 28, 28), 7, np.uint8), ["7"]) for one in sets]

    monkeypatch.setattr(held, "held_sets", held_sets)
    code, out, err = evaluate("--data", named, "--expect", "known")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[1:]] == sets


def test_held_writers_without_strokes_name_the_command(
    evaluate: Callable[..., Result], tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    code, _, err = evaluate("--data", "strokes_held")
    assert code == 1
    assert "is not there; run: inkdigits data strokes" in err


def test_what_may_stand_there_is_measured_and_repeated_by_its_command(root: Path, tmp_path: Path, cli):
    (tmp_path / "cells").mkdir()
    (tmp_path / "cells" / "a.png").write_bytes((root / "examples/numbers/12.5-form-cell.png").read_bytes())
    (tmp_path / "cells" / "labels.csv").write_text("file,label,expect\na.png,12.5,number\n")

    def right(*options: str) -> tuple[int, dict[str, Any]]:
        given = ("evaluate", "--data", tmp_path / "cells", "--expect", "known", "--json", "-", *options)
        code, out, err = cli(*given)
        assert (code, err) == (0, "")
        report = json.loads(out)
        return report["sets"][0]["correct"], report

    assert right()[0] == 1
    assert right("--pattern", r"\d\d\.\d")[0] == 1
    correct, report = right("--allowed", "0-9", "--pattern", r"\d+")
    assert correct == 0
    assert r"--allowed 0-9 --pattern '\d+'" in json.dumps(report).replace("\\\\", "\\")


@pytest.mark.parametrize("said", [("--allowed", "0-9,"), ("--pattern", "(1"), ("--pattern", r"\dx\d")])
def test_what_cannot_be_meant_is_wrong_usage(root: Path, tmp_path: Path, cli, said: tuple[str, str]):
    code, out, err = cli("evaluate", "--data", root / "examples", *said)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "expected" in err or "choose another model" in err
