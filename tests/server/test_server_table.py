"""server/table_route.py: readings come back as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serving
from openpyxl import load_workbook
from starlette.testclient import TestClient

from inkdigits.output.line_rows import open_line_writer
from inkdigits.reader import Reader
from inkdigits.readings import Reading

SHEET = Path(__file__).parent.parent.parent / "docs" / "marks.jpg"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with serving.client(Reader(threads=1)) as opened:
        yield opened


@pytest.fixture(scope="module")
def reading(client: TestClient) -> dict[str, Any]:
    return client.post("/v1/read?expect=page", files={"file": ("marks.jpg", SHEET.read_bytes())}).json()


def posted(client: TestClient, reading: Any, kind: str) -> Any:
    return client.post(f"/v1/table?format={kind}", json={"readings": [reading]})


def test_the_csv_is_that_of_the_command_line(client: TestClient, reading: dict[str, Any]):
    answer = posted(client, reading, "csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    stream = io.StringIO(newline="")
    writer = open_line_writer("csv", stream, "row")
    writer.write(Reading.from_dict(reading))
    writer.close()
    assert answer.content.decode() == stream.getvalue()
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [rows[2][name] for name in ("source", "row", "c2", "c3")] == ["marks.jpg", "3", "8", "14"]


def test_the_spreadsheet_has_colours_and_opens_no_picture(client: TestClient, reading: dict[str, Any]):
    """A source may be called like a file of the server."""
    told = reading | {"source": str(SHEET)}
    sheet: Any = load_workbook(io.BytesIO(posted(client, told, "xlsx").content)).active
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]][:4] == ["source", "table", "row", "c1"]
    assert "picture" not in [cell.value for cell in rows[0]]
    assert not sheet._images
    unsure = next(number for number in reading["numbers"] if number["status"] == "unsure")
    cell = rows[unsure["row"] + 1][unsure["column"] + 3]
    assert (cell.value, cell.fill.fgColor.rgb[2:]) == (unsure["text"], "FCE4D6")


def test_what_a_person_typed_is_no_formula(client: TestClient, reading: dict[str, Any]):
    told = json.loads(json.dumps(reading))
    told["numbers"][0]["text"] = "=1+1"
    told["numbers"][1]["text"] = "-5"
    rows = list(csv.DictReader(io.StringIO(posted(client, told, "csv").text)))
    assert [rows[1]["c2"], rows[1]["c3"]] == ["'=1+1", "-5"]
    sheet: Any = load_workbook(io.BytesIO(posted(client, told, "xlsx").content)).active
    assert (sheet["E3"].value, sheet["E3"].data_type) == ("'=1+1", "s")


def changed(reading: dict[str, Any], what: str) -> Any:
    told = json.loads(json.dumps(reading))
    match what:
        case "number":
            told["table"][1][1]["numbers"] = [999]
        case "row":
            told["table"][1] = []
        case "text":
            told["numbers"][0]["text"] = "1\x001"
        case "lacking":
            del told["numbers"]
        case _:
            told["numbers"][0]["confidence"] = "0.5"
    return told


@pytest.mark.parametrize("what", ["number", "row", "text", "lacking", "confidence"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_no_reading_is_refused_in_one_line(
    client: TestClient, reading: dict[str, Any], what: str, kind: str
):
    answer = posted(client, changed(reading, what), kind)
    assert answer.status_code == 422
    assert "wrong readings.0" in answer.json()["detail"]
    assert "\n" not in answer.json()["detail"]


def test_other_formats_and_bodies_are_refused(client: TestClient, reading: dict[str, Any]):
    assert posted(client, reading, "ods").status_code == 422
    assert client.post("/v1/table", content=b"no json").status_code == 422
    assert client.post("/v1/table", content=b"").status_code == 400


def test_without_a_table_each_line_of_writing_is_a_row(client: TestClient, reading: dict[str, Any]):
    told = reading | {"table": None, "numbers": reading["numbers"][:3], "text": "17 12.5\n5"}
    rows = list(csv.DictReader(io.StringIO(posted(client, told, "csv").text)))
    assert [(row["c1"], row["c2"]) for row in rows] == [("17", "12.5"), ("5", "")]
    rows = list(csv.DictReader(io.StringIO(posted(client, told | {"text": "17"}, "csv").text)))
    assert [row["c1"] for row in rows] == ["17", "12.5", "5"]
