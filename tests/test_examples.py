"""examples/: what the first command reads is there, small, and read as the files' names say."""

from __future__ import annotations

import runpy
from functools import lru_cache
from pathlib import Path

import pytest

from inkdigits.picture.paths import find_pictures
from inkdigits.reader import Reader
from inkdigits.tables.forms import FormReader
from inkdigits.tables.template_file import load_template
from inkdigits.tables.template_text import template_text

FOLDER = Path(__file__).parent.parent / "examples"
FORMS = FOLDER.parent / "example_forms"
PICTURES = find_pictures([FOLDER])
LARGEST = 60_000  # bytes; whoever clones the project pays for them
DOUBTFUL = "3-form-box.png"  # one of them shows what doubt looks like


@lru_cache(maxsize=1)
def reader() -> Reader:
    return Reader(threads=1)


def written_on(path: Path) -> str:
    """Returns what a picture shows: its name up to the first hyphen, or of a page the text file beside it."""
    page = path.with_suffix(".txt")
    return page.read_text(encoding="utf-8").strip() if page.exists() else path.name.partition("-")[0]


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_an_example_is_small_and_read_right(path: Path):
    assert path.stat().st_size < LARGEST
    reading = reader().read(path)
    assert reading.text == written_on(path)
    assert reading.status == ("unsure" if path.name == DOUBTFUL else "ok")


def test_there_are_all_digits_a_number_a_decimal_number_and_a_page():
    texts = [written_on(path) for path in PICTURES]
    assert texts[:10] == list("0123456789")
    numbers = texts[10:]
    assert any(text.isdigit() for text in numbers)
    assert any("." in text and "\n" not in text for text in numbers)
    assert any(len(text.split()) >= 20 and "\n" in text for text in numbers)


def test_every_example_is_drawn_by_the_script():
    names = runpy.run_path(str(FOLDER / "make.py"))["PICTURES"]
    assert sorted(names) == [path.relative_to(FOLDER).as_posix() for path in PICTURES]


def test_the_example_forms_are_read_and_what_is_wrong_is_never_sure():
    made = runpy.run_path(str(FORMS / "make.py"))
    template = load_template(FORMS / "meter.toml")
    forms = FormReader(template, reader())
    pictures = find_pictures([FORMS / "filled"])
    wrong = 0
    for path, filled in zip(pictures, made["FORMS"], strict=True):
        assert path.stat().st_size < LARGEST
        for field, written in zip(forms.read(path).fields, filled.texts, strict=True):
            told = str(written.index("x") + 1) if field.name == "tariff" else written
            assert field.text == told or field.status == "unsure", f"{path.name} {field.name}"
            wrong += field.text != told
    assert wrong <= 2  # of forty


def test_the_template_of_the_example_forms_is_the_scripts():
    made = runpy.run_path(str(FORMS / "make.py"))
    text = (FORMS / "meter.toml").read_text(encoding="utf-8")
    assert text == template_text(made["template"](), "blank.png")


def test_the_page_about_forms_shows_what_is_read_of_them():
    made = runpy.run_path(str(FOLDER.parent / "docs" / "make_forms.py"))
    page = (FOLDER.parent / "docs" / "forms.md").read_text(encoding="utf-8")
    assert page == made["page"](), "run: python docs/make_forms.py"
