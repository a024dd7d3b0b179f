"""server/web/corrections.js, kept.js: one digit has one label, the last; what is taken back is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from web.browser import Open
from web.steps import EXAMPLES, NUMBER, answer, bring_files, choose_picture


def labels(kept: Path) -> list[str]:
    """Returns the labels under which something is kept."""
    return sorted(path.parent.name for path in kept.glob("?/*.png"))


@pytest.fixture
def empty(kept: Path) -> Path:
    """The folder of corrections, without any."""
    for path in kept.glob("?/*"):
        path.unlink()
    return kept


def correct(page: Page, key: str) -> None:
    """Types another character over the last digit of 2407 and waits until that is settled."""
    page.get_by_label("7, digit 4 of 4").focus()
    with page.expect_response("**/v1/corrections*"):
        page.keyboard.press(key)
        page.keyboard.press("Enter")


def test_a_correction_that_is_changed_is_kept_once_and_one_that_is_taken_back_is_gone(
    open_page: Open, empty: Path
):
    page = open_page().page
    choose_picture(page, NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    correct(page, "9")
    assert labels(empty) == ["9"]
    correct(page, "1")
    expect(page.locator("#notice")).to_contain_text("1 is right. Kept for training.")
    assert labels(empty) == ["1"]
    page.get_by_label("7, digit 4 of 4").focus()
    with page.expect_response("**/v1/corrections/*") as gone:
        page.keyboard.press("7")
        page.keyboard.press("Enter")
    assert gone.value.status == 204
    expect(page.locator("#notice")).to_have_text("Back to 7. The correction is taken back.")
    expect(answer(page, "picture")).to_have_text("2407")
    assert labels(empty) == []


def test_a_sign_takes_back_what_was_kept_as_a_digit(open_page: Open, empty: Path):
    page = open_page().page
    choose_picture(page, NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    correct(page, "9")
    page.get_by_label("7, digit 4 of 4").focus()
    with page.expect_response("**/v1/corrections/*"):
        page.keyboard.press("/")
        page.keyboard.press("Enter")
    expect(answer(page, "picture")).to_have_text("240/")
    assert labels(empty) == []


def test_the_table_takes_back_and_changes_too(open_page: Open, empty: Path):
    page = open_page("/#files").page
    bring_files(page, NUMBER)
    field = page.get_by_label("Reading of 2407-photo.jpg")
    for text, kept in (("2807", ["8"]), ("2307", ["3"]), ("2407", []), ("2487", ["8"]), ("24-87", [])):
        with page.expect_response("**/v1/corrections**"):
            field.fill(text)
            field.blur()
        expect(page.locator("#notice")).to_contain_text("Kept for training" if kept else "taken back")
        assert labels(empty) == kept


def test_another_reading_of_the_same_picture_corrects_the_same_digit(open_page: Open, empty: Path):
    page = open_page().page
    choose_picture(page, NUMBER)
    expect(answer(page, "picture")).to_have_text("2407")
    correct(page, "9")
    page.get_by_role("radio", name="Number").check()
    expect(answer(page, "picture")).to_have_text("2407")
    correct(page, "1")
    expect(page.locator("#notice")).to_contain_text("1 is right. Kept for training.")
    assert labels(empty) == ["1"]


def test_a_removed_correction_comes_back_with_undo(open_page: Open, page_server: str, empty: Path):
    page = open_page().page
    for name, label in (("1-ruled-paper.jpg", "3"), ("2-marker-on-note.jpg", "5")):
        picture = {"name": name, "mimeType": "image/jpeg", "buffer": (EXAMPLES / name).read_bytes()}
        form = {"file": picture, "label": label, "read": "8"}
        assert page.request.post(f"{page_server}/v1/corrections", multipart=form).status == 201
    page.goto(f"{page_server}/corrections")
    entries = page.locator("#kept li")
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Remove this 5").click()
    expect(page.locator("#notice")).to_contain_text("Removed a 5")
    expect(entries).to_have_count(1)
    expect(entries.first.get_by_role("button")).to_be_focused()
    assert labels(empty) == ["3"]
    assert len(list(empty.glob("?/*"))) == 2  # a picture and its note
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator("#notice")).to_contain_text("The 5 is kept again")
    expect(entries.first).to_contain_text("8 was read")
    expect(entries.first.get_by_alt_text("A handwritten 5")).to_be_visible()
    assert labels(empty) == ["3", "5"]
    page.get_by_role("button", name="Remove this 3").click()
    expect(entries).to_have_count(1)
    page.reload()
    expect(entries).to_have_count(1)
    assert labels(empty) == ["5"]
