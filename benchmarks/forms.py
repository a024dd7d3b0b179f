"""Forms known beforehand: filled in by held-out writers, photographed at any turn, read by a template.

Usage: python benchmarks/forms.py [--forms N] [--foreign N] [--json FILE]

A form of nine fields is printed and filled in by the project, each by another writer of whom no model has
learned, photographed from any side and laid over its blank. Then other forms of the same office, with the
same
head, and pages and noise that are no form, have to be refused. Seeded; intervals are Clopper-Pearson, 95 %.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

from inkdigits.errors import SourceError
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.reader import Reader
from inkdigits.tables.areas import Area
from inkdigits.tables.checks import Sum
from inkdigits.tables.field_types import field_type
from inkdigits.tables.forms import FormReader
from inkdigits.tables.template import Field, Template
from inkdigits.training.draw.by_hand import write_by_hand
from inkdigits.training.draw.desk import on_desk
from inkdigits.training.draw.form import FormDesign, FormField, draw_blank, fill_in
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hand, draw_strokes
from inkdigits.training.draw.page import make_page
from inkdigits.training.draw.raster import strength_of
from inkdigits.training.learn.writers import hands_of, strokes_file

SEED = 17
PRINT = 1.2  # of full ink; how dark print is
PHOTO = (2000, 3000)  # pixels; the longer side of a photo, smallest and largest
OFFICE = (
    "Please fill in with a dark pen, one figure in each box, and send back within two weeks.",
    "Office for water and heat, 14 Harbour Street. Questions? Call us on weekdays from nine to four.",
)
CARD = FormDesign(
    "Meter card",
    OFFICE,
    (
        FormField("customer", "Customer number", "digits(9)", 9),
        FormField("day", "Day of the reading", "date(DMY)", 8),
        FormField("hour", "Hour", "time", 4),
        FormField("postcode", "Postcode", "digits(5)", 5),
        FormField("before", "Last reading", "number(0, 99999, 1)"),
        FormField("now", "Reading now", "number(0, 99999, 1)"),
        FormField("used", "Used, cubic metres", "number(0, 99999, 1)", -1),
        FormField("tariff", "Tariff", "choice(1, 2, 3, 4)", ticks=("day", "night", "mixed", "other")),
        FormField("estimated", "Reading is estimated", "mark", ticks=("yes",)),
    ),
    "Form 7-B, printed on recycled paper",
)
WORDS = (
    "Name of site", "Room", "Weight, kg", "Points", "Class", "Age", "Register number", "Sum", "Fee", "Week",
    "Shelf", "Sample", "Distance, km", "Number of guests", "Year of birth", "Telephone", "Account", "Batch",
    "Pressure, bar",
)  # fmt: skip


def template_of(design: FormDesign, blank: Path) -> Template:
    """Returns the template of a drawn form whose blank is in a file."""
    picture, places = draw_blank(design)
    height, width = picture.shape
    fields = []
    for one in design.fields:
        cells = tuple(Area(x / width, y / height, w / width, h / height) for x, y, w, h in places[one.name])
        comb = len(cells) > 1 and not one.ticks
        fields.append(Field(one.name, field_type(one.type), cells, comb))
    cv2.imwrite(str(blank), picture)
    sums = (Sum(("before", "used"), "now"),) if design is CARD else ()
    return Template(design.title, (blank,), tuple(fields), sums=sums)


def answers(rng: np.random.Generator) -> tuple[dict[str, str], dict[str, str]]:
    """Returns what is written into a card, and what the table has to say of it."""
    before, used = int(rng.integers(100, 60000)), int(rng.integers(1, 900))
    tariff = int(rng.integers(0, 4))
    estimated = rng.random() < 0.5
    written = {
        "customer": "".join(map(str, rng.integers(0, 10, 9))),
        "day": f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}{rng.integers(2019, 2030)}",
        "hour": f"{rng.integers(0, 24):02d}{rng.integers(0, 60):02d}",
        "postcode": f"{rng.integers(1000, 99999):05d}",
        "before": str(before),
        "now": str(before + used),
        "used": str(used),
    }
    told = dict(written) | {"tariff": str(tariff + 1), "estimated": "x" if estimated else ""}
    ticks = {"tariff": "".join("x" if index == tariff else " " for index in range(4))}
    return written | ticks | {"estimated": "x" if estimated else ""}, told


def writer(hand: Hand, rng: np.random.Generator):
    """Returns what writes a text, a digit or a tick by one hand."""

    def write(text: str) -> np.ndarray:
        if text == "x":
            cross = (
                [((0, 0), (60, 60)), ((60, 2), (0, 58))]
                if rng.random() < 0.6
                else [((0, 30), (22, 58), (62, 0))]
            )
            strokes = [np.array(points, np.float32) + rng.normal(0, 4, (len(points), 2)) for points in cross]
            return draw_strokes([one.astype(np.float32) for one in strokes], hand.pen * HEIGHT, 0.0, rng)
        if len(text) == 1:
            return hand.write(text, HEIGHT, rng)
        return write_by_hand(text, hand, rng).ink

    return write


def filled_in(rng: np.random.Generator) -> tuple[np.ndarray, dict[str, str]]:
    """Returns a photo of a card that a held-out writer filled in, and what the table has to say of it."""
    written, told = answers(rng)
    blank, places = draw_blank(CARD)
    hand = hands_of(strokes_file(), held=True, digit_height=HEIGHT).hand(rng)
    ink = fill_in(blank.shape, places, written, writer(hand, rng), rng)
    sheet = np.maximum(ink, PRINT * (1 - strength_of(blank)))
    return on_desk(sheet, int(rng.integers(*PHOTO)), rng).picture, told


def foreign(index: int, rng: np.random.Generator) -> np.ndarray:
    """Returns a picture that is not the card: another form of the office, a page, a photo of nothing."""
    if index % 5 == 4:
        return make_page(None, rng).picture if index % 2 else rng.integers(0, 255, (900, 700), np.uint8)
    names = [WORDS[place] for place in rng.permutation(len(WORDS))[: int(rng.integers(5, 12))]]
    fields = tuple(
        FormField(
            name, name, "free", int(rng.choice([0, 0, -1, 4, 5, 8, 9])), width=float(rng.uniform(0.15, 0.5))
        )
        for name in names
    )
    title = CARD.title if index % 5 == 3 else f"{names[0]} sheet"  # an older card: same head, other fields
    blank, _ = draw_blank(FormDesign(title, OFFICE, fields, CARD.foot))
    return on_desk(PRINT * (1 - strength_of(blank)), int(rng.integers(*PHOTO)), rng).picture


def share(name: str, count: int, total: int) -> None:
    """Prints a share and its interval."""
    low, high = clopper_pearson(count, max(1, total))
    print(f"{name:34} {count / max(1, total):8.2%}  ({low:.2%} to {high:.2%}, n = {total})", flush=True)


def read_forms(
    count: int, reader: FormReader, keep: Path | None
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """Fills in forms and reads them; returns counts of all, and of each field."""
    counts: Counter[str] = Counter()
    of_field: dict[str, Counter[str]] = {}
    seconds: list[float] = []
    for index in range(count):
        photo, told = filled_in(np.random.default_rng((SEED, index)))
        if keep:
            cv2.imwrite(str(keep / f"{index}.jpg"), photo)
        start = time.perf_counter()
        try:
            reading = reader.read(photo)
        except SourceError as error:
            print(f"form {index}: {error}")
            counts["fields"] += len(told)
            continue
        seconds.append(time.perf_counter() - start)
        counts["registered"] += 1
        for one in reading.fields:
            right, sure = one.text == told[one.name], one.status in ("ok", "empty")
            tally = Counter(fields=1, right=right, sure=sure, sure_right=right and sure)
            counts.update(tally)
            of_field.setdefault(one.name, Counter()).update(tally)
            if not right:
                print(f"  form {index} {one.name}: {told[one.name]} read as {one.text}, {one.status}")
    counts["milliseconds"] = round(1000 * float(np.median(seconds or [0.0])))
    return counts, of_field


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=30, metavar="N", help="how many filled forms (30)")
    parser.add_argument("--foreign", type=int, default=50, metavar="N", help="how many other pictures (50)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the pictures here too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        reader = FormReader(template_of(CARD, Path(folder, "blank.png")), Reader())
        counts, of_field = read_forms(args.forms, reader, args.keep)
        share("forms laid over their blank", counts["registered"], args.forms)
        share("fields right", counts["right"], counts["fields"])
        share("fields that are sure", counts["sure"], counts["fields"])
        share("fields right, of the sure ones", counts["sure_right"], counts["sure"])
        for name, tally in of_field.items():
            told = (
                f"{tally['right'] / tally['fields']:8.2%}  sure {tally['sure']}, right {tally['sure_right']}"
            )
            print(f"  {name:32} {told}")
        for index in range(args.foreign):
            try:
                reader.read(foreign(index, np.random.default_rng((SEED + 1, index))))
                print(f"  other picture {index} is taken for the form")
            except SourceError:
                counts["refused"] += 1
        share("other pictures refused", counts["refused"], args.foreign)
    print(f"{'median time of a form':34} {counts['milliseconds']:6} ms")
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "forms", **counts}))


if __name__ == "__main__":
    main()
