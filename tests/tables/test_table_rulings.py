"""rulings.py: lines are found whole or in pieces, and strokes are none."""

from __future__ import annotations

import numpy as np
from drawn_tables import HIGH, Sheet

from inkdigits.ink.shades import page_ink
from inkdigits.tables.rulings import Rulings, find_rulings


def found(sheet: Sheet) -> Rulings:
    return find_rulings(page_ink(sheet.picture).pixels, HIGH)


def test_a_line_is_where_it_is_drawn_also_when_it_leans():
    sheet = Sheet()
    sheet.line((50, 100), (700, 130))
    (line,) = found(sheet).level
    assert abs(line.slope() - 30 / 650) < 0.003
    assert abs(line.length - 650) < 25
    assert not found(sheet).upright


def test_pieces_are_one_line_and_an_upright_one_is_known_as_such():
    sheet = Sheet()
    sheet.line((50, 100), (700, 100))
    sheet.line((300, 50), (300, 450))
    sheet.picture[:, 400:450] = 250
    rulings = found(sheet)
    assert len(rulings.level) == 1
    assert len(rulings.upright) == 1
    assert abs(float(np.median(rulings.upright[0].across)) - 300) < 2


def test_writing_has_no_lines():
    sheet = Sheet()
    sheet.fill(5, 5)
    assert not found(sheet).level
    assert not found(sheet).upright
    assert not found(Sheet()).mask.any()
