"""A small form for tests: its blank, its template, and what it looks like when it is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from inkdigits.tables.areas import Area
from inkdigits.tables.registration import Blank, Laid
from inkdigits.tables.template_file import load_template
from inkdigits.training.draw.desk import on_desk
from inkdigits.training.draw.form import FormDesign, FormField, draw_blank, fill_in
from inkdigits.training.draw.number import write_number
from inkdigits.training.draw.raster import strength_of

DESIGN = FormDesign(
    "Weight card",
    ("Please write one figure in each box, with a dark pen.", "Farm office, 3 Mill Lane, open on weekdays."),
    (
        FormField("animal", "Ear tag of the animal", "digits(5)", 5),
        FormField("day", "Day of weighing", "date(DMY)", 8),
        FormField("weight", "Weight in kilograms", "number(0, 900, 0.5)"),
        FormField("stall", "Stall", "number(1, 40, 1)", -1),
        FormField("sex", "Sex", "choice(1, 2)", ticks=("cow", "bull")),
        FormField("sick", "Seen by the vet", "mark", ticks=("yes",)),
    ),
    "Card 12, please send it back within a week",
    (874, 1240),
)
OTHER = FormDesign(
    "Weight card",
    DESIGN.lines,
    (
        FormField("name", "Name of the owner", "free", width=0.5),
        FormField("street", "Street and number of the house", "free", width=0.5),
        FormField("town", "Town", "free", -1),
        FormField("phone", "Telephone in the daytime", "digits(9)", 9),
        FormField("post", "Postcode and country", "digits(4)", 4),
    ),
    DESIGN.foot,
    (874, 1240),
)
TEXTS = {"animal": "40271", "day": "17062026", "weight": "412.5", "stall": "12", "sex": " x", "sick": "x"}
TOLD = {"animal": "40271", "day": "17062026", "weight": "412.5", "stall": "12", "sex": "2", "sick": "x"}
PRINT = 1.2  # of full ink


def toml_of(design: FormDesign = DESIGN, blank: str = "blank.png", **more: str) -> str:
    """Returns a template as somebody writes it by hand; ``more`` goes into the field of that name."""
    picture, places = draw_blank(design)
    height, width = picture.shape
    lines = [f'title = "{design.title}"', f'blank = "{blank}"']
    for one in design.fields:
        boxes = [[x / width, y / height, w / width, h / height] for x, y, w, h in places[one.name]]
        lines += ["", "[[field]]", f'name = "{one.name}"', f'type = "{one.type}"', f"boxes = {boxes}"]
        lines += [more[one.name]] if one.name in more else []
    return "\n".join(lines) + "\n"


def save_template(folder: Path, design: FormDesign = DESIGN, **more: str) -> Path:
    """Writes a template and its blank; returns the template's path."""
    cv2.imwrite(str(folder / "blank.png"), draw_blank(design)[0])
    path = folder / "form.toml"
    path.write_text(toml_of(design, **more), encoding="utf-8")
    return path


def template(folder: Path, design: FormDesign = DESIGN, **more: str):
    """Returns a template whose blank lies in a folder."""
    return load_template(save_template(folder, design, **more))


def tick() -> np.ndarray:
    """Returns a cross."""
    ink = np.zeros((60, 60), np.uint8)
    cv2.line(ink, (6, 6), (54, 54), 255, 6, cv2.LINE_AA)
    cv2.line(ink, (54, 6), (6, 54), 255, 6, cv2.LINE_AA)
    return ink


def ink_of(texts: Mapping[str, str] = TEXTS, seed: int = 3) -> np.ndarray:
    """Returns print and writing of a form: float32 (H, W), 0 = no ink, 1 = full ink."""
    blank, places = draw_blank(DESIGN)
    rng = np.random.default_rng(seed)

    def write(text: str) -> np.ndarray:
        return tick() if text == "x" else write_number(text, None, np.random.default_rng(seed)).ink

    written = fill_in(blank.shape, places, texts, write, rng)
    return np.maximum(written, PRINT * (1 - strength_of(blank)))


def scanned(texts: Mapping[str, str] = TEXTS, seed: int = 3) -> np.ndarray:
    """Returns a level scan of a form: uint8 (H, W)."""
    return np.clip(245 - 190 * np.minimum(ink_of(texts, seed), 1.1), 0, 255).astype(np.uint8)


def photographed(
    texts: Mapping[str, str] = TEXTS, seed: int = 3, turn: float | None = None, side: int = 1900
):
    """Returns a photo of a form on a desk: uint8 (H, W)."""
    return on_desk(ink_of(texts, seed), 1900, np.random.default_rng(seed), turn=turn).picture


def area_of(name: str, index: int = 0) -> Area:
    """Returns where a box of a field is."""
    picture, places = draw_blank(DESIGN)
    x, y, w, h = places[name][index]
    height, width = picture.shape
    return Area(x / width, y / height, w / width, h / height)


def blank_of(design: FormDesign = DESIGN) -> Blank:
    return Blank(draw_blank(design)[0])


def misplaced(laid: Laid, to_photo: np.ndarray, blank: Blank) -> float:
    """Returns how far places of a form are from where they are in a photo, its pixels; of nine the most."""
    height, width = blank.shape
    drawn = DESIGN.size[0] / width
    places = np.array([(x * width, y * height, 1) for x in (0.1, 0.5, 0.9) for y in (0.1, 0.5, 0.9)])
    found = places @ laid.sheet.to_source.T
    true = (places * (drawn, drawn, 1)) @ to_photo.T
    return float(np.linalg.norm(found[:, :2] / found[:, 2:] - true[:, :2] / true[:, 2:], axis=1).max())
