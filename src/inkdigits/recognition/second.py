"""A second reader, of another make, is asked about the numbers that are unsure.

Where both read the same the number is surer, where they do not it stays as unsure as it was, and so does its
text. A second reader is what has :meth:`SecondReader.read`; RapidOCR comes with the extra ``[second]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ConfigError
from inkdigits.readings import Box, Number
from inkdigits.recognition.decision import decide
from inkdigits.recognition.evidence import log_odds

if TYPE_CHECKING:
    from inkdigits.recognition.whole import Read

__all__ = ["NAMES", "SecondName", "SecondReader", "asked_again", "read_again", "second_reader"]

Image = NDArray[np.uint8]
SecondName = Literal["rapidocr"]

NAMES: tuple[SecondName, ...] = ("rapidocr",)
MARGIN = 0.25  # of a number's height; paper around it that a second reader gets to see
AGREES = 1.2  # log odds that a number gains where both read the same: an open 4 misleads both
KNOWN = frozenset("+-.,/:%")  # beside letters and digits; anything else is shown as a question mark


class SecondReader(Protocol):
    """Reads cut-out numbers."""

    def read(self, pictures: Sequence[Image]) -> list[str]:
        """Returns what is written in each picture, uint8 (H, W) or (H, W, 3) RGB; "" for nothing."""
        ...


def second_reader(name: str) -> SecondReader:
    """Returns the second reader of a name.

    Raises:
        ConfigError: there is none of this name.
        MissingExtraError: its library is not installed.
    """
    if name not in NAMES:
        raise ConfigError(f"second is {name!r}; expected {' or '.join(NAMES)}, or None for no second reader")
    from inkdigits.recognition.rapid import Rapid  # loads a library that most do without

    return Rapid()


def asked_again(
    numbers: Sequence[Number],
    places: Sequence[Box],
    picture: Image,
    second: SecondReader,
    max_error: float,
) -> list[Number]:
    """Asks a second reader about the numbers that are unsure.

    Args:
        numbers: what was read.
        places: the box of each in ``picture``.
        picture: uint8 (H, W) or (H, W, 3) RGB, in which numbers are upright.
        second: who is asked.
        max_error: the risk of an answer, 1 - confidence, above which it is unsure.

    Returns:
        The same numbers; those that were unsure with the second reader's text, and surer where it is theirs.
    """
    unsure = [place for place, one in enumerate(numbers) if decide(one.confidence, max_error) == "unsure"]
    if not unsure:
        return list(numbers)
    texts = second.read([_cut_out(picture, places[place]) for place in unsure])
    out = list(numbers)
    for place, text in zip(unsure, texts, strict=True):
        out[place] = _told(numbers[place], _plain(text))
    return out


def read_again(read: Read, picture: Image, second: SecondReader, max_error: float) -> Read:
    """Asks a second reader about the unsure ones of what was read; else as :func:`asked_again`.

    Args:
        read: what was read.
        picture: where its flat numbers have their boxes, as there, as are the others.
        second: who is asked.
        max_error: the risk above which an answer is unsure.
    """
    places = [one.box for one in read.flat]
    numbers = [one for row in read.rows for one in row]
    again = iter(asked_again(numbers, places, picture, second, max_error))
    return read._replace(rows=[[next(again) for _ in row] for row in read.rows])


def _told(number: Number, text: str) -> Number:
    # No chance at all, as of what does not fit a pattern, is not changed by another reader.
    if text != number.text or number.confidence <= 0:
        return replace(number, second=text)
    confidence = float(1 / (1 + np.exp(-log_odds(number.confidence) - AGREES)))
    digits = number.digits
    if len(digits) == 1:
        digits = (replace(digits[0], confidence=confidence),)
    return replace(number, confidence=confidence, digits=digits, second=text)


def _cut_out(picture: Image, box: Box) -> Image:
    margin = max(1, round(MARGIN * box.height))
    top, left = max(0, box.y - margin), max(0, box.x - margin)
    return picture[top : box.y + box.height + margin, left : box.x + box.width + margin]


def _plain(text: str) -> str:
    """Returns a text as numbers are written: points for commas, no spaces, no signs that nobody expects."""
    kept = "".join(text.split()).replace(",", ".")
    return "".join(value if value.isalnum() or value in KNOWN else "?" for value in kept)
