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
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.hand import Hand, write_character
from inkdigits.training.draw.number import MARKS, random_text
from inkdigits.training.draw.sheet import Sheet, photographed, scaled, truth_of, turned

__all__ = ["LAYOUTS", "Page", "make_page"]

Image = NDArray[np.uint8]
Grey = NDArray[np.float32]
Layout = str

LAYOUTS = ("list", "table", "boxes", "free")
SKEW = 15.0  # degrees; most that a page is turned
WIDEST_GAP = 0.5  # of a digit's height, within a number; between numbers there is twice that at least
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
    sheet = Sheet(*size, int(rng.integers(digit[0], digit[1] + 1)), most)
    {"list": _list, "table": _table, "boxes": _boxes, "free": _free}[layout](sheet, glyphs, rng)
    _dirt(sheet, rng)
    turn = float(rng.uniform(-skew, skew)) if rng.random() < 0.7 else 0.0
    ink, owner = turned(sheet, turn)
    return Page(photographed(ink, rng), truth_of(owner, sheet.texts), turn, layout)


def _number(
    sheet: Sheet, glyphs: Glyphs | None, rng: np.random.Generator, longest: float = 12.0
) -> tuple[str, Grey]:
    """Writes a number at the page's size; its digits stand closer than numbers do.

    Args:
        sheet: gives the size.
        glyphs: as for :func:`make_page`.
        rng: the source of all chance.
        longest: widest that it may be, in heights of a digit.
    """
    while True:
        text = random_text(rng)
        ink = _written(text, glyphs, rng)
        if ink.shape[1] <= longest * HEIGHT:
            return text, scaled(ink, float(sheet.digit / HEIGHT * np.exp(rng.normal(0, 0.06))))


def _written(text: str, glyphs: Glyphs | None, rng: np.random.Generator) -> Image:
    """Writes a number closely: uint8 (H, W), 255 = ink, cut to the ink."""
    hand = Hand.random(rng)
    gap = rng.uniform(-0.05, WIDEST_GAP - 0.1)  # of a digit's height; below 0 digits touch
    pieces: list[tuple[Image, int, int]] = []  # ink, its left side and its bottom
    cursor = 0
    for index, value in enumerate(text):
        if value in MARKS or glyphs is None:
            ink = write_character(value, hand, HEIGHT, rng)
        else:
            ink = glyphs.pick(int(value), rng)
        near = value in ".," or (index > 0 and text[index - 1] in ".,")
        space = max(0.05, 0.4 * gap) if near else gap + rng.normal(0, 0.04)
        drop = {"-": -rng.uniform(0.35, 0.6), ",": rng.uniform(0.05, 0.25)}.get(value, rng.normal(0, 0.03))
        left = cursor + (round(space * HEIGHT) if index else 0)
        pieces.append((ink, left, round(drop * HEIGHT)))
        cursor = left + ink.shape[1]
    west = min(left for _, left, _ in pieces)
    north = min(bottom - ink.shape[0] for ink, _, bottom in pieces)
    sheet = np.zeros((max(bottom for _, _, bottom in pieces) - north, cursor - west + HEIGHT), np.uint8)
    for ink, left, bottom in pieces:
        place = sheet[
            bottom - north - ink.shape[0] : bottom - north, left - west : left - west + ink.shape[1]
        ]
        np.maximum(place, ink, out=place)
    return sheet[:, : int(np.flatnonzero(sheet.any(axis=0))[-1]) + 1]


def _strength(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.8, 1.0))


