"""Boxes to tick: which of them have a tick in them."""

from __future__ import annotations

import numpy as np

from inkdigits.readings import FieldReading
from inkdigits.tables.field_types import TICK
from inkdigits.tables.handwriting import Handwriting, Place
from inkdigits.tables.template import Field

__all__ = ["read_ticks"]

CLEAR = 0.035  # of a box's inside that has ink; with more of it, it is ticked
NOTHING = 0.008  # with less of it, it is not
BLACK = 0.6  # with more of it, it may be ticked or a tick may be taken back
STROKE = 40  # ink value of 255
SURE, DOUBTFUL = 0.998, 0.5  # confidence of what is clear, and of what is not; not calibrated


def read_ticks(field: Field, place: Place, writing: Handwriting, index: int) -> FieldReading:
    """Tells which boxes of a field are ticked; boxes in pixels of the form."""
    ink = writing.of(index, place.box)
    shares = [
        float(
            np.mean(ink[cell.y - place.box.y :, cell.x - place.box.x :][: cell.height, : cell.width] > STROKE)
        )
        for cell in place.cells
    ]
    ticked = [place for place, share in enumerate(shares) if share >= CLEAR]
    reason = None
    if any(NOTHING < share < CLEAR for share in shares):
        reason = "a box is ticked faintly"
    elif any(share > BLACK for share in shares):
        reason = "a box is filled in"
    elif len(ticked) > 1:
        reason = f"{len(ticked)} boxes are ticked"
    values = field.type.arguments or (TICK,)
    text = values[ticked[0]] if len(ticked) == 1 else ""
    status = "unsure" if reason else "ok" if text else "empty"
    return FieldReading(field.name, text, status, DOUBTFUL if reason else SURE, place.box, None, reason)
