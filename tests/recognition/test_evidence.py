"""What speaks for and against a number, of crops and transcripts of which it is known."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.find.number import NumberCrop
from inkdigits.readings import Box, Digit, Number
from inkdigits.recognition.evidence import Evidence, MarkEvidence, evidence_of, log_odds
from inkdigits.recognition.prepare import NumberInput
from inkdigits.recognition.text import Character, Transcript

BOX = Box(10, 10, 60, 32)
FRAME = Box(8, 8, 64, 36)


def seen(
    columns: tuple[int, ...] = (6, 30), *, box: Box = BOX, shade: int = 0, groups: int = 2
) -> NumberInput:
    """A number of upright strokes, two pixels wide, on paper of a shade."""
    ink = np.zeros((32, 60), np.uint8)
    for column in columns:
        ink[:, column : column + 2] = 255
    crop = NumberCrop(ink, box, groups, np.maximum(ink, np.uint8(shade)), FRAME)
    return NumberInput(np.zeros((spec.NUMBER_HEIGHT, 80), np.uint8), crop, box, 0.0)


def read(text: str = "47", probability: float = 0.9, **more: float) -> Transcript:
    characters = tuple(
        Character(value, 0.9 - 0.1 * place, 3.0 + 6 * place, (("1", 0.1),))
        for place, value in enumerate(text)
    )
    return Transcript(characters, probability, **more)


def answer(text: str = "47", confidence: float = 0.8) -> Number:
    digits = tuple(Digit(value, 0.9 - 0.1 * place, BOX, ()) for place, value in enumerate(text))
    return Number(text, confidence, BOX, digits)


def told(**changed: object) -> Evidence:
    return evidence_of(
        changed.get("seen", seen()), changed.get("read", read()), changed.get("answer", answer())
    )  # type: ignore[arg-type]


def test_log_odds_stay_finite_at_certainty() -> None:
    assert log_odds(0.5) == 0
    assert log_odds(0.0) == pytest.approx(-log(1e6), rel=1e-3)
    assert log_odds(1.0) == pytest.approx(-log_odds(0.0))


def test_probabilities_are_those_of_the_text_the_model_alone_and_the_least_sure_character() -> None:
    found = told(read=read(probability=0.7, alone=0.6))
    assert found.probability == pytest.approx(log_odds(0.8))
    assert found.alone == pytest.approx(log_odds(0.6))
    assert found.least == pytest.approx(log_odds(0.8)), "of 0.9 and 0.8"
    assert found.margin == pytest.approx(log(8)), "of 9 and 8 times"
    assert told(read=read(probability=0.7)).alone == pytest.approx(log_odds(0.7)), "no other model was heard"


def test_what_the_finder_adds_is_nothing_where_rules_found_the_number() -> None:
    rules = told()
    assert (rules.named, rules.alike, rules.marked, rules.linked, rules.other) == (0, 0, 0, 0, 0)
    marks = MarkEvidence(0.9, True, 0.8, 0.7, 0.4)
    found = evidence_of(seen(), read(other=0.3), answer(), marks)
    assert found[4:8] == pytest.approx((log_odds(0.9), 1.0, log_odds(0.8), log_odds(0.7)))
    assert found.other == 0.4, "the higher of what both say"


def test_what_is_counted_counts_to_three() -> None:
    assert told(answer=answer("-4.7")).signs == 2
    assert told(answer=answer("-4.7+/:")).signs == 3
    assert told(read=read("4" + spec.OTHER + "7")).beside == 1
    assert told(seen=seen(groups=4)).unread == 2
    assert told(seen=seen(groups=1)).unread == 0, "joined digits are no fault"
    assert told(seen=seen(groups=99)).unread == 3


def test_a_side_at_which_the_ink_touches_the_border_is_counted() -> None:
    assert told().cut == 0
    assert told(seen=seen(box=Box(8, 10, 60, 32))).cut == 1
    assert told(seen=seen(box=Box(8, 8, 64, 36))).cut == 3, "all four"


def test_height_is_in_doublings_within_bounds() -> None:
    heights = [told(seen=seen(box=Box(10, 10, 60, height))).height for height in (1, 16, 32, 999)]
    assert heights == [-1, 0, 1, 2]


def test_ink_far_from_every_character_is_unexplained() -> None:
    near = told(read=read("4"), answer=answer("4"), seen=seen((6,)))
    far = told(read=read("4"), answer=answer("4"), seen=seen((6, 56)))
    assert near.unexplained == 0
    assert far.unexplained == pytest.approx(0.5)


def test_murk_is_how_dark_the_paper_is_and_not_the_ink() -> None:
    assert told(seen=seen()).murk == 0
    assert told(seen=seen(shade=51)).murk == pytest.approx(0.2)
    assert told(seen=seen(tuple(range(0, 60, 2)))).murk == 0, "there is no paper"
