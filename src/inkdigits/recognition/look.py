"""A picture → the marks that the finder sees in it, upright and level whichever way it lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits import spec
from inkdigits.find.linking import fall_of
from inkdigits.find.scan import Afar, uprightness, writing_height
from inkdigits.ink.shades import Inks
from inkdigits.ink.zoom import finder_ink
from inkdigits.picture.upright import LEVEL, Place, turned
from inkdigits.recognition.mark_crops import MarkedPage
from inkdigits.recognition.model import Model

__all__ = ["Looked", "look"]

SMALL_WRITING = 14.0  # pixels of the ink; digits that are no higher are looked at in finer ink
FAR_BETTER = 0.3  # more must another way up be; print tells no way surely
LEAST_TO_TURN = 3.0  # sum of the probabilities of marks; of fewer it is not known which way is up
TURNS = 2  # times that a picture is levelled at most; from afar it is seen how far by half
SURELY_UPRIGHT = 0.65  # mean cosine of the angles that marks tell, from which a picture is the right way up


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture and what the finder sees in it.

    Attributes:
        page: its ink and the marks in it, upright.
        place: puts a box of it into the picture as it lies; None where they are one.
    """

    page: MarkedPage
    place: Place | None


def look(inks: Inks, finder: Model, *, askew: bool) -> Looked:
    """Finds the marks of a picture, also of one that lies askew, on a side or on its head.

    Args:
        inks: the picture and its ink.
        finder: the model that finds marks.
        askew: whether it may lie so; of a cell it is known which way is up.
    """
    if not askew:
        return _seen(inks, None, finder)
    quarters, afar = _quarters(inks, finder)
    degrees = 90.0 * quarters
    seen = _seen(*_turned(inks, degrees), finder, afar)
    for _ in range(TURNS):
        fall = fall_of(seen.page.marks)
        if abs(fall) <= LEVEL:
            break
        degrees += fall
        seen = _seen(*_turned(inks, degrees), finder)
    return seen


def _turned(inks: Inks, degrees: float) -> tuple[Inks, Place | None]:
    """Returns the ink of a picture that is turned, and what puts boxes back; as it is if it is level."""
    upright = turned(inks.picture, degrees)
    return (inks, None) if upright.place is None else (Inks(upright.picture), upright.place)


def _seen(inks: Inks, place: Place | None, finder: Model, afar: Afar | None = None) -> Looked:
    ink = finder_ink(inks)
    if ink.scale < 1:
        afar = finder.from_afar(ink.shades) if afar is None else afar
        height = writing_height(afar)
        if 0 < height < SMALL_WRITING:
            ink, afar = inks.finer(ink.scale * spec.FINDER_HEIGHT / height), None
    return Looked(MarkedPage(ink, inks.picture.shape, finder.find_marks(ink.shades, afar)), place)


def _quarters(inks: Inks, finder: Model) -> tuple[int, Afar | None]:
    """Returns by how many quarters a picture is turned clockwise, and what is seen from afar if it is not.

    It is turned in the way in which its marks say that they are upright.
    """
    shades = finder_ink(inks).shades
    as_it_lies = finder.from_afar(shades)
    lies = uprightness(as_it_lies)
    if lies > SURELY_UPRIGHT or not any(map(len, as_it_lies.passes.values())):
        return 0, as_it_lies
    best, surest = 0, max(SURELY_UPRIGHT, lies + FAR_BETTER)
    for quarters in (1, 2, 3):  # of the ink, which is far smaller than some pictures
        afar = finder.from_afar(np.ascontiguousarray(np.rot90(shades, quarters)), whole=False)
        upright = uprightness(afar, LEAST_TO_TURN)
        if upright > surest:
            best, surest = quarters, upright
    return best, as_it_lies if best == 0 else None
