"""``inkdigits read --template`` and ``inkdigits template``: from a blank to a table, from the shell."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from drawn_forms import DESIGN, OTHER, TOLD, photographed, save_template, scanned, toml_of
from PIL import Image

from inkdigits.batch.job import Job, failed
from inkdigits.cli.forms import grouped
from inkdigits.picture.deferred import Deferred
from inkdigits.readings import Reading
from inkdigits.recognition.language import language_of
from inkdigits.training.draw.form import draw_blank

Cli = Callable[..., Any]


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder with a scan, a photo and what is no such form."""
    folder = tmp_path / "scans"
    folder.mkdir()
    cv2.imwrite(str(folder / "a.png"), scanned())
    cv2.imwrite(str(folder / "b.jpg"), photographed(seed=4))
    cv2.imwrite(str(folder / "c.png"), draw_blank(OTHER)[0])
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_folder_of_forms_becomes_a_table(cli: Cli, tmp_path: Path, scans: Path):
    form = save_template(tmp_path)
    done = cli("read", scans, "--template", form, "--format", "csv")
    assert done.code == 1  # one is no such form
    first, _, third = rows(done.out)
    values = TOLD | {"day": "2026-06-17"}
    assert {name: first[name] for name in values} == values
    assert third["status"] == "error"
    assert "not the form of the template" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_table_in_a_file_goes_on_and_is_matched_with_a_list_later(cli: Cli, tmp_path: Path, scans: Path):
    pytest.importorskip("scipy")
    form = save_template(tmp_path, animal='roster = "tag"')
    names = tmp_path / "names.csv"
    names.write_text("tag,owner\n40271,Ada\n99999,Ben\n", encoding="utf-8")
    results = tmp_path / "forms.jsonl"
    done = cli("read", scans / "a.png", "--template", form, "--output", results)
    assert done.code == 0
    assert json.loads(results.read_text())["fields"][0]["text"] == "40271"
    done = cli("template", "match", form, results, names, "--format", "csv")
    (row,) = rows(done.out)
    assert (row["animal"], row["roster owner"], row["roster owner status"]) == ("40271", "Ada", "ok")
    at_once = cli("read", scans / "a.png", "--template", form, "--roster", names, "--format", "csv")
    assert rows(at_once.out) == [row]


def test_workers_read_forms_as_one_process_does(cli: Cli, tmp_path: Path, scans: Path):
    words = ("read", scans, "missing.png", "--template", save_template(tmp_path), "--format", "csv")
    assert cli(*words, "--jobs", "2") == cli(*words)


def test_an_annotated_form_shows_its_numbers(cli: Cli, tmp_path: Path, scans: Path):
    form = save_template(tmp_path)
    assert cli("read", scans / "a.png", "--template", form, "--annotate", tmp_path / "drawn").code == 0
    drawn = np.asarray(Image.open(tmp_path / "drawn" / "a.png"))
    assert drawn.ndim == 3


def test_the_pages_of_a_file_are_forms_of_their_own_or_together(cli: Cli, tmp_path: Path):
    form = save_template(tmp_path)
    first, second = Image.fromarray(draw_blank(DESIGN)[0]), Image.fromarray(draw_blank(OTHER)[0])
    stack = tmp_path / "stack.tiff"
    first.save(stack, save_all=True, append_images=[first.copy()])
    done = cli("read", stack, "--template", form, "--format", "csv")
    assert [row["source"].rpartition("#")[2] for row in rows(done.out)] == ["1", "2"]
    cv2.imwrite(str(tmp_path / "second.png"), draw_blank(OTHER)[0])
    more = toml_of(OTHER).split("\n\n", 1)[1].replace("[[field]]", "[[field]]\npage = 2")
    form.write_text(toml_of().replace('"blank.png"', '["blank.png", "second.png"]') + "\n" + more, "utf-8")
    first.save(stack, save_all=True, append_images=[second, first.copy()])  # the last page is missing
    done = cli("read", stack, "--template", form, "--format", "csv")
    whole, half = rows(done.out)
    assert (whole["source"].rpartition("#")[2], whole["status"]) == ("1", "empty")
    assert (half["source"].rpartition("#")[2], half["status"]) == ("3", "unsure")
    assert "page 2 is missing" in half["reasons"]
    refused = cli("read", stack, "--template", form, "--annotate", tmp_path / "drawn")
    assert refused.code == 2


def test_a_page_that_is_missing_within_a_pdf_mixes_no_two_forms(cli: Cli, tmp_path: Path):
    """The second page of the first form is not there: what follows is grouped wrongly, and that is told."""
    form = save_template(tmp_path)
    cv2.imwrite(str(tmp_path / "second.png"), draw_blank(OTHER)[0])
    more = toml_of(OTHER).split("\n\n", 1)[1].replace("[[field]]", "[[field]]\npage = 2")
    form.write_text(toml_of().replace('"blank.png"', '["blank.png", "second.png"]') + "\n" + more, "utf-8")
    first, second = Image.fromarray(scanned()), Image.fromarray(draw_blank(OTHER)[0])
    other = Image.fromarray(scanned(seed=5))
    first.save(tmp_path / "stack.pdf", save_all=True, append_images=[other, second.copy()], resolution=150)
    done = cli("read", tmp_path / "stack.pdf", "--template", form, "--format", "csv")
    assert done.code == 1
    mixed, half = rows(done.out)
    assert mixed["status"] == "error"
    assert "page 1 of the form a second time" in mixed["error"]
    assert not mixed["animal"]
    assert half["status"] == "unsure"
    assert "page 1 is missing" in half["reasons"]
    second.copy().save(tmp_path / "last.pdf", save_all=True, append_images=[first.copy()], resolution=150)
    done = cli("read", tmp_path / "last.pdf", "--template", form, "--format", "csv")
    (swapped,) = rows(done.out)
    assert swapped["status"] == "unsure"
    assert "its pages are swapped" in swapped["reasons"]
    assert swapped["animal"] == TOLD["animal"]


