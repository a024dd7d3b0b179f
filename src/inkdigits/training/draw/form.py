"""Forms as offices print them, drawn by the project: a blank, its fields, and what somebody writes into them.

What is printed comes from Pillow's own typeface, so that a blank is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from inkdigits.training.draw.raster import cut_to_ink, overlay, scaled

__all__ = ["FormDesign", "FormField", "draw_blank", "fill_in"]

Image = NDArray[np.uint8]
Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink
Cell = tuple[int, int, int, int]  # x, y, width and height in pixels
Write = Callable[[str], Image]  # uint8 (H, W), 255 = ink

HEAD = 0.115  # of the page's height; where the fields begin
SIDE = 0.07  # of the page's width, left and right of what is printed
LABEL = 0.36  # of the page's width; where the boxes of a field begin
ROW = 0.052  # of the page's height; from one field to the next
BOX = 0.62  # of a row; height of its boxes
LEADING = 1.5  # heights of a line of type, from one to the next


@dataclass(frozen=True)
class FormField:
    """A field of a drawn form.

    Attributes:
        name: the column of a table.
        label: what is printed before it.
        type: as a template has it.
        cells: how many boxes for one character or tick each; 0 for one box, -1 for a line to write on.
        ticks: what is printed behind each box to tick.
        width: of one box for all, as a share of the page's.
        check: as a template has it.
    """

    name: str
    label: str
    type: str
    cells: int = 0
    ticks: tuple[str, ...] = ()
    width: float = 0.3
    check: str = ""


@dataclass(frozen=True)
class FormDesign:
    """What a form says and asks for.

    Attributes:
        title: its heading.
        lines: small print below it.
        fields: what is to be filled in, from top to bottom.
        foot: the last line.
        size: width and height in pixels.
    """

    title: str
    lines: tuple[str, ...]
    fields: tuple[FormField, ...]
    foot: str
    size: tuple[int, int] = (1240, 1754)


def draw_blank(design: FormDesign) -> tuple[Image, dict[str, tuple[Cell, ...]]]:
    """Prints a form.

    Returns:
        uint8 (H, W) grey, 255 = paper; and the inside of each field's boxes, pixels.
    """
    width, height = design.size
    page = Pictures.new("L", design.size, 255)
    draw = ImageDraw.Draw(page)
    left, row, line = round(SIDE * width), round(ROW * height), max(1, round(width / 700))
    type_size = round(0.0135 * height)
    draw.text((left, 0.03 * height), design.title, fill=0, font=_font(2.1 * type_size))
    draw.line([(left, 0.062 * height), (width - left, 0.062 * height)], fill=0, width=2 * line)
    for index, text in enumerate(design.lines):
        at = (left, 0.068 * height + index * LEADING * 0.85 * type_size)
        draw.text(at, text, fill=60, font=_font(0.85 * type_size))
    places: dict[str, tuple[Cell, ...]] = {}
    top = round(HEAD * height)
    for one in design.fields:
        tall = round(BOX * row)
        draw.text((left, top + 0.3 * tall), one.label, fill=0, font=_font(type_size))
        place = (round(LABEL * width), top, tall)
        places[one.name] = _print_boxes(draw, one, place, page=width, line=line, size=type_size)
        top += row
    draw.text((left, 0.965 * height), design.foot, fill=90, font=_font(0.8 * type_size))
    return np.asarray(page, np.uint8).copy(), places


def _print_boxes(
    draw: ImageDraw.ImageDraw, one: FormField, place: tuple[int, int, int], *, page: int, line: int, size: int
) -> tuple[Cell, ...]:
    """Prints the boxes of a field from a place on, x, y and height; returns their insides."""
    x, y, tall = place
    if one.ticks:
        side, step = round(0.72 * tall), round(0.62 * page / max(4, len(one.ticks)))
        top = y + (tall - side) // 2
        for index, text in enumerate(one.ticks):
            at = x + index * step
            draw.rectangle((at, top, at + side, top + side), outline=0, width=line)
            draw.text((at + 1.4 * side, top + 0.2 * side), text, fill=0, font=_font(size))
        return tuple(
            (x + index * step + line, top + line, side - 2 * line, side - 2 * line)
            for index in range(len(one.ticks))
        )
    if one.cells > 0:
        step = round(min(0.82 * tall, 0.56 * page / one.cells))
        for index in range(one.cells):
            draw.rectangle((x + index * step, y, x + (index + 1) * step, y + tall), outline=0, width=line)
        return tuple(
            (x + index * step + line, y + line, step - 2 * line, tall - 2 * line)
            for index in range(one.cells)
        )
    wide = round(one.width * page)
    if one.cells < 0:
        draw.line([(x, y + tall), (x + wide, y + tall)], fill=0, width=line)
        return ((x, y, wide, tall - line),)
    draw.rectangle((x, y, x + wide, y + tall), outline=0, width=line)
    return ((x + line, y + line, wide - 2 * line, tall - 2 * line),)


def fill_in(
    shape: Sequence[int],
    places: Mapping[str, tuple[Cell, ...]],
    texts: Mapping[str, str],
    write: Write,
    rng: np.random.Generator,
) -> Strength:
    """Writes into the fields of a form.

    Args:
        shape: (H, W) of the form.
        places: the insides of each field's boxes.
        texts: of each field what is written; of ticked boxes an ``x`` or a space for each box.
        write: writes a text, a character or ``x`` for a tick.
        rng: the source of all chance.

    Returns:
        float32 (H, W), 0 = no ink, 1 = full ink: the writing alone.
    """
    sheet = np.zeros(tuple(shape[:2]), np.float32)
    strength, size = rng.uniform(0.65, 1.0), rng.uniform(0.52, 0.74)
    for name, cells in places.items():
        text = texts.get(name, "")
        if len(cells) > 1 or text == "x":
            for cell, value in zip(cells, text, strict=False):
                if value != " ":
                    _put(
                        sheet,
                        write(value),
                        cell,
                        rng,
                        size=size * rng.normal(1.0, 0.06),
                        strength=strength,
                        middle=True,
                    )
        elif text:
            _put(
                sheet,
                write(text),
                next(iter(cells)),
                rng,
                size=size * rng.normal(1.0, 0.06),
                strength=strength,
                middle=False,
            )
    return np.clip(sheet, 0, 1)


def _put(
    sheet: Strength,
    ink: Image,
    cell: Cell,
    rng: np.random.Generator,
    *,
    size: float,
    strength: float,
    middle: bool,
) -> None:
    x, y, wide, tall = cell
    ink = cut_to_ink(ink)
    scale = size * tall / ink.shape[0]
    if not middle:  # a long number is as high as its digits
        scale = min(scale * 1.15, 0.97 * wide / ink.shape[1])
    elif ink.shape[1] * scale > 1.02 * wide:
        scale = 1.02 * wide / ink.shape[1]
    ink = scaled(ink, scale)
    height, width = ink.shape
    if middle:
        left = x + (wide - width) / 2 + rng.normal(0, 0.06) * wide
    else:
        left = x + rng.uniform(0.02, 0.12) * max(0, wide - width)
    top = y + (tall - height) / 2 + rng.normal(0, 0.07) * tall
    layer = ink.astype(np.float32) * np.float32(strength / 255)
    overlay(sheet, layer, max(0, round(top)), max(0, round(left)))


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=round(size))
