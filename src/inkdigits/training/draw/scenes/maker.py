"""What every composer of scenes has at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.draw.texts import random_text

__all__ = ["Maker"]


@dataclass(frozen=True, eq=False)
class Maker:
    """What scenes are made of.

    Attributes:
        scribe: the digits and the hands that there are; its share of signs is that of the texts.
        fonts: for print.
    """

    scribe: Scribe
    fonts: FontBook

    def penman(
        self, height: float, rng: np.random.Generator, *, pen: tuple[float, float] | None = None
    ) -> Penman:
        """Returns one who writes a whole scene, digits so many pixels high; see :class:`Penman`."""
        return Penman(self.scribe, self.fonts, height, rng, pen=pen)

    def text(self, rng: np.random.Generator, *, longest: int = 14, signs: float | None = None) -> str:
        """Returns what a number says, of so many characters at most."""
        share = self.scribe.signs if signs is None else signs
        for _ in range(30):
            text = random_text(rng, signs=share)
            if len(text) <= longest:
                return text
        return str(int(rng.integers(10)))
