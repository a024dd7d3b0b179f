"""Ones that are upright bars at the end of a number, leant so that they cannot pass for the edge of a box.

The number model sees a crop, in which the edge of a form's box and such a 1 look the same. Where a stroke
ends tells them apart, and that is known before the crop is cut: an edge goes on to the picture's border.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Box

__all__ = ["lean_bars"]

Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Bar:
    """An upright stroke.

    Attributes:
        box: where it stands.
        lean: columns to the right for each row up.
    """

    box: Box
    lean: float


def lean_bars(
    shades: Image, strokes: Image, frame: Box, parts: list[Box], shape: tuple[int, ...]
) -> Image | None:
    """Leans the first and the last piece of a number, where these are upright bars that stand alone.

    Args:
        shades: uint8 (H, W), 255 = ink, a crop with all that is there.
        strokes: uint8 (H, W), 255 = ink, the number's own strokes in it.
        frame: where the crop is in the ink image.
        parts: the number's pieces in the ink image.
        shape: (H, W) of the ink image.

    Returns:
        A new crop; None when there is no bar at either end.
    """
    tallest = max(part.height for part in parts)
    big = sorted((part for part in parts if part.height >= 0.5 * tallest), key=lambda part: part.x)
    if len(big) < 2:
        return None
    out = shades
    for part, neighbour in ((big[0], big[1]), (big[-1], big[-2])):
        others = float(np.median([one.height for one in big if one is not part]))
        if part.height > spec.BAR_TALLEST * others or _reaches_border(part, shape):
            continue
        bar = _bar(strokes, Box(part.x - frame.x, part.y - frame.y, part.width, part.height))
        if bar is None:
            continue
        # The head moves to the right, the foot to the left, as far as there is paper.
        left, right = bar.box.x, shades.shape[1] - bar.box.x - bar.box.width
        if neighbour.x > part.x:
            right = min(right, neighbour.x - part.x - part.width - 1)
        else:
            left = min(left, part.x - neighbour.x - neighbour.width - 1)
        out = _leant(out, bar, max(0, left - 1), max(0, right - 1))
    return out if out is not shades else None


def _reaches_border(part: Box, shape: tuple[int, ...]) -> bool:
    return (
        part.x <= 1
        or part.y <= 1
        or part.x + part.width >= shape[1] - 1
        or part.y + part.height >= shape[0] - 1
    )


def _bar(strokes: Image, box: Box) -> _Bar | None:
    """Returns the bar in a box; None when there is something else."""
    rows, columns = np.nonzero(strokes[box.y : box.y + box.height, box.x : box.x + box.width] > spec.SOLID)
    if box.height < spec.BAR_LEAST or not rows.size:
        return None
    thick = rows.size / box.height
    middle = rows.mean()
    lean = -float(((rows - middle) * (columns - columns.mean())).sum() / ((rows - middle) ** 2).sum())
    # Without its lean it is as wide as its stroke: no hook, no foot, no bend.
    straight = columns + lean * (rows - middle)
    width = float(np.quantile(straight, 0.98) - np.quantile(straight, 0.02))
    upright = -spec.BAR_UPRIGHT <= lean <= spec.BAR_UPRIGHT
    thin = thick <= spec.BAR_THICK * box.height and width <= 1.3 * thick + 1
    return _Bar(box, lean) if upright and thin else None


def _leant(shades: Image, bar: _Bar, left: int, right: int) -> Image:
    """Leans a bar as far as ``left`` and ``right`` columns beside it allow."""
    box = bar.box
    wanted = max(0.0, spec.BAR_LEAN - bar.lean) * box.height
    foot = min(left, max(wanted / 2, wanted - right))
    head = min(right, wanted - foot)
    out = shades.copy()
    cut = slice(max(0, box.x - 1), box.x + box.width + 1)
    for row in range(box.y, box.y + box.height):
        share = (row - box.y + 0.5) / box.height  # from the head down
        shift = round(head - share * (head + foot))
        taken = shades[row, cut].copy()
        out[row, cut] = 0
        start = cut.start + shift
        low, high = max(0, start), min(shades.shape[1], start + taken.size)
        place = out[row, low:high]
        np.maximum(place, taken[low - start : high - start], out=place)
    return out
