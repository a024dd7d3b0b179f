"""A finder: what is read of labelled sets with it, beside the shipped one, and pictures of what it sees.

Usage: python benchmarks/finder.py BUNDLE --data FOLDER… [--expect known|auto] [--most N] [--annotate DIR]
       [--json FILE]

Both readers have the shipped digit and number models. Of pages it is told how many of the written numbers are
read right, how many of the sure ones are wrong or not there, and how many rows are whole; of other pictures
how many are right, and how many of all are sure and wrong. With ``--annotate`` the marks of each picture are
drawn on what the finder sees of it: blue for characters, red for other marks, yellow from each to the next of
its number.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np

import inkdigits
from inkdigits import spec
from inkdigits.data.datasets import load_dataset
from inkdigits.data.labelled import Dataset
from inkdigits.find.linking import numbers_of
from inkdigits.find.marks import Marks
from inkdigits.ink.shades import Inks
from inkdigits.ink.zoom import finder_ink
from inkdigits.measure.evaluation import evaluate
from inkdigits.picture.sources import load
from inkdigits.recognition.model import Model

SIDE = 1600  # pixels; longer side of annotated pictures that are enlarged
BLUE, RED, GREEN, YELLOW = (255, 60, 0), (0, 0, 255), (0, 130, 0), (0, 190, 190)


def part_of(dataset: Dataset, most: int) -> Dataset:
    """Returns at most so many pictures of a set, evenly spread."""
    places = np.unique(np.linspace(0, len(dataset) - 1, min(most, len(dataset))).round().astype(int))

    def some(values: Sequence) -> list:
        return [values[place] for place in places] if len(values) else values

    return replace(
        dataset,
        images=some(dataset.images),
        labels=tuple(some(dataset.labels)),
        kinds=tuple(some(dataset.kinds)),
        expects=tuple(some(dataset.expects)),
    )


def measured(reader: inkdigits.Reader, dataset: Dataset, expect: str) -> dict[str, float]:
    """Returns the figures of a reader on a set."""
    start = time.perf_counter()
    found = evaluate(reader, dataset, expect=expect)
    seconds = (time.perf_counter() - start) / len(dataset)
    if found.pages is not None:
        pages = asdict(found.pages)
        return {
            "right": pages["right"] / pages["written"],
            "sure wrong": pages["sure_wrong"] / max(1, pages["sure"]),
            "rows whole": pages["rows_whole"] / max(1, pages["rows"]),
            "read": pages["read"] / pages["written"],
            "ms": 1000 * seconds,
        }
    sure = np.array([status == "ok" for status in found.statuses])
    right = np.array(found.labels) == np.array(found.predictions)
    figures = {"right": right.mean(), "sure wrong": (sure & ~right).mean(), "sure": sure.mean()}
    return {**{name: float(value) for name, value in figures.items()}, "ms": 1000 * seconds}


def drawn(shades: np.ndarray, marks: Marks) -> np.ndarray:
    """Returns what the finder sees, BGR, with its marks."""
    zoom = max(1, SIDE // max(shades.shape))
    canvas = cv2.resize(255 - shades, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_NEAREST)
    canvas = cv2.cvtColor(canvas, cv2.COLOR_GRAY2BGR)
    for (x, y, width, height), chances in zip(zoom * marks.places, marks.chances, strict=True):
        label = spec.NUMBER_LABELS[int(chances.argmax())]
        corners = [(round(x - side * width / 2), round(y - side * height / 2)) for side in (1.0, -1.0)]
        cv2.rectangle(canvas, *corners, RED if label == spec.OTHER else BLUE, 1)
        cv2.putText(canvas, label, corners[0], cv2.FONT_HERSHEY_SIMPLEX, 0.5, GREEN, 1, cv2.LINE_AA)
    for number in numbers_of(marks):
        middles = (zoom * marks.places[number, :2]).round().astype(int)
        cv2.polylines(canvas, [middles], isClosed=False, color=YELLOW, thickness=2)
    return canvas


def annotate(finder: Model, dataset: Dataset, folder: Path) -> None:
    """Writes a picture of each source of a set with the marks that are found."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, source in enumerate(dataset.images):
        shades = finder_ink(Inks(load(source))).shades
        cv2.imwrite(str(folder / f"{index:04}.png"), drawn(shades, finder.find_marks(shades)))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path, help="the finder")
    parser.add_argument("--data", nargs="+", required=True, help="labelled sets, by name or path")
    parser.add_argument(
        "--expect", choices=("known", "auto"), default="auto", help="what readers are told (auto)"
    )
    parser.add_argument("--most", type=int, default=1000, metavar="N", help="pictures of a set (1000)")
    parser.add_argument("--annotate", type=Path, metavar="DIR", help="draw what is found here")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    readers = {
        "shipped": inkdigits.Reader(threads=2),
        "given": inkdigits.Reader(finder=args.bundle, threads=2),
    }
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for name in args.data:
        dataset = part_of(load_dataset(name, "test"), args.most)
        print(f"{Path(name).name}, {len(dataset)} pictures, {args.expect}")
        for way, reader in readers.items():
            one = measured(reader, dataset, args.expect)
            figures.setdefault(name, {})[way] = one
            told = (
                f"{key} {value:8.1f}" if key == "ms" else f"{key} {value:7.2%}" for key, value in one.items()
            )
            print(f"  {way:8}", "  ".join(told))
        if args.annotate:
            annotate(readers["given"].finder, dataset, args.annotate / Path(name).name)
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "finder", "sets": figures}))


if __name__ == "__main__":
    main()
