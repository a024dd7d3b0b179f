"""schema.py: names, types and values of every column are the same in every format, read back."""

from __future__ import annotations

import csv
import io
import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inkdigits.cli.rows import open_rows
from inkdigits.output.schema import COLUMNS, Per, columns_of, kind_of
from inkdigits.readings import Box, Cell, Number, Reading

ROOT = Path(__file__).parent.parent.parent
MODEL = "digit=ab12cd34 number=ef56ab78 finder=90cd12ef"
PERS: tuple[Per, ...] = ("source", "number", "row")


def number(text: str, x: int, y: int, confidence: float = 0.984375, **at: int) -> Number:
    status = "ok" if confidence > 0.9 else "unsure"
    return Number(text, confidence, Box(x, y, 30, 40), status=status, **at)


# One number on the second page of a file; a sheet with a table and a number outside; blank; broken.
ONE = Reading("scan.tiff#2", "ok", "1.234.50", 0.984375, (number("1.234.50", 7, 9),))
_CELLS = (Box(0, 0, 50, 50), Box(50, 0, 50, 50))
SHEET = Reading(
    "marks.png",
    "unsure",
    "007 41\n12/05",
    0.40625,
    (
        number("007", 10, 5, row=0, column=0),
        number("41", 60, 5, 0.40625, row=0, column=1),
        number("12/05", 10, 155),
    ),
    table=(
        (Cell(_CELLS[0], "007", (0,)), Cell(_CELLS[1], "41", (1,))),
        (Cell(Box(0, 50, 50, 50), other=True), Cell(Box(50, 50, 50, 50))),
    ),
)
READINGS = (
    ONE,
    SHEET,
    Reading("blank.png", "empty"),
    Reading("bad.png", "error", error="bad.png is no picture"),
)

# What each row says, by the schema; a column that is not named is empty.
_ONE = {
    **{"source": "scan.tiff#2", "page": 2, "number": 1, "text": "1.234.50", "value": "1234.50"},
    **{"confidence": 0.984375, "status": "ok", "x": 7, "y": 9, "width": 30, "height": 40},
}
_BLANK = {"source": "blank.png", "status": "empty", "text": ""}
_BAD = {"source": "bad.png", "status": "error", "text": "", "error": "bad.png is no picture"}
_SIZE = {"width": 30, "height": 40}
_OUTSIDE = {"source": "marks.png", "text": "12/05", "confidence": 0.984375, "status": "ok", "x": 10, "y": 155}
EXPECTED: dict[Per, list[dict[str, Any]]] = {
    "source": [
        _ONE,
        {
            **{"source": "marks.png", "status": "unsure", "text": "007 41\n12/05", "confidence": 0.40625},
            **{"x": 10, "y": 5, "width": 80, "height": 190},
        },
        {**_BLANK, "confidence": 0.0},
        {**_BAD, "confidence": 0.0},
    ],
    "number": [
        _ONE,
        {
            **{"source": "marks.png", "number": 1, "row": 1, "column": 1, "text": "007", "value": "7"},
            **{"confidence": 0.984375, "status": "ok", "x": 10, "y": 5, **_SIZE},
        },
        {
            **{"source": "marks.png", "number": 2, "row": 1, "column": 2, "text": "41", "value": "41"},
            **{"confidence": 0.40625, "status": "unsure", "x": 60, "y": 5, **_SIZE},
        },
        {**_OUTSIDE, "number": 3, **_SIZE},
        _BLANK,
        _BAD,
    ],
    "row": [
        {**_ONE, "c1": "1.234.50"},
        {
            **{"source": "marks.png", "table": 1, "row": 1, "c1": "007", "c2": "41", "text": "007 41"},
            **{"confidence": 0.40625, "status": "unsure", "x": 0, "y": 0, "width": 100, "height": 50},
        },
        {
            **{
                "source": "marks.png",
                "table": 1,
                "row": 2,
                "c1": "",
                "c2": "",
                "text": "",
                "status": "empty",
            },
            **{"x": 0, "y": 50, "width": 100, "height": 50},
        },
        {**_OUTSIDE, "number": 3, "c1": "12/05", **_SIZE},
        _BLANK,
        _BAD,
    ],
}


def expected(per: Per) -> list[dict[str, Any]]:
    names = columns_of(per, 2)
    return [{name: (one | {"model": MODEL}).get(name) for name in names} for one in EXPECTED[per]]


def written(path: Path, form: str, per: Per) -> Path:
    with open_rows(str(path), form, [reading.source for reading in READINGS], per=per) as writer:
        for reading in READINGS:
            writer.write(reading, MODEL)
    return path


# ---- What each format gives back: names in order, and rows of values ----


