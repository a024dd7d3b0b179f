"""Picture and reading → the picture with boxes and what was read drawn in.

A label stands where it covers least: near its box, beside other numbers, labels and ink. When there is no
such place the picture grows by a margin of paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inkdigits import spec
from inkdigits.readings import Box, Number, Reading
from inkdigits.shown import percent

__all__ = ["annotate"]

Picture = NDArray[np.uint8]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Area = tuple[int, int, int, int]  # left, top, right, bottom in pixels of the canvas; the last two are outside

_SURE = (0, 94, 162)  # blue and vermilion: told apart by every kind of colour vision, and legible under
_UNSURE = (184, 70, 0)  # white text; unsure boxes are dashed and their labels end in "?" as well
_NEUTRAL = (90, 90, 90)
_WHITE = (255, 255, 255)
_NOTHING_READ = {"empty": "nothing is written", "error": "not a readable picture"}

# What a label's place costs, in shares of the label's area.
_COST_COVER = 4.0  # all of it lies on a number or on another label
_COST_INK = 2.0  # all of it lies on other ink
_COST_GROWTH = 0.3  # the picture has to grow for it; a little ink covered is worse
_COST_ORDER = 0.02  # for each place that is tried before it: above comes first
_EDGE = 24  # grey levels between neighbouring pixels that mark ink


@dataclass(frozen=True, slots=True)
class _Mark:
    """A number to draw: its box, the boxes of its digits with whether each is sure, and its label."""

    area: Area
    digits: tuple[tuple[Area, bool], ...]
    text: str
    sure: bool


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
    factor = _factor(picture.shape, reading)
    canvas = _enlarged(picture, factor)
    marks = [_mark(number, factor, canvas.shape) for number in reading.numbers]
    size = _text_size(marks, canvas.shape)
    font = ImageFont.load_default(size)  # carried by Pillow, no file of its own
    labels = [(mark.text, _SURE if mark.sure else _UNSURE) for mark in marks]
    anchors = [mark.area for mark in marks]
    if not marks:
        nothing = _NOTHING_READ.get(reading.status, "nothing read")
        labels, anchors = [(nothing, _NEUTRAL)], [(0, 0, *canvas.shape[1::-1])]
    sizes = [_label_size(text, font, size) for text, _ in labels]
    places = _places(canvas, anchors, sizes, size)
    line = max(1, round(size / 12))
    canvas, (right, down) = _grown(canvas, places + [_wider(mark.area, line + 2) for mark in marks])
    image = Image.fromarray(canvas)
    draw = ImageDraw.Draw(image)
    for mark in marks:
        _draw_boxes(draw, mark, line, (right, down))
    for (text, colour), place in zip(labels, places, strict=True):
        _draw_label(draw, text, colour, _moved(place, right, down), font)
    return np.asarray(image)


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


def _mark(number: Number, factor: int, shape: tuple[int, ...]) -> _Mark:
    digits = tuple((_area(digit.box, factor, shape), digit.status == "ok") for digit in number.digits)
    sure = number.status == "ok"
    label = f"{number.text}  {percent(number.confidence)}{'' if sure else ' ?'}"
    return _Mark(_area(number.box, factor, shape), digits, label, sure)


def _area(box: Box, factor: int, shape: tuple[int, ...]) -> Area:
    """Returns where a box lies on the canvas, at least one pixel; what is beyond it is cut off."""
    height, width = shape[:2]
    left, top = min(max(0, factor * box.x), width - 1), min(max(0, factor * box.y), height - 1)
    right, bottom = min(factor * (box.x + box.width), width), min(factor * (box.y + box.height), height)
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _text_size(marks: list[_Mark], shape: tuple[int, ...]) -> int:
    """Returns the labels' height in pixels: less than the digits, legible with the picture seen whole."""
    heights = sorted(mark.area[3] - mark.area[1] for mark in marks) or [0]
    wanted = min(0.45 * heights[len(heights) // 2], max(shape) / 24)
    return max(spec.ANNOTATION_TEXT, round(wanted))


def _label_size(text: str, font: Font, size: int) -> tuple[int, int]:
    """Returns width and height of a label's plate."""
    return round(font.getlength(text)) + size // 2, round(1.25 * size)


def _places(canvas: Picture, anchors: list[Area], sizes: list[tuple[int, int]], size: int) -> list[Area]:
    """Returns where each label stands; parts of it may lie above, below or right of the canvas."""
    height, width = canvas.shape[:2]
    gap = max(2, size // 5)
    taken = np.array([*anchors, *[(0, 0, 0, 0)] * len(anchors)], np.int64)  # numbers, then labels
    ink, step = _ink_sums(canvas, size)
    places: list[Area] = []
    for index, (anchor, (wide, tall)) in enumerate(zip(anchors, sizes, strict=True)):
        best, least = (0, 0, 0, 0), np.inf
        for order, (left, top) in enumerate(_candidates(anchor, wide, tall, gap)):
            inside = max(0, min(left, width - wide))
            place = (inside, top, inside + wide, top + tall)
            cost = _COST_COVER * _overlap(place, taken) / (wide * tall) + _COST_ORDER * order
            cost += _COST_INK * _ink_share(ink, place, step)
            cost += _COST_GROWTH * (top < 0 or top + tall > height)
            if cost < least:
                best, least = place, cost
        taken[len(anchors) + index] = best
        places.append(best)
    return places


def _candidates(anchor: Area, wide: int, tall: int, gap: int) -> list[tuple[int, int]]:
    """Returns the upper left corners that a label may have, the most wanted first."""
    left, top, right, bottom = anchor
    above, below, level = top - gap - tall, bottom + gap, (top + bottom - tall) // 2
    across = (left - gap, right + gap - wide, (left + right - wide) // 2)
    return [
        *((x, above) for x in across),
        *((x, below) for x in across),
        (right + gap, level),
        (left - gap - wide, level),
    ]


def _overlap(place: Area, taken: NDArray[np.int64]) -> float:
    """Returns how many pixels of a place lie on areas that are taken, counted for each of them."""
    across = np.minimum(taken[:, 2], place[2]) - np.maximum(taken[:, 0], place[0])
    down = np.minimum(taken[:, 3], place[3]) - np.maximum(taken[:, 1], place[1])
    return float((np.maximum(across, 0) * np.maximum(down, 0)).sum())


def _ink_sums(canvas: Picture, size: int) -> tuple[NDArray[np.int64], int]:
    """Returns running sums of the pixels where ink begins or ends, and the step at which they were taken."""
    step = max(1, size // 8)  # finer than the strokes of anything as large as a label
    green = canvas[::step, ::step, 1].astype(np.int16)
    edges = np.zeros((green.shape[0] + 1, green.shape[1] + 1), np.int64)
    edges[1:-1, 1:] += np.abs(np.diff(green, axis=0)) > _EDGE
    edges[1:, 1:-1] += np.abs(np.diff(green, axis=1)) > _EDGE
    return edges.cumsum(axis=0).cumsum(axis=1), step


def _ink_share(sums: NDArray[np.int64], place: Area, step: int) -> float:
    """Returns the share of a place that is ink's edge, 0..1."""
    left, right = (min(max(0, x // step), sums.shape[1] - 1) for x in place[::2])
    top, bottom = (min(max(0, y // step), sums.shape[0] - 1) for y in place[1::2])
    found = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return min(1.0, float(found) / max(1, (right - left) * (bottom - top)))


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
