"""server/web/review.js, ask.js, outbox.js: unsure cells one after the other, by keyboard."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from review_files import write_results
from serving import until
from web.browser import SIZES, Visit, visit

from inkdigits.review.work import Review, reviewed

CELLS = 12


class Reviewing:
    """``inkdigits review`` in a process of its own; it can be killed and started again on the same port."""

    def __init__(self, results: Path) -> None:
        self.results, self.port = results, 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "inkdigits", "review", str(self.results), "--no-browser"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        found = re.search(r"http://\S+?:(\d+)", self.process.stdout.readline())
        assert found
        self.address, self.port = found[0], int(found[1])

    def end(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return write_results(tmp_path / "results", CELLS)


@pytest.fixture
def reviewing(results: Path) -> Iterator[Reviewing]:
    one = Reviewing(results)
    yield one
    one.end()


@pytest.fixture
def open_review(browser: Browser, reviewing: Reviewing, shots: Path) -> Iterator[Any]:
    with ExitStack() as stack:

        def open_(who: str = "Ann", size: str = "desktop", may_fail: bool = False, **options: Any) -> Visit:
            one = stack.enter_context(visit(browser, reviewing.address, shots, **{**SIZES[size], **options}))
            one.may_fail = may_fail
            one.open("/review")
            one.page.get_by_label("Your name or initials").fill(who)
            one.page.keyboard.press("Enter")
            expect(one.page.locator("#ask-picture")).to_be_visible()
            return one

        yield open_


def looked_at(page: Page, count: int, of: int = CELLS) -> None:
    expect(page.locator("#review-left")).to_contain_text(
        f"{count} of {of} cells looked at" if count < of else f"All {of} cells looked at"
    )


def origins(results: Path) -> list[tuple[str, str, str]]:
    return [(one.read, one.text, one.origin) for one in reviewed(results) if one.origin != "read"]


def test_everything_goes_by_keys_and_is_on_the_disk(open_review: Any, results: Path):
    page = open_review().page
    expect(page.get_by_role("heading", name="Is it 1 or 7?")).to_be_visible()
    page.keyboard.press("Enter")  # what was read
    page.keyboard.press("a")  # the first alternative
    page.keyboard.type("17")  # anything else
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")  # the arrows do the same
    page.keyboard.press("Enter")
    page.keyboard.press("n")  # no number
    page.keyboard.press("s")
    page.keyboard.press("ArrowRight")
    looked_at(page, 5)
    expect(page.locator("#review-left")).to_contain_text("2 skipped")
    assert sorted(origins(results)) == sorted(
        [
            ("1", "1", "confirmed"),
            ("1", "7", "corrected"),
            ("1", "17", "corrected"),
            ("1", "7", "corrected"),
            ("4", "", "no number"),
        ]
    )
    assert {one.who for one in reviewed(results) if one.origin != "read"} == {"Ann"}


def test_a_letter_or_sign_that_is_no_text_is_not_typed_and_a_comma_is_a_point(open_review: Any):
    page = open_review().page
    page.keyboard.type("1z,5y")
    expect(page.locator("#ask-text")).to_have_value("1.5")
    page.keyboard.press("Escape")
    expect(page.locator("#ask-text")).to_have_value("")


def test_undo_goes_back_as_often_as_wanted_and_after_a_reload(open_review: Any, results: Path):
    page = open_review().page
    for key in ("Enter", "a", "n"):
        page.keyboard.press(key)
    looked_at(page, 3)
    page.keyboard.press("ArrowLeft")
    looked_at(page, 2)
    page.keyboard.press("Control+z")
    looked_at(page, 1)
    page.reload()
    expect(page.locator("#ask-picture")).to_be_visible()
    page.keyboard.press("u")
    looked_at(page, 0)
    assert origins(results) == []
    histories = Review(results).journal.histories()
    assert sum(map(len, histories.values())) == 6


def test_the_last_answer_can_be_undone_when_all_is_done(open_review: Any):
    page = open_review().page
    for _ in range(CELLS):
        expect(page.locator("#ask-picture")).to_be_visible()
        page.keyboard.press("Enter")
    expect(page.locator("#review-over")).to_be_visible()
    expect(page.locator("#review-over-title")).to_have_text("All looked at")
    page.keyboard.press("u")
    expect(page.locator("#ask-picture")).to_be_visible()
    looked_at(page, CELLS - 1)


def test_at_the_end_the_skipped_ones_come_again(open_review: Any):
    page = open_review().page
    page.keyboard.press("s")
    for _ in range(CELLS - 1):
        expect(page.locator("#ask-picture")).to_be_visible()
        page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Look at 1 skipped cell")
    again.click()
    expect(page.locator("#ask")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#review-over")).to_be_visible()
    expect(page.locator("#review-over-title")).to_have_text("All looked at")
    looked_at(page, CELLS)


def test_two_people_look_at_different_cells(open_review: Any, results: Path):
    one, other = open_review("Ann").page, open_review("Ben").page
    for _ in range(CELLS):
        for page in (one, other):
            if page.locator("#ask").is_visible():
                page.keyboard.press("Enter")
    for page in (one, other):
        expect(page.locator("#review-over")).to_be_visible()
    until(lambda: sum(record.origin == "confirmed" for record in reviewed(results)) == CELLS)
    records = [record for record in reviewed(results) if record.origin == "confirmed"]
    assert {record.who for record in records} == {"Ann", "Ben"}
    assert all(len(record.answers) == 1 for record in records)


def test_a_server_that_is_killed_loses_nothing(open_review: Any, reviewing: Reviewing, results: Path):
    page = open_review(may_fail=True).page
    page.keyboard.press("Enter")
    looked_at(page, 1)
    reviewing.end(signal.SIGKILL)
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(page.locator("#notice")).to_contain_text("2 answers of yours wait in this browser")
    reviewing.start()
    looked_at(page, 3)
    expect(page.locator("#notice")).to_be_hidden()
    assert len(origins(results)) == 3


def test_what_a_closed_window_could_not_send_goes_with_the_next_one(
    open_review: Any, reviewing: Reviewing, results: Path
):
    page = open_review(may_fail=True).page
    reviewing.end(signal.SIGKILL)
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_contain_text("1 answer of yours waits in this browser")
    page.close()
    reviewing.start()
    again = page.context.new_page()
    again.goto(f"{reviewing.address}/review")
    looked_at(again, 1)
    assert origins(results) == [("1", "7", "corrected")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_and_everybody_can_use_it(open_review: Any, size: str, theme: str):
    one = open_review(size=size, color_scheme=theme)
    page = one.page
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    one.shot(f"{size}-{theme}-review")
    assert one.sideways() <= 0
    assert Axe().run(page).response["violations"] == []
    box = page.locator("#ask-picture").bounding_box()
    assert box
    assert box["height"] > 120, "the picture is to be large"
    if size == "phone":
        page.get_by_role("button", name=re.compile("^7")).tap()
        page.get_by_label("Something else").fill("12")
        page.get_by_role("button", name="Take").tap()
        page.get_by_role("button", name="Not a number").tap()
        looked_at(page, 3)


def test_the_tables_are_taken_along(open_review: Any):
    page = open_review().page
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "readings-reviewed.csv"
