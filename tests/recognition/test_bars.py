"""A 1 that its picture cuts is less sure: creases, shadows, lines and pieces of any digit look like it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inkdigits.reader import Reader
from inkdigits.readings import Box, Digit, Expect, Number
from inkdigits.recognition.bars import BY_ONE_SIDE, BY_SEVERAL, less_a_bar, sides_cut

SHAPE = (120, 90, 3)


@pytest.mark.parametrize(
    ("box", "sides"),
    [
        (Box(40, 20, 10, 70), 0),
        (Box(40, 0, 10, 70), 1),
        (Box(0, 20, 10, 70), 1),
        (Box(40, 50, 10, 70), 1),
        (Box(80, 20, 10, 70), 1),
        (Box(40, 0, 10, 120), 2),
        (Box(20, 0, 50, 120), 2),
        (Box(0, 0, 30, 120), 3),
        (Box(0, 0, 90, 120), 0),
        (Box(1, 3, 86, 117), 0),
    ],
)
def test_sides_by_which_ink_leaves_its_picture(box: Box, sides: int) -> None:
    assert sides_cut(box, SHAPE) == sides


def test_a_small_picture_is_a_tight_crop_and_cuts_nothing() -> None:
    assert sides_cut(Box(0, 0, 8, 28), (28, 28)) == 0


@pytest.mark.parametrize("room", [0, 1, 2, 4])
def test_a_1_that_was_cut_out_around_its_ink_is_sure(room: int) -> None:
    paper = _paper()
    cv2.line(paper, (72, 35), (58, 115), 40, 7, cv2.LINE_AA)
    rows, columns = np.nonzero(paper < 200)
    top, left = rows.min() - room, columns.min() - room
    reading = Reader().read(paper[top : rows.max() + room + 1, left : columns.max() + room + 1], "digit")
    assert (reading.text, reading.status) == ("1", "ok")


@pytest.mark.parametrize(
    ("text", "sides", "share"), [("1", 0, 1.0), ("1", 1, BY_ONE_SIDE), ("1", 2, BY_SEVERAL), ("7", 2, 1.0)]
)
def test_a_cut_1_is_less_sure(text: str, sides: int, share: float) -> None:
    box = Box(0, 0, 5, 9)
    number = less_a_bar(Number(text, 0.8, box, (Digit(text, 0.8, box),)), sides)
    assert number.confidence == pytest.approx(0.8 * share)
    assert number.digits[0].confidence == pytest.approx(0.8 * share)


def _paper() -> np.ndarray:
    return np.full((150, 130), 235, np.uint8)


@pytest.mark.parametrize("expect", ["auto", "digit", "number", "page"])
def test_a_crease_from_border_to_border_is_no_sure_1(expect: Expect) -> None:
    paper = _paper()
    cv2.line(paper, (78, -5), (48, 160), 120, 7, cv2.LINE_AA)
    reading = Reader().read(cv2.GaussianBlur(paper, (0, 0), 1.5), expect)
    assert reading.status != "ok"


@pytest.mark.parametrize("expect", ["digit", "number"])
def test_a_1_with_paper_around_it_is_sure(expect: Expect) -> None:
    paper = _paper()
    cv2.line(paper, (72, 35), (58, 115), 40, 7, cv2.LINE_AA)
    reading = Reader().read(paper, expect)
    assert (reading.text, reading.status) == ("1", "ok")


def test_a_piece_at_the_border_is_no_sure_digit() -> None:
    paper = _paper()
    cv2.ellipse(paper, (-4, 75), (12, 30), 0, 0, 360, 60, 6, cv2.LINE_AA)
    assert Reader().read(paper, "digit").status != "ok"