def from_csv(path: Path, per: Per, delimiter: str = ",") -> tuple[list[str], list[dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter=delimiter)
    make = {"whole": int, "share": float, "text": str, "decimal": str}
    typed = [
        {name: make[kind_of(name)](cell) if cell else None for name, cell in row.items()} for row in rows
    ]
    return list(rows.fieldnames or ()), typed


def from_tsv(path: Path, per: Per) -> tuple[list[str], list[dict[str, Any]]]:
    return from_csv(path, per, "\t")


def from_jsonl(path: Path, per: Per) -> tuple[list[str], list[dict[str, Any]]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        cells = row.pop("cells", None)
        if cells is not None:
            row |= {f"c{place}": text for place, text in enumerate(cells, 1)}
    names = columns_of(per, 2)
    # A list of cells has no columns beyond its own.
    return list(names), [
        {name: row[name] if name[0] != "c" or name in row else None for name in names} for row in rows
    ]


def from_parquet(path: Path, per: Per) -> tuple[list[str], list[dict[str, Any]]]:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(path)
    types = {"text": "string", "decimal": "string", "whole": "int32", "share": "double"}
    names = [name for name in table.schema.names if name != "numbers"]
    assert {name: str(table.schema.field(name).type) for name in names} == {
        name: types[kind_of(name)] for name in names
    }
    return names, [{name: row[name] for name in names} for row in table.to_pylist()]


def from_xlsx(path: Path, per: Per) -> tuple[list[str], list[dict[str, Any]]]:
    openpyxl = pytest.importorskip("openpyxl")
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    told = [{name: cell for name, cell in zip(head, row, strict=True) if name != "picture"} for row in rows]
    for row in told:  # a number where none of it is lost
        assert row["value"] is None or isinstance(row["value"], (int, float))
        assert all(
            row[name] is None or isinstance(row[name], int) for name in row if kind_of(name) == "whole"
        )
    return [name for name in head if name != "picture"], told


BACK: dict[str, Callable[[Path, Per], tuple[list[str], list[dict[str, Any]]]]] = {
    "csv": from_csv,
    "tsv": from_tsv,
    "jsonl": from_jsonl,
    "parquet": from_parquet,
    "xlsx": from_xlsx,
}


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Returns a row in which alike is what no format tells apart: nothing and no text, 1234.5 and 1234.50."""
    value = row["value"]
    return {name: cell or None if kind_of(name) == "text" else cell for name, cell in row.items()} | {
        "value": None if value is None else float(value)
    }


@pytest.mark.parametrize("per", PERS)
@pytest.mark.parametrize("form", BACK)
def test_every_format_gives_back_the_columns_of_the_schema(tmp_path: Path, form: str, per: Per):
    names, rows = BACK[form](written(tmp_path / f"rows.{form}", form, per), per)
    assert names == list(columns_of(per, 2))
    assert [plain(row) for row in rows] == [plain(row) for row in expected(per)]
    if form != "xlsx":  # where a value is a number
        assert [row["value"] for row in rows] == [row["value"] for row in expected(per)]


@pytest.mark.parametrize("per", PERS)
def test_text_says_source_text_and_status_of_the_same_rows(tmp_path: Path, per: Per):
    lines = written(tmp_path / "rows.txt", "text", per).read_text(encoding="utf-8").splitlines()
    for line, row in zip(lines, expected(per), strict=True):
        source, *told = line.split()
        assert source == row["source"]
        cells = [row["c1"], row["c2"]] if per == "row" else [row["text"].replace("\n", " / ")]
        words = [word for cell in cells for word in (cell or "").split()]
        assert [word for word in words if word not in [one.rstrip("?") for one in told]] == []
        if row["status"] in ("empty", "error"):
            assert told[-1] == row["status"]
        assert ("unsure" in told or any(one.endswith("?") for one in told)) == (row["status"] == "unsure")


def test_every_column_is_in_the_schema_and_every_row_says_what_all_rows_say():
    everywhere = {
        *("source", "page", "number", "row", "column", "text", "value", "confidence", "status"),
        *("x", "y", "width", "height", "error", "model"),
    }
    for per in PERS:
        names = columns_of(per, 1, second=True)
        assert everywhere <= set(names)
        assert len(set(names)) == len(names)
        assert {name for name, column in COLUMNS.items() if per in column.pers} == set(names)


def test_old_columns_keep_their_places():
    assert columns_of("source")[:6] == ("source", "status", "text", "value", "confidence", "error")
    assert columns_of("number")[:8] == (
        *("source", "number", "row", "column", "text", "value", "confidence", "status"),
    )
    assert columns_of("number")[8:13] == ("x", "y", "width", "height", "error")
    assert columns_of("row", 2)[:8] == ("source", "table", "row", "c1", "c2", "status", "confidence", "error")


def test_the_page_about_rows_is_current():
    written = (ROOT / "docs" / "rows.md").read_text(encoding="utf-8")
    assert written == runpy.run_path(str(ROOT / "docs" / "make_rows.py"))["page"](written), "run: make docs"


def test_the_models_of_a_row_are_those_that_read(root: Path):
    from inkdigits import Model, Reader
    from inkdigits.recognition.bundle import SHIPPED, SHIPPED_DIGIT, load

    reader = Reader()
    told = dict(part.split("=") for part in reader.version.split())
    assert told == {kind: load(path).metadata["files"]["model.onnx"][:8] for kind, path in SHIPPED.items()}
    assert reader._models == {}  # to say it, none is loaded
    assert Reader(Model(SHIPPED_DIGIT)).version == reader.version
