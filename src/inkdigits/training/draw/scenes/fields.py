"""Fields of a form that have shapes of their own: frames, combs, boxes to tick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits.training.draw.raster import overlay
from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fonts import Face, set_text
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scenes.sheet import Mark, Pen, Piece, Sheet

__all__ = ["EMPTY", "Form", "comb", "frame", "ticks"]

Chance = np.random.Generator

EMPTY = 0.25  # of the fields


@dataclass(frozen=True, slots=True)
class Form:
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


def frame(form: Form, x: float, top: float, wide: float, tall: float) -> None:
    """Draws a rectangle by its left side, its upper side, its width and its height, pixels."""
    corners = (x, top), (x + wide, top), (x + wide, top + tall), (x, top + tall)
    for start, stop in zip(corners, corners[1:] + corners[:1], strict=True):
        form.sheet.line(start, stop, form.line, form.thick)


def comb(
    form: Form,
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
            frame(form, left, top, side, tall)
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


def ticks(form: Form, place: tuple[float, float, float], room: float, rng: Chance) -> float:
    """Puts small boxes to tick, each with a word behind it."""
    x, top, tall = place
    digit = form.sheet.digit
    side = digit * rng.uniform(0.7, 1.1)
    start = x
    for _ in range(int(rng.integers(1, 5))):
        if x + 3 * digit > start + room:
            break
        y = top + 0.5 * (tall - side)
        frame(form, x, y, side, side)
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
