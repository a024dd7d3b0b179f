"""Who writes numbers, and what: real digits, the project's pen and real hands, in stated shares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits import spec
from inkdigits.training.draw.by_hand import ring_around, strike_out, whole_number, write_by_hand
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.number import Written, write_number
from inkdigits.training.draw.texts import random_text

__all__ = ["Scribe"]

WHOLE = 0.07  # of the numbers by real hands; those that a writer wrote as a whole
STRUCK = 0.04  # of the numbers of those with other marks that are crossed out
NOTHING = 0.15  # of the same; there is no number, a mark alone
RINGED = (
    0.08  # of the numbers by real hands, as a share of those with other marks; there is a ring around them
)
STOPS = 0.11  # how often a full stop or a comma follows a number, which is no part of it


@dataclass(frozen=True, eq=False)
class Scribe:
    """Writes one number after the other, each by another writer.

    Attributes:
        glyphs: real digits to compose from; None for the pen alone.
        hands: real writers; None where there are none.
        by_hand: share of the numbers that these write.
        signs: share of dates, times, sums and other texts with signs.
        others: share of the numbers beside which, or in place of which, stands what is no digit.
    """

    glyphs: Glyphs | None = None
    hands: Hands | None = None
    by_hand: float = 0.0
    signs: float = 0.0
    others: float = 0.0

    def write(self, rng: np.random.Generator) -> Written:
        """Writes a number, with what stands beside it."""
        by_hand = self.hands is not None and rng.random() < self.by_hand
        if by_hand and self.hands is not None and rng.random() < WHOLE:
            return whole_number(self.hands, rng)
        text = random_text(rng, signs=self.signs)
        stop = str(rng.choice((".", ","))) if rng.random() < STOPS else ""
        other = rng.random() < self.others
        if other:
            stop = ""
            text = _beside(text, rng)
        if by_hand and self.hands is not None:
            hand = self.hands.hand(rng)
            written, pen = write_by_hand(text + stop, hand, rng), hand.pen
        else:
            written, pen = write_number(text + stop, self.glyphs, rng), 0.1
        if other and rng.random() < STRUCK / max(self.others, STRUCK):
            written = strike_out(written, pen, rng)
        elif by_hand and not other and not written.edges and rng.random() < RINGED * self.others:
            written = ring_around(written, pen, rng)
        return _without(written, stop)


def _beside(text: str, rng: np.random.Generator) -> str:
    """Puts marks that are no digit before or behind a text, or in its place."""
    kind = rng.random()
    if kind < NOTHING:
        return spec.OTHER
    if kind < 0.55:
        return text + spec.OTHER
    return spec.OTHER + text + (spec.OTHER if kind > 0.88 else "")


def _without(written: Written, stop: str) -> Written:
    """Returns a number without the characters that are drawn and no part of its text."""
    text = written.text[: len(written.text) - 1] if stop and written.text.endswith(stop) else written.text
    boxes = written.boxes[: len(text)]
    kept = [index for index, value in enumerate(text) if value != "'"]
    return Written(
        written.ink,
        "".join(text[index] for index in kept),
        tuple(boxes[index] for index in kept if index < len(boxes)),
        written.edges,
    )
