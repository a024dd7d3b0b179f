"""A place on a page, relative to its sides, so that it holds for a blank of any resolution."""

from __future__ import annotations

from typing import NamedTuple

from inkdigits.readings import Box

__all__ = ["Area", "around"]


class Area(NamedTuple):
    """A rectangle on a page; x and width are shares of its width, y and height of its height, 0..1."""

    x: float
    y: float
    width: float
    height: float

    def inside(self) -> bool:
        """Tells whether it has a size and lies on the page as a whole."""
        right, bottom = self.x + self.width, self.y + self.height
        return 0 <= self.x < right <= 1 and 0 <= self.y < bottom <= 1

    def shared(self, other: Area) -> float:
        """Returns the share of the smaller of two areas that lies in the other, 0..1."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / min(self.width * self.height, other.width * other.height)

    def split(self, count: int) -> tuple[Area, ...]:
        """Returns the cells of a comb: the area cut upright into parts of one width."""
        width = self.width / count
        return tuple(Area(self.x + i * width, self.y, width, self.height) for i in range(count))

    def box(self, shape: tuple[int, ...]) -> Box:
        """Returns it in pixels of a page of (H, W); at least one pixel."""
        height, width = shape[:2]
        left, top = int(self.x * width), int(self.y * height)
        right, bottom = round((self.x + self.width) * width), round((self.y + self.height) * height)
        return Box(left, top, max(1, right - left), max(1, bottom - top))


def around(areas: tuple[Area, ...]) -> Area:
    """Returns the smallest area that holds others, at least one."""
    left, top = min(area.x for area in areas), min(area.y for area in areas)
    right = max(area.x + area.width for area in areas)
    bottom = max(area.y + area.height for area in areas)
    return Area(left, top, right - left, bottom - top)
