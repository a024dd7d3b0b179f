"""One field: its ink becomes a picture, that a text, and the text is judged by what may stand there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box, Expect, FieldReading, Number, Reading
from inkdigits.recognition.answers import with_boxes
from inkdigits.tables.handwriting import Handwriting, Place
from inkdigits.tables.template import Field
from inkdigits.tables.ticks import read_ticks

__all__ = ["Pictures", "read_field"]

Image = NDArray[np.uint8]

WRITTEN = 0.2  # of a cell's height; lower and narrower ink is dirt
MARGIN = 0.35  # of the ink's height; paper around it
GAP = 0.22  # of the ink's height; between what stands in two boxes, put together for the reader
STROKE = 60  # ink value of 255
UNREAD = 0.15  # of a field's ink outside of what was read; more is another number, a word
APART = 1.6  # of the digits' height; so far apart are two numbers, not two digits of one
EMPTY = 0.998  # confidence that nothing is written where no ink is; not calibrated


class Pictures(Protocol):
    """Reads pictures; :class:`inkdigits.Reader` is one."""

    def read(
        self,
        source: Any,
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
        max_error: float | None = None,
    ) -> Reading:
        """Reads one picture."""
        ...


def read_field(
    field: Field, place: Place, writing: Handwriting, index: int, reader: Pictures
) -> FieldReading:
    """Reads a field.

    Args:
        field: what may stand there.
        place: where it is on the form.
        writing: what is written on the form.
        index: which of its fields it is.
        reader: what reads pictures.

    Returns:
        What is written, boxes in pixels of the form. Its check is made, too.
    """
    if field.ticked:
        return read_ticks(field, place, writing, index)
    box = writing.box_of(index)
    if box is None or max(box.width, box.height) < WRITTEN * place.height:
        return FieldReading(field.name, "", "empty", EMPTY, place.box)
    ink = writing.of(index, box)
    moved = _closed_up(ink, box, place) if field.comb else _Moved(ink, ((0, 0),))
    cells, written = len(place.cells) if field.comb else 0, moved.written
    pattern = field.type.pattern(cells, written)
    margin = max(4, round(MARGIN * moved.ink.shape[0]))
    picture = 255 - np.pad(moved.ink, margin)
    alone = field.comb and written == 1 and field.type.name == "digits"
    reading = reader.read(picture, "digit" if alone else "number", pattern=pattern)
    number = reading.numbers[0] if reading.numbers else None
    if number is None or not number.text:
        return FieldReading(field.name, "", "unsure", 0.0, place.box, None, "it cannot be read")
    reason = _doubt(field, number, picture, written, cells)
    if reason is None and index in writing.shared:
        reason = "ink runs into another field"
    status = "unsure" if reason or reading.status != "ok" else "ok"
    there = with_boxes(number, lambda part: moved.back(part, margin, box))
    there = replace(there, status=status)
    value = field.type.value(number.text)
    return FieldReading(field.name, number.text, status, number.confidence, place.box, value, reason, there)


def _doubt(field: Field, number: Number, picture: Image, written: int, cells: int) -> str | None:
    """Returns why a text cannot be relied upon, whatever the reader says; None for no reason."""
    fault = field.type.fault(number.text)
    if fault is None and field.check is not None:
        fault = field.check.fault(number.text)
        fault = fault and f"check {fault} fails"
    if fault is not None:
        return fault
    if cells and field.type.name == "digits" and len(number.text) != written:
        return f"{written} boxes are filled"
    if cells:
        return None
    solid: NDArray[np.bool_] = np.asarray(picture < 255 - STROKE)
    box = number.box
    read = solid[max(0, box.y - 2) : box.y + box.height + 2, max(0, box.x - 2) : box.x + box.width + 2]
    if float(read.sum()) < (1 - UNREAD) * float(solid.sum()):
        return "something else is written there"
    tall = max(digit.box.height for digit in number.digits)
    if any(
        after.box.x - first.box.x - first.box.width > APART * tall for first, after in pairwise(number.digits)
    ):
        return "two numbers stand there"
    return None


class _Moved:
    """Ink whose parts were moved sideways.

    Args:
        ink: uint8 (H, W), after that.
        moves: for each part the first of its columns in it, and how far left it was moved.
        written: how many cells have ink.
    """

    def __init__(self, ink: Image, moves: Sequence[tuple[int, int]], written: int = 0) -> None:
        self.ink, self.moves, self.written = ink, moves, written

    def back(self, part: Box, margin: int, box: Box) -> Box:
        """Returns where a box of the picture made of it is on the form."""
        left, right = part.x - margin, part.x + part.width - margin
        last = max(left, right - 1)
        before = next(by for first, by in reversed(self.moves) if first <= max(0, left))
        after = next(by for first, by in reversed(self.moves) if first <= max(0, last))
        x = left + before
        return Box(box.x + x, box.y + part.y - margin, max(1, right + after - x), part.height)


def _closed_up(ink: Image, box: Box, place: Place) -> _Moved:
    """Puts what stands in the boxes of a comb closer together, as people write.

    Columns between two boxes at which no ink is are left out, but for a small gap; where ink crosses from one
    box to the next both stay as they are.
    """
    edges = [(first.x + first.width + after.x) // 2 - box.x for first, after in pairwise(place.cells)]
    inked: NDArray[np.bool_] = np.asarray((ink > STROKE).any(axis=0))
    bounds = [0, *[min(max(0, edge), ink.shape[1]) for edge in edges], ink.shape[1]]
    written = sum(bool(inked[a:b].any()) for a, b in pairwise(bounds))
    # Where a stroke crosses an edge, the empty column nearest to it parts them.
    reach = place.height // 4
    cuts: list[int] = []
    for edge in edges:
        near = [x for x in range(max(1, edge - reach), min(ink.shape[1] - 1, edge + reach)) if not inked[x]]
        if near:
            cuts.append(min(near, key=lambda x: abs(x - edge)))
    gap = max(2, round(GAP * ink.shape[0]))
    parts: list[Image] = []
    moves: list[tuple[int, int]] = []
    at = 0
    for start, stop in pairwise([0, *cuts, ink.shape[1]]):
        columns = np.flatnonzero(inked[start:stop])
        if not columns.size:
            continue
        first, last = max(0, start + int(columns[0]) - 1), min(ink.shape[1], start + int(columns[-1]) + 2)
        if parts:
            parts.append(np.zeros((ink.shape[0], gap), np.uint8))
            at += gap
        moves.append((at - gap // 2 if moves else 0, first - at))
        parts.append(ink[:, first:last])
        at += last - first
    if not parts:
        return _Moved(ink, ((0, 0),), 0)
    return _Moved(np.concatenate(parts, axis=1), moves, written)
