"""Writes docs/review.png, the page of a review with a cell of an example: ``python docs/make_review.py``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
PICTURE = Path(__file__).with_name("review.png")
SOURCE = "examples/numbers/page-ruled-list.jpg"
SHOWN = 0.01  # risk above which a number of the example is asked about


def main() -> None:
    """Reads the example, opens its review and takes a picture of it."""
    import inkdigits

    reading = inkdigits.Reader(max_error=SHOWN).read(ROOT / SOURCE, "page").to_dict()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "readings.jsonl")
        results.write_text(json.dumps({**reading, "source": SOURCE}) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "inkdigits", "review", str(results), "--no-browser", "--port", "0"]
        with subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        ) as server:
            try:
                said = server.stdout.readline() if server.stdout else ""
                address = re.findall(r"http://\S+", said)[0]
                photograph(f"{address}review")
            finally:
                server.terminate()


def photograph(address: str) -> None:
    """Takes a picture of the first cell."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1180, "height": 830})
        page.goto(address)
        page.get_by_label("Your name or initials").fill("Ann")
        page.keyboard.press("Enter")
        page.wait_for_selector("#ask-shown:not([hidden]) #ask-picture")
        page.evaluate("document.getElementById('ask-picture').decode()")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
