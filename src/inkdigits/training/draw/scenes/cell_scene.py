"""Cells: one number cut out of a form or a list, with box lines and pieces of its neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.cell import picture_of
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.number import Written
from inkdigits.training.draw.scene import NONE, Scene, SceneMark
from inkdigits.training.draw.scribe import Scribe

__all__ = ["cell"]

Image = NDArray[np.uint8]

SMALLEST, LARGEST = 9, 48  # pixels; height of a digit
SMALLEST_MARKED = 12  # pixels; the same of a number with a point, which would be lost in smaller ones
CLEAR_OF_POINTS = 0.12  # of a digit's height; how far below a point a ruling is at least


def cell(scribe: Scribe, rng: np.random.Generator) -> Scene:
    """Makes a cell as those are from which number models learn: faint copies, combs, rulings, ghosts."""
    while True:
        written, before = scribe.write(rng), scribe.write(rng)
        if written.boxes:
            break
    return _pictured(written, before.ink, rng)


def _pictured(written: Written, mates: Image, rng: np.random.Generator) -> Scene:
    marked = any(value in ".,-:" for value in written.text)
    height = int(np.exp(rng.uniform(np.log(SMALLEST_MARKED if marked else SMALLEST), np.log(LARGEST))))
    low = CLEAR_OF_POINTS if marked else -CLEAR_OF_POINTS
    picture, place = picture_of(written.ink, mates, height, rng, low=low, edges=written.edges)
    scale = height / HEIGHT
    top = place.y + min(0, place.height - round(written.ink.shape[0] * scale))
    marks: list[SceneMark] = []
    for value, box in zip(written.text, written.boxes, strict=True):
        edges = [
            round(place.x + scale * box.x),
            round(top + scale * box.y),
            round(place.x + scale * (box.x + box.width)),
            round(top + scale * (box.y + box.height)),
        ]
        there = Box(edges[0], edges[1], max(1, edges[2] - edges[0]), max(1, edges[3] - edges[1]))
        label = value.replace(",", ".")
        is_other = label == spec.OTHER
        marks.append(SceneMark(there, label, NONE if is_other else 0, NONE if is_other else 0, NONE))
    return Scene(picture, tuple(marks), "cell")
