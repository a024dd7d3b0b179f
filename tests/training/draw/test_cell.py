"""cell.py: a number on paper stays where it says, and shows against paper, lines, light and grain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits.readings import Box
from inkdigits.training.draw.cell import _remains, picture_of
from inkdigits.training.draw.number import write_number


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def ink() -> np.ndarray:
    return write_number("274", None, rng(1)).ink


@pytest.fixture(scope="module")
def mates() -> np.ndarray:
    return write_number("5038", None, rng(2)).ink


def pictures(ink: np.ndarray, mates: np.ndarray, count: int, height: int = 24):
    return [picture_of(ink, mates, height, rng(seed)) for seed in range(count)]


def test_the_seed_alone_decides(ink: np.ndarray, mates: np.ndarray):
    (first, place), (again, same), (other, _) = (picture_of(ink, mates, 20, rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert place == same
    assert first.shape != other.shape or (first != other).any()


@given(
    st.integers(0, 2**32), st.integers(9, 44), st.sampled_from(["1", "-3", "904", "12,50", "123456789012"])
)
@settings(max_examples=60)
def test_the_place_lies_in_the_picture(seed: int, height: int, text: str):
    number, mates = write_number(text, None, rng(seed)).ink, write_number("5038", None, rng(seed + 1)).ink
    picture, place = picture_of(number, mates, height, rng(seed))
    assert (picture.ndim, picture.dtype) == (2, np.uint8)
    assert place.x >= 0
    assert place.y >= 0
    assert place.width > 0
    assert place.height > 0
    assert place.x + place.width <= picture.shape[1]
    assert place.y + place.height <= picture.shape[0]
    assert picture.min() < picture.max(), "nothing is written"


def test_the_ink_stands_at_its_place(ink: np.ndarray, mates: np.ndarray):
    import cv2

    likeness = []
    for picture, place in pictures(ink, mates, 60):
        seen = picture[place.y : place.y + place.height, place.x : place.x + place.width]
        if seen.shape[0] < 0.95 * place.width * ink.shape[0] / ink.shape[1]:
            continue  # the border goes through it
        small = cv2.resize(ink, (place.width, place.height), interpolation=cv2.INTER_AREA)
        likeness.append(abs(float(np.corrcoef(seen.ravel(), small.ravel())[0, 1])))
    assert np.median(likeness) > 0.9
    assert np.mean(np.array(likeness) > 0.6) > 0.9


@pytest.mark.parametrize("height", [9, 20, 44])
def test_digits_have_the_height_that_is_asked_for(height: int):
    from inkdigits.training.draw.glyphs import HEIGHT

    square = np.full((HEIGHT, 2 * HEIGHT), 255, np.uint8)
    places = [place for _, place in pictures(square, square, 40, height)]
    assert np.median([place.height for place in places]) == pytest.approx(height, abs=1)
    assert np.median([place.width for place in places]) == pytest.approx(2 * height, abs=1)


def test_there_is_pale_and_dark_paper_faint_and_strong_ink_and_sometimes_chalk(
    ink: np.ndarray, mates: np.ndarray
):
    papers, depths, light_on_dark = [], [], []
    for picture, place in pictures(ink, mates, 400):
        inside = picture[place.y : place.y + place.height, place.x : place.x + place.width].astype(float)
        papers.append(float(np.median(picture)))
        low, middle, high = np.percentile(inside, (2, 60, 98))
        depths.append(max(middle - low, high - middle))
        light_on_dark.append(high - middle > middle - low)
    assert min(papers) < 110
    assert max(papers) > 220
    assert min(depths) < 30
    assert max(depths) > 140
    assert 0.005 < np.mean(light_on_dark) < 0.2


def test_some_pictures_have_lines_and_some_have_none(mates: np.ndarray):
    dot = np.zeros((40, 40), np.uint8)
    dot[18:22, 18:22] = 255
    lined = []
    for seed in range(100):
        picture, place = picture_of(dot, np.zeros((40, 40), np.uint8), 30, rng(seed))
        outside = np.ones(picture.shape, bool)
        outside[place.y : place.y + place.height, place.x : place.x + place.width] = False
        spread = np.ptp(picture[outside]) if outside.any() else 0
        lined.append(spread > 0.6 * np.ptp(picture))
    assert 0.3 < np.mean(lined) < 0.95


def test_pieces_of_another_number_reach_into_few_pictures(ink: np.ndarray, mates: np.ndarray):
    changed = []
    for seed in range(150):
        with_mates, _ = picture_of(ink, mates, 24, rng(seed))
        without, _ = picture_of(ink, np.zeros_like(mates), 24, rng(seed))
        changed.append(with_mates.shape != without.shape or bool((with_mates != without).any()))
    assert 0.2 < np.mean(changed) < 0.45


def test_older_ink_behind_a_number_is_weaker_than_the_number(ink: np.ndarray, mates: np.ndarray):
    for seed in range(20):
        cell = np.zeros((60, 300), np.float32)
        _remains(cell, mates / np.float32(255), Box(10, 10, 60, 40), 24, rng(seed))
        assert not cell[:, :70].any(), "it is in the number's place"
        assert 0 < cell.max() < 0.6
