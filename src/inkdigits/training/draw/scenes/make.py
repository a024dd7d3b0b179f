"""Scenes as people send them, drawn by chance from a weighted mix, with the truth about every mark."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box
from inkdigits.training.draw.scene import NONE, Scene, SceneMark
from inkdigits.training.draw.scenes.board import board, digit_square, screen
from inkdigits.training.draw.scenes.cell_scene import cell
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.form import form
from inkdigits.training.draw.scenes.legible import is_legible
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.mark_sheet import mark_sheet
from inkdigits.training.draw.scenes.notes import notes, one_line
from inkdigits.training.draw.scenes.nothing import nothing
from inkdigits.training.draw.scenes.sheet import HALF, Inked, Sheet
from inkdigits.training.draw.scenes.taking import Taken, as_it_is, close_up, copied, on_desk
from inkdigits.training.draw.scribe import Scribe

__all__ = ["KINDS", "compose", "make_scene", "scene_of_sheet", "take"]

Chance = np.random.Generator
Points = NDArray[np.float32]

KINDS = {
    "cell": 0.26,
    "cut cell": 0.13,
    "digit": 0.05,
    "line": 0.14,
    "screen": 0.06,
    "mark sheet": 0.1,
    "mark slip": 0.08,
    "form": 0.05,
    "form strip": 0.05,
    "notes": 0.04,
    "board": 0.02,
    "nothing": 0.02,
}
"""What scenes show, and which share of them does."""

PAGES = ("mark sheet", "mark slip", "form", "notes")  # lie in any direction at times
TRIES = 8  # times that a sheet is made again on which no number found room, or whose ink nobody sees


def make_scene(
    scribe: Scribe, fonts: FontBook, rng: Chance, *, kind: str | None = None, turned: float = 0.3
) -> Scene:
    """Makes a scene.

    Args:
        scribe: the digits and the hands that write it, and how often they write signs.
        fonts: for print and for words.
        rng: the source of all chance: the same seed makes the same scene.
        kind: one of ``KINDS``; None for any, in its share.
        turned: share of photos of a sheet that lies in any direction, 0 to 360 degrees.

    Returns:
        The picture and the truth. Marks of which less than half is in the picture are not told.
    """
    if kind is None:
        kind = str(rng.choice(list(KINDS), p=_SHARES))
    scene = _scene(scribe, fonts, rng, kind, turned)
    for _ in range(TRIES):
        if is_legible(scene):
            break
        scene = _scene(scribe, fonts, rng, kind, turned)
    return scene


def _scene(scribe: Scribe, fonts: FontBook, rng: Chance, kind: str, turned: float) -> Scene:
    if kind == "cell":
        return cell(scribe, rng)
    sheet = compose(kind, Maker(scribe, fonts), rng)
    return scene_of_sheet(sheet, take(sheet, kind, rng, turned=turned), kind)


def compose(kind: str, maker: Maker, rng: Chance) -> Sheet:
    """Returns a level sheet of a kind, with a number on it unless it is of those that show nothing.

    Args:
        kind: one of ``KINDS`` but "cell", which is made in one go.
        maker: what it is made of.
        rng: the source of all chance.
    """
    sheet = _SHEETS[kind](maker, rng)
    for _ in range(TRIES):
        if sheet.numbers or kind == "nothing":
            break
        sheet = _SHEETS[kind](maker, rng)
    return _cut_out(sheet, rng) if kind == "cut cell" else sheet


def scene_of_sheet(sheet: Sheet, taken: Taken, kind: str) -> Scene:
    """Returns the scene that a picture of a sheet shows: where each of its marks is, and the lines' turn."""
    boxes = _boxes(sheet.marks, taken.matrix)
    shape = taken.picture.shape
    numbers: dict[int, int] = {}
    marks: list[SceneMark] = []
    for mark, box in zip(sheet.marks, boxes, strict=True):
        if not _is_seen(box, shape):
            continue
        number = mark.number
        if number != NONE:
            number = numbers.setdefault(number, len(numbers))
        marks.append(SceneMark(box, mark.label, number, mark.row, mark.column))
    return Scene(taken.picture, tuple(marks), kind, _turn_of(sheet, taken.matrix), taken.corners)


