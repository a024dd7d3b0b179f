"""Whose form it is, where the numbers on it are misread: classes of 100 matched with their list.

Usage: python benchmarks/roster.py [--classes N] [--misread P] [--json FILE]

Digits by writers of whom no model has learned are drawn faint and small and read by the shipped model, which
misreads some; each keeps its confidence and its alternatives. Of these a class is put together: the number of
each of 100 students, with that share of its digits misread. The numbers are by chance, or follow each other
as those of a year do, or do and end with a check digit (Luhn); or a tenth of the class is absent and five
strangers hand in. Seeded; intervals are Clopper-Pearson, 95 %.
"""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from stdnum import luhn

import inkdigits
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.readings import Box, Digit, FieldReading, Number, Reading
from inkdigits.tables.areas import Area
from inkdigits.tables.field_types import field_type
from inkdigits.tables.roster import Roster, matched
from inkdigits.tables.template import ROSTER, Field, Template
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.learn.writers import hands_of, strokes_file

SEED = 23
STUDENTS = 100
LENGTH = 7  # digits of a student's number
STRANGERS, ABSENT = 5, 10
HEIGHTS = (14, 28)  # pixels of a digit, lowest and highest
DARK = (60, 160)  # shades from paper to ink
NOISE = 8.0  # shades
BOX = Box(0, 0, 10, 10)
TEMPLATE = Template(
    "class",
    (Path("blank.png"),),
    (Field("student", field_type(f"digits({LENGTH})"), (Area(0, 0, 1, 1),), roster="number"),),
)
Pool = dict[str, dict[bool, list[Digit]]]


def read_digits(count: int) -> Pool:
    """Reads drawn digits; returns them by what is written, those that are right and those that are not."""
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    reader = inkdigits.Reader()
    pool: Pool = {str(value): {True: [], False: []} for value in range(10)}
    for index in range(count):
        rng = np.random.default_rng((SEED, index))
        value = str(index % 10)
        ink = hands.hand(rng).write(value, HEIGHT, rng)
        height = int(rng.integers(*HEIGHTS))
        width = max(2, round(ink.shape[1] * height / ink.shape[0]))
        small = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        paper = np.full((2 * height, width + height), 235, np.float32)
        top, left = height // 2, height // 2
        paper[top : top + height, left : left + width] -= rng.uniform(*DARK) * small
        picture = np.clip(paper + rng.normal(0, NOISE, paper.shape), 0, 255).astype(np.uint8)
        numbers = reader.read(picture, "digit").numbers
        if numbers and len(numbers[0].digits) == 1:
            pool[value][numbers[0].text == value].append(numbers[0].digits[0])
    return pool


def form(number: str, pool: Pool, misread: float, rng: np.random.Generator) -> tuple[Reading, int]:
    """Returns what is read of a student's number, and how many of its digits are wrong."""
    digits: list[Digit] = []
    for value in number:
        wrong = rng.random() < misread
        those = pool[value][not wrong]
        digits.append(those[int(rng.integers(len(those)))])
    text = "".join(one.value for one in digits)
    sure = float(np.prod([one.confidence for one in digits]))
    told = Number(text, sure, BOX, tuple(digits))
    field = FieldReading("student", text, "ok", sure, BOX, None, None, told)
    errors = sum(one != other for one, other in zip(text, number, strict=True))
    return Reading("form", "ok", text, sure, (told,), None, (field,)), errors


def numbers_of(kind: str, count: int, rng: np.random.Generator) -> list[str]:
    """Returns different numbers of students."""
    if kind == "by chance":
        return [f"{value:0{LENGTH}d}" for value in rng.choice(10**LENGTH, count, replace=False)]
    first = int(rng.integers(10 ** (LENGTH - 2), 10 ** (LENGTH - 1) - count))
    if kind == "with a check digit":
        return [f"{first + place}{luhn.calc_check_digit(str(first + place))}" for place in range(count)]
    return [f"{10 * first + place}" for place in range(count)]


def one_class(kind: str, pool: Pool, misread: float, rng: np.random.Generator, absent: int) -> Counter[str]:
    """Matches a class, of whom so many are absent and as many as half of these are strangers."""
    strangers = STRANGERS if absent else 0
    numbers = numbers_of(kind, STUDENTS + strangers, rng)
    roster = Roster(("number", "name"), tuple((one, f"name of {one}") for one in numbers[:STUDENTS]))
    there = [numbers[place] for place in rng.permutation(STUDENTS)[: STUDENTS - absent]] + numbers[STUDENTS:]
    forms = [form(one, pool, misread, rng) for one in there]
    start = time.perf_counter()
    out = matched([reading for reading, _ in forms], TEMPLATE, roster)
    counts = Counter(milliseconds=round(1000 * (time.perf_counter() - start)))
    listed = set(numbers[:STUDENTS])
    for reading, number, (_, errors) in zip(out, there, forms, strict=True):
        told = next(one for one in reading.fields if one.name == f"{ROSTER}number")
        right = told.text == (number if number in listed else "")
        sure = told.status == "ok"
        counts.update(forms=1, digits=LENGTH, misread=errors, right=right, sure=sure)
        counts.update(sure_wrong=sure and not right, damaged=errors > 0, mended=errors > 0 and right)
    return counts


def share(count: int, total: int) -> str:
    """Returns a share with its interval."""
    low, high = clopper_pearson(count, max(1, total))
    return f"{count / max(1, total):.2%} ({low:.2%} to {high:.2%}, n = {total})"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--classes", type=int, default=50, metavar="N", help="how many of each kind (50)")
    parser.add_argument("--misread", type=float, default=0.03, metavar="P", help="share of digits (0.03)")
    parser.add_argument("--digits", type=int, default=12000, metavar="N", help="how many are drawn (12000)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    pool = read_digits(args.digits)
    wrong = sum(len(one[False]) for one in pool.values())
    print(f"{wrong} of {args.digits} drawn digits misread")
    kinds = [("by chance", 0), ("one after the other", 0), ("with a check digit", 0)]
    figures: dict[str, dict[str, int]] = {}
    for kind, absent in [*kinds, ("by chance", ABSENT), ("one after the other", ABSENT)]:
        counts: Counter[str] = Counter()
        for place in range(args.classes):
            rng = np.random.default_rng((SEED, place, absent))
            counts += one_class(kind, pool, args.misread, rng, absent)
        name = kind + (", some absent, some strangers" if absent else "")
        print(f"{name}: {counts['misread'] / counts['digits']:.2%} of the digits misread")
        print(f"  right {share(counts['right'], counts['forms'])}")
        print(f"  right, of those with a misread digit {share(counts['mended'], counts['damaged'])}")
        print(f"  sure {share(counts['sure'], counts['forms'])}, of these wrong {counts['sure_wrong']}")
        print(f"  {counts['milliseconds'] / args.classes:.0f} ms a class", flush=True)
        figures[name] = dict(counts)
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "roster", "misread": args.misread, "figures": figures}))


if __name__ == "__main__":
    main()
