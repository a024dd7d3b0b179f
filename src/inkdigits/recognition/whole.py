"""A whole picture → the numbers on it: the sheet of paper first, then what the finder finds on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inkdigits.ink.shades import Inks
from inkdigits.picture.sheet import find_sheet
from inkdigits.readings import Box, Expect, Number
from inkdigits.recognition.answers import with_boxes
from inkdigits.recognition.both import by_both
from inkdigits.recognition.decision import weighed
from inkdigits.recognition.finding import read_looked
from inkdigits.recognition.interpret import AllModels, Rows, read_one
from inkdigits.recognition.look import look

if TYPE_CHECKING:
    from inkdigits.recognition.bundle import Bundle
    from inkdigits.recognition.language import Language

__all__ = ["FOUND", "Read", "Whole", "read_whole"]

FOUND: frozenset[Expect] = frozenset(("auto", "page"))  # what the finder is asked for


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

    def weighed(self, by: Bundle | None) -> Read:
        """Returns what was read, as sure as what speaks for and against it makes it; see :func:`weighed`."""
        rows = [[weighed(one, by) for one in row] for row in self.rows]
        return Read(rows, self.flat, tuple(one.image for row in self.rows for one in row))


class Read(NamedTuple):
    """What was read on a sheet.

    Attributes:
        rows: the numbers in rows, boxes in pixels of the source.
        flat: the same one after another, boxes in pixels of the picture of the sheet.
        inputs: the model's input for each, uint8 (32, W).
    """

    rows: Sequence[Sequence[Number]]
    flat: Sequence[Number]
    inputs: tuple[NDArray[np.uint8], ...]


def read_whole(
    picture: NDArray[np.uint8],
    models: AllModels,
    expect: Expect,
    language: Language | None,
) -> Whole:
    """Reads a picture.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        models: what finds and reads.
        expect: what the picture holds.
        language: the texts that fit; None for all.
    """
    sheet = find_sheet(picture) if expect in FOUND else None
    inks = Inks(picture if sheet is None else sheet.picture)
    if expect == "page":
        seen = look(inks, models.finder, askew=True)
        rows, single = read_looked(seen, models, expect, language), False
    elif expect == "auto":
        rows, single = by_both(inks, models, language, cropped=sheet is None)
    else:  # one digit or one number is read whole
        rows, single = read_one(inks, models, expect, language), expect == "digit"
    flat = tuple(one.number for row in rows for one in row)
    if sheet is None:
        return Whole(rows, single, flat, inks, None)
    place = partial(sheet.box, shape=picture.shape)
    rows = [[one._replace(number=with_boxes(one.number, place)) for one in row] for row in rows]
    return Whole(rows, single, flat, inks, place)
