"""penman.py: one person writes a whole scene; what he or she writes says what it is, mark by mark."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.penman import Penman
from inkdigits.training.draw.scribe import Scribe

SEEDS = range(6)


@pytest.fixture(params=["hands", "digits", "the pen"])
def scribe(request: pytest.FixtureRequest, hands: Hands) -> Scribe:
    glyphs = Glyphs(*write_digits(20, 1))
    return {
        "hands": Scribe(None, hands, by_hand=1.0),
        "digits": Scribe(glyphs),
        "the pen": Scribe(),
    }[request.param]


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def penman(scribe: Scribe, seed: int, height: float = 30) -> Penman:
    return Penman(scribe, FontBook(), height, rng(seed))


def labels(piece) -> str:
    return "".join(mark.label for mark in piece.marks)


@pytest.mark.parametrize("text", ["7", "45", "12,5", "-3.1", "1/2", "12:30", "+4%"])
def test_a_number_is_its_characters_and_a_comma_is_a_point(scribe: Scribe, text: str):
    for seed in SEEDS:
        piece = penman(scribe, seed).number(text, rng(seed))
        assert labels(piece) == text.replace(",", ".")


def test_an_apostrophe_is_written_and_no_part_of_the_number(scribe: Scribe):
    piece = penman(scribe, 1).number("1'500", rng(1))
    assert labels(piece) == f"1{spec.OTHER}500"


def test_digits_are_about_as_high_as_they_should_be(scribe: Scribe):
    heights = [
        np.ptp(mark.outline[:, 1]) + 1
        for seed in SEEDS
        for mark in penman(scribe, seed, 24).number("34608", rng(seed)).marks
    ]
    assert 17 < np.median(heights) < 31


def test_marks_lie_on_the_ink_of_their_piece(scribe: Scribe):
    for seed in SEEDS:
        piece = penman(scribe, seed).number("2074", rng(seed))
        rows, columns = np.nonzero(piece.ink > 60)
        every = np.concatenate([mark.outline for mark in piece.marks])
        found = columns.min(), rows.min(), columns.max(), rows.max()
        assert np.abs(np.subtract(found, (*every.min(axis=0), *every.max(axis=0)))).max() <= 2


def test_what_is_crossed_out_is_no_digit_and_has_more_ink(scribe: Scribe):
    for seed in SEEDS:
        struck = penman(scribe, seed).struck("58", rng(seed))
        assert labels(struck) == 2 * spec.OTHER


def test_words_letters_and_signatures_are_other_marks(scribe: Scribe):
    for seed in SEEDS:
        writer = penman(scribe, seed)
        for piece in (
            writer.word(rng(seed), "Lab"),
            writer.letters("AB", rng(seed)),
            writer.letters("B+", rng(seed)),
            writer.mark(rng(seed)),
            writer.signature(rng(seed)),
        ):
            assert set(labels(piece)) == {spec.OTHER}


def test_a_word_by_a_hand_has_a_mark_for_each_letter(hands: Hands):
    counts = {len(penman(Scribe(None, hands), seed).word(rng(seed)).marks) for seed in range(20)}
    assert counts <= {2, 4, 5}
    assert max(counts) >= 4


def test_one_person_s_pen_and_spacing_stay_the_same(scribe: Scribe):
    writer = penman(scribe, 3)
    before = (writer.pen, writer.spacing)
    writer.number("123", rng(1))
    assert (writer.pen, writer.spacing) == before
    assert writer.pen * writer.height >= 0.8


def test_a_ring_goes_around_what_it_is_drawn_for(scribe: Scribe):
    for seed in SEEDS:
        ring = penman(scribe, seed).ring(40, 25, rng(seed))
        assert ring.shape[0] > 27
        assert ring.shape[1] > 42
        height, width = ring.shape
        assert not ring[height // 2 - 5 : height // 2 + 5, width // 2 - 8 : width // 2 + 8].any()
