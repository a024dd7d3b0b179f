"""Templates are written so that they are read as the same again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from drawn_forms import template

from inkdigits.tables.checks import Check, Sum
from inkdigits.tables.template_file import load_template
from inkdigits.tables.template_text import template_text


def test_a_template_is_written_and_read_again(tmp_path: Path):
    first = template(tmp_path)
    again = tmp_path / "again.toml"
    again.write_text(template_text(first, "blank.png"), encoding="utf-8")
    read = load_template(again)
    assert read.names == first.names
    for one, other in zip(first.fields, read.fields, strict=True):
        assert one.type == other.type
        assert [pytest.approx(cell, abs=4e-3) for cell in one.cells] == list(other.cells)


def test_checks_lists_pages_and_sums_are_written_too(tmp_path: Path):
    first = template(tmp_path)
    animal, *others, last = first.fields
    checks = (Check("weights", weights=(3, 1, 3, 1, 3), modulus=10), Check("list", values=("17", "018")))
    for check in checks:
        changed = replace(animal, check=check, roster="tag")
        fields = (changed, *others, replace(last, page=1))
        whole = replace(first, fields=fields, sums=(Sum(("stall", "animal"), "weight"),))
        path = tmp_path / "whole.toml"
        text = template_text(whole, "blank.png").replace('"blank.png"', '["blank.png", "blank.png"]')
        path.write_text(text, encoding="utf-8")
        read = load_template(path)
        assert read.fields[0].check == check
        assert read.fields[0].roster == "tag"
        assert read.fields[-1].page == 1
        assert read.sums == whole.sums
