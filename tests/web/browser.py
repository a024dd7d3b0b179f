"""A browser that watches itself: a visit to the page fails when the page did what it must not do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

INSTALL = "the page's tests need Chromium: run `apt-get install chromium`, or name one in INKDIGITS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60_000  # milliseconds until what is waited for will not come any more: much, for a busy machine
SIZES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "has_touch": True,
        "is_mobile": True,
        "device_scale_factor": 2,
    },
}
SIDEWAYS: dict[str, Any] = {**SIZES["phone"], "viewport": {"width": 844, "height": 390}}


def launch(playwright: Playwright) -> Browser:
    """Starts the installed Chromium, with a camera that shows a test picture; fails where there is none."""
    found = os.environ.get("INKDIGITS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(INSTALL, pytrace=False)
    arguments = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    return playwright.chromium.launch(executable_path=found, args=arguments)


@dataclass
class Visit:
    """A tab, and what it may not do: say errors, break the CSP, ask another host.

    Attributes:
        page: the tab.
        address: the server's, without a slash at its end.
        may_fail: the console may say that a request failed; for tests in which one does.
        wrong: what was seen that must not be.
    """

    page: Page
    address: str
    shots: Path
    may_fail: bool = False
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        host = urlsplit(self.address).netloc
        self.page.on("console", lambda message: self._said(message.type, message.text))
        # From the start: the browser needs a moment to hand its choosers over, and no test waits for it.
        self.page.on("filechooser", lambda _: None)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on(
            "request",
            lambda request: (
                self.wrong.append(f"request to {request.url}")
                if urlsplit(request.url).scheme in ("http", "https", "ws", "wss")
                and urlsplit(request.url).netloc != host
                else None
            ),
        )

    def _said(self, kind: str, text: str) -> None:
        expected = "willReadFrequently" in text or (self.may_fail and "Failed to load resource" in text)
        if kind in ("error", "warning") and not expected:
            self.wrong.append(f"console {kind}: {text}")

    def open(self, path: str = "/") -> Page:
        """Opens a page of the server and waits until it has started."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    def shot(self, name: str) -> None:
        """Keeps a screenshot of the whole page."""
        self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    def sideways(self) -> int:
        """Returns by how many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


Open = Callable[..., Visit]
"""What the fixture ``open_page`` gives."""


@contextmanager
def visit(browser: Browser, address: str, shots: Path, **options: Any) -> Iterator[Visit]:
    """Opens a tab of its own and fails at the end if something was wrong in it."""
    context: BrowserContext = browser.new_context(accept_downloads=True, **options)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    one = Visit(context.new_page(), address, shots)
    one.watch()
    try:
        yield one
    finally:
        context.close()
    if one.wrong:
        pytest.fail("the page did what it must not do: " + "; ".join(one.wrong), pytrace=False)
