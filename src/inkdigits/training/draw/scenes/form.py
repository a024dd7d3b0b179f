"""Forms: printed labels and boxes, combs, underlines, boxes to tick; filled in, and left empty."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inkdigits.training.draw.raster import overlay
from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fonts import Face, set_text
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.paper import new_sheet, shine_through
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scenes.pens import another_pen, print_ink, random_pen
from inkdigits.training.draw.scenes.sheet import Mark, Pen, Piece, Sheet

__all__ = ["form"]

Chance = np.random.Generator

EMPTY = 0.25  # of the fields
FIELDS = ("box", "comb", "cells", "underline", "nothing", "ticks")
SHARES = (0.3, 0.2, 0.12, 0.2, 0.1, 0.08)


@dataclass(frozen=True, slots=True)
class _Form:
    """What stays alike through a form."""

    sheet: Sheet
    maker: Maker
    penman: Penman
    pen: Pen
    face: Face
    ink: Pen
    line: Pen
    thick: float
    type_size: float


def form(maker: Maker, rng: Chance, *, small: bool = False) -> Sheet:
    """Composes a form, or a strip of one.

    Args:
        maker: what it is made of.
        rng: the source of all chance.
        small: whether it has one to three fields.
    """
    digit = float(np.exp(rng.uniform(np.log(12), np.log(44 if small else 32))))
    width = digit * (rng.uniform(6, 18) if small else rng.uniform(16, 38))
    height = digit * (rng.uniform(2, 6) if small else rng.uniform(12, 40))
    width, height = min(width, 1300), min(height, 1400)
    sheet = new_sheet(height, width, digit, rng)
    pen = random_pen(rng)
    ink = print_ink(rng, pen)
    line = ink if rng.random() < 0.6 else print_ink(rng, pen)
    made = _Form(
        sheet,
        maker,
        maker.penman(digit, rng, pen=None if rng.random() < 0.5 else (0.07, 0.14)),
        pen,
        maker.fonts.print(rng),
        ink,
        replace(line, strength=line.strength * rng.uniform(0.35, 1.0)),
        float(np.exp(rng.uniform(np.log(0.6), np.log(max(1.2, digit / 9))))),
        digit * rng.uniform(0.45, 1.0),
    )
    if rng.random() < 0.06:
        _fill(made, rng, small)
        shine_through(sheet, rng)
    _fill(made, rng, small)
    return sheet


def _fill(form: _Form, rng: Chance, small: bool) -> None:
    """Puts lines of fields on the sheet, from its head to its foot."""
    sheet, digit = form.sheet, form.sheet.digit
    y = rng.uniform(0.1, 1.0) * digit
    if not small and rng.random() < 0.7:
        piece = set_text(form.face, words.title(rng), form.type_size * rng.uniform(1.3, 2.2))
        y += piece.height
        sheet.put(piece, rng.choice((0.05, 0.3)) * sheet.width, y, form.ink, rng)
        y += rng.uniform(0.4, 1.2) * digit
    pitch = digit * rng.uniform(2.0, 3.4)
    row = 0
    same = str(rng.choice(FIELDS, p=SHARES)) if rng.random() < 0.4 else None
    above = rng.random() < 0.3
    while y + pitch < sheet.height + 0.3 * digit:
        if not small and rng.random() < 0.1:
            piece = set_text(form.face, words.sentence(rng, int(rng.integers(4, 11))), form.type_size * 0.9)
            sheet.put(piece, digit * 0.5, y + 0.7 * pitch, form.ink, rng)
        else:
            _line(form, y, rng, pitch=pitch, row=row, same=same, above=above)
            row += 1
        y += pitch


def _line(
    form: _Form, y: float, rng: Chance, *, pitch: float, row: int, same: str | None, above: bool
) -> None:
    """Puts fields side by side."""
    sheet, digit = form.sheet, form.sheet.digit
    x = rng.uniform(0.1, 1.0) * digit
    column = 0
    tall = digit * rng.uniform(1.25, 1.6)
    top = y + pitch - tall - 0.2 * digit
    while x < sheet.width - 2.5 * digit:
        if rng.random() < 0.85:
            label = set_text(form.face, words.field_label(rng), form.type_size * (0.75 if above else 1.0))
            if x + label.width > sheet.width - 2 * digit:
                return
            if above:
                sheet.put(label, x, top - 0.12 * digit, form.ink, rng)
            else:
                sheet.put(label, x, top + 0.5 * tall + 0.35 * form.type_size, form.ink, rng)
                x += label.width + rng.uniform(0.2, 0.9) * digit
        kind = same or str(rng.choice(FIELDS, p=SHARES))
        wide = _field(form, kind, (x, top, tall), (row, column), rng)
        x += wide + digit * rng.uniform(0.6, 2.5)
        column += 1


def _field(
    form: _Form, kind: str, place: tuple[float, float, float], at: tuple[int, int], rng: Chance
) -> float:
    """Puts a field on the sheet and fills it in, or not; returns its width."""
    sheet, digit = form.sheet, form.sheet.digit
    x, top, tall = place
    room = sheet.width - x - 0.2 * digit
    if room < 1.2 * digit:
        return room
    if kind in ("comb", "cells"):
        return _comb(form, place, at, room, rng, apart=kind == "cells")
    if kind == "ticks":
        return _ticks(form, place, room, rng)
    wide = min(room, digit * rng.uniform(2.2, 8))
    if kind == "box":
        _frame(form, x, top, wide, tall)
        if rng.random() < 0.1:  # a second line close to it
            _frame(form, x - 3, top - 3, wide + 6, tall + 6)
    elif kind == "underline":
        sheet.line((x, top + tall), (x + wide, top + tall), form.line, form.thick)
    if rng.random() > EMPTY:
        piece = _entry(form, wide, rng)
        left = x + max(0.0, wide - piece.width) * rng.uniform(0.05, 0.6)
        foot = top + tall * (0.5 if kind == "box" else 0.72) + 0.5 * digit * (kind == "box")
        base = foot + rng.normal(0, 0.08) * digit + (0.22 * digit if kind != "box" else 0)
        sheet.put(piece, left, base, another_pen(form.pen, rng), rng, row=at[0], column=NONE)
        if rng.random() < 0.08:
            unit = set_text(form.face, str(rng.choice(words.UNITS)), form.type_size)
            sheet.put(unit, x + wide + 0.15 * digit, base, form.ink, rng)
            wide += unit.width
    return wide


def _entry(form: _Form, wide: float, rng: Chance) -> Piece:
    """Returns what somebody writes into a field: a number mostly, a word at times."""
    if rng.random() < 0.12:
        word = form.penman.word(rng, words.name(rng).split()[0])
        if word.width < 1.1 * wide:
            return word
    piece = form.penman.number("1", rng)
    for _ in range(6):
        text = form.maker.text(rng, longest=max(1, int(1.5 * wide / form.sheet.digit)))
        piece = form.penman.number(text, rng)
        if piece.width < 1.02 * wide:
            return piece
    return piece


def _frame(form: _Form, x: float, top: float, wide: float, tall: float) -> None:
    corners = (x, top), (x + wide, top), (x + wide, top + tall), (x, top + tall)
    for start, stop in zip(corners, corners[1:] + corners[:1], strict=True):
        form.sheet.line(start, stop, form.line, form.thick)


def _comb(
    form: _Form,
    place: tuple[float, float, float],
    at: tuple[int, int],
    room: float,
    rng: Chance,
    *,
    apart: bool,
) -> float:
    """Puts a box for each character, side by side or apart; writes into them, and leaves some empty."""
    x, top, tall = place
    digit = form.sheet.digit
    side = digit * rng.uniform(1.05, 1.5)
    step = side + (digit * rng.uniform(0.12, 0.4) if apart else 0.0)
    count = int(min(rng.integers(2, 11), max(1, room // step)))
    teeth = not apart and rng.random() < 0.25  # short lines that stand on one below
    for index in range(count):
        left = x + index * step
        if teeth:
            high = 0.4 * tall
            form.sheet.line((left, top + high), (left, top + tall), form.line, form.thick)
            form.sheet.line((left, top + tall), (left + side, top + tall), form.line, form.thick)
        else:
            _frame(form, left, top, side, tall)
    if teeth:
        end = x + count * side
        form.sheet.line((end, top + 0.4 * tall), (end, top + tall), form.line, form.thick)
    if rng.random() < EMPTY or room < step:
        return count * step
    text = form.maker.text(rng, longest=count, signs=0.15)
    first = 0 if rng.random() < 0.6 else count - len(text)
    size = min(1.0, 0.95 * side / digit) * rng.uniform(0.75, 1.05)
    pieces = [form.penman.digit(value, rng, size=size * rng.uniform(0.93, 1.07)) for value in text]
    lefts = [x + (first + index + 0.5) * step - (step - side) / 2 for index in range(len(text))]
    whole = _joined(pieces, text, lefts, digit, rng)
    form.sheet.put(whole[0], whole[1], top + 0.5 * tall + 0.5 * digit, form.pen, rng, row=at[0], column=NONE)
    return count * step


def _joined(
    pieces: list[Piece], text: str, middles: list[float], digit: float, rng: Chance
) -> tuple[Piece, float]:
    """Returns characters about given columns as one piece, and the column of its left border."""
    lefts = [
        round(middle - piece.width / 2 + rng.normal(0, 0.06) * digit)
        for piece, middle in zip(pieces, middles, strict=True)
    ]
    raised = [
        (0.5 * digit - 0.5 * p.height) if v in "-+:" else 0.0 for p, v in zip(pieces, text, strict=True)
    ]
    tops = [
        round(-piece.base - up + rng.normal(0, 0.05) * digit)
        for piece, up in zip(pieces, raised, strict=True)
    ]
    west, north = min(lefts), min(tops)
    high = max(top + piece.height for top, piece in zip(tops, pieces, strict=True)) - north
    wide = max(left + piece.width for left, piece in zip(lefts, pieces, strict=True)) - west
    ink = np.zeros((high, wide), np.uint8)
    marks: list[Mark] = []
    for piece, left, top in zip(pieces, lefts, tops, strict=True):
        overlay(ink, piece.ink, top - north, left - west)
        shift = np.array((left - west, top - north), np.float32)
        marks += [Mark(mark.outline + shift, mark.label) for mark in piece.marks]
    return Piece(ink, tuple(marks), -north), west


def _ticks(form: _Form, place: tuple[float, float, float], room: float, rng: Chance) -> float:
    """Puts small boxes to tick, each with a word behind it."""
    x, top, tall = place
    digit = form.sheet.digit
    side = digit * rng.uniform(0.7, 1.1)
    start = x
    for _ in range(int(rng.integers(1, 5))):
        if x + 3 * digit > start + room:
            break
        y = top + 0.5 * (tall - side)
        _frame(form, x, y, side, side)
        if rng.random() < 0.4:
            tick = form.penman.mark(rng, size=rng.uniform(0.6, 1.0))
            left = x + 0.5 * (side - tick.width) + rng.normal(0, 0.1) * digit
            form.sheet.put(tick, left, y + 0.5 * side + 0.5 * tick.height, form.pen, rng)
        word = set_text(form.face, words.subject(rng), form.type_size)
        if x + side + word.width > start + room:
            break
        form.sheet.put(word, x + side + 0.3 * digit, top + 0.5 * tall + 0.35 * form.type_size, form.ink, rng)
        x += side + word.width + 1.2 * digit
    return x - start
