"""rulings.py: lines are there or not, as the seed has it, and stay clear of points when they should."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.readings import Box
from inkdigits.training.draw import rulings
from inkdigits.training.draw.rulings import draw_rulings

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
