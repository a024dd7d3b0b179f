"""One sheet of .xlsx: text that stays text, a colour where one is due, pictures beside what they show."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import IO, Any, NamedTuple

from inkdigits.errors import OutputError

__all__ = ["COLOURS", "Share", "Sheet", "exact"]

COLOURS = {
    "unsure": "FCE4D6",
    "error": "F8CBAD",
    "confirmed": "E2EFDA",
    "corrected": "DDEBF7",
    "no number": "E7E6E6",
    "other": "EDEDED",
}
"""What a row is filled with, by its status or by what a person said; the word stands in the row, too."""

_CELL = 32_767  # characters that a cell holds
_ROWS = 1_048_576  # rows that a sheet holds, with its header
_EXACT = 15  # digits that a spreadsheet keeps of a number
_POINTS = 0.75  # of a pixel, at 96 dots an inch
_CHARACTER = 7  # pixels of a column's width, about
_AROUND = 4  # pixels between a picture and its row's edge


def exact(value: str | None) -> float | str | None:
    """Returns a plain decimal number as one where a spreadsheet keeps all of its digits, else as text."""
    return float(value) if value and sum(map(str.isdigit, value)) <= _EXACT else value


class Share(NamedTuple):
    """A probability, shown in percent; no value where it is no number."""

    value: float


class Sheet:
    """A sheet with a header that stays in sight, written when it is saved.

    Args:
        title: its name.
        columns: each with its width in characters.
        pictures: the column of the pictures, from 0; None for none.
    """

    def __init__(self, title: str, columns: Sequence[tuple[str, int]], pictures: int | None = None) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.properties import PageSetupProperties

        self._cell, self._middle = WriteOnlyCell, Alignment(vertical="center")
        self._left = Alignment("left", "center", indent=1)  # clear of a number before it
        self._fills = {name: PatternFill("solid", fgColor=colour) for name, colour in COLOURS.items()}
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.fitToHeight = 0  # on paper: as wide as a page, as long as it takes
        self._sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self._sheet.print_title_rows = "1:1"
        self._pictures = pictures
        for index, (_, width) in enumerate(columns, 1):
            self._sheet.column_dimensions[get_column_letter(index)].width = width
        head = [self._text(name) for name, _ in columns]
        for cell in head:
            cell.font, cell.alignment = Font(bold=True), self._left
        self._sheet.append(head)
        self._count = 1

    def row(
        self,
        values: Sequence[str | float | Share | None],
        colour: str | Mapping[int, str] | None = None,
        picture: bytes | Mapping[int, bytes | None] | None = None,
    ) -> None:
        """Adds a row.

        Args:
            values: one a column; a text is shown as it is.
            colour: one of :data:`COLOURS`, of all or of each column from 0; None for none.
            picture: a PNG for the column of the pictures, or one for each column from 0 that shows one.

        Raises:
            OutputError: a sheet holds no more rows, or a cell no such text.
        """
        self._count += 1
        if self._count > _ROWS:
            raise OutputError(
                f"a sheet of .xlsx holds {_ROWS - 1:,} rows, received more; choose .csv or .parquet"
            )
        if isinstance(picture, bytes) and self._pictures is not None:
            picture = {self._pictures: picture}
        for column, shown in picture.items() if isinstance(picture, Mapping) else ():
            if shown is not None:
                self._put(shown, column)
        cells = [self._of(value) for value in values]
        for column, cell in enumerate(cells):
            cell.alignment = self._left if isinstance(cell.value, str) else self._middle
            own = colour.get(column) if isinstance(colour, Mapping) else colour
            if own in self._fills:
                cell.fill = self._fills[own]
        self._sheet.append(cells)

    def save(self, stream: IO[bytes]) -> None:
        """Writes the sheet."""
        self._book.save(stream)

    def drop(self) -> None:
        """Closes what the library holds open; the sheet is not written if it is not yet."""
        if not self._sheet.closed:  # its generators would end after the file that they write to
            self._sheet.close()

    def _put(self, picture: bytes, place: int) -> None:
        from openpyxl.drawing.image import Image
        from openpyxl.utils import get_column_letter

        shown = Image(io.BytesIO(picture))
        letter = get_column_letter(place + 1)
        shown.anchor = f"{letter}{self._count}"
        dimensions = self._sheet.row_dimensions[self._count]
        dimensions.height = max(dimensions.height or 0, _POINTS * (shown.height + _AROUND))
        self._sheet.add_image(shown)
        column = self._sheet.column_dimensions[letter]
        column.width = max(column.width, (shown.width + _AROUND) / _CHARACTER)

    def _of(self, value: str | float | Share | None) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Share):
            cell = self._cell(self._sheet, value.value if math.isfinite(value.value) else None)
            cell.number_format = "0.0%"
            return cell
        return self._cell(self._sheet, value)

    def _text(self, value: str) -> Any:
        """Returns a cell that is shown as it is: no formula, no number without its zeros."""
        value = value.encode("utf-8", "backslashreplace").decode("utf-8")  # bytes of a name that is no UTF-8
        if len(value) > _CELL:
            raise OutputError(
                f"a cell of .xlsx holds {_CELL:,} characters, received {len(value):,}; choose .csv"
            )
        cell = self._cell(self._sheet, value or None)
        if value:
            cell.data_type = "s"
            cell.number_format = "@"
        return cell
