"""record_tables.py, spreadsheet.py, cutouts.py: what was read and what holds, with its picture beside it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from review_files import write_results

from inkdigits.errors import ConfigError, SourceNotFoundError
from inkdigits.output.cutouts import Pictures, png
from inkdigits.output.record_tables import FORMATS, table_of
from inkdigits.output.records import Record, load_records
from inkdigits.output.spreadsheet import COLOURS
from inkdigits.readings import Box


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_results(tmp_path, 3).parent


@pytest.fixture
def records(folder: Path) -> list[Record]:
    first, second, third, *sure = load_records(folder / "readings.jsonl")
    by = {"who": "=Ann()", "when": "2026-11-27T10:00:00.000+00:00"}
    first = replace(first, text="007", origin="corrected", answers=({"text": "007"},), **by)
    return [first, replace(second, origin="confirmed", **by), replace(third, more={"row": 2}), *sure]


def test_csv_says_what_was_read_and_what_holds(records: list[Record], folder: Path):
    text = table_of(records, "csv", Pictures()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text.startswith("source,number,row,text,value,read,confidence,status,origin,who,when,x,y,")
    assert [(row["text"], row["value"], row["read"], row["origin"]) for row in rows[:3]] == [
        ("007", "7", "1", "corrected"),
        ("4", "4", "4", "confirmed"),
        ("7", "7", "7", "read"),
    ]
    assert (rows[0]["who"], rows[2]["row"]) == ("'=Ann()", "2")  # no spreadsheet calculates it


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_written_can_be_taken_in_again(records: list[Record], folder: Path, kind: str):
    if kind == "xlsx":
        pytest.importorskip("openpyxl")
    path = folder / f"reviewed.{kind}"
    path.write_bytes(table_of(records, kind, Pictures([folder])))
    again = load_records(path)
    assert [(one.text, one.read, one.origin, one.box) for one in again] == [
        (one.text, one.read, one.origin, one.box) for one in records
    ]
    if kind == "jsonl":
        assert again[0].answers == ({"text": "007"},)
        assert json.loads(path.read_text().splitlines()[0])["digits"][0]["value"] == "1"


def test_a_spreadsheet_has_colours_and_a_picture_where_somebody_looked_or_is_to_look(
    records: list[Record], folder: Path
):
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(io.BytesIO(table_of(records, "xlsx", Pictures([folder])))).active
    fills = [row[0].fill.fgColor.rgb[-6:] for row in sheet.iter_rows(min_row=2)]
    named = [COLOURS[name] for name in ("corrected", "confirmed", "unsure")]
    assert fills == [*named, "000000", "000000"]
    places = [(image.anchor._from.row, image.anchor._from.col) for image in sheet._images]
    head = [cell.value for cell in sheet[1]]
    assert places == [(row, head.index("picture")) for row in (1, 2, 3)]
    assert head.index("picture") == head.index("text") + 1
    assert (sheet["D2"].value, sheet["F2"].value) == ("007", 7)


def test_without_its_picture_a_row_is_there_all_the_same(records: list[Record], folder: Path):
    openpyxl = pytest.importorskip("openpyxl")
    (folder / "row.png").unlink()
    sheet = openpyxl.load_workbook(io.BytesIO(table_of(records, "xlsx", Pictures([folder])))).active
    assert sheet.max_row == 1 + len(records)
    assert sheet._images == []


def test_an_unknown_format_is_refused(records: list[Record]):
    with pytest.raises(ConfigError, match="expected one of csv"):
        table_of(records, "doc", Pictures())


def test_a_cell_is_cut_out_with_paper_around_it_inside_the_picture(tmp_path: Path):
    pixels = np.arange(200 * 100, dtype=np.uint32).astype(np.uint8).reshape(100, 200)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    pictures = Pictures([tmp_path / "other", tmp_path])
    cut = pictures.cut("a.png", Box(50, 40, 60, 20))
    np.testing.assert_array_equal(cut.pixels, pixels[28:72, 38:122])
    assert cut.cell == pytest.approx((12 / 84, 12 / 44, 60 / 84, 20 / 44))
    assert pictures.cut("a.png", Box(0, 0, 200, 100)).pixels.shape == (100, 200)
    assert pictures.cut("a.png", None).cell == (0, 0, 1, 1)
    assert pictures.cut("a.png", Box(500, 500, 9, 9)).pixels.size > 0  # of another picture of this name
    assert pictures.size("a.png") == (200, 100)
    with Image.open(io.BytesIO(png(cut.pixels, (42, 42)))) as small:
        assert small.size == (42, 22)
    with pytest.raises(SourceNotFoundError, match="--pictures"):
        pictures.cut("b.png", None)
