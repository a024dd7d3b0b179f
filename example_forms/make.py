"""Draws the form of this folder: its blank, its template, five filled-in ones, a list of who sends them.

Usage: python example_forms/make.py

The pen is the project's own. One of the five is upside down, and in one the sum is wrong.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from inkdigits.tables.areas import Area
from inkdigits.tables.checks import Sum
from inkdigits.tables.field_types import field_type
from inkdigits.tables.template import Field, Template
from inkdigits.tables.template_text import template_text
from inkdigits.training.draw.camera import PAGE_CAMERA
from inkdigits.training.draw.desk import on_desk
from inkdigits.training.draw.form import FormDesign, FormField, draw_blank, fill_in
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.raster import strength_of
from inkdigits.training.draw.spacing import CharacterRow, Spacing
from inkdigits.training.draw.writer import Writer, write_character

HERE = Path(__file__).parent
CUSTOMER = "customer"
SIDE = 1280  # pixels; the longer side of a photo
QUALITY = 42  # of JPEG; whoever clones the project pays for the files
PRINT = 1.2  # of full ink
CAMERA = replace(PAGE_CAMERA, paper=(190, 235), grain=2, shadow=0.5, blur=(0.2, 0.5), compressed=0.0)
CARD = FormDesign(
    "Meter card",
    (
        "Please write one figure in each box, with a dark pen.",
        "Water works, 3 Mill Lane. We read your card by machine.",
    ),
    (
        FormField(CUSTOMER, "Customer number", "digits(7)", 7),
        FormField("day", "Day of the reading", "date(DMY)", 8),
        FormField("before", "Last reading", "number(0, 99999, 1)"),
        FormField("used", "Used since then", "number(0, 9999, 1)"),
        FormField("now", "Reading now", "number(0, 99999, 1)"),
        FormField("flat", "Number of the flat", "number(1, 200, 1)", -1),
        FormField("tariff", "Tariff", "choice(1, 2, 3)", ticks=("day", "night", "both")),
        FormField("estimated", "Reading is estimated", "mark", ticks=("yes",)),
    ),
    "Card 7-B, printed on recycled paper",
    (874, 1240),
)


@dataclass(frozen=True)
class Filled:
    """What somebody wrote: the texts of the fields from top to bottom, and how the sheet lies."""

    texts: tuple[str, ...]
    seed: int
    turn: float


FORMS = (
    Filled(("4071828", "03062026", "1204", "86", "1290", "12", "x", ""), 1, 4),
    Filled(("5530017", "01062026", "40718", "311", "41029", "7", " x", "x"), 2, 171),  # upside down
    Filled(("2918444", "05062026", "873", "45", "918", "104", "  x", ""), 3, -14),
    Filled(("1300565", "02062026", "6650", "120", "6780", "31", "x", ""), 4, 88),  # 6650 + 120 is 6770
    Filled(("6672301", "08062026", "15002", "97", "15099", "5", "x", "x"), 5, 9),
)
NAMES = (
    ("4071828", "Ada Berg"),
    ("5530017", "Ben Costa"),
    ("2918444", "Chloe Dahl"),
    ("1300565", "Dev Eriksen"),
    ("6672301", "Eva Fonseca"),
    ("7104558", "Finn Garcia"),
)


def template() -> Template:
    """Returns the card's template; customers' numbers are matched with a list."""
    picture, places = draw_blank(CARD)
    height, width = picture.shape
    fields = []
    for one in CARD.fields:
        cells = tuple(Area(x / width, y / height, w / width, h / height) for x, y, w, h in places[one.name])
        roster = "number" if one.name == CUSTOMER else None
        fields.append(
            Field(one.name, field_type(one.type), cells, len(cells) > 1 and not one.ticks, roster=roster)
        )
    return Template(CARD.title, (HERE / "blank.png",), tuple(fields), sums=(Sum(("before", "used"), "now"),))


def writer(seed: int):
    """Returns what writes a text, a digit or a tick by one hand."""
    rng = np.random.default_rng(seed)
    hand = replace(Writer.random(rng), pen=float(rng.uniform(0.08, 0.12)))

    def write(text: str) -> np.ndarray:
        if text == "x":
            ink = np.zeros((80, 80), np.uint8)
            for ends in (((8, 10), (70, 72)), ((72, 6), (6, 70))):
                cv2.line(ink, *ends, (255,), 7, cv2.LINE_AA)
            return ink
        row = CharacterRow(Spacing.narrow(rng))
        for value in text:
            row.add(value, write_character(value, hand, HEIGHT, rng), rng)
        return row.assembled()[0]

    return write


def main() -> None:
    """Writes all files."""
    blank, places = draw_blank(CARD)
    cv2.imwrite(str(HERE / "blank.png"), blank, (cv2.IMWRITE_PNG_COMPRESSION, 9))
    (HERE / "meter.toml").write_text(template_text(template(), "blank.png"), encoding="utf-8")
    lines = ["number,name", *(",".join(name) for name in NAMES)]
    (HERE / "customers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for index, form in enumerate(FORMS, 1):
        texts = dict(zip(places, form.texts, strict=True))
        rng = np.random.default_rng(form.seed)
        ink = fill_in(blank.shape, places, texts, writer(form.seed), rng)
        sheet = np.maximum(ink, PRINT * (1 - strength_of(blank)))
        photo = on_desk(sheet, SIDE, rng, turn=form.turn, tilt=0.05, camera=CAMERA).picture
        path = HERE / "filled" / f"card-{index}.jpg"
        cv2.imwrite(str(path), photo, (cv2.IMWRITE_JPEG_QUALITY, QUALITY))


if __name__ == "__main__":
    main()
