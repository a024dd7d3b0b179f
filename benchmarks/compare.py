"""Numbers from forms and phone photos, read by inkdigits, RapidOCR and Tesseract, and the time for one cell.

Usage: python benchmarks/compare.py [--sample N] [--digits] [--json FILE]

Every tool gets the whole picture, decoded once, and may answer with 0123456789.,- alone. A number is right
when its whole text is; comma and point are the same. Intervals are Clopper-Pearson, 95 %. With ``--digits``
sets of single digits are read too. What is not installed, and sets that are not there, are left out with a
line.

RapidOCR reads with its recogniser alone, which is given the whole cell as its own finder of text would give a
line. Its model knows 6,622 characters: "digits alone" forbids it all others, which its users cannot ask for.
Tesseract is told that the picture is one line and which characters there are, and gets it twice as large: its
manual asks for capital letters of 20 pixels or more.

The time is that of the processor, over all threads: nothing is faster for using a second core. Both models
are given one thread. Rounds go through the cells of the forms, a few calls of one tool and a few of the other
in turn; figures are medians, the ratio is taken round by round.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import inkdigits
from inkdigits.data.datasets import load_dataset
from inkdigits.errors import DataError
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.picture.sources import load

SEED = 22
FORMS = "real/strings_forms"
NUMBERS = (FORMS, "real/strings_photos")
DIGITS = ("real/digits_usps", "real/digits_pen", "real/digits_semeion", "real/digits_records")
ALLOWED = "0123456789.,-"
ENLARGED = 2  # times, for Tesseract; three and four times read no more
ROUNDS = 100
CALLS = 3  # in a row, in each round

Pictures = list[np.ndarray]  # uint8 (H, W) or (H, W, 3) RGB
Tool = Callable[[Pictures], list[str]]


class MissingToolError(Exception):
    """A tool is not installed; says what installs it."""


def cleaned(text: str) -> str:
    """Returns what an answer has of the allowed characters; wide ones, as in Chinese print, count too."""
    return "".join(one for one in unicodedata.normalize("NFKC", text) if one in ALLOWED)


def same(text: str, label: str) -> bool:
    """Tells whether the whole text is right; comma and point are the same."""
    return text.replace(",", ".") == label.replace(",", ".")


def blue_first(picture: np.ndarray) -> np.ndarray:
    """Returns a picture as OpenCV's own loader gives it: uint8 (H, W, 3) BGR."""
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR if picture.ndim == 2 else cv2.COLOR_RGB2BGR)


def rapidocr_recogniser() -> Any:
    """Returns RapidOCR's recogniser, of one thread."""
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError:
        raise MissingToolError("pip install rapidocr-onnxruntime") from None
    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1).text_rec


def ours(expect: str) -> Tool:
    """Returns inkdigits, expecting a number or a digit."""
    reader = inkdigits.Reader(threads=1)
    return lambda pictures: [reader.read(picture, expect).text for picture in pictures]


def rapidocr(*, digits_alone: bool = False) -> Tool:
    """Returns RapidOCR, as it is or with all characters forbidden that no number has."""
    recogniser = rapidocr_recogniser()
    if digits_alone:
        decode = recogniser.postprocess_op
        names = ["", *ALLOWED]  # the first class is CTC's blank
        allowed = np.array([not index or name in names for index, name in enumerate(decode.character)])
        recogniser.postprocess_op = lambda shares, *rest, **more: decode(shares * allowed, *rest, **more)
    return lambda pictures: [cleaned(recogniser(blue_first(one))[0][0][0]) for one in pictures]


