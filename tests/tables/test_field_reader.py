"""One field: what the reader is asked, what its answer is worth, when a field is in doubt."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.readings import Box, Digit, Number, Reading
from inkdigits.tables.areas import Area
from inkdigits.tables.checks import Check
from inkdigits.tables.field_reader import read_field
from inkdigits.tables.field_types import field_type
from inkdigits.tables.handwriting import Handwriting, Place
from inkdigits.tables.template import Field

SHAPE = (120, 600)
CELL = 40


class Answers:
    """Answers with one text; its digits stand where columns of ink do."""

    def __init__(self, text: str, status: str = "ok", widen: float = 1.0):
        self.text, self.status, self.widen = text, status, widen
        self.asked: list[tuple[np.ndarray, str, str | None]] = []

    def read(self, source, expect="auto", *, allowed=None, pattern=None, max_error=None) -> Reading:
        self.asked.append((source, expect, pattern))
        if not self.text:
            return Reading("<array>", "empty")
        rows, columns = np.nonzero(source < 128)
        left, right = int(columns.min()), int(columns.max()) + 1
        top, tall = int(rows.min()), int(rows.max() - rows.min()) + 1
        step = (right - left) / len(self.text)
        starts = [round(left + i * step * self.widen) for i in range(len(self.text))]
        runs = [x for x in range(left, right) if x in columns and x - 1 not in columns]
        if len(runs) == len(starts) and self.widen == 1:
            starts = runs
        boxes = [Box(x, top, max(1, round(step * 0.8)), tall) for x in starts]
        digits = tuple(Digit(value, 0.9, box) for value, box in zip(self.text, boxes, strict=True))
        box = Box(left, top, boxes[-1].x + boxes[-1].width - left + 2, tall)
        number = Number(self.text, 0.97, box, digits)
        return Reading("<array>", self.status, self.text, 0.97, (number,))


def written(*boxes: Box, shared: frozenset[int] = frozenset()) -> Handwriting:
    """Returns strokes of one field, each filling a box."""
    ink, pieces = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.int32)
    for index, box in enumerate(boxes, 1):
        window = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        ink[window], pieces[window] = 255, index
    sides = np.array([(0, 0, 0, 0), *boxes], np.int32)
    return Handwriting(ink, pieces, sides, np.array([-1] + [0] * len(boxes), np.int32), shared)


def field_of(kind: str, cells: int = 0, check: Check | None = None) -> tuple[Field, Place]:
    boxes = tuple(Box(20 + i * CELL, 40, CELL, CELL) for i in range(cells)) or (Box(20, 40, 400, CELL),)
    area = Area(0.1, 0.1, 0.5, 0.5)
    whole = Box(20, 40, sum(box.width for box in boxes), CELL)
    return Field("f", field_type(kind), (area,) * len(boxes), cells > 1, check=check), Place(whole, boxes)


def strokes_in(*cells: int) -> list[Box]:
    return [Box(20 + cell * CELL + 12, 46, 14, 28) for cell in cells]


def read(kind: str, answer: Answers, writing: Handwriting, cells: int = 0, check: Check | None = None):
    field, place = field_of(kind, cells, check)
    return read_field(field, place, writing, 0, answer)


def test_nothing_written_is_empty_and_nobody_is_asked():
    answer = Answers("7")
    assert read("digits(3)", answer, written(), 3).status == "empty"
    assert read("free", answer, written(Box(100, 50, 5, 5))).status == "empty"  # dirt
    assert answer.asked == []


def test_a_comb_is_asked_for_as_many_digits_as_boxes_are_filled_put_together():
    answer = Answers("407")
    one = read("digits(3)", answer, written(*strokes_in(0, 1, 2)), 3)
    assert (one.text, one.status, one.reason) == ("407", "ok", None)
    ((picture, expect, pattern),) = answer.asked
    assert (expect, pattern) == ("number", r"\d{3}")
    assert picture.shape[1] < 2.5 * CELL  # closer than the boxes
    assert one.number is not None
    for digit, cell in zip(one.number.digits, (0, 1, 2), strict=True):  # back in its box
        assert abs(digit.box.x - (20 + cell * CELL + 12)) <= 4


def test_a_comb_with_an_empty_box_is_in_doubt_and_keeps_what_is_there():
    one = read("digits(3)", Answers("47"), written(*strokes_in(0, 2)), 3)
    assert (one.text, one.status, one.reason) == ("47", "unsure", "2 digits, not 3")


def test_a_check_that_fails_is_named_and_changes_nothing():
    check = Check("weights", weights=(1, 1, 1), modulus=10)
    one = read("digits(3)", Answers("407"), written(*strokes_in(0, 1, 2)), 3, check)
    assert (one.text, one.status, one.reason) == ("407", "unsure", "check weights fails")
    fine = read("digits(3)", Answers("406"), written(*strokes_in(0, 1, 2)), 3, check)
    assert (fine.text, fine.status, fine.reason) == ("406", "ok", None)


@pytest.mark.parametrize(
    ("kind", "text", "reason", "value"),
    [
        ("number(0, 100)", "12.5", None, "12.5"),
        ("number(0, 100)", "125", "above 100", "125"),
        ("date(DMY)", "31.02.2026", "no such day", None),
        ("free", "12:30", None, None),
    ],
)
def test_a_text_out_of_range_is_in_doubt(kind: str, text: str, reason: str | None, value: str | None):
    one = read(kind, Answers(text), written(Box(40, 46, 120, 28)))
    assert (one.text, one.reason, one.value) == (text, reason, value)
    assert one.status == ("unsure" if reason else "ok")


def test_what_the_reader_is_unsure_of_stays_so():
    assert read("free", Answers("12", "unsure"), written(Box(40, 46, 60, 28))).status == "unsure"


def test_ink_that_cannot_be_read_is_in_doubt_not_empty():
    one = read("free", Answers(""), written(Box(40, 46, 60, 28)))
    assert (one.status, one.text, one.reason) == ("unsure", "", "it cannot be read")


def test_two_numbers_in_a_field_are_told():
    one = read("free", Answers("12", widen=4.0), written(Box(40, 46, 60, 28), Box(180, 46, 20, 28)))
    assert (one.status, one.reason) == ("unsure", "two numbers stand there")


def test_more_ink_than_was_read_is_told():
    answer = Answers("12", widen=0.4)
    one = read("free", answer, written(Box(40, 46, 60, 28), Box(110, 46, 60, 28)))
    assert (one.status, one.reason) == ("unsure", "something else is written there")


def test_ink_that_runs_into_another_field_is_in_doubt():
    one = read("free", Answers("12"), written(Box(40, 46, 60, 28), shared=frozenset({0})))
    assert (one.status, one.reason) == ("unsure", "ink runs into another field")


@pytest.mark.parametrize(
    ("inks", "text", "status", "reason"),
    [
        ((), "", "empty", None),
        ((Box(20, 40, 18, 18),), "1", "ok", None),
        ((Box(60, 42, 18, 18),), "2", "ok", None),
        ((Box(20, 42, 18, 18), Box(60, 42, 18, 18)), "", "unsure", "2 boxes are ticked"),
        ((Box(22, 42, 6, 6),), "", "unsure", "a box is ticked faintly"),
        ((Box(20, 40, 40, 40),), "1", "unsure", "a box is filled in"),
    ],
)
def test_of_boxes_to_tick_the_one_that_is_ticked_is_read(
    inks: tuple[Box, ...], text: str, status: str, reason: str | None
):
    area = Area(0.1, 0.1, 0.1, 0.1)
    field = Field("f", field_type("choice(1, 2)"), (area, area))
    place = Place(Box(20, 40, 80, 40), (Box(20, 40, 40, 40), Box(60, 40, 40, 40)))
    one = read_field(field, place, written(*inks), 0, Answers("9"))
    assert (one.text, one.status, one.reason) == (text, status, reason)
