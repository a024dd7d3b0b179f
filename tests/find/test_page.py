"""page.py and what it stands on: numbers are found whole and in order, and nothing else is."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from inkdigits import spec
from inkdigits.find.number import NumberCrop
from inkdigits.find.page import find_numbers
from inkdigits.ink.shades import page_ink
from inkdigits.readings import Box
from inkdigits.recognition.normalize import normalize_number
from inkdigits.training.draw.page import make_page
from inkdigits.training.draw.writer import Writer, write_character

WRITER = Writer.random(np.random.default_rng(1))
HIGH = 32  # pixels; of the digits drawn here


def sheet(height: int = 700, width: int = 900) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def put(paper: np.ndarray, text: str, x: int, y: int, gap: int = 5) -> Box:
    """Writes a number with its feet at row ``y``; returns its box."""
    left, top = x, y
    for index, value in enumerate(text):
        ink = write_character(value, WRITER, HIGH, np.random.default_rng(index))
        bottom = {"-": y - HIGH // 2, ",": y + 5}.get(value, y)
        place = paper[bottom - ink.shape[0] : bottom, x : x + ink.shape[1]]
        np.maximum(place, ink, out=place)
        top, right = min(top, bottom - ink.shape[0]), x + ink.shape[1]
        x = right + gap
    return Box(left, top, right - left, y - top)


def boxes(paper: np.ndarray) -> list[list[Box]]:
    return [[crop.box for crop in row] for row in numbers_on(paper)]


def numbers_on(paper: np.ndarray) -> list[list[NumberCrop]]:
    return find_numbers(paper, paper)


def numbers_of(picture: np.ndarray) -> list[list[NumberCrop]]:
    ink = page_ink(picture)
    return find_numbers(ink.pixels, ink.shades)


def same(found: Box, true: Box) -> bool:
    slack = 5
    return all(
        abs(one - other) <= slack
        for one, other in (
            (found.x, true.x),
            (found.y, true.y),
            (found.x + found.width, true.x + true.width),
            (found.y + found.height, true.y + true.height),
        )
    )


def overlap(one: Box, other: Box) -> float:
    """Returns intersection over union."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    shared = max(0, width) * max(0, height)
    return shared / (one.width * one.height + other.width * other.height - shared)


def turned(paper: np.ndarray, degrees: float) -> np.ndarray:
    height, width = paper.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(paper, matrix, (width, height))


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


@pytest.mark.parametrize("apart", [0, 8])
def test_digits_in_a_row_of_boxes_are_one_number(apart: int):
    paper = sheet()
    side = 50
    for y, text in ((200, "3075"), (320, "186"), (440, "90")):
        for index, value in enumerate(text):
            x = 150 + index * (side + apart)
            cv2.rectangle(paper, (x, y - 42), (x + side, y + 10), 255, 2)
            put(paper, value, x + 14, y)
    found = boxes(paper)
    assert [len(row) for row in found] == [1, 1, 1]
    assert [round((row[0].width + 20) / (side + apart)) for row in found] == [4, 3, 2]


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
    cv2.rectangle(paper, (600, 560), (760, 640), 255, -1)  # a smear
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
    "kind", ["noise", "strip", "one pixel", "barcode", "empty form", "text", "50 megapixels"]
)
def test_bad_pages_end_soon(kind: str):
    picture = bad_page(kind)
    start = time.process_time()
    rows = numbers_of(picture)
    # Seconds of all cores together, with room for a slow machine; usual is a tenth.
    assert time.process_time() - start < 8
    assert sum(map(len, rows)) <= spec.PAGE_MAX_NUMBERS
    if kind in ("empty form", "one pixel"):
        assert not rows


def groups(paper: np.ndarray) -> list[list[int]]:
    """Returns how many digits each number has, line by line."""
    return [[crop.groups for crop in row] for row in numbers_on(paper)]


def box_row(paper: np.ndarray, text: str, place: tuple[int, int], apart: int, pen: tuple[int, int]) -> None:
    """Writes a digit in each of a row of boxes, close to the left edges of that ink and width."""
    side, (x, y) = 54, place
    for index, value in enumerate(text):
        left = x + index * (side + apart)
        cv2.rectangle(paper, (left, y - 48), (left + side, y + 12), pen[0], pen[1])
        put(paper, value, left + 8, y)


@pytest.mark.parametrize("degrees", [-11, -5, 4, 9])
@pytest.mark.parametrize(("apart", "thick"), [(0, 5), (9, 5), (12, 8), (7, 2)])
def test_boxes_of_a_turned_page_hold_one_number(degrees: int, apart: int, thick: int):
    paper = sheet()
    for y in (180, 290, 400, 510):
        for x, text in ((160, "3085"), (520, "927")):
            box_row(paper, text, (x, y), apart, (200, thick))
    assert groups(cv2.GaussianBlur(turned(paper, degrees), (0, 0), 0.8)) == [[4, 3]] * 4


def test_made_forms_of_boxes_are_found_whole():
    """All but a hundredth: where several digits of a row touch their boxes, it may fall apart."""
    whole = finds = numbers = 0
    for seed in range(12):
        page = make_page(None, np.random.default_rng(seed), layout="boxes", count=(20, 20))
        found = [crop.box for row in numbers_of(page.picture) for crop in row]
        whole += sum(any(overlap(box, true) > 0.8 for box in found) for _, true in page.numbers)
        finds, numbers = finds + len(found), numbers + len(page.numbers)
    assert whole >= 0.99 * numbers
    assert finds <= 1.01 * numbers


def test_a_box_whose_digit_touches_two_edges_belongs_to_its_row():
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "3085", (160, y), 0, (255, 2))
        cv2.line(paper, (160 + 82, y - 48), (160 + 76, y + 12), 255, 3)  # the 0 is struck out
    assert [len(row) for row in numbers_on(paper)] == [1, 1, 1]


def test_boxes_with_gaps_in_faint_edges_hold_one_number():
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "3085", (160, y), 0, (40, 1))
        paper[y - 48 : y + 12 : 12, 160 + 54 * 2] = 0
    assert groups(paper) == [[4], [4], [4]]


def test_the_edge_of_a_thick_box_is_no_number():
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "0686", (160, y), 8, (255, 7))
    found = boxes(cv2.GaussianBlur(paper, (0, 0), 1.0))
    assert [len(row) for row in found] == [1, 1, 1]
    assert all(row[0].x > 160 for row in found)


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
def test_a_minus_sign_of_a_turned_page_is_no_number(degrees: int):
    paper = sheet()
    for y in (200, 310, 420):
        cv2.line(paper, (206, y - 19), (230, y - 19 + degrees // 5), 255, 9)
        put(paper, "81", 240, y)
        put(paper, "405", 450, y)
    found = numbers_on(turned(paper, degrees))
    assert [[crop.groups for crop in row] for row in found] == [[2, 3]] * 3
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
