"""Pages, lines and numbers with their boxes, for formats of page layouts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inkdigits.output.cutouts import Pictures
from inkdigits.output.exchange.grouping import sheets
from inkdigits.output.records import Record
from inkdigits.readings import Box

__all__ = ["Page", "around", "box_of", "pages"]


@dataclass(frozen=True, slots=True)
class Page:
    """One source.

    Attributes:
        source: its name.
        width: pixels.
        height: pixels.
        lines: the numbers of each line, from left to right.
    """

    source: str
    width: int
    height: int
    lines: tuple[tuple[Record, ...], ...]


def pages(records: Sequence[Record], pictures: Pictures) -> Iterator[Page]:
    """Gives a page for each source that could be read; raises SourceError where a picture is gone."""
    for source, cells in sheets(records).items():
        if all(cell.status == "error" for cell in cells):
            continue
        width, height = pictures.size(source)
        yield Page(source, width, height, tuple(_lines([cell for cell in cells if cell.text])))


def box_of(record: Record, page: Page) -> Box:
    """Returns where a cell stands; the whole page where the results do not tell."""
    return record.box or Box(0, 0, page.width, page.height)


def around(boxes: Sequence[Box]) -> Box:
    """Returns the smallest box around several."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    return Box(left, top, right - left, max(box.y + box.height for box in boxes) - top)


def _lines(cells: Sequence[Record]) -> Iterator[tuple[Record, ...]]:
    """Gives the cells line by line: reading order goes back to the left where a line ends."""
    line: list[Record] = []
    for cell in cells:
        if line and (cell.box is None or line[-1].box is None or cell.box.x <= line[-1].box.x):
            yield tuple(line)
            line = []
        line.append(cell)
    if line:
        yield tuple(line)
