"""A deterministic automaton over the characters of numbers, without the states from which no text ends."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Automaton", "pruned", "restricted"]


class Automaton(NamedTuple):
    """A deterministic automaton; it starts in state 0, and a text that it accepts can be reached from each.

    Attributes:
        steps: for each state the state that each character leads to; those that fit nowhere are left out.
        accepts: for each state whether a text may end there.
    """

    steps: tuple[dict[str, int], ...]
    accepts: tuple[bool, ...]


def pruned(automaton: Automaton) -> Automaton | None:
    """Returns an automaton without the states from which nothing is accepted; None if that are all."""
    sources: list[list[int]] = [[] for _ in automaton.steps]
    for state, steps in enumerate(automaton.steps):
        for following in steps.values():
            sources[following].append(state)
    alive = {state for state, accepts in enumerate(automaton.accepts) if accepts}
    waiting = list(alive)
    while waiting:
        for source in sources[waiting.pop()]:
            if source not in alive:
                alive.add(source)
                waiting.append(source)
    if 0 not in alive:
        return None
    places = {state: place for place, state in enumerate(sorted(alive))}
    steps = tuple(
        {character: places[to] for character, to in automaton.steps[state].items() if to in alive}
        for state in places
    )
    return Automaton(steps, tuple(automaton.accepts[state] for state in places))


def restricted(automaton: Automaton, labels: str) -> Automaton | None:
    """Returns the automaton of those of its texts that have no other characters; None if there is none."""
    steps = tuple(
        {character: to for character, to in state.items() if character in labels} for state in automaton.steps
    )
    return pruned(Automaton(steps, automaton.accepts))
