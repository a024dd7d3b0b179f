"""scan.py: the finder is given each part of a picture at the size it knows, and empty parts not at all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from perfect_maps import perfect

from inkdigits import spec
from inkdigits.find import scan
from inkdigits.find.scan import A_FEW, find_marks, from_afar, uprightness
from inkdigits.find.tiles import INK, OVERLAP, TILE, tiles_with_ink


class ByBlobs:
    """A finder that takes every piece of ink for a digit, where it is between 8 and 60 pixels high.

    Args:
        turn: by which it says that lines are turned.
    """

    def __init__(self, turn: float = 0.0) -> None:
        self.given: list[tuple[int, int]] = []
        self.inked: list[float] = []
        self.turn = turn

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        (image,) = images
        self.given.append(image.shape)
        self.inked.append(float(image.max()))
        _, _, stats, _ = cv2.connectedComponentsWithStats((image > 100).astype(np.uint8))
        marks = [
            ("0", x + width / 2, y + height / 2, float(width), float(height), None)
            for x, y, width, height, _ in stats[1:].tolist()
            if 8 <= height <= 60
        ]
        return perfect(marks, image.shape, turn=self.turn)[None]


def page(shape: tuple[int, int], boxes: list[tuple[int, int, int, int]]) -> NDArray[np.uint8]:
    out = np.zeros(shape, np.uint8)
    for x, y, width, height in boxes:
        out[y : y + height, x : x + width] = 255
    return out


def near(found, boxes, slack: float = 2.0) -> bool:
    expected = np.array([(x + w / 2, y + h / 2, w, h) for x, y, w, h in boxes], np.float32)
    order = np.lexsort((expected[:, 0], expected[:, 1]))
    got = found.places[np.lexsort((found.places[:, 0].round(-1), found.places[:, 1].round(-1)))]
    return got.shape == expected.shape and bool(
        (np.abs(np.sort(got, axis=0) - np.sort(expected[order], axis=0)) < slack).all()
    )


@pytest.mark.parametrize("height", [12, 22, 40, 90, 200, 450])
def test_digits_of_any_height_are_found_where_they_are(height: int):
    boxes = [(60 + int(1.1 * height) * i, 80, height // 2, height) for i in range(3)]
    finder = ByBlobs()
    found = find_marks(page((700, 1900), boxes), finder)
    assert near(found, boxes, slack=0.06 * height + 2)
    heights = finder.given
    assert all(side <= TILE for shape in heights for side in shape)
    assert all(side % spec.FINDER_STEP == 0 for shape in heights for side in shape)


def test_two_sizes_on_one_page_are_both_read_at_their_own_scale():
    small = [(50 + 30 * i, 60, 9, 16) for i in range(12)]
    large = [(100 + 160 * i, 400, 80, 150) for i in range(3)]
    found = find_marks(page((800, 900), small + large), ByBlobs())
    heights = np.sort(found.places[:, 3])
    assert len(heights) == len(small) + len(large)
    np.testing.assert_allclose(heights[: len(small)], 16, atol=3)
    np.testing.assert_allclose(heights[len(small) :], 150, atol=12)


def test_parts_without_ink_are_passed_over():
    finder = ByBlobs()
    shades = page((1500, 1400), [(40, 40, 14, 24), (1300, 1400, 14, 24)])
    found = find_marks(shades, finder)
    assert len(found) == 2
    assert min(finder.inked) >= INK
    pixels = sum(height * width for height, width in finder.given)
    assert pixels < 0.8 * shades.size


def test_a_digit_on_the_seam_of_two_tiles_is_found_once():
    boxes = [(20 + 24 * i, 20 + 31 * j, 12, 22) for i in range(50) for j in range(30)]
    assert len(find_marks(page((960, 1240), boxes), ByBlobs())) == len(boxes)


def test_a_digit_at_the_very_side_has_paper_around_it():
    finder = ByBlobs()
    assert len(find_marks(page((40, 60), [(50, 9, 10, 22), (0, 9, 10, 22)]), finder)) == 2
    assert finder.given[0] >= (48, 64)


@pytest.mark.parametrize("shades", [np.zeros((300, 400), np.uint8), np.zeros((0, 0), np.uint8)])
def test_a_blank_picture_is_not_looked_at(shades: NDArray[np.uint8]):
    finder = ByBlobs()
    assert len(find_marks(shades, finder)) == uprightness(from_afar(shades, finder)) == 0
    assert not finder.given


@pytest.mark.parametrize(("turn", "upright"), [(3, 1.0), (-60, 0.5), (90, 0.0), (181, -1.0), (270, 0.0)])
def test_marks_tell_how_upright_a_picture_is(turn: float, upright: float):
    seen = from_afar(page((300, 400), [(60, 60, 14, 24)]), ByBlobs(turn))
    assert uprightness(seen) == pytest.approx(upright, abs=0.02)
    assert uprightness(seen, 2) == -1, "one mark tells nothing"


def test_noise_alone_has_no_marks_and_takes_no_more_passes():
    rng = np.random.default_rng(3)
    finder = ByBlobs()
    found = find_marks((rng.random((200, 300)) > 0.99).astype(np.uint8) * 255, finder)
    assert len(found) == 0


def test_a_large_picture_of_texture_is_tried_in_a_few_parts_before_it_is_looked_at_closely():
    rng = np.random.default_rng(3)
    specks = (rng.random((1600, 2400)) > 0.99).astype(np.uint8) * 255
    finder, coarse = ByBlobs(), ByBlobs()
    list(scan._coarse(specks, coarse, 1.0))
    assert len(find_marks(specks, finder)) == 0
    assert len(finder.given) == len(coarse.given) + A_FEW
    assert specks.size / TILE**2 > A_FEW


def test_of_a_side_little_longer_than_a_tile_the_halves_are_looked_at():
    field = np.full((TILE + 48, TILE), 255, np.uint8)
    upper, lower = tiles_with_ink(field)
    assert upper.rows == (0, lower.rows[0])
    assert lower.rows[1] == len(field)
    assert upper.bottom - lower.top == 2 * OVERLAP
    assert max(tile.bottom - tile.top for tile in (upper, lower)) < 0.7 * TILE


@pytest.mark.parametrize("length", [16, 496, TILE, TILE + 16, 912, 1280, 5008])
def test_tiles_see_beyond_what_they_answer_for_and_are_never_larger_than_one(length: int):
    tiles = list(tiles_with_ink(np.full((16, length), 255, np.uint8)))
    assert [tile.columns[0] for tile in tiles] == [0, *(tile.columns[1] for tile in tiles[:-1])]
    assert tiles[-1].columns[1] == length
    for tile in tiles:
        assert (tile.left, tile.right) == (
            max(0, tile.columns[0] - OVERLAP),
            min(length, tile.columns[1] + OVERLAP),
        )
        assert tile.right - tile.left <= TILE
        assert tile.left % spec.FINDER_STEP == tile.right % spec.FINDER_STEP == 0


def test_how_small_writing_stands_shows_in_a_few_parts():
    boxes = [(30 + 24 * i, 30 + 40 * j, 7, 13) for i in range(95) for j in range(38)]
    shades, all_of_it, part = page((1600, 2400), boxes), ByBlobs(90), ByBlobs(90)
    whole, few = from_afar(shades, all_of_it), from_afar(shades, part, whole=False)
    assert len(part.given) < len(all_of_it.given)
    assert uprightness(few) == pytest.approx(uprightness(whole), abs=0.01)
    assert len(find_marks(shades, ByBlobs())) == len(boxes)


def test_what_was_seen_from_afar_is_not_looked_at_again():
    shades, finder = page((300, 400), [(60, 60, 14, 22)]), ByBlobs()
    alone = find_marks(shades, finder)
    looks = len(finder.given)
    afar = from_afar(shades, finder)
    np.testing.assert_array_equal(find_marks(shades, finder, afar=afar).places, alone.places)
    assert len(finder.given) == 2 * looks
