"""What speaks for and against a number that was read, as figures that a calibrated model weighs.

Nothing is computed for it that costs: all of it is left over from reading. What the rules cannot tell, as
whether the finder's marks are linked surely, is 0 there, and so is what the finder cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.readings import Number
from inkdigits.recognition.answers import centres_of
from inkdigits.recognition.prepare import NumberInput

if TYPE_CHECKING:
    from inkdigits.recognition.text import Transcript  # a picture of one digit need not wait for it

__all__ = ["SIGNS", "Answered", "Evidence", "MarkEvidence", "ToldLater", "evidence_of", "log_odds"]

LEAST = 1e-6  # probabilities nearer to 0 or 1 are as good as it
FAR = 0.75  # of the number's height; ink so far from the middle of each character is none of theirs
USUAL_HEIGHT = 16.0  # pixels of the source; higher numbers are sharper, up to four times as high
MOST_COUNTED = 3.0  # of what is counted; more of it is no worse


class Evidence(NamedTuple):
    """What is known of a number that was read. Log odds are natural, of probabilities of at least 1e-6.

    Attributes:
        probability: log odds of its text, by all models together, before they were calibrated on scenes.
        alone: the same by the number model alone.
        least: log odds of its least sure character.
        margin: natural log of how many times likelier the read character is than the next one, where that is
            least.
        named: log odds of its text by what the finder and the digit model name its marks; below 0 where
            they name another one.
        alike: 1 where that text is the number model's, else 0.
        marked: log odds that a mark is there, of its least sure one.
        linked: log odds that each mark is linked with the next and the last one with none, the least of them.
        height: of its ink in the source: doublings of 16 pixels, -1 to 2.
        length: natural log of how many characters it has.
        signs: how many of them are no digits, 0 to 3.
        other: probability that something amid it is no character, 0..1.
        beside: how many marks beside or amid it were left out, 0 to 3.
        unread: how many groups of ink more than characters there are, 0 to 3.
        unexplained: share of its ink that is far from every character, 0..1.
        cut: at how many sides its ink touches the picture's border, 0 to 3.
        murk: how dark the paper between its strokes is, 0..1.
    """

    probability: float
    alone: float
    least: float
    margin: float
    named: float = 0.0
    alike: float = 0.0
    marked: float = 0.0
    linked: float = 0.0
    height: float = 0.0
    length: float = 0.0
    signs: float = 0.0
    other: float = 0.0
    beside: float = 0.0
    unread: float = 0.0
    unexplained: float = 0.0
    cut: float = 0.0
    murk: float = 0.0


SIGNS = Evidence(*(1.0,) * 9, *(-1.0,) * 8)
"""Of each figure 1 if more of it speaks for the number, -1 if against."""


class MarkEvidence(NamedTuple):
    """What the finder adds: of the named marks the text's probability, and more as in :class:`Evidence`."""

    named: float
    alike: bool
    marked: float
    linked: float
    other: float


ToldLater: TypeAlias = Callable[[], Evidence]
"""Gives the evidence when it is asked for: who does not weigh it does not pay for it."""


class Answered(NamedTuple):
    """A number that was read.

    Attributes:
        number: the answer, as sure as the models are.
        image: the model's input that it was read from.
        evidence: gives what speaks for and against it; None of a single digit.
        lone: whether it is the one number of a picture of which nothing was said, read in two ways.
    """

    number: Number
    image: NDArray[np.uint8]
    evidence: ToldLater | None = None
    lone: bool = False


def evidence_of(
    seen: NumberInput, read: Transcript, answer: Number, marks: MarkEvidence | None = None
) -> Evidence:
    """Returns what speaks for and against a number.

    Args:
        seen: how the number model saw it.
        read: what it read there, at least one character.
        answer: what is answered, which may be another text where a finder has named the marks.
        marks: what the finder adds; None where rules found the number.
    """
    characters = read.legible
    margins = [_margin(one.probability, one.alternatives) for one in characters]
    sures = [one.confidence for one in answer.digits] or [answer.confidence]
    box, frame = seen.crop.box, seen.crop.frame
    touching = (
        box.x <= frame.x,
        box.y <= frame.y,
        box.x + box.width >= frame.x + frame.width,
        box.y + box.height >= frame.y + frame.height,
    )
    unexplained, murk = _of_ink(seen, read)
    return Evidence(
        probability=log_odds(answer.confidence),
        alone=log_odds(read.probability if read.alone is None else read.alone),
        least=log_odds(min(sures)),
        margin=min(margins, default=0.0),
        named=log_odds(marks.named) if marks else 0.0,
        alike=float(marks.alike) if marks else 0.0,
        marked=log_odds(marks.marked) if marks else 0.0,
        linked=log_odds(marks.linked) if marks else 0.0,
        height=float(np.clip(np.log2(max(1, seen.box.height) / USUAL_HEIGHT), -1.0, 2.0)),
        length=float(np.log(max(1, len(answer.text)))),
        signs=min(MOST_COUNTED, float(sum(not value.isdigit() for value in answer.text))),
        other=max(read.other, marks.other if marks else 0.0),
        beside=min(MOST_COUNTED, float(len(read.characters) - len(characters))),
        unread=min(MOST_COUNTED, float(max(0, seen.crop.groups - len(read.characters)))),
        unexplained=unexplained,
        cut=min(MOST_COUNTED, float(sum(touching))),
        murk=murk,
    )


def log_odds(probability: float) -> float:
    """Returns the natural log of the odds of a probability, which counts as 1e-6 to 1 - 1e-6."""
    safe = min(max(probability, LEAST), 1 - LEAST)
    return float(np.log(safe / (1 - safe)))


def _margin(probability: float, alternatives: tuple[tuple[str, float], ...]) -> float:
    next_one = alternatives[0][1] if alternatives else 0.0
    return float(np.log(max(probability, LEAST) / max(next_one, LEAST)))


def _of_ink(seen: NumberInput, read: Transcript) -> tuple[float, float]:
    """Returns the share of the ink that no character explains, and how dark the paper is, both 0..1."""
    solid = seen.crop.ink > spec.SOLID
    ink = solid.sum(axis=0)
    total, paper = int(ink.sum()), ~solid
    murk = float(seen.crop.shades.mean(where=paper)) / 255 if total < solid.size else 0.0
    centres = centres_of(seen, read)
    if not total or not centres:
        return 0.0, murk
    columns = np.arange(len(ink))
    away = np.abs(columns[:, None] - np.array(centres)).min(axis=1)
    return float(ink[away > FAR * seen.crop.box.height].sum()) / total, murk
