"""Cells cut out of their pictures, for people to look at: never for a model."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import SourceError, SourceNotFoundError
from inkdigits.picture.paths import page_of
from inkdigits.picture.sources import load
from inkdigits.readings import Box

__all__ = ["Cutout", "Pictures", "png"]

_MARGIN = 0.6  # of the box's height: the neighbours tell how this hand writes
_CLOSE = 0.15  # the same where there is little room
_SMALL = (320, 64)  # pixels of a picture in a table: width, height at most
_LEAST_MARGIN = 3  # pixels
_KEPT = 3  # pictures in memory; the cells of a page come together more often than not


@dataclass(frozen=True, slots=True)
class Cutout:
    """A part of a picture.

    Attributes:
        pixels: uint8 (H, W) or (H, W, 3).
        cell: where the cell stands in it, as shares of its width and height: left, top, width, height.
    """

    pixels: NDArray[np.uint8]
    cell: tuple[float, float, float, float]


class Pictures:
    """The pictures that a table of results names; threads may share it.

    Args:
        folders: where relative names are looked for, in this order.
    """

    def __init__(self, folders: Sequence[Path] = (Path(),)) -> None:
        self._folders = tuple(folders)
        self._kept: OrderedDict[str, NDArray[np.uint8]] = OrderedDict()
        self._lock = threading.Lock()

    def picture(self, source: str) -> NDArray[np.uint8]:
        """Returns the whole picture, uint8 (H, W) or (H, W, 3), upright.

        Raises:
            SourceError: it is not there any more, or cannot be read.
        """
        with self._lock:
            if source in self._kept:
                self._kept.move_to_end(source)
                return self._kept[source]
        picture = load(self._place(source))
        with self._lock:
            self._kept[source] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return picture

    def cut(self, source: str, box: Box | None, margin: float = _MARGIN) -> Cutout:
        """Returns a cell with some paper around it; without a box the whole picture.

        Args:
            source: the picture's name.
            box: where the cell stands in it.
            margin: paper around it, as a share of the box's height.

        Raises:
            SourceError: the picture is not there any more, or cannot be read.
        """
        picture = self.picture(source)
        height, width = picture.shape[:2]
        if box is None:
            return Cutout(picture, (0.0, 0.0, 1.0, 1.0))
        around = max(_LEAST_MARGIN, round(margin * box.height))
        # A box that another picture of this name would have, too: the cut-out has at least one pixel.
        left, top = (min(max(0, low - around), side - 1) for low, side in ((box.x, width), (box.y, height)))
        right = max(left + 1, min(width, box.x + box.width + around))
        bottom = max(top + 1, min(height, box.y + box.height + around))
        wide, tall = right - left, bottom - top
        cell = ((box.x - left) / wide, (box.y - top) / tall, box.width / wide, box.height / tall)
        return Cutout(np.ascontiguousarray(picture[top:bottom, left:right]), cell)

    def small(self, source: str, box: Box | None) -> bytes | None:
        """Returns a cell as a small PNG to stand in a table; None where its picture is not there any more."""
        try:
            return png(self.cut(source, box, _CLOSE).pixels, _SMALL)
        except SourceError:
            return None

    def size(self, source: str) -> tuple[int, int]:
        """Returns a picture's width and height in pixels; raises SourceError."""
        height, width = self.picture(source).shape[:2]
        return width, height

    def _place(self, source: str) -> str:
        """Returns the path at which a name is found."""
        for folder in self._folders:
            path = folder / source
            if page_of(str(path))[0].is_file():
                return str(path)
        shown = " or ".join(dict.fromkeys(str(folder.absolute()) for folder in self._folders))
        raise SourceNotFoundError(
            f"the picture {source} is not in {shown}; name the folder that it lies in with --pictures"
        )


def png(pixels: NDArray[np.uint8], sides: tuple[int, int]) -> bytes:
    """Returns a picture as a PNG file that is at most so many pixels wide and high."""
    from PIL import Image

    shown = Image.fromarray(pixels)
    shown.thumbnail(sides)
    file = io.BytesIO()
    shown.save(file, "PNG", compress_level=3)
    return file.getvalue()
