"""sheet_tables.py: what was read on a sheet stands in its rows and columns, whatever lines there are."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_tables import HIGH, TALL, WIDE, Sheet, texts

from inkdigits.readings import Box, Reading


def expected(rows: int, columns: int) -> list[list[str]]:
    return [[str(10 + 7 * row + column) for column in range(columns)] for row in range(rows)]


def places(reading: Reading) -> list[tuple[int | None, int | None]]:
    return [(number.row, number.column) for number in reading.numbers]


def test_a_ruled_table_has_its_rows_and_columns_and_each_number_knows_its_own():
    sheet = Sheet()
    sheet.grid(4, 5)
    sheet.fill(4, 5)
    reading = sheet.read()
    assert texts(reading) == expected(4, 5)
    assert places(reading) == [divmod(index, 5) for index in range(20)]
    for number in reading.numbers:
        cell = reading.table[number.row][number.column]
        assert reading.numbers[cell.numbers[0]] == number


def test_boxes_are_those_of_the_lines():
    sheet = Sheet()
    sheet.grid(3, 3)
    sheet.fill(3, 3)
    box = sheet.read().table[1][2].box
    true = Box(60 + 2 * WIDE, 60 + TALL, WIDE, TALL)
    assert all(abs(one - other) <= 3 for one, other in zip(box, true, strict=True))


def test_boxes_are_put_where_the_source_has_them():
    from inkdigits.ink.shades import Inks
    from inkdigits.tables.sheet_tables import find_tables

    sheet = Sheet()
    sheet.grid(2, 2)
    sheet.fill(2, 2)
    reading = Reading("sheet.png", "ok", numbers=tuple(sheet.numbers))
    moved = find_tables(sheet.numbers, Inks(sheet.picture)).told_in(
        reading, lambda box: box._replace(x=box.x + 1000)
    )
    assert min(cell.box.x for row in moved.table for cell in row) > 1000


def test_empty_cells_are_there():
    sheet = Sheet()
    sheet.grid(4, 4)
    sheet.fill(4, 4, blank=[(1, column) for column in range(4)] + [(row, 2) for row in range(4)])
    wanted = expected(4, 4)
    for row, column in [(1, column) for column in range(4)] + [(row, 2) for row in range(4)]:
        wanted[row][column] = ""
    assert texts(sheet.read()) == wanted


def test_a_grid_with_nothing_in_it_is_an_empty_table():
    sheet = Sheet()
    sheet.grid(3, 4)
    reading = sheet.read()
    assert texts(reading) == [[""] * 4] * 3
    assert not any(cell.other for row in reading.table for cell in row)


def test_words_are_told_and_not_answered():
    sheet = Sheet()
    sheet.grid(3, 4)
    sheet.fill(3, 4, blank=[(row, 0) for row in range(3)])
    for row in range(3):
        sheet.word(60 + WIDE // 2, 60 + row * TALL + TALL // 2, "NAM")
    reading = sheet.read()
    assert [row[0].text for row in reading.table] == ["", "", ""]
    assert [[cell.other for cell in row] for row in reading.table] == [[True, False, False, False]] * 3


def test_a_heading_over_several_columns_is_one_cell():
    sheet = Sheet()
    sheet.fill(4, 4, blank=[(0, column) for column in range(4)])
    for row in range(5):
        sheet.line((60, 60 + row * TALL), (60 + 4 * WIDE, 60 + row * TALL))
    for column in range(5):
        top = 60 if column in (0, 4) else 60 + TALL
        sheet.line((60 + column * WIDE, top), (60 + column * WIDE, 60 + 4 * TALL))
    sheet.word(60 + 2 * WIDE, 60 + TALL // 2, "HEADING")
    reading = sheet.read()
    head = reading.table[0]
    assert [cell.spans for cell in head] == [(1, 4), (0, 0), (0, 0), (0, 0)]
    assert head[0].other
    assert abs(head[0].box.width - 4 * WIDE) < 6
    assert texts(reading)[1:] == expected(4, 4)[1:]


@pytest.mark.parametrize("lines", ["rows", "columns", "none"])
def test_what_has_no_lines_stands_in_line(lines: str):
    sheet = Sheet()
    sheet.fill(5, 4, blank=[(1, 2), (3, 0)])
    for row in range(6) if lines == "rows" else ():
        sheet.line((60, 60 + row * TALL), (60 + 4 * WIDE, 60 + row * TALL))
    for column in range(5) if lines == "columns" else ():
        sheet.line((60 + column * WIDE, 60), (60 + column * WIDE, 60 + 5 * TALL))
    wanted = expected(5, 4)
    wanted[1][2] = wanted[3][0] = ""
    assert texts(sheet.read()) == wanted


def test_a_line_that_is_missing_parts_rows_all_the_same():
    sheet = Sheet()
    sheet.grid(5, 4)
    sheet.picture[60 + 2 * TALL - 3 : 60 + 2 * TALL + 4] = 250
    sheet.fill(5, 4)
    assert texts(sheet.read()) == expected(5, 4)


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize(("degrees", "away"), [(4, 0.0), (-6, 0.0), (0, 0.06), (3, 0.05)])
def test_a_table_may_be_turned_and_seen_from_one_side(ruled: bool, degrees: float, away: float):
    sheet = Sheet()
    if ruled:
        sheet.grid(7, 6)
    sheet.fill(7, 6)
    assert texts(sheet.turned(degrees, away).read()) == expected(7, 6)


def test_two_tables_side_by_side_follow_each_other():
    sheet = Sheet()
    sheet.grid(3, 3)
    sheet.fill(3, 3)
    sheet.grid(4, 2, left=500, top=80)
    sheet.fill(4, 2, left=500, top=80)
    reading = sheet.read()
    assert texts(reading) == expected(3, 3) + expected(4, 2)
    assert [row[0].table for row in reading.table] == [0] * 3 + [1] * 4
    assert places(reading)[9:] == [(3 + row, column) for row in range(4) for column in range(2)]


def test_two_tables_one_above_the_other_are_two():
    sheet = Sheet(700)
    sheet.grid(3, 3)
    sheet.fill(3, 3)
    sheet.grid(3, 4, left=60, top=60 + 5 * TALL)
    sheet.fill(3, 4, left=60, top=60 + 5 * TALL)
    assert texts(sheet.read()) == expected(3, 3) + expected(3, 4)


def test_squared_paper_is_no_table():
    sheet = Sheet()
    for place in range(5, 800, 30):
        sheet.line((0, place), (799, place), 170)
        sheet.line((place, 0), (place, 499), 170)
    sheet.fill(4, 4)
    assert texts(sheet.read()) == expected(4, 4)


def test_a_list_is_a_table_of_one_column():
    sheet = Sheet()
    sheet.fill(5, 1)
    assert texts(sheet.read()) == expected(5, 1)


def test_numbers_that_stand_anywhere_are_in_no_table():
    sheet = Sheet()
    for x, y in ((100, 100), (400, 300), (700, 120)):
        sheet.number(x, y)
    reading = sheet.read()
    assert reading.table == ()
    assert places(reading) == [(None, None)] * 3


def test_a_number_beside_a_table_is_in_none():
    sheet = Sheet()
    sheet.grid(3, 3)
    sheet.fill(3, 3)
    sheet.number(700, 450, "2026")
    reading = sheet.read()
    assert texts(reading) == expected(3, 3)
    assert places(reading)[-1] == (None, None)


def test_a_correction_beside_a_number_begins_no_column():
    sheet = Sheet()
    sheet.fill(6, 3, blank=[(2, 1)])
    sheet.number(60 + WIDE + WIDE // 2 + 32, 60 + 2 * TALL + TALL // 2, "25")
    wanted = expected(6, 3)
    assert texts(sheet.read()) == wanted


@pytest.mark.parametrize("numbers", [0, 1])
def test_a_sheet_with_nothing_or_one_number_is_as_it_was(numbers: int):
    sheet = Sheet()
    if numbers:
        sheet.number(300, 200)
    assert sheet.read().table == ()


def test_text_alone_is_no_table():
    sheet = Sheet()
    for row in range(5):
        for word in range(4):
            sheet.word(100 + 150 * word + 17 * row, 60 + 50 * row, "WORDS")
    assert sheet.read().table == ()


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (60, 60)])
def test_small_and_odd_pictures_break_nothing(shape: tuple[int, int]):
    sheet = Sheet(*shape)
    sheet.picture[:] = np.random.default_rng(1).integers(0, 255, shape)
    sheet.read()


def test_two_numbers_in_a_cell_are_both_its_own():
    sheet = Sheet()
    sheet.grid(3, 3)
    sheet.fill(3, 3, blank=[(1, 1)])
    for x, text in ((25, "1"), (65, "2")):
        sheet.number(60 + WIDE + x, 60 + TALL + TALL // 2, text)
    cell = sheet.read().table[1][1]
    assert cell.text == "1 2"
    assert len(cell.numbers) == 2


def test_a_grid_of_fine_lines_with_a_digit_a_cell_is_read_by_them():
    sheet = Sheet()
    for row in range(4):
        for column in range(5):
            sheet.number(100 + 40 * column, 100 + 40 * row, str((row + column) % 10))
    for index in range(6):
        sheet.line((80 + 40 * index, 80), (80 + 40 * index, 240))
    for index in range(5):
        sheet.line((80, 80 + 40 * index), (280, 80 + 40 * index))
    assert texts(sheet.read()) == [[str((row + column) % 10) for column in range(5)] for row in range(4)]
    assert HIGH < 40


def test_digits_that_stand_wide_apart_stay_in_their_cell():
    sheet = Sheet()
    sheet.grid(5, 4)
    for row in range(5):
        for column in range(4):
            for x, text in ((28, "1"), (62, "7")):
                sheet.number(60 + column * WIDE + x, 60 + row * TALL + TALL // 2, text)
    assert texts(sheet.read()) == [["1 7"] * 4] * 5


def test_what_is_misread_of_names_begins_no_column():
    sheet = Sheet()
    sheet.grid(6, 3)
    sheet.fill(6, 3, blank=[(row, 0) for row in range(6)])
    sheet.number(85, 60 + 2 * TALL + TALL // 2, "0")
    sheet.number(125, 60 + 2 * TALL + TALL // 2, "01")
    assert {len(row) for row in sheet.read().table} == {3}


def test_the_edge_of_the_picture_is_no_line():
    sheet = Sheet()
    sheet.grid(4, 4)
    sheet.fill(4, 4)
    sheet.picture[:, -3:] = sheet.picture[:3] = sheet.picture[-3:] = 60
    assert texts(sheet.read()) == expected(4, 4)


def test_numbers_that_stand_apart_are_two_columns_where_the_line_between_is_missing():
    sheet = Sheet()
    for place in (150, 330):  # of three lines between four columns the second is not there
        sheet.line((place, 60), (place, 60 + 6 * TALL))
    for row in range(6):
        for column in range(4):
            sheet.number(60 + column * WIDE + WIDE // 2, 82 + row * TALL, str((row + column) % 10))
    assert [[cell.text for cell in row] for row in sheet.read().table] == [
        [str((row + column) % 10) for column in range(4)] for row in range(6)
    ]


def test_few_rows_without_lines_are_a_table_where_few_places_are_empty():
    sheet = Sheet()
    sheet.fill(2, 4, blank=[(0, 0), (0, 1)])
    assert [len(row) for row in sheet.read().table] == [4, 4]
