"""boxes.py: the boxes of a form keep the digits of one number together, and their edges are no digits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn_pages import boxes, groups, numbers_of, numbers_on, put, sheet, turned

from inkdigits.training.draw.page import make_page


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
    """Most of them: where several digits of a row touch their boxes, one page in seven falls apart."""
    whole = finds = numbers = 0
    for seed in range(24):
        page = make_page(None, np.random.default_rng(seed), layout="boxes", count=(20, 20), skew=10.0)
        found = [crop.box for row in numbers_of(page.picture) for crop in row]
        whole += sum(any(box.overlap(true) > 0.8 for box in found) for _, true in page.numbers)
        finds, numbers = finds + len(found), numbers + len(page.numbers)
    assert whole >= 0.85 * numbers
    assert finds <= 1.02 * numbers


def test_a_box_whose_digit_touches_two_edges_belongs_to_its_row():
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "3085", (160, y), 0, (255, 2))
        cv2.line(paper, (160 + 82, y - 48), (160 + 76, y + 12), 255, 3)  # the 0 is struck out
    assert [len(row) for row in numbers_on(paper)] == [1, 1, 1]


@pytest.mark.parametrize("apart", [0, 7])
@pytest.mark.parametrize("text", ["3085", "0385", "3850"])
def test_a_box_that_is_broken_up_by_its_digit_belongs_to_its_row(text: str, apart: int):
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, text, (160, y), apart, (255, 2))
        left = 160 + text.index("0") * (54 + apart)
        for start, end in (((8, -48), (20, 12)), ((40, -48), (30, 12)), ((0, -20), (20, -18))):
            cv2.line(paper, (left + start[0], y + start[1]), (left + end[0], y + end[1]), 255, 3)
    assert [len(row) for row in numbers_on(paper)] == [1, 1, 1]


def test_a_digit_beside_a_row_of_boxes_is_in_none_of_them():
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "308", (160, y), 0, (255, 2))
        put(paper, "5", 400, y)
    assert [len(row) for row in numbers_on(paper)] == [2, 2, 2]


def test_boxes_with_gaps_in_faint_edges_hold_one_number():
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "3085", (160, y), 0, (40, 1))
        paper[y - 48 : y + 12 : 12, 160 + 54 * 2] = 0
    found = numbers_of((235 - 0.75 * paper).astype(np.uint8))
    assert [[crop.groups for crop in row] for row in found] == [[4], [4], [4]]


@pytest.mark.parametrize("thick", [3, 5, 6])
def test_the_edge_of_a_thick_box_is_no_number(thick: int):
    paper = sheet()
    for y in (200, 320, 440):
        box_row(paper, "0686", (160, y), 8, (255, thick))
    found = boxes(cv2.GaussianBlur(paper, (0, 0), 1.0))
    assert [len(row) for row in found] == [1, 1, 1]
    assert all(row[0].x > 160 for row in found)
