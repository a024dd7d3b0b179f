"""Shades → marks: the finder looks at the whole picture from afar, then at each part at the right size.

How high the writing is nobody says: a coarse pass at a few scales tells, then each region is read at the
scale at which its digits have the height that the finder knows best. Parts without ink are passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.find.marks import Marks, joined, peaks_of_answer, suppressed
from inkdigits.find.tiles import Tile, foremost, tiles_with_ink
from inkdigits.ink.zoom import rescaled

__all__ = ["Afar", "Answer", "find_marks", "from_afar", "uprightness", "writing_height"]

Image = NDArray[np.uint8]
Floats = NDArray[np.float32]
Answer: TypeAlias = Callable[[Image], Floats]
"""The finder's network: uint8 (N, H, W), multiples of 16, to float32 (N, H / 4, W / 4, 2 x answers)."""


@dataclass
class Afar:
    """What is seen of a whole picture.

    Attributes:
        passes: the marks, by the scale at which it was looked at.
        closest: whether a closer look shows nothing more.
    """

    passes: dict[float, Marks]
    closest: bool = False


COARSE_PIXELS = 300_000  # of the coarse pass; digits of a page are ten pixels high there
COARSER = 4.0  # times smaller is the next coarse pass: the heights that can be told reach from 8 to 60 pixels
COARSE_LEAST = 12  # pixels; of the longer side of a picture that may still show a digit
COARSE_SPREAD = 0.6  # of the log of a height about the working height: marks far from it are told less surely
CLOSER = 2.0  # times larger is a further pass where most marks are too small for the coarse one
SMALL = 9.0  # pixels; height of most marks of a pass from which there is a closer one
TOLD = (7.0, 66.0)  # pixels; heights that the coarse pass tells
FROM_AFAR = 0.35  # least score, so weighed, of a mark that has a say in how high the writing is
SAME_SIZE = 0.42  # of the log of a height: what is read at one scale
MOST_SIZES = 3  # scales at which a picture is read
A_FEW = 4  # parts of a picture in which small writing shows, if there is any
AS_BEFORE = 0.15  # of the log of a scale: a pass at nearly the same is not made again
LARGEST_SCALE = 3.0  # more shows nothing new
MOST_PIXELS = 3_500_000  # of a pass; or of a larger picture; it is enlarged no further
BORDER = 8  # pixels of paper around a picture; a stroke at its side would look like one of the frame


def find_marks(shades: Image, answer: Answer, temperature: float = 1.0, afar: Afar | None = None) -> Marks:
    """Finds the marks of a picture, upright or nearly so.

    Args:
        shades: uint8 (H, W), 255 = ink, of any size.
        answer: the finder's network.
        temperature: logits of the labels are divided by it.
        afar: what :func:`from_afar` gave for these, if it was asked.

    Returns:
        The marks, in pixels of ``shades``, the surest first.
    """
    afar = from_afar(shades, answer, temperature) if afar is None else replace(afar, passes=dict(afar.passes))
    while _is_small(afar):
        _look_closer(afar, shades, answer, temperature)
    seen, passes = _weighed(afar), afar.passes
    parts: list[Marks] = []
    for height, members in _sizes(seen):
        scale = _scale_for(height, shades.shape)
        before = next((each for each in passes if abs(np.log(each / scale)) < AS_BEFORE), None)
        if before is not None:
            parts.append(_of_size(passes[before], before))
            continue
        around = seen.only(members) if parts else None  # most writing may be anywhere
        parts.append(_of_size(_read(shades, scale, answer, temperature, around), scale))
    return suppressed(joined(parts))


def from_afar(shades: Image, answer: Answer, temperature: float = 1.0, *, whole: bool = True) -> Afar:
    """Looks at a whole picture at a few scales, at which it is not too large; once more where all is small.

    Args:
        shades: uint8 (H, W), 255 = ink.
        answer: the finder's network.
        temperature: logits of the labels are divided by it.
        whole: whether small writing is looked at everywhere, or in a few parts: these tell how it stands.
    """
    afar = Afar(dict(_coarse(shades, answer, temperature)) if shades.size and shades.any() else {})
    if _is_small(afar):
        _look_closer(afar, shades, answer, temperature, whole)
    return afar


