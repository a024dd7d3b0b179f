"""The digits of a page → what each may be in the hand that wrote them: it looks like others of its value.

A form that the models know too little of, as a 4 that is open at its head, is named now rightly, now wrongly,
and seldom surely. The same hand writes it alike each time: what it resembles, and how that was named, tells
what it is. Of a page by many hands the likeness says less, and of few digits nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

if TYPE_CHECKING:
    from inkdigits.recognition.text import Character, Transcript

__all__ = ["in_hand", "likeness", "weighed"]

Image = NDArray[np.uint8]
Floats = NDArray[np.floating]

SOFT = 1.0  # pixels of blur: the same stroke lies a little elsewhere each time
NEAR = 0.06  # less of the cosine between two digits, and they are 1 / e times as alike
DOUBT = 12.0  # digits of each value that look like any: of a value that is seldom there little is known
WEIGHT = 2.0  # of the likeness's logarithm against that of what the models say
ROUNDS = 2  # times that digits are compared: what one is named by its likeness tells of others
MOST = 1200  # digits, the surest, with which the others are compared
LEAST = 1e-6  # probabilities below it are no smaller


def likeness(images: Image, chances: Floats) -> Floats:
    """Returns how like the other digits of each value a digit is.

    Args:
        images: uint8 (N, 28, 28), 255 = ink, as ``normalize_digit`` makes them; all digits of a page.
        chances: float (N, 10), what each may be by itself; rows sum to 1 at most.

    Returns:
        float64 (N, 10): logarithms of factors on the chances, 0 for the value that it resembles most.
    """
    soft = np.stack([cv2.GaussianBlur(image, (0, 0), SOFT) for image in images])
    soft = soft.reshape(len(images), -1).astype(np.float32)
    soft /= np.maximum(np.linalg.norm(soft, axis=1, keepdims=True), LEAST)
    others = np.argsort(-chances.max(axis=1), kind="stable")[:MOST]
    alike = np.exp((soft @ soft[others].T - 1) / NEAR).astype(np.float64)
    alike[others, np.arange(len(others))] = 0  # no digit tells of itself
    to_any = alike.sum(axis=1, keepdims=True) / max(1, len(others) - 1)
    named, logs = chances, np.zeros(chances.shape)
    for _ in range(ROUNDS):
        counts = np.broadcast_to(named[others].sum(axis=0), chances.shape).copy()
        counts[others] -= named[others]
        to_each = (alike @ named[others] + DOUBT * to_any) / (counts + DOUBT)
        logs = WEIGHT * np.log(np.maximum(to_each, LEAST))
        logs -= logs.max(axis=1, keepdims=True)
        named = weighed(chances, logs)
    return logs


def weighed(chances: Floats, logs: Floats) -> Floats:
    """Returns what each mark may be when its likeness is heard.

    Args:
        chances: float (M, labels), digits first; rows sum to 1.
        logs: float (M, 10), :func:`likeness` of each, 0 where it is no digit.
    """
    out = chances.copy()
    out[:, : len(spec.DIGITS)] *= np.exp(logs)
    return out / np.maximum(out.sum(axis=1, keepdims=True), LEAST)


def in_hand(read: Transcript, logs: Floats) -> Transcript:
    """Returns what the number model read, weighed by what its digits look like.

    Args:
        read: of a number.
        logs: float (M, 10), :func:`likeness` of each of its marks, 0 where it is no digit.

    Returns:
        The transcript, each of its digits the likeliest. It is as it was where the model sees more or fewer
        characters than there are marks.
    """
    if len(read.characters) != len(logs) or not logs.any():
        return read
    characters = tuple(
        _weighed(character, factors) if character.value in spec.DIGITS else character
        for character, factors in zip(read.characters, np.exp(logs), strict=True)
    )
    pairs = zip(characters, read.characters, strict=True)
    gain = float(np.prod([after.probability / max(before.probability, LEAST) for after, before in pairs]))
    return replace(read, characters=characters, probability=min(1.0, read.probability * gain))


def _weighed(character: Character, factors: Floats) -> Character:
    """Returns a digit that is the likeliest when each value is a factor as likely."""
    chances = np.full(len(spec.DIGITS), LEAST)
    for value, probability in ((character.value, character.probability), *character.alternatives):
        if value in spec.DIGITS:
            chances[spec.DIGITS.index(value)] = max(probability, LEAST)
    weighed = chances * factors
    weighed *= chances.sum() / weighed.sum()
    first, *others = np.argsort(-weighed, kind="stable")
    signs = tuple(pair for pair in character.alternatives if pair[0] not in spec.DIGITS)
    ranked = (*((spec.DIGITS[index], float(weighed[index])) for index in others), *signs)
    alternatives = sorted(ranked, key=lambda pair: -pair[1])[: len(character.alternatives)]
    return replace(
        character,
        value=spec.DIGITS[first],
        probability=float(weighed[first]),
        alternatives=tuple(alternatives),
    )
