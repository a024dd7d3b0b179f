"""``inkdigits read --second``: what another reader reads of unsure numbers stands beside what is read."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inkdigits.recognition import second

PICTURE = "numbers/2407-photo.jpg"


class Says:
    """A second reader that says the same of every picture."""

    def read(self, pictures):
        return ["2407"] * len(pictures)


@pytest.fixture
def picture(root: Path) -> Path:
    """A picture that no answer to is sure, where no error is accepted."""
    return root / "examples" / PICTURE


@pytest.fixture
def read(cli: Callable[..., Any], picture: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Reads it, and asks a second reader about it."""
    monkeypatch.setattr(second, "second_reader", lambda name: Says())
    return lambda *words: cli("read", picture, "--max-error", "0", "--second", "rapidocr", *words)


@pytest.mark.parametrize("per", ["source", "number"])
@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_column_has_it(read: Callable[..., Any], per: str, form: str):
    done = read("--per", per, "--format", form)
    assert done.code == 0
    row = next(csv.DictReader(done.out.splitlines(), delimiter="\t" if form == "tsv" else ","))
    assert (row["text"], row["second"], row["status"]) == ("2407", "2407", "unsure")


@pytest.mark.parametrize("per", ["source", "number"])
def test_json_has_it(read: Callable[..., Any], per: str):
    told = json.loads(read("--per", per, "--format", "jsonl").out)
    assert (told if per == "number" else told["numbers"][0])["second"] == "2407"


@pytest.mark.parametrize("per", ["source", "number"])
def test_parquet_has_it(read: Callable[..., Any], tmp_path: Path, per: str):
    parquet = pytest.importorskip(
        "pyarrow.parquet", reason="PyArrow is missing: pip install 'inkdigits[tables]'"
    )
    assert read("--per", per, "--output", tmp_path / "rows.parquet").code == 0
    assert parquet.read_table(tmp_path / "rows.parquet").column("second").to_pylist() == ["2407"]


@pytest.mark.parametrize("per", ["source", "number"])
def test_a_spreadsheet_has_it(read: Callable[..., Any], tmp_path: Path, per: str):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is missing: pip install 'inkdigits[tables]'")
    assert read("--per", per, "--output", tmp_path / "rows.xlsx").code == 0
    head, row = openpyxl.load_workbook(tmp_path / "rows.xlsx").active.iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True))["second"] == "2407"


def test_rows_for_people_tell_it_where_it_differs(read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch):
    assert "second" not in read().out
    monkeypatch.setattr(Says, "read", lambda self, pictures: ["2401"] * len(pictures))
    assert read().out.rstrip().endswith("unsure, second: 2401")
    assert read("--per", "number").out.rstrip().endswith("second: 2401")


def test_without_it_there_is_no_such_column(cli: Callable[..., Any], picture: Path):
    assert "second" not in cli("read", picture, "--format", "csv").out


def test_a_missing_extra_is_one_line(cli: Callable[..., Any], picture: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = cli("read", picture, "--second", "rapidocr")
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "pip install 'inkdigits[second]'" in done.err


def test_an_unknown_second_reader_is_wrong_usage(cli: Callable[..., Any], picture: Path):
    assert cli("read", picture, "--second", "somebody").code == 2
