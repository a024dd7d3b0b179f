"""A whole picture → the numbers on it: the sheet of paper first, then by rules or by the finder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits.picture.sheet import find_sheet
from inkdigits.readings import Expect
from inkdigits.recognition.answers import with_boxes
from inkdigits.recognition.finding import by_finder
from inkdigits.recognition.interpret import Models, Rows, by_rules
from inkdigits.recognition.model import Model

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language

__all__ = ["rows_of_picture"]


def rows_of_picture(
    picture: NDArray[np.uint8],
    models: Models,
    finder: Model | None,
    expect: Expect,
    language: Language | None,
) -> tuple[Rows, bool]:
    """Reads a picture.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
        models: what reads.
        finder: what finds; None for rules.
        expect: what the picture holds.
        language: the texts that fit; None for all.

    Returns:
        The numbers in rows, boxes in pixels of the picture, and whether the digit model read it alone.
    """
    sheet = find_sheet(picture) if expect in ("auto", "page") else None
    flat = picture if sheet is None else sheet.picture
    if finder is None:
        rows, single = by_rules(flat, models, expect, language, cropped=sheet is None)
    else:
        rows, single = by_finder(flat, finder, models, expect, language)[0], False
    if sheet is not None:
        place = partial(sheet.box, shape=picture.shape)
        rows = [[one._replace(number=with_boxes(one.number, place)) for one in row] for row in rows]
    return rows, single
