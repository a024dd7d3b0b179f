"""Forms: printed labels and boxes, combs, underlines, boxes to tick; filled in, and left empty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fields import EMPTY, Form, comb, frame, ticks
from inkdigits.training.draw.scenes.fonts import set_text
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.paper import new_sheet, shine_through
from inkdigits.training.draw.scenes.pens import another_pen, print_ink, random_pen
from inkdigits.training.draw.scenes.sheet import Piece, Sheet

__all__ = ["form"]

Chance = np.random.Generator

FIELDS = ("box", "comb", "cells", "underline", "nothing", "ticks")
SHARES = (0.3, 0.2, 0.12, 0.2, 0.1, 0.08)


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
    made = Form(
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


def _fill(form: Form, rng: Chance, small: bool) -> None:
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
    form: Form, y: float, rng: Chance, *, pitch: float, row: int, same: str | None, above: bool
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
    form: Form, kind: str, place: tuple[float, float, float], at: tuple[int, int], rng: Chance
) -> float:
    """Puts a field on the sheet and fills it in, or not; returns its width."""
    sheet, digit = form.sheet, form.sheet.digit
    x, top, tall = place
    room = sheet.width - x - 0.2 * digit
    if room < 1.2 * digit:
        return room
    if kind in ("comb", "cells"):
        return comb(form, place, at, room, rng, apart=kind == "cells")
    if kind == "ticks":
        return ticks(form, place, room, rng)
    wide = min(room, digit * rng.uniform(2.2, 8))
    if kind == "box":
        frame(form, x, top, wide, tall)
        if rng.random() < 0.1:  # a second line close to it
            frame(form, x - 3, top - 3, wide + 6, tall + 6)
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


def _entry(form: Form, wide: float, rng: Chance) -> Piece:
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
