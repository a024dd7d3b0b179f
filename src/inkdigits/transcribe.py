"""Frames of a number model → characters with probabilities and places: connectionist temporal classification.

A frame answers "which character stands here, or none". A character that goes on over several frames is one;
the same character twice needs a frame of none between. (Graves et al., 2006)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec

__all__ = ["Character", "Transcript", "transcribe"]

Floats = NDArray[np.float64]

LOWEST = -1e30  # the logarithm of "impossible"; minus infinity less itself would be no number
MINUS = 1 + spec.NUMBER_LABELS.index("-")
NONE = 0  # class of a frame without a character; the others are spec.NUMBER_LABELS in order


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a number.

    Attributes:
        value: one of spec.NUMBER_LABELS.
        probability: 0..1, that this and no other character stands here.
        centre: frames from the left, where it is surest.
        alternatives: the next likeliest characters and their probabilities.
    """

    value: str
    probability: float
    centre: float
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a number model read in one image.

    Attributes:
        characters: from left to right; none when nothing was read.
        probability: 0..1, that the text as a whole is right.
    """

    characters: tuple[Character, ...]
    probability: float

    @property
    def text(self) -> str:
        """The characters in a row."""
        return "".join(character.value for character in self.characters)


def transcribe(logits: NDArray[np.floating], frames: list[int], temperature: float) -> list[Transcript]:
    """Reads the answers of a number model.

    Args:
        logits: (N, T, 1 + characters), any float dtype; class 0 is "no character".
        frames: how many of the T frames of each belong to the image; the rest is padding.
        temperature: logits are divided by it.

    Returns:
        A transcript each.
    """
    scaled = np.array(logits, np.float64)
    scaled[..., MINUS : MINUS + 1] += spec.PRIOR_MINUS
    scaled /= temperature
    scaled -= scaled.max(axis=2, keepdims=True)
    logs = scaled - np.log(np.exp(scaled).sum(axis=2, keepdims=True))
    best = logs.argmax(axis=2)
    runs = [_runs(best[index, :count]) for index, count in enumerate(frames)]
    texts = [[int(best[index, start]) for start, _ in found] for index, found in enumerate(runs)]
    totals = np.exp(_log_probabilities(logs, frames, texts))
    out: list[Transcript] = []
    for index, found in enumerate(runs):
        chances = np.exp(logs[index])
        characters = tuple(
            _character(chances, start, stop, label)
            for (start, stop), label in zip(found, texts[index], strict=True)
        )
        out.append(Transcript(characters, float(min(1.0, totals[index]))))
    return out


def _runs(path: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Returns first frame and frame behind the last of each character of the best path."""
    edges = np.flatnonzero(np.diff(path, prepend=-1, append=-1))
    return [(int(start), int(stop)) for start, stop in pairwise(edges) if path[start] != NONE]


def _character(chances: Floats, start: int, stop: int, label: int) -> Character:
    """Judges a character by the frames that show it."""
    part = chances[start:stop]
    surest = part[int(part[:, label].argmax())]
    weights = part[:, label]
    centre = float((weights * (np.arange(start, stop) + 0.5)).sum() / weights.sum())
    named = surest / max(1.0 - surest[NONE], 1e-12)
    order = [int(other) for other in np.argsort(-named[1:], kind="stable") + 1 if other != label]
    others = tuple((spec.NUMBER_LABELS[other - 1], float(named[other])) for other in order[:3])
    return Character(spec.NUMBER_LABELS[label - 1], float(min(1.0, named[label])), centre, others)


def _log_probabilities(logs: Floats, frames: list[int], texts: list[list[int]]) -> Floats:
    """Returns the log of the probability of each text, over all ways to place its characters."""
    count, _, _ = logs.shape
    longest = max((len(text) for text in texts), default=0)
    states = 2 * longest + 1  # none, character, none, character, …, none
    labels = np.zeros((count, states), np.int64)
    for index, text in enumerate(texts):
        labels[index, 1 : 2 * len(text) : 2] = text
    # A character may follow the one before it at once unless they are the same.
    skips = np.zeros((count, states), bool)
    skips[:, 2:] = (labels[:, 2:] != NONE) & (labels[:, 2:] != labels[:, :-2])
    skips = np.where(skips, 0.0, LOWEST)
    chances = np.take_along_axis(logs, labels[:, None, :], axis=2)  # (N, T, states)
    rows = np.arange(count)
    ends = np.array([2 * len(text) for text in texts])
    state = np.full((count, states + 2), LOWEST)  # two more in front, from which nothing comes
    state[:, 2 : 2 + min(2, states)] = chances[:, 0, :2]
    totals = np.full(count, LOWEST)
    behind = np.array(frames)
    for frame in range(int(behind.max(initial=0))):
        if frame:
            before = np.logaddexp(state[:, 2:], state[:, 1:-1])
            state[:, 2:] = np.logaddexp(before, state[:, :-2] + skips) + chances[:, frame]
        done = behind == frame + 1
        if done.any():
            last, other = state[rows, ends + 2], state[rows, ends + 1]
            totals = np.where(done, np.logaddexp(last, other), totals)
    return totals
