"""Frames of a number model → characters with probabilities and places: connectionist temporal classification.

A frame answers "which character stands here, or none". A character that goes on over several frames is one;
the same character twice needs a frame of none between. (Graves et al., 2006)

What is no character of a number (``spec.OTHER``) is told by its place and stands in no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = [
    "NONE",
    "Character",
    "Transcript",
    "character_of",
    "log_chances",
    "log_probabilities",
    "transcribe",
]

Floats = NDArray[np.float64]

NONE = 0  # class of a frame without a character; the others are the model's labels in order


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a number, or what stands beside it and is none.

    Attributes:
        value: one of the model's labels; ``spec.OTHER`` for what is no character of a number.
        probability: 0..1, that this and no other character stands here.
        centre: frames from the left, where it is surest.
        alternatives: the next likeliest characters and their probabilities, never ``spec.OTHER``.
    """

    value: str
    probability: float
    centre: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a number model read in one image.

    Attributes:
        characters: from left to right, with what is no character of a number; none when nothing was read.
        probability: 0..1, that the text as a whole is right, whatever stands beside it, as far as the model
            alone can tell.
        gain: how many times as probable it is with what was said to stand there.
        other: highest probability, 0..1, of what is no character, from where the text begins to its end.
        alone: the probability before another model was heard; None where none was.
    """

    characters: tuple[Character, ...]
    probability: float
    gain: float = 1.0
    other: float = 0.0
    alone: float | None = None

    @property
    def text(self) -> str:
        """The characters of the number in a row."""
        return "".join(character.value for character in self.legible)

    @property
    def legible(self) -> tuple[Character, ...]:
        """The characters of the number: digits and signs, without what is neither."""
        return tuple(character for character in self.characters if character.value != spec.OTHER)


def transcribe(
    logits: NDArray[np.floating], frames: list[int], temperature: float, labels: str
) -> list[Transcript]:
    """Reads the answers of a number model.

    Args:
        logits: (N, T, 1 + labels), any float dtype; class 0 is "no character".
        frames: how many of the T frames of each belong to the image; the rest is padding.
        temperature: logits are divided by it.
        labels: the characters that the other classes stand for, in order.

    Returns:
        A transcript each.
    """
    logs = log_chances(logits, temperature, labels)
    other = 1 + labels.find(spec.OTHER)  # 0, which is no character either, for a model that does not know it
    legible = _without_other(logs, other)
    best = legible.argmax(axis=2)
    if other:
        best[(best == NONE) & (logs[..., other] > logs[..., NONE])] = other
    runs = [_runs(best[index, :count]) for index, count in enumerate(frames)]
    named = [[int(best[index, start]) for start, _ in found] for index, found in enumerate(runs)]
    texts = [[label for label in found if label != other] for found in named]
    totals = np.exp(log_probabilities(legible, frames, texts))
    out: list[Transcript] = []
    for index, found in enumerate(runs):
        chances = np.exp(logs[index])
        characters = tuple(
            character_of(chances, start, stop, label, labels)
            for (start, stop), label in zip(found, named[index], strict=True)
        )
        inside = [edge for edge, label in zip(found, named[index], strict=True) if label != other]
        amid = chances[inside[0][0] : inside[-1][1], other] if other and inside else chances[:0, 0]
        total = float(min(1.0, totals[index]))
        out.append(Transcript(characters, total, other=float(amid.max(initial=0.0))))
    return out


def log_chances(logits: NDArray[np.floating], temperature: float, labels: str) -> Floats:
    """Returns the log of the probability of each class in each frame, (N, T, 1 + labels); as for reading."""
    scaled = np.array(logits, np.float64)
    for sign, prior in (("-", spec.PRIOR_MINUS), ("/", spec.PRIOR_SLASH)):
        if sign in labels:
            scaled[..., 1 + labels.index(sign)] += prior
    scaled /= temperature
    scaled -= scaled.max(axis=2, keepdims=True)
    return scaled - np.log(np.exp(scaled).sum(axis=2, keepdims=True))


def _without_other(logs: Floats, other: int) -> Floats:
    """Returns logs (N, T, classes) in which what is no character of a number is no character at all.

    Both stand for nothing in a text, and either parts a character from the same one behind it. So what the
    probability of a text is by these logs, over all ways to place its characters, is by the model's own the
    sum over all texts that differ only in what stands beside the number.

    Args:
        logs: log of the probability of each class.
        other: the class of what is no character of a number; 0 if the model has none, which changes nothing.
    """
    if not other:
        return logs
    merged = logs.copy()
    merged[..., NONE] = np.logaddexp(logs[..., NONE], logs[..., other])
    merged[..., other] = -np.inf
    return merged


def _runs(path: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Returns first frame and frame behind the last of each character of the best path."""
    edges = [0, *(np.flatnonzero(path[1:] != path[:-1]) + 1).tolist(), len(path)]
    return [(start, stop) for start, stop in pairwise(edges) if start < stop and path[start] != NONE]


