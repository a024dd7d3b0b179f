"""A Python regular expression → the automaton of the texts of numbers that match it, within bounds.

The library takes the expression apart; the automaton is built here (Glushkov, 1961, then sets of positions),
because it has to stay small and quick whatever is asked for: expressions come over the network, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from inkdigits import spec
from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.recognition.automaton import Automaton

__all__ = ["automaton_of"]

# Python reads these otherwise than the library, and no number needs them: a class that begins with its own
# bracket, empty braces.
_READ_OTHERWISE = re.compile(r"(?<!\\)(?:\\\\)*(?:\[\^?\]|\{\})")

_MAX_NODES = 10 * spec.MAX_STATES  # of the library's tree; a character is in a class in a row in a choice


class _Part(NamedTuple):
    """A piece of the expression: sets of positions as the bits of an integer.

    Attributes:
        first: where a text of it can begin.
        last: where one can end.
        empty: whether it can be left out.
    """

    first: int
    last: int
    empty: bool


_NOTHING = _Part(0, 0, True)


def automaton_of(pattern: str, characters: str) -> Automaton:
    """Returns what accepts the texts of some characters that an expression matches as a whole.

    States from which nothing is accepted are not taken out.

    Args:
        pattern: the expression.
        characters: those that a text may hold.

    Raises:
        ConfigError: the expression is invalid, needs what the library lacks, or is too large.
        MissingExtraError: the library is not installed.
    """
    tree = _tree(pattern)
    positions = _Positions(pattern, characters)
    try:
        whole = positions.of(tree)
    except RecursionError as error:
        raise _refused(pattern, "its groups are nested too deeply") from error
    return positions.automaton(whole)


class _Positions:
    """The places of an expression at which a character stands, and which can follow which."""

    def __init__(self, pattern: str, characters: str) -> None:
        self.pattern, self.characters = pattern, characters
        self.nodes = 0  # seen, each copy of what is repeated for itself
        self.follow: list[int] = []
        self.holding = dict.fromkeys(characters, 0)  # the positions at which a character may stand

    def of(self, node: Any) -> _Part:
        """Returns the piece that a node of the library's tree is."""
        self.nodes += 1
        if self.nodes > _MAX_NODES:
            raise _refused(self.pattern, f"written out it has more than {_MAX_NODES:,} parts")
        # Its classes have no public names; their attributes tell them apart.
        if hasattr(node, "options"):
            return self._either(self.of(option) for option in node.options)
        if hasattr(node, "parts"):
            return self._row(self.of(part) for part in node.parts)
        if hasattr(node, "base"):
            return self._repeated(node.base, node.min, node.max)
        if hasattr(node, "chars"):
            return self._one(
                character for character in self.characters if (character in node.chars) != node.negated
            )
        if hasattr(node, "inner"):
            raise _refused(self.pattern, "it looks ahead or behind")
        return self._one(self.characters) if node.lengths == (1, 1) else _NOTHING

    def automaton(self, whole: _Part) -> Automaton:
        """Returns the automaton whose states are the sets of positions that texts lead to."""
        start = -1  # all bits, which no set has: before the first character
        states, steps, accepts = {start: 0}, list[dict[str, int]](), list[bool]()
        waiting = [start]
        for positions in waiting:  # it grows
            following = whole.first if positions == start else self._after(positions)
            leads: dict[str, int] = {}
            for character, holding in self.holding.items():
                reached = following & holding
                if not reached:
                    continue
                if reached not in states:
                    if len(states) >= spec.MAX_STATES:
                        raise _refused(self.pattern, f"its automaton has more than {spec.MAX_STATES} states")
                    states[reached] = len(states)
                    waiting.append(reached)
                leads[character] = states[reached]
            steps.append(leads)
            accepts.append(whole.empty if positions == start else bool(positions & whole.last))
        return Automaton(tuple(steps), tuple(accepts))

    def _after(self, positions: int) -> int:
        following = 0
        for place in _bits(positions):
            following |= self.follow[place]
        return following

    def _one(self, characters: Iterable[str]) -> _Part:
        bit = 1 << len(self.follow)
        self.follow.append(0)
        if len(self.follow) > spec.MAX_STATES:
            raise _refused(self.pattern, f"written out it has more than {spec.MAX_STATES} characters")
        for character in characters:
            self.holding[character] |= bit
        return _Part(bit, bit, False)

    def _either(self, parts: Iterable[_Part]) -> _Part:
        first = last = 0
        empty = False
        for part in parts:
            first, last, empty = first | part.first, last | part.last, empty or part.empty
        return _Part(first, last, empty)

    def _row(self, parts: Iterable[_Part]) -> _Part:
        whole = _NOTHING
        for part in parts:
            self._connect(whole.last, part.first)
            whole = _Part(
                whole.first | part.first if whole.empty else whole.first,
                whole.last | part.last if part.empty else part.last,
                whole.empty and part.empty,
            )
        return whole

    def _repeated(self, base: Any, least: int, most: int | None) -> _Part:
        if hasattr(base, "base"):
            raise _refused(self.pattern, "it repeats without giving back (a + behind another repetition)")
        if max(least, most or 0) > spec.MAX_STATES:
            raise _refused(self.pattern, f"it repeats more than {spec.MAX_STATES} times")

        def copies() -> Iterable[_Part]:
            for place in range(max(least, 1) if most is None else most):
                part = self.of(base)
                if most is None and place == max(least, 1) - 1:
                    self._connect(part.last, part.first)  # over and over
                yield part._replace(empty=part.empty or place >= least)

        return self._row(copies())

    def _connect(self, last: int, first: int) -> None:
        for place in _bits(last):
            self.follow[place] |= first


