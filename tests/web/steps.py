"""What the tests of the page do again and again."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PAGE = EXAMPLES / "numbers" / "page-ruled-list.jpg"
NUMBER = EXAMPLES / "numbers" / "2407-photo.jpg"


def answer(page: Page, view: str = "draw") -> Locator:
    return page.locator(f"#{view}-result .answer")


def choose_picture(page: Page, path: Path) -> None:
    page.get_by_role("tab", name="Picture").click()
    page.locator("#choose-input").set_input_files(path)


def bring_files(page: Page, *paths: Path) -> None:
    page.locator("#files-input").set_input_files(list(paths))
    expect(page.locator("#progress-text")).to_contain_text(re.compile(rf"^{len(paths)} files? read"))
