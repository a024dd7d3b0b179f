"""levelled.py: places go to the level sheet and back, and lines are straight on it."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_tables import HIGH, Sheet

from inkdigits.ink.shades import page_ink
from inkdigits.tables.levelled import Level, level_of
from inkdigits.tables.rulings import Ruling, Rulings, find_rulings


def test_places_come_back():
    level = Level(400, 250, (0.05, 1e-4), (-0.04, 5e-5))
    x, y = np.meshgrid(np.linspace(0, 800, 5), np.linspace(0, 500, 5))
    back = level.picture(*level.level(x, y))
    assert np.allclose(back[0], x, atol=1e-6)
    assert np.allclose(back[1], y, atol=1e-6)


@pytest.mark.parametrize("away", [0.0, 0.06])
def test_lines_of_a_turned_sheet_are_level_on_it(away: float):
    sheet = Sheet()
    sheet.grid(7, 6)
    turned = sheet.turned(4, away)
    rulings = find_rulings(page_ink(turned.picture).pixels, HIGH)
    level = level_of(rulings, np.zeros((0, 4)), turned.picture.shape, HIGH)
    for line in rulings.level:
        assert np.ptp(level.level(line.along, line.across)[1]) < 0.3 * HIGH
    for line in rulings.upright:
        assert np.ptp(level.level(line.across, line.along)[0]) < 0.3 * HIGH


def test_numbers_say_how_a_sheet_is_turned_where_the_edge_of_a_shadow_says_otherwise():
    """One long line falls by a quarter; rows of numbers rise by a fiftieth."""
    x, y = (one.ravel() for one in np.meshgrid(np.arange(8) * 90.0 + 60, np.arange(4) * 50.0 + 80))
    y = y - 0.02 * x
    boxes = np.stack((x, y, x + 30, y + HIGH), axis=1).astype(np.float64)
    along = np.linspace(0.0, 500.0, 60)
    shadow = Ruling(along, 40 + 0.25 * along)
    rulings = Rulings((shadow,), (), np.zeros((500, 800), np.uint8), 0.25)
    level = level_of(rulings, boxes, (500, 800), HIGH)
    assert level.rows[0] == pytest.approx(-0.02, abs=0.01)
    assert level_of(rulings, boxes[:3], (500, 800), HIGH).rows[0] > 0.1  # three numbers say nothing
