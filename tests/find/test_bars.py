"""bars.py: an upright bar at the end of a number is a 1, also where it looks like the edge of a box."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inkdigits.find.bars import lean_bars
from inkdigits.readings import Box

Image = np.ndarray


def scene(*bars: tuple[int, int], height: int = 60, width: int = 120) -> Image:
    """Returns ink with a ring in its middle and bars, each given by the columns of its head and its foot."""
    ink = np.zeros((height, width), np.uint8)
    cv2.ellipse(ink, (60, 30), (14, 19), 0, 0, 360, (255,), 4)
    for head, foot in bars:
        cv2.line(ink, (head, 12), (foot, 48), (255,), 5)
    return ink


def leant(ink: Image) -> Image | None:
    """Returns what becomes of a crop that is the whole ink image."""
    stats = cv2.connectedComponentsWithStats((ink > 0).astype(np.uint8))[2]
    parts = [Box(*(int(value) for value in row[:4])) for row in stats[1:]]
    frame = Box(0, 0, ink.shape[1], ink.shape[0])
    return lean_bars(ink, ink, frame, parts, ink.shape)


def lean_of(ink: Image, columns: slice) -> float:
    """Returns how many columns to the right the ink between two columns goes for each row up."""
    rows, across = np.nonzero(ink[:, columns])
    return -float(np.polyfit(rows, across, 1)[0])


@pytest.mark.parametrize(("bar", "columns"), [((20, 20), slice(0, 42)), ((100, 100), slice(78, 120))])
def test_a_bar_at_either_end_is_leant_and_all_ink_is_kept(bar: tuple[int, int], columns: slice):
    ink = scene(bar)
    out = leant(ink)
    assert out is not None
    assert abs(lean_of(ink, columns)) < 0.02
    assert 0.3 < lean_of(out, columns) < 0.45
    assert np.count_nonzero(out) == np.count_nonzero(ink)
    np.testing.assert_array_equal(out[:, 44:77], ink[:, 44:77])
    assert ink is not out


def test_two_bars_are_both_leant():
    out = leant(scene((20, 20), (100, 100)))
    assert out is not None
    assert lean_of(out, slice(0, 42)) > 0.25
    assert lean_of(out, slice(78, 120)) > 0.25


def test_bars_beside_bars_are_leant_too_and_stay_apart():
    out = leant(scene((10, 10), (26, 26), (100, 100)))
    assert out is not None
    assert lean_of(out, slice(0, 44)) > 0.1
    assert len(cv2.connectedComponentsWithStats((out > 0).astype(np.uint8))[2]) == 5
    assert leant(scene((10, 10), (100, 100))[:, :44].copy()) is None, "alone"


@pytest.mark.parametrize(
    "ink",
    [
        scene(),
        scene((28, 14)),  # slanted: no edge looks so
        scene((60, 60)),  # through the middle of the ring
        cv2.line(scene((100, 100)), (100, 0), (100, 59), (255,), 5),  # from border to border
        cv2.line(scene((100, 100)), (85, 22), (100, 12), (255,), 5),  # a 1 with its hook
        cv2.line(scene(height=90), (100, 6), (100, 80), (255,), 5),  # far taller than the digit
        scene((100, 100))[:, 78:],  # alone
    ],
    ids=["none", "slanted", "crossed", "edge", "hook", "tall", "alone"],
)
def test_what_is_no_bar_beside_digits_stays_as_it_is(ink: Image):
    assert leant(np.ascontiguousarray(ink)) is None


def test_it_leans_no_further_than_there_is_paper():
    ink = scene((83, 83), width=90)  # between the ring and the border
    out = leant(ink)
    assert out is not None
    assert 0 < lean_of(out, slice(78, 90)) < 0.25
    assert len(cv2.connectedComponentsWithStats((out > 0).astype(np.uint8))[2]) == 3
