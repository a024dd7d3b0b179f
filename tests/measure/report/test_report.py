"""The page and the JSON of an evaluation: complete, self-contained, and safe with any name."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from html_page import Page
from PIL import Image

from inkdigits.errors import MissingExtraError, OutputError
from inkdigits.measure.evaluation import Evaluation, KindScore, Mistake
from inkdigits.measure.pages import PageFigures
from inkdigits.measure.report import figures
from inkdigits.measure.report import page as report
from inkdigits.measure.report.cells import interval, percent
from inkdigits.measure.scoring import confusion_matrix, score

ORIGIN = {
    "model": {"name": "digit-9"},
    "command": "inkdigits evaluate --data set",
    "versions": {"python": "3"},
}


def evaluation(
    labels: Sequence[str] = "7777123",
    answers: str = "7717 23",
    name: str = "set",
    source: Any = None,
    **more: Any,
) -> Evaluation:
    """Returns an evaluation in which a space is a picture without an answer."""
    predictions = tuple(answer.strip() for answer in answers)
    confidences = np.array([0.9 - 0.05 * i if p else 0.0 for i, p in enumerate(predictions)])
    statuses = tuple(
        ("ok" if c > 0.7 else "unsure") if p else "empty"
        for c, p in zip(confidences, predictions, strict=True)
    )
    picture = np.arange(784, dtype=np.uint32).reshape(28, 28).astype(np.uint8)
    mistakes = [
        Mistake(i, label, predictions[i], float(confidences[i]), statuses[i], source, picture)
        for i, label in enumerate(labels)
        if predictions[i] and predictions[i] != label
    ]
    unread = [
        Mistake(i, label, "", 0.0, "error", source, None, "cannot decode it")
        for i, label in enumerate(labels)
        if not predictions[i]
    ]
    return Evaluation(
        score=score(name, labels, predictions, confidences, statuses, seconds=1.5),
        sha256="0123456789abcdef" * 4,
        labels=tuple(labels),
        predictions=predictions,
        confidences=confidences,
        statuses=statuses,
        confusion=confusion_matrix(labels, predictions),
        mistakes=tuple(mistakes),
        unread=tuple(unread),
        **more,
    )


KINDS = {"ruled": KindScore(4, 3, 1), "<plain>": KindScore(3, 2, 0)}
PAGES = PageFigures(pages=2, written=7, read=6, right=5, sure=4, sure_wrong=1, rows=3, rows_whole=2)


# ---- JSON ----


def test_json_holds_the_promised_figures_of_each_set() -> None:
    evaluations = [evaluation(), evaluation("ud", "06", name="letters")]
    content = json.loads(report.to_json(evaluations, ORIGIN))
    first, second = content["sets"]
    assert first["name"] == "set"
    assert (first["n"], first["correct"]) == (7, 5)
    assert first["accuracy"] == pytest.approx(5 / 7)
    assert first["low"] < first["accuracy"] < first["high"]
    assert {"expected_calibration_error", "area_under_risk_coverage", "answered"} <= first.keys()
    assert np.array(first["confusion"]["counts"]).sum() == 7
    assert second["to_reject"] is True
    assert content["command"] == ORIGIN["command"]
    assert content["model"]["name"] == "digit-9"


def test_json_holds_what_was_read_with_auto_beside_it() -> None:
    auto = evaluation(answers="7777 23", expect="auto", pages=PAGES, by_kind=KINDS)
    known = evaluation(auto=auto, pages=PAGES, by_kind=KINDS, expect="page")
    (figures,) = json.loads(report.to_json([known], ORIGIN))["sets"]
    assert (figures["expect"], figures["auto"]["expect"]) == ("page", "auto")
    assert (figures["correct"], figures["auto"]["correct"]) == (5, 6)
    assert (figures["sure_wrong"], figures["sure_wrong_share"]) == (1, pytest.approx(1 / 7))
    for told in (figures, figures["auto"]):
        assert told["pages"]["sure_wrong_of_sure"] == 0.25
        assert told["by_kind"]["ruled"] == {"n": 4, "correct": 3, "sure_wrong": 1}
    (alone,) = json.loads(report.to_json([evaluation()], ORIGIN))["sets"]
    assert alone["auto"] is None


# ---- The page ----


def test_page_is_whole_and_asks_no_other_host_for_anything() -> None:
    text = report.render([evaluation(), evaluation(name="second"), evaluation("ud", "06")], ORIGIN)
    page = Page(text)
    assert not re.search(r"https?:|//[a-z]|@import|<script|<link", text)
    assert all(uri.startswith("data:image/") for uri in page.images)
    assert all(reference.startswith("#") for reference in page.references)
    assert len(page.ids) == len(set(page.ids)), "a name stands twice"
    used = {r[1:] for r in page.references} | set(re.findall(r"url\(#([^)]+)\)", text))
    assert used <= set(page.ids), "a reference leads nowhere"


def test_page_shows_each_set_with_its_figures() -> None:
    result = evaluation()
    page = Page(report.render([result], ORIGIN))
    assert "set-1" in page.ids
    assert page.tags.count("svg") == 2
    for shown in ("71.43", interval(result.score.low, result.score.high), "digit-9", ORIGIN["command"]):
        assert shown in page.text
    assert "cannot decode it" in page.text
    assert "7 read as 1" in re.sub(r"\s+", " ", page.text)


def test_settings_keep_their_lines() -> None:
    page = report.render(
        [], {"settings": 'task = "digit"\n\n[fit]\nepochs = 3\n', "command": "inkdigits crossval"}
    )
    assert "<pre><code>task = &quot;digit&quot;\n\n[fit]\nepochs = 3</code></pre>" in page
    assert "<dd><code>inkdigits crossval</code></dd>" in page


def test_page_shows_auto_beside_what_is_known() -> None:
    auto = evaluation(answers="7777 23", expect="auto")
    page = Page(report.render([evaluation(auto=auto)], ORIGIN))
    for shown in ("set, auto", "Right with auto", "85.71", "Sure and wrong", "14.29"):
        assert shown in page.text


def test_page_shows_numbers_of_pages_and_kinds() -> None:
    auto = evaluation(expect="auto", pages=PAGES, by_kind=KINDS)
    page = Page(report.render([evaluation(pages=PAGES, by_kind=KINDS, auto=auto)], ORIGIN))
    shown = re.sub(r"\s+", " ", page.text)
    for part in ("7 numbers on 2 pages", "1 (25.00 %)", "2 of 3", "By kind", "<plain>"):
        assert part in shown


def test_a_label_as_long_as_a_page_is_shortened() -> None:
    result = evaluation("7", "1")
    long = replace(result.mistakes[0], label="7 " * 100)
    blank = replace(result.mistakes[0], label="")
    page = Page(report.render([replace(result, mistakes=(long, blank))], ORIGIN))
    assert "7 " * 20 + "…" in page.text
    assert "nothing read as 1" in re.sub(r"\s+", " ", page.text)


def test_page_of_letters_speaks_of_rejection_and_not_of_accuracy() -> None:
    page = Page(report.render([evaluation("ud", "06", name="letters")], ORIGIN))
    assert "should be rejected" in page.text
    assert "2 of 2, all wrong" in page.text
    assert page.tags.count("svg") == 1
    assert "Right of these" not in page.text


def test_letters_without_a_label_that_were_left_alone_are_told_as_such() -> None:
    result = evaluation([""] * 4, "06  ", name="letters")
    (told,) = json.loads(report.to_json([result], ORIGIN))["sets"]
    assert (told["to_reject"], told["n"], told["correct"], told["sure_wrong"]) == (True, 4, 2, 2)
    assert told["confusion"]["rows"] == [""]
    shown = re.sub(r"\s+", " ", Page(report.render([result], ORIGIN)).text)
    assert "2 of 4, all wrong" in shown
    assert "Nothing read2no answer, as it should be" in shown


def test_names_and_labels_cannot_break_out_of_the_page() -> None:
    evil = '<script>alert("x")</script>'
    result = evaluation("<&\"'", "0123", name=evil, source=Path(f"{evil}.png"))
    origin = {"model": {"name": evil}, "command": f"inkdigits evaluate --data {evil}", evil: {evil: evil}}
    text = report.render([result], origin)
    assert "script" not in Page(text).tags
    assert evil in Page(text).text


def test_name_of_undecodable_bytes_can_be_written(tmp_path: Path) -> None:
    result = evaluation(name="caf\udce9", source=Path("b\udcff.png"))
    page, table = report.write_report(tmp_path, [result], ORIGIN)
    assert "caf\\udce9" in page.read_text("utf-8")
    assert json.loads(table.read_text("utf-8"))["sets"][0]["name"] == "caf\udce9"


def test_worst_mistake_shows_source_and_model_input(tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    Image.new("RGB", (300, 200), (200, 30, 30)).save(path)
    result = evaluation("7", "1", source=path)
    shown = [
        Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
        for uri in Page(report.render([result], ORIGIN)).images
    ]
    source, model_input = shown
    assert source.size == (160, 107)
    assert np.asarray(source.convert("RGB"))[50, 80] == pytest.approx([200, 30, 30], abs=6)
    assert (np.asarray(model_input) == result.mistakes[0].model_input).all()


def test_picture_that_is_gone_leaves_a_box(tmp_path: Path) -> None:
    page = Page(report.render([evaluation("7", "1", source=tmp_path / "gone.png")], ORIGIN))
    assert "cannot be shown" in page.text


def test_array_is_shown_by_its_place_in_the_set() -> None:
    page = Page(report.render([evaluation("7", "1", source=np.full((40, 30), 200, np.uint8))], ORIGIN))
    assert "picture 0" in page.text
    assert len(page.images) == 2


def test_sets_without_a_sure_answer_or_without_mistakes_can_be_shown() -> None:
    silent = evaluation("12", "  ", name="silent")
    perfect = evaluation("1", "1", name="perfect")
    text = Page(report.render([silent, perfect], ORIGIN)).text
    assert "silent" in text
    assert "perfect" in text


def test_a_share_is_never_rounded_up_to_certainty() -> None:
    assert percent(0.999999) == "99.99\N{NO-BREAK SPACE}%"
    assert percent(1.0) == "100.00\N{NO-BREAK SPACE}%"
    assert percent(0.12345) == "12.35\N{NO-BREAK SPACE}%"


# ---- Files ----


def test_report_writes_both_files_into_a_new_folder(tmp_path: Path) -> None:
    page, table = report.write_report(tmp_path / "a" / "b", [evaluation()], ORIGIN)
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert table.read_text("utf-8") == report.to_json([evaluation()], ORIGIN)
    assert sorted(path.name for path in page.parent.iterdir()) == ["evaluate.json", "report.html"]


def test_report_into_a_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="cannot write"):
        report.write_report(tmp_path / "file", [evaluation()], ORIGIN)
    assert (tmp_path / "file").read_text() == "mine"


def test_report_without_matplotlib_names_the_extra_but_json_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[train\]'"):
        report.render([evaluation()], ORIGIN)
    assert json.loads(report.to_json([evaluation()], ORIGIN))["sets"]
