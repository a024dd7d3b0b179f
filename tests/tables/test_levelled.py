"""levelled.py: places go to the level sheet and back, and lines are straight on it."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_tables import HIGH, Sheet

from inkdigits.ink.shades import page_ink
from inkdigits.tables.levelled import Level, level_of
from inkdigits.tables.rulings import find_rulings


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
