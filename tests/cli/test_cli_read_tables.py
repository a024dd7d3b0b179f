"""``inkdigits read --per``: a sheet of numbers as a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from drawn_pages import put, sheet

WRITTEN = [["41", "27", "8"], ["95", "", "30"], ["16", "72", "54"]]


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """Returns a picture of a ruled table with numbers by the project's pen."""
    paper = sheet(400, 600)
    for index in range(4):
        cv2.line(paper, (60, 60 + 80 * index), (510, 60 + 80 * index), (200,), 2)
        cv2.line(paper, (60 + 150 * index, 60), (60 + 150 * index, 300), (200,), 2)
    for row, texts in enumerate(WRITTEN):
        for column, text in enumerate(texts):
            if text:
                put(paper, text, 110 + 150 * column, 116 + 80 * row)
    path = tmp_path / "marks.png"
    cv2.imwrite(str(path), 255 - paper)
    return path


def test_a_row_of_the_sheet_is_a_row_of_the_table(cli: Callable[..., Any], marks: Path, tmp_path: Path):
    out = tmp_path / "marks.csv"
    assert cli("read", marks, marks, "--per", "row", "--output", out).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["source"] for row in rows] == [str(marks)] * 6
    for _ in range(2):
        assert [[row["c1"], row["c2"], row["c3"]] for row in rows[:3]] == WRITTEN
        rows = rows[3:]


def test_a_number_a_line_tells_its_row_and_column(cli: Callable[..., Any], marks: Path):
    done = cli("read", marks, "--per", "number", "--expect", "page", "--format", "jsonl")
    told = [json.loads(line) for line in done.out.splitlines()]
    assert {(one["row"], one["column"]): one["text"] for one in told} == {
        (row + 1, column + 1): text
        for row, texts in enumerate(WRITTEN)
        for column, text in enumerate(texts)
        if text
    }


def test_json_of_a_source_has_its_table(cli: Callable[..., Any], marks: Path):
    told = json.loads(cli("read", marks, "--format", "jsonl").out)
    assert [[cell["text"] for cell in row] for row in told["table"]] == WRITTEN
    assert told["numbers"][0]["row"] == told["numbers"][0]["column"] == 0


def test_a_file_that_was_begun_goes_on_with_its_tables(cli: Callable[..., Any], marks: Path, tmp_path: Path):
    out = tmp_path / "marks.tsv"
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    assert cli("read", marks, broken, "--per", "row", "--output", out).code == 1
    assert out.read_text(encoding="utf-8").splitlines()[-1].split("\t")[6] == "error"


def test_a_template_has_rows_of_its_own(cli: Callable[..., Any], marks: Path):
    done = cli("read", marks, "--template", "form.toml", "--per", "row")
    assert done.code == 2
    assert "--per" in done.err
