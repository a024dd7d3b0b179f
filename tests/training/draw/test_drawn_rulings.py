"""rulings.py: lines are there or not, as the seed has it, and stay clear of points when they should."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.readings import Box
from inkdigits.training.draw import rulings
from inkdigits.training.draw.rulings import draw_comb, draw_rulings

BOX = Box(20, 20, 100, 30)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_some_paper_is_plain_some_has_faint_lines_and_some_strong_ones():
    strongest = []
    for seed in range(300):
        ink = np.zeros((80, 200), np.float32)
        draw_rulings(ink, BOX, 20, -0.12, rng(seed))
        strongest.append(float(ink.max()))
    found = np.array(strongest)
    assert 0.1 < np.mean(found == 0) < 0.4
    assert 0.05 < np.mean((found > 0) & (found < 0.3)) < 0.4
    assert 0.1 < np.mean(found > 0.8) < 0.6


def test_lines_leave_stronger_ink_as_it_is():
    ink = np.full((80, 200), 1.5, np.float32)
    draw_rulings(ink, BOX, 20, -0.12, rng(1))
    assert (ink == 1.5).all()


@pytest.mark.parametrize("low", [-0.1, 0.15])
def test_rulings_stay_clear_of_points_when_asked(low: float, monkeypatch: pytest.MonkeyPatch):
    feet: list[float] = []

    def line(
        ink: np.ndarray, start: tuple[float, float], stop: tuple[float, float], strength: float, thick: int
    ) -> None:
        middle = (start[1] + stop[1]) / 2
        if start[0] == 0 and middle > 30:  # level, and the lower of the two
            feet.append((middle - 50) / 20)

    monkeypatch.setattr(rulings, "draw_line", line)
    for seed in range(200):
        rulings._between_rulings(np.zeros((80, 200), np.float32), BOX, 20, low, rng(seed))
    assert len(feet) > 100
    assert low <= min(feet) < low + 0.1
    assert 0.4 < max(feet) <= 0.5


def test_a_comb_has_a_line_at_each_edge_of_its_cells_and_one_below():
    columns = [20.0, 60.0, 100.0, 120.0]
    for seed in range(40):
        ink = np.zeros((120, 160), np.float32)
        draw_comb(ink, Box(20, 40, 100, 30), columns, 20, rng(seed))
        assert ink.max() > 0.1
        lines = (ink > 0.05)[66:70].any(axis=0)
        assert all(lines[round(column) - 3 : round(column) + 4].any() for column in columns)
        assert not lines[30:50].any(), "a character's room"
        below = (ink > 0.05)[70:].sum(axis=1)
        assert below.max() > 90
        assert not (ink > 0.05)[:28].any()


def test_some_combs_are_open_above():
    heights = []
    for seed in range(100):
        ink = np.zeros((120, 160), np.float32)
        draw_comb(ink, Box(20, 40, 100, 30), [20.0, 120.0], 20, rng(seed))
        heights.append(bool((ink > 0.05)[:40].any()))
    assert 0.6 < np.mean(heights) < 0.9
