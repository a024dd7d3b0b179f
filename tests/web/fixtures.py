"""Fixtures: the page of `inkdigits serve` in a real browser against the real server.

INKDIGITS_SCREENSHOTS names a folder that keeps a picture of each view.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

if TYPE_CHECKING:  # loaded by every test of the project: the browser only where it is used
    from playwright.sync_api import Browser
    from web.browser import Open, Visit


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's corrections."""
    return tmp_path_factory.mktemp("corrections")


@pytest.fixture(scope="module")
def page_server(kept: Path) -> Iterator[str]:
    """The address of a server of this module."""
    command = [sys.executable, "-m", "inkdigits", "serve", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        [*command, "--corrections", str(kept), "--max-bytes", "2000000", "--max-files", "4"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            address = re.search(r"http://\S+?(?=/?\s)", said)
            assert address, f"the server did not say its address: {said!r}"
            yield address[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright
    from web.browser import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("INKDIGITS_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_page(browser: Browser, page_server: str, shots: Path) -> Iterator[Open]:
    """Opens tabs, closes them after the test and fails if one of them did what it must not do."""
    from web.browser import SIZES, visit

    with ExitStack() as stack:

        def open_(path: str = "/", *, size: str = "desktop", may_fail: bool = False, **options: Any) -> Visit:
            one = stack.enter_context(visit(browser, page_server, shots, **{**SIZES[size], **options}))
            one.may_fail = may_fail
            if path:
                one.open(path)
            return one

        yield open_


@pytest.fixture
def scribble(tmp_path: Path) -> Path:
    """A picture of a star, which is no digit."""
    image = Image.new("L", (160, 160), 245)
    pen = ImageDraw.Draw(image)
    for stroke in ([30, 30, 130, 130], [130, 30, 30, 130], [80, 20, 80, 140], [20, 80, 140, 80]):
        pen.line(stroke, fill=30, width=9)
    path = tmp_path / "star.png"
    image.save(path)
    return path
