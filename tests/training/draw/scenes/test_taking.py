"""taking.py, light.py, surfaces.py: in every way of taking it, a sheet is where the matrix says."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from inkdigits.training.draw.scenes.light import COPIER, PHONE, SCREEN, developed
from inkdigits.training.draw.scenes.sheet import Pen, Sheet
from inkdigits.training.draw.scenes.surfaces import clutter, surface
from inkdigits.training.draw.scenes.taking import Taken, as_it_is, close_up, copied, on_desk

WAYS: dict[str, Callable[[Sheet, np.random.Generator], Taken]] = {
    "as it is": as_it_is,
    "copied": copied,
    "close up": close_up,
    "close up, any turn": lambda sheet, rng: close_up(sheet, rng, any_turn=True),
    "on a desk": lambda sheet, rng: on_desk(sheet, rng, any_turn=False),
    "on a desk, any turn": lambda sheet, rng: on_desk(sheet, rng, any_turn=True),
}
SEEDS = range(6)


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def dotted() -> Sheet:
    """Returns white paper with a black square near its top right."""
    sheet = Sheet(160, 240, 24, (250, 250, 250))
    sheet.lay(np.full((28, 28), 255, np.uint8), 170, 30, Pen((0, 0, 0)), rng(0))
    return sheet


def at(taken: Taken, *points: tuple[float, float]) -> np.ndarray:
    given = np.array(points, np.float64).reshape(-1, 1, 2)
    return np.asarray(cv2.perspectiveTransform(given, taken.matrix)).reshape(-1, 2)


@pytest.mark.parametrize("way", WAYS)
def test_ink_is_where_the_matrix_says(way: str):
    for seed in SEEDS:
        taken = WAYS[way](dotted(), rng(seed))
        grey = taken.picture if taken.picture.ndim == 2 else taken.picture.mean(axis=2)
        levels = []
        for x, y in at(taken, (183.5, 43.5), (150.0, 43.5), (183.5, 80.0)).round().astype(int).tolist():
            assert 0 <= y < grey.shape[0]
            assert 0 <= x < grey.shape[1]
            levels.append(float(np.median(grey[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2])))
        assert levels[0] < min(levels[1:]) - 25, (way, seed)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_seed_takes_the_same_picture(way: str):
    one, same = (WAYS[way](dotted(), rng(3)) for _ in range(2))
    assert np.array_equal(one.picture, same.picture)
    assert np.array_equal(one.matrix, same.matrix)


def test_paper_on_a_desk_has_its_corners_where_the_matrix_says():
    for seed in SEEDS:
        sheet = dotted()
        taken = on_desk(sheet, rng(seed), any_turn=True)
        assert taken.corners is not None
        assert taken.corners.shape == (4, 2)
        expected = at(taken, (0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height))
        assert np.abs(taken.corners - expected).max() < 12


def test_a_desk_shows_around_the_paper():
    taken = on_desk(dotted(), rng(2), any_turn=True)
    assert taken.picture.shape[0] * taken.picture.shape[1] > 160 * 240 * 0.5


@pytest.mark.parametrize("look", [PHONE, COPIER, SCREEN], ids=["phone", "copier", "screen"])
def test_what_comes_out_is_a_picture_of_the_same_size(look):
    picture = np.full((37, 53, 3), 220, np.uint8)
    for seed in range(20):
        out = developed(picture, 20, look, rng(seed))
        assert out.dtype == np.uint8
        assert out.shape in {(37, 53), (37, 53, 3)}
    assert (picture == 220).all()


def test_surfaces_differ_and_fill_their_picture():
    made = [surface(60, 90, rng(seed)) for seed in range(12)]
    assert {one.shape for one in made} == {(60, 90, 3)}
    assert len({one.mean().round() for one in made}) > 8


def test_clutter_lies_on_the_desk():
    changed = 0
    for seed in range(10):
        desk = np.full((200, 200, 3), 128, np.uint8)
        clutter(desk, rng(seed))
        changed += bool((desk != 128).any())
    assert changed >= 5
