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

__all__ = ["mark_sheet"]

Chance = np.random.Generator

_Cell = tuple[float, float, float, float]  # left, top, width, height

CONTENTS = ("marks", "single", "decimals", "any")


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where rows and columns are, pixels; one more of each than there are cells."""

    rows: list[float]
    columns: list[float]
    heads: int  # rows above the first of numbers
    names: int  # columns before the first of numbers

    def at(self, row: int, column: int) -> _Cell:
        """Returns the left, top, width and height of a cell."""
        x, y = self.columns[column], self.rows[row]
        return x, y, self.columns[column + 1] - x, self.rows[row + 1] - y


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


def mark_sheet(maker: Maker, rng: Chance, *, small: bool = False) -> Sheet:
    """Composes a mark sheet.

    Args:
        maker: what it is made of.
        rng: the source of all chance.
        small: whether it is a small one, that fits onto a slip of paper.
    """
    digit = float(np.exp(rng.uniform(np.log(11), np.log(30))))
    numbers = int(rng.integers(2, 8 if small else 12))
    rows = int(rng.integers(2, 10 if small else 22))
    if digit > 20:
        rows, numbers = min(rows, 14), min(numbers, 9)
    style = _style(maker, digit, rng)
    grid = _grid(style, rng, rows=rows, numbers=numbers, small=small)
    right, bottom = grid.columns[-1], grid.rows[-1]
    margin = rng.uniform(0.2, 3.0, 2) * digit
    sheet = new_sheet(bottom + margin[0], right + margin[1], digit, rng)
    if rng.random() < 0.15:
        rule(sheet, rng, kind=str(rng.choice(("lined", "squared"))))
    _above(sheet, grid, style, rng)
    _ruled(sheet, grid, style, rng)
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


def _style(maker: Maker, digit: float, rng: Chance) -> _Style:
    pen = random_pen(rng)
    return _Style(
        penman=maker.penman(digit, rng, pen=None if rng.random() < 0.3 else (0.07, 0.14)),
        pen=pen,
        face=maker.fonts.print(rng),
        ink=print_ink(rng, pen),
        type_size=digit * float(np.exp(rng.uniform(np.log(0.7), np.log(1.3)))),
        by_hand=rng.random() < 0.35,
        content=str(rng.choice(CONTENTS, p=(0.5, 0.2, 0.12, 0.18))),
        blank=float(rng.choice((0.0, 0.05, 0.25), p=(0.5, 0.3, 0.2))),
        across=float(rng.uniform(0.2, 0.7)),
    )


def _grid(style: _Style, rng: Chance, *, rows: int, numbers: int, small: bool) -> _Grid:
    """Lays out rows and columns: a column of numbers or names or both in front, some heads above."""
    digit = style.penman.height
    heads = int(rng.choice((0, 1, 2), p=(0.3, 0.4, 0.3)))
    names = int(rng.choice((0, 1, 2), p=(0.15, 0.55, 0.3)))
    tall = digit * rng.uniform(1.35, 2.6)
    wide = digit * rng.uniform(1.6, 3.2) * (1.0 if style.content == "single" else 1.6)
    if style.content == "any":
        wide *= 1.5
    top = digit * (rng.uniform(0.1, 1.2) if small or rng.random() < 0.5 else rng.uniform(2, 6))
    left = digit * rng.uniform(0.05, 2.0)
    columns = [left]
    for index in range(names):
        first_of_two = names == 2 and index == 0
        columns.append(columns[-1] + digit * (rng.uniform(1.4, 2.5) if first_of_two else rng.uniform(4, 11)))
    uneven = rng.random() < 0.4
    for _ in range(numbers):
        columns.append(columns[-1] + wide * (rng.uniform(0.85, 1.3) if uneven else 1.0))
    lines = [top]
    for _ in range(heads + rows):
        lines.append(lines[-1] + tall * rng.uniform(0.97, 1.03))
    return _Grid(lines, columns, heads, names)


def _above(sheet: Sheet, grid: _Grid, style: _Style, rng: Chance) -> None:
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


def _ruled(sheet: Sheet, grid: _Grid, style: _Style, rng: Chance) -> None:
    """Draws the grid: whole, rows alone, columns alone, a frame, some of the lines, or none."""
    kind = rng.choice(("all", "rows", "columns", "some", "none"), p=(0.6, 0.14, 0.06, 0.1, 0.1))
    if kind == "none":
        return
    pen = style.ink if rng.random() < 0.6 else print_ink(rng, style.pen)
    by_hand = rng.random() < 0.15  # with a ruler
    if by_hand:
        pen = style.pen
    pen = replace(pen, strength=pen.strength * rng.uniform(0.5, 1.0))
    thick = float(np.exp(rng.uniform(np.log(0.6), np.log(max(1.1, sheet.digit / 10)))))
    lean = rng.normal(0, 0.012 if by_hand else 0.002, 2)
    left, right, top, bottom = grid.columns[0], grid.columns[-1], grid.rows[0], grid.rows[-1]
    if grid.names and rng.random() < 0.15:
        left = grid.columns[grid.names]  # no lines beneath the names
    over = rng.uniform(-2, 3 if by_hand else 2)
    missing = 0.25 if kind == "some" else 0.0
    for index, straight in enumerate(grid.rows):
        if kind == "columns" or (rng.random() < missing and 0 < index < len(grid.rows) - 1):
            continue
        y = straight + rng.normal(0, 0.4)
        fall = lean[0] * (right - left)
        sheet.line((left - over, y - fall / 2), (right + over, y + fall / 2), pen, thick)
    for index, straight in enumerate(grid.columns):
        if kind == "rows" or (rng.random() < missing and 0 < index < len(grid.columns) - 1):
            continue
        x = straight + rng.normal(0, 0.4)
        fall = lean[1] * (bottom - top)
        first = grid.rows[min(grid.heads, 1)] if rng.random() < 0.08 else top
        sheet.line((x - fall / 2, first - over), (x + fall / 2, bottom + over), pen, thick)


def _heads(sheet: Sheet, grid: _Grid, style: _Style, rng: Chance) -> None:
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


def _name(sheet: Sheet, grid: _Grid, style: _Style, row: int, rng: Chance) -> None:
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


def _label(sheet: Sheet, cell: _Cell, text: str, style: _Style, rng: Chance) -> None:
    """Puts a word into a cell, at its left side, by hand or in print."""
    left, top, wide, tall = cell
    if style.by_hand:
        piece = style.penman.word(rng, text, size=0.8)
    else:
        piece = set_text(style.face, text, min(style.type_size, 0.8 * tall))
    if piece.width > 1.25 * wide:
        piece = set_text(style.face, text[: max(1, int(len(text) * wide / piece.width))], style.type_size)
    x = left + rng.uniform(0.05, 0.3) * sheet.digit
    base = top + 0.5 * tall + 0.38 * style.type_size + rng.normal(0, 0.06) * tall
    sheet.put(piece, x, base, style.pen if style.by_hand else style.ink, rng)


def _cell(
    sheet: Sheet, maker: Maker, style: _Style, cell: _Cell, rng: Chance, *, row: int, column: int
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
    cell: _Cell,
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
