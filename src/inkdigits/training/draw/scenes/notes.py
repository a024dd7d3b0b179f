"""Notes and registers: numbers in lines and columns on any paper, with words, units, sums and dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.paper import Ruled, new_sheet, rule, shine_through
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scenes.pens import another_pen, random_pen, red_pen
from inkdigits.training.draw.scenes.sheet import Pen, Piece, Sheet

__all__ = ["notes", "one_line"]

Chance = np.random.Generator

LONG = 0.3  # of lines; a long number stands there
SIGNS = ("$", "$", "#", "=", "(", "No", "Rs", "EUR")  # before numbers
BEFORE = 0.06  # of the numbers; have one of them
RINGED = 0.025  # of numbers; have a ring around them, which is no mark of writing


@dataclass(frozen=True, slots=True)
class _Page:
    """A page in the making, who writes on it, and how it is ruled.

    The numbers have ``count`` digits each, such as those of accounts and telephones, where that is given.
    """

    sheet: Sheet
    maker: Maker
    penman: Penman
    pen: Pen
    ruled: Ruled
    count: int | None = None

    def text(self, rng: Chance, longest: int) -> str:
        """Returns what the next number says."""
        if self.count is not None:
            return "".join(map(str, rng.integers(0, 10, self.count)))
        return self.maker.text(rng, longest=longest)


def one_line(maker: Maker, rng: Chance) -> Sheet:
    """Composes a line or two of numbers, as somebody cuts them out of a page."""
    digit = float(np.exp(rng.uniform(np.log(10), np.log(60))))
    lines = 1 if rng.random() < 0.75 else 2
    width = digit * float(np.exp(rng.uniform(np.log(3), np.log(14))))
    pitch = digit * rng.uniform(1.5, 2.4)
    count = int(rng.integers(6, 12)) if rng.random() < LONG else None
    if count is not None:
        width = digit * count * rng.uniform(0.8, 1.3)
    height = pitch * lines + digit * rng.uniform(0.0, 1.6)
    return _written(maker, height, width, digit, rng, lines=lines, pitch=pitch, count=count)


def notes(maker: Maker, rng: Chance) -> Sheet:
    """Composes a page or a slip of notes."""
    digit = float(np.exp(rng.uniform(np.log(12), np.log(36))))
    width, height = digit * rng.uniform(12, 34), digit * rng.uniform(8, 36)
    return _written(maker, min(height, 1300), min(width, 1500), digit, rng)


def _written(
    maker: Maker,
    height: float,
    width: float,
    digit: float,
    rng: Chance,
    *,
    lines: int | None = None,
    pitch: float | None = None,
    count: int | None = None,
) -> Sheet:
    penman, pen = maker.penman(digit, rng), random_pen(rng)
    sheet = new_sheet(height, width, digit, rng)
    if rng.random() < 0.1:  # the other side
        _lines(_Page(sheet, maker, penman, pen, Ruled()), rng, pitch=digit * 2)
        shine_through(sheet, rng)
    page = _Page(
        sheet,
        maker,
        penman,
        pen,
        rule(sheet, rng, kind="lined" if count and rng.random() < 0.6 else None),
        count,
    )
    if lines is None and rng.random() < 0.25:
        _column(page, rng)
    else:
        _lines(page, rng, lines=lines, pitch=pitch)
    if rng.random() < 0.1:
        _corrected(sheet, maker, digit, rng)
    return sheet


def _bases(sheet: Sheet, ruled: Ruled, rng: Chance, pitch: float | None) -> list[float]:
    """Returns where the lines of writing stand: on the rulings or between them, or where it pleases."""
    digit = sheet.digit
    if ruled.pitch is not None and ruled.pitch > 1.15 * digit and rng.random() < 0.85:
        step, first = ruled.pitch, ruled.first
        lift = rng.uniform(-0.05, 0.25) * digit if ruled.side is None else rng.uniform(0, 0.5) * ruled.pitch
        while first - lift < 1.05 * digit:
            first += step
        return list(np.arange(first - lift, sheet.height - 0.05 * digit, step))
    step = pitch or digit * rng.uniform(1.5, 2.6)
    return list(np.arange(1.15 * digit + rng.uniform(0, 0.4) * digit, sheet.height - 0.1 * digit, step))


def _lines(page: _Page, rng: Chance, *, lines: int | None = None, pitch: float | None = None) -> None:
    """Writes line after line, numbers and what stands beside them."""
    sheet, penman, digit = page.sheet, page.penman, page.sheet.digit
    wordy = float(rng.choice((0.0, 0.15, 0.45), p=(0.5, 0.3, 0.2)))
    gap = digit * float(np.exp(rng.uniform(np.log(0.9), np.log(4))))
    most = min(14 if rng.random() < 0.6 else 4, max(1, int(sheet.width / digit / 0.85)))
    fall = rng.normal(0, 0.015)
    for row, base in enumerate(_bases(sheet, page.ruled, rng, pitch)[:lines]):
        x = rng.uniform(0.05, 1.0) * digit
        if rng.random() < 0.25:
            x += rng.uniform(0, 0.4) * sheet.width
        alone = True
        while x < sheet.width - digit:
            y = base + fall * x + rng.normal(0, 0.03) * digit
            if rng.random() < wordy:
                piece, is_number = penman.word(rng, words.subject(rng)), False
            else:
                piece, is_number = penman.number(page.text(rng, most), rng), True
            if x + piece.width > sheet.width - 0.05 * digit:
                if not alone or piece.width > sheet.width:
                    break
                x = max(0.02 * digit, sheet.width - piece.width - rng.uniform(0.05, 0.5) * digit)
            if is_number and rng.random() < 0.04:
                piece = penman.struck(page.maker.text(rng, longest=most).strip("+-/:.,'") or "1", rng)
                if x + piece.width > sheet.width:
                    break
            now = another_pen(page.pen, rng)
            if is_number and rng.random() < BEFORE:
                x += _before(page, piece, x, y, rng)
            sheet.put(piece, x, y, now, rng, row=row)
            if is_number and rng.random() < RINGED:
                ring = penman.ring(piece.width, piece.height, rng)
                left = round(x + 0.5 * (piece.width - ring.shape[1]))
                sheet.lay(ring, left, round(y - piece.base + 0.5 * (piece.height - ring.shape[0])), now, rng)
            alone = False
            x += piece.width
            if is_number and rng.random() < 0.12:
                x += _unit(page, x, y, rng)
            x += gap * rng.uniform(0.7, 1.5)


def _before(page: _Page, piece: Piece, x: float, y: float, rng: Chance) -> float:
    """Writes a currency or another sign before a number; returns how much room it took."""
    sign = page.penman.letters(str(rng.choice(SIGNS)), rng, size=rng.uniform(0.7, 1.1))
    apart = rng.uniform(0.05, 0.4) * page.sheet.digit
    if x + sign.width + apart + piece.width > page.sheet.width:
        return 0.0
    page.sheet.put(sign, x, y, page.pen, rng)
    return sign.width + apart


def _unit(page: _Page, x: float, y: float, rng: Chance) -> float:
    """Writes a unit behind a number; returns how much room it took."""
    text = words.UNITS[int(rng.integers(len(words.UNITS)))]
    piece = page.penman.letters(text, rng, size=rng.uniform(0.6, 0.95))
    apart = rng.uniform(0.05, 0.5) * page.sheet.digit
    if x + apart + piece.width < page.sheet.width:
        page.sheet.put(piece, x + apart, y, page.pen, rng)
        return apart + piece.width
    return 0.0


def _column(page: _Page, rng: Chance) -> None:
    """Writes columns of numbers, their last digits one below the other, words before them, a sum below."""
    sheet, penman, pen, digit = page.sheet, page.penman, page.pen, page.sheet.digit
    count = int(rng.integers(1, max(2, int(sheet.width / (6 * digit)) + 1)))
    wide = sheet.width / count
    named = rng.random() < 0.35 and wide > 8 * digit
    bases = _bases(sheet, page.ruled, rng, None)
    most = int(rng.integers(2, 7))
    end = rng.uniform(0.6, 0.95)
    signs = 0.2 if rng.random() < 0.2 else 0.0
    for row, base in enumerate(bases):
        for column in range(count):
            if rng.random() < 0.06:
                continue
            piece = penman.number(page.maker.text(rng, longest=most, signs=signs), rng)
            x = (column + end) * wide - piece.width + rng.normal(0, 0.15) * digit
            if piece.width > 0.8 * wide:
                continue
            y = base + rng.normal(0, 0.04) * digit
            sheet.put(piece, x, y, another_pen(pen, rng), rng, row=row, column=column)
            if named and column == 0:
                word = penman.word(rng, words.name(rng), size=0.9)
                if word.width < x - 1.2 * digit:
                    sheet.put(word, 0.3 * digit, y, pen, rng)
    if rng.random() < 0.4 and len(bases) > 2:  # the stroke above the sum
        row = len(bases) - 1
        y = 0.5 * (bases[row] - digit + bases[row - 1]) + 0.06 * digit
        sheet.line(
            (0.2 * digit, y), (sheet.width * end, y + rng.normal(0, 2)), pen, max(1, penman.pen * digit)
        )


def _corrected(sheet: Sheet, maker: Maker, digit: float, rng: Chance) -> None:
    """Adds ticks, rings and crosses of who looked it through, in red mostly."""
    penman, pen = maker.penman(digit, rng), red_pen(rng)
    for _ in range(int(rng.integers(1, 5))):
        piece = penman.mark(rng, size=rng.uniform(0.8, 1.6))
        x, y = rng.uniform(0, 1, 2) * (sheet.width - piece.width, sheet.height)
        inside = [mark for mark in sheet.marks if mark.number != NONE and _meets(mark.outline, x, y, piece)]
        if not inside and x >= 0 and y > piece.height:
            sheet.put(piece, x, y, pen, rng)


def _meets(outline: NDArray[np.float32], x: float, y: float, piece: Piece) -> bool:
    left, top = outline.min(axis=0)
    right, bottom = outline.max(axis=0)
    return bool(left < x + piece.width and right > x and top < y and bottom > y - piece.height)
