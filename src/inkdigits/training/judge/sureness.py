"""Scenes of held-out hands, read: what each answer has for and against it, and whether it is right.

Digits, writers and fonts are those that no training learns from: MNIST's held-out digits, the held-out
writers of the pen strokes, and the type that OpenCV and Pillow bring along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from inkdigits.reader import Reader
from inkdigits.readings import Box, Expect
from inkdigits.recognition.evidence import Evidence
from inkdigits.recognition.interpret import Rows
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.scene import NONE, Scene
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.make import KINDS, make_scene
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn.data import load_split
from inkdigits.training.learn.settings import Data
from inkdigits.training.learn.writers import hands_of, strokes_file

__all__ = ["ALONE", "Judged", "held_scribe", "judged_scenes", "judgements"]

ALONE = frozenset(("cell", "cut cell", "line", "screen", "digit"))  # kinds of scenes that hold one number
BY_HAND, SIGNED, OTHERS = 0.75, 0.14, 0.12  # shares of what is written, as number models learn from
SEED = 18  # beside that of the caller: no training draws from it
OVERLAP = 0.3  # intersection over union from which an answer stands where a number is


class Judged(NamedTuple):
    """An answer to a made scene.

    Attributes:
        scene: which one, from 0.
        kind: what the scene shows.
        right: whether the text is what is written there.
        confidence: as sure as the models are, 0..1.
        evidence: what speaks for and against it; None of a single digit.
        lone: whether it is the one number of a scene of which nothing was said, and was read in two ways.
    """

    scene: int
    kind: str
    right: bool
    confidence: float
    evidence: Evidence | None
    lone: bool = False


def held_scribe(data: tuple[str, ...] = ("mnist",)) -> Scribe:
    """Returns one who writes with digits and hands that no training learns from.

    Raises:
        DataError: the digits or the pen strokes are not there.
    """
    split = load_split(Data(train=data), pen=False)
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    return Scribe(Glyphs(split.held_images, split.held_labels), hands, BY_HAND, SIGNED, OTHERS)


def judged_scenes(
    reader: Reader,
    scribe: Scribe,
    count: int,
    seed: int,
    *,
    digits: bool = False,
    pages: bool = False,
    done: Callable[[int], Any] | None = None,
) -> Iterator[Judged]:
    """Reads scenes and yields each answer with its judgement; what is missed has no answer.

    Args:
        reader: what reads.
        scribe: who writes them.
        count: how many scenes.
        seed: another one gives others.
        digits: scenes of one digit, read as such, in place of those of one number.
        pages: scenes of all kinds, of which nobody says what they hold.
        done: called with 1 for each scene that is read.
    """
    fonts = FontBook()
    kinds = {kind: share for kind, share in KINDS.items() if kind != "digit" and (pages or kind in ALONE)}
    shares = np.array(list(kinds.values()))
    for index in range(count):
        rng = np.random.default_rng((SEED, seed, index))
        kind = "digit" if digits else str(rng.choice(list(kinds), p=shares / shares.sum()))
        scene = make_scene(scribe, fonts, rng, kind=kind)
        expect: Expect = "digit" if digits else "auto" if pages else "number"
        rows = reader.answered(scene.picture, expect).rows
        yield from judgements(index, scene, rows)
        if done is not None:
            done(1)


def judgements(index: int, scene: Scene, rows: Rows) -> Iterator[Judged]:
    """Yields each answer to a scene with whether it is right: its text is what is written there."""
    texts, boxes = scene.texts(), _boxes(scene)
    if scene.kind in ALONE and len(texts) > 1:
        return  # a line of several, which is no number
    for answered in (one for row in rows for one in row):
        number = answered.number
        if scene.kind in ALONE:
            right = texts == [number.text]
        else:
            overlaps = [box.overlap(number.box) for box in boxes]
            best = int(np.argmax(overlaps)) if overlaps else NONE
            right = best != NONE and overlaps[best] >= OVERLAP and texts[best] == number.text
        evidence = None if answered.evidence is None else answered.evidence()
        sure = min(max(number.confidence, 0.0), 1.0)
        yield Judged(index, scene.kind, right, sure, evidence, answered.lone)


def _boxes(scene: Scene) -> list[Box]:
    """Returns the box around the marks of each number, in their order."""
    found: dict[int, list[Box]] = {}
    for mark in scene.marks:
        if mark.number != NONE:
            found.setdefault(mark.number, []).append(mark.box)
    out: list[Box] = []
    for number in sorted(found):
        left, top = min(box.x for box in found[number]), min(box.y for box in found[number])
        right = max(box.x + box.width for box in found[number])
        bottom = max(box.y + box.height for box in found[number])
        out.append(Box(left, top, right - left, bottom - top))
    return out
