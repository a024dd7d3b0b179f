"""What a second reader adds: numbers that become sure, how many of them are wrong, and what it costs in time.

Usage: python benchmarks/second.py [--data SET]... [--most N] [--json FILE]

Each picture of a set is read with ``auto`` and the default ``max_error``, alone and with RapidOCR as a second
reader, which is asked about the numbers that are unsure. Of pages the numbers are counted. The ratio is that
of the processor time of both, on one core, over all pictures; sets that are not at hand are left out.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

import inkdigits
from inkdigits.data.datasets import load_dataset
from inkdigits.data.labelled import Dataset
from inkdigits.errors import DataError
from inkdigits.measure.entries import Answer, Entry, entries_of_pages, entries_of_pictures, known_of
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.measure.scoring import right_answers
from inkdigits.recognition.second import second_reader
from inkdigits.training.judge.held import HELD_NAMES, held_sets

SETS = (
    "real/strings_forms",
    "real/strings_photos",
    "real/numbers_cells",
    "real/digits_records",
    "real/cases_made",
    "real/pages_sheets",
    "real/pages_desk",
    "real/not_digits_letters",
    "strokes_held_numbers",
    "strokes_held_letters",
)


def part_of(dataset: Dataset, most: int) -> list[int]:
    """Returns the places of at most so many pictures, spread over the set."""
    return np.unique(np.linspace(0, len(dataset) - 1, min(most, len(dataset))).astype(int)).tolist()


def entries_of(
    reader: inkdigits.Reader, dataset: Dataset, places: list[int]
) -> tuple[list[Entry], float, list]:
    """Returns the entries of a set's pictures, the seconds that they took, and the readings."""
    start = time.process_time()
    readings = [reader.read(dataset.images[place]) for place in places]
    seconds = time.process_time() - start
    labels = [dataset.labels[place] for place in places]
    answers = [Answer(reading) for reading in readings]
    known = known_of(dataset)
    if "page" in known and any("|" in label for label in labels):
        return entries_of_pages(labels, answers)[0], seconds, readings
    return entries_of_pictures(labels, [known[place] for place in places], answers), seconds, readings


def sure_of(entries: list[Entry]) -> tuple[int, int]:
    """Returns how many are sure, and how many of these wrong."""
    right = right_answers(*zip(*((one.label, one.prediction, one.status) for one in entries), strict=True))
    sure = np.array([one.status == "ok" for one in entries])
    return int(sure.sum()), int((sure & ~right).sum())


def share(count: int, n: int) -> str:
    """Returns a share of something with its interval."""
    if not n:
        return "none"
    low, high = clopper_pearson(count, n)
    return f"{count} of {n}, {count / n:.2%} ({low:.2%} to {high:.2%})"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", action="append", metavar="SET", help="in place of all; may be repeated")
    parser.add_argument("--most", type=int, default=100, metavar="N", help="pictures of a set (100)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    rapid = second_reader("rapidocr")
    rapid.read([np.full((40, 40), 255, np.uint8)])  # loads its network
    alone, both = inkdigits.Reader(), inkdigits.Reader(second=rapid)
    figures = {}
    for name in args.data or SETS:
        try:
            dataset = held_sets(name)[0] if name in HELD_NAMES else load_dataset(name, "test")
        except DataError as error:
            print(f"{name}: left out, {error}")
            continue
        places = part_of(dataset, args.most)
        first, seconds, _ = entries_of(alone, dataset, places)
        second, longer, readings = entries_of(both, dataset, places)
        asked = [one for reading in readings for one in reading.numbers if one.second is not None]
        alike = sum(one.second == one.text for one in asked)
        before, after = sure_of(first), sure_of(second)
        n = sum(one.counts for one in first)
        print(f"{Path(name).name}, n = {n}")
        print(f"  asked about            {len(asked)}, read alike {alike}")
        print(f"  sure alone             {before[0] / n:7.2%}, of these wrong {share(before[1], before[0])}")
        print(f"  sure with the second   {after[0] / n:7.2%}, of these wrong {share(after[1], after[0])}")
        more, worse = after[0] - before[0], after[1] - before[1]
        print(f"  made sure              {more}, of these wrong {worse}")
        print(f"  time ratio             {longer / seconds:7.2f}", flush=True)
        figures[name] = {"n": n, "alone": before, "with": after, "asked": len(asked), "alike": alike}
        figures[name]["seconds"] = (seconds, longer)
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "second", "sets": figures}))


if __name__ == "__main__":
    main()
