"""Whole pages of numbers: lists, tables, form boxes and notes, turned and photographed, with the truth.

A page is drawn level first, together with a map that says which number each pixel belongs to; both are turned
in the same way, so the truth is where the ink is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.camera import PAGE_CAMERA, photograph, turned
from inkdigits.training.draw.canvas import Canvas, boxes_of
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.number import write_number
from inkdigits.training.draw.raster import scaled, strength_of
from inkdigits.training.draw.texts import random_text

__all__ = ["LAYOUTS", "Page", "make_page"]

Image = NDArray[np.uint8]
Strength = NDArray[np.float32]  # (H, W), 0 = no ink, 1 = full ink
Layout = str

LAYOUTS = ("list", "table", "boxes", "free")
SKEW = 15.0  # degrees; most that a page is turned
PADDING = 30  # pixels of paper around everything, in a page of 1,000


@dataclass(frozen=True)
class Page:
    """A page and what is on it.

    Attributes:
        picture: uint8 (H, W) grey.
        numbers: (text, box) each; ``.`` stands for comma and point. In reading order, but for "free" pages,
            which have no rows.
        skew: degrees by which the rows fall to the right.
        layout: one of ``LAYOUTS``.
    """

    picture: Image
    numbers: tuple[tuple[str, Box], ...]
    skew: float
    layout: Layout


def make_page(
    glyphs: Glyphs | None,
    rng: np.random.Generator,
    *,
    size: tuple[int, int] = (1400, 1000),
    count: tuple[int, int] = (20, 80),
    digit: tuple[int, int] = (22, 40),
    skew: float = SKEW,
    layout: Layout | None = None,
) -> Page:
    """Makes a page.

    Args:
        glyphs: real digits, which alone are used then; None for the pen alone.
        rng: the source of all chance.
        size: rows and columns of the page before it is turned.
        count: least and most numbers; fewer where no more have room.
        digit: least and greatest height of the digits of a page, pixels.
        skew: degrees; the page is turned by at most this, either way.
        layout: one of ``LAYOUTS``; None for any.
    """
    layout = layout or str(rng.choice(LAYOUTS))
    most = int(rng.integers(count[0], count[1] + 1))
    canvas = Canvas(*size, int(rng.integers(digit[0], digit[1] + 1)), most)
    {"list": _list, "table": _table, "boxes": _boxes, "free": _free}[layout](canvas, glyphs, rng)
    _dirt(canvas, rng)
    turn = float(rng.uniform(-skew, skew)) if rng.random() < 0.7 else 0.0
    picture = photograph(turned(canvas.ink, turn), canvas.digit, PAGE_CAMERA, rng)
    return Page(picture, boxes_of(turned(canvas.owners, turn), canvas.texts), turn, layout)


def _number(
    canvas: Canvas, glyphs: Glyphs | None, rng: np.random.Generator, longest: float = 12.0
) -> tuple[str, Strength]:
    """Writes a number at the page's size; its digits stand closer than numbers do.

    Args:
        canvas: gives the size.
        glyphs: as for :func:`make_page`.
        rng: the source of all chance.
        longest: widest that it may be, in heights of a digit.
    """
    while True:
        text = random_text(rng)
        ink = write_number(text, glyphs, rng, among_others=True).ink
        if ink.shape[1] <= longest * HEIGHT:
            scale = canvas.digit / HEIGHT * float(np.exp(rng.normal(0, 0.06)))
            return text, strength_of(scaled(ink, scale))


def _strength(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.8, 1.0))


def _list(canvas: Canvas, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """Rows of numbers, on ruled or plain paper."""
    height, width = canvas.ink.shape
    digit = canvas.digit
    pitch = digit * rng.uniform(2.0, 2.8)
    ruled = rng.random() < 0.6
    strength, thickness = rng.uniform(0.3, 0.9), int(rng.integers(1, 4))
    base = PADDING + 2 * digit
    while base < height - PADDING and not canvas.full:
        cursor = PADDING + rng.uniform(0, 2) * digit
        while not canvas.full:
            text, number = _number(canvas, glyphs, rng)
            if cursor + number.shape[1] > width - PADDING:
                break
            canvas.texts.append(text)
            drop = rng.normal(0, 0.05) * digit + (0.25 * digit if "," in text else 0)
            canvas.put(number, round(cursor), round(base - number.shape[0] + drop), _strength(rng))
            cursor += number.shape[1] + rng.uniform(1.1, 4) * digit
        if ruled:
            canvas.line((0, base), (width, base + rng.normal(0, 1)), strength, thickness)
        base += round(pitch)


def _table(canvas: Canvas, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """A grid with a number in most cells."""
    height, width = canvas.ink.shape
    digit = canvas.digit
    tall, wide = digit * rng.uniform(1.7, 2.4), digit * rng.uniform(5, 8)
    columns, rows = int((width - 2 * PADDING) // wide), int((height - 2 * PADDING) // tall)
    rows = min(rows, -(-canvas.most // max(1, columns)))
    strength, thickness = rng.uniform(0.4, 1.0), int(rng.integers(1, 4))
    for row in range(rows):
        for column in range(columns):
            if canvas.full or rng.random() < 0.1:
                continue
            text, number = _number(canvas, glyphs, rng, wide / digit - 0.8)
            room = wide - number.shape[1], tall - number.shape[0]
            left = PADDING + column * wide + room[0] * rng.uniform(0.15, 0.85)
            top = PADDING + row * tall + room[1] * rng.uniform(0.2, 0.8)
            canvas.texts.append(text)
            canvas.put(number, round(left), round(top), _strength(rng))
    for row in range(rows + 1):
        y = PADDING + row * tall
        canvas.line((PADDING, y), (PADDING + columns * wide, y), strength, thickness)
    for column in range(columns + 1):
        x = PADDING + column * wide
        canvas.line((x, PADDING), (x, PADDING + rows * tall), strength, thickness)


def _boxes(canvas: Canvas, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """A form: rows of boxes for one digit each, joined or standing apart."""
    height, width = canvas.ink.shape
    digit = canvas.digit
    side, tall = digit * rng.uniform(1.35, 1.6), digit * rng.uniform(1.45, 1.8)
    apart = digit * rng.uniform(0.15, 0.3) if rng.random() < 0.4 else 0.0
    strength, thickness = rng.uniform(0.4, 1.0), int(rng.integers(1, 4))
    top = float(PADDING)
    while top + tall < height - PADDING and not canvas.full:
        left = PADDING + rng.uniform(0, 1) * digit
        while not canvas.full:
            values = "".join(str(value) for value in rng.integers(0, 10, int(rng.integers(2, 8))))
            if left + len(values) * (side + apart) > width - PADDING:
                break
            canvas.texts.append(values)
            for index, value in enumerate(values):
                corner = left + index * (side + apart)
                written = write_number(value, glyphs, rng, among_others=True)
                _into_box(canvas, written.ink, (corner, top, side, tall), rng)
                edges = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 0, 0, 1), (1, 0, 1, 1))
                for x0, y0, x1, y1 in edges:
                    start = corner + x0 * side, top + y0 * tall
                    canvas.line(start, (corner + x1 * side, top + y1 * tall), strength, thickness)
            left += len(values) * (side + apart) + rng.uniform(1.5, 4) * digit
        top += tall + rng.uniform(0.8, 1.6) * digit


def _into_box(
    canvas: Canvas, ink: Image, box: tuple[float, float, float, float], rng: np.random.Generator
) -> None:
    """Writes one digit into a box, near its middle."""
    left, top, side, tall = box
    scale = canvas.digit / HEIGHT * float(np.exp(rng.normal(0, 0.08)))
    if rng.random() < 0.95:  # most stay inside
        scale = min(scale, 0.8 * side / ink.shape[1], 0.8 * tall / ink.shape[0])
    digit = strength_of(scaled(ink, scale))
    room = side - digit.shape[1], tall - digit.shape[0]
    x, y = (left + room[0] * rng.uniform(0.25, 0.75), top + room[1] * rng.uniform(0.25, 0.75))
    canvas.put(digit, round(x), round(y), _strength(rng))


def _free(canvas: Canvas, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """Numbers anywhere, clear of each other."""
    height, width = canvas.ink.shape
    digit = canvas.digit
    taken = np.zeros(canvas.ink.shape, bool)
    for _ in range(20 * canvas.most):
        if canvas.full:
            return
        text, number = _number(canvas, glyphs, rng)
        tall, long = number.shape
        left = int(rng.integers(PADDING, max(PADDING + 1, width - long - PADDING)))
        top = int(rng.integers(PADDING, max(PADDING + 1, height - tall - PADDING)))
        around = (
            slice(max(0, top - digit // 2), top + tall + digit // 2),
            slice(max(0, left - digit), left + long + digit),
        )
        if left + long > width - PADDING or taken[around].any():
            continue
        taken[top : top + tall, left : left + long] = True
        canvas.texts.append(text)
        canvas.put(number, left, top, _strength(rng))


def _dirt(canvas: Canvas, rng: np.random.Generator) -> None:
    """Adds specks anywhere, sometimes a frame around all."""
    height, width = canvas.ink.shape
    for _ in range(int(rng.integers(0, 40))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        cv2.circle(canvas.ink, (x, y), 1, (float(rng.uniform(0.3, 1)),), -1)
    if rng.random() < 0.2:
        far = 8
        corners = ((far, far), (width - far, far), (width - far, height - far), (far, height - far))
        for start, stop in zip(corners, corners[1:] + corners[:1], strict=True):
            canvas.line(start, stop, 0.9, 3)
