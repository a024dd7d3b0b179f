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

    @property
    def rows(self) -> slice:
        """Where it stands, from its head to its foot, with its soft edges."""
        return slice(max(0, self.box.y - 1), self.box.y + self.box.height + 1)

    @property
    def columns(self) -> slice:
        """Where it stands, with its soft edges."""
        return slice(max(0, self.box.x - 1), self.box.x + self.box.width + 1)


def lean_bars(
    shades: Image, strokes: Image, frame: Box, parts: list[Box], shape: tuple[int, ...]
) -> Image | None:
    """Leans the first and the last pieces of a number, as many as are upright bars that stand alone.

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
    bars: dict[int, _Bar] = {}
    for order in (range(len(big)), reversed(range(len(big)))):
        for index in order:  # from either end up to the first that is no bar
            bar = _bar(big, index, strokes, frame, shape)
            if bar is None:
                break
            bars[index] = bar
    if not bars or len(big) < 2:
        return None
    out = shades.copy()
    for bar in bars.values():
        out[bar.rows, bar.columns] = 0
    for index, bar in bars.items():
        # The head moves to the right, the foot to the left, as far as there is paper.
        left, right = bar.box.x, shades.shape[1] - bar.box.x - bar.box.width
        if index and index - 1 not in bars:  # another bar makes way
            left = big[index].x - big[index - 1].x - big[index - 1].width - 1
        if index + 1 < len(big) and index + 1 not in bars:
            right = big[index + 1].x - big[index].x - big[index].width - 1
        _write_leant(out, shades, bar, max(0, left - 1), max(0, right - 1))
    return out


def _reaches_border(part: Box, shape: tuple[int, ...]) -> bool:
    return (
        part.x <= 1
        or part.y <= 1
        or part.x + part.width >= shape[1] - 1
        or part.y + part.height >= shape[0] - 1
    )


def _bar(big: list[Box], index: int, strokes: Image, frame: Box, shape: tuple[int, ...]) -> _Bar | None:
    """Returns the bar that one of the pieces is; None when it is something else."""
    part = big[index]
    if part.width > (spec.BAR_THICK + spec.BAR_UPRIGHT) * part.height + 2 or part.height < spec.BAR_LEAST:
        return None
    others = sorted(one.height for one in big if one is not part)
    if (others and part.height > spec.BAR_TALLEST * others[len(others) // 2]) or _reaches_border(part, shape):
        return None
    box = Box(part.x - frame.x, part.y - frame.y, part.width, part.height)
    rows, columns = np.nonzero(strokes[box.y : box.y + box.height, box.x : box.x + box.width] > spec.SOLID)
    if not rows.size:
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


def _write_leant(out: Image, shades: Image, bar: _Bar, left: int, right: int) -> None:
    """Writes a bar of ``shades`` leant, as far as ``left`` and ``right`` columns beside it allow."""
    height = bar.box.height
    wanted = max(0.0, spec.BAR_LEAN - bar.lean) * height
    foot = min(left, max(wanted / 2, wanted - right))
    head = min(right, wanted - foot)
    for index, row in enumerate(shades[bar.rows, bar.columns]):
        start = bar.columns.start + round(head - (index + 0.5) / height * (head + foot))
        low, high = max(0, start), min(shades.shape[1], start + row.size)
        place = out[bar.rows.start + index, low:high]
        np.maximum(place, row[low - start : high - start], out=place)
