"""Scenes in which there is no number to read: text, blank paper, drawings, bars, empty forms."""

from __future__ import annotations

import cv2
import numpy as np

from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fonts import set_text
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.paper import new_sheet, rule
from inkdigits.training.draw.scenes.pens import print_ink, random_pen
from inkdigits.training.draw.scenes.sheet import Pen, Sheet

__all__ = ["nothing"]

Chance = np.random.Generator


def nothing(maker: Maker, rng: Chance) -> Sheet:
    """Composes a scene without a number."""
    digit = float(np.exp(rng.uniform(np.log(10), np.log(40))))
    sheet = new_sheet(digit * rng.uniform(2, 24), digit * rng.uniform(4, 30), digit, rng)
    kinds = (_print, _writing, _blank, _drawing, _bars, _letters)
    kinds[int(rng.choice(len(kinds), p=(0.3, 0.22, 0.12, 0.14, 0.1, 0.12)))](sheet, maker, rng)
    return sheet


def _print(sheet: Sheet, maker: Maker, rng: Chance) -> None:
    face, ink = maker.fonts.print(rng), print_ink(rng)
    size = sheet.digit * rng.uniform(0.7, 1.4)
    y = rng.uniform(1.0, 2.0) * size
    while y < sheet.height:
        count = max(1, int(sheet.width / size / 3.2))
        piece = set_text(face, words.sentence(rng, count), size)
        if piece.width < sheet.width:
            sheet.put(piece, 0.4 * sheet.digit, y, ink, rng)
        else:
            sheet.put(set_text(face, words.code(rng), size), 0.4 * sheet.digit, y, ink, rng)
        y += size * rng.uniform(1.2, 1.6)


def _writing(sheet: Sheet, maker: Maker, rng: Chance) -> None:
    rule(sheet, rng)
    penman, pen = maker.penman(sheet.digit, rng), random_pen(rng)
    y = rng.uniform(1.1, 1.8) * sheet.digit
    while y < sheet.height:
        x = rng.uniform(0.1, 1.5) * sheet.digit
        while x < sheet.width:
            piece = penman.word(rng)
            if x + piece.width > sheet.width:
                break
            sheet.put(piece, x, y, pen, rng)
            x += piece.width + rng.uniform(0.5, 1.2) * sheet.digit
        y += sheet.digit * rng.uniform(1.6, 2.2)


def _letters(sheet: Sheet, maker: Maker, rng: Chance) -> None:
    penman, pen = maker.penman(sheet.digit, rng), random_pen(rng)
    for _ in range(int(rng.integers(1, 7))):
        text = "".join(rng.choice(list("ABCDEFGHKLMNPRTUVWXY"), int(rng.integers(1, 4))))
        piece = penman.letters(text, rng) if rng.random() < 0.7 else penman.mark(rng)
        x, y = rng.uniform(0, 1, 2) * (sheet.width - piece.width, sheet.height - piece.height)
        if x > 0 and y > 0:
            sheet.put(piece, x, y + piece.base, pen, rng)


def _blank(sheet: Sheet, maker: Maker, rng: Chance) -> None:
    rule(sheet, rng)


def _drawing(sheet: Sheet, maker: Maker, rng: Chance) -> None:
    """Draws lines, rings and curves: no mark of writing, and none of them is told."""
    pen = random_pen(rng)
    layer = np.zeros((sheet.height, sheet.width), np.uint8)
    thick = max(1, round(sheet.digit * rng.uniform(0.04, 0.16)))
    size = min(sheet.height, sheet.width)
    for _ in range(int(rng.integers(2, 9))):
        x, y = (rng.uniform(0.1, 0.9, 2) * (sheet.width, sheet.height)).astype(int).tolist()
        axes = (rng.uniform(0.15, 0.5, 2) * size).astype(int).tolist()
        kind = rng.random()
        if kind < 0.4:
            turn, stop = float(rng.uniform(0, 180)), float(rng.uniform(120, 360))
            cv2.ellipse(layer, (x, y), axes, turn, 0, stop, (255,), thick, cv2.LINE_AA)
        elif kind < 0.7:
            points = np.array((x, y)) + np.cumsum(rng.normal(0, 0.15 * size, (6, 2)), axis=0)
            cv2.polylines(layer, [points.astype(np.int32)], False, (255,), thick, cv2.LINE_AA)
        else:
            stop = (x + int(axes[0]), y - int(axes[1]))
            cv2.rectangle(layer, (x, y), stop, (255,), thick, cv2.LINE_AA)
    sheet.lay(layer, 0, 0, pen, rng)


def _bars(sheet: Sheet, maker: Maker, rng: Chance) -> None:
    """Prints a barcode, or a square of dots, with its number in print below it."""
    level = rng.uniform(0, 50)
    ink = Pen((level, level, level))
    unit = max(1, round(sheet.digit * rng.uniform(0.06, 0.16)))
    if rng.random() < 0.7:
        count = max(8, int(0.8 * sheet.width / unit))
        bars = np.repeat(rng.random(count // 2) < 0.5, rng.integers(1, 4, count // 2))[:count]
        tall = max(6, int(rng.uniform(0.35, 0.75) * sheet.height))
        layer = np.repeat(np.repeat(bars[None], tall, axis=0), unit, axis=1)
    else:
        count = max(8, int(0.7 * min(sheet.height, sheet.width) / unit))
        layer = np.kron(rng.random((min(count, 40), min(count, 40))) < 0.5, np.ones((unit, unit), bool))
    left, top = int(0.1 * sheet.width), int(0.08 * sheet.height)
    sheet.lay(np.where(layer, np.uint8(255), np.uint8(0)), left, top, ink, rng)
    below = set_text(
        maker.fonts.print(rng), str(int(rng.integers(10**7, 10**12))), 0.7 * sheet.digit, spread=2
    )
    y = top + layer.shape[0] + below.height + 2
    if y < sheet.height and below.width < sheet.width - left:
        sheet.put(below, left, y, ink, rng)
