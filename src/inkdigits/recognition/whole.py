"""A whole picture → the numbers on it: the sheet of paper first, then by rules or by the finder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.ink.shades import Inks
from inkdigits.picture.sheet import find_sheet
from inkdigits.readings import Box, Expect, Number
from inkdigits.recognition.answers import with_boxes
from inkdigits.recognition.finding import by_finder
from inkdigits.recognition.interpret import Models, Rows, by_rules
from inkdigits.recognition.model import Model

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language

__all__ = ["Whole", "read_whole"]


class Whole(NamedTuple):
    """What was read in a whole picture.

    Attributes:
        rows: the numbers in rows, each with what speaks for and against it; boxes in pixels of the picture.
        single: whether the digit model read it alone.
        flat: the same numbers one after another, boxes in pixels of ``inks``.
        inks: the sheet of paper and its ink; the picture itself where no sheet was found.
        place: puts a box of the sheet into the picture; None where they are one.
    """

    rows: Rows
    single: bool
    flat: tuple[Number, ...]
    inks: Inks
    place: Callable[[Box], Box] | None


def read_whole(
    picture: NDArray[np.uint8],
    models: Models,
    finder: Model | None,
    expect: Expect,
    language: Language | None,
) -> Whole:
    """Reads a picture.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        models: what reads.
        finder: what finds; None for rules.
        expect: what the picture holds.
        language: the texts that fit; None for all.
    """
    sheet = find_sheet(picture) if expect in ("auto", "page") else None
    inks = Inks(picture if sheet is None else sheet.picture)
    if finder is None:
        rows, single = by_rules(inks, models, expect, language, cropped=sheet is None)
    else:
        rows, single = by_finder(inks.picture, finder, models, expect, language)[0], False
    flat = tuple(one.number for row in rows for one in row)
    if sheet is None:
        return Whole(rows, single, flat, inks, None)
    place = partial(sheet.box, shape=picture.shape)
    rows = [[one._replace(number=with_boxes(one.number, place)) for one in row] for row in rows]
    return Whole(rows, single, flat, inks, place)
