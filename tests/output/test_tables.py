"""tables.py: a spreadsheet keeps what was read as it is written."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inkdigits.errors import OutputError
from inkdigits.output.tables import open_table
from inkdigits.readings import Box, Number, Reading


def of(text: str, source: str = "a.png") -> Reading:
    return Reading(source, "ok", text, 0.5, (Number(text, 0.5, Box(1, 2, 3, 4)),))


@pytest.mark.parametrize(
    ("text", "value"),
    [("007", 7), ("1.234.50", 1234.5), ("12/05", None), ("3141592653589793238462", "3141592653589793238462")],
)
def test_text_stays_text_and_a_value_is_a_number_where_none_of_it_is_lost(text: str, value: object):
    openpyxl = pytest.importorskip("openpyxl")
    stream = io.BytesIO()
    with open_table("xlsx", stream) as writer:
        writer.write(of(text))
        writer.close()
    row = list(openpyxl.load_workbook(stream).active.iter_rows(values_only=True))[1]
    assert (row[2], *row[4:6]) == (text, value, 0.5)


def test_what_is_unsure_has_a_colour_and_its_picture_beside_it(save_digit: Callable[..., Path]):
    openpyxl = pytest.importorskip("openpyxl")
    path, stream = save_digit(7, "seven.png"), io.BytesIO()
    with open_table("xlsx", stream) as writer:
        writer.write(of("7", str(path)))
        writer.write(replace(of("1", str(path)), status="unsure"))
        writer.write(replace(of("1", "gone.png"), status="unsure"))
        writer.close()
    sheet = openpyxl.load_workbook(stream).active
    (image,) = sheet._images
    assert (image.anchor._from.row, image.anchor._from.col) == (2, 3)
    assert [row[0].fill.fill_type for row in sheet.iter_rows(min_row=2)] == [None, "solid", "solid"]


def test_a_name_that_is_no_utf_8_is_shown():
    openpyxl = pytest.importorskip("openpyxl")
    stream = io.BytesIO()
    with open_table("xlsx", stream) as writer:
        writer.write(of("7", "caf\udce9\x1b.png"))
        writer.close()
    assert openpyxl.load_workbook(stream).active["A2"].value == "caf\\udce9\\x1b.png"


def test_what_no_cell_holds_is_told():
    pytest.importorskip("openpyxl")
    with (
        pytest.raises(OutputError, match="32,767"),
        open_table("xlsx", io.BytesIO()) as writer,
    ):
        writer.write(of("7" * 40_000))


@pytest.mark.parametrize(("name", "library"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_a_table_that_ends_early_leaves_nothing_open_and_writes_nothing(name: str, library: str):
    pytest.importorskip(library)
    stream = io.BytesIO()
    with pytest.raises(KeyboardInterrupt), open_table(name, stream) as writer:
        writer.write(of("7"))
        raise KeyboardInterrupt
    del writer
    gc.collect()  # what is still open ends here, with a warning
    assert stream.getvalue() == b""


def test_parquet_has_the_numbers_with_their_boxes():
    parquet = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    with open_table("parquet", stream) as writer:
        writer.write(of("007"))
        writer.close()
    (row,) = parquet.read_table(io.BytesIO(stream.getvalue())).to_pylist()
    assert row["value"] == "7"
    assert row["numbers"] == [
        {
            "text": "007",
            "value": "7",
            "confidence": 0.5,
            "status": "ok",
            "x": 1,
            "y": 2,
            "width": 3,
            "height": 4,
        }
    ]
