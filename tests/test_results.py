"""docs/make_results.py: the page of results and the README say what an evaluation found."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from inkdigits.measure.mistakes import KINDS
from inkdigits.measure.pages import PageFigures
from inkdigits.measure.scoring import score

ROOT = Path(__file__).parent.parent


@pytest.fixture
def make_results(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The script, as a namespace."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return SimpleNamespace(**runpy.run_path(str(ROOT / "docs" / "make_results.py")))


def figures(name: str, right: int, label: str = "7", **more: Any) -> dict[str, Any]:
    """Returns the figures of ten pictures, the wrong ones sure, as the JSON of evaluate has them."""
    answers = [label] * right + ["1"] * (10 - right)
    found = score(name, [label] * 10, answers, [0.9] * 10, ["ok"] * 10)
    return {**found.to_dict(), "expect": "digit", "auto": None, **more}


def evaluation() -> dict[str, Any]:
    """Returns the JSON of an evaluation of a set of each sort."""
    pages = PageFigures(2, written=10, read=12, right=8, sure=5, sure_wrong=2, rows=4, rows_whole=3).to_dict()
    kinds = {"a|b": {"n": 6, "correct": 4, "sure_wrong": 1}, "": {"n": 4, "correct": 4, "sure_wrong": 0}}
    mistakes = dict.fromkeys(KINDS, 1)
    return {
        "command": "inkdigits evaluate --data mnist",
        "date": "today",
        "versions": {"python": "3"},
        "machine": {"cores": "2"},
        "model": {"name": "nine", "model.onnx": "sha256:abc"},
        "sets": [
            figures("mnist", 10),
            figures("numbers", 9, auto=figures("numbers", 7, expect="auto"), mistakes=mistakes),
            figures("real/pages", 8, expect="page", pages=pages, by_kind=kinds),
            figures("letters", 0, "u", auto=figures("letters", 0, "u", expect="auto")),
            figures("hard/identity", 10),
            figures("hard/fog", 6),
        ],
        "corruptions": [
            {
                "name": "hard",
                "corruptions": 1,
                "accuracy": 0.6,
                "clean": 1.0,
                "worst": ["fog", 0.6],
                "sure_wrong_share": 0.4,
            }
        ],
    }


def test_the_readmes_figures_are_those_of_the_page_of_results(make_results: SimpleNamespace):
    results = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert make_results.readme_table(results) in readme, "run: python docs/make_results.py"
    assert make_results.with_table(readme, make_results.readme_table(results)) == readme


def test_auto_stands_beside_what_is_known(make_results: SimpleNamespace):
    rows = make_results.rows_of(make_results.results_page(evaluation(), []))
    numbers = rows["numbers"]
    assert (numbers["right"], numbers["sure and wrong"]) == ("90.00 %", "10.00 %")
    assert (numbers["`auto` right"], numbers["`auto` sure and wrong"]) == ("70.00 %", "30.00 %")
    assert rows["mnist"]["`auto` right"] == "–"
    assert (rows["letters"]["right"], rows["letters"]["`auto` sure and wrong"]) == ("–", "100.00 %")


def test_pages_kinds_and_corruptions_have_tables_of_their_own(make_results: SimpleNamespace):
    page = make_results.results_page(evaluation(), [])
    assert "| pages | `page` | 2 | 10 | 12 | 8 (80.00 %) | 5 | 2 (40.00 %) | 3 of 4 |" in page
    assert "| a\\|b | 6 | 4 | 1 | – | – |" in page
    assert "| nothing special | 4 | 4 | 0 | – | – |" in page
    assert make_results.rows_of(page)["fog"]["right"] == "60.00 %"
    assert make_results.rows_of(page)["mean of the corruptions"]["sure and wrong"] == "40.00 %"
    assert "| more than that | 1 (10.00 %) |" in page


def test_what_was_found_by_hand_or_by_cross_validation_stays(make_results: SimpleNamespace):
    page = make_results.results_page(evaluation(), [])
    results = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    for heading in ("## Cross-validation\n", "## What the wrong numbers have in common\n"):
        section = results.partition(heading)[2].partition("\n## ")[0]
        assert section
        assert heading + section in page
