"""rows.py: rows that people, spreadsheets and programs can trust."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.errors import ConfigError
from inkdigits.output.rows import FORMATS, one_line, open_writer
from inkdigits.output.schema import columns_of
from inkdigits.readings import Box, Digit, Number, Reading

SEVEN = Reading("scan.png", "ok", "7", 0.998)
DOUBTFUL = Reading("a/long/name.png", "unsure", "4", 0.31)
BLANK = Reading("blank.png", "empty")
BROKEN = Reading("broken.png", "error", error="broken.png: expected a picture, got text")


def written(name: str, *readings: Reading) -> str:
    stream = io.StringIO(newline="")
    writer = open_writer(name, stream, [reading.source for reading in readings])
    for reading in readings:
        writer.write(reading)
    writer.close()
    return stream.getvalue()


def rows(*readings: Reading) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", *readings), newline="")))


def test_text_aligns_file_digit_and_confidence_and_marks_what_needs_a_look():
    assert written("text", SEVEN, DOUBTFUL, BLANK, BROKEN) == (
        "scan.png         7    99.8 %\n"
        "a/long/name.png  4    31.0 %  unsure\n"
        "blank.png        -            empty\n"
        "broken.png       -            error\n"
    )


def test_text_counts_the_columns_of_wide_and_combining_characters():
    wide, narrow = written(
        "text", Reading("写真.png", "ok", "1", 0.5), Reading("e\u0301.png", "ok", "1", 0.5)
    ).splitlines()
    assert wide == "写真.png  1    50.0 %"  # two columns a character
    assert narrow == "e\u0301.png     1    50.0 %"  # an accent of its own takes no column


def test_one_very_long_name_does_not_push_the_other_rows_to_the_right():
    long_row, short_row = written("text", Reading("x" * 200, "ok", "1", 0.5), SEVEN).splitlines()
    assert short_row == "scan.png  7    99.8 %"
    assert long_row == "x" * 200 + "  1    50.0 %"


def test_text_keeps_a_row_on_one_line_and_its_escape_sequences_harmless():
    assert written("text", Reading("a\nb\x1b[31m.png", "ok", "1", 0.5)) == "a\\nb\\x1b[31m.png  1    50.0 %\n"


@pytest.mark.parametrize(("confidence", "shown"), [(1.0, "100.0 %"), (0.99999, "99.9 %"), (0.0, "0.0 %")])
def test_text_never_rounds_a_confidence_up_to_certainty(confidence: float, shown: str):
    assert shown in written("text", Reading("a.png", "ok", "1", confidence)).replace("  ", " ")
    assert ("100" in shown) == (confidence == 1)


def test_csv_has_a_header_and_the_line_ends_of_rfc_4180():
    text = written("csv", SEVEN, BROKEN)
    assert text == (
        "source,status,text,value,confidence,error,page,number,row,column,x,y,width,height,model\r\n"
        "scan.png,ok,7,,0.998000,,,,,,,,,,\r\n"
        'broken.png,error,,,0.000000,"broken.png: expected a picture, got text",,,,,,,,,\r\n'
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_gives_a_spreadsheet_nothing_to_calculate(start: str):
    (row,) = rows(Reading(start + "cmd|' /C calc'!A0.png", "error", error=start + "1"))
    assert row["source"] == "./" + start + "cmd|' /C calc'!A0.png"  # still the same file
    assert row["error"] == "'" + start + "1"


def test_csv_leaves_a_confidence_that_is_no_number_blank():
    assert rows(Reading("a.png", "ok", "1", math.nan))[0]["confidence"] == ""


@pytest.mark.parametrize(
    ("texts", "value"),
    [(["1.234.50"], "1234.50"), (["007"], "7"), (["12/05"], ""), (["-3"], "-3"), (["3", "4"], ""), ([], "")],
)
def test_csv_has_the_value_of_a_reading_with_one_number(texts: list[str], value: str):
    numbers = tuple(Number(text, 0.9, Box(0, 0, 1, 1)) for text in texts)
    (row,) = rows(Reading("a.png", "ok", " ".join(texts), 0.9, numbers))
    assert (row["text"], row["value"]) == (" ".join(texts), value)


def test_jsonl_holds_everything_a_reading_holds():
    digit = Digit("7", 0.9, Box(1, 2, 3, 4), (("1", 0.05),))
    reading = Reading("a.png", "ok", "7", 0.9, (Number("7", 0.9, Box(1, 2, 3, 4), (digit,)),))
    assert Reading.from_dict(json.loads(written("jsonl", reading))) == reading


def test_jsonl_writes_null_for_what_is_no_number():
    reading = Reading("a.png", "ok", "1", math.inf, (Number("1", math.nan, Box(0, 0, 1, 1)),))
    row = json.loads(written("jsonl", reading), parse_constant=pytest.fail)
    assert row["confidence"] is None
    assert row["numbers"][0]["confidence"] is None


def test_what_a_second_reader_read_has_a_column_of_its_own():
    box = Box(0, 0, 1, 1)
    asked = Reading(
        "a.png", "unsure", "7 2", 0.5, (Number("7", 0.5, box, second="1"), Number("2", 0.99, box))
    )
    alike = Reading("b.png", "ok", "7", 0.95, (Number("7", 0.95, box, second="7"),))
    alone = Reading("c.png", "ok", "7", 0.99, (Number("7", 0.99, box),))
    stream = io.StringIO(newline="")
    writer = open_writer("csv", stream, second=True)
    for reading in (asked, alike, alone):
        writer.write(reading)
    head, *lines = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert head == [*columns_of("source"), "second"]
    assert [line[-1] for line in lines] == ["1 2", "7", ""]
    stream = io.StringIO()
    writer = open_writer("text", stream, second=True)
    for reading in (asked, alike, alone):
        writer.write(reading)
    assert [line.partition(", second: ")[2] for line in stream.getvalue().splitlines()] == ["1 2", "", ""]
    assert "second" not in written("csv", asked)
    assert json.loads(written("jsonl", asked))["numbers"][0]["second"] == "1"


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(ConfigError, match="text, csv, tsv, jsonl, json, got 'xml'"):
        open_writer("xml", io.StringIO())


names = st.text(min_size=1).filter(lambda name: "\0" not in name)
readings = st.builds(
    Reading,
    source=names,
    status=st.sampled_from(["ok", "unsure", "empty", "error"]),
    text=st.text("0123456789.-", max_size=8),
    confidence=st.floats(),
    error=st.none() | names,
)


@given(st.lists(readings, max_size=5))
def test_every_reading_becomes_one_row_in_order_in_every_format(batch: list[Reading]):
    assert [row["source"].removeprefix("./") for row in rows(*batch)] == [
        reading.source.removeprefix("./") for reading in batch
    ]
    assert all(set(row) == set(columns_of("source")) for row in rows(*batch))
    lines = written("jsonl", *batch).split("\n")[:-1]
    assert [json.loads(line)["source"] for line in lines] == [reading.source for reading in batch]
    assert len(written("text", *batch).split("\n")) == len(batch) + 1
    assert json.loads(written("json", *batch)) == [json.loads(line) for line in lines]
    tabs = csv.reader(io.StringIO(written("tsv", *batch), newline=""), delimiter="\t")
    assert list(tabs) == list(csv.reader(io.StringIO(written("csv", *batch), newline="")))


@given(st.text())
def test_one_line_is_printable_and_leaves_printable_text_alone(text: str):
    assert one_line(text).isprintable()
    if text.isprintable():
        assert one_line(text) == text


def test_every_format_is_tested_here():
    assert set(FORMATS) == {"text", "csv", "tsv", "jsonl", "json"}
