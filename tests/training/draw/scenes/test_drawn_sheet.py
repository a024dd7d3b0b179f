"""sheet.py: ink darkens the paper, covers a board, and its marks lie where it is."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes.sheet import Mark, Pen, Piece, Sheet, outline_of, piece_of

BLACK = Pen((0, 0, 0))


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def block(height: int = 6, width: int = 4) -> np.ndarray:
    return np.full((height, width), 255, np.uint8)


def sheet(paper: tuple[float, float, float] = (200, 200, 200)) -> Sheet:
    return Sheet(40, 60, 20, paper)


def test_ink_darkens_by_its_colour_and_strength():
    made = sheet()
    made.lay(block(), 10, 5, Pen((255, 0, 127.5), 0.5), rng())
    assert made.picture[5:11, 10:14].reshape(-1, 3).tolist() == [[200, 100, 150]] * 24
    assert (made.picture[:5] == 200).all()


def test_what_is_opaque_covers_what_is_beneath():
    made = sheet((20, 20, 20))
    made.lay(block(), 0, 0, Pen((240, 230, 220), opaque=True), rng())
    assert made.picture[0, 0].tolist() == [240, 230, 220]


def test_grain_keeps_some_of_the_ink_off():
    made = sheet()
    made.lay(block(40, 60), 0, 0, Pen((0, 0, 0), grain=0.8), rng())
    assert made.picture.std() > 10
    assert made.picture.max() <= 200


@pytest.mark.parametrize("place", [(-2, -3), (58, 37), (100, 100), (-50, 0)])
def test_ink_beyond_the_borders_is_left_out(place: tuple[int, int]):
    made = sheet()
    made.lay(block(), *place, BLACK, rng())
    assert made.picture.shape == (40, 60, 3)


def test_a_number_s_marks_are_numbered_and_others_are_not():
    made = sheet()
    outline = outline_of(block())
    assert outline is not None
    two = Piece(block(), (Mark(outline, "1"), Mark(outline, "2")), 6)
    made.put(piece_of(block()), 2, 20, BLACK, rng())
    made.put(two, 10, 20, BLACK, rng(), row=3, column=1)
    made.put(two, 20, 20, BLACK, rng())
    told = [(mark.label, mark.number, mark.row, mark.column) for mark in made.marks]
    assert told == [
        (spec.OTHER, NONE, NONE, NONE),
        ("1", 0, 3, 1),
        ("2", 0, 3, 1),
        ("1", 1, NONE, NONE),
        ("2", 1, NONE, NONE),
    ]
    assert made.numbers == 2
    assert made.marks[1].outline.min(axis=0).tolist() == [10, 14]
    assert made.marks[1].outline.max(axis=0).tolist() == [13, 19]


def test_what_is_cut_by_a_border_is_as_large_as_what_is_seen_of_it_and_a_small_piece_is_no_mark():
    made = sheet()
    made.put(piece_of(block(), "1"), -1, 20, BLACK, rng())
    made.put(piece_of(block(), "7"), -3, 20, BLACK, rng())
    assert [mark.label for mark in made.marks] == ["1"]
    assert made.marks[0].outline.min(axis=0).tolist() == [0, 14]


def test_lines_are_no_marks_and_thin_ones_are_faint():
    dark, faint = sheet(), sheet()
    dark.line((-10, 20), (100, 20), BLACK, 1.0)
    faint.line((-10, 20), (100, 20), BLACK, 0.4)
    assert dark.picture[20, 2:-2].max() < 40
    assert 100 < faint.picture[20, 2:-2].max() < 160
    assert not dark.marks


def test_an_outline_is_the_hull_of_visible_ink_scaled_as_the_ink_is():
    ink = np.zeros((20, 20), np.uint8)
    ink[4:10, 6:16] = 255
    ink[0, 0] = 20
    outline, double = outline_of(ink), outline_of(ink, 2.0, (1.0, 0.0))
    assert outline is not None
    assert double is not None
    assert outline.min(axis=0).tolist() == [6, 4]
    assert outline.max(axis=0).tolist() == [15, 9]
    assert double.min(axis=0).tolist() == [13.5, 8.5]
    assert outline_of(np.zeros((3, 3), np.uint8)) is None
