"""A picture as people send it, and the truth about every mark in it: what finders learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Box

__all__ = ["NONE", "Scene", "SceneMark"]

NONE = -1  # of what belongs to no number, row or column


@dataclass(frozen=True, slots=True)
class SceneMark:
    """One mark of a scene.

    Attributes:
        box: of its ink, in pixels of the picture, upright; part of it may lie outside.
        label: a digit, one of ``.-+/:%`` (``.`` for a comma, too), or ``spec.OTHER`` for all else: letters,
            print, ticks, circles, what is struck out.
        number: which number it belongs to, from 0; NONE for other marks. A number's marks come in the order
            in which they are read.
        row: of the number among the scene's rows, from 0; NONE where it stands in none.
        column: the same of columns.
    """

    box: Box
    label: str
    number: int = NONE
    row: int = NONE
    column: int = NONE


@dataclass(frozen=True, slots=True)
class Scene:
    """A made picture and what is on it.

    Attributes:
        picture: uint8 (H, W) grey or (H, W, 3) RGB, as a camera or a scanner gives it.
        marks: everything that a person would call a mark of writing or print; not rulings, grids, stains.
        kind: what it shows, as its maker calls it: "cell", "mark sheet", "form", …
        turn: degrees by which lines of writing are turned clockwise in the picture, 0 to 360.
        corners: float32 (4, 2), x and y of the paper's corners, clockwise from where its top left is; None
            where the paper fills the picture.
    """

    picture: NDArray[np.uint8]
    marks: tuple[SceneMark, ...]
    kind: str
    turn: float = 0.0
    corners: NDArray[np.float32] | None = None

    def texts(self) -> list[str]:
        """Returns the text of each number, in their order."""
        out: dict[int, str] = {}
        for mark in self.marks:
            if mark.number != NONE:
                out[mark.number] = out.get(mark.number, "") + mark.label
        return [out[index] for index in sorted(out)]
