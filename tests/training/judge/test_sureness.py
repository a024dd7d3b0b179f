"""Which answers to a made scene are right, and how scenes are read for it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from inkdigits.readings import Box, Number
from inkdigits.recognition.evidence import Answered, Evidence
from inkdigits.training.draw.scene import Scene, SceneMark
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.judge.sureness import ALONE, judged_scenes, judgements

PICTURE = np.full((60, 200), 240, np.uint8)
EVIDENCE = Evidence(*(0.0,) * len(Evidence._fields))


def scene(kind: str, *texts: str) -> Scene:
    """Numbers side by side, 100 pixels apart, with a word's mark that belongs to none."""
    marks = [
        SceneMark(Box(100 * number + 12 * place, 10, 10, 20), label, number)
        for number, text in enumerate(texts)
        for place, label in enumerate(text)
    ]
    return Scene(PICTURE, (*marks, SceneMark(Box(0, 45, 9, 9), "?")), kind)


def answered(text: str, x: int = 0, confidence: float = 0.9) -> Answered:
    box = Box(x, 10, 12 * len(text) - 2, 20)
    return Answered(Number(text, confidence, box, ()), PICTURE, lambda: EVIDENCE)


def rights(made: Scene, *answers: Answered) -> list[bool]:
    return [one.right for one in judgements(0, made, [list(answers)])]


def test_on_a_page_an_answer_is_judged_by_the_number_where_it_stands() -> None:
    page = scene("form", "47", "12")
    assert rights(page, answered("12", 100), answered("47")) == [True, True]
    assert rights(page, answered("47", 100), answered("12")) == [False, False]
    assert rights(page, answered("47", 50)) == [False], "the right text beside its number"
    assert rights(scene("form"), answered("47")) == [False], "no number is there"


def test_of_one_number_the_text_alone_counts() -> None:
    assert rights(scene("cell", "47"), answered("47", 150)) == [True]
    assert rights(scene("cell", "47"), answered("4")) == [False]
    assert rights(scene("line", "47", "12"), answered("47")) == [], "several are no number"


def test_confidence_is_kept_in_range_with_its_evidence() -> None:
    (one,) = judgements(3, scene("cell", "47"), [[answered("47", confidence=1.0000002)]])
    assert (one.scene, one.kind, one.confidence, one.evidence) == (3, "cell", 1.0, EVIDENCE)
    (single,) = judgements(0, scene("digit", "4"), [[Answered(answered("4").number, PICTURE)]])
    assert single.evidence is None


class Asked:
    """Reads the same in each picture and keeps what it was asked."""

    def __init__(self) -> None:
        self.expects, self.pictures = list[str](), list[np.ndarray]()

    def answered(self, picture: np.ndarray, expect: str) -> SimpleNamespace:
        self.expects.append(expect)
        self.pictures.append(picture)
        return SimpleNamespace(rows=[[answered("47")]])


def test_of_one_number_its_scenes_are_asked_for_and_of_pages_nothing_is_said() -> None:
    numbers, finds, done = Asked(), Asked(), list[int]()
    judged = list(judged_scenes(numbers, Scribe(), 6, 1, done=done.append))  # type: ignore[arg-type]
    assert set(numbers.expects) == {"number"} and {one.kind for one in judged} <= ALONE - {"digit"}
    assert done == [1] * 6
    list(judged_scenes(finds, Scribe(), 12, 1, pages=True))  # type: ignore[arg-type]
    assert set(finds.expects) == {"auto"}


@pytest.mark.parametrize("digits", [True, False])
def test_a_seed_makes_the_same_scenes_and_another_one_others(digits: bool) -> None:
    readers = [Asked(), Asked(), Asked()]
    for reader, seed in zip(readers, (1, 1, 2), strict=True):
        list(judged_scenes(reader, Scribe(), 2, seed, digits=digits))  # type: ignore[arg-type]
    first, again, other = (reader.pictures for reader in readers)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    assert set(readers[0].expects) == {"digit" if digits else "number"}