@dataclass(frozen=True, slots=True)
class Away(Deferred):
    """A picture in an archive or behind an address."""

    def content(self, most: int) -> bytes:
        raise NotImplementedError


def test_pictures_of_an_archive_or_a_storage_are_grouped_by_their_folders_too():
    """Pages of two people never become one form."""

    def job(name: str, page: int | None = None) -> Job:
        return Job(name, Away(name, page))

    gone = failed("s3://b/y/gone.tiff", "nothing there")
    jobs = [*map(job, ("s3://b/x/1.png", "s3://b/x/2.png", "s3://b/x/3.png", "s3://b/y/1.png")), gone]
    jobs += [job("s3://b/y/a.pdf#1", 0), job("s3://b/y/a.pdf#2", 1), job("s3://b/y/b.pdf#1", 0)]
    jobs += [job("f.zip/c #1/1.png"), job("f.zip/c #2/2.png")]
    assert [(one.name, len(one.more), one.failure is not None) for one in grouped(jobs, 2)] == [
        ("s3://b/x/1.png", 1, False),
        ("s3://b/x/3.png", 0, False),
        ("s3://b/y/1.png", 0, True),
        ("s3://b/y/a.pdf#1", 1, False),
        ("s3://b/y/b.pdf#1", 0, False),
        ("f.zip/c #1/1.png", 0, False),
        ("f.zip/c #2/2.png", 0, False),
    ]


def test_pictures_of_one_folder_are_grouped_and_a_failure_is_the_forms():
    jobs = [Job(f"x/{name}.png", Path(f"x/{name}.png")) for name in "abc"]
    jobs.append(Job("y/a.png", Path("y/a.png")))
    jobs.append(Job("z", None, Reading("z", "error", error="no such file")))
    found = grouped(jobs, 2)
    assert [job.name for job in found] == ["x/a.png", "x/c.png", "y/a.png", "z"]
    assert found[0].more == (Path("x/b.png"),)
    assert found[-1].failure is not None
    assert grouped(jobs, 1) == jobs


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--expect", "page"), "leave out --expect"),
        (("--pattern", "1"), "leave out --expect"),
        (("--roster", "none.csv"), "cannot read the roster"),
    ],
)
def test_options_that_contradict_a_template_are_refused(
    cli: Cli, tmp_path: Path, options: tuple[str, ...], told: str
):
    done = cli("read", "x.png", "--template", save_template(tmp_path), *options)
    assert done.code == 2
    assert told in done.err
    assert cli("read", "x.png", "--roster", "names.csv").code == 2


def test_a_template_is_begun_checked_and_not_written_over(cli: Cli, tmp_path: Path):
    cv2.imwrite(str(tmp_path / "blank.png"), draw_blank(DESIGN)[0])
    form = tmp_path / "blank.toml"
    done = cli("template", "new", tmp_path / "blank.png", "--no-page")
    assert (done.code, done.err) == (0, "")
    assert "7 fields found" in done.out
    assert 'type = "digits(5)"' in form.read_text(encoding="utf-8")
    done = cli("template", "check", form)
    assert done.code == 0
    assert "field1: digits(5), 5 boxes on page 1" in done.out
    before = form.read_bytes()
    done = cli("template", "new", tmp_path / "blank.png", "--no-page")
    assert done.code == 2
    assert "is there already" in done.err
    assert form.read_bytes() == before


def test_a_missing_library_for_patterns_is_told_before_anything_is_read(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "interegular.patterns", None)
    language_of.cache_clear()
    done = cli("read", "none.png", "--template", save_template(tmp_path))
    assert done.code == 1
    assert "inkdigits[patterns]" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "a", "b"), ("new", "a", "b", "c"), ("match", "a", "b")]
)
def test_a_wrong_number_of_files_is_wrong_usage(cli: Cli, arguments: tuple[str, ...]):
    done = cli("template", *arguments)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1


def test_results_that_are_none_are_told(cli: Cli, tmp_path: Path):
    form = save_template(tmp_path, animal='roster = "tag"')
    names, results = tmp_path / "names.csv", tmp_path / "forms.jsonl"
    names.write_text("tag\n1\n", encoding="utf-8")
    for text in ("no json\n", "{}\n", "[]\n"):
        results.write_text(text, encoding="utf-8")
        done = cli("template", "match", form, results, names)
        assert done.code == 2
        assert "cannot read the results" in done.err
