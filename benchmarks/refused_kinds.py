"""What ``refused.py`` asks the reader: pictures of what is no digit, and papers with nothing on them.

Marks are by writers whom no training learns from, put on paper and photographed as the project's own numbers
are; print is in the type that OpenCV and Pillow bring along, which no training sets. Papers and light are
drawn.
"""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from inkdigits import spec
from inkdigits.readings import Box, Expect
from inkdigits.training.draw.camera import PAGE_CAMERA, photograph
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.other_marks import SHAPES, drawn_shape, struck_out
from inkdigits.training.draw.raster import scaled, strength_of
from inkdigits.training.draw.rulings import draw_rulings
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fonts import FontBook, set_text
from inkdigits.training.draw.scenes.paper import new_sheet, rule
from inkdigits.training.draw.scenes.taking import as_it_is, close_up, copied, on_desk

Picture = np.ndarray  # uint8 (H, W) or (H, W, 3)
Chance = np.random.Generator

MARK = (16.0, 48.0)  # pixels; height that a digit would have beside the mark, smallest and largest
ROOM = (0.3, 1.5)  # heights of a digit; paper on each side of it
BELOW = 0.1  # of a digit's height; how far below a mark a ruling is at least
PAPER = (60, 420)  # pixels; sides of what is blank
PIECE = (0.1, 0.25)  # of a digit's side that is in the picture, where its border cuts it
PENS = (0.05, 0.15)  # width of the pen as a share of a digit's height


class Kind(NamedTuple):
    """A kind of pictures.

    Attributes:
        known: what the reader is told where it is not asked for ``auto``.
        make: draws one.
    """

    known: Expect
    make: Callable[[Chance], Picture]


def kinds(hands: Hands) -> dict[str, Kind]:
    """Returns all kinds by their names.

    Args:
        hands: who writes.
    """
    fonts = FontBook()

    def letter(rng: Chance) -> Picture:
        return in_cell(hands.hand(rng).write_sample(int(rng.choice(hands.letters)), HEIGHT, rng), rng)

    def word(rng: Chance) -> Picture:
        return in_cell(hands.hand(rng).write_sample(int(rng.choice(hands.words)), HEIGHT, rng), rng)

    def print_(rng: Chance) -> Picture:
        return in_cell(set_text(fonts.print(rng), words.name(rng), 1.4 * HEIGHT).ink, rng)

    def struck(rng: Chance) -> Picture:
        hand = hands.hand(rng)
        ink = hand.write(str(rng.integers(10)), HEIGHT, rng)
        return in_cell(struck_out(ink, 0, ink.shape[1], hand.pen, rng, lines=False), rng)

    def cut(rng: Chance) -> Picture:
        return cut_off(hands.hand(rng).write(str(rng.integers(10)), HEIGHT, rng), rng)

    def shape(name: str) -> Kind:
        return Kind("digit", lambda rng: in_cell(drawn_shape(name, rng.uniform(*PENS), rng), rng))

    return {
        "letters": Kind("digit", letter),
        "words": Kind("number", word),
        "print": Kind("number", print_),
        **{f"{name}{'es' if name.endswith('s') else 's'}": shape(name) for name in SHAPES},
        "struck-out digits": Kind("digit", struck),
        "cut-off strokes": Kind("digit", cut),
        "noise": Kind("digit", noise),
        "light": Kind("page", light),
        "blank paper": Kind("page", paper),
    }


def in_cell(ink: np.ndarray, rng: Chance) -> Picture:
    """Puts ink, uint8 (H, W), 255 = ink, on plain or ruled paper, room around it, and takes a photo of it.

    The light is such that a person reads all of it: what is hardly seen says nothing about what it is.
    """
    height = round(float(np.exp(rng.uniform(*np.log(MARK)))))
    small = strength_of(scaled(ink, height / HEIGHT))
    left, right, above, below = (rng.uniform(*ROOM, 4) * height).astype(int).tolist()
    tall, wide = small.shape
    cell = np.zeros((tall + above + below, wide + left + right), np.float32)
    cell[above : above + tall, left : left + wide] = small
    draw_rulings(cell, Box(left, above, wide, tall), height, BELOW, rng)
    return photograph(cell, height, PAGE_CAMERA, rng)


def cut_off(ink: np.ndarray, rng: Chance) -> Picture:
    """Lets a piece of a digit reach into an else empty picture, too little of it to tell which."""
    share, side = rng.uniform(*PIECE), int(rng.integers(4))
    turned = np.rot90(ink, side)  # the piece is the upper edge of what lies so
    piece = turned[: max(2, round(share * turned.shape[0]))]
    room = (HEIGHT * rng.uniform(0.8, 1.6, 3)).astype(int)
    sheet = np.zeros((piece.shape[0] + room[0], piece.shape[1] + room[1] + room[2]), np.uint8)
    sheet[room[0] :, room[1] : room[1] + piece.shape[1]] = piece
    sheet = np.rot90(sheet, -side)
    level, depth = rng.uniform(150, 250), rng.uniform(0.4, 0.9)
    return (level * (1 - depth * sheet / 255)).astype(np.uint8)


