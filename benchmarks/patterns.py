"""Dates and numbers of nine digits by held-out writers, photographed: errors with their pattern and without.

Usage: python benchmarks/patterns.py [--numbers N] [--json FILE]

Each is made of one writer's own characters, of writers whom no model has learned from, and photographed in a
cell; seeded. It is read twice: with nothing said, and with the pattern of what is asked for there.
"""

import argparse
import json
from pathlib import Path

import numpy as np

import inkdigits
from inkdigits.training.draw.by_hand import write_by_hand
from inkdigits.training.draw.cell import picture_of
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.learn.writers import hands_of, strokes_file

SEED = 14
DIGIT = (16.0, 44.0)  # pixels; height of a digit in the picture, smallest and largest
KINDS = {
    "dates": r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(19|20)\d\d",
    "numbers of nine digits": r"\d{9}",
}


def text_of(kind: str, rng: np.random.Generator) -> str:
    """Returns a date, or a number of nine digits."""
    if kind == "dates":
        return f"{rng.integers(1, 32):02d}/{rng.integers(1, 13):02d}/{rng.integers(1930, 2031)}"
    return "".join(str(value) for value in rng.integers(0, 10, 9))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--numbers", type=int, default=500, metavar="N", help="how many of each kind (500)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    reader = inkdigits.Reader()
    figures = {}
    for kind, pattern in KINDS.items():
        rng = np.random.default_rng(SEED)
        wrong = {"without": 0, "with": 0}
        sure = dict(wrong)
        for _ in range(args.numbers):
            text = text_of(kind, rng)
            ink = write_by_hand(text, hands.hand(rng), rng)
            height = round(float(np.exp(rng.uniform(*np.log(DIGIT)))))
            picture, _ = picture_of(ink.ink, ink.ink, height, rng, edges=ink.edges)
            readings = {
                "without": reader.read(picture, "number"),
                "with": reader.read(picture, "number", pattern=pattern),
            }
            for how, reading in readings.items():
                wrong[how] += reading.text != text
                sure[how] += reading.text != text and reading.status == "ok"
        shares = {how: f"{wrong[how] / args.numbers:.1%}" for how in wrong}
        surely = " and ".join(f"{sure[how] / args.numbers:.1%}" for how in sure)
        print(
            f"{kind}: wrong {shares['without']} without, {shares['with']} with {pattern}: "
            f"{wrong['with'] / max(1, wrong['without']):.2f} of the errors; wrong and sure {surely} "
            f"(n = {args.numbers})"
        )
        figures[kind] = {"wrong": wrong, "sure": sure, "n": args.numbers}
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "patterns", **figures}))


if __name__ == "__main__":
    main()
