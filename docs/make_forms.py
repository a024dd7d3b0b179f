"""Draws docs/forms.png, a form from its blank to its writing, and writes the table in docs/forms.md.

Usage: python docs/make_forms.py
"""

from pathlib import Path

import cv2
import numpy as np

from inkdigits.picture.paths import find_pictures
from inkdigits.picture.sources import load
from inkdigits.reader import Reader
from inkdigits.readings import Box
from inkdigits.tables.areas import Area
from inkdigits.tables.forms import FormReader
from inkdigits.tables.handwriting import Place, find_handwriting
from inkdigits.tables.registration import Blank, lay_over
from inkdigits.tables.template import Template
from inkdigits.tables.template_file import load_template

ROOT = Path(__file__).parent.parent
FORMS = ROOT / "example_forms"
PAGE = Path(__file__).with_name("forms.png")
CARD = FORMS / "filled" / "card-2.jpg"
SHOWN = 0.56  # of the form's height; below it there is nothing to see
HEIGHT = 520  # pixels
GREEN = (30, 140, 60)
TEXT = Path(__file__).with_name("forms.md")
START, END = "<!-- table -->\n", "<!-- end -->"
LEVELS = 64  # grey levels; a picture of the documentation is small


def places_of(template: Template, blank: Blank) -> list[Place]:
    """Returns where the fields of a form of one page are."""
    return [
        Place(one.area.box(blank.shape), tuple(cell.box(blank.shape) for cell in one.cells))
        for one in template.fields
    ]


def boxed(picture: np.ndarray, template: Template) -> np.ndarray:
    """Returns a blank with a frame around each field and its name: uint8 (H, W, 3) RGB."""
    out = np.stack([picture] * 3, axis=-1)
    for one in template.fields:
        for cell in one.cells:
            x, y, width, height = cell.box(picture.shape)
            cv2.rectangle(out, (x, y), (x + width, y + height), GREEN, 3)
        area: Area = one.area
        x, y, width, height = area.box(picture.shape)
        at = (x + width + 10, y + height - 6)
        if not one.ticked:  # the name would lie on what is printed there
            cv2.putText(out, one.name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.75, GREEN, 2, cv2.LINE_AA)
    return out


def panel(picture: np.ndarray) -> np.ndarray:
    """Returns a picture at the height of the page's, in colour and with a margin."""
    if picture.ndim == 2:
        picture = np.stack([picture] * 3, axis=-1)
    scale = HEIGHT / picture.shape[0]
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.copyMakeBorder(small, 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=(200, 200, 200))


def table() -> str:
    """Returns what is read of the filled-in forms, as Markdown; what is unsure with a question mark."""
    template = load_template(FORMS / "meter.toml")
    reader = FormReader(template, Reader())
    lines = ["| | " + " | ".join(template.names) + " | why |", "|---" * (len(template.names) + 2) + "|"]
    for path in find_pictures([FORMS / "filled"]):
        reading = reader.read(path)
        texts = [
            f"{one.text if one.value is None else one.value}{' **?**' if one.status == 'unsure' else ''}"
            for one in reading.fields
        ]
        reasons = sorted({one.reason for one in reading.fields if one.reason})
        lines.append(f"| {path.name} | " + " | ".join(texts) + f" | {', '.join(reasons)} |")
    return "\n".join(lines) + "\n"


def page() -> str:
    """Returns the text of docs/forms.md with the table as it is read now."""
    before, _, rest = TEXT.read_text(encoding="utf-8").partition(START)
    return before + START + "\n" + table() + "\n" + END + rest.partition(END)[2]


def main() -> None:
    """Writes picture and table."""
    TEXT.write_text(page(), encoding="utf-8")
    template = load_template(FORMS / "meter.toml")
    picture, photo = load(template.blanks[0]), load(CARD)
    blank = Blank(picture)
    _, laid = lay_over(photo, [blank])
    places = places_of(template, blank)
    writing = find_handwriting(laid, blank, places)
    height, width = blank.shape
    whole = Box(0, 0, width, height)
    ink = np.max([writing.of(index, whole) for index in range(len(places))], axis=0)
    shown = round(SHOWN * height)
    part = round(SHOWN * picture.shape[0])
    parts = [boxed(picture, template)[:part], photo, laid.sheet.picture[:shown], 255 - ink[:shown]]
    strip = np.concatenate([panel(one) for one in parts], axis=1)
    strip = (strip // (256 // LEVELS)) * (256 // LEVELS) + 7
    cv2.imwrite(str(PAGE), cv2.cvtColor(strip, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_PNG_COMPRESSION, 9))


if __name__ == "__main__":
    main()
