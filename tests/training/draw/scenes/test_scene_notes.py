"""notes.py, table.py: lines, columns and tables of numbers stand in their rows."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.notes import notes, one_line
from inkdigits.training.draw.scenes.sheet import Sheet
from inkdigits.training.draw.scenes.table import lay_out, squares
from inkdigits.training.draw.scribe import Scribe

MAKER = Maker(Scribe(), FontBook())


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def texts(sheet: Sheet) -> list[str]:
    out: dict[int, str] = {}
    for mark in sheet.marks:
        if mark.number != NONE:
            out[mark.number] = out.get(mark.number, "") + mark.label
    return list(out.values())


def test_lines_hold_a_number_or_a_few_and_some_of_them_long_ones():
    every = [texts(one_line(MAKER, rng(seed))) for seed in range(60)]
    assert sum(len(each) > 0 for each in every) > 30
    assert sum(any(len(text) >= 6 and text.isdigit() for text in each) for each in every) >= 4


@pytest.mark.parametrize("seed", range(5))
def test_rows_of_notes_stand_one_below_the_other(seed: int):
    sheet = notes(MAKER, rng(seed))
    marks = [mark for mark in sheet.marks if mark.number != NONE and mark.label.isdigit()]
    rows = sorted({mark.row for mark in marks})
    feet = [np.median([m.outline[:, 1].max() for m in marks if m.row == row]) for row in rows]
    assert rows
    assert feet == sorted(feet)


@pytest.mark.parametrize("seed", range(5))
def test_tables_have_as_many_cells_as_asked_for_side_by_side(seed: int):
    for table in (
        lay_out(20, rng(seed), rows=4, columns=3, wide=3.0, small=True),
        squares(20, rng(seed), rows=4, columns=3),
    ):
        assert len(table.rows) == table.heads + 4 + 1
        assert len(table.columns) == table.names + 3 + 1
        assert table.rows == sorted(table.rows)
        assert table.columns == sorted(table.columns)
        x, y, wide, tall = table.at(table.heads + 3, table.names + 2)
        assert (x + wide, y + tall) == pytest.approx((table.right, table.bottom))
