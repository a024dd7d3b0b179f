"""A number that was not read surely is looked at again: narrower, wider, slanted, bolder, softer.

What the model has learned of hands and pens ends somewhere, and there a little less width or a little more
ink gives another text. What most views give is right more often than what the first one gave, and where they
differ nothing is sure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.text import Character, Transcript

__all__ = ["VIEWS", "View", "doubtful", "most_agree", "seen_from", "views_of"]

Image = NDArray[np.uint8]

_MARGIN = 8  # pixels left and right, for the ends of what is slanted
_ALTERNATIVES = 3


class View(NamedTuple):
    """How a number is looked at again.

    Attributes:
        wide: its width, as a share of what it was.
        tall: its height, as a share; the image stays as high as it is.
        slant: pixels to the right for one pixel up.
        pen: "bold" for a pen of one pixel more, "soft" for a camera that is out of focus, else "".
    """

    wide: float = 1.0
    tall: float = 1.0
    slant: float = 0.0
    pen: str = ""


VIEWS = (
    View(wide=0.85, slant=-0.12),
    View(wide=1.2, tall=0.9, slant=0.12),
    View(pen="bold"),
    View(pen="soft"),
)


def doubtful(reads: Sequence[Transcript], widths: Sequence[int]) -> list[int]:
    """Returns which of a picture's numbers are worth another look, of very many the surest.

    Args:
        reads: what was read at first.
        widths: of the images that it was read in, in pixels.
    """
    unsure = [
        index for index, read in enumerate(reads) if read.legible and read.probability < spec.LOOKED_AT_AGAIN
    ]
    unsure.sort(key=lambda index: -reads[index].probability)
    seen = np.cumsum([widths[index] for index in unsure])
    return unsure[: int(np.searchsorted(seen, spec.MOST_LOOKED_AT_AGAIN, side="right"))]


def views_of(image: Image) -> list[Image]:
    """Returns the views of a number, uint8 (32, W) each; see :func:`seen_from`."""
    return [seen_from(view, image) for view in VIEWS]


def seen_from(view: View, image: Image) -> Image:
    """Returns a number as a view shows it.

    Args:
        view: how.
        image: uint8 (32, W), 255 = ink, as ``normalize_number`` makes it.

    Returns:
        The same, of another width.
    """
    if view.pen == "bold":
        return np.asarray(cv2.dilate(image, np.ones((2, 2), np.uint8)), np.uint8)
    if view.pen == "soft":
        return np.asarray(cv2.GaussianBlur(image, (3, 3), 0.8), np.uint8)
    height, width = image.shape
    margin = _MARGIN if view.slant else 0
    out = _whole(width * view.wide)
    wide = out / width
    middle = height / 2
    place = np.array(
        [
            [wide, -view.slant, margin + view.slant * middle],
            [0.0, view.tall, middle * (1 - view.tall)],
        ]
    )
    return np.asarray(
        cv2.warpAffine(image, place, (out + 2 * margin, height), flags=cv2.INTER_LINEAR), np.uint8
    )


def most_agree(reads: Sequence[Transcript], widths: Sequence[int]) -> Transcript:
    """Returns what most views of a number agree on, each as far as it is sure.

    Args:
        reads: what was read at first, then in each of ``VIEWS``.
        widths: of the images that they were read in, in pixels.

    Returns:
        The text with the largest mean probability, and that probability, if it was read at first no more than
        it had then; of each character the mean over the views that read as many.
    """
    votes: dict[str, float] = defaultdict(float)
    for read in reads:
        votes[read.text] += read.probability
    text = max(votes, key=votes.__getitem__)  # of equals the first
    same = [index for index, read in enumerate(reads) if read.text == text]
    best = max(same, key=lambda index: (index == 0, reads[index].probability))
    weight = max(votes[text], 1e-12)
    gain = sum(reads[index].probability * reads[index].gain for index in same) / weight
    characters = _with_chances(_in_first(reads[best], best, widths), reads)
    probability = votes[text] / len(reads)
    if text == reads[0].text:  # views that agree are no witnesses of their own
        probability = min(probability, reads[0].probability)
    gain = gain if votes[text] else 1.0
    return replace(reads[best], characters=characters, probability=min(1.0, probability), gain=gain)


def _in_first(read: Transcript, index: int, widths: Sequence[int]) -> tuple[Character, ...]:
    """Returns characters with their places in the image that was read at first."""
    view = VIEWS[index - 1] if index else View()
    margin = _MARGIN if view.slant else 0
    wide = (widths[index] - 2 * margin) / widths[0]
    return tuple(
        replace(
            character,
            centre=(character.centre * spec.FRAME_WIDTH - margin) / wide / spec.FRAME_WIDTH,
        )
        for character in read.characters
    )


def _with_chances(characters: tuple[Character, ...], reads: Sequence[Transcript]) -> tuple[Character, ...]:
    """Returns characters with the probabilities that all views give them, which read as many."""
    count = sum(character.value != spec.OTHER for character in characters)
    alike = iter(zip(*(read.legible for read in reads if len(read.legible) == count), strict=True))
    return tuple(
        character if character.value == spec.OTHER else _judged(character, next(alike))
        for character in characters
    )


def _judged(character: Character, views: Sequence[Character]) -> Character:
    chances: dict[str, float] = defaultdict(float)
    for seen in views:
        for value, chance in ((seen.value, seen.probability), *seen.alternatives):
            chances[value] += chance / len(views)
    probability = chances.pop(character.value, 0.0)
    ranked = sorted(chances.items(), key=lambda item: -item[1])[:_ALTERNATIVES]
    return replace(character, probability=min(1.0, probability), alternatives=tuple(ranked))


def _whole(width: float) -> int:
    """Returns a width in pixels that the model can take, as near as there is one."""
    return max(1, round(width / spec.NUMBER_STEP)) * spec.NUMBER_STEP
