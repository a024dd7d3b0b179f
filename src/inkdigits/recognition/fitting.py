"""Frames of a number model → the likeliest text among those that fit: a prefix beam search.

It follows the beginnings of texts from frame to frame, each with the probability of all ways to place its
characters (Graves & Jaitly, 2014), along the automaton of what may stand there. A beginning is kept by its
own probability and that of the best way on from it to a text that fits.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.automaton import Automaton
from inkdigits.recognition.language import Language, gain_of
from inkdigits.recognition.text import (
    NONE,
    Character,
    Transcript,
    character_of,
    log_chances,
    log_probabilities,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["fitting", "likeliest"]

Floats = NDArray[np.float64]

_QUIET = 1e-4  # log of a frame's chance of no character; above it nothing begins or ends there
_HARDLY = 0.01  # probability of all that fits, below which quiet frames could tell texts apart
_NEVER = -math.inf


def fitting(
    reads: Sequence[Transcript],
    logits: NDArray[np.floating],
    frames: Sequence[int],
    *,
    temperature: float,
    labels: str,
    language: Language,
) -> list[Transcript]:
    """Returns for each image the likeliest text among those that fit.

    If it is what was read anyway, its probability is the model's own, so that it is set against the digit
    model's answer as ever, and its ``gain`` is what it wins by what was said. If it is another text, what was
    said counts at once. Where nothing was read, nothing stands, whatever would fit. Where the image has no
    room for a text that fits, what was read stays, with probability 0.

    Args:
        reads: what :func:`inkdigits.recognition.text.transcribe` made of the same logits.
        logits: (N, T, 1 + labels), any float dtype; class 0 is "no character".
        frames: how many of the T frames of each belong to the image.
        temperature: logits are divided by it.
        labels: the characters that the other classes stand for, in order; ``spec.OTHER`` is in no text.
        language: what fits.

    Raises:
        ConfigError: no text that fits has only characters of these labels.
    """
    automaton = language.over(labels)
    doubtful = [
        index
        for index, read in enumerate(reads)
        if read.legible and not (read.probability >= spec.DIGIT_MODEL_HEARD and language.fits(read.text))
    ]
    out = [_within(read, language) for read in reads]
    if doubtful:
        logs = log_chances(logits[doubtful], temperature, labels)
        for index, rows in zip(doubtful, logs, strict=True):
            out[index] = _within(_fitted(reads[index], rows[: frames[index]], labels, automaton), language)
    return out


def likeliest(logs: Floats, characters: str, automaton: Automaton) -> dict[str, float]:
    """Returns the likeliest texts that an automaton accepts, with the log of their probabilities.

    Args:
        logs: (T, 1 + characters), log of the probability in each frame of no character and of each character.
        characters: what the columns but the first stand for; all that the automaton knows.
        automaton: accepts what fits.

    Returns:
        At most ``spec.BEAM`` texts; none if no text that fits has room in T frames.
    """
    found = _search(logs, logs[:, NONE] < -_QUIET, characters, automaton)
    if sum(map(math.exp, found.values())) < _HARDLY:  # what fits begins or ends where nothing seems to
        found = _search(logs, np.ones(len(logs), bool), characters, automaton)
    return found


def _fitted(read: Transcript, logs: Floats, labels: str, automaton: Automaton) -> Transcript:
    """Returns the likeliest text for the frames of one image; logs (T, 1 + labels)."""
    # What is no character of a number stands for nothing; those that are missing in the labels are not read.
    known = [1 + place for place, label in enumerate(labels) if label != spec.OTHER]
    characters = "".join(labels[place - 1] for place in known)
    other = 1 + labels.find(spec.OTHER)
    merged = np.ascontiguousarray(logs[:, [NONE, *known]])
    if other:
        merged[:, NONE] = np.logaddexp(merged[:, NONE], logs[:, other])
    texts = likeliest(merged, characters, automaton)
    if not texts:
        return replace(read, probability=0.0)
    text = max(texts, key=texts.__getitem__)
    classes = [1 + characters.index(character) for character in text]
    own = float(log_probabilities(merged[None], [len(merged)], [classes])[0])
    rest = sum(math.exp(log) for found, log in texts.items() if found != text)
    probability = min(1.0, math.exp(own))
    gain = gain_of(min(1.0, probability + rest))
    if text == read.text:
        return replace(read, probability=probability, gain=gain)
    placed = _placed(logs, [1 + labels.index(character) for character in text], other)
    chances = np.exp(logs)
    return Transcript(
        tuple(character_of(chances, start, stop, label, labels) for start, stop, label in placed),
        probability * gain,
        other=read.other,
    )


def _search(logs: Floats, busy: NDArray[np.bool_], characters: str, automaton: Automaton) -> dict[str, float]:
    """Follows the likeliest beginnings through the busy frames; the others end characters, nothing more."""
    times = np.flatnonzero(busy)
    ways = _ways_on(logs[times], characters, automaton)
    column = {character: 1 + place for place, character in enumerate(characters)}
    steps = [
        [(character, column[character], to) for character, to in state.items()] for state in automaton.steps
    ]
    # A beginning: its state, the column of its last character, and the logs of the probabilities that it
    # ends in nothing or in that character.
    beam: dict[str, tuple[int, int, float, float]] = {"": (0, NONE, 0.0, _NEVER)}
    before = -1
    for place, time in enumerate(times.tolist()):
        row: list[float] = logs[time].tolist()
        onward: list[float] = ways[place + 1].tolist()
        silent = place and time > before + 1
        before = time
        found: dict[str, list[float]] = {}
        states: dict[str, tuple[int, int]] = {}
        least = _NEVER
        for text, (state, last, blank, ended) in beam.items():
            whole = _sum(blank, ended)
            if silent:
                blank, ended = whole, _NEVER  # noqa: PLW2901 - the frames in between
            own = found.setdefault(text, [_NEVER, _NEVER])
            states[text] = state, last
            own[0] = _sum(own[0], whole + row[NONE])
            if last:
                own[1] = _sum(own[1], ended + row[last])
            least = max(least, max(own) + onward[state] - spec.BEAM_DEPTH)
            for character, named, to in steps[state]:
                log = (blank if named == last else whole) + row[named]
                if log + onward[to] > least:
                    longer = text + character
                    own = found.setdefault(longer, [_NEVER, _NEVER])
                    states[longer] = to, named
                    own[1] = _sum(own[1], log)
        ranked = sorted((-_sum(*pair) - onward[states[text][0]], text) for text, pair in found.items())[
            : spec.BEAM
        ]
        beam = {
            text: (*states[text], found[text][0], found[text][1]) for cost, text in ranked if cost < math.inf
        }
    return {
        text: _sum(blank, ended)
        for text, (state, _, blank, ended) in beam.items()
        if automaton.accepts[state]
    }


def _ways_on(logs: Floats, characters: str, automaton: Automaton) -> Floats:
    """Returns the log of the best way from each state to a text's end, from each frame on: (T + 1, states).

    It is that of the surest path, a little better where a character goes on: what last led to a state may.
    """
    count = len(automaton.steps)
    following = np.full((count, len(characters)), count)  # a state that nothing leads on from
    entered = np.zeros((count + 1, 1 + len(characters)), bool)
    entered[:, NONE] = True
    for state, steps in enumerate(automaton.steps):
        for character, to in steps.items():
            place = characters.index(character)
            following[state, place] = to
            entered[to, 1 + place] = True
    unheard = np.where(entered, 0.0, _NEVER)
    ways = np.full((len(logs) + 1, count + 1), _NEVER)
    ways[-1, :count] = np.where(automaton.accepts, 0.0, _NEVER)
    for time in range(len(logs) - 1, -1, -1):
        after = ways[time + 1]
        stays = (logs[time] + unheard).max(axis=1) + after
        moves = (logs[time, 1:] + after[following]).max(axis=1)
        ways[time, :count] = np.maximum(stays[:count], moves)
    return ways


def _placed(logs: Floats, classes: list[int], other: int) -> list[tuple[int, int, int]]:
    """Returns the frames of each character of a text on its surest path: first, behind the last, class.

    Frames of ``other``, if that is a class, are told too: something stands there that is in no text.
    """
    beside = logs[:, other] if other else np.full(len(logs), _NEVER)
    nothing = np.maximum(logs[:, NONE], beside)
    states = 2 * len(classes) + 1
    labels = np.zeros(states, np.int64)
    labels[1::2] = classes
    skips = np.full(states, _NEVER)
    skips[2:][(labels[2:] != NONE) & (labels[2:] != labels[:-2])] = 0.0
    scores = logs[:, labels]
    scores[:, ::2] = nothing[:, None]
    best = np.full(states + 2, _NEVER)  # two more in front, from which nothing comes
    best[2] = 0.0
    back = np.zeros((len(logs), states), np.int64)
    for time, row in enumerate(scores):
        ways = np.stack((best[2:], best[1:-1], best[:-2] + skips))
        back[time] = ways.argmax(axis=0)
        best[2:] = ways.max(axis=0) + row
    state = states - 1 if best[-1] >= best[-2] else states - 2
    path = np.zeros(len(logs), np.int64)
    for time in range(len(logs) - 1, -1, -1):
        path[time] = state
        state -= back[time, state]
    named = np.where((labels[path] == NONE) & (beside > logs[:, NONE]), other, labels[path])
    edges = np.flatnonzero((path[1:] != path[:-1]) | (named[1:] != named[:-1])) + 1
    bounds = [0, *edges.tolist(), len(path)]
    return [(start, stop, int(named[start])) for start, stop in pairwise(bounds) if named[start] != NONE]


def _within(read: Transcript, language: Language) -> Transcript:
    """Takes alternatives out that stand in no text that fits."""
    held = language.characters
    return replace(read, characters=tuple(_heard(character, held) for character in read.characters))


def _heard(character: Character, held: str) -> Character:
    return replace(character, alternatives=tuple(pair for pair in character.alternatives if pair[0] in held))


def _sum(first: float, second: float) -> float:
    """Returns the log of the sum of two probabilities, given as logs."""
    if first < second:
        first, second = second, first
    return first if second == _NEVER else first + math.log1p(math.exp(second - first))
