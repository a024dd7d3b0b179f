"""formats.py: what opens a file, by its first bytes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from inkdigits.errors import DecodeError
from inkdigits.picture.formats import may_have_pages
from inkdigits.picture.sources import load

GREY = np.full((64, 96, 3), 90, np.uint8)
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"


def test_heic_is_read_with_its_extra(tmp_path: Path):
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.fromarray(GREY)).save(tmp_path / "a.heic")
    picture = load(tmp_path / "a.heic")
    assert picture.shape == GREY.shape
    assert np.abs(picture.astype(int) - 90).max() < 6


def test_without_the_library_heic_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(DecodeError, match=r"HEIC.*pip install 'inkdigits\[heif\]'"):
        load(HEIC)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_avif_is_read_where_pillow_has_it(tmp_path: Path):
    Image.fromarray(GREY).save(tmp_path / "a.avif")
    assert load(tmp_path / "a.avif").shape == GREY.shape


def test_avif_without_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(features, "check", lambda feature: False)
    with pytest.raises(DecodeError, match=r"AVIF.*upgrade pillow"):
        load(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif")


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"\0\0\0\x0cjP  \r\n", "JPEG 2000"), (b"8BPS\0", "Photoshop"), (b"\xff\x0a", "JPEG XL")],
)
def test_a_picture_that_is_not_read_is_named(content: bytes, word: str):
    with pytest.raises(DecodeError, match=rf"{word}.*; save it as PNG or JPEG"):
        load(content)


@pytest.mark.parametrize(
    ("head", "several"),
    [
        (b"\xff\xd8\xff\xe0", False),
        (b"BM", False),
        (b"\x89PNG\r\n\x1a\n....IHDR....IDAT....acTL", False),
        (b"\x89PNG\r\n\x1a\n....IHDR....acTL....IDAT", True),
        (b"GIF89a", True),
        (b"II*\0", True),
        (b"%PDF-1.4", True),
        (HEIC, True),
        (b"", False),
    ],
)
def test_only_what_can_have_several_pages_is_opened_to_count_them(head: bytes, several: bool):
    assert may_have_pages(head) is several
