"""Numbers in cells, photos and whole pages, read by inkdigits, RapidOCR and Tesseract, and the time it takes.

Usage: python benchmarks/compare.py [--tool NAME]... [--sample N] [--digits] [--json FILE]

Every tool gets the whole picture, decoded once, and may answer with 0123456789.,- alone, where there are sums
with + too; ``other_tools.py`` says how the others are asked. inkdigits is told that a picture is a number or
a page, and is asked once more without that (``auto``). ``--tool`` asks one of the three alone. With
``--digits`` sets of single digits are read too. What is not installed, and sets that are not there, are left
out with a line.

A number is right when its whole text is; comma and point are the same. Of a page those count that are right
and in order: the longest common subsequence of what was read and what is written. How many a tool gave stands
behind; of many that are not there some are right by chance. Intervals are Clopper-Pearson, 95 %.

The time is that of the processor, over all threads: nothing is faster for using a second core. All models are
given one thread. Rounds go through the cells of the forms, a few calls of one tool and a few of the other in
turn, and the same with a page of 90 numbers that the project draws; figures are medians, the ratio is taken
round by round.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import other_tools
from other_tools import ALLOWED, Answers, Asked, MissingToolError, PageTool, Picture, Tool

import inkdigits
from inkdigits.data.datasets import load_dataset
from inkdigits.errors import DataError
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.picture.sources import load
from inkdigits.readings import Expect
from inkdigits.training.draw.page import make_page

SEED = 22
FORMS = "real/strings_forms"
SUMS = "real/numbers_signs"  # somewhere on a screen, with plus signs
NUMBERS = (FORMS, "real/strings_photos", "real/numbers_cells", SUMS)
PAGES = ("real/pages_sheets", "real/pages_desk")
DIGITS = ("real/digits_usps", "real/digits_pen", "real/digits_semeion", "real/digits_records")
A4 = (3508, 2480)  # pixels at 300 dots an inch
ROUNDS = 100  # cells
CALLS = 3  # in a row, in each round
PAGE_ROUNDS = 5  # of one call each
EXPECTED = {"auto": "inkdigits, auto", "digit": "inkdigits, told it is a digit"}  # as answers are listed


class LabelledSet(NamedTuple):
    """A set of pictures: its name, pictures and what is written on each."""

    name: str
    pictures: list[Picture]
    labels: list[str]


def comparable(text: str) -> str:
    """Returns a text with points for commas."""
    return text.replace(",", ".")


def same(text: str, label: str) -> bool:
    """Tells whether the whole text is right."""
    return comparable(text) == comparable(label)


def right_in_order(read: Sequence[str], label: str) -> tuple[int, int]:
    """Counts the numbers of a page that are right and in order.

    Args:
        read: numbers in reading order.
        label: what is written: numbers parted by spaces, rows by ``|``.

    Returns:
        The length of the longest common subsequence, and how many numbers are written.
    """
    written = comparable(label).replace("|", " ").split()
    longest = [0] * (len(written) + 1)  # of what was read so far and the first numbers written
    for number in map(comparable, read):
        before = longest.copy()
        for index, wanted in enumerate(written):
            found = before[index] + 1 if number == wanted else 0
            longest[index + 1] = max(found, longest[index], before[index + 1])
    return longest[-1], len(written)


def inkdigits_cells(*expects: Expect) -> Tool:
    """Returns inkdigits for pictures of one number, asked once with each expectation."""
    reader = inkdigits.Reader(threads=1)

    def read(pictures: list[Picture], _asked: Asked) -> Answers:
        return {
            EXPECTED.get(expect, "inkdigits"): [reader.read(picture, expect).text for picture in pictures]
            for expect in expects
        }

    return read


def inkdigits_pages() -> PageTool:
    """Returns inkdigits for pages, told that they are pages and not told so."""
    reader = inkdigits.Reader(threads=1)

    def read(page: Picture) -> Answers:
        readings = {expect: reader.read(page, expect) for expect in ("page", "auto")}
        return {
            EXPECTED.get(expect, "inkdigits"): [number.text for number in reading.numbers]
            for expect, reading in readings.items()
        }

    return read


CELL_TOOLS: dict[str, Callable[[], Tool]] = {
    "inkdigits": lambda: inkdigits_cells("number", "auto"),
    "RapidOCR": lambda: other_tools.RapidOCR().read_cells,
    "Tesseract": other_tools.tesseract,
}
PAGE_TOOLS: dict[str, Callable[[], PageTool]] = {
    "inkdigits": inkdigits_pages,
    "RapidOCR": lambda: other_tools.RapidOCR().read_page,
}


def available(makers: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    """Returns the tools that are installed; prints a line for each that is not."""
    tools: dict[str, Any] = {}
    for name, make in makers.items():
        try:
            tools[name] = make()
        except MissingToolError as missing:
            print(f"{name}: skipped, not installed: {missing}")
    return tools


def labelled(name: str, most: int | None) -> LabelledSet:
    """Returns a set, or a sample of it, the same in every run.

    Raises:
        DataError: it is not there.
    """
    found = load_dataset(name)
    picked = np.arange(len(found))
    if most is not None and most < len(found):
        picked = np.sort(np.random.default_rng(SEED).choice(picked, most, replace=False))
    pictures = [load(found.images[index]) for index in picked]
    return LabelledSet(Path(name).name, pictures, [found.labels[index] for index in picked])


def present(names: Iterable[str], most: int | None) -> Iterator[LabelledSet]:
    """Yields the sets that are there; prints a line for each that is not."""
    for name in names:
        try:
            found = labelled(name, most)
        except DataError:
            print(f"{name}: skipped, it is not there; INKDIGITS_DATA names the folder of the data sets")
        else:
            yield found


def share(name: str, count: int, n: int, more: str = "") -> dict[str, float]:
    """Prints a share and its interval; returns them."""
    low, high = clopper_pearson(count, n)
    print(f"  {name:30} {count / n:8.2%}  ({low:.2%} to {high:.2%}, n = {n}){more}")
    return {"right": count, "n": n, "low": low, "high": high}


def read_cells(names: Sequence[str], tools: dict[str, Tool], most: int | None) -> dict[str, Any]:
    """Reads sets of one number a picture with every tool, prints and returns how much is right."""
    figures: dict[str, Any] = {}
    for name, pictures, labels in present(names, most):
        asked = Asked(ALLOWED + "+", cut_out=False) if name == Path(SUMS).name else Asked()
        answers: Answers = {}
        for read in tools.values():
            answers |= read(pictures, asked)
        plain = [label.isdigit() for label in labels]
        groups = {name: [True] * len(labels)}
        if 0 < sum(plain) < len(plain):
            groups = {f"{name}, digits only": plain, **groups}
        for group, members in groups.items():
            print(group)
            figures[group] = {}
            for tool, texts in answers.items():
                right = [same(*pair) for *pair, member in zip(texts, labels, members, strict=True) if member]
                figures[group][tool] = share(tool, sum(right), len(right))
    return figures


def read_pages(names: Sequence[str], tools: dict[str, PageTool], most: int | None) -> dict[str, Any]:
    """Reads sets of whole pages with every tool, prints and returns how much is right and in order."""
    figures: dict[str, Any] = {}
    for name, pictures, labels in present(names, most):
        counts: dict[str, np.ndarray] = {}
        for picture, label in zip(pictures, labels, strict=True):
            for read in tools.values():
                for tool, numbers in read(picture).items():
                    page = np.array([*right_in_order(numbers, label), len(numbers)])
                    counts[tool] = counts.get(tool, 0) + page
        print(f"{name}, right and in order")
        figures[name] = {}
        for tool, (right, n, given) in ((tool, count.tolist()) for tool, count in counts.items()):
            figures[name][tool] = share(tool, right, n, f"  {given} given") | {"given": given}
    return figures


def block(call: Callable[[], object], calls: int) -> float:
    """Returns the median processor seconds of a few calls in a row; the first is not counted."""
    times: list[float] = []
    for _ in range(calls + 1):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times[1:])


def race(title: str, expect: Expect, pictures: Sequence[Picture], calls: int) -> dict[str, Any]:
    """Times inkdigits and RapidOCR, prints and returns the milliseconds of both and their ratio."""
    engine = other_tools.rapidocr_engine()
    reader = inkdigits.Reader(threads=1)
    steps = other_tools.WHOLE if expect == "page" else other_tools.RECOGNISE
    times: dict[str, list[float]] = {"inkdigits": [], "RapidOCR": []}
    for picture in pictures:
        theirs = other_tools.blue_first(picture)
        times["inkdigits"].append(block(partial(reader.read, picture, expect), calls))
        times["RapidOCR"].append(block(partial(engine, theirs, **steps), calls))
    ratio = statistics.median(ours / theirs for ours, theirs in zip(*times.values(), strict=True))
    milliseconds = {tool: 1000 * statistics.median(values) for tool, values in times.items()}
    print(f"time for {title}, on one core")
    for tool, value in milliseconds.items():
        print(f"  {tool:30} {value:8.2f} ms")
    print(f"  {'time ratio':30} {ratio:8.2f}  ({len(pictures)} rounds)")
    return {"ratio": ratio, "milliseconds": milliseconds}


def speed() -> dict[str, Any]:
    """Times a cell and a page; prints and returns the figures of the cell, with those of the page."""
    cv2.setNumThreads(1)
    try:
        other_tools.rapidocr_engine()
        cells = labelled(FORMS, ROUNDS).pictures
    except (MissingToolError, DataError):
        print("time: skipped, it needs RapidOCR and the forms")
        return {}
    rng = np.random.default_rng(SEED)
    page = make_page(None, rng, size=A4, count=(90, 90), digit=(58, 58), skew=0.0, layout="table").picture
    cell = race("one cell of a form", "number", cells, CALLS)
    return cell | {"page": race("an A4 page of numbers at 300 dots an inch", "page", [page] * PAGE_ROUNDS, 1)}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", action="append", choices=CELL_TOOLS, help="ask this one alone; repeatable")
    parser.add_argument("--sample", type=int, metavar="N", help="read N pictures of each set, not all")
    parser.add_argument("--digits", action="store_true", help="read the sets of single digits too")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    asked = args.tool or list(CELL_TOOLS)
    tools = available({name: make for name, make in CELL_TOOLS.items() if name in asked})
    page_tools = {name: make() for name, make in PAGE_TOOLS.items() if name in tools}
    sets = read_cells(NUMBERS, tools, args.sample)
    if args.digits:
        sets |= read_cells(DIGITS, {"digit": inkdigits_cells("digit"), **tools}, args.sample)
    sets |= read_pages(PAGES, page_tools, args.sample)
    times = speed() if {"inkdigits", "RapidOCR"} <= set(tools) else {}
    if found := other_tools.versions(tools):
        print(", ".join(found))
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "compare", **times, "sets": sets}))


if __name__ == "__main__":
    main()
