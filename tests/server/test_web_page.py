"""server/web: the page of `inkdigits serve`, desktop and phone."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Route, expect
from web.browser import SIZES, Open, Visit
from web.pen import write
from web.steps import EXAMPLES, NUMBER, PAGE, answer, bring_files, choose_picture

WEB = Path(__file__).parent.parent.parent / "src" / "inkdigits" / "server" / "web"


# ---- Draw ----


@pytest.mark.parametrize("size", SIZES)
def test_what_is_drawn_is_read_with_how_sure_it_is_and_why(open_page: Open, size: str):
    one = open_page(size=size)
    page = one.page
    for text in ("7", "1", "42"):
        write(page, text, touch=size == "phone")
        expect(answer(page)).to_have_text(text)
        expect(page.locator("#draw-result .mood")).to_have_text("Sure")
        expect(page.locator("#draw-result .took")).to_contain_text("ms")
        expect(page.get_by_role("status")).to_contain_text(f"Read {text}, sure")
        for things in ("#draw-result .card", "#pad-boxes .box"):
            expect(page.locator(things)).to_have_count(len(text))
        bars = page.locator("#draw-result .card").first.locator(".bars li")
        expect(bars).to_have_count(3)
        expect(bars.first).to_have_text(re.compile(rf"^{text[0]}.*9\d\.\d\s%$"))
        saw = page.get_by_alt_text(f"The model's input for {text}").evaluate(
            "i => [i.naturalWidth, i.naturalHeight]"
        )
        assert saw == [28, 28] if len(text) == 1 else saw[1] == 32
        assert page.evaluate("scrollY") == 0, "the page scrolled away under the finger"
        one.shot(f"{size}-draw-{text}")
        page.get_by_role("button", name="Clear").click()


def test_strokes_are_taken_back_and_cleared(open_page: Open):
    page = open_page().page
    undo, clear = page.get_by_role("button", name="Undo"), page.get_by_role("button", name="Clear")
    expect(undo).to_be_disabled()
    write(page, "17")
    expect(answer(page)).to_have_text("17")
    undo.click()
    expect(answer(page)).to_have_text("1")
    write(page, "7", left=0.5)
    expect(answer(page)).to_have_text("17")
    page.keyboard.press("Control+z")
    expect(answer(page)).to_have_text("1")
    clear.click()
    expect(answer(page)).to_have_count(0)
    expect(clear).to_be_disabled()
    expect(page.get_by_text("Write a digit or a number here")).to_be_visible()
    expect(page.locator("#pad")).to_be_focused()


def test_a_pen_writes_wider_when_it_is_pressed(open_page: Open):
    page = open_page().page

    def ink(force: float) -> int:
        session = page.context.new_cdp_session(page)
        box = page.locator("#pad").bounding_box()
        assert box
        for kind, share in (("mousePressed", 0.3), ("mouseMoved", 0.5), ("mouseReleased", 0.7)):
            event = {"type": kind, "x": box["x"] + share * box["width"], "y": box["y"] + 100}
            event |= {"button": "left", "buttons": 1, "clickCount": 1, "force": force, "pointerType": "pen"}
            session.send("Input.dispatchMouseEvent", event)
        drawn = page.locator("#pad").evaluate(
            "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
            ".filter((v, i) => i % 4 === 0 && v < 128).length"
        )
        page.get_by_role("button", name="Clear").click()
        return drawn

    assert ink(0.1) < 0.6 * ink(0.9)


def test_only_the_newest_drawing_is_shown_and_one_request_is_in_flight(open_page: Open):
    page = open_page().page
    running, most, sent = 0, 0, 0

    def slow(route: Route) -> None:
        nonlocal running, most, sent
        running, sent = running + 1, sent + 1
        most = max(most, running)
        response = route.fetch()
        running -= 1
        if sent == 1:
            write(page, "7", left=0.5)  # while the first answer is on its way
        route.fulfill(response=response)

    page.route("**/v1/read?*", slow)
    seen: set[str] = set()

    def see(text: str) -> None:
        seen.add(text)

    page.expose_function("seen", see)
    page.evaluate(
        "new MutationObserver(() => { const a = document.querySelector('#draw-result .answer');"
        "if (a?.textContent) seen(a.textContent); })"
        ".observe(document.getElementById('draw-result'), {childList: true, subtree: true})"
    )
    write(page, "1")
    expect(answer(page)).to_have_text("17")
    assert (most, sent) == (1, 2)
    assert seen == {"17"}, "the answer to the older drawing was shown"


def test_what_is_no_digit_is_unsure_and_not_by_colour_alone(open_page: Open):
    one = open_page()
    write(one.page, "*", left=0.4)
    expect(one.page.locator("#draw-result .mood")).to_have_text("Unsure")
    expect(one.page.locator("#draw-result .card.unsure .note")).to_contain_text("Unsure")
    expect(one.page.locator("#pad-boxes .box.unsure b")).to_have_text(re.compile(r"^. \?$"))
    one.shot("desktop-unsure")


def test_what_is_unsure_is_what_the_reader_says_whatever_the_confidence(open_page: Open):
    """Each status here goes against the confidence that stands beside it."""
    page = open_page().page

    def number(text: str, x: int, statuses: str, confidence: float, status: str) -> dict[str, Any]:
        digits = [
            {
                "value": value,
                "confidence": 0.99 if mark == "?" else 0.3,
                "box": [x + 30 * index, 50, 25, 60],
                "alternatives": [],
                "status": "unsure" if mark == "?" else "ok",
            }
            for index, (value, mark) in enumerate(zip(text, statuses, strict=True))
        ]
        box = [x, 50, 30 * len(text), 60]
        return {"text": text, "confidence": confidence, "box": box, "digits": digits, "status": status}

    numbers = [number("12", 40, "..", 0.3, "ok"), number("34", 200, "?.", 0.99, "unsure")]
    reading = {"source": "a.png", "status": "unsure", "text": "12 34", "confidence": 0.3, "error": None}
    page.route("**/v1/read?*", lambda route: route.fulfill(json={**reading, "numbers": numbers}))
    choose_picture(page, PAGE)
    shown = page.locator("#picture-result .answer button")
    expect(shown).to_have_count(2)
    expect(page.locator("#picture-result .answer button.unsure")).to_have_text(re.compile("34"))
    cards = page.locator("#picture-result .card")
    expect(cards.nth(0)).to_have_class(re.compile("unsure"))
    shown.first.click()
    expect(page.locator("#picture-result .card.unsure")).to_have_count(0)


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ("47", "A second reader read the same."),
        ("41", "A second reader read 41."),
        ("", "A second reader read nothing there."),
    ],
)
def test_what_a_second_reader_read_is_shown_with_the_number(open_page: Open, second: str, told: str):
    page = open_page().page
    digits = [
        {"value": value, "confidence": 0.6, "box": [40, 50, 25, 60], "alternatives": [], "status": "unsure"}
        for value in "47"
    ]
    number = {"text": "47", "confidence": 0.6, "box": [40, 50, 60, 60], "digits": digits, "status": "unsure"}
    reading = {"source": "a.png", "status": "unsure", "text": "47", "confidence": 0.6, "error": None}
    page.route(
        "**/v1/read?*",
        lambda route: route.fulfill(json={**reading, "numbers": [{**number, "second": second}]}),
    )
    choose_picture(page, PAGE)
    expect(page.locator("#picture-result .second")).to_have_text(told)
    page.unroute("**/v1/read?*")
    page.route("**/v1/read?*", lambda route: route.fulfill(json={**reading, "numbers": [number]}))
    choose_picture(page, PAGE)
    expect(page.locator("#picture-result .card")).to_have_count(2)
    expect(page.locator("#picture-result .second")).to_have_count(0)


def test_the_choice_of_what_to_expect_is_sent_and_reads_again(open_page: Open):
    page = open_page().page
    write(page, "42")
    expect(answer(page)).to_have_text("42")
    with page.expect_request("**/v1/read?expect=digit*"):
        page.get_by_role("radio", name="Digit").check()
    expect(answer(page)).to_have_text(re.compile(r"^\d$"))


def test_what_may_stand_there_is_sent_and_what_is_wrong_with_it_is_said(open_page: Open):
    visit = open_page()
    visit.may_fail = True
    page = visit.page
    write(page, "42")
    expect(answer(page)).to_have_text("42")
    page.get_by_text("What may stand there").click()
    page.get_by_label("Characters").fill("0-3")
    with page.expect_request("**/v1/read?expect=auto&allowed=0-3&show=inputs"):
        page.keyboard.press("Enter")
    expect(answer(page)).to_have_text(re.compile(r"^[0-3]+\?*$"))
    page.get_by_label("Pattern").fill("(")
    page.keyboard.press("Enter")
    expect(page.locator("#draw .placeholder")).to_contain_text("is no regular expression")
    page.get_by_label("Pattern").fill("")
    page.get_by_label("Characters").fill("")
    page.keyboard.press("Enter")
    expect(answer(page)).to_have_text("42")


# ---- A picture ----


@pytest.mark.parametrize(
    ("name", "text"),
    [("4-blackboard.webp", "4"), ("9-carbon-copy.tif", "9"), ("numbers/2407-photo.jpg", "2407")],
)
def test_a_chosen_picture_is_read(open_page: Open, name: str, text: str):
    page = open_page().page
    choose_picture(page, EXAMPLES / name)
    expect(answer(page, "picture")).to_have_text(text)
    expect(page.locator("#picture-boxes .box")).to_have_count(len(text))
    expect(page.locator("#shown")).to_be_visible()
    expect(page.locator("#no-preview")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_a_page_shows_all_its_numbers_and_the_digits_of_the_chosen_one(open_page: Open, size: str):
    one = open_page(size=size)
    page = one.page
    choose_picture(page, PAGE)
    numbers = page.locator("#picture-result .answer button")
    truth = PAGE.with_suffix(".txt").read_text("utf-8").split()
    expect(numbers).to_have_count(len(truth))
    assert [number.strip() for number in numbers.all_text_contents()] == truth
    expect(page.locator("#picture-boxes .box:not(.part)")).to_have_count(len(truth))
    numbers.nth(5).focus()
    page.keyboard.press("Enter")
    expect(numbers.nth(5)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#picture-result .card")).to_have_count(len(truth[5]))
    page.locator("#picture-boxes .box:not(.part)").nth(1).click()
    expect(page.locator("#picture-result .card input").first).to_be_focused()
    expect(page.locator("#picture-result .card")).to_have_count(len(truth[1]))
    one.shot(f"{size}-page")


def test_boxes_lie_over_the_digits(open_page: Open):
    page = open_page().page
    with page.expect_response("**/v1/read?*") as got:
        choose_picture(page, NUMBER)
    x, _, width, _ = got.value.json()["numbers"][0]["digits"][-1]["box"]
    shown = page.locator("#shown").bounding_box()
    box = page.locator("#picture-boxes .box").last.bounding_box()
    assert shown and box
    scale = shown["width"] / size_of(NUMBER)[0]
    assert box["x"] - shown["x"] == pytest.approx(x * scale, abs=1)
    assert box["width"] == pytest.approx(width * scale, abs=1)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


BRING = """([kind, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type }));
  const options = { bubbles: true, cancelable: true };
  document.body.dispatchEvent(kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
    : new DragEvent(kind, { ...options, dataTransfer: transfer }));
}"""


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped_anywhere(open_page: Open, kind: str):
    page = open_page().page
    data = base64.b64encode((EXAMPLES / "3-form-box.png").read_bytes()).decode()
    if kind == "drop":
        page.evaluate(BRING, ["dragenter", "three.png", "image/png", data])
        expect(page.locator("body")).to_have_class("dropping")
    page.evaluate(BRING, [kind, "three.png", "image/png", data])
    expect(answer(page, "picture")).to_have_text("3")
    expect(page.locator("body")).not_to_have_class("dropping")
    expect(page.get_by_role("tab", name="Picture")).to_have_attribute("aria-selected", "true")


def test_the_camera_gives_a_picture(open_page: Open):
    page = open_page("/#picture").page
    page.get_by_role("button", name="Camera").click()
    with page.expect_response("**/v1/read?*") as got:
        page.get_by_role("button", name="Take the picture").click()
    assert got.value.status == 200
    assert got.value.json()["source"] == "photo.jpg"
    expect(page.locator("#camera-dialog")).to_be_hidden()
    expect(page.get_by_alt_text("The picture photo.jpg")).to_be_visible()


def test_a_phone_opens_its_own_camera(open_page: Open):
    page = open_page("/#picture", size="phone").page
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Camera").tap()
    assert chooser.value.element.get_attribute("capture") == "environment"
    chooser.value.set_files(EXAMPLES / "1-ruled-paper.jpg")
    expect(answer(page, "picture")).to_have_text("1")


# ---- Corrections ----


def test_a_correction_is_kept_and_listed(open_page: Open, kept: Path):
    one = open_page("/#picture")
    page = one.page
    page.locator("#choose-input").set_input_files(NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    page.locator("#picture-boxes .box").last.click()
    before = set(kept.glob("9/*.png"))
    with page.expect_response("**/v1/corrections") as got:
        page.keyboard.press("9")
        expect(answer(page, "picture")).to_have_text("2409")
        page.keyboard.press("Enter")
    assert got.value.status == 201
    expect(page.locator("#notice")).to_contain_text("7 was read, 9 is right. Kept for training.")
    expect(page.locator("#picture-result .mood")).to_have_text("Corrected")
    (new,) = set(kept.glob("9/*.png")) - before
    width, height = size_of(new)
    assert width < 250, "the whole picture was kept, not the digit"
    assert height < 250
    one.shot("desktop-corrected")
    page.get_by_role("link", name="Corrections").click()
    first = page.locator("#kept li").first
    expect(first).to_contain_text("7 was read")
    expect(first.get_by_alt_text("A handwritten 9")).to_be_visible()
    assert first.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == width
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    (row, *_) = csv.DictReader(io.StringIO(download.value.path().read_text("utf-8")))
    assert (row["label"], row["read"]) == ("9", "7")
    one.shot("desktop-corrections")


def test_escape_takes_back_what_was_typed_and_letters_are_refused(open_page: Open):
    page = open_page().page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    write(page, "7")
    field = page.locator("#draw-result .card input")
    field.focus()
    page.keyboard.type("a")
    expect(field).to_have_value("7")
    page.keyboard.type("3")
    expect(answer(page)).to_have_text("3")
    page.keyboard.press("Escape")
    expect(answer(page)).to_have_text("7")
    page.get_by_role("button", name="Undo").focus()
    assert not [url for url in requests if url.endswith("/v1/corrections")]


def test_without_corrections_the_right_answer_is_in_the_page_and_in_downloads(open_page: Open):
    one = open_page("")
    page = one.page

    def off(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "corrections": False})

    page.route("**/v1/model", off)
    page.on(
        "request", lambda request: one.wrong.append("posted") if "v1/corrections" in request.url else None
    )
    one.open()
    expect(page.get_by_role("link", name="Corrections")).to_be_hidden()
    write(page, "17")
    expect(answer(page)).to_have_text("17")
    page.get_by_label("7, digit 2 of 2").fill("9")
    page.keyboard.press("Enter")
    expect(answer(page)).to_have_text("19")
    expect(page.locator("#notice")).to_contain_text("Changed in this page and its downloads")
    with page.expect_download() as download:
        page.locator("#draw-result").get_by_role("button", name="JSON").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert (saved["text"], saved["read"], saved["corrected"]) == ("19", "17", True)
    assert (saved["numbers"][0]["text"], saved["numbers"][0]["value"]) == ("19", None)
    assert "inputs" not in saved


# ---- Many files ----


@pytest.mark.parametrize("size", SIZES)
def test_many_files_become_a_table(open_page: Open, size: str, scribble: Path, tmp_path: Path):
    one = open_page("/#files", size=size)
    page = one.page
    bad = tmp_path / "notes.png"
    bad.write_bytes(b"no picture at all")
    files = sorted(EXAMPLES.glob("[0-9]-*.*"))
    bring_files(page, *files, NUMBER, PAGE, scribble, bad)
    rows = page.locator("#rows tr")
    expect(rows).to_have_count(len(files) + 4)
    for file in files:
        expect(page.get_by_label(f"Reading of {file.name}")).to_have_value(file.name[0])
    expect(page.locator("#progress-text")).to_have_text("14 files read, 2 unsure, 1 failed")
    expect(page.locator("#progress")).to_have_js_property("value", 14)
    failed = rows.filter(has_text="notes.png")
    expect(failed.locator(".why-not")).not_to_be_empty()
    one.shot(f"{size}-files")

    page.get_by_role("radio", name="Unsure").check()
    expect(rows).to_have_count(2)
    star = rows.filter(has_text="star.png")
    page.get_by_label("Reading of star.png").fill("-12.5")
    page.keyboard.press("Enter")
    expect(star.locator(".state")).to_have_text("Corrected")
    page.get_by_role("radio", name="Failed").check()
    expect(rows).to_have_count(1)
    page.get_by_role("radio", name="All").check()
    expect(rows).to_have_count(len(files) + 4)

    with page.expect_download() as download:
        page.locator("#csv").click()
    text = download.value.path().read_bytes().decode("utf-8")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert download.value.suggested_filename == "readings.csv"
    assert [row["text"] for row in table[:10]] == list("0123456789")
    assert [row["value"] for row in table[:10]] == list("0123456789")
    assert table[11]["text"] == PAGE.with_suffix(".txt").read_text("utf-8").strip()
    assert (table[12]["text"], table[12]["value"], table[12]["corrected"]) == ("-12.5", "", "yes")
    assert (table[13]["status"], table[13]["text"]) == ("error", "")
    with page.expect_download() as download:
        page.locator("#json").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert [one["source"] for one in saved[:2]] == ["0-pencil.png", "1-ruled-paper.jpg"]
    assert saved[12]["text"] == "-12.5"
    assert len(saved[12]["read"]) == 1


def test_an_edit_that_replaces_a_digit_is_kept_and_a_row_opens_large(open_page: Open, kept: Path):
    page = open_page("/#files").page
    bring_files(page, NUMBER, EXAMPLES / "1-ruled-paper.jpg")
    before = len(list(kept.glob("8/*.png")))
    with page.expect_response("**/v1/corrections") as got:
        page.get_by_label("Reading of 2407-photo.jpg").fill("2807")
        page.keyboard.press("Enter")
    expect(page.get_by_label("Reading of 1-ruled-paper.jpg")).to_be_focused()
    assert got.value.json()["label"] == "8"
    assert len(list(kept.glob("8/*.png"))) == before + 1
    page.get_by_role("button", name="Open 2407-photo.jpg").click()
    expect(answer(page, "picture")).to_have_text("2407")


def test_a_folder_is_read_but_only_its_pictures(open_page: Open, tmp_path: Path):
    folder = tmp_path / "forms"
    (folder / "may").mkdir(parents=True)
    for target in (folder / "a.png", folder / "may" / "b.png"):
        target.write_bytes((EXAMPLES / "3-form-box.png").read_bytes())
    (folder / "notes.txt").write_text("no picture", "utf-8")
    page = open_page("/#files").page
    page.locator("#folder-input").set_input_files(folder)
    expect(page.locator("#progress-text")).to_have_text("2 files read, 2 unsure")
    expect(page.locator("#notice")).to_contain_text("1 file left out")
    expect(page.get_by_label("Reading of forms/may/b.png")).to_have_value("3")


def test_a_file_above_the_limit_is_a_row_and_the_others_are_read(open_page: Open, tmp_path: Path):
    large = tmp_path / "large.png"
    large.write_bytes(bytes(2_000_001))
    page = open_page("/#files").page
    bring_files(page, large, EXAMPLES / "3-form-box.png")
    expect(page.locator("#rows tr").first.locator(".why-not")).to_contain_text("too large; the limit is 2 MB")
    expect(page.get_by_label("Reading of 3-form-box.png")).to_have_value("3")


def test_reading_is_stopped_and_what_comes_after_clearing_is_read(open_page: Open):
    page = open_page("/#files").page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/read/batch?*", hold)
    page.locator("#files-input").set_input_files([NUMBER, PAGE])
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#progress-text")).to_have_text("0 of 2 files read")
    expect(page.locator("#rows .state")).to_have_text(["Waiting", "Waiting"])
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#rows .state")).to_have_text(["Reading", "Reading"])
    page.unroute("**/v1/read/batch?*")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#batch")).to_be_hidden()
    bring_files(page, EXAMPLES / "3-form-box.png", EXAMPLES / "1-ruled-paper.jpg")
    expect(page.get_by_label("Reading of 3-form-box.png")).to_have_value("3")
    assert len(held) == 2


# ---- What goes wrong ----


def test_a_busy_server_is_asked_again_when_it_says(open_page: Open):
    page = open_page(may_fail=True).page
    times: list[float] = []

    def busy(route: Route) -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            route.fulfill(status=503, headers={"Retry-After": "1"}, json={"detail": "full"})
        else:
            route.continue_()

    page.route("**/v1/read?*", busy)
    write(page, "7")
    expect(page.locator("#notice")).to_contain_text("The server is busy. Trying again in 1 s.")
    expect(answer(page)).to_have_text("7")
    expect(page.locator("#notice")).to_be_hidden()
    assert times[1] - times[0] >= 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.png", b"no picture at all", "This is not a picture that can be read."),
        ("large.png", bytes(2_000_001), "This picture is too large; the limit is 2 MB."),
        ("nearly.png", bytes(1_999_990), "This picture is too large; the limit is 2 MB."),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_one_line(
    open_page: Open, tmp_path: Path, name: str, content: bytes, said: str
):
    page = open_page(may_fail=True).page
    path = tmp_path / name
    path.write_bytes(content)
    choose_picture(page, path)
    expect(page.locator("#picture-result")).to_contain_text(said)
    expect(page.get_by_role("alert")).to_contain_text(said)


def test_a_lost_connection_is_said_and_the_next_answer_comes(open_page: Open):
    page = open_page(may_fail=True).page
    page.context.set_offline(True)
    write(page, "1")
    expect(page.locator("#draw-result")).to_contain_text("You are offline. Connect, then try again.")
    page.context.set_offline(False)
    write(page, "7", left=0.5)
    expect(answer(page)).to_have_text("17")


# ---- For everybody ----


def test_everything_is_done_with_the_keyboard_alone(open_page: Open, kept: Path):
    page = open_page().page
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    press("Enter")
    press("Tab")
    expect(page.get_by_role("tab", name="Draw")).to_be_focused()
    press("ArrowRight")
    expect(page.get_by_role("tab", name="Picture")).to_be_focused()
    press("Tab")
    expect(page.get_by_role("radio", name="Auto")).to_be_focused()
    press("ArrowRight")
    press("ArrowRight")
    expect(page.get_by_role("radio", name="Number")).to_be_checked()
    press("Tab")
    expect(page.get_by_text("What may stand there")).to_be_focused()
    press("Tab")
    expect(page.get_by_role("button", name="Choose a picture")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        press("Enter")
    chooser.value.set_files(NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    page.get_by_role("button", name="Choose a picture").focus()
    for _ in range(5):  # camera, copy, CSV, JSON, the first digit
        press("Tab")
    expect(page.get_by_label("2, digit 1 of 4")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    press("ArrowDown")
    press("ArrowDown")
    with page.expect_response("**/v1/corrections") as got:
        press("6")
        press("Enter")
    assert got.value.json()["label"] == "6"
    expect(page.get_by_label("7, digit 4 of 4")).to_be_focused()
    expect(answer(page, "picture")).to_have_text("2467")
    assert list(kept.glob("6/*.png"))


def test_the_theme_follows_the_system_and_a_choice_is_remembered(open_page: Open):
    one = open_page(color_scheme="dark")
    page = one.page
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    toggle = page.get_by_role("button", name="Dark theme")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    write(page, "42")
    expect(answer(page)).to_have_text("42")
    one.shot("desktop-dark-draw")
    toggle.click()
    assert page.evaluate(ground) != dark
    expect(toggle).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", "false")
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate(ground) == dark


def test_the_page_of_the_api_has_the_colours_of_the_reader_s_page(open_page: Open):
    one = open_page(color_scheme="dark")
    page = one.page
    page.goto(f"{one.address}/docs")
    expect(page.get_by_text("/v1/read", exact=True).first).to_be_visible()
    lightness = (
        "(() => {const [r, g, b] = getComputedStyle(document.documentElement).backgroundColor"
        ".match(/[0-9.]+/g).map(Number); return (r + g + b) / 765})()"
    )
    assert page.evaluate(lightness) < 0.2
    one.shot("desktop-dark-docs")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(lightness) > 0.95
    one.shot("desktop-light-docs")


def fill_views(one: Visit, scribble: Path) -> Iterator[str]:
    """Fills one view after the other and yields its name."""
    page = one.page
    one.open("/#draw")
    yield "draw-empty"
    write(page, "*", left=0.4)
    expect(page.locator("#draw-result .card")).to_have_count(1)
    yield "draw"
    page.get_by_role("tab", name="Picture").click()
    yield "picture-empty"
    choose_picture(page, PAGE)
    expect(page.locator("#picture-result .card").first).to_be_visible()
    yield "picture"
    page.get_by_role("tab", name="Many files").click()
    bring_files(page, NUMBER, PAGE, scribble)
    yield "files"
    one.open("/corrections")
    yield "corrections"


@pytest.mark.parametrize("size", SIZES)
def test_every_view_is_accessible_in_light_and_dark(open_page: Open, size: str, scribble: Path):
    one = open_page(size=size, reduced_motion="reduce")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for name in fill_views(one, scribble):
        for scheme in ("light", "dark"):
            one.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            expect(one.page.locator("html")).to_have_attribute("data-theme", scheme)
            found = Axe().run(one.page, options={"runOnly": tags, "resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{name}, {scheme}: {found.generate_report()}"
            one.shot(f"{size}-{scheme}-{name}")


def test_nothing_is_wider_than_a_small_phone(open_page: Open, scribble: Path):
    one = open_page(size="phone", viewport={"width": 320, "height": 640})
    for name in fill_views(one, scribble):
        assert one.sideways() == 0, f"{name} scrolls sideways"
        one.shot(f"small-{name}")


def test_nothing_moves_for_people_who_asked_for_that(open_page: Open):
    page = open_page(reduced_motion="reduce").page
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => {const s = getComputedStyle(e);"
        "return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0})"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert moving == []


# ---- The files themselves ----


@pytest.mark.parametrize("path", ["/", "/corrections"])
def test_all_modules_are_asked_for_at_once(open_page: Open, path: str):
    page = open_page(path).page
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map((entry) => new URL(entry.name).pathname)"
    )
    links = page.locator("link[rel=modulepreload], script").all()
    named = {link.get_attribute("href") or link.get_attribute("src") for link in links}
    assert {name for name in loaded if name.endswith(".js")} == named


def test_cells_are_safe_in_a_spreadsheet(open_page: Open):
    page = open_page().page
    rows = [["=1+1", "+1", "-12.5", "-x", "@a", "\tb", 'say "7"', "1\n2", "-3-4", None, "007"]]
    text = page.evaluate("async (rows) => (await import('/web/csv.js')).toCsv(rows)", rows)
    (cells,) = csv.reader(io.StringIO(text, newline=""))
    assert cells == ["'=1+1", "'+1", "-12.5", "'-x", "'@a", "'\tb", 'say "7"', "1\n2", "'-3-4", "", "007"]
    assert text.endswith("\r\n")


@pytest.mark.parametrize("path", sorted(WEB.iterdir()), ids=lambda path: path.name)
def test_a_file_is_small_and_asks_no_other_host(path: Path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 250
    assert not re.findall(r"https?://(?!www\.w3\.org/)", text)
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style="):
        assert forbidden not in text
    if path.suffix == ".html":
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=", text)
