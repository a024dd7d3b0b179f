"""server/web: what people lose, cannot see or cannot reach, and no longer do."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect
from web.browser import SIDEWAYS, SIZES, Open
from web.pen import write
from web.steps import EXAMPLES, NUMBER, PAGE, answer, bring_files, choose_picture

Rect = dict[str, float]


def rects(things: Locator) -> list[Rect]:
    """Returns where the things stand that are seen."""
    return [one for thing in things.all() if thing.is_visible() and (one := thing.bounding_box())]


def meet(one: Rect, other: Rect) -> bool:
    return all(
        min(one[at] + one[long], other[at] + other[long]) - max(one[at], other[at]) > 1
        for at, long in (("x", "width"), ("y", "height"))
    )


# ---- Nothing is lost ----


def test_what_was_drawn_read_and_tabled_is_there_after_the_corrections(open_page: Open):
    page = open_page().page
    write(page, "42")
    expect(answer(page)).to_have_text("42")
    choose_picture(page, NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    page.get_by_role("tab", name="Many files").click()
    bring_files(page, NUMBER)
    page.get_by_role("link", name="Corrections").click()
    expect(page).to_have_title("Corrections: inkdigits")
    expect(page.locator("#reader")).to_be_hidden()
    page.go_back()
    expect(page.get_by_label("Reading of 2407-photo.jpg")).to_have_value("2407")
    page.get_by_role("link", name="Corrections").click()
    page.get_by_role("link", name="Read", exact=True).click()
    expect(page.get_by_label("Reading of 2407-photo.jpg")).to_be_visible()
    page.get_by_role("tab", name="Picture").click()
    expect(answer(page, "picture")).to_have_text("2407")
    page.get_by_role("tab", name="Draw").click()
    expect(answer(page)).to_have_text("42")
    expect(page.locator("#pad-boxes .box")).to_have_count(2)
    page.reload()  # a reload keeps the drawing, too
    expect(answer(page)).to_have_text("42")
    page.get_by_role("tab", name="Picture").click()
    page.reload()  # with the drawing out of sight
    page.wait_for_selector("html[data-ready]")
    page.get_by_role("tab", name="Draw").click()
    expect(answer(page)).to_have_text("42")
    expect(page.locator("#pad-boxes .box")).to_have_count(2)
    page.set_viewport_size({"width": 844, "height": 300})  # a phone on its side; the paper is lower now
    with page.expect_response("**/v1/read?*") as got:
        page.get_by_role("radio", name="Number").check()
    assert got.value.json()["text"] == "42", "strokes below the pad were cut off"
    page.get_by_role("button", name="Clear").click()
    page.reload()
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_text("Write a digit or a number here")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_way_to_the_api_leaves_the_page_where_it_is_and_leads_back(open_page: Open):
    page = open_page().page
    with page.expect_popup() as opened:
        page.get_by_role("link", name="HTTP API").click()
    docs = opened.value
    docs.get_by_role("link", name="Back to inkdigits").click()
    expect(docs.get_by_role("tab", name="Draw")).to_be_visible()


# ---- Examples ----


@pytest.mark.parametrize("view", ["draw", "picture"])
def test_an_example_is_read_with_one_press(open_page: Open, view: str):
    page = open_page(f"/#{view}").page
    shown = page.locator(f"#{view}-result .examples")
    expect(shown.get_by_role("button")).to_have_count(4)
    shown.get_by_role("button", name="Number in a photo").click()
    expect(answer(page, "picture")).to_have_text("2407")


def test_an_example_that_is_pressed_on_a_phone_on_its_side_is_in_sight(open_page: Open):
    page = open_page("/#picture", **SIDEWAYS).page
    page.get_by_role("button", name="Page of").click()
    expect(answer(page, "picture")).to_contain_text("1024")
    assert rects(page.locator("#sheet"))[0]["y"] >= -1


def test_the_examples_become_a_table(open_page: Open):
    page = open_page("/#files").page
    page.get_by_role("button", name="Try it with four examples").click()
    expect(page.locator("#progress-text")).to_have_text(re.compile("^4 files read"))
    expect(page.get_by_label("Reading of 2407-photo.jpg")).to_have_value("2407")


# ---- Pictures ----


def test_what_the_browser_cannot_show_is_shown_with_boxes_in_their_place(open_page: Open, tmp_path: Path):
    large = tmp_path / "large.tif"
    with Image.open(EXAMPLES / "9-carbon-copy.tif") as picture:
        picture.convert("L").resize((2400, 1800)).save(large, compression="tiff_lzw")
    page = open_page(may_fail=True).page
    with page.expect_response("**/v1/read?*") as got:
        choose_picture(page, large)
    x, _, width, _ = got.value.json()["numbers"][0]["box"]
    box = page.locator("#picture-boxes .box").first
    expect(box).to_be_visible()
    shown, place = page.locator("#shown").bounding_box(), box.bounding_box()
    assert shown and place
    assert (place["x"] - shown["x"]) / shown["width"] == pytest.approx(x / 2400, abs=0.01)
    assert place["width"] / shown["width"] == pytest.approx(width / 2400, abs=0.01)
    page.get_by_role("tab", name="Many files").click()
    bring_files(page, EXAMPLES / "9-carbon-copy.tif")
    thumb = page.locator("#rows .thumb img")
    expect(thumb).to_have_js_property("complete", True)
    expect(thumb).not_to_have_js_property("naturalWidth", 0)


def test_a_small_picture_is_enlarged_and_its_boxes_with_it(open_page: Open, tmp_path: Path):
    small = tmp_path / "small.png"
    with Image.open(EXAMPLES / "3-form-box.png") as picture:
        picture.convert("L").resize((28, 28)).save(small)
    page = open_page().page
    choose_picture(page, small)
    expect(page.locator("#picture-boxes .box").first).to_be_visible()
    (shown,) = rects(page.locator("#shown"))
    assert shown["width"] >= 300
    (box,) = rects(page.locator("#picture-boxes .box"))
    assert box["width"] > 28


@pytest.mark.parametrize("size", SIZES)
def test_labels_are_clear_of_digits_and_of_each_other(open_page: Open, size: str):
    """Rows that stand so close that a label above a number would cover the number before."""
    page = open_page(size=size).page
    reading = {"source": "a.png", "status": "unsure", "text": "12\n34\n56\n78", "confidence": 0.3}
    numbers: list[dict[str, Any]] = []
    for row, text in enumerate(("12", "34", "56", "78")):
        y = 4 + 170 * row
        digits = [
            {"value": one, "confidence": 0.3, "box": [5 + 70 * at, y, 60, 160], "alternatives": []}
            | {"status": "unsure"}
            for at, one in enumerate(text)
        ]
        box = [5, y, 130, 160]
        numbers.append({"text": text, "value": text, "confidence": 0.3, "box": box, "digits": digits})
        numbers[-1]["status"] = "unsure"
    page.route(
        "**/v1/read?*", lambda route: route.fulfill(json={**reading, "error": None, "numbers": numbers})
    )
    choose_picture(page, PAGE)
    boxes = page.locator("#picture-boxes .box:not(.part)")
    expect(boxes).to_have_count(4)
    labels = rects(page.locator("#picture-boxes .box b:not(.away)"))
    assert len(labels) == 4
    assert not [pair for pair in combinations(labels, 2) if meet(*pair)]
    assert not [label for label in labels for box in rects(boxes) if meet(label, box)]


# ---- What is said ----


@pytest.mark.parametrize("size", [*SIZES, "sideways"])
def test_what_is_said_covers_no_field(open_page: Open, size: str):
    page = open_page(**(SIDEWAYS if size == "sideways" else {"size": size})).page
    choose_picture(page, NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    for digit in range(4):
        field = page.locator("#picture-result .card input").nth(digit)
        field.scroll_into_view_if_needed()
        field.focus()
        page.keyboard.type("5")
        page.keyboard.press("Enter")
        told = page.wait_for_function(COVERED).json_value()
        assert told == {"covered": [], "whole": True}
        page.evaluate("document.getElementById('notice').hidden = true")


# Once the line is there, in one go: it goes away by itself.
COVERED = """() => {
  const notice = document.getElementById("notice");
  if (notice.hidden || !notice.textContent.includes("5 is right")) return null;
  const place = notice.getBoundingClientRect();
  const fields = [...document.querySelectorAll("input:not([type=file]), textarea, canvas")];
  const covered = fields.filter((field) => {
    const { left, right, top, bottom, width } = field.getBoundingClientRect();
    return width && left < place.right && right > place.left && top < place.bottom && bottom > place.top;
  });
  const whole = place.top >= 0 && place.bottom <= innerHeight;
  return { covered: covered.map((field) => field.outerHTML), whole };
}"""


def test_a_figure_that_is_lower_than_those_of_the_digits_is_explained(open_page: Open):
    page = open_page().page
    digits = [
        {"value": one, "confidence": 0.999, "box": [40 + 70 * at, 40, 60, 90], "alternatives": []}
        | {"status": "ok"}
        for at, one in enumerate("42")
    ]
    number = {"text": "42", "value": "42", "confidence": 0.918, "box": [40, 40, 130, 90], "status": "ok"}
    reading = {"source": "a.png", "status": "ok", "text": "42", "confidence": 0.918, "error": None}
    numbers = [{**number, "digits": digits}]
    page.route("**/v1/read?*", lambda route: route.fulfill(json={**reading, "numbers": numbers}))
    choose_picture(page, NUMBER)
    expect(page.locator("#picture-result .verdict")).to_contain_text("91.8")
    expect(page.locator("#picture-result .whole")).to_contain_text("no digit is missing")
    page.unroute("**/v1/read?*")
    choose_picture(page, PAGE)
    expect(page.locator("#picture-result .whole")).to_contain_text("the least sure of 20 numbers")


def test_a_reading_that_takes_long_turns_over_the_old_one(open_page: Open):
    page = open_page().page
    write(page, "7")
    expect(answer(page)).to_have_text("7")
    spinner = page.locator("#draw-result .spinner")
    expect(spinner).to_have_css("opacity", "0")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/read?*", hold)
    page.get_by_role("radio", name="Number").check()
    expect(spinner).to_have_css("opacity", "1")
    expect(page.locator("#draw-result")).to_have_attribute("aria-busy", "true")
    expect(answer(page)).to_have_text("7")
    held[0].continue_()
    expect(spinner).to_have_css("opacity", "0")


def test_without_a_server_icons_stay_and_trying_again_reads(open_page: Open):
    page = open_page(may_fail=True).page
    page.context.set_offline(True)
    write(page, "7")
    expect(page.locator("#draw-result .mood")).to_have_text("Not read")
    for picture in page.locator("#draw-result svg use, .tools svg use").all():
        if picture.is_visible():
            assert picture.evaluate("use => use.getBBox().width") > 0, "an icon is not drawn"
    page.context.set_offline(False)
    page.locator("#draw-result").get_by_role("button", name="Try again").click()
    expect(answer(page)).to_have_text("7")


# ---- Keys and fingers ----


def test_a_digit_field_takes_the_next_key_wherever_the_cursor_is(open_page: Open):
    page = open_page().page
    write(page, "7")
    expect(answer(page)).to_have_text("7")
    field = page.locator("#draw-result .card input")
    field.click()
    page.keyboard.press("End")
    for key, text in (("3", "3"), ("8", "8"), (",", "."), ("x", "."), ("%", "%")):
        page.keyboard.press(key)
        expect(field).to_have_value(text)
        page.keyboard.press("Home")
    expect(answer(page)).to_have_text("%")


def texts_seen(page: Page) -> str:
    return page.locator("body").inner_text().lower()


def test_a_phone_is_told_nothing_of_dropping_and_pasting_and_what_is_expected_has_its_label(open_page: Open):
    page = open_page(size="phone").page
    for view in ("Draw", "Picture", "Many files"):
        page.get_by_role("tab", name=view).tap()
        seen = texts_seen(page)
        for word in ("drop", "paste", "mouse", "ctrl"):
            assert word not in seen, f"{view}: {word}"
        expect(page.locator(".expect legend")).to_be_in_viewport()
        (label,) = rects(page.locator(".expect legend"))
        assert label["width"] > 20


def test_a_phone_on_its_side_shows_the_whole_paper_at_once(open_page: Open):
    one = open_page(**SIDEWAYS)
    expect(one.page.locator("#pad")).to_be_in_viewport(ratio=1)
    expect(one.page.get_by_role("button", name="Undo")).to_be_in_viewport(ratio=0.9)
    assert one.sideways() == 0
    one.open("/#picture")
    assert one.page.evaluate("scrollY") == 0
    one.shot("sideways-picture")
