"""pen.py: a curve passes through its points and keeps its corners; a stroke is as wide as its pen."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.training.draw.pen import curve, draw_stroke


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_curve_passes_through_its_points():
    points = np.array([[0.0, 0.0], [10.0, 3.0], [14.0, 20.0], [0.0, 25.0]])
    passed = curve(points)
    assert len(passed) > 3 * len(points)
    for point in points:
        assert np.abs(passed - point).sum(axis=1).min() < 1e-9


def test_a_point_given_twice_is_a_corner():
    corner = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [10.0, 10.0]])
    bent = corner[[0, 1, 3]]
    assert curve(corner)[:, 0].max() == pytest.approx(10)
    assert curve(bent)[:, 0].max() > 10.2, "it swings over"


@pytest.mark.parametrize("pen", [2.0, 5.0, 9.0])
def test_a_stroke_is_about_as_wide_as_the_pen_and_keeps_to_its_path(pen: float):
    widths = []
    for seed in range(30):
        sheet = np.zeros((40, 100), np.uint8)
        draw_stroke(sheet, np.stack((np.linspace(10, 90, 30), np.full(30, 20.0)), axis=1), pen, rng(seed))
        solid = sheet > 128
        widths.append(solid[:, 30:70].sum(axis=0).mean())
        assert not solid[:, :3].any()
        assert not solid[:3].any()
    assert pen - 0.5 < np.mean(widths) < 1.25 * pen + 1


def test_pressure_comes_and_goes_within_a_stroke():
    sheet = np.zeros((40, 100), np.uint8)
    draw_stroke(sheet, np.stack((np.linspace(10, 90, 30), np.full(30, 20.0)), axis=1), 12.0, rng(3))
    assert np.ptp((sheet > 128)[:, 20:80].sum(axis=0)) >= 1
