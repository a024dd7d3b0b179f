"""table_lines.py, line_rows.py, line_tables.py: a line a number, or a row of a table, in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inkdigits.output.line_rows import open_line_writer
from inkdigits.output.line_tables import open_line_table
from inkdigits.output.records import load_records
from inkdigits.output.rows import FORMATS
from inkdigits.output.schema import columns_of
from inkdigits.output.table_lines import Per, lines_of
from inkdigits.readings import Box, Cell, Number, Reading

BOX = Box(1, 2, 30, 40)


def number(text: str, row: int | None = None, column: int | None = None, *, sure: bool = True) -> Number:
    return Number(text, 0.99 if sure else 0.4, BOX, (), "ok" if sure else "unsure", row, column)


def sheet(source: str = "marks.png") -> Reading:
    """Returns two rows of three: a name, a number, a number; nothing in the last; and a number outside."""
    numbers = (number("41", 0, 1), number("7.5", 0, 2, sure=False), number("007", 1, 1), number("2026"))
    table = (
        (Cell(BOX, other=True), Cell(BOX, "41", (0,)), Cell(BOX, "7.5", (1,))),
        (Cell(BOX, other=True), Cell(BOX, "007", (2,)), Cell(BOX)),
    )
    return Reading(source, "unsure", "41 7.5\n007\n2026", 0.4, numbers, table=table)


BROKEN = Reading("=broken.png", "error", error="cannot read")


def written(name: str, per: Per, *readings: Reading) -> str:
    stream = io.StringIO(newline="")
    writer = open_line_writer(name, stream, per)
    for reading in readings:
        writer.write(reading)
    writer.close()
    return stream.getvalue()


def rows(per: Per, *readings: Reading) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", per, *readings), newline="")))


def test_a_row_of_a_table_is_a_line_and_what_stands_outside_is_one_too():
    told = rows("row", sheet())
    assert [(row["table"], row["row"], row["c1"], row["c2"], row["c3"], row["status"]) for row in told] == [
        ("1", "1", "", "41", "7.5", "unsure"),
        ("1", "2", "", "007", "", "ok"),
        ("", "", "2026", "", "", "ok"),
    ]
    assert [row["confidence"] for row in told] == ["0.400000", "0.990000", "0.990000"]


def test_sheets_are_joined_as_wide_as_the_widest():
    narrow = Reading("list.png", "ok", "5\n6", 0.99, (number("5"), number("6")))
    told = rows("row", narrow, sheet(), BROKEN)
    assert [row["source"] for row in told] == ["list.png"] * 2 + ["marks.png"] * 3 + ["./=broken.png"]
    assert [row["c1"] for row in told[:2]] == ["5", "6"]
    assert (told[-1]["status"], told[-1]["error"], told[-1]["c3"]) == ("error", "cannot read", "")


def test_a_page_without_a_table_has_its_lines_for_rows():
    numbers = (number("1"), number("2"), number("3"))
    told = rows("row", Reading("page.png", "ok", "1 2\n3", 0.99, numbers))
    assert [(row["c1"], row["c2"], row["row"]) for row in told] == [("1", "2", ""), ("3", "", "")]


def test_an_empty_table_has_empty_rows_and_nothing_at_all_is_one_line():
    empty = Reading("form.png", "empty", table=((Cell(BOX), Cell(BOX)), (Cell(BOX), Cell(BOX))))
    assert [row["status"] for row in rows("row", empty)] == ["empty", "empty"]
    assert [row["status"] for row in rows("row", Reading("blank.png", "empty"))] == ["empty"]


def test_a_number_is_a_line_with_its_place():
    told = rows("number", sheet())
    assert tuple(told[0]) == columns_of("number")
    assert [(row["number"], row["row"], row["column"], row["text"], row["value"]) for row in told] == [
        ("1", "1", "2", "41", "41"),
        ("2", "1", "3", "7.5", "7.5"),
        ("3", "2", "2", "007", "7"),
        ("4", "", "", "2026", "2026"),
    ]
    assert (told[0]["x"], told[0]["height"]) == ("1", "40")


def test_a_review_takes_a_line_a_number_in(tmp_path: Path):
    path = tmp_path / "numbers.csv"
    path.write_text(written("csv", "number", sheet()), encoding="utf-8", newline="")
    records = load_records(path)
    assert [(one.number, one.text, one.box, one.status) for one in records][1] == (2, "7.5", BOX, "unsure")
    assert records[0].more == {"row": "1", "column": "2"}
    whole = tmp_path / "all.json"
    whole.write_text(json.dumps([sheet().to_dict()]), encoding="utf-8")
    assert load_records(whole)[0].more == {"row": 1, "column": 2}


def test_text_marks_what_is_unsure_and_what_is_empty():
    assert written("text", "row", sheet(), BROKEN) == (
        "marks.png  1  -  41  7.5?\nmarks.png  2  -  007  -\nmarks.png  -  2026\n=broken.png  -  error\n"
    )
    assert written("text", "number", sheet()).splitlines()[1] == "marks.png  1:3  7.5?"


def test_json_has_the_cells_of_a_row_and_where_else_is_written():
    first = json.loads(written("jsonl", "row", sheet()).splitlines()[0])
    assert (first["cells"], first["other"], first["row"]) == (["", "41", "7.5"], [0], 1)
    assert len(json.loads(written("json", "number", sheet(), sheet()))) == 8
    assert json.loads(written("json", "row")) == []


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("per", ["number", "row"])
def test_nothing_read_is_no_failure(name: str, per: Per):
    written(name, per)
    written(name, per, Reading("blank.png", "empty"), BROKEN)


def test_a_source_comes_back_as_lines_at_once():
    assert [line.status for line in lines_of(BROKEN, "row")] == ["error"]
    assert [line.texts for line in lines_of(sheet(), "number")] == [["41"], ["7.5"], ["007"], ["2026"]]


def test_a_spreadsheet_shows_each_unsure_cell_beside_it(save_digit: Callable[..., Path]):
    openpyxl = pytest.importorskip("openpyxl")
    stream, path = io.BytesIO(), save_digit(7, "marks.png")
    with open_line_table("xlsx", stream, "row") as writer:
        writer.write(sheet(str(path)))
        writer.close()
    page = openpyxl.load_workbook(stream).active
    head = [cell.value for cell in page[1]]
    at_first = ["source", "table", "row", "c1", "c2", "c3", "picture", "status", "confidence", "error"]
    assert head[:10] == at_first
    assert [cell.value for cell in page[2]][1:6] == [1, 1, None, "41", "7.5"]
    (image,) = page._images
    assert (image.anchor._from.row, image.anchor._from.col) == (1, 6)
    fills = [cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else None for cell in page[2]]
    assert fills[:10] == [None, None, None, "EDEDED", None, "FCE4D6", None, "FCE4D6", None, None]


@pytest.mark.parametrize("per", ["number", "row"])
def test_parquet_has_types(per: Per):
    parquet = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    with open_line_table("parquet", stream, per) as writer:
        writer.write(sheet())
        writer.write(BROKEN)
        writer.close()
    table = parquet.read_table(io.BytesIO(stream.getvalue()))
    assert str(table.schema.field("row").type) == "int32"
    assert table.to_pylist()[0]["row"] == 1
    assert table.to_pylist()[-1]["status"] == "error"
