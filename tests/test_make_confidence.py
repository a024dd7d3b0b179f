"""docs/make_confidence.py: what a stated error answers, how often that is wrong, and where it holds."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import draw_digit
from PIL import Image

from inkdigits.data.datasets import dataset_of
from inkdigits.measure.evaluation import evaluate
from inkdigits.reader import Reader

ROOT = Path(__file__).parent.parent


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The script, as a namespace."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    return SimpleNamespace(**runpy.run_path(str(ROOT / "docs" / "make_confidence.py")))


def answers(read_as: str, confidences: list[float], correct: list[int]) -> dict[str, Any]:
    risks = {"0.005": 0.005, "0.01": 0.01, "0.02": 0.02}
    return {
        "read as": read_as,
        "n": len(correct),
        "confidences": confidences,
        "correct": correct,
        "risks": risks,
    }


def figures() -> dict[str, list[dict[str, Any]]]:
    """Returns a set that holds, one that does not, one of which nothing is sure, and letters."""
    sure = [0.999] * 400
    return {
        "mnist": [answers("digit", sure, [1] * 400)],
        "strings_forms": [answers("number", sure, [1] * 400), answers("auto", sure, [0] * 40 + [1] * 360)],
        "pages_desk": [answers("page", [0.5, 0.4], [1, 0]), answers("auto", [0.5, 0.4], [1, 0])],
        "not_digits_letters": [answers("digit", [0.999, 0.2], [0, 0]), answers("auto", [0.2, 0.1], [0, 0])],
    }


def test_what_is_sure_and_wrong_is_counted(script: SimpleNamespace) -> None:
    some = answers("auto", [0.999, 0.992, 0.985, 0.5], [1, 0, 0, 0])
    found = [script.point_of(some, stated)[:2] for stated in script.STATED]
    assert found == [(1, 0), (2, 1), (3, 2)]


def test_where_it_holds_goes_by_what_was_counted_and_by_chance(script: SimpleNamespace) -> None:
    point = script.Point
    assert point(1000, 2, 0.0002, 0.0072).verdict(0.01) == script.HOLDS
    assert point(100, 1, 0.0003, 0.0545).verdict(0.01) == script.HOLDS
    assert point(10, 1, 0.0025, 0.445).verdict(0.01) == script.OPEN
    assert point(400, 40, 0.07, 0.13).verdict(0.01) == script.FAILS
    assert point(0, 0, 0.0, 1.0).verdict(0.01) == script.OPEN


def test_the_page_says_on_which_paper_it_holds(script: SimpleNamespace) -> None:
    page = script.page_of(figures())
    assert "- **holds**: MNIST's digits\n" in page
    assert "- **does not hold**: cells of filled-in forms\n" in page
    assert "- **cannot be told**: photos of a sheet on a desk\n" in page
    row = "400 | 400 (100.00 %) | 40 (10.00 %) | 7.24 to 13.37 % | does not hold |"
    assert f"| strings_forms | `auto` | {row}" in page
    assert "| pages_desk | `auto` | 2 | 0 (0.00 %) | – | – | cannot be told |" in page
    assert "| not_digits_letters | `digit` | 2 | 1 (50.00 %) | 1 (50.00 %) | 1 (50.00 %) |" in page
    assert "| pages_desk | `page` | 2 | 45.00 % | 45.00 % | 50.00 % | too low |" in page


def test_figures_become_a_page_and_small_pictures(
    script: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(script.main.__globals__, "DOCS", tmp_path)
    monkeypatch.setitem(script.main.__globals__, "PAGE", tmp_path / "confidence.md")
    (tmp_path / "figures.json").write_text(json.dumps(figures()))
    monkeypatch.setattr(sys, "argv", ["make_confidence.py", "--figures", str(tmp_path / "figures.json")])
    script.main()
    page = (tmp_path / "confidence.md").read_text(encoding="utf-8")
    for group in script.GROUPS:
        assert f"(confidence_{group}.png)" in page
        path = tmp_path / f"confidence_{group}.png"
        assert path.stat().st_size < 60_000
        with Image.open(path) as picture:
            assert np.asarray(picture.convert("L")).min() < 128  # something is drawn


def test_of_a_set_each_answer_is_kept(script: SimpleNamespace) -> None:
    two = dataset_of("two", (draw_digit(1), draw_digit(7)), ["1", "7"])
    reader = Reader()
    found = script.answers_of(reader, evaluate(reader, two, expect="auto"))
    assert (found["read as"], found["n"], found["correct"]) == ("auto", 2, [1, 1])
    assert min(found["confidences"]) > 0.5
    assert found["risks"]["0.01"] == reader.digits.bundle.accepted_risk(0.01)


def test_the_page_in_the_repository_is_of_these_sets(script: SimpleNamespace) -> None:
    page = (ROOT / "docs" / "confidence.md").read_text(encoding="utf-8")
    for name in (*script.PAPERS, *script.LETTERS):
        assert f"| {name} |" in page
    for group in script.GROUPS:
        assert (ROOT / "docs" / f"confidence_{group}.png").stat().st_size < 60_000
