"""records.py: every format that ``read --output`` writes is taken in again, cell by cell."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from inkdigits.batch.journal import Journal
from inkdigits.cli.rows import open_rows
from inkdigits.errors import DataError
from inkdigits.output.records import load_records
from inkdigits.readings import Box, Digit, Number, Reading

DIGIT = Digit("7", 0.6, Box(1, 2, 3, 4), (("1", 0.3),), "unsure")
READINGS = (
    Reading(
        "a.png",
        "unsure",
        "7 12",
        0.6,
        (Number("7", 0.6, Box(1, 2, 3, 4), (DIGIT,), "unsure"), Number("12", 0.99, Box(9, 2, 6, 4))),
    ),
    Reading("b.png", "empty"),
    Reading("=c.png", "error", error="=c.png: no picture"),
)


def written(path: Path, form: str) -> Path:
    with open_rows(str(path), form, []) as writer:
        for reading in READINGS:
            writer.write(reading)
    return path


@pytest.mark.parametrize("form", ["jsonl", "json", "parquet"])
def test_each_number_is_a_cell_with_its_box(tmp_path: Path, form: str):
    if form == "parquet":
        pytest.importorskip("pyarrow")
    records = load_records(written(tmp_path / f"r.{form}", form))
    assert [(one.source, one.number, one.text, one.status, one.box) for one in records[:2]] == [
        ("a.png", 1, "7", "unsure", (1, 2, 3, 4)),
        ("a.png", 2, "12", "ok", (9, 2, 6, 4)),
    ]
    assert [(one.number, one.status, one.error) for one in records[2:]] == [
        (0, "empty", ""),
        (0, "error", "=c.png: no picture"),
    ]
    assert (records[0].digits == (DIGIT,)) == (form != "parquet")


@pytest.mark.parametrize("form", ["csv", "tsv", "xlsx"])
def test_where_numbers_are_not_told_apart_a_source_is_a_cell(tmp_path: Path, form: str):
    if form == "xlsx":
        pytest.importorskip("openpyxl")
    records = load_records(written(tmp_path / f"r.{form}", form))
    assert [(one.number, one.text, one.box) for one in records] == [
        (0, "7 12", (1, 2, 14, 4)),
        (0, "", None),
        (0, "", None),
    ]
    assert records[0].confidence == 0.6


def test_columns_go_by_their_names_and_others_are_kept(tmp_path: Path):
    path = tmp_path / "r.csv.gz"
    text = "column,source,number,text,status,confidence,x,y,width,height\n2,a.png,3,007,unsure,0.5,1,2,3,4\n"
    path.write_bytes(gzip.compress(text.encode()))
    (record,) = load_records(path)
    assert (record.number, record.text, record.box) == (3, "007", (1, 2, 3, 4))
    assert record.more == {"column": "2"}
    other = tmp_path / "r.json"
    number = {"text": "5", "confidence": None, "box": [1, 2, 3, 4], "row": 1, "column": None}
    other.write_text(json.dumps([{"source": "a", "status": "ok", "confidence": 1, "numbers": [number]}]))
    (record,) = load_records(other)
    assert (record.more, record.confidence, record.status) == (
        {"row": 2},
        0.0,
        "ok",
    )  # counted as people count


def test_a_field_of_a_form_is_a_cell_with_its_name_and_the_characters_of_its_number(tmp_path: Path):
    path = tmp_path / "r.jsonl"
    row = READINGS[0].to_dict()
    field = {"text": "7", "value": "7", "confidence": 0.6, "box": [0, 0, 9, 9], "status": "unsure"}
    tick = {**field, "text": "x", "value": None, "status": "ok", "reason": None, "number": None}
    row["fields"] = [{**field, "name": "room", "reason": "failed its check", "number": 0}]
    row["fields"] += [{**tick, "name": "paid"}]
    path.write_text(json.dumps(row))
    room, paid = load_records(path)
    assert (room.text, room.box, room.digits) == ("7", (0, 0, 9, 9), (DIGIT,))
    assert room.more == {"field": "room", "reason": "failed its check"}
    assert (paid.text, paid.digits, paid.more) == ("x", (), {"field": "paid"})


def test_what_a_run_has_read_so_far_is_taken_in_wherever_it_is_cut(tmp_path: Path):
    part = tmp_path / "r.csv.part"
    with Journal(str(tmp_path / "r.csv"), {}, False) as journal:
        ends: list[int] = []
        for reading in READINGS:
            journal.write(reading)
            assert load_records(part)[-1].source == reading.source  # at once, while the run goes on
            ends.append(part.stat().st_size)
        content = part.read_bytes()
    copy = tmp_path / "copy.part"
    for cut in range(content.index(b"\n") + 1, len(content) + 1):  # as a kill leaves it
        copy.write_bytes(content[:cut])
        told = {record.source: None for record in load_records(copy)}
        assert len(told) == sum(end <= cut for end in ends)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("r.part", '{"a": 1}\n', "not that of a run"),
        ("r.txt", "", "ending '.txt'"),
        ("missing.csv", None, "No such file"),
        ("r.csv", "a,b\n1,2\n", "not what inkdigits read writes"),
        ("r.jsonl", "{", "not what inkdigits read writes"),
        ("r.json", "[1]", "not what inkdigits read writes"),
        ("r.csv.gz", "no gzip", "cannot read"),
        ("r.csv", "source,status,confidence\na,fine,1\n", "status is 'fine'"),
        ("r.csv", "source,status,confidence,x,y,width,height\na,ok,1,0,0,0,5\n", "expected x, y from 0"),
    ],
)
def test_what_is_no_results_is_one_clear_line(tmp_path: Path, name: str, content: str | None, says: str):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=says) as told:
        load_records(tmp_path / name)
    assert "\n" not in str(told.value)


def test_of_what_was_tried_again_the_last_try_counts(tmp_path: Path):
    broken, good = Reading("a", "error", error="it is broken"), Reading("a", "ok", "1", 0.9)
    output = str(tmp_path / "r.csv")
    for resume, readings in ((False, (broken, good)), (True, (good,))):
        with pytest.raises(KeyboardInterrupt), Journal(output, {}, resume) as journal:
            for turn, reading in enumerate(readings):
                journal.write(reading, turn)
            raise KeyboardInterrupt
    assert [record.status for record in load_records(f"{output}.part")] == ["ok", "ok"]