def _list(sheet: Sheet, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """Rows of numbers, on ruled or plain paper."""
    height, width = sheet.ink.shape
    digit = sheet.digit
    pitch = digit * rng.uniform(2.0, 2.8)
    ruled = rng.random() < 0.6
    ink, thick = rng.uniform(0.3, 0.9), int(rng.integers(1, 4))
    base = PADDING + 2 * digit
    while base < height - PADDING and not sheet.full:
        cursor = PADDING + rng.uniform(0, 2) * digit
        while not sheet.full:
            text, number = _number(sheet, glyphs, rng)
            if cursor + number.shape[1] > width - PADDING:
                break
            sheet.texts.append(text)
            drop = rng.normal(0, 0.05) * digit + (0.25 * digit if "," in text else 0)
            sheet.put(number, round(cursor), round(base - number.shape[0] + drop), _strength(rng))
            cursor += number.shape[1] + rng.uniform(1.1, 4) * digit
        if ruled:
            sheet.line((0, base), (width, base + rng.normal(0, 1)), ink, thick)
        base += round(pitch)


def _table(sheet: Sheet, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """A grid with a number in most cells."""
    height, width = sheet.ink.shape
    digit = sheet.digit
    tall, wide = digit * rng.uniform(1.7, 2.4), digit * rng.uniform(5, 8)
    columns, rows = int((width - 2 * PADDING) // wide), int((height - 2 * PADDING) // tall)
    rows = min(rows, -(-sheet.most // max(1, columns)))
    ink, thick = rng.uniform(0.4, 1.0), int(rng.integers(1, 4))
    for row in range(rows):
        for column in range(columns):
            if sheet.full or rng.random() < 0.1:
                continue
            text, number = _number(sheet, glyphs, rng, wide / digit - 0.8)
            room = wide - number.shape[1], tall - number.shape[0]
            left = PADDING + column * wide + room[0] * rng.uniform(0.15, 0.85)
            top = PADDING + row * tall + room[1] * rng.uniform(0.2, 0.8)
            sheet.texts.append(text)
            sheet.put(number, round(left), round(top), _strength(rng))
    for row in range(rows + 1):
        y = PADDING + row * tall
        sheet.line((PADDING, y), (PADDING + columns * wide, y), ink, thick)
    for column in range(columns + 1):
        x = PADDING + column * wide
        sheet.line((x, PADDING), (x, PADDING + rows * tall), ink, thick)


def _boxes(sheet: Sheet, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """A form: rows of boxes for one digit each, joined or standing apart."""
    height, width = sheet.ink.shape
    digit = sheet.digit
    side, tall = digit * rng.uniform(1.35, 1.6), digit * rng.uniform(1.45, 1.8)
    apart = digit * rng.uniform(0.15, 0.3) if rng.random() < 0.4 else 0.0
    ink, thick = rng.uniform(0.4, 1.0), int(rng.integers(1, 4))
    top = float(PADDING)
    while top + tall < height - PADDING and not sheet.full:
        left = PADDING + rng.uniform(0, 1) * digit
        while not sheet.full:
            values = "".join(str(value) for value in rng.integers(0, 10, int(rng.integers(2, 8))))
            if left + len(values) * (side + apart) > width - PADDING:
                break
            sheet.texts.append(values)
            for index, value in enumerate(values):
                corner = left + index * (side + apart)
                _into_box(sheet, _written(value, glyphs, rng), (corner, top, side, tall), rng)
                edges = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 0, 0, 1), (1, 0, 1, 1))
                for x0, y0, x1, y1 in edges:
                    start = corner + x0 * side, top + y0 * tall
                    sheet.line(start, (corner + x1 * side, top + y1 * tall), ink, thick)
            left += len(values) * (side + apart) + rng.uniform(1.5, 4) * digit
        top += tall + rng.uniform(0.8, 1.6) * digit


def _into_box(
    sheet: Sheet, ink: Image, box: tuple[float, float, float, float], rng: np.random.Generator
) -> None:
    """Writes one digit into a box, near its middle."""
    left, top, side, tall = box
    scale = sheet.digit / HEIGHT * float(np.exp(rng.normal(0, 0.08)))
    if rng.random() < 0.95:  # most stay inside
        scale = min(scale, 0.8 * side / ink.shape[1], 0.8 * tall / ink.shape[0])
    digit = scaled(ink, scale)
    room = side - digit.shape[1], tall - digit.shape[0]
    x, y = (left + room[0] * rng.uniform(0.25, 0.75), top + room[1] * rng.uniform(0.25, 0.75))
    sheet.put(digit, round(x), round(y), _strength(rng))


def _free(sheet: Sheet, glyphs: Glyphs | None, rng: np.random.Generator) -> None:
    """Numbers anywhere, clear of each other."""
    height, width = sheet.ink.shape
    digit = sheet.digit
    taken = np.zeros(sheet.ink.shape, bool)
    for _ in range(20 * sheet.most):
        if sheet.full:
            return
        text, number = _number(sheet, glyphs, rng)
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
        sheet.texts.append(text)
        sheet.put(number, left, top, _strength(rng))


def _dirt(sheet: Sheet, rng: np.random.Generator) -> None:
    """Adds specks anywhere, sometimes a frame around all."""
    height, width = sheet.ink.shape
    for _ in range(int(rng.integers(0, 40))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        cv2.circle(sheet.ink, (x, y), 1, (float(rng.uniform(0.3, 1)),), -1)
    if rng.random() < 0.2:
        far = 8
        corners = ((far, far), (width - far, far), (width - far, height - far), (far, height - far))
        for start, stop in zip(corners, corners[1:] + corners[:1], strict=True):
            sheet.line(start, stop, 0.9, 3)
