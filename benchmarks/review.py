"""Reviews unsure cells through a real browser while the server is killed, and counts keys and what was lost.

::

    python benchmarks/review.py                              500 cells, 50 kills, some minutes
    python benchmarks/review.py --cells 40 --kills 4         a taste
    python benchmarks/review.py --results R.jsonl --truth labels.json    cells of your own

A script sits at the keyboard: it knows what is written, looks at the reading and the alternatives that the
page shows, and presses Enter, a letter, or types the text. The server is killed with kill -9 at moments by
chance and started again on the same port; the script goes on typing. In the end every cell has one answer,
which is what the script said, or it was lost.
"""

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from inkdigits.output.records import load_records
from inkdigits.review.work import Review, reviewed

_LETTERS = "abcde"
_PATIENCE = 120_000  # milliseconds
_SIDE = 48
_LAST = 3  # cells
_RIGHT = (0.55, 0.35)  # of the drawn cells: read right, an alternative is right; of the others neither


class Server:
    """``inkdigits review`` in a process of its own, on one port for as long as it is needed."""

    def __init__(self, results: Path) -> None:
        self.results, self.port, self.kills = results, 0, 0
        self.process = self._start()

    def kill(self) -> None:
        """Kills it with kill -9 and starts it again."""
        self.process.kill()
        self._let_go()
        self.kills += 1
        self.process = self._start()

    def end(self) -> None:
        """Ends it in its own time."""
        self.process.terminate()
        self._let_go()

    def _let_go(self) -> None:
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "inkdigits", "review", str(self.results), "--no-browser"]
        process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        found = re.search(r":(\d+)/", process.stdout.readline() if process.stdout else "")
        if found is None:
            raise SystemExit("the server did not start")
        self.port = int(found[1])
        return process


def drawn(folder: Path, cells: int, rng: random.Random) -> tuple[Path, list[str]]:
    """Writes a sheet and results of it that are unsure; returns them and what is written in each cell."""
    Image.fromarray(np.full((_SIDE, _SIDE * cells), 255, np.uint8)).save(folder / "sheet.png")
    numbers, truth = [], []
    for cell in range(cells):
        text = "".join(rng.choices("0123456789", k=rng.randint(1, 4)))
        place = rng.randrange(len(text))
        wrong = rng.choice([one for one in "0123456789" if one != text[place]])
        kind = rng.random()
        read = text if kind < _RIGHT[0] else f"{text[:place]}{wrong}{text[place + 1 :]}"
        other = text[place] if kind < sum(_RIGHT) else "."
        digits = [
            {
                "value": value,
                "confidence": 0.6,
                "box": [cell * _SIDE, 0, _SIDE, _SIDE],
                "alternatives": [[other, 0.3]] if at == place and other != value else [],
                "status": "unsure",
            }
            for at, value in enumerate(read)
        ]
        whole = {"text": read, "confidence": 0.6, "box": [cell * _SIDE, 0, _SIDE, _SIDE], "status": "unsure"}
        numbers.append({**whole, "digits": digits})
        truth.append(text)
    row = {"source": "sheet.png", "status": "unsure", "text": "", "confidence": 0.6, "numbers": numbers}
    path = folder / "readings.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path, truth


def answer(page: Page, cell_text: str, truth: str) -> tuple[str, int]:
    """Presses what answers the cell in sight; returns how it was answered and with how many keys."""
    shown = page.locator("#ask-choices .text").all_text_contents()
    if shown[0] != cell_text:
        raise SystemExit(f"the page shows {shown[0]}, expected {cell_text}")
    if truth in shown[: 1 + len(_LETTERS)]:
        index = shown.index(truth)
        page.keyboard.press("Enter" if index == 0 else _LETTERS[index - 1])
        return ("reading" if index == 0 else "alternative"), 1
    page.keyboard.type(truth)
    page.keyboard.press("Enter")
    return "typed", len(truth) + 1


def kill_now_and_then(server: Server, kills: int, done: threading.Event, pace: float, seed: int) -> None:
    """Kills the server so often, at moments by chance while the review goes on."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    while server.kills < kills and not done.wait(rng.uniform(0.2, pace)):
        server.kill()


def main() -> int:
    """Reviews, prints a table, and returns 1 where something was lost or took too many keys."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cells", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--results", type=Path, help="results of your own in place of drawn ones")
    parser.add_argument("--truth", type=Path, help="JSON: what is written in each of their cells, in order")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures there")
    args = parser.parse_args()
    rng = random.Random(args.seed)  # noqa: S311 - the same for the same seed, no secret
    with tempfile.TemporaryDirectory(prefix="review-") as name:
        if args.results:
            results = Path(name, args.results.name)
            shutil.copy(args.results, results)
            truth = json.loads(args.truth.read_text(encoding="utf-8"))
        else:
            results, truth = drawn(Path(name), args.cells, rng)
        figures = review(results, truth, args.kills, args.seed)
    print(json.dumps(figures, indent=2))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return int(
        figures["lost"] > 0 or figures["twice"] > 0 or figures["keys_where_offered"] > 2 * figures["offered"]
    )


def review(results: Path, truth: list[str], kills: int, seed: int) -> dict[str, float]:
    """Answers all cells while the server is killed; returns the figures."""
    records = load_records(results)
    server, done = Server(results), threading.Event()
    said: dict[int, str] = {}
    ways, keys = Counter[str](), Counter[str]()
    started = time.perf_counter()
    asked = sum(record.status == "unsure" for record in records)
    killer = threading.Thread(target=kill_now_and_then, args=(server, kills, done, 4.0, seed))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(f"http://127.0.0.1:{server.port}/review")
        page.get_by_label("Your name or initials").fill("script")
        page.keyboard.press("Enter")
        killer.start()
        while len(said) < asked:
            page.wait_for_selector("#ask:not([hidden]) #ask-choices[data-cell]")
            cell = int(page.locator("#ask-choices").get_attribute("data-cell") or "")
            if cell in said:
                raise SystemExit(f"cell {cell} was asked about twice")
            way, pressed = answer(page, records[cell].text, truth[cell])
            said[cell] = truth[cell]
            ways[way] += 1
            keys[way] += pressed
            if len(said) == asked - _LAST:
                killer.join()  # it was killed so often before the last cells are answered
        done.set()
        killer.join()
        page.wait_for_selector("#review-over:not([hidden])")
        page.get_by_text(f"All {asked} cells looked at").first.wait_for(state="attached")
        browser.close()
    seconds = time.perf_counter() - started
    server.end()
    outcome = reviewed(results)
    histories = Review(results).journal.histories()
    offered = ways["reading"] + ways["alternative"]
    return {
        "cells": asked,
        "kills": server.kills,
        "lost": sum(
            outcome[cell].text != text or outcome[cell].origin == "read" for cell, text in said.items()
        ),
        "twice": sum(len(answers) > 1 for answers in histories.values()),
        "reading_right": ways["reading"],
        "alternative_right": ways["alternative"],
        "typed": ways["typed"],
        "offered": offered,
        "keys_where_offered": keys["reading"] + keys["alternative"],
        "keys_a_cell_where_offered": (keys["reading"] + keys["alternative"]) / max(1, offered),
        "keys_a_cell": keys.total() / asked,
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
