"""review/work.py, questions.py: which cells are asked about, in which order, and how much is left."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from review_files import TAB, number, write_results

from inkdigits.errors import ConfigError
from inkdigits.output.records import load_records
from inkdigits.review.answers import Person
from inkdigits.review.questions import question_of, questions_in_order
from inkdigits.review.work import Review, reviewed

ANN = Person("Ann", TAB)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return write_results(tmp_path)


def test_only_unsure_cells_are_asked_about_unless_a_lower_risk_is_wanted(results: Path):
    assert Review(results).progress().asked == 6
    assert Review(results, max_error=0.0005).progress().asked == 8


def test_cells_that_ask_the_same_stand_together(results: Path):
    cells = Review(results).next_cells(TAB, 9)
    assert [cell["question"] for cell in cells] == [
        "1 or 7",
        "1 or 7",
        "4 or 7",
        "4 or 7",
        "7 or 9",
        "7 or 9",
    ]
    assert [cell["text"] for cell in cells] == ["1", "1", "4", "4", "7", "7"]
    assert cells[0]["confidence"] > cells[1]["confidence"]  # the surest first
    assert cells[0]["alternatives"][0] == ["7", pytest.approx((1 - cells[0]["confidence"]) / 2)]


def test_without_characters_cells_of_a_length_stand_together(results: Path):
    record = replace(load_records(results)[0], digits=())
    records = [replace(record, text=text) for text in ("123", "7", "12", "345")]
    assert [question_of(one) for one in records] == ["3 characters", "7", "2 characters", "3 characters"]
    assert questions_in_order(records, None) == [2, 0, 3, 1]


def test_how_much_is_left_and_in_how_many_cells_an_error_is_expected(results: Path):
    review = Review(results)
    start = review.progress()
    risks = [1 - record.confidence for record in review.records]
    assert start.expected_errors == pytest.approx(sum(risks))
    assert start.expected_unlooked == pytest.approx(0.002)
    review.answer("one", 0, "text", "1", ANN)
    review.answer("two", 1, "text", "9", ANN)
    review.answer("three", 2, "skip", "", ANN)
    now = review.progress()
    assert (now.done, now.left, now.skipped, now.corrected) == (2, 4, 1, 1)
    assert now.share_left == pytest.approx(4 / 6)
    assert now.expected_errors == pytest.approx(sum(risks[2:]))


def test_it_goes_on_where_it_stopped_and_everything_stays_side_by_side(results: Path):
    review = Review(results)
    review.answer("one", 0, "text", "1", ANN)
    review.answer("two", 1, "text", "9", ANN)
    review.undo("three", "two", ANN)
    review.answer("four", 1, "text", "7", ANN)
    review.answer("five", 2, "other", "", ANN)
    review.close()
    assert Review(results).progress().left == 3
    records = reviewed(results)
    assert [(one.read, one.text, one.origin, one.who) for one in records[:4]] == [
        ("1", "1", "confirmed", "Ann"),
        ("4", "7", "corrected", "Ann"),
        ("7", "", "no number", "Ann"),
        ("1", "1", "read", ""),
    ]
    assert [(one["text"], one["undone"]) for one in records[1].answers] == [("9", True), ("7", False)]
    assert records[1].box == (64, 0, 64, 64)
    assert load_records(results)[1].text == "4"  # the results are what they were


def test_a_tick_and_whatever_was_read_can_be_said(results: Path):
    row = json.loads(results.read_text())
    for one, text in zip(row["numbers"], ("x", "north", "7"), strict=False):
        one.update(text=text, digits=[], row=2)
    results.write_text(json.dumps(row))
    review = Review(results)
    assert review.describe(0)["place"] == {"row": "3"}  # counted from 1, as people count
    for cell, text in enumerate(("x", "north", "x")):
        review.answer(f"answer-{cell}", cell, "text", text, ANN)
    with pytest.raises(
        ConfigError, match=r"wrong text: expected what was read, or digits .* received 'south'"
    ):
        review.answer("answer-3", 3, "text", "south", ANN)
    assert [one.origin for one in review.outcome()[:3]] == ["confirmed", "confirmed", "corrected"]


def test_what_nobody_asked_for_and_results_that_changed_are_refused(results: Path):
    review = Review(results)
    with pytest.raises(ConfigError, match="cell 7 is not one to look at"):
        review.answer("one", 7, "text", "1", ANN)
    review.close()
    row = json.loads(results.read_text())
    row["numbers"][0] = number("8", 0.5, 0)
    results.write_text(json.dumps(row))
    with pytest.raises(ConfigError, match="is the review of other results"):
        Review(results)


def test_a_table_without_a_review_is_as_it_was_read(results: Path):
    assert {one.origin for one in reviewed(results)} == {"read"}
    assert not results.with_name("readings.jsonl.review").exists()