def _bits(number: int) -> Iterable[int]:
    """Yields the places of the bits that are set."""
    while number:
        bit = number & -number
        yield bit.bit_length() - 1
        number ^= bit


def _tree(pattern: str) -> Any:
    """Returns what the library makes of an expression that Python takes."""
    if len(pattern) > spec.MAX_EXPRESSION:
        raise _refused(pattern, f"it has {len(pattern):,} characters, more than {spec.MAX_EXPRESSION}")
    if not (pattern.isascii() and pattern.isprintable()):
        # Ranges up to them are large, and no number holds one.
        raise _refused(pattern, "it has characters that cannot be typed on every keyboard")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:  # whoever makes warnings errors
        reason = str(error) or "it is nested too deeply"
        raise ConfigError(
            f"pattern {pattern[:80]!r} is no regular expression: {reason}; expected one of Python's, such as "
            r"\d{2}/\d{2}/\d{4}"
        ) from error
    if _READ_OTHERWISE.search(pattern):
        raise _refused(pattern, "a class begins with ] or braces are empty")
    try:
        from interegular.patterns import InvalidSyntax, Unsupported, parse_pattern
    except ImportError as error:
        raise MissingExtraError("interegular", "patterns") from error
    try:
        return parse_pattern(_without_anchors(pattern))
    except Exception as error:  # Python takes it: what fails here, in whatever way, is what the library lacks
        known = isinstance(error, (InvalidSyntax, Unsupported)) and str(error)
        raise _refused(
            pattern, " ".join(known.split())[:80] if known else "it has a part not known here"
        ) from error


def _without_anchors(pattern: str) -> str:
    """Takes out ^ and $ at the ends, which say nothing new where the whole text has to match."""
    inside = pattern.removesuffix("$")
    escaped = (len(inside) - len(inside.rstrip("\\"))) % 2
    return (pattern if escaped else inside).removeprefix("^")


def _refused(pattern: str, reason: str) -> ConfigError:
    return ConfigError(
        f"pattern {pattern[:80]!r} cannot be used: {reason}; expected a short expression of characters, "
        "classes, groups, | and repetitions"
    )
