"""Readings of a form as rows: a row a form, a column a field, in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest

from inkdigits.output.form_columns import columns_of
from inkdigits.output.form_rows import open_form_writer
from inkdigits.output.form_tables import open_form_table
from inkdigits.readings import Box, FieldReading, Reading

BOX = Box(1, 2, 3, 4)
FIELDS = ("day", "weight", "tag")
FORM = Reading(
    "a.jpg",
    "unsure",
    "…",
    0.5,
    (),
    None,
    (
        FieldReading("day", "1.7.26", "ok", 0.98, BOX, "2026-07-01"),
        FieldReading("weight", "0412.50", "unsure", 0.5, BOX, "412.50", "above 400"),
        FieldReading("tag", "00712", "ok", 0.99, BOX),
    ),
)
BROKEN = Reading("=b.jpg", "error", error="this is not the form")


def rows_of(name: str) -> str:
    stream = io.StringIO(newline="")
    writer = open_form_writer(name, stream, ["a.jpg", "=b.jpg"], FIELDS)
    writer.write(FORM)
    writer.write(BROKEN)
    writer.close()
    return stream.getvalue()


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_a_row_has_each_field_with_status_and_confidence_beside_it(name: str, delimiter: str):
    head, first, second = csv.reader(io.StringIO(rows_of(name)), delimiter=delimiter)
    assert head == columns_of(FIELDS)
    row = dict(zip(head, first, strict=True))
    assert (row["day"], row["day status"], row["day confidence"]) == ("2026-07-01", "ok", "0.980000")
    assert (row["weight"], row["weight status"]) == ("412.50", "unsure")
    assert row["tag"] == "00712"
    assert row["reasons"] == "weight: above 400"
    assert dict(zip(head, second, strict=True))["error"] == "this is not the form"
    assert second[0] == "./=b.jpg"  # no formula
    assert second[2] == ""


def test_text_is_for_people():
    assert rows_of("text").splitlines() == ["a.jpg  day=1.7.26  weight=0412.50?  tag=00712", "=b.jpg  error"]


def test_json_has_everything():
    first, second = map(json.loads, rows_of("jsonl").splitlines())
    assert first["fields"][1]["reason"] == "above 400"
    assert Reading.from_dict(first) == FORM
    assert "fields" not in second


def table_of(name: str) -> io.BytesIO:
    stream = io.BytesIO()
    with open_form_table(name, stream, FIELDS) as writer:
        writer.write(FORM)
        writer.write(BROKEN)
        writer.close()
    stream.seek(0)
    return stream


def test_a_spreadsheet_has_types_and_colours_what_is_unsure():
    from openpyxl import load_workbook

    sheet = load_workbook(table_of("xlsx")).active
    assert sheet is not None
    head, first, second = sheet.iter_rows()
    assert [cell.value for cell in head] == columns_of(FIELDS)
    row = dict(zip((cell.value for cell in head), first, strict=True))
    assert row["weight"].value == 412.5
    assert row["tag"].value == "00712"
    assert row["day confidence"].number_format == "0.0%"
    assert row["weight"].fill.fgColor.rgb == "00FFF2C2"
    assert row["day"].fill.fgColor.rgb != "00FFF2C2"
    assert second[0].value == "=b.jpg"
    assert second[0].data_type == "s"


def test_a_parquet_file_has_confidences_as_numbers():
    from pyarrow import parquet

    first, second = parquet.read_table(table_of("parquet")).to_pylist()
    assert first["weight"] == "412.50"
    assert first["weight confidence"] == 0.5
    assert second["weight confidence"] is None
    assert second["error"] == "this is not the form"


def test_a_table_that_is_not_closed_is_not_written():
    for name in ("xlsx", "parquet"):
        stream = io.BytesIO()
        with open_form_table(name, stream, FIELDS) as writer:
            writer.write(FORM)
        assert stream.getvalue() == b""
