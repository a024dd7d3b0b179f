"""Pictures that were misread once: each stays here, in a folder named after what is written on it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from inkdigits.picture.formats import SUFFIXES
from inkdigits.reader import Reader

FOLDER = Path(__file__).parent / "previously_misread"
PICTURES = sorted(path for path in FOLDER.glob("*/*") if path.suffix.lower() in SUFFIXES)


@lru_cache(maxsize=1)
def reader() -> Reader:
    return Reader(threads=1)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_it_is_read_right_now(path: Path):
    assert reader().read(path).text == path.parent.name


def test_the_pictures_are_there_and_their_folders_are_labels():
    assert len(PICTURES) >= 20
    assert all(path.parent.name.isdigit() for path in PICTURES)
