"""scenes/fonts.py: type is set letter by letter, from a folder of fonts or from what there always is."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.training.draw.scenes.fonts import Face, FontBook, set_text


@pytest.fixture(scope="module")
def font_file() -> Path:
    matplotlib = pytest.importorskip("matplotlib")
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def faces() -> list[Face]:
    return FontBook().prints


@pytest.mark.parametrize("index", range(len(faces())))
def test_each_letter_is_a_mark_that_is_no_number_s_and_lies_on_its_ink(index: int):
    piece = set_text(faces()[index], "Total 12", 30)
    assert [mark.label for mark in piece.marks] == [spec.OTHER] * 7
    lefts = [float(mark.outline[:, 0].min()) for mark in piece.marks]
    assert lefts == sorted(lefts)
    low = np.min([mark.outline.min(axis=0) for mark in piece.marks], axis=0)
    high = np.max([mark.outline.max(axis=0) for mark in piece.marks], axis=0)
    rows, columns = np.nonzero(piece.ink > 40)
    assert np.abs(low - (columns.min(), rows.min())).max() <= 1
    assert np.abs(high - (columns.max(), rows.max())).max() <= 1
    assert 0 < piece.base <= piece.height


def test_type_grows_with_its_size():
    face = faces()[0]
    small, large = set_text(face, "H", 12), set_text(face, "H", 48)
    assert 3 < large.height / small.height < 5


def test_nothing_but_spaces_has_no_mark():
    assert set_text(faces()[0], "  ", 20).marks == ()


def test_a_folder_s_fonts_are_found_and_those_for_handwriting_kept_apart(tmp_path: Path, font_file: Path):
    for name in ("print/one.ttf", "hand/two.ttf"):
        (tmp_path / name).parent.mkdir()
        shutil.copy(font_file, tmp_path / name)
    (tmp_path / "print" / "LICENSE").write_text("free")
    book = FontBook.of_folder(tmp_path)
    assert (len(book.prints), len(book.hands)) == (1, 1)
    piece = set_text(book.print(np.random.default_rng(1)), "Name", 20)
    assert len(piece.marks) == 4
    assert book.hand(np.random.default_rng(1)) is book.hands[0]


def test_without_a_folder_there_is_type_but_none_like_handwriting(tmp_path: Path):
    book = FontBook.of_folder(tmp_path / "none")
    assert len(book.prints) > 2
    assert book.hand(np.random.default_rng(1)) is None


def test_fonts_go_to_other_processes_and_set_the_same_there():
    book = FontBook()
    there = pickle.loads(pickle.dumps(book))  # noqa: S301 - its own
    for face, other in zip(book.prints, there.prints, strict=True):
        assert np.array_equal(set_text(face, "Ag", 20).ink, set_text(other, "Ag", 20).ink)
