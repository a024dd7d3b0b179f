"""cell_numbers.py: what goes over a line is parted, what stands wide apart in a cell is one number."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_tables import TALL, WIDE, Sheet

from inkdigits.ink.shades import Inks
from inkdigits.reader import Reader
from inkdigits.readings import Digit, Number
from inkdigits.recognition.evidence import Answered
from inkdigits.recognition.whole import Read, Whole
from inkdigits.tables import cell_numbers
from inkdigits.tables.sheet_tables import in_cells

SIDE = 14  # from one digit to the next


def written(sheet: Sheet, x: int, y: int, text: str) -> None:
    """Writes a number whose first digit begins at x, and reads it, a box for each digit."""
    digits = []
    for index, value in enumerate(text):
        box = sheet.word(x + SIDE * index + SIDE // 2, y, "1")
        digits.append(Digit(value, 0.9, box._replace(width=10)))
    first, last = digits[0].box, digits[-1].box
    box = first._replace(width=last.x + last.width - first.x)
    sheet.numbers.append(Number(text, 0.96, box, tuple(digits), "ok"))


def told(sheet: Sheet) -> list[Number]:
    """Returns the numbers as the tables have them; those in rows and those on the sheet are the same."""
    inputs = tuple(np.full((32, 20), index, np.uint8) for index in range(len(sheet.numbers)))
    read, _ = in_cells(Read([sheet.numbers], sheet.numbers, inputs), Inks(sheet.picture))
    assert [number for row in read.rows for number in row] == list(read.flat)
    assert len(read.inputs) == len(read.flat)
    return list(read.flat)


def table(*, columns: int = 4, rows: int = 5, ruled: bool = True, text: str = "12") -> Sheet:
    """Returns a table with a number in each cell but those of the last row."""
    sheet = Sheet()
    if ruled:
        sheet.grid(rows, columns)
    for row in range(rows - 1):
        for column in range(columns):
            written(sheet, *place(row, column, len(text)), text)
    return sheet


def place(row: int, column: int, length: int = 2) -> tuple[int, int]:
    """Returns where a number begins that stands in the middle of a cell."""
    return 60 + column * WIDE + WIDE // 2 - length * SIDE // 2, 60 + row * TALL + TALL // 2


def over_a_line(sheet: Sheet, row: int = 4, between: int = 2, text: str = "3456") -> None:
    """Writes a number over the line between two columns, two of its digits on each side."""
    left, y = 62 + between * WIDE - 2 * SIDE, place(row, 0)[1]
    written(sheet, left, y, text)


def pairs(first: str, second: str) -> Sheet:
    """Returns a grid with two numbers, wide apart, in each cell."""
    sheet = Sheet()
    sheet.grid(4, 3)
    for row in range(4):
        for column in range(3):
            x, y = place(row, column)
            written(sheet, x - 20, y, first)
            written(sheet, x + 16, y, second)
    return sheet


def texts(numbers: list[Number]) -> list[str]:
    return [number.text for number in numbers]


def test_a_number_over_a_drawn_line_is_two():
    sheet = table(text="12012")
    over_a_line(sheet)
    numbers = told(sheet)
    assert texts(numbers) == ["12012"] * 16 + ["34", "56"]
    assert [number.confidence for number in numbers[-2:]] == [pytest.approx(0.96)] * 2
    assert numbers[-2].box.x + numbers[-2].box.width < numbers[-1].box.x


@pytest.mark.parametrize("text", ["12", "12012"])
def test_what_slips_over_a_line_to_another_number_stays_whole(text: str):
    sheet = table(text=text)
    over_a_line(sheet)
    written(sheet, 60 + 3 * WIDE - 2 * SIDE, place(4, 2)[1], "7")
    assert texts(told(sheet))[-2:] == ["3456", "7"]


def test_no_sign_is_left_alone():
    sheet = table()
    over_a_line(sheet, text="-.34")
    assert "-.34" in texts(told(sheet))


def test_a_number_longer_than_all_others_is_two_where_columns_stand_in_line():
    sheet = table(ruled=False)
    over_a_line(sheet)
    numbers = told(sheet)
    assert texts(numbers)[-2:] == ["34", "56"]
    assert [number.confidence for number in numbers[-2:]] == [pytest.approx(0.96 * cell_numbers.MEANT)] * 2


def test_a_long_number_is_whole_where_another_of_its_column_is_longer():
    sheet = table(ruled=False)
    over_a_line(sheet)
    written(sheet, *place(5, 1, 5), "78901")
    assert {"3456", "78901"} <= set(texts(told(sheet)))


def test_a_number_is_whole_where_rows_seldom_have_both_columns():
    sheet = Sheet()
    for row in range(9):
        for column in (0, 1 + row % 2, 3):
            written(sheet, *place(row, column), "12")
    over_a_line(sheet, row=9)
    assert "3456" in texts(told(sheet))


def test_digits_that_stand_wide_apart_in_a_cell_are_one_number():
    sheet = pairs("1", "2")
    numbers = told(sheet)
    assert texts(numbers) == ["12"] * 12
    assert numbers[0].confidence == pytest.approx(0.96**2)
    assert [digit.value for digit in numbers[0].digits] == ["1", "2"]


@pytest.mark.parametrize(("first", "second"), [("12", "34"), ("1", "-2"), ("3", "/")])
def test_numbers_and_signs_in_one_cell_stay_apart(first: str, second: str):
    sheet = pairs(first, second)
    assert texts(told(sheet)) == [first, second] * 12


def test_two_digits_in_one_cell_of_many_are_two():
    sheet = table()
    x, y = place(4, 1)
    written(sheet, x - 16, y, "3")
    written(sheet, x + 20, y, "4")
    assert texts(told(sheet))[-2:] == ["3", "4"]


def test_what_stands_as_it_was_read_is_not_touched():
    sheet = table()
    assert all(one is other for one, other in zip(told(sheet), sheet.numbers, strict=True))


def test_the_models_input_of_a_joined_number_is_those_of_its_parts():
    sheet = pairs("1", "2")
    inputs = tuple(np.full((32, 20), index, np.uint8) for index in range(24))
    read, _ = in_cells(Read([sheet.numbers], sheet.numbers, inputs), Inks(sheet.picture))
    assert read.inputs[1].shape == (32, 40)
    assert set(np.unique(read.inputs[1])) == {2, 3}


def test_a_text_that_had_to_fit_stays_as_it_was_read():
    sheet = pairs("1", "2")
    inputs = (np.zeros((32, 20), np.uint8),) * len(sheet.numbers)
    read = Read([sheet.numbers], sheet.numbers, inputs)
    same, tables = in_cells(read, Inks(sheet.picture), as_read=True)
    assert same is read
    assert len(tables.grids) == 1


@pytest.mark.parametrize(("asked", "texts_told"), [({}, ["12"] * 12), ({"allowed": "12"}, ["1", "2"] * 12)])
def test_the_reader_says_what_had_to_fit(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], texts_told: list[str]
):
    sheet = pairs("1", "2")
    rows = [[Answered(number, np.zeros((32, 20), np.uint8)) for number in sheet.numbers]]
    whole = Whole(rows, single=False, flat=tuple(sheet.numbers), inks=Inks(sheet.picture), place=None)
    reader = Reader(threads=1)
    monkeypatch.setattr(reader, "answered", lambda *_, **__: whole)
    assert texts(list(reader.read(sheet.picture, "page", **asked).numbers)) == texts_told
