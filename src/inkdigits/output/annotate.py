"""Picture and reading → the picture with boxes and what was read drawn in.

A label stands where it covers least: near its box, beside other numbers, labels and ink. When there is no
such place the picture grows by a margin of paper. On a crowded sheet the labels of sure numbers say what was
read alone, and if that is not enough the sheet is enlarged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits import spec
from inkdigits.output.label_places import Area, covered, label_places
from inkdigits.readings import Box, Number, Reading
from inkdigits.shown import percent

__all__ = ["annotate"]

Picture = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_SURE = (0, 94, 162)  # blue and vermilion: told apart by every kind of colour vision, and legible under
_UNSURE = (184, 70, 0)  # white text; unsure boxes are dashed and their labels end in "?" as well
_NEUTRAL = (90, 90, 90)
_WHITE = (255, 255, 255)
_NOTHING_READ = {"empty": "nothing is written", "error": "not a readable picture"}

_CROWDED = 0.02  # of the labels' area; where they hide more, they say less or the picture is enlarged
_ENLARGED = 3  # times at most that it is for its labels


@dataclass(frozen=True, slots=True)
class _Mark:
    """A number to draw: its box, the boxes of its digits with whether each is sure, and its label."""

    area: Area
    digits: tuple[tuple[Area, bool], ...]
    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """A picture before anything is drawn, and where its labels stand.

    Attributes:
        canvas: uint8 (H, W, 3).
        marks: the numbers.
        size: height of the labels' text, pixels.
        labels: text and colour of each.
        places: where each stands.
        hides: which share of the labels' area lies on numbers or on other labels.
    """

    canvas: Picture
    marks: tuple[_Mark, ...]
    size: int
    labels: Sequence[tuple[str, tuple[int, int, int]]]
    places: list[Area]
    hides: float


def annotate(picture: Picture, reading: Reading) -> Picture:
    """Draws a reading into its picture: a number or digit with status "unsure" dashed, in another colour.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, as :func:`inkdigits.picture.sources.load` gives it;
            not changed.
        reading: what was read in it; boxes in pixels of ``picture``.

    Returns:
        uint8 (H', W', 3) RGB. Small pictures and small writing are enlarged by a whole factor, and where a
        label finds no place inside, a white margin is added.
    """
    layout = _layout(picture, reading)
    places, marks = layout.places, layout.marks
    line = max(1, round(layout.size / 12))
    canvas, (right, down) = _grown(layout.canvas, places + [_wider(mark.area, line + 2) for mark in marks])
    image = Image.fromarray(canvas)
    draw = ImageDraw.Draw(image)
    for mark in marks:
        _draw_boxes(draw, mark, line, (right, down))
    font = ImageFont.load_default(layout.size)
    for (text, colour), place in zip(layout.labels, places, strict=True):
        _draw_label(draw, text, colour, _moved(place, right, down), font)
    return np.asarray(image)


def _layout(picture: Picture, reading: Reading) -> _Layout:
    """Returns the first layout whose labels hide nearly nothing, or the one that hides least."""
    factor = _factor(picture.shape, reading)
    most = min(_ENLARGED * factor, max(factor, spec.ANNOTATED_MAX_SIDE // max(picture.shape[:2])))
    plain = best = _laid_out(picture, reading, factor)
    for times in range(factor, most + 1):
        if best.hides <= _CROWDED:
            break
        terse = _laid_out(picture, reading, times, plain.size)
        best = min(best, terse, key=lambda layout: layout.hides)
    return best


def _laid_out(picture: Picture, reading: Reading, factor: int, size: int | None = None) -> _Layout:
    """Returns a picture enlarged by a factor, and where its labels stand.

    Args:
        picture: as :func:`annotate` takes it.
        reading: what was read in it.
        factor: whole.
        size: height of the labels' text, pixels; sure numbers are then labelled without their confidence.
    """
    canvas = _enlarged(picture, factor)
    marks = tuple(_mark(number, factor, canvas.shape, terse=size is not None) for number in reading.numbers)
    size = _text_size(marks, canvas.shape) if size is None else size
    labels = [(mark.text, _SURE if mark.sure else _UNSURE) for mark in marks]
    anchors = [mark.area for mark in marks]
    if not marks:
        nothing = _NOTHING_READ.get(reading.status, "nothing read")
        labels, anchors = [(nothing, _NEUTRAL)], [(0, 0, *canvas.shape[1::-1])]
    font = ImageFont.load_default(size)  # carried by Pillow, no file of its own
    sizes = [_label_size(text, font, size) for text, _ in labels]
    places = label_places(canvas, anchors, sizes, size)
    return _Layout(canvas, marks, size, labels, places, covered(places, anchors))


def _factor(shape: tuple[int, ...], reading: Reading) -> int:
    """Returns how many times larger the picture is drawn, so that labels are legible beside its digits."""
    longest = max(shape[:2])
    heights = sorted(number.box.height for number in reading.numbers) or [spec.ANNOTATED_DIGIT]
    wanted = max(spec.ANNOTATED_SIDE / longest, spec.ANNOTATED_DIGIT / max(1, heights[len(heights) // 2]))
    return max(1, min(math.ceil(wanted), spec.ANNOTATED_MAX_SIDE // longest))


def _enlarged(picture: Picture, factor: int) -> Picture:
    """Returns the picture as uint8 (H · factor, W · factor, 3), every pixel a square."""
    colour = picture if picture.ndim == 3 else np.repeat(picture[:, :, None], 3, axis=2)
    return colour if factor == 1 else colour.repeat(factor, axis=0).repeat(factor, axis=1)


def _mark(number: Number, factor: int, shape: tuple[int, ...], *, terse: bool = False) -> _Mark:
    digits = tuple((_area(digit.box, factor, shape), digit.status == "ok") for digit in number.digits)
    sure = number.status == "ok"
    label = f"{number.text}  {percent(number.confidence)}{'' if sure else ' ?'}"
    return _Mark(_area(number.box, factor, shape), digits, number.text if sure and terse else label, sure)


def _area(box: Box, factor: int, shape: tuple[int, ...]) -> Area:
    """Returns where a box lies on the canvas, at least one pixel; what is beyond it is cut off."""
    height, width = shape[:2]
    left, top = min(max(0, factor * box.x), width - 1), min(max(0, factor * box.y), height - 1)
    right, bottom = min(factor * (box.x + box.width), width), min(factor * (box.y + box.height), height)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _text_size(marks: Sequence[_Mark], shape: tuple[int, ...]) -> int:
    """Returns the labels' height in pixels: less than the digits, legible with the picture seen whole."""
    heights = sorted(mark.area[3] - mark.area[1] for mark in marks) or [0]
    wanted = min(0.45 * heights[len(heights) // 2], max(shape) / 24)
    return max(spec.ANNOTATION_TEXT, round(wanted))


def _label_size(text: str, font: Font, size: int) -> tuple[int, int]:
    """Returns width and height of a label's plate."""
    return round(font.getlength(text)) + size // 2, round(1.25 * size)


def _grown(canvas: Picture, places: list[Area]) -> tuple[Picture, tuple[int, int]]:
    """Returns the canvas with a margin for places outside it, and how far its content moved."""
    height, width = canvas.shape[:2]
    down, right = max(0, -min(place[1] for place in places)), max(0, -min(place[0] for place in places))
    more_down = max(0, max(place[3] for place in places) - height)
    more_right = max(0, max(place[2] for place in places) - width)
    if not (down or right or more_down or more_right):
        return canvas, (0, 0)
    margin = ((down, more_down), (right, more_right), (0, 0))
    return np.pad(canvas, margin, constant_values=255), (right, down)


def _wider(area: Area, by: int) -> Area:
    return area[0] - by, area[1] - by, area[2] + by, area[3] + by


def _moved(area: Area, right: int, down: int) -> Area:
    return area[0] + right, area[1] + down, area[2] + right, area[3] + down


def _draw_boxes(draw: ImageDraw.ImageDraw, mark: _Mark, line: int, move: tuple[int, int]) -> None:
    """Draws the number's box, and inside it those of its digits when it has several."""
    if len(mark.digits) > 1:
        for area, sure in mark.digits:
            # Without a rim and on the box itself: beside it stands the next digit's ink.
            left, top, right, bottom = _moved(area, *move)
            _draw_box(draw, (left, top, right - 1, bottom - 1), max(1, line // 2), sure)
    left, top, right, bottom = _wider(_moved(mark.area, *move), line + 1)
    rim = (left - 1, top - 1, right, bottom)
    draw.rectangle(rim, outline=_WHITE, width=line + 2)  # shows the box on dark paper
    _draw_box(draw, (left, top, right - 1, bottom - 1), line, mark.sure)


def _draw_box(draw: ImageDraw.ImageDraw, edges: Area, line: int, sure: bool) -> None:
    """Draws a rectangle along its outermost pixels, dashed when it is not sure."""
    left, top, right, bottom = edges
    if sure:
        draw.rectangle((left, top, right, bottom), outline=_SURE, width=line)
        return
    dash = 4 * line + 1
    for x in range(left, right + 1, 2 * dash):
        end = min(x + dash, right)
        draw.rectangle((x, top, end, top + line - 1), fill=_UNSURE)
        draw.rectangle((x, bottom - line + 1, end, bottom), fill=_UNSURE)
    for y in range(top, bottom + 1, 2 * dash):
        end = min(y + dash, bottom)
        draw.rectangle((left, y, left + line - 1, end), fill=_UNSURE)
        draw.rectangle((right - line + 1, y, right, end), fill=_UNSURE)


def _draw_label(
    draw: ImageDraw.ImageDraw, text: str, colour: tuple[int, int, int], place: Area, font: Font
) -> None:
    left, top, right, bottom = place
    draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)
    draw.text(((left + right) / 2, (top + bottom) / 2), text, fill=_WHITE, font=font, anchor="mm")