def uprightness(afar: Afar, least: float = 0.0) -> float:
    """Returns how upright the marks of a picture are by their own word, 1 upright to -1 on their head.

    Args:
        afar: what is seen of it.
        least: sum of the probabilities of its marks; less tells nothing, as a lone 6 is a 9 on its head: -1.
    """
    seen = _weighed(afar)
    total = float(seen.scores.sum())
    if total < least:
        return -1.0
    return float((seen.scores * seen.turns[:, 1]).sum()) / total if total else 0.0


def writing_height(afar: Afar) -> float:
    """Returns how high most digits are that are seen of a picture, pixels of it; 0 where none is."""
    return next((height for height, _ in _sizes(_weighed(afar))), 0.0)


def _coarse(shades: Image, answer: Answer, temperature: float) -> Iterator[tuple[float, Marks]]:
    """Gives what is seen of the whole picture at a few scales, each with its marks."""
    scale = min(1.0, (COARSE_PIXELS / shades.size) ** 0.5)
    while True:
        yield scale, _read(shades, scale, answer, temperature)
        scale /= COARSER
        if scale * max(shades.shape) < COARSE_LEAST:
            return


def _is_small(afar: Afar) -> bool:
    """Tells whether most marks of the closest pass are too small to be seen well, or too small to be seen."""
    scale = max(afar.passes, default=1.0)
    if afar.closest or scale >= 1:
        return False
    marks = afar.passes[scale]
    heights = marks.places[marks.scores > FROM_AFAR, 3] * scale
    return not len(heights) or float(np.median(heights)) < SMALL


def _look_closer(afar: Afar, shades: Image, answer: Answer, temperature: float, whole: bool = True) -> None:
    """Adds a pass at a larger scale than those before, unless it shows nothing.

    A few parts are looked at before all the others: texture, of which some pictures are full, is nothing.
    """
    scale = max(afar.passes)
    told, closer = afar.passes[scale], min(1.0, CLOSER * scale)
    field = _Field(shades, closer)
    tiles = foremost(field.tiles, field.places(told), told.scores)
    parts = [field.read(tile, answer, temperature) for tile in tiles[:A_FEW]]
    afar.closest = not any((part.scores > FROM_AFAR).any() for part in parts)
    if afar.closest:
        return
    if whole:
        parts += [field.read(tile, answer, temperature) for tile in tiles[A_FEW:]]
    afar.passes[closer] = field.joined(parts)


def _weighed(afar: Afar) -> Marks:
    """Returns the marks of coarse passes, each once, their scores less where they are far from usual size."""
    parts: list[Marks] = []
    for scale, marks in afar.passes.items():
        height = marks.places[:, 3] * scale
        trust = np.exp(-0.5 * (np.log(height / spec.FINDER_HEIGHT) / COARSE_SPREAD) ** 2)
        told = marks.places[:, 2:].max(axis=1, initial=0) * scale
        fits = (told >= TOLD[0]) & (height <= TOLD[1])
        parts.append(replace(marks, scores=(marks.scores * trust).astype(np.float32)).only(fits))
    return suppressed(joined(parts))


def _sizes(seen: Marks) -> Iterator[tuple[float, NDArray[np.intp]]]:
    """Gives the heights of digits, the commonest first, each with the marks that tell it."""
    digits = seen.chances.argmax(axis=1) < len(spec.DIGITS)
    sure = np.flatnonzero(digits & (seen.scores > FROM_AFAR))
    if not len(sure):
        sure = np.flatnonzero(digits) if digits.any() else np.arange(len(seen))
    for _ in range(MOST_SIZES):
        if not len(sure):
            return
        logs, weights = np.log(seen.places[sure, 3]), seen.scores[sure]
        order = np.argsort(logs)
        low = np.searchsorted(logs[order], logs[order] - SAME_SIZE)
        high = np.searchsorted(logs[order], logs[order] + SAME_SIZE, side="right")
        total = np.concatenate(([0.0], np.cumsum(weights[order])))
        best = logs[order][int(np.argmax(total[high] - total[low]))]
        own = np.abs(logs - best) <= SAME_SIZE
        yield float(np.exp(np.average(logs[own], weights=weights[own]))), sure[own]
        sure = sure[~own]


