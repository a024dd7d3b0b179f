"""Whole pages of numbers: how many are found and read, what is found that is none, and how long it takes.

Usage: python benchmarks/pages.py [--pages N] [--json FILE]

The pages are made by ``inkdigits.training.draw.page`` of digits by writers of whom no
model has learned, seeded. A number counts as
read when its text is right and its box overlaps the true one by half (intersection over union). Intervals are
Clopper-Pearson, 95 %.
"""

import argparse
import json
import statistics
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from held_digits import held_digits

import inkdigits
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.picture import sources as images
from inkdigits.readings import Number
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.page import Page, make_page

SEED = 20
OVERLAP = 0.5  # intersection over union
A4 = (3508, 2480)  # pixels at 300 dots an inch
ROUNDS = 15


def judge(page: Page, found: list[Number]) -> Counter[str]:
    """Counts what was found, what was read, what is none, and what is sure and wrong or none."""
    counts = Counter(numbers=len(page.numbers), finds=len(found))
    free = list(range(len(found)))
    for text, box in page.numbers:
        best = max(free, key=lambda index: box.overlap(found[index].box), default=None)
        if best is None or box.overlap(found[best].box) < OVERLAP:
            continue
        free.remove(best)
        counts["found"] += 1
        counts["read"] += found[best].text == text
        counts["sure wrong"] += found[best].text != text and found[best].status == "ok"
    counts["false"] += len(free)
    counts["sure wrong"] += sum(found[index].status == "ok" for index in free)
    return counts


def share(name: str, count: int, total: int) -> None:
    """Prints a share and its interval."""
    low, high = clopper_pearson(count, total)
    print(f"{name:32} {count / total:8.2%}  ({low:.2%} to {high:.2%}, n = {total})")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=100, metavar="N", help="how many pages (100)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    reader = inkdigits.Reader(threads=2)

    def find(picture: np.ndarray) -> list[Number]:
        return list(reader.read(picture, expect="page").numbers)

    glyphs = Glyphs(*held_digits())
    total: Counter[str] = Counter()
    of_layout: dict[str, Counter[str]] = {}
    for index in range(args.pages):
        page = make_page(glyphs, np.random.default_rng((SEED, index)))
        counts = judge(page, find(page.picture))
        total += counts
        of_layout.setdefault(page.layout, Counter()).update(counts)
    share("numbers found", total["found"], total["numbers"])
    share("numbers read and found", total["read"], total["numbers"])
    share("finds that are no number", total["false"], total["finds"])
    share("finds sure and wrong, or none", total["sure wrong"], total["finds"])
    for layout, counts in sorted(of_layout.items()):
        print(f"  {layout:30} {counts['read'] / counts['numbers']:8.2%}  false {counts['false']}")
    seconds = timed(glyphs, find)
    print(f"{'A4 at 300 dots an inch':32} {1000 * seconds[0]:6.0f} ms, decoding {1000 * seconds[1]:.0f} ms")
    print(f"{'time ratio':32} {seconds[0] / seconds[1]:6.2f}  ({ROUNDS} rounds)")
    if args.json:
        figures = {"benchmark": "pages", "ratio": seconds[0] / seconds[1], **total}
        args.json.write_text(json.dumps(figures))


def timed(glyphs: Glyphs, find) -> tuple[float, float]:
    """Returns median seconds for a page of about 300 digits, and for decoding it from PNG."""
    rng = np.random.default_rng(SEED)
    page = make_page(glyphs, rng, size=A4, count=(90, 90), digit=(58, 58), skew=0.0, layout="table")
    packed = cv2.imencode(".png", page.picture)[1].tobytes()
    reads, decodes = [], []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        picture = images.load(packed)
        middle = time.perf_counter()
        find(picture)
        decodes.append(middle - start)
        reads.append(time.perf_counter() - middle)
    return statistics.median(reads[1:]), statistics.median(decodes[1:])


if __name__ == "__main__":
    main()
