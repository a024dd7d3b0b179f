"""docs/reading.png and the first block of README.md show what the shipped models read today."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent
STALE = "it is stale; run: make docs"
CLOSE = 0.005  # of a confidence; processors differ in a last bit, models by more


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "make_examples.py"))


def test_the_picture_shows_what_is_read_in_the_examples(made: dict[str, Any]):
    noted = json.loads(Image.open(ROOT / "docs" / "reading.png").text[made["NOTE"]])
    today = made["readings"]()
    for shown, read in zip(noted, today, strict=True):
        assert shown.pop("confidence") == pytest.approx(read.pop("confidence"), abs=CLOSE), STALE
        for drawn, found in zip(shown.pop("boxes"), read.pop("boxes"), strict=True):
            assert drawn == pytest.approx(found, abs=2), STALE  # pixels
        assert shown == read, STALE


def test_the_readme_begins_with_what_the_command_prints(made: dict[str, Any]):
    def taken_apart(rows: str) -> tuple[str, list[float]]:
        return re.sub(r"[\d.]+ %", "%", rows), [float(sure) for sure in re.findall(r"([\d.]+) %", rows)]

    (shown,) = made["BLOCK"].findall((ROOT / "README.md").read_text(encoding="utf-8"))
    texts, confidences = taken_apart(shown)
    texts_today, today = taken_apart(made["block"]())
    assert texts == texts_today, STALE
    assert confidences == pytest.approx(today, abs=100 * CLOSE), STALE
