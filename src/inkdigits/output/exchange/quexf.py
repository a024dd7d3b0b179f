"""queXF: one-character boxes by its banding XML, and the CSV that it exports.

The banding (``queXF/questionnaire/page/boxgroup/box`` with ``tlx``, ``tly``, ``brx``, ``bry`` in pixels
of the page) says where the boxes of each variable are. A group of type 3 or 4 (text, number) has a box a
character; what was read is joined from the boxes in which its characters stand, with a blank for an empty
one. The CSV has a column a variable, in queXF's ``sortorder``, then ``formid``, here the source, and
``rpc_id``, here empty.
After ``functions.import.php`` and ``functions.output.php`` of its repository, the latter at commit 06838a72.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from inkdigits.errors import DataError
from inkdigits.output.exchange.grouping import doubtful, sheets
from inkdigits.output.records import Record
from inkdigits.output.rows import plain_cell
from inkdigits.readings import Box

__all__ = ["quexf"]

_CHARACTERS = ("3", "4")  # types of groups: text, number
_UNSURE = "?"


@dataclass(frozen=True, slots=True)
class _Group:
    """The boxes of one variable, in their order."""

    order: int
    name: str
    boxes: tuple[tuple[int, int, int, int], ...]  # left, top, right, bottom


def quexf(records: Sequence[Record], banding: bytes) -> bytes:
    """Returns a row a form and a column a variable; an unsure character is ``?``.

    Args:
        records: of pages, straightened as queXF does, in the pixels of the banding.
        banding: queXF's banding XML.

    Raises:
        DataError: it is no banding, or has no boxes for characters.
    """
    groups = sorted(_groups(banding), key=lambda group: group.order)
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow([*(group.name for group in groups), "formid", "rpc_id"])
    for source, cells in sheets(records).items():
        characters = [one for cell in cells for one in _characters(cell)]
        values = [
            "".join(_in(box, characters) for box in group.boxes).strip()  # as queXF does
            for group in groups
        ]
        rows.writerow([*values, plain_cell(source, "./"), ""])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _characters(cell: Record) -> Iterator[tuple[str, Box]]:
    """Gives the characters of a cell with their boxes, marked where they may be wrong."""
    if cell.digits and len(cell.digits) == len(cell.text):
        for digit, value in zip(cell.digits, cell.text, strict=True):
            yield (_UNSURE if doubtful(cell) and digit.status == "unsure" else value), digit.box
    elif cell.box is not None and cell.text:
        yield (_UNSURE if doubtful(cell) else cell.text), cell.box


def _in(box: tuple[int, int, int, int], characters: Sequence[tuple[str, Box]]) -> str:
    """Returns what stands in a box; a blank for nothing."""
    left, top, right, bottom = box
    found = [
        (place.x, value)
        for value, place in characters
        if left <= place.x + place.width / 2 < right and top <= place.y + place.height / 2 < bottom
    ]
    return "".join(value for _, value in sorted(found)) or " "


def _groups(banding: bytes) -> Iterator[_Group]:
    if b"<!DOCTYPE" in banding or b"<!ENTITY" in banding:  # what could make a small file a large one
        raise DataError("this banding declares entities: expected plain XML of queXF; export it again")
    try:
        root = ElementTree.fromstring(banding)  # noqa: S314 - it declares nothing
        found = [
            _Group(int(group.findtext("sortorder") or 0), group.findtext("varname") or "", _boxes(group))
            for group in root.iterfind("./questionnaire/page/boxgroup")
            if (group.findtext("type") or "").strip() in _CHARACTERS
        ]
    except (ElementTree.ParseError, ValueError) as error:
        raise DataError(f"this is no banding of queXF: {error}; expected the XML that it exports") from error
    if not found:
        raise DataError("this banding has no boxes for characters: expected boxgroups of type 3 or 4")
    yield from found


def _boxes(group: ElementTree.Element) -> tuple[tuple[int, int, int, int], ...]:
    def side(box: ElementTree.Element, name: str) -> int:
        return int(box.findtext(name) or "")

    return tuple(
        (side(box, "tlx"), side(box, "tly"), side(box, "brx"), side(box, "bry"))
        for box in group.iterfind("box")
    )
