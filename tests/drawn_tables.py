"""Tables drawn for the tests: strokes where numbers stand, and lines between them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from inkdigits.ink.shades import Inks
from inkdigits.readings import Box, Digit, Number, Reading
from inkdigits.tables.sheet_tables import find_tables

HIGH = 20  # pixels; of a digit
WIDE, TALL = 90, 44  # of a cell


class Sheet:
    """White paper, and what was read on it."""

    def __init__(self, height: int = 500, width: int = 800) -> None:
        self.picture = np.full((height, width), 250, np.uint8)
        self.numbers: list[Number] = []

    def number(self, x: int, y: int, text: str = "47", *, sure: bool = True) -> None:
        """Writes a number around a place, and reads it."""
        box = self.word(x, y, text)
        digits = tuple(Digit(value, 0.9, box) for value in text)
        self.numbers.append(Number(text, 0.9, box, digits, "ok" if sure else "unsure"))

    def word(self, x: int, y: int, text: str = "AB") -> Box:
        """Writes around a place what is not read."""
        wide = 14 * len(text)
        for index in range(len(text)):
            left = x - wide // 2 + 14 * index
            cv2.ellipse(self.picture, (left + 6, y), (5, HIGH // 2 - 1), 0, 0, 360, (40,), 2)
        return Box(x - wide // 2, y - HIGH // 2, wide, HIGH)

    def grid(self, rows: int, columns: int, left: int = 60, top: int = 60) -> None:
        """Rules a grid."""
        for row in range(rows + 1):
            self.line((left, top + row * TALL), (left + columns * WIDE, top + row * TALL))
        for column in range(columns + 1):
            self.line((left + column * WIDE, top), (left + column * WIDE, top + rows * TALL))

    def line(self, start: tuple[int, int], stop: tuple[int, int], ink: int = 60) -> None:
        """Draws a line."""
        cv2.line(self.picture, start, stop, (ink,), 1, cv2.LINE_AA)

    def fill(
        self, rows: int, columns: int, left: int = 60, top: int = 60, blank: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Writes a number into each cell but the blank ones."""
        for row in range(rows):
            for column in range(columns):
                if (row, column) not in blank:
                    x, y = left + column * WIDE + WIDE // 2, top + row * TALL + TALL // 2
                    self.number(x + (row * 7) % 11 - 5, y + (column * 5) % 7 - 3, str(10 + 7 * row + column))

    def turned(self, degrees: float, away: float = 0.0) -> Sheet:
        """Returns the sheet turned, and seen from one side so that its right is so much smaller."""
        height, width = self.picture.shape
        turn = np.vstack((cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.9), (0, 0, 1)))
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        seen = corners.copy()
        seen[1, 1] += away * height
        seen[2, 1] -= away * height
        matrix = cv2.getPerspectiveTransform(corners, seen) @ turn
        other = Sheet(height, width)
        other.picture = cv2.warpPerspective(
            self.picture, matrix, (width, height), flags=cv2.INTER_AREA, borderValue=(250,)
        )
        for one in self.numbers:
            x, y, wide, tall = one.box
            middle = np.array([[[x + wide / 2, y + tall / 2]]])
            (u, v) = cv2.perspectiveTransform(middle, matrix)[0, 0]
            box = Box(int(u - wide / 2), int(v - tall / 2), wide, tall)
            digits = tuple(Digit(digit.value, 0.9, box) for digit in one.digits)
            other.numbers.append(Number(one.text, 0.9, box, digits))
        return other

    def read(self) -> Reading:
        """Returns the tables of the sheet."""
        reading = Reading("sheet.png", "ok" if self.numbers else "empty", numbers=tuple(self.numbers))
        return find_tables(self.numbers, Inks(self.picture)).told_in(reading)


def texts(reading: Reading) -> list[list[str]]:
    """Returns what stands in each cell."""
    return [[cell.text for cell in row] for row in reading.table]
