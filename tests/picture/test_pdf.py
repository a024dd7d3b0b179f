"""pdf.py: each page of a PDF at a stated resolution, or one line that names the extra."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits import spec
from inkdigits.errors import DecodeError, SourceError, SourceTooLargeError
from inkdigits.picture.paths import find_pictures
from inkdigits.picture.sources import load


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Two pages, 3 by 2 inches, grey and dark."""
    first, second = (Image.fromarray(np.full((200, 300, 3), level, np.uint8)) for level in (200, 40))
    first.save(tmp_path / "scan.pdf", save_all=True, append_images=[second], resolution=100)
    return tmp_path / "scan.pdf"


def test_each_page_is_a_source_at_the_stated_resolution(pdf: Path):
    pytest.importorskip("pypdfium2")
    found = find_pictures([pdf.parent])
    assert found == [Path(f"{pdf}#1"), Path(f"{pdf}#2")]
    first, second = map(load, found)
    assert first.shape == (2 * spec.PDF_RESOLUTION, 3 * spec.PDF_RESOLUTION, 3)
    assert abs(int(np.median(first)) - 200) < 4
    assert abs(int(np.median(second)) - 40) < 4
    with pytest.raises(DecodeError, match="holds 2 pages"):
        load(pdf)


def test_a_page_with_too_many_pixels_is_refused_before_it_is_drawn(pdf: Path, monkeypatch):
    pytest.importorskip("pypdfium2")
    monkeypatch.setattr(spec, "MAX_SOURCE_PIXELS", 1000)
    with pytest.raises(SourceTooLargeError, match="600 x 400"):
        load(f"{pdf}#1")


def test_a_damaged_pdf_is_one_line(pdf: Path):
    pytest.importorskip("pypdfium2")
    pdf.write_bytes(b"%PDF-1.7\n" + b"7" * 100)
    with pytest.raises(DecodeError, match=r"damaged.*[^.]; copy or save it again"):
        load(pdf)


def test_without_the_library_the_extra_is_named(pdf: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert find_pictures([pdf.parent]) == [pdf]  # told, not skipped
    with pytest.raises(SourceError, match=r"is a PDF.*pip install 'inkdigits\[pdf\]'"):
        load(pdf)
