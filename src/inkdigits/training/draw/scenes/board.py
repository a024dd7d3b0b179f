"""Blackboards with wiped dust, and drawings on a screen."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.grain import noise_tile
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scenes.sheet import Colour, Pen, Piece, Sheet

__all__ = ["board", "digit_square", "screen"]

Chance = np.random.Generator

BOARDS = ((38, 66, 54), (30, 50, 45), (45, 48, 50), (28, 30, 32), (52, 74, 66))
CHALKS = ((240, 240, 235), (240, 238, 220), (245, 225, 130), (240, 170, 180), (150, 200, 240))


def board(maker: Maker, rng: Chance) -> Sheet:
    """Composes what stands on a blackboard: strokes of chalk on what was wiped away before."""
    digit = float(np.exp(rng.uniform(np.log(16), np.log(60))))
    width, height = digit * rng.uniform(4, 18), digit * rng.uniform(1.7, 9)
    sheet = Sheet(round(height), round(width), digit, BOARDS[int(rng.integers(len(BOARDS)))])
    penman = maker.penman(digit, rng, pen=(0.08, 0.2))
    colour: Colour = CHALKS[int(rng.choice(len(CHALKS), p=(0.5, 0.2, 0.14, 0.08, 0.08)))]
    chalk = Pen(colour, rng.uniform(0.6, 1.0), rng.uniform(0.25, 0.8), opaque=True)
    if rng.random() < 0.6:
        _lines(sheet, maker, penman, replace(chalk, strength=rng.uniform(0.2, 0.5)), rng)
        _wipe(sheet, rng)
    _dust(sheet, rng)
    _lines(sheet, maker, penman, chalk, rng)
    return sheet


def _lines(sheet: Sheet, maker: Maker, penman: Penman, pen: Pen, rng: Chance) -> None:
    digit = sheet.digit
    step = digit * rng.uniform(1.5, 2.2)
    for row, base in enumerate(np.arange(1.3 * digit, sheet.height - 0.15 * digit, step)):
        x = rng.uniform(0.2, 1.5) * digit
        while True:
            if rng.random() < 0.12:
                piece: Piece = penman.word(rng, words.subject(rng))
            else:
                piece = penman.number(maker.text(rng, longest=8), rng)
            if x + piece.width > sheet.width - 2:
                break
            sheet.put(piece, x, base + rng.normal(0, 0.05) * digit, pen, rng, row=row)
            x += piece.width + digit * rng.uniform(1.0, 3.0)


def _wipe(sheet: Sheet, rng: Chance) -> None:
    """Wipes what stands there: it is no mark any more, but a shade."""
    length = max(3, int(rng.uniform(0.4, 1.2) * sheet.digit))
    wiped = cv2.blur(sheet.picture, (length, max(2, int(0.25 * length))))
    wiped = cv2.GaussianBlur(wiped, (0, 0), max(0.8, 0.06 * sheet.digit))
    share = rng.uniform(0.0, 0.25)
    sheet.picture[:] = cv2.addWeighted(sheet.picture, share, wiped, 1 - share, 0)
    sheet.marks.clear()
    sheet.numbers = 0


def _dust(sheet: Sheet, rng: Chance) -> None:
    """Leaves dust in streaks."""
    high, wide = sheet.height, sheet.width
    coarse = noise_tile(5)[: high // 12 + 3, : wide // 40 + 3] + rng.normal(0, 0.3)
    streaks = np.asarray(cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC), np.float32)
    layer = np.clip(streaks * rng.uniform(3, 16) + rng.uniform(0, 14), 0, 90).astype(np.uint8)
    sheet.picture[:] = cv2.add(sheet.picture, cv2.merge([layer] * 3))


def screen(maker: Maker, rng: Chance) -> Sheet:
    """Composes what somebody draws with a mouse or a finger: light on dark, colours, lines of one pixel."""
    digit = float(np.exp(rng.uniform(np.log(16), np.log(90))))
    kind = rng.random()
    if kind < 0.3:
        paper, colour = (0, 0, 0), (255, 255, 255)
    elif kind < 0.62:
        paper, colour = (255, 255, 255), (0, 0, 0)
    else:
        paper = (255, 255, 255) if rng.random() < 0.7 else tuple(rng.uniform(200, 255, 3).tolist())
        colour = tuple(rng.uniform(0, 200, 3).tolist())
        if rng.random() < 0.15:
            paper, colour = tuple(rng.uniform(0, 70, 3).tolist()), tuple(rng.uniform(170, 255, 3).tolist())
    thin = rng.random() < 0.4
    if thin:  # one or two pixels; drawn at the size at which real hands' strokes are one pixel wide
        digit = float(rng.uniform(28, 42))
    penman = maker.penman(digit, rng, pen=(0.02, 0.05) if thin else (0.06, 0.18))
    sheet = Sheet(
        round(digit * rng.uniform(1.3, 5)),
        round(digit * rng.uniform(2.0, 12)),
        digit,
        (paper[0], paper[1], paper[2]),
    )
    pen = Pen((colour[0], colour[1], colour[2]), 1.0, opaque=True)
    hard = rng.random() < 0.35
    step = digit * rng.uniform(1.5, 2.4)
    first = digit * rng.uniform(1.1, 1.6)
    for row, base in enumerate(np.arange(first, sheet.height, step)):
        x = rng.uniform(0.02, 1.5) * digit
        for _ in range(int(rng.integers(1, 4))):
            other = rng.random() < 0.08
            text = maker.text(rng, longest=max(1, int(sheet.width / digit * 1.2)))
            piece = penman.mark(rng) if other else penman.number(text, rng)
            if x + piece.width > sheet.width:
                break
            if hard:
                piece = replace(piece, ink=np.where(piece.ink > 100, np.uint8(255), np.uint8(0)))
            sheet.put(piece, x, base + rng.normal(0, 0.05) * digit, pen, rng, row=row)
            x += piece.width + digit * rng.uniform(0.8, 3)
    return sheet


def digit_square(maker: Maker, rng: Chance) -> Sheet:
    """Composes a digit or two in the middle of a square, large in it or small."""
    side = float(np.exp(rng.uniform(np.log(28), np.log(140))))
    share = rng.uniform(0.3, 0.85)
    digit = max(9.0, min(60.0, share * side))
    dark = rng.random() < 0.45
    level = rng.uniform(0, 25) if dark else rng.uniform(215, 255)
    ink = rng.uniform(190, 255) if dark else rng.uniform(0, 90)
    sheet = Sheet(round(side), round(side * rng.uniform(0.85, 1.25)), digit, (level, level, level))
    pen = Pen((ink, ink, ink), rng.uniform(0.7, 1.0), opaque=dark)
    penman = maker.penman(digit, rng, pen=(0.06, 0.18))
    if rng.random() < 0.1:
        piece = penman.letters(str(rng.choice(list("ABCEFGHKMNPRTUVWXY"))), rng)
    elif rng.random() < 0.06:
        piece = penman.mark(rng)
    else:
        count = 1 if rng.random() < 0.85 or sheet.width < 1.7 * digit else 2
        piece = penman.number("".join(map(str, rng.integers(0, 10, count))), rng)
    x = (sheet.width - piece.width) * np.clip(rng.normal(0.5, 0.12), 0, 1)
    y = (sheet.height - piece.height) * np.clip(rng.normal(0.5, 0.12), 0, 1)
    sheet.put(piece, x, y + piece.base, pen, rng, row=0)
    if rng.random() < 0.15:
        inset = rng.uniform(0, 0.08) * side
        layer = np.zeros((sheet.height, sheet.width), np.uint8)
        start, stop = (int(inset), int(inset)), (int(sheet.width - inset), int(sheet.height - inset))
        cv2.rectangle(layer, start, stop, (255,), max(1, round(side / 60)))
        sheet.lay(layer, 0, 0, pen, rng)
    return sheet