def _scale_for(height: float, shape: tuple[int, ...]) -> float:
    """Returns the scale at which digits of a height are read."""
    pixels = shape[0] * shape[1]
    most = (max(MOST_PIXELS, pixels) / pixels) ** 0.5
    return min(spec.FINDER_HEIGHT / height, LARGEST_SCALE, most)


def _of_size(marks: Marks, scale: float) -> Marks:
    """Returns the marks of a pass; a digit of another size is less sure than where it has the right one."""
    off = np.abs(np.log(marks.places[:, 3] * scale / spec.FINDER_HEIGHT)) > SAME_SIZE + 0.25
    digits = marks.chances.argmax(axis=1) < len(spec.DIGITS)
    return replace(marks, scores=np.where(off & digits, 0.5 * marks.scores, marks.scores).astype(np.float32))


def _read(
    shades: Image, scale: float, answer: Answer, temperature: float, around: Marks | None = None
) -> Marks:
    """Reads a picture at one scale.

    Args:
        shades: uint8 (H, W).
        scale: pixels given to the network for one of the picture.
        answer: the network.
        temperature: logits of the labels are divided by it.
        around: where alone to look, marks in pixels of the picture; None for wherever there is ink.

    Returns:
        The marks, in pixels of the picture.
    """
    field = _Field(shades, scale)
    tiles = field.tiles
    if around is not None:
        wanted = field.places(around)
        tiles = [tile for tile in tiles if tile.holds(wanted).any()]
    return field.joined([field.read(tile, answer, temperature) for tile in tiles])


class _Field:
    """A picture at one scale, with paper around it, in tiles.

    Args:
        shades: uint8 (H, W).
        scale: pixels of the field for one of the picture.

    Attributes:
        tiles: those with ink, row by row.
    """

    def __init__(self, shades: Image, scale: float) -> None:
        small = rescaled(shades, scale)
        self._shape = small.shape
        self._across, self._down = small.shape[1] / shades.shape[1], small.shape[0] / shades.shape[0]
        step = spec.FINDER_STEP
        height, width = (-(-(side + 2 * BORDER) // step) * step for side in small.shape)
        self._ink = np.zeros((height, width), np.uint8)
        self._ink[BORDER : BORDER + small.shape[0], BORDER : BORDER + small.shape[1]] = small
        self.tiles = list(tiles_with_ink(self._ink))

    def places(self, marks: Marks) -> NDArray[np.floating]:
        """Returns where the middles of marks of the picture lie in the field, (N, 2)."""
        return marks.places[:, :2] * (self._across, self._down) + BORDER

    def read(self, tile: Tile, answer: Answer, temperature: float) -> Marks:
        """Returns the marks that a tile answers for, in pixels of the field."""
        marks = peaks_of_answer(answer(tile.seen(self._ink)[None])[0], temperature)
        marks = marks.moved(tile.left, tile.top)
        x, y = marks.places[:, 0], marks.places[:, 1]
        inside = (x >= BORDER) & (x < BORDER + self._shape[1]) & (y >= BORDER) & (y < BORDER + self._shape[0])
        return marks.only(tile.holds(marks.places) & inside)

    def joined(self, parts: list[Marks]) -> Marks:
        """Returns the marks of several tiles, each once, in pixels of the picture."""
        marks = suppressed(joined(parts)).moved(-BORDER, -BORDER)
        return marks.stretched(1 / self._across, 1 / self._down)
