"""notebook.py: a reading shows itself, harms no notebook, and is well-formed."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from PIL import Image
from test_readings import READING, readings

from inkdigits.errors import InkdigitsError
from inkdigits.picture import sources
from inkdigits.readings import Box, Digit, Number, Reading


def cells(reading: Reading) -> dict[str, str]:
    """The table as the text of each row, by the text of its head."""
    rows = ElementTree.fromstring(reading._repr_html_()).iter("tr")  # noqa: S314  # our own text
    return {"".join(row[0].itertext()): "".join(row[1].itertext()) for row in rows}


def test_a_reading_shows_source_status_text_confidence_and_each_character():
    shown = cells(READING)
    assert shown["source"] == "scan.png"
    assert shown["status"] == "✓ ok"
    assert shown["text"] == "7"
    assert shown["confidence"] == "90 %"
    assert shown["790 % ✓"] == "790 % ?"  # the number is sure, its one digit is not


def test_each_number_and_digit_has_the_mark_of_its_own_status():
    digits = (
        Digit("1", 0.9, Box(0, 0, 9, 9)),
        Digit("2", 0.6, Box(9, 0, 9, 9), status="unsure"),
    )
    sure, unsure = (
        Number("7", 0.9, Box(0, 0, 9, 9)),
        Number("12", 0.55, Box(0, 0, 18, 9), digits, "unsure"),
    )
    shown = cells(Reading("a", "unsure", "7 12", 0.55, (sure, unsure)))
    assert shown["790 % ✓"] == ""
    assert shown["1255 % ?"] == "190 % ✓260 % ?"


def test_a_number_shows_what_it_is_worth_where_that_looks_otherwise():
    texts = ("1.234.50", "007", "12.5", "12/05")
    numbers = tuple(Number(text, 0.9, Box(0, 0, 9, 9)) for text in texts)
    shown = list(cells(Reading("a", "ok", " ".join(texts), 0.9, numbers)))[-4:]
    assert shown == ["1.234.50= 1234.5090 % ✓", "007= 790 % ✓", "12.590 % ✓", "12/0590 % ✓"]


def test_a_bar_is_as_long_as_the_confidence_and_tells_the_alternatives():
    page = READING._repr_html_()
    assert 'title="7: 90 %; or 1 6 %, 2 4 %"' in page
    assert "width:25px" in page  # nine tenths of 28


def test_the_picture_is_shown_with_its_boxes(tmp_path: Path):
    path = tmp_path / "a.png"
    Image.fromarray(np.full((60, 80), 200, np.uint8)).save(path)
    numbers = (
        Number("7", 0.9, Box(1, 2, 9, 9)),
        Number("12", 0.55, Box(20, 2, 18, 9), (), "unsure"),
    )
    reading = Reading(str(path), "unsure", "7 12", 0.55, numbers)
    assert sources.load(path).shape == (60, 80)
    svg = ElementTree.fromstring(reading._repr_html_())[0]  # noqa: S314  # our own text
    image, sure, unsure = svg
    assert svg.get("viewBox") == "0 0 80 60"
    assert image.get("href", "").startswith("data:image/jpeg;base64,/9j/")
    assert [sure.get(side) for side in ("x", "y", "width", "height")] == ["1", "2", "9", "9"]
    assert sure.get("stroke-dasharray") is None
    assert unsure.get("stroke-dasharray")
    path.unlink()
    assert "<svg" not in reading._repr_html_()


def test_a_data_frame_has_a_row_a_number(monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("pandas")
    numbers = (Number("007", 0.9, Box(1, 2, 3, 4)), Number("3/4", 0.5, Box(5, 6, 7, 8), (), "unsure"))
    frame = Reading("a.png", "unsure", "007 3/4", 0.5, numbers).to_pandas()
    assert list(frame["text"]) == ["007", "3/4"]
    assert frame["value"].fillna(-1).tolist() == [7.0, -1.0]
    assert frame.loc[1, ["x", "y", "width", "height"]].tolist() == [5, 6, 7, 8]
    assert Reading("a.png", "empty").to_pandas().empty
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(InkdigitsError, match="pip install pandas"):
        Reading("a.png", "empty").to_pandas()


def test_a_failure_shows_its_reason():
    assert cells(Reading("a.png", "error", error="a.png is no picture"))["error"] == "a.png is no picture"
    assert set(cells(Reading("a.png", "empty"))) == {"source", "status"}


@pytest.mark.parametrize("field", ["source", "text", "error"])
def test_what_a_file_is_called_cannot_run_in_the_notebook(field: str):
    attack = "<img src=x onerror=alert(1)>\"'"
    values = {"source": "a.png", "text": "7", "error": None, field: attack}
    reading = Reading(values["source"], "ok", values["text"], 0.9, (), values["error"])  # type: ignore[arg-type]
    page = reading._repr_html_()
    assert "<img" not in page
    assert cells(reading)[field] == attack


def test_a_value_cannot_leave_the_attribute_that_holds_it():
    digit = Digit('"><script>', 0.9, Box(0, 0, 1, 1), (('"><b>', 0.1),))
    page = Reading("a", "ok", "7", 0.9, (Number("7", 0.9, Box(0, 0, 1, 1), (digit,)),))._repr_html_()
    assert "<script" not in page
    assert '"><b>' not in page


def test_a_page_of_a_thousand_numbers_stays_small_and_says_what_is_left_out():
    page = Reading("a", "ok", "7", 0.9, READING.numbers * 1000)
    assert cells(page)["…"] == "and 800 more numbers"
    assert len(page._repr_html_()) < 300_000


def test_it_stands_alone_and_leaves_the_colours_of_text_and_paper_to_the_notebook():
    page = READING._repr_html_()
    for outside in ("http", "src=", "<style", "<script", "class="):
        assert outside not in page
    assert "color:inherit" in page
    assert "background:transparent" in page


@given(readings)
def test_any_reading_can_be_shown(reading: Reading):
    page = reading._repr_html_()
    assert page.startswith("<div")
    assert page.endswith("</div>")


@pytest.mark.parametrize("confidence", [float("nan"), float("inf"), -1.0, 2.0])
def test_a_confidence_that_is_none_does_not_break_the_table(confidence: float):
    digit = Digit("7", confidence, Box(0, 0, 1, 1))
    reading = Reading("a", "ok", "7", confidence, (Number("7", confidence, Box(0, 0, 1, 1), (digit,)),))
    assert cells(reading)["text"] == "7"
