"""server/web/template.js: a template drawn over the picture of an empty form, and used."""

from __future__ import annotations

import csv
import io
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from web.browser import SIZES, Visit, visit

from inkdigits.tables.template_file import load_template

FORMS = Path(__file__).parent.parent.parent / "example_forms"
CUSTOMER = (0.362, 0.116, 0.262, 0.031)  # as meter.toml has it
Open = Callable[..., Visit]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(FORMS / "blank.png", tmp_path)
    return tmp_path


@pytest.fixture
def open_blank(browser: Browser, shots: Path, folder: Path) -> Iterator[Open]:
    """Starts ``template new`` in the folder and opens its page."""
    with ExitStack() as stack:

        def open_(*arguments: str, size: str = "desktop", **options: Any) -> Visit:
            command = [sys.executable, "-m", "inkdigits", "template", "new", *(arguments or ("blank.png",))]
            process = stack.enter_context(
                subprocess.Popen(
                    [*command, "--no-browser"],
                    cwd=folder,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.send_signal, signal.SIGTERM)
            said = process.stdout.readline() if process.stdout else ""
            address = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert address, f"the command did not say its address: {said!r}"
            one = stack.enter_context(visit(browser, address[0], shots, **{**SIZES[size], **options}))
            one.page.on("dialog", lambda dialog: dialog.accept())
            one.open()
            return one

        yield open_


def drag(
    page: Page, area: tuple[float, float, float, float], *, to: tuple[float, float] | None = None
) -> None:
    """Draws over a place of the page; or drags from the middle of it by a share of the page."""
    page.locator("#layer").evaluate(
        "(layer, y) => layer.parentElement.parentElement.scrollTo(0, y * layer.clientHeight - 150)", area[1]
    )
    frame = page.locator("#layer").bounding_box()
    assert frame
    x, y, width, height = area
    start, end = (x, y), (x + width, y + height)
    if to is not None:
        start = (x + width / 2, y + height / 2)
        end = (start[0] + to[0], start[1] + to[1])
    at = [(frame["x"] + a * frame["width"], frame["y"] + b * frame["height"]) for a, b in (start, end)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


def field(page: Page, name: str) -> Locator:
    return page.locator(f"#layer .field[aria-label^='{name},']")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notice-text")).to_contain_text("saved in blank.toml")


def test_two_fields_are_drawn_and_read_the_example_forms(open_blank: Open, folder: Path):
    one = open_blank()
    page = one.page
    drag(page, CUSTOMER)
    page.keyboard.type("customer")  # its name is in the cursor's place
    page.locator("#field-type").select_option("digits")
    page.locator("#field-boxes").fill("7")
    page.locator("#field-boxes").press("Tab")
    hand = next(one for one in load_template(FORMS / "meter.toml").fields if one.name == "flat")
    drag(page, hand.area)
    page.locator("#field-name").fill("flat")
    page.locator("#field-type").select_option("number")
    page.locator("#field-argument-1").fill("1")
    page.locator("#field-argument-2").fill("200")
    page.locator("#field-argument-3").fill("1")
    one.shot("desktop-template")
    save(page)

    template = load_template(folder / "blank.toml")
    assert [(one.name, one.type.text, len(one.cells), one.comb) for one in template.fields] == [
        ("customer", "digits(7)", 7, True),
        ("flat", "number(1, 200, 1)", 1, False),
    ]
    for drawn, wanted in zip(template.fields, (CUSTOMER, hand.area), strict=True):
        assert max(abs(a - b) for a, b in zip(drawn.area, wanted, strict=True)) < 0.003
    command = [sys.executable, "-m", "inkdigits", "read", str(FORMS / "filled"), "--template"]
    command += [str(folder / "blank.toml"), "--format", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    truth = ["4071828", "5530017", "2918444", "1300565", "6672301"]
    assert [row["customer"] for row in rows] == truth
    assert [row["flat"] for row in rows] == ["12", "7", "104", "31", "5"]


def test_what_was_found_is_taken_with_a_click_and_is_what_the_command_writes(open_blank: Open, folder: Path):
    page = open_blank().page
    found = page.locator("#layer .offer")
    count = found.count()
    assert count > 5
    found.first.click()
    expect(found).to_have_count(count - 1)
    expect(field(page, "field1")).to_be_focused()
    page.get_by_role("button", name="Take all that were found").click()
    expect(found).to_have_count(0)
    save(page)
    drawn = (folder / "blank.toml").read_text(encoding="utf-8")
    (folder / "blank.toml").unlink()
    command = [sys.executable, "-m", "inkdigits", "template", "new", "blank.png", "--no-page"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    assert (folder / "blank.toml").read_text(encoding="utf-8") == drawn


def test_fields_are_moved_sized_deleted_and_all_is_taken_back(open_blank: Open):
    page = open_blank().page
    drag(page, (0.1, 0.5, 0.2, 0.04))
    page.locator("#field-name").fill("a")

    def share(side: str) -> float:
        return float(field(page, "a").evaluate(f"node => node.style.{side}").removesuffix("%"))

    assert (abs(share("left") - 10), abs(share("width") - 20)) < (0.3, 0.5)
    drag(page, (0.1, 0.5, 0.2, 0.04), to=(0.3, 0.1))
    assert abs(share("left") - 40) < 0.5
    assert abs(share("width") - 20) < 0.5
    handle = page.locator(".handle.se").bounding_box()
    frame = page.locator("#layer").bounding_box()
    assert handle
    assert frame
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(handle["x"] + 0.1 * frame["width"], handle["y"] + 9, steps=4)
    page.mouse.up()
    assert abs(share("width") - 30) < 1.5
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#layer .field")).to_have_count(0)
    for width in (30, 20):
        page.get_by_role("button", name="Undo").first.click()
        assert abs(share("width") - width) < 1.5
    page.get_by_role("button", name="Undo").first.click()
    assert abs(share("left") - 10) < 0.5
    page.get_by_role("button", name="Redo").click()
    assert abs(share("left") - 40) < 0.5


def test_everything_goes_by_the_keyboard(open_blank: Open, folder: Path):
    page = open_blank().page
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    one = page.locator("#layer .field")
    expect(one).to_be_focused()
    before = one.evaluate("node => [node.style.left, node.style.width].map(parseFloat)")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    after = one.evaluate("node => [node.style.left, node.style.width].map(parseFloat)")
    assert [round(b - a, 2) for a, b in zip(before, after, strict=True)] == [1.0, 0.5]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(one).to_be_focused()
    assert one.evaluate("node => parseFloat(node.style.left)") == pytest.approx(before[0])
    page.keyboard.press("Enter")
    expect(page.locator("#field-name")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("room")
    page.keyboard.press("Control+s")
    expect(page.locator("#notice-text")).to_contain_text("1 field saved")
    assert load_template(folder / "blank.toml").names == ("room",)
    one.focus()
    page.keyboard.press("Delete")
    expect(one).to_have_count(0)


def test_what_cannot_be_saved_is_said_and_nothing_is_written(open_blank: Open, folder: Path):
    one = open_blank()
    page, one.may_fail = one.page, True
    drag(page, (0.1, 0.5, 0.2, 0.04))
    page.locator("#field-name").fill("a")
    drag(page, (0.25, 0.45, 0.2, 0.07))
    page.locator("#field-name").fill("b")
    expect(page.locator("#field-fault")).to_have_text("It lies over a")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notice-text")).to_contain_text("lies over")
    field(page, "b").focus()
    page.keyboard.press("Delete")
    field(page, "a").focus()
    page.keyboard.press("Enter")
    page.locator("#field-type").select_option("choice")
    page.locator("#field-texts").fill("yes, no")  # letters are not read
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notice-text")).to_contain_text("choice(yes, no)")
    assert not (folder / "blank.toml").exists()
    page.locator("#field-texts").fill("1, 2")
    page.locator("#field-ticked").check()
    save(page)
    (ticked,) = load_template(folder / "blank.toml").fields
    assert (ticked.ticked, len(ticked.cells)) == (True, 2)


def test_boxes_to_tick_that_were_found_become_those_of_a_choice(open_blank: Open, folder: Path):
    page = open_blank().page
    hand = next(one for one in load_template(FORMS / "meter.toml").fields if one.name == "tariff")
    x, y, width, height = hand.area
    drag(page, (x - 0.02, y - 0.005, width + 0.15, height + 0.01))
    page.locator("#field-name").fill("tariff")
    page.locator("#field-type").select_option("choice")
    page.locator("#field-ticked").check()
    expect(page.locator("#layer .field s")).to_have_count(3)
    save(page)
    (drawn,) = load_template(folder / "blank.toml").fields
    assert drawn.type.text == "choice(1, 2, 3)"
    for one, other in zip(drawn.cells, hand.cells, strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 0.003


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_and_everybody_can_use_the_page_of_a_template(open_blank: Open, size: str, theme: str):
    one = open_blank(size=size, color_scheme=theme)
    page = one.page
    one.shot(f"{size}-{theme}-template-begun")
    page.get_by_role("button", name="Take all that were found").click()
    page.locator("#field-list button").nth(2).click()
    expect(page.locator("#field-title")).to_have_text("This field")
    assert one.sideways() <= 0
    one.shot(f"{size}-{theme}-template-field")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_form_of_two_pages_has_fields_on_both(open_blank: Open, folder: Path):
    from PIL import Image

    with Image.open(folder / "blank.png") as blank:
        first = blank.convert("L")
    first.save(folder / "two.pdf", save_all=True, append_images=[first.rotate(180)], resolution=150)
    page = open_blank("two.pdf", "two.toml").page
    drag(page, (0.1, 0.5, 0.2, 0.04))
    page.locator("#pages label").nth(1).click()
    drag(page, (0.2, 0.6, 0.2, 0.04))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notice-text")).to_contain_text("2 fields saved in two.toml")
    template = load_template(folder / "two.toml")
    assert [one.page for one in template.fields] == [0, 1]
    assert len(template.blanks) == 2
