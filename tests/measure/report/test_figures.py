"""Curves and pictures that carry all they need, in the colours of the page they stand in."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from inkdigits.errors import MissingExtraError
from inkdigits.measure.report import figures

CONFIDENCES = np.array([0.99, 0.95, 0.9, 0.6, 0.4, 0.0])
CORRECT = np.array([True, True, False, True, False, False])
STATUSES = ("ok", "ok", "ok", "unsure", "unsure", "empty")
DRAWINGS = {
    "reliability": lambda key: figures.reliability_figure(CONFIDENCES, CORRECT, key),
    "risk_coverage": lambda key: figures.risk_coverage_figure(CONFIDENCES, CORRECT, STATUSES, key),
    "confidence": lambda key: figures.confidence_figure(CONFIDENCES, STATUSES, key),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_suits_any_page(name: str) -> None:
    drawing = DRAWINGS[name]("k1")
    root = ElementTree.fromstring(drawing)  # noqa: S314 - made by this project
    assert root.tag == "svg"
    assert "width" not in root.attrib, "the page decides how wide it is"
    assert "var(--accent)" in drawing
    assert not re.search(r"#0102|DejaVu|<style|https?:", drawing), "colour, font or style is not the page's"
    assert all(node.get("id", "k1-").startswith("k1-") for node in root.iter())


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_comes_out_the_same_every_time(name: str) -> None:
    assert DRAWINGS[name]("k1") == DRAWINGS[name]("k1")


def test_dot_shows_where_the_reader_stands_only_if_it_answers() -> None:
    assert "var(--warn)" in figures.risk_coverage_figure(CONFIDENCES, CORRECT, STATUSES, "k")
    assert "var(--warn)" not in figures.risk_coverage_figure(CONFIDENCES, CORRECT, ("unsure",) * 6, "k")


def test_curve_of_many_answers_stays_light() -> None:
    n = 20_000
    drawing = figures.risk_coverage_figure(np.linspace(0, 1, n), np.arange(n) % 2 == 0, ("ok",) * n, "k")
    assert len(drawing) < 60_000


def test_no_drawing_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"matplotlib .* pip install 'inkdigits\[train\]'"):
        figures.check_available()
    with pytest.raises(MissingExtraError):
        DRAWINGS["reliability"]("k")


def pixels(element: str) -> np.ndarray:
    uri = re.search(r'src="data:image/\w+;base64,([^"]+)"', element)
    assert uri
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri[1]))))


def test_model_input_is_kept_without_loss() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    element = figures.input_picture(picture)
    assert (pixels(element) == picture).all()
    assert 'class="small"' in element, "28 pixels are shown as squares"
    assert "no input" in figures.input_picture(None)


def test_large_picture_becomes_a_thumbnail_with_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("RGB", (900, 600), (10, 90, 200)).save(path)
    element = figures.source_picture(path, 'picture of "7"')
    assert pixels(element).shape == (107, 160, 3)
    assert "picture of &quot;7&quot;" in element


def test_picture_that_cannot_be_read_leaves_a_box(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    assert "cannot be shown" in figures.source_picture(tmp_path / "text.png", "picture of 7")
