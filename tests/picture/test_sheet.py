"""sheet.py: a sheet of paper on a desk is found, cut out and laid level; what is none is left alone."""

from __future__ import annotations

import numpy as np
import pytest
import scenes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inkdigits import spec
from inkdigits.picture.sheet import Sheet, find_sheet
from inkdigits.readings import Box

HEIGHT, WIDTH = 420, 560
CORNERS = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float64)


def written(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """Returns a sheet with rows of digits, uint8 (H, W, 3)."""
    paper = scenes.page(height, width)
    for row in range(60, height - 60, 90):
        for value in range(6):
            scenes.write(paper, scenes.plain_digit(value), 40 + 80 * value, row, 56)
    return scenes.photo(paper)


def found(photo: np.ndarray) -> Sheet:
    sheet = find_sheet(photo)
    assert sheet is not None, "no sheet was found"
    return sheet


def moved(places: np.ndarray, homography: np.ndarray) -> np.ndarray:
    """Returns places (N, 2) taken through a homography."""
    seen = np.column_stack((places, np.ones(len(places)))) @ homography.T
    return seen[:, :2] / seen[:, 2:]


def corners_of(sheet: Sheet) -> np.ndarray:
    """Returns the corners of a sheet in its picture: upper left, upper right, lower right, lower left."""
    height, width = sheet.picture.shape[:2]
    return moved(np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64), sheet.to_source)


def off(sheet: Sheet, to_photo: np.ndarray) -> float:
    """Returns how far the corners that were found are from those that were drawn, pixels."""
    return float(np.abs(corners_of(sheet) - moved(CORNERS, to_photo)).max())


# ---- A sheet in sight ----


@pytest.mark.parametrize("degrees", [0, 3, 20, -20, 40, -40])
@pytest.mark.parametrize("tilt", [0.0, 0.15])
def test_the_corners_are_found_and_stay_in_their_order(degrees: int, tilt: float):
    photo, to_photo = scenes.on_desk(written(), degrees=degrees, tilt=tilt)
    assert off(found(photo), to_photo) < 0.01 * max(photo.shape)


@pytest.mark.parametrize(("degrees", "tilt"), [(0, 0.0), (20, 0.0), (-13, 0.15)])
def test_the_straightened_picture_is_the_sheet_level(degrees: int, tilt: float):
    sheet = written()
    photo, _ = scenes.on_desk(sheet, degrees=degrees, tilt=tilt)
    flat = found(photo).picture
    assert flat.shape[1] / flat.shape[0] == pytest.approx(WIDTH / HEIGHT, rel=0.1)
    dark = scenes.grey(flat)[12:-12, 12:-12] < 120
    inked = np.flatnonzero(dark.any(axis=1))
    rows = np.split(inked, np.flatnonzero(np.diff(inked) > 5) + 1)
    assert len(rows) == 4  # of a page that is not level they run into each other
    assert (scenes.grey(flat) > 200).mean() > 0.85  # paper, and no desk


def test_a_photo_in_grey_gives_a_sheet_in_grey():
    photo, to_photo = scenes.on_desk(written(), degrees=20)
    sheet = found(scenes.grey(photo))
    assert (sheet.picture.ndim, sheet.picture.dtype) == (2, np.uint8)
    assert off(sheet, to_photo) < 0.01 * max(photo.shape)


def test_a_large_photo_is_cut_out_at_its_full_size():
    sheet = np.kron(written(), np.ones((4, 4, 1), np.uint8))
    photo, _ = scenes.on_desk(sheet, degrees=10)
    height, width = found(photo).picture.shape[:2]
    assert (height, width) == pytest.approx((4 * HEIGHT, 4 * WIDTH), rel=0.02)


def test_paper_is_told_from_a_coloured_cloth_that_is_as_light():
    photo, to_photo = scenes.on_desk(written(), degrees=8, desk=(250, 225, 90))
    assert off(found(photo), to_photo) < 0.01 * max(photo.shape)


def test_a_lamp_s_light_across_sheet_and_desk_does_not_matter():
    photo, to_photo = scenes.on_desk(written(), degrees=20)
    across = np.linspace(1.0, 0.7, photo.shape[1])[None, :, None]
    assert off(found(scenes.photo(photo * across)), to_photo) < 0.01 * max(photo.shape)


