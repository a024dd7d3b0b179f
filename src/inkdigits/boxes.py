"""Where something stands in a picture."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Box"]


class Box(NamedTuple):
    """A rectangle in pixels of the source after its EXIF rotation; the origin is the top left."""

    x: int
    y: int
    width: int
    height: int

    def overlap(self, other: Box) -> float:
        """Returns intersection over union with another box, 0..1."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        shared = max(width, 0) * max(height, 0)
        return shared / max(1, self.width * self.height + other.width * other.height - shared)
