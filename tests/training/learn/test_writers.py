"""writers.py: nobody who is held out is learned from, and without strokes the way to get them is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_strokes import WRITERS

from inkdigits.data.strokes import HELD_WRITERS, Strokes
from inkdigits.errors import DataError
from inkdigits.training.draw.hands import Hands
from inkdigits.training.learn.writers import hands_of, strokes_file


def writers_of(hands: Hands) -> set[int]:
    return set(hands.strokes.writers[hands.digits].tolist())


def test_the_strokes_lie_among_the_data_sets(kept_strokes: Path):
    assert strokes_file() == kept_strokes
    assert kept_strokes.exists()


def test_every_writer_is_learned_from_or_held_out(kept_strokes: Path, strokes: Strokes):
    learned, held = (hands_of(kept_strokes, held=held, digit_height=30) for held in (False, True))
    assert not writers_of(learned) & writers_of(held)
    assert writers_of(learned) | writers_of(held) == set(range(WRITERS))
    assert len(writers_of(held)) == round(HELD_WRITERS * WRITERS)
    assert learned.digit_height == held.digit_height == 30
    assert learned.strokes.texts.tolist() == strokes.texts.tolist()


def test_without_the_file_the_command_that_gets_it_is_told(tmp_path: Path):
    with pytest.raises(DataError, match=r"pen_strokes\.npz is not there; run: inkdigits data strokes"):
        hands_of(tmp_path / "pen_strokes.npz", held=False, digit_height=30)