def noise(rng: Chance) -> Picture:
    """Returns what a broken sensor gives: grain of any size, specks, rows."""
    height, width = _sides(rng)
    kind = int(rng.integers(5))
    if kind == 0:
        return rng.integers(0, 256, (height, width), np.uint8)
    level, strength = rng.uniform(60, 220), rng.uniform(4, 40)
    if kind == 1:
        grey = level + strength * rng.normal(0, 1, (height, width))
    elif kind == 2:  # coarse grain
        step = int(rng.integers(2, 7))
        small = rng.normal(0, 1, (height // step + 1, width // step + 1)).astype(np.float32)
        grey = level + strength * cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    elif kind == 3:  # salt and pepper
        grey = np.full((height, width), level)
        chance = rng.random((height, width))
        share = rng.uniform(0.002, 0.1)
        grey[chance < share], grey[chance > 1 - share] = 0, 255
    else:  # rows and columns
        grey = level + strength * (rng.normal(0, 1, (height, 1)) + rng.normal(0, 1, (1, width)))
    return np.clip(grey, 0, 255).astype(np.uint8)


def light(rng: Chance) -> Picture:
    """Returns empty paper under a lamp, a flash, blinds, a hand's or a window's shadow, or all of these."""
    height, width = _sides(rng)
    y, x = np.mgrid[:height, :width].astype(np.float32) / max(height, width)
    bright = np.ones((height, width), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        kind = int(rng.integers(4))
        at = rng.uniform(-0.2, 1.2, 2)
        far = np.hypot(x - at[0], y - at[1])
        if kind == 0:  # a lamp, or a corner that gets none
            bright *= 1 - rng.uniform(0.1, 0.7) * np.clip(far / rng.uniform(0.5, 1.5), 0, 1) ** 2
        elif kind == 1:  # a flash
            bright += rng.uniform(0.1, 0.6) * np.exp(-((far / rng.uniform(0.05, 0.4)) ** 2))
        else:
            turn = rng.uniform(0, np.pi)
            along = x * np.cos(turn) + y * np.sin(turn)
            sharp = rng.uniform(8, 120)
            if kind == 2:  # the edge of a shadow
                bright *= 1 - rng.uniform(0.1, 0.6) / (1 + np.exp(-sharp * (along - rng.uniform(0, 1))))
            else:  # blinds, a lattice
                stripes = np.sin(2 * np.pi * along * rng.uniform(2, 9))
                bright *= 1 - rng.uniform(0.05, 0.4) / (1 + np.exp(-0.2 * sharp * stripes))
    grain = rng.uniform(0, 4) * rng.normal(0, 1, (height, width))
    return np.clip(rng.uniform(120, 245) * bright + grain, 0, 255).astype(np.uint8)


def paper(rng: Chance) -> Picture:
    """Returns empty paper: plain, lined, squared, a form's boxes, folded; screenshot, copy or photo."""
    digit = float(np.exp(rng.uniform(np.log(12), np.log(40))))
    sheet = new_sheet(*(digit * rng.uniform(3, 16, 2)), digit, rng)
    rule(sheet, rng)
    grey = np.asarray(sheet.picture)
    kind = rng.random()
    if kind < 0.25:  # boxes that nobody filled in
        level = rng.uniform(20, 160)
        side, x = digit * rng.uniform(1.2, 1.8), digit * rng.uniform(0.2, 1)
        y, thick = digit * rng.uniform(0.2, 1), max(1, round(digit * rng.uniform(0.03, 0.08)))
        for _ in range(int(rng.integers(1, 9))):
            ends = tuple(round(value) for value in (x, y, x + side, y + digit * 1.5))
            cv2.rectangle(grey, ends[:2], ends[2:], (level,) * 3, thick, cv2.LINE_AA)
            x += side * rng.choice((1.0, 1.2))
    elif kind < 0.4:  # folds
        for _ in range(int(rng.integers(1, 5))):
            turn, far = rng.uniform(0, np.pi), float(np.hypot(*grey.shape[:2]))  # from edge to edge
            middle, along = (
                rng.uniform(0.1, 0.9, 2) * grey.shape[1::-1],
                far * np.array((np.cos(turn), np.sin(turn))),
            )
            ends = [tuple(np.round(middle + side * along).astype(int).tolist()) for side in (-1, 1)]
            fold = np.zeros(grey.shape[:2], np.uint8)
            cv2.line(fold, *ends, (255,), max(1, round(digit * rng.uniform(0.05, 0.4))))
            soft = cv2.GaussianBlur(fold.astype(np.float32), (0, 0), digit * rng.uniform(0.08, 0.3))
            grey[:] = np.clip(grey - (rng.uniform(-0.12, 0.2) * soft)[..., None], 0, 255)
    ways = (as_it_is, copied, close_up, lambda sheet, rng: on_desk(sheet, rng, any_turn=rng.random() < 0.3))
    return ways[int(rng.choice(4, p=(0.15, 0.25, 0.45, 0.15)))](sheet, rng).picture


def digit(hands: Hands, rng: Chance) -> tuple[Picture, str]:
    """Returns a digit in a cell, as the marks are, and which it is."""
    value = spec.DIGITS[int(rng.integers(10))]
    return in_cell(hands.hand(rng).write(value, HEIGHT, rng), rng), value


def _sides(rng: Chance) -> tuple[int, int]:
    height, width = (round(float(side)) for side in np.exp(rng.uniform(*np.log(PAPER), 2)))
    return height, width
