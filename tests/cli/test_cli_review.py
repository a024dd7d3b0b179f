"""cli/review.py, convert.py: a review from the command line, and the tables that come of it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result
from review_files import TAB, write_results

from inkdigits.review.answers import Person
from inkdigits.review.work import Review

Cli = Callable[..., Result]


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return write_results(tmp_path)


@pytest.fixture
def answered(results: Path) -> Path:
    review = Review(results)
    review.answer("one", 0, "text", "7", Person("Ann", TAB))
    review.close()
    return results


def test_it_says_how_much_is_left_and_serves_the_results(
    cli: Cli, answered: Path, monkeypatch: pytest.MonkeyPatch
):
    served = []
    monkeypatch.setattr("inkdigits.server.run.serve", lambda settings, *_: served.append(settings) or 0)
    done = cli("review", answered, "--max-error", "0.0001", "--pictures", answered.parent)
    assert (done.code, done.out) == (0, "")
    assert "8 of 8 cells to look at, 7 left; an error is expected in" in done.err
    (settings,) = served
    assert (settings.review, settings.review_max_error) == (answered, 0.0001)
    assert settings.pictures == answered.parent


def test_serve_has_it_beside_the_rest(cli: Cli, answered: Path, monkeypatch: pytest.MonkeyPatch):
    served = []
    monkeypatch.setattr("inkdigits.server.run.serve", lambda settings, *_: served.append(settings) or 0)
    assert cli("serve", "--review", answered).code == 0
    assert cli("serve").code == 0
    assert [settings.review for settings in served] == [answered, None]


def test_what_is_no_results_is_told_before_anything_starts(cli: Cli, tmp_path: Path):
    done = cli("review", tmp_path / "missing.jsonl")
    assert (done.code, done.out) == (1, "")
    assert "cannot read the results" in done.err


@pytest.mark.parametrize("name", ["out.csv", "out.tsv"])
def test_convert_writes_what_people_said_by_the_ending(cli: Cli, answered: Path, name: str):
    output = answered.parent / name
    assert cli("convert", answered, "--output", output).code == 0
    delimiter = "\t" if name.endswith("tsv") else ","
    first, *_ = csv.DictReader(output.read_text().splitlines(), delimiter=delimiter)
    assert (first["text"], first["read"], first["origin"], first["who"]) == ("7", "1", "corrected", "Ann")


def test_convert_without_an_output_writes_csv(process: Callable[..., Result], answered: Path):
    done = process("convert", answered)
    assert done.code == 0, done.err
    assert done.out.startswith("source,number,text,")


def test_convert_refuses_an_ending_that_it_does_not_know_and_its_own_source(cli: Cli, results: Path):
    done = cli("convert", results, "--output", results.parent / "a.doc")
    assert (done.code, "ending without a format" in done.err) == (2, True)
    done = cli("convert", results, "--output", results)
    assert (done.code, "is what is to be converted" in done.err) == (2, True)


def test_convert_writes_what_other_programs_take_in(cli: Cli, answered: Path):
    page = answered.parent / "page.hocr"
    assert cli("convert", answered, "--output", page, "--pictures", answered.parent).code == 0
    assert '<span class="ocrx_word" id="word_1_1_1"' in page.read_text()
    done = cli("convert", answered, "--format", "sdaps", "--output", answered.parent / "a.csv")
    assert (done.code, "expected --with FILE" in done.err) == (2, True)
    done = cli("convert", answered, "--output", answered.parent / "a.csv", "--with", page)
    assert (done.code, "fills no file" in done.err) == (2, True)
    done = cli("convert", answered, "--format", "quexf", "--with", answered.parent / "missing.xml")
    assert (done.code, "cannot read" in done.err) == (1, True)


def test_the_formats_of_the_command_are_those_that_can_be_written():
    from inkdigits.cli import convert
    from inkdigits.output import record_tables
    from inkdigits.output.exchange import formats

    assert set(convert._OTHERS) == set(formats.FORMATS)
    assert convert._TABLES == record_tables.FORMATS
