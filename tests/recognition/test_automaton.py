"""automaton.py: what leads nowhere is taken out, and nothing else."""

from __future__ import annotations

from inkdigits.recognition.automaton import Automaton, pruned, restricted

TWELVE = Automaton(({"1": 1, "7": 2}, {"2": 3}, {"7": 2}, {}), (False, False, False, True))


def test_states_from_which_no_text_ends_are_taken_out():
    assert pruned(TWELVE) == Automaton(({"1": 1}, {"2": 2}, {}), (False, False, True))


def test_what_accepts_nothing_is_none():
    assert pruned(Automaton(({"1": 0},), (False,))) is None


def test_texts_with_other_characters_are_taken_out():
    either = Automaton(({"1": 1, "/": 1}, {}), (False, True))
    assert restricted(either, "0123456789") == Automaton(({"1": 1}, {}), (False, True))
    assert restricted(TWELVE, "13456789") is None
