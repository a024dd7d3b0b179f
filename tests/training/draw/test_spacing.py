"""spacing.py: characters stand side by side by the rules of their spacing, with a box each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from inkdigits.readings import Box
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.spacing import CharacterRow, Spacing

STEADY = Spacing(gap=0.25, wobble=0.0, jitter=0.0, point_jitter=0.0, tucked=0.0, level=True)
SIZES = {  # height and width of the blocks, in heights of a digit
    **dict.fromkeys(".,-", (0.1, 0.1)),
    "'": (0.2, 0.05),
    "+": (0.5, 0.5),
    ":": (0.5, 0.1),
    "/": (1.4, 0.5),
    "%": (1.0, 0.8),
}


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def block(height: float = 1.0, width: float = 0.5) -> np.ndarray:
    return np.full((round(height * HEIGHT), round(width * HEIGHT)), 255, np.uint8)


def row_of(text: str, spacing: Spacing, seed: int = 0) -> tuple[np.ndarray, list[Box]]:
    """Returns blocks put side by side: digits as high as wide digits are, marks small."""
    row, source = CharacterRow(spacing), rng(seed)
    for value in text:
        row.add(value, block(*SIZES.get(value, (1.0, 0.5))), source)
    return row.assembled()


def gaps_of(boxes: list[Box]) -> list[float]:
    return [(right.x - left.x - left.width) / HEIGHT for left, right in pairwise(boxes)]


def test_steady_writers_keep_the_gap_and_the_line():
    ink, boxes = row_of("123", STEADY)
    assert boxes == [Box(0, 0, 20, 40), Box(30, 0, 20, 40), Box(60, 0, 20, 40)]
    assert ink.shape == (40, 80)
    assert not ink[:, 20:30].any()


def test_points_stand_closer_on_the_line_commas_below_it_and_a_minus_above():
    for mark in ".,":
        _, boxes = row_of(f"1{mark}2", replace(STEADY, beside_points=(0.4,)))
        assert gaps_of(boxes) == pytest.approx([0.1, 0.1], abs=0.03)
    bottoms = {
        mark: np.mean([row_of(f"1{mark}", STEADY, seed)[1][1].y + 4 for seed in range(30)]) for mark in ".,-"
    }
    assert bottoms["."] == HEIGHT
    assert 1.05 * HEIGHT < bottoms[","] < 1.25 * HEIGHT
    assert 0.4 * HEIGHT < bottoms["-"] < 0.65 * HEIGHT


@pytest.mark.parametrize("level", [True, False])
def test_signs_hang_and_stand_where_they_are_written(level: bool):
    spacing = replace(STEADY, level=level)

    def middle(sign: str) -> float:
        """Returns how far above the line the middle of a sign is, in heights of a digit."""
        found = []
        for seed in range(60):
            digit, mark = row_of(f"1{sign}", spacing, seed)[1]
            found.append((digit.y + digit.height - mark.y - mark.height / 2) / HEIGHT)
        return float(np.mean(found))

    assert middle("+") == pytest.approx(0.5, abs=0.05)
    assert middle(":") == pytest.approx(0.25 + 0.16, abs=0.05)
    assert middle("%") == pytest.approx(0.5, abs=0.05)
    assert middle("/") == pytest.approx(0.5, abs=0.08), "beyond the line and above the head alike"
    assert middle("'") > 0.75


def test_what_is_no_digit_keeps_clear_of_its_neighbours():
    gaps = np.array([gaps_of(row_of("1?2", replace(STEADY, gap=-0.3), seed)[1]) for seed in range(80)])
    assert gaps.min() >= 0
    assert gaps.max() > 0.9
    assert np.median(gaps) < 0.5


def test_writers_who_space_by_the_ink_let_slanting_strokes_reach_over_each_other():
    stair = np.zeros((HEIGHT, HEIGHT), np.uint8)
    for step in range(HEIGHT):
        stair[step, HEIGHT - 1 - step] = 255
    widths = {}
    for clear in (None, 0.25):
        row = CharacterRow(replace(STEADY, clear=clear))
        for _ in range(2):
            row.add("1", stair, rng(1))
        widths[clear] = row.assembled()[0].shape[1]
    assert widths[0.25] < widths[None] - 0.5 * HEIGHT


def test_a_line_can_fall_and_characters_leave_it():
    _, falling = row_of("1234", replace(STEADY, level=False, tilt=0.2), seed=4)
    assert falling[3].y > falling[0].y + 0.2 * HEIGHT
    _, restless = row_of("1234", replace(STEADY, wobble=0.2))
    assert np.ptp([box.y for box in restless]) > 2


def test_a_point_is_tucked_beneath_what_leans_over_it():
    leaning = np.zeros((HEIGHT, HEIGHT), np.uint8)
    leaning[:4] = leaning[:, :4] = 255  # like a 7 whose bar reaches far to the right
    lefts = {}
    for tucked in (0.0, 1.0):
        row, source = CharacterRow(replace(STEADY, tucked=tucked)), rng(1)
        row.add("7", leaning, source)
        row.add(".", block(0.1, 0.1), source)
        lefts[tucked] = row.assembled()[1][1].x
    assert lefts[0.0] >= HEIGHT
    assert lefts[1.0] < HEIGHT


def test_numbers_that_stand_alone_are_spaced_more_freely_than_those_among_others():
    loose, narrow = (
        np.concatenate([gaps_of(row_of("1234", spacing(rng(seed)), seed)[1]) for seed in range(200)])
        for spacing in (Spacing.loose, Spacing.narrow)
    )
    assert narrow.min() > -0.25
    assert narrow.max() < 0.6, "numbers stand farther apart than that"
    assert loose.max() > 0.9
    assert loose.std() > 1.5 * narrow.std()
