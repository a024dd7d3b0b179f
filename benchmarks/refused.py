"""What is no digit, and paper with nothing on it: how much is answered, and how well confidence tells it.

Usage: python benchmarks/refused.py [--marks N] [--papers N] [--kind NAME]... [--wrong DIR] [--json FILE]

Each picture is read with ``auto``, and with what it would be taken for: a digit, a number, a page. Answered
is what has status "ok". AUROC is the chance that a digit is surer than one of the kind; the digits are as
many, by the same writers, on the same papers under the same camera. Refused is what is less sure than 99 of
100 of them. A ring of which it is said that it is a digit may well be a 0. The sets of letters that
``INKDIGITS_DATA`` holds are asked too, against the same digits. All is seeded.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import refused_kinds as made

import inkdigits
from inkdigits.data.datasets import load_dataset
from inkdigits.errors import DataError
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.measure.rejection import KEPT, area_under_roc
from inkdigits.picture.sources import load
from inkdigits.readings import Expect, Reading
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hands
from inkdigits.training.judge.held import HELD_NAMES, held_sets
from inkdigits.training.learn.writers import hands_of, strokes_file

SEED = 26
SETS = ("real/not_digits_letters", "strokes_held_letters")
EMPTY = ("noise", "light", "blank paper")  # where nothing at all may be answered


def pictures(kind: str, count: int, hands: Hands) -> Iterator[tuple[made.Picture, Expect]]:
    """Yields the pictures of a kind, and what each would be taken for; of a set all, whatever the count."""
    if kind in SETS:
        dataset = held_sets(kind)[0] if kind in HELD_NAMES else load_dataset(kind, "test")
        for image, known in zip(dataset.images, dataset.expects or ("digit",) * len(dataset), strict=True):
            yield load(image), known or "digit"
        return
    one = made.kinds(hands)[kind]
    for index in range(count):
        yield one.make(np.random.default_rng((SEED, index))), one.known


def confidence_of(reading: Reading) -> float:
    """Returns how sure the surest number is; 0 for none."""
    return max((number.confidence for number in reading.numbers), default=0.0)


def is_answered(reading: Reading) -> bool:
    """Tells whether any number is sure."""
    return any(number.status == "ok" for number in reading.numbers)


def line(kind: str, way: str, values: list[float], answered: int, digits: list[float]) -> str:
    """Returns the figures of a kind as a line."""
    n = len(values)
    low, high = clopper_pearson(answered, n)
    told = f"{kind:24} {way:7} answered {answered / n:7.2%}  ({low:.2%} to {high:.2%}, n = {n})"
    if kind in EMPTY:
        return told
    threshold = float(np.quantile(digits, 1 - KEPT, method="lower"))
    refused = float((np.array(values) < threshold).mean())
    return f"{told}  AUROC {area_under_roc(digits, values):.4f}  refused {refused:.2%}"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--marks", type=int, default=300, metavar="N", help="how many of each kind (300)")
    parser.add_argument(
        "--papers", type=int, default=2000, metavar="N", help="how many of blank paper (2000)"
    )
    parser.add_argument("--kind", action="append", metavar="NAME", help="of this kind alone; may be repeated")
    parser.add_argument("--wrong", type=Path, metavar="DIR", help="keep what is answered as pictures here")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    reader = inkdigits.Reader()
    digits: dict[str, list[float]] = {"auto": [], "digit": []}
    for index in range(args.marks):
        picture, _ = made.digit(hands, np.random.default_rng((SEED, index)))
        digits["auto"].append(confidence_of(reader.read(picture)))
        digits["digit"].append(confidence_of(reader.read(picture, "digit")))
    figures = {}
    for kind in args.kind or (*made.kinds(hands), *SETS):
        values: dict[str, list[float]] = {"auto": [], "known": []}
        answered = dict.fromkeys(values, 0)
        try:
            every = pictures(kind, args.papers if kind == "blank paper" else args.marks, hands)
            for index, (picture, known) in enumerate(every):
                for way, sure in values.items():
                    reading = reader.read(picture, "auto" if way == "auto" else known)
                    sure.append(confidence_of(reading))
                    if not is_answered(reading):
                        continue
                    answered[way] += 1
                    if args.wrong:
                        args.wrong.mkdir(parents=True, exist_ok=True)
                        name = f"{Path(kind).name} {index} {way} {reading.text}".replace("/", "|")[:80]
                        cv2.imwrite(str(args.wrong / f"{' '.join(name.split())}.png"), picture)
        except DataError as error:
            print(f"{kind}: left out, {error}")
            continue
        for way, sure in values.items():
            against = digits["auto" if way == "auto" else "digit"]
            print(line(kind, way, sure, answered[way], against), flush=True)
        figures[kind] = {"n": len(values["auto"]), "answered": answered}
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "refused", "kinds": figures}))


if __name__ == "__main__":
    main()
