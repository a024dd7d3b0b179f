"""server/web/many.js, batch.js, listing.js: any number of files, whatever the filter, to the last one."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from web.browser import Open
from web.steps import NUMBER, bring_files

MANY = 600

# In place of the server's reading, which would take minutes: of three files one is sure, one unsure, one
# failed. ``letGo(n)`` lets n requests be answered.
STUB = """
(() => {
  const real = window.fetch;
  let free = 0, waiting = [];
  window.asked = 0;
  window.letGo = (count) => {
    free += count;
    while (free > 0 && waiting.length) { free -= 1; waiting.shift()(); }
  };
  const turn = (signal) => new Promise((resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    if (free > 0) { free -= 1; resolve(); } else waiting.push(resolve);
  });
  const reading = (name) => {
    const number = parseInt(name, 10);
    const text = String(number % 10);
    const status = ["ok", "unsure", "error"][number % 3];
    const bad = { source: name, status, text: "", confidence: 0, numbers: [], error: "damaged" };
    if (status === "error") return bad;
    const one = { value: text, confidence: 0.9, box: [1, 1, 5, 5], alternatives: [], status };
    const numbers = [{ text, value: text, confidence: 0.9, box: [1, 1, 5, 5], digits: [one], status }];
    return { source: name, status, text, confidence: 0.9, numbers, error: null };
  };
  window.fetch = async (path, options) => {
    if (String(path).startsWith("/v1/preview")) return new Response("", { status: 415 });
    if (!String(path).startsWith("/v1/read/batch")) return real(path, options);
    window.asked += 1;
    await turn(options.signal);
    return Response.json({ readings: options.body.getAll("files").map((file) => reading(file.name)) });
  };
})();
"""


def bring(page: Page, count: int = MANY) -> None:
    made = "n => Array.from({length: n}, (_, i) => new File(['x'], `${String(i).padStart(3, '0')}.png`))"
    page.evaluate(
        f"""n => {{
            const transfer = new DataTransfer();
            for (const file of ({made})(n)) transfer.items.add(file);
            const input = document.getElementById('files-input');
            input.files = transfer.files;
            input.dispatchEvent(new Event('change'));
        }}""",
        count,
    )


@pytest.fixture
def page(open_page: Open) -> Page:
    one = open_page("", may_fail=True)
    one.page.add_init_script(STUB)
    one.open("/#files")
    return one.page


@pytest.mark.parametrize(("chosen", "shown"), [("All", 200), ("Unsure", 200), ("Failed", 200)])
def test_six_hundred_files_are_read_whatever_is_shown(page: Page, chosen: str, shown: int):
    bring(page)
    page.get_by_role("radio", name=chosen).check()
    page.evaluate("letGo(1)")
    expect(page.locator("#progress-text")).not_to_have_text(re.compile("^0 of 600 files read"))
    page.evaluate("letGo(10000)")
    expect(page.locator("#progress-text")).to_have_text("600 files read, 200 unsure, 200 failed")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.get_by_role("button", name="Read again")).to_be_visible()
    rows = page.locator("#rows tr")
    expect(rows).to_have_count(shown)
    names = page.locator("#rows .file").all_text_contents()
    assert names == sorted(names), "rows stand in another order than the files"
    more = page.get_by_role("button", name="Show more")
    if chosen == "All":
        more.click()
        expect(rows).to_have_count(400)
        more.click()
        expect(rows).to_have_count(600)
    expect(more).to_be_hidden()
    with page.expect_download() as download:
        page.locator("#csv").click()
    table = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8"), newline="")))
    assert len(table) == MANY
    assert {row["error"] for row in table} == {"", "damaged"}


@pytest.mark.parametrize("chosen", ["All", "Unsure", "Failed"])
def test_reading_stops_and_goes_on_behind_the_first_two_hundred(page: Page, chosen: str):
    bring(page)
    page.get_by_role("radio", name=chosen).check()
    page.evaluate("letGo(70)")
    expect(page.locator("#progress-text")).to_contain_text("280 of 600 files read")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    asked = page.evaluate("asked")
    page.evaluate("letGo(10000)")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#progress-text")).to_have_text(re.compile(r"^600 files read"))
    assert page.evaluate("asked") - asked == 80, "what was read already was read again"


def test_a_field_keeps_the_cursor_and_what_is_typed_while_others_are_read(page: Page):
    bring(page)
    page.evaluate("letGo(1)")
    field = page.get_by_label("Reading of 001.png")
    field.focus()
    page.keyboard.type("12")
    page.evaluate("letGo(10000)")
    expect(page.locator("#progress-text")).to_have_text(re.compile(r"^600 files read"))
    expect(field).to_be_focused()
    expect(field).to_have_value(re.compile("12"))


def test_what_was_corrected_stays_when_all_is_read_again(page: Page):
    bring(page, 6)
    page.evaluate("letGo(100)")
    expect(page.locator("#progress-text")).to_have_text(re.compile(r"^6 files read"))
    page.get_by_label("Reading of 001.png").fill("12.5")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator("#progress-text")).to_have_text(re.compile(r"^6 files read"))
    expect(page.get_by_label("Reading of 001.png")).to_have_value("12.5")
    expect(page.locator("#rows .state").nth(1)).to_have_text("Corrected")


def test_whatever_goes_wrong_the_buttons_work_again(page: Page):
    page.evaluate("window.fetch = async () => Response.json({})")  # no readings in it
    bring(page, 3)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.locator("#progress-text")).to_have_text("3 files read, 3 failed")


def test_the_browser_asks_before_a_table_with_corrections_is_left(open_page: Open):
    one = open_page("/#files")
    bring_files(one.page, NUMBER)
    assert one.page.evaluate(LEAVE) is True
    one.page.get_by_label("Reading of 2407-photo.jpg").fill("999")
    one.page.keyboard.press("Enter")
    assert one.page.evaluate(LEAVE) is False


LEAVE: Any = "window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
