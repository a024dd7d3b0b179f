"""page.py and what it stands on: numbers are found whole and in order, and nothing else is."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from drawn_pages import HIGH, boxes, groups, numbers_of, numbers_on, put, same, sheet, turned

from inkdigits import spec
from inkdigits.ink.shades import page_ink
from inkdigits.recognition.normalize import normalize_number


def test_numbers_come_line_by_line_and_from_left_to_right():
    paper = sheet()
    lines = [
        [put(paper, text, x, y) for x, text in ((100, "27"), (320, "495"), (600, "8"))]
        for y in (150, 260, 370)
    ]
    found = boxes(paper)
    assert [len(row) for row in found] == [3, 3, 3]
    for row, true in zip(found, lines, strict=True):
        assert all(same(box, one) for box, one in zip(row, true, strict=True))


@pytest.mark.parametrize("degrees", [-15, -7, 0, 7, 15])
def test_a_turned_page_keeps_its_lines(degrees: int):
    paper = sheet()
    for y in (180, 260, 340, 420, 500):
        for x in (200, 400, 600):
            put(paper, "256", x, y)
    found = boxes(turned(paper, degrees))
    assert [len(row) for row in found] == [3] * 5
    assert all(row[0].x < row[1].x < row[2].x for row in found)


@pytest.mark.parametrize("degrees", [-12, 12])
def test_the_row_of_a_turned_number_is_known(degrees: int):
    paper = sheet()
    for y in (200, 300, 400):
        put(paper, "00000000", 200, y)
    crops = [crop for row in numbers_on(turned(paper, degrees)) for crop in row]
    assert len(crops) == 3
    for crop in crops:
        assert crop.row is not None
        assert crop.row.height < 2 * HIGH < crop.box.height
        assert crop.row.slope == pytest.approx(np.tan(np.radians(degrees)), abs=0.02)
        image = normalize_number(crop.shades, crop.row)
        feet = [np.flatnonzero(column > 128)[-1] for column in image.T if column.max() > 128]
        third = len(feet) // 3
        assert np.mean(feet[:third]) == pytest.approx(np.mean(feet[-third:]), abs=0.1 * spec.NUMBER_HEIGHT)


def test_points_commas_and_minus_signs_stay_with_their_number():
    paper = sheet()
    true = [put(paper, text, 150, y) for text, y in (("-27", 150), ("4,95", 260), ("83.6", 370))]
    found = boxes(paper)
    assert [len(row) for row in found] == [1, 1, 1]
    assert all(
        same(row[0], one) or abs(row[0].width - one.width) < 8 for row, one in zip(found, true, strict=True)
    )
    assert [crop.groups for row in numbers_on(paper) for crop in row] == [2, 3, 3]


@pytest.mark.parametrize("degrees", [0, 9])
def test_numbers_in_a_table_are_apart_and_its_grid_is_gone(degrees: int):
    paper = sheet()
    for y in range(100, 461, 60):
        cv2.line(paper, (100, y), (700, y), 255, 2)
    for x in range(100, 701, 120):
        cv2.line(paper, (x, 100), (x, 460), 255, 2)
    for row in range(6):
        for column in range(5):
            put(paper, "254", 112 + 120 * column, 148 + 60 * row)
    found = boxes(turned(paper, degrees))
    assert [len(row) for row in found] == [5] * 6
    assert max(box.height for row in found for box in row) < 60


def test_a_stroke_that_crosses_a_ruling_stays_whole():
    paper = sheet()
    true = put(paper, "7419", 200, 310)
    cv2.line(paper, (0, 300), (900, 300), 255, 2)
    (row,) = boxes(paper)
    (box,) = row
    assert abs(box.y + box.height - true.y - true.height) <= 5


def test_what_is_no_number_is_left_out():
    paper = sheet()
    true = put(paper, "2718", 300, 300)
    put(paper, "3141", 300, 380)
    cv2.rectangle(paper, (10, 10), (890, 690), 255, 3)  # a frame
    cv2.line(paper, (40, 500), (800, 500), 255, 3)
    for x in range(50, 850, 60):
        cv2.circle(paper, (x, 60 + x % 90), 1, 255, -1)  # specks
    found = boxes(paper)
    assert [len(row) for row in found] == [1, 1]
    assert same(found[0][0], true)


def test_digits_that_touch_stay_one_number():
    paper = sheet()
    true = put(paper, "805", 300, 300, gap=-3)
    assert same(boxes(paper)[0][0], true)


def test_a_blank_page_has_no_numbers():
    assert numbers_on(sheet()) == []
    assert numbers_of(np.full((1400, 1000), 230, np.uint8)) == []


def test_the_ink_of_a_page_is_dark_or_light_and_keeps_its_size():
    paper = sheet(1000, 1400)
    for y in range(100, 900, 80):
        put(paper, "62831", 200, y)
    dark, light = (230 - 0.7 * paper).astype(np.uint8), (30 + 0.7 * paper).astype(np.uint8)
    for picture in (dark, light, np.stack([dark] * 3, axis=2)):
        ink = page_ink(picture)
        assert ink.scale == 1.0
        assert ((ink.pixels > 128) == (paper > 128)).mean() > 0.99
    larger = page_ink(np.full((3508, 2480), 200, np.uint8))
    assert larger.pixels.size <= 1.01 * spec.PAGE_PIXELS


def bad_page(kind: str) -> np.ndarray:
    rng = np.random.default_rng(2)
    if kind == "noise":
        return rng.integers(0, 256, (3508, 2480), np.uint8)
    if kind == "strip":
        return np.where(rng.random((40, 20000)) < 0.1, 0, 255).astype(np.uint8)
    if kind == "one pixel":
        return np.zeros((1, 1), np.uint8)
    paper = np.full((7000, 7200) if kind == "50 megapixels" else (3508, 2480), 240, np.uint8)
    if kind == "halftone":
        y, x = np.mgrid[:3508, :2480]
        dots = np.cos(0.5 * x + 0.15 * y) + np.cos(0.5 * y - 0.15 * x)
        return np.where(dots > np.linspace(-1.6, 1.6, 2480), 20, 240).astype(np.uint8)
    if kind == "barcode":
        for x in range(100, 2300, 9):
            paper[500:1500, x : x + int(rng.integers(2, 8))] = 10
    elif kind == "empty form":
        paper[::80] = 30
        paper[:, ::80] = 30
    else:
        for y in range(100, len(paper), 80):
            cv2.putText(paper, "the quick brown fox jumps over the lazy dog " * 4, (50, y), 0, 1.3, 20, 3)
    return paper


@pytest.mark.parametrize(
    "kind", ["noise", "strip", "one pixel", "barcode", "empty form", "text", "halftone", "50 megapixels"]
)
def test_bad_pages_end_soon(kind: str):
    picture = bad_page(kind)
    start = time.process_time()
    rows = numbers_of(picture)
    # Seconds of all cores together, with room for a slow machine; usual is a tenth.
    assert time.process_time() - start < 8
    if kind in ("empty form", "one pixel"):
        assert not rows


def test_every_number_of_a_crowded_page_is_found():
    paper = np.full((2400, 2400), 240, np.uint8)
    for y in range(30, 2400, 30):
        for x in range(10, 2360, 36):
            cv2.putText(paper, str((x + y) % 10), (x, y), 0, 0.8, 20, 2)
    assert sum(map(len, numbers_of(paper))) == 79 * 66


def test_ones_above_each_other_are_no_line():
    paper = sheet()
    for y in range(100, 401, 50):
        cv2.line(paper, (100, y), (700, y), 255, 2)
    for x in range(100, 701, 150):
        cv2.line(paper, (x, 100), (x, 400), 255, 2)
    for y in (150, 250, 350):
        for x in range(160, 700, 150):
            cv2.line(paper, (x, y - 38), (x, y - 5), 255, 4)
            cv2.line(paper, (x, y + 5), (x, y + 38), 255, 4)
            put(paper, "3", x + 12, y - 4)
            put(paper, "3", x + 12, y + 46)
    assert groups(paper) == [[2] * 4] * 6


@pytest.mark.parametrize("text", ["7777", "55577"])
def test_bars_of_digits_that_touch_are_no_line(text: str):
    paper = sheet()
    for y in (150, 260, 370):
        true = put(paper, text, 200, y, gap=4)
        cv2.line(paper, (true.x, true.y + 2), (true.x + true.width - 4, true.y + 2), 255, 3)
    found = boxes(paper)
    assert [len(row) for row in found] == [1, 1, 1]
    assert all(abs(row[0].width - true.width) <= 5 and abs(row[0].height - true.height) <= 5 for row in found)


def test_a_comma_through_a_thick_ruling_stays_with_its_number():
    paper = sheet()
    for y in (150, 260, 370):
        put(paper, "62", 200, y)
        cv2.line(paper, (264, y - 8), (256, y + 14), 255, 5)
        put(paper, "44", 276, y)
        cv2.line(paper, (0, y + 2), (900, y + 2), 255, 8)
    found = [crop for row in numbers_on(paper) for crop in row]
    assert len(found) == 3
    assert all(crop.box.y + crop.box.height >= y + 10 for crop, y in zip(found, (150, 260, 370), strict=True))


def test_the_feet_of_digits_on_a_ruling_stay():
    paper = sheet()
    for y in (150, 260, 370):
        for x in (100, 420):
            put(paper, "21224", x, y)
    clean = [crop.box.height for row in numbers_on(paper) for crop in row]
    for y in (150, 260, 370):
        cv2.line(paper, (0, y - 1), (900, y - 1), 255, 4)
    ruled = [crop.box.height for row in numbers_on(paper) for crop in row]
    assert len(ruled) == 6
    assert all(abs(one - other) <= 3 for one, other in zip(clean, ruled, strict=True))


@pytest.mark.parametrize("degrees", [0, -5])
def test_digits_that_all_hang_on_rulings_are_found(degrees: int):
    paper = sheet()
    for y in range(120, 600, 70):
        for x in (160, 340, 520):
            put(paper, "4071", x, y, gap=1)
        cv2.line(paper, (60, y), (840, y), 255, 7)
        cv2.line(paper, (100, y - 30), (104, y - 22), 255, 4)  # a mark clear of the ruling
    assert [sum(crop.box.width > 60 for crop in row) for row in numbers_on(turned(paper, degrees))] == [3] * 7


def five(paper: np.ndarray, x: int, y: int) -> None:
    """Draws a 5 of 32 x 40 pixels whose bar broke off and flies away to the right."""
    cv2.ellipse(paper, (x + 8, y - 9), (9, 9), 0, -100, 130, 255, 3)
    cv2.line(paper, (x + 4, y - 19), (x + 5, y - 27), 255, 3)
    cv2.line(paper, (x + 12, y - 32), (x + 32, y - 35), 255, 3)


def test_a_bar_that_broke_off_belongs_to_its_five():
    paper = sheet()
    for y in (150, 260, 370):
        put(paper, "27", 120, y)
        five(paper, 400, y)
        put(paper, "90", 560, y)
    for row in boxes(paper):
        assert len(row) == 3
        assert abs(row[1].width - 35) <= 6
        assert row[1].height >= 34


def test_halves_of_a_digit_are_one_digit():
    paper = sheet()
    for y in (150, 260, 370):
        put(paper, "27", 120, y)
        for middle in (y - 29, y - 7):  # an 8 with a gap at its waist
            cv2.circle(paper, (400, middle), 7, 255, 3)
        put(paper, "90", 560, y)
    found = boxes(paper)
    assert [len(row) for row in found] == [3, 3, 3]
    assert all(row[1].height >= 34 for row in found)


@pytest.mark.parametrize("degrees", [0, 12])
def test_a_wide_comma_is_no_number(degrees: int):
    paper = sheet()
    for y in (200, 310, 420):
        put(paper, "81", 250, y)
        cv2.line(paper, (320, y - 7), (309, y + 6), 255, 6)
        put(paper, "26", 326, y)
    assert groups(turned(paper, degrees)) == [[4], [4], [4]]


@pytest.mark.parametrize("degrees", [-13, 13])
def test_a_minus_sign_of_a_turned_page_is_no_number_of_its_own(degrees: int):
    paper = sheet()
    for y in (200, 310, 420):
        cv2.line(paper, (206, y - 19), (230, y - 19 + degrees // 5), 255, 9)
        put(paper, "81", 240, y)
        put(paper, "405", 450, y)
    found = numbers_on(turned(paper, degrees))
    assert [len(row) for row in found] == [2, 2, 2]  # it is the first number's
    assert all(row[0].box.width > 85 for row in found)


def test_a_digit_with_filled_loops_does_not_part_its_number():
    paper = sheet()
    for y in (150, 260, 370):
        put(paper, "26", 200, y)
        cv2.circle(paper, (288, y - 18), 18, 255, -1)
        put(paper, "40", 312, y)
    assert groups(paper) == [[5], [5], [5]]


def test_a_speck_between_two_numbers_does_not_join_them():
    paper = sheet()
    for y in (150, 260, 370):
        one = put(paper, "205", 150, y)
        cv2.circle(paper, (one.x + one.width + 6, y - 4), 2, 255, -1)
        put(paper, "488", one.x + one.width + 40, y)
    assert [len(row) for row in numbers_on(paper)] == [2, 2, 2]