def take(sheet: Sheet, kind: str, rng: Chance, *, turned: float = 0.3) -> Taken:
    """Takes a picture of a sheet, in one of the ways in which people do that with its kind.

    Args:
        sheet: what is seen.
        kind: as for :func:`compose`.
        rng: the source of all chance.
        turned: share of photos of a sheet that lies in any direction.
    """
    if kind == "screen" or (kind == "digit" and rng.random() < 0.5):
        return as_it_is(sheet, rng)
    if kind in ("mark slip", "notes") and rng.random() < 0.6:
        return on_desk(sheet, rng, any_turn=rng.random() < turned)
    if kind in ("mark sheet", "form", "form strip", "nothing") and rng.random() < 0.15:
        return on_desk(sheet, rng, any_turn=rng.random() < turned)
    if kind == "board" or rng.random() < 0.5:
        return close_up(sheet, rng, any_turn=kind in PAGES and rng.random() < turned)
    if kind == "nothing" and rng.random() < 0.3:
        return as_it_is(sheet, rng)
    lies = kind in PAGES and rng.random() < 0.5 * turned
    return copied(sheet, rng, turn=90.0 * int(rng.integers(1, 4)) if lies else 0.0)


def _cut_out(sheet: Sheet, rng: Chance) -> Sheet:
    """Cuts a cell with one number out of a sheet, some of what surrounds it with it."""
    numbers = [mark.number for mark in sheet.marks if mark.number != NONE]
    if not numbers:
        return sheet
    chosen = int(rng.choice(sorted(set(numbers))))
    every = np.concatenate([mark.outline for mark in sheet.marks if mark.number == chosen])
    around = rng.uniform(0.1, rng.uniform(0.3, 1.2), 4) * sheet.digit
    left, top = np.maximum(0, every.min(axis=0) - around[:2] * (1.3, 1.0)).astype(int).tolist()
    right, bottom = np.ceil(every.max(axis=0) + around[2:] * (1.3, 1.0)).astype(int).tolist()
    piece = Sheet(8, 8, sheet.digit, (255, 255, 255))
    piece.picture = np.ascontiguousarray(sheet.picture[top : bottom + 1, left : right + 1])
    shift = np.array((left, top), np.float32)
    piece.marks = [
        Inked(mark.outline - shift, mark.label, mark.number, mark.row, mark.column) for mark in sheet.marks
    ]
    return piece


def _boxes(marks: list[Inked], matrix: NDArray[np.float64]) -> list[Box]:
    """Returns the upright box of each mark's ink in the picture."""
    if not marks:
        return []
    every = np.concatenate([mark.outline for mark in marks]).reshape(-1, 1, 2)
    moved = np.asarray(cv2.perspectiveTransform(every, matrix), np.float64).reshape(-1, 2)
    starts = np.cumsum([0, *(len(mark.outline) for mark in marks[:-1])])
    low = np.floor(np.minimum.reduceat(moved, starts) + 0.3).astype(int).tolist()
    high = np.ceil(np.maximum.reduceat(moved, starts) + 0.7).astype(int).tolist()
    return [
        Box(left, top, max(1, right - left), max(1, bottom - top))
        for (left, top), (right, bottom) in zip(low, high, strict=True)
    ]


def _is_seen(box: Box, shape: tuple[int, ...]) -> bool:
    across = min(box.x + box.width, shape[1]) - max(box.x, 0)
    down = min(box.y + box.height, shape[0]) - max(box.y, 0)
    return min(across, down) > 0 and across * down >= HALF * box.width * box.height


def _turn_of(sheet: Sheet, matrix: NDArray[np.float64]) -> float:
    """Returns by how many degrees the lines are turned clockwise in the middle of the sheet."""
    x, y = sheet.width / 2, sheet.height / 2
    ends = np.array((((x - 1, y),), ((x + 1, y),)), np.float64)
    start, stop = np.asarray(cv2.perspectiveTransform(ends, matrix), np.float64).reshape(2, 2)
    return float(np.degrees(np.arctan2(stop[1] - start[1], stop[0] - start[0]))) % 360.0


def _small_sheet(maker: Maker, rng: Chance) -> Sheet:
    return form(maker, rng, small=True) if rng.random() < 0.5 else mark_sheet(maker, rng, small=True)


_SHEETS: dict[str, Callable[[Maker, Chance], Sheet]] = {
    "cut cell": _small_sheet,
    "digit": digit_square,
    "line": one_line,
    "screen": screen,
    "mark sheet": mark_sheet,
    "mark slip": lambda maker, rng: mark_sheet(maker, rng, small=True),
    "form": form,
    "form strip": lambda maker, rng: form(maker, rng, small=True),
    "notes": notes,
    "board": board,
    "nothing": nothing,
}
_SHARES = np.array(list(KINDS.values())) / sum(KINDS.values())