def test_a_corner_of_the_paper_in_a_shadow_is_not_cut_off():
    photo, to_photo = scenes.on_desk(written(), desk=(95, 95, 95))
    down, across = np.mgrid[0 : 1 : photo.shape[0] * 1j, 0 : 1 : photo.shape[1] * 1j]
    light = 0.75 - 0.45 * (across - down + 0.3).clip(0, 1.2)  # the upper right is the darkest
    shaded = scenes.photo(photo * light[..., None])
    assert off(found(shaded), to_photo) < 0.02 * max(photo.shape)


# ---- No sheet ----


def test_paper_alone_is_no_sheet_on_anything():
    assert find_sheet(written()) is None


@pytest.mark.parametrize("level", [0, 60, 235, 255])
def test_a_blank_picture_has_none(level: int):
    assert find_sheet(np.full((400, 500, 3), level, np.uint8)) is None
    assert find_sheet(np.full((400, 500), level, np.uint8)) is None


def test_a_desk_alone_has_none():
    grain = np.random.default_rng(1).normal(60, 12, (400, 500))
    assert find_sheet(np.clip(grain, 0, 255).astype(np.uint8)) is None


def test_light_paper_on_a_light_desk_is_left_as_it_is():
    photo, _ = scenes.on_desk(written(), degrees=20, desk=(232, 232, 230))
    assert find_sheet(photo) is None


def test_a_sheet_whose_corner_is_out_of_sight_is_left_as_it_is():
    photo, to_photo = scenes.on_desk(written(), degrees=20)
    right = int(moved(CORNERS, to_photo)[:, 0].max())
    assert find_sheet(np.ascontiguousarray(photo[:, : right - 120])) is None


def test_a_slip_on_a_large_desk_is_no_sheet():
    photo, _ = scenes.on_desk(written(), room=2.0)
    assert find_sheet(photo) is None


def test_a_round_plate_is_no_sheet():
    down, across = np.mgrid[0:400, 0:500]
    plate = ((down - 200) ** 2 + (across - 250) ** 2 < 150**2) * 180 + 50
    assert find_sheet(plate.astype(np.uint8)) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (spec.PAGE_LEAST_SIDE - 1, 900), (40, 30, 3)])
def test_a_cell_or_a_line_is_not_looked_at(shape: tuple[int, ...]):
    assert find_sheet(np.full(shape, 128, np.uint8)) is None


# ---- Boxes ----


@settings(max_examples=25)
@given(
    st.floats(-40, 40),
    st.floats(0, 0.2),
    st.builds(Box, st.integers(0, 400), st.integers(0, 300), st.integers(1, 150), st.integers(1, 110)),
)
def test_a_box_on_the_sheet_lies_around_its_corners_in_the_photo(degrees: float, tilt: float, written: Box):
    x, y, width, height = written
    photo, to_photo = scenes.on_desk(np.full((HEIGHT, WIDTH, 3), 240, np.uint8), degrees=degrees, tilt=tilt)
    sheet = Sheet(photo, to_photo)
    box = sheet.box(written, photo.shape)
    corners = moved(
        np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], np.float64), to_photo
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    assert (box.x, box.y) == pytest.approx(tuple(low), abs=1)
    assert (box.x + box.width, box.y + box.height) == pytest.approx(tuple(high), abs=1.01)


@given(*(st.integers(-500, 900) for _ in range(2)), *(st.integers(1, 900) for _ in range(2)))
def test_a_box_never_leaves_the_photo(x: int, y: int, width: int, height: int):
    box = Sheet(np.zeros((10, 10), np.uint8), np.eye(3)).box(Box(x, y, width, height), (300, 400))
    assert 0 <= box.x < box.x + box.width <= 400
    assert 0 <= box.y < box.y + box.height <= 300


@settings(max_examples=30)
@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.integers(1, 9))
        | st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)),
    ),
    st.integers(1, 60),
)
def test_any_picture_gives_a_sheet_of_its_own_kind_or_none(cells: np.ndarray, side: int):
    picture = cells.repeat(side, axis=0).repeat(side, axis=1)
    before = picture.copy()
    sheet = find_sheet(picture)
    np.testing.assert_array_equal(picture, before)
    if sheet is not None:
        assert (sheet.picture.dtype, sheet.picture.ndim) == (np.uint8, picture.ndim)
        assert min(sheet.picture.shape) > 0
        assert np.isfinite(sheet.to_source).all()
