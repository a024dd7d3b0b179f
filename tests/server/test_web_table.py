"""server/web/sheet_table.js: the table of a sheet, put right cell by cell and taken along."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect
from web.browser import SIZES, Open
from web.steps import NUMBER, bring_files, choose_picture

SHEET = Path(__file__).parent.parent.parent / "docs" / "marks.jpg"


def cell(page: Page, row: int, column: int) -> Locator:
    """Returns the field of a cell, counted from 1."""
    return page.locator(f"#picture-table input[aria-label^='Row {row}, column {column}']")


def taken(page: Page, name: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return Path(download.value.path()).read_bytes()


def shown_table(page: Page) -> None:
    choose_picture(page, SHEET)
    expect(page.locator("#table-summary")).to_contain_text("8 rows, 6 columns")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_sheet_has_its_table_and_a_cell_shows_its_place(open_page: Open, size: str, theme: str):
    one = open_page(size=size, color_scheme=theme)
    page = one.page
    shown_table(page)
    expect(cell(page, 3, 2)).to_have_value("8")
    expect(cell(page, 1, 2)).to_have_attribute("placeholder", "words")
    unsure = page.locator("#picture-table td.unsure input")
    assert unsure.count() >= 1
    expect(unsure.first).to_have_attribute("aria-label", "Row 2, column 4, unsure")
    page.get_by_role("button", name="Next unsure").click()
    expect(unsure.first).to_be_focused()
    expect(page.locator(".cell-words")).to_contain_text("Row 2, c4 5 was read")
    ink = page.locator("canvas.cut").evaluate(
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return d.some(v => v < 100) && d.some(v => v > 150); }"
    )
    assert ink, "the cell's picture is blank"
    box, row = page.locator("#picture-boxes .box.cell").bounding_box(), None
    for place in page.locator("#picture-boxes .box.chosen").all():
        row = place.bounding_box()
    assert box and row
    assert box["x"] - 3 <= row["x"]
    assert row["x"] + row["width"] <= box["x"] + box["width"] + 3
    assert one.sideways() <= 0
    one.shot(f"{size}-{theme}-table")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_cell_is_put_right_and_both_tables_have_it(open_page: Open):
    page = open_page().page
    shown_table(page)
    cell(page, 2, 4).fill("6")
    cell(page, 2, 4).press("Enter")
    expect(cell(page, 3, 4)).to_be_focused()
    expect(cell(page, 2, 4)).to_have_attribute("aria-label", "Row 2, column 4, corrected")
    cell(page, 4, 4).fill("12")  # where nothing was read
    cell(page, 5, 2).fill("16.5")  # of another length
    cell(page, 5, 3).fill("")
    cell(page, 5, 3).press("Tab")
    expect(page.locator("#table-summary")).to_contain_text("4 corrected")
    text = page.locator("#picture-result .answer").inner_text().split("\n")
    assert "16.5" in " ".join(text)

    rows = list(csv.DictReader(io.StringIO(taken(page, "Table as CSV").decode())))
    assert [rows[1][f"c{column}"] for column in range(2, 7)] == ["17", "12.5", "6", "20", "58.5"]
    assert rows[1]["status"] == "ok"
    assert [rows[3]["c4"], rows[4]["c2"], rows[4]["c3"]] == ["12", "16.5", ""]
    made: Any = load_workbook(io.BytesIO(taken(page, "Table as Excel"))).active
    sheet = [[one.value for one in row] for row in made.iter_rows()]
    assert sheet[0][:4] == ["source", "table", "row", "c1"]
    assert sheet[2][3:9] == [None, "17", "12.5", "6", "20", "58.5"]
    assert sheet[4][6] == "12"

    cell(page, 5, 2).fill("6.5")
    cell(page, 5, 2).press("Tab")
    expect(page.locator("#table-summary")).to_contain_text("3 corrected")


def test_escape_and_arrows_and_another_picture(open_page: Open):
    page = open_page().page
    shown_table(page)
    cell(page, 3, 2).fill("99")
    cell(page, 3, 2).press("Escape")
    cell(page, 3, 2).press("ArrowUp")
    expect(cell(page, 2, 2)).to_be_focused()
    expect(cell(page, 3, 2)).to_have_value("8")
    choose_picture(page, NUMBER)
    expect(page.locator("#picture-result .answer")).to_have_text("2407")
    expect(page.locator("#picture-table")).to_be_hidden()
    expect(page.locator("#picture-boxes .box.cell")).to_have_count(0)


def test_a_stack_of_sheets_is_one_table(open_page: Open, tmp_path: Path):
    one = open_page("/#files")
    page = one.page
    bring_files(page, NUMBER)
    expect(page.get_by_role("button", name="Tables as CSV")).to_be_hidden()
    second, broken = tmp_path / "second.jpg", tmp_path / "broken.png"
    second.write_bytes(SHEET.read_bytes())
    broken.write_text("no picture")
    page.locator("#files-input").set_input_files([SHEET, second, broken])
    expect(page.locator("#progress-text")).to_contain_text("4 files read, 2 unsure, 1 failed")
    field = page.get_by_label("Reading of second.jpg")
    lines = field.input_value().split("\n")
    changed = lines[0].replace("17", "19", 1)
    assert changed != lines[0]
    field.fill("\n".join([changed, *lines[1:]]))
    field.press("Tab")
    rows = list(csv.DictReader(io.StringIO(taken(page, "Tables as CSV").decode())))
    sources = [row["source"] for row in rows]
    assert sources == ["2407-photo.jpg"] + ["marks.jpg"] * 8 + ["second.jpg"] * 8 + ["broken.png"]
    assert [rows[2]["c2"], rows[10]["c2"]] == ["17", "19"]
    assert rows[-1]["status"] == "error"
    made: Any = load_workbook(io.BytesIO(taken(page, "Tables as Excel"))).active
    assert made.max_row == len(rows) + 1
    one.shot("desktop-light-files-tables")
    field.fill("17 12")  # of which nobody knows to which cells it belongs
    field.press("Tab")
    taken(page, "Tables as CSV")
    expect(page.locator("#notice-text")).to_contain_text("1 sheet typed over as a whole")
