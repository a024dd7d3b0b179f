"""Writes docs/page.png and docs/template.png, as a browser shows them.

That of `inkdigits serve` with an example that was read, that of `inkdigits template new` with a few fields.

Usage: python docs/make_page_picture.py [FILE]

It needs the development tools and Chromium (`apt-get install chromium`, or INKDIGITS_CHROMIUM names one).
Fonts and browsers differ from machine to machine, so `make docs` leaves the picture alone: make it anew when
the page has changed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

PICTURE = Path(__file__).with_name("page.png")
TEMPLATE = Path(__file__).with_name("template.png")
BLANK = Path(__file__).parent.parent / "example_forms" / "blank.png"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZE = {"width": 1280, "height": 1080}


def main() -> None:
    """Starts a server, presses an example and a number of it, and keeps what is seen."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    program = os.environ.get("INKDIGITS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        sys.exit("no Chromium found: run `apt-get install chromium`, or name one in INKDIGITS_CHROMIUM")
    with serving("serve") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{address}/#picture")
        page.get_by_role("button", name="Page of numbers").click()
        expect(page.locator("#picture-result .answer")).to_be_visible(timeout=60_000)
        page.reload()  # the first reading of a server takes longer, and says so
        page.get_by_role("button", name="Page of numbers").click()
        expect(page.locator("#picture-result .answer")).to_be_visible(timeout=60_000)
        page.locator("#picture-result .answer button").first.click()
        page.mouse.move(0, 0)  # nothing is pointed at
        page.screenshot(path=file, animations="disabled")
        browser.close()
    if file == PICTURE:
        draw_template()


def draw_template() -> None:
    """Takes some of the places that are found on the blank of the example forms, and keeps what is seen."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = os.environ.get("INKDIGITS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
        form = ("template", "new", str(BLANK), str(Path(folder) / "form.toml"))
        with serving(*form) as address:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page(viewport=SIZE | {"height": 900}, color_scheme="light")
            page.goto(address)
            page.wait_for_selector("html[data-ready]")
            for name, kind in (("customer", "digits"), ("day", "date"), ("before", "number")):
                page.locator(".offer").first.click()
                page.locator("#field-name").fill(name)
                page.locator("#field-type").select_option(kind)
            page.mouse.move(0, 0)
            page.screenshot(path=TEMPLATE, animations="disabled")
            browser.close()


@contextmanager
def serving(*command: str) -> Iterator[str]:
    """Gives the address of a server of its own, and ends it."""
    command = (sys.executable, "-m", "inkdigits", *command, "--no-browser", "--port", "0")
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True)  # noqa: S603 - ours
    try:
        yield process.stdout.readline().split()[-1].rstrip("/")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


if __name__ == "__main__":
    main()