def character_of(chances: Floats, start: int, stop: int, label: int, labels: str) -> Character:
    """Judges a character by the frames that show it."""
    part = chances[start:stop]
    surest = part[int(part[:, label].argmax())]
    weights = part[:, label]
    centre = float((weights * (np.arange(start, stop) + 0.5)).sum() / weights.sum())
    named = (surest / max(1.0 - surest[NONE], 1e-12)).tolist()
    others = [place for place, value in enumerate(labels, 1) if place != label and value != spec.OTHER]
    others.sort(key=named.__getitem__, reverse=True)
    alternatives = tuple((labels[other - 1], named[other]) for other in others[:3])
    return Character(labels[label - 1], min(1.0, named[label]), centre, alternatives)


def log_probabilities(logs: Floats, frames: list[int], texts: list[list[int]]) -> Floats:
    """Returns the log of the probability of each text, over all ways to place its characters.

    Args:
        logs: (N, T, 1 + characters), log of the probability of each class.
        frames: how many of the T frames of each belong to the image.
        texts: the classes of the characters of each, as the best path has them.
    """
    count = len(texts)
    if not logs.size:
        return np.zeros(count)
    longest = max((len(text) for text in texts), default=0)
    states = 2 * longest + 1  # none, character, none, character, …, none
    labels = np.zeros((count, states), np.int64)
    for index, text in enumerate(texts):
        labels[index, 1 : 2 * len(text) : 2] = text
    # A character may follow the one before it at once unless they are the same.
    skips = np.zeros((count, states))
    skips[:, 2:] = (labels[:, 2:] != NONE) & (labels[:, 2:] != labels[:, :-2])
    # Against the likeliest class of each frame, the best path has probability 1: nothing gets too small to be
    # told from 0, and three ways on for each frame, in 300 frames, do not get too large.
    likeliest = logs.max(axis=2, keepdims=True)
    chances = np.take_along_axis(np.exp(logs - likeliest), labels[:, None, :], axis=2)  # (N, T, states)
    outside = np.arange(logs.shape[1]) >= np.array(frames)[:, None]
    chances = np.where(outside[..., None], (labels == NONE)[:, None], chances)  # behind its end is nothing
    state = np.zeros((count, states + 2))  # two more in front, from which nothing comes
    state[:, 2] = 1.0  # before the first frame there is nothing
    here, before, skipped = state[:, 2:], state[:, 1:-1], state[:, :-2]
    ways = np.empty_like(here)
    for chance in np.ascontiguousarray(chances.transpose(1, 0, 2)):
        np.multiply(skipped, skips, out=ways)
        ways += before
        ways += here
        np.multiply(ways, chance, out=here)
    rows, ends = np.arange(count), np.array([2 * len(text) for text in texts])
    # It ends in its last character or in nothing behind it; in front of an empty text there is no state.
    totals = state[rows, ends + 2] + state[rows, ends + 1]
    # Summed from the left: padding leaves the last digit of the sum as it is.
    return np.log(totals) + np.where(outside, 0.0, likeliest[..., 0]).cumsum(axis=1)[:, -1]
