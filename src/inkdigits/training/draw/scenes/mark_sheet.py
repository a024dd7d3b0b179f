"""Mark sheets: rows of names with a mark in each cell, a grade behind them, grids ruled or half ruled."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inkdigits.training.draw.scene import NONE
from inkdigits.training.draw.scenes import words
from inkdigits.training.draw.scenes.fonts import Face, set_text
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.paper import new_sheet, rule
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scenes.pens import another_pen, print_ink, random_pen, red_pen
from inkdigits.training.draw.scenes.sheet import Pen, Piece, Sheet
from inkdigits.training.draw.scenes.table import Cell, Table, lay_out, rule_squares, rule_table, squares

__all__ = ["mark_sheet"]

Chance = np.random.Generator

KEEPS_IN = 0.9  # of the numbers wider than their cell; are written smaller, or are others
WIDTHS = {"marks": (2.6, 5.0), "single": (1.5, 3.2), "decimals": (3.0, 5.2), "any": (3.8, 7.5)}
"""What stands in the cells, and how wide these are, in heights of a digit."""
SQUARED = 0.35  # of small sheets; their cells are the squares of the paper


@dataclass(frozen=True, slots=True)
class _Style:
    """What stays alike through a sheet."""

    penman: Penman
    pen: Pen
    face: Face
    ink: Pen
    type_size: float
    by_hand: bool  # names and heads
    content: str
    blank: float
    across: float  # where in its cell a number stands, 0 left to 1 right


def mark_sheet(maker: Maker, rng: Chance, *, small: bool = False, ruled: str | None = None) -> Sheet:
    """Composes a mark sheet.

    Args:
        maker: what it is made of.
        rng: the source of all chance.
        small: whether it is a small one, that fits onto a slip of paper.
        ruled: which lines it has, one of :data:`~inkdigits.training.draw.scenes.table.RULED`, or "squared"
            for squared paper, of a small one; None for any.
    """
    digit = float(np.exp(rng.uniform(np.log(11), np.log(42 if small else 30))))
    numbers = int(rng.integers(2, 8 if small else 12))
    rows = int(rng.integers(2, 10 if small else 22))
    if digit > 20:
        rows, numbers = min(rows, 14), min(numbers, 9)
    if digit > 30:
        rows = min(rows, 8)
    squared = small and rng.random() < SQUARED
    squared = squared if ruled is None else small and ruled == "squared"
    style = _style(maker, digit, rng, squared=squared)
    if squared:
        grid = squares(digit, rng, rows=rows, columns=numbers)
    else:
        wide = rng.uniform(*WIDTHS[style.content])
        grid = lay_out(digit, rng, rows=rows, columns=numbers, wide=wide, small=small)
    margin = rng.uniform(0.2, 3.0, 2) * digit
    sheet = new_sheet(grid.bottom + margin[0], grid.right + margin[1], digit, rng)
    if squared:
        rule_squares(sheet, grid, rng)
    else:
        if rng.random() < 0.15:
            rule(sheet, rng, kind=str(rng.choice(("lined", "squared"))))
        _above(sheet, grid, style, rng)
        rule_table(sheet, grid, style.ink, style.pen, rng, ruled=ruled)
    _heads(sheet, grid, style, rng)
    graded = rng.random() < 0.45
    for row in range(rows):
        _name(sheet, grid, style, row, rng)
        for column in range(numbers):
            last = column == numbers - 1
            if graded and last:
                letters = style.penman.letters(words.grade(rng), rng)
                _into(sheet, grid.at(grid.heads + row, grid.names + column), letters, style, rng)
            else:
                cell = grid.at(grid.heads + row, grid.names + column)
                _cell(sheet, maker, style, cell, rng, row=row, column=column)
    _remarks(sheet, style, rng)
    return sheet


def _style(maker: Maker, digit: float, rng: Chance, *, squared: bool) -> _Style:
    pen = random_pen(rng)
    content = "single" if squared else str(rng.choice(list(WIDTHS), p=(0.5, 0.2, 0.12, 0.18)))
    return _Style(
        penman=maker.penman(digit, rng, pen=None if rng.random() < 0.3 else (0.07, 0.14)),
        pen=pen,
        face=maker.fonts.print(rng),
        ink=print_ink(rng, pen),
        type_size=digit * float(np.exp(rng.uniform(np.log(0.7), np.log(1.3)))),
        by_hand=rng.random() < (0.9 if squared else 0.35),
        content=content,
        blank=float(rng.choice((0.0, 0.05, 0.25), p=(0.5, 0.3, 0.2))),
        across=float(rng.uniform(0.2, 0.7)),
    )


def _above(sheet: Sheet, grid: Table, style: _Style, rng: Chance) -> None:
    """Prints a title and what else stands above the table, as far as there is room."""
    y = 0.3 * sheet.digit
    large = rng.uniform(1.2, 1.9)
    while y + 1.6 * sheet.digit * large < grid.rows[0]:
        text = words.title(rng) if large > 1 else words.heading(rng)
        piece = set_text(style.face, text, style.type_size * large)
        x = rng.choice((0.05, 0.3, 0.5)) * sheet.width
        y += piece.height + 0.2 * sheet.digit
        if y > grid.rows[0]:
            return
        sheet.put(piece, x, y, style.ink, rng)
        if rng.random() < 0.3:  # a name or a date by hand behind it
            word = style.penman.word(rng, words.subject(rng))
            sheet.put(word, x + piece.width + sheet.digit, y, style.pen, rng)
        large = rng.uniform(0.8, 1.0)


def _heads(sheet: Sheet, grid: Table, style: _Style, rng: Chance) -> None:
    """Writes or prints what stands above the columns."""
    for row in range(grid.heads):
        every = int(rng.choice((1, 1, 2, 3)))
        lower = row == grid.heads - 1 and grid.heads > 1
        subs = lower or rng.random() < 0.15
        for column in range(len(grid.columns) - 1):
            number = column - grid.names
            if (number < 0 and rng.random() < 0.4) or (not lower and number % every and number > 0):
                continue
            text = words.sub_header(rng, number) if subs and number >= 0 else words.subject(rng)
            _label(sheet, grid.at(row, column), text, style, rng)


def _name(sheet: Sheet, grid: Table, style: _Style, row: int, rng: Chance) -> None:
    """Writes or prints the number of a row and the name in it."""
    if grid.names == 2:
        cell = grid.at(grid.heads + row, 0)
        if style.by_hand and rng.random() < 0.7:
            piece = style.penman.number(str(row + 1), rng)
            _into(sheet, cell, piece, style, rng, row=row, column=NONE)
        else:
            _label(
                sheet,
                cell,
                f"{row + 1}{'.' if style.across > 0.5 else ''}",
                replace(style, by_hand=False),
                rng,
            )
    if grid.names:
        cell = grid.at(grid.heads + row, grid.names - 1)
        _label(sheet, cell, words.name(rng) if style.across > 0.35 else words.subject(rng), style, rng)


def _label(sheet: Sheet, cell: Cell, text: str, style: _Style, rng: Chance) -> None:
    """Puts a word into a cell, at its left side, by hand or in print."""
    left, top, wide, tall = cell
    if style.by_hand:
        piece = style.penman.word(rng, text, size=0.8)
        if piece.width > 1.25 * wide:
            piece = style.penman.word(rng, text[:4], size=0.55)
    else:
        piece = set_text(style.face, text, min(style.type_size, 0.8 * tall))
        if piece.width > 1.25 * wide:
            shorter = text[: max(1, int(len(text) * wide / piece.width))]
            piece = set_text(style.face, shorter, min(style.type_size, 0.8 * tall))
    x = left + rng.uniform(0.05, 0.3) * sheet.digit
    base = top + 0.5 * tall + 0.38 * style.type_size + rng.normal(0, 0.06) * tall
    sheet.put(piece, x, base, style.pen if style.by_hand else style.ink, rng)


def _cell(
    sheet: Sheet, maker: Maker, style: _Style, cell: Cell, rng: Chance, *, row: int, column: int
) -> None:
    """Writes a mark into its cell, or what stands there in place of one."""
    kind = rng.random()
    if kind < style.blank:
        return
    penman = style.penman
    if kind > 0.975:  # absent
        text = str(rng.choice(("-", "AB", "A", "X")))
        piece = penman.number("-", rng).as_other() if text == "-" else penman.letters(text, rng)
        _into(sheet, cell, piece, style, rng)
        return
    text = _mark_of(maker, style.content, rng)
    if kind > 0.955:  # wrong at first
        gone = penman.struck(_mark_of(maker, "marks", rng), rng)
        right = penman.number(text, rng, size=0.85)
        if gone.width + right.width < 1.1 * cell[2]:
            half = cell[2] * gone.width / (gone.width + right.width)
            _into(sheet, (cell[0], cell[1], half, cell[3]), gone, style, rng)
            rest = cell[0] + half, cell[1], cell[2] - half, cell[3]
            _into(sheet, rest, right, style, rng, row=row, column=column)
            return
    piece = penman.number(text, rng)
    if piece.width > cell[2] and rng.random() < KEEPS_IN:
        piece = penman.number(text, rng, size=max(0.7, 0.92 * cell[2] / piece.width))
        if piece.width > cell[2]:
            piece = penman.number(_mark_of(maker, "marks", rng)[:2], rng)
    _into(sheet, cell, piece, style, rng, row=row, column=column)
    if kind > 0.94 and cell[2] - piece.width > 1.4 * sheet.digit:
        tick = penman.mark(rng, size=0.7)
        pen = red_pen(rng) if rng.random() < 0.6 else style.pen
        sheet.put(tick, cell[0] + cell[2] - tick.width - 2, cell[1] + 0.8 * cell[3], pen, rng)


def _mark_of(maker: Maker, content: str, rng: Chance) -> str:
    """Returns a mark as they stand on such a sheet."""
    if content == "single":
        return str(int(rng.integers(10)))
    if content == "any":
        return maker.text(rng, longest=6)
    whole = int(rng.integers(0, 101)) if rng.random() < 0.9 else int(rng.integers(0, 1000))
    if content == "decimals" or rng.random() < 0.06:
        return f"{whole % 100}{rng.choice(('.', ',', '.'))}{int(rng.integers(0, 10))}"
    return str(whole)


def _into(
    sheet: Sheet,
    cell: Cell,
    piece: Piece,
    style: _Style,
    rng: Chance,
    *,
    row: int = NONE,
    column: int = NONE,
) -> None:
    """Writes a piece into its cell, near where all of them stand, at times over its edge."""
    left, top, wide, tall = cell
    room = wide - piece.width
    x = left + room * np.clip(style.across + rng.normal(0, 0.15), 0.02, 0.98)
    middle = top + tall * (0.5 + rng.normal(0, 0.08))
    base = middle + 0.5 * style.penman.height
    sheet.put(piece, x, base, another_pen(style.pen, rng), rng, row=row, column=column)


def _remarks(sheet: Sheet, style: _Style, rng: Chance) -> None:
    """Adds a signature, a ring or a word below or beside all, at times."""
    if rng.random() < 0.12:
        piece = style.penman.signature(rng)
        x = rng.uniform(0, 1) * max(1, sheet.width - piece.width)
        sheet.put(piece, x, sheet.height - 0.2 * sheet.digit, style.pen, rng)