def tesseract() -> Tool:
    """Returns Tesseract's command line."""
    if shutil.which("tesseract") is None:
        raise MissingToolError("apt-get install tesseract-ocr, or see tesseract-ocr.github.io")
    settings = ("--psm", "7", "-c", f"tessedit_char_whitelist={ALLOWED}")

    def read(pictures: Pictures) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, f"{index}.png") for index in range(len(pictures))]
            for path, picture in zip(paths, pictures, strict=True):
                large = cv2.resize(picture, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
                cv2.imwrite(str(path), blue_first(large))
            names = Path(folder, "names.txt")
            names.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
            # One process for all pictures; a form feed stands between two answers, or behind each.
            command = ["tesseract", str(names), "stdout", *settings]
            one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
        return [cleaned(answer) for answer in done.stdout.split("\f")[: len(pictures)]]

    return read


TOOLS: dict[str, Callable[[], Tool]] = {
    "inkdigits": lambda: ours("number"),
    "RapidOCR": rapidocr,
    "RapidOCR, digits alone": lambda: rapidocr(digits_alone=True),
    "Tesseract": tesseract,
}


def available(makers: dict[str, Callable[[], Tool]]) -> dict[str, Tool]:
    """Returns the tools that are installed; prints a line for each that is not."""
    tools: dict[str, Tool] = {}
    for name, make in makers.items():
        try:
            tools[name] = make()
        except MissingToolError as missing:
            print(f"{name}: skipped, not installed: {missing}")
    return tools


def labelled(name: str, most: int | None) -> tuple[Pictures, list[str]]:
    """Returns the pictures and labels of a set, or a sample of it, the same in every run.

    Raises:
        DataError: it is not there.
    """
    found = load_dataset(name)
    picked = np.arange(len(found))
    if most is not None and most < len(found):
        picked = np.sort(np.random.default_rng(SEED).choice(picked, most, replace=False))
    return [load(found.images[index]) for index in picked], [found.labels[index] for index in picked]


def share(name: str, right: list[bool]) -> dict[str, float]:
    """Prints a share and its interval; returns them."""
    count, n = sum(right), len(right)
    low, high = clopper_pearson(count, n)
    print(f"  {name:30} {count / n:8.2%}  ({low:.2%} to {high:.2%}, n = {n})")
    return {"right": count, "n": n, "low": low, "high": high}


def accuracy(sets: tuple[str, ...], tools: dict[str, Tool], most: int | None) -> dict[str, Any]:
    """Reads sets with every tool, prints and returns how much is right."""
    figures: dict[str, Any] = {}
    for path in sets:
        name = Path(path).name
        try:
            pictures, labels = labelled(path, most)
        except DataError:
            print(f"{name}: skipped, there is no {path}; INKDIGITS_DATA names the folder of the data sets")
            continue
        answers = {tool: read(pictures) for tool, read in tools.items()}
        plain = [label.isdigit() for label in labels]
        groups = {name: [True] * len(labels)}
        if 0 < sum(plain) < len(plain):
            groups = {f"{name}, digits only": plain, **groups}
        for group, members in groups.items():
            print(group)
            figures[group] = {}
            for tool, texts in answers.items():
                right = [
                    same(text, label)
                    for text, label, member in zip(texts, labels, members, strict=True)
                    if member
                ]
                figures[group][tool] = share(tool, right)
    return figures


def block(call: Callable[[], object]) -> float:
    """Returns the median processor seconds of a few calls in a row; the first is not counted."""
    times: list[float] = []
    for _ in range(CALLS + 1):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times[1:])


def speed() -> dict[str, Any]:
    """Times one cell, prints and returns the milliseconds of both tools and their ratio."""
    cv2.setNumThreads(1)
    try:
        recogniser = rapidocr_recogniser()
        cells, _ = labelled(FORMS, ROUNDS)
    except (MissingToolError, DataError):
        print("time for one cell: skipped, it needs RapidOCR and the forms")
        return {}
    reader = inkdigits.Reader(threads=1)
    times: dict[str, list[float]] = {"inkdigits": [], "RapidOCR": []}
    for cell in cells:
        theirs = blue_first(cell)
        times["inkdigits"].append(block(lambda cell=cell: reader.read(cell, "number")))
        times["RapidOCR"].append(block(lambda theirs=theirs: recogniser(theirs)))
    ratio = statistics.median(one / other for one, other in zip(*times.values(), strict=True))
    milliseconds = {tool: 1000 * statistics.median(values) for tool, values in times.items()}
    print("time for one cell of a form, on one core")
    for tool, value in milliseconds.items():
        print(f"  {tool:30} {value:8.2f} ms")
    print(f"  {'time ratio':30} {ratio:8.2f}  ({len(cells)} rounds)")
    return {"ratio": ratio, "milliseconds": milliseconds}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, metavar="N", help="read N pictures of each set, not all")
    parser.add_argument("--digits", action="store_true", help="read the sets of single digits too")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    tools = available(TOOLS)
    sets = accuracy(NUMBERS, tools, args.sample)
    if args.digits:
        one_digit = {"inkdigits, told it is a digit": ours("digit")}
        sets |= accuracy(DIGITS, one_digit | tools, args.sample)
    times = speed()
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "compare", **times, "sets": sets}))


if __name__ == "__main__":
    main()
