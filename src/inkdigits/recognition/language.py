"""What may stand there: characters and an expression → an automaton that tells which texts fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.recognition.automaton import Automaton, pruned, restricted

__all__ = ["Language", "gain_of", "language_of"]


Chance = TypeVar("Chance", float, NDArray[np.float32])


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The texts that fit what a user said of a picture; :func:`language_of` makes it, once for each pair.

    Attributes:
        allowed: the characters as the user wrote them; None for all.
        pattern: the regular expression; None for any text.
        automaton: accepts the texts that fit.
    """

    allowed: str | None
    pattern: str | None
    automaton: Automaton

    def __str__(self) -> str:
        given = {"allowed": self.allowed, "pattern": self.pattern}
        return " and ".join(f"{name} {value!r}" for name, value in given.items() if value is not None)

    @property
    def characters(self) -> str:
        """The characters that a text may hold, in the order of ``spec.CHARACTERS``."""
        held = {character for steps in self.automaton.steps for character in steps}
        return "".join(character for character in spec.CHARACTERS if character in held)

    def fits(self, text: str) -> bool:
        """Tells whether a whole text fits."""
        state = 0
        for character in text:
            following = self.automaton.steps[state].get(character)
            if following is None:
                return False
            state = following
        return self.automaton.accepts[state]

    def over(self, labels: str) -> Automaton:
        """Returns the automaton of the texts that a model with these labels can answer.

        Raises:
            ConfigError: it can answer none of them.
        """
        return _over(self, labels)

    def single(self, labels: str) -> list[bool]:
        """Tells for each label of a digit model whether it fits as the whole text.

        Raises:
            ConfigError: none does.
        """
        found = [label != spec.OTHER and self.fits(label) for label in labels]
        if not any(found):
            known = labels.replace(spec.OTHER, "")
            raise ConfigError(
                f"none of {known}, which the digit model knows, fits {self} alone; expect a number in place "
                "of a digit, or give what one digit fits"
            )
        return found

    def has_single(self, labels: str) -> bool:
        """Tells whether a label of a digit model fits as the whole text."""
        return any(label != spec.OTHER and self.fits(label) for label in labels)


@lru_cache(maxsize=64)
def language_of(allowed: str | None, pattern: str | None) -> Language | None:
    """Returns the texts that fit both; None when neither is given.

    Args:
        allowed: characters of ``spec.CHARACTERS``, written as within the brackets of an expression ("0-9.").
        pattern: a Python regular expression that the whole text matches.

    Raises:
        ConfigError: one of them is invalid, too large, or no text fits.
        MissingExtraError: the library that takes expressions apart is not installed.
    """
    if allowed is None and pattern is None:
        return None
    characters = spec.CHARACTERS if allowed is None else _characters_of(allowed)
    if pattern is None:
        return Language(allowed, None, Automaton((dict.fromkeys(characters, 0),), (True,)))
    from inkdigits.recognition.expression import automaton_of  # costs nothing where it is not used

    automaton = pruned(automaton_of(pattern, characters))
    if automaton is None or not any(automaton.steps):
        within = "" if allowed is None else f" within allowed {_shown(allowed)}"
        raise ConfigError(
            f"no text can match the pattern {_shown(pattern)}{within}; expected one that some text of the "
            f"characters {characters} matches; check both"
        )
    return Language(allowed, pattern, automaton)


def gain_of(fitting: Chance) -> Chance:
    """Returns how many times as probable a text that fits is for a user who said what fits.

    Bayes' rule, with what the user said as knowledge from before. The model knows nothing of it: texts that
    fit are as common to it as in its training. To whoever says that nothing else stands there they are
    ``spec.FIT_ODDS`` times as common. So their probabilities are multiplied by that, those of all other texts
    stay, and everything is divided by what it comes to, so that it makes 1 again. With a factor of 1 that
    is the model's own probability, as calibrated as it is, and nothing is gained by knowing more; with an
    infinite one it is the text's share of all that fits, and a word is a certain number. With this one a text
    is likely if it is so among those that fit, and no other text was far likelier.

    Args:
        fitting: the model's probability of all texts that fit, 0..1; or an array of such.
    """
    return spec.FIT_ODDS / (spec.FIT_ODDS * fitting + (1 - fitting))


@lru_cache(maxsize=64)
def _over(language: Language, labels: str) -> Automaton:
    found = restricted(language.automaton, labels)
    if found is None:
        lacking = "".join(character for character in language.characters if character not in labels)
        known = labels.replace(spec.OTHER, "")
        raise ConfigError(
            f"the model cannot answer any text that fits {language}: it knows {known}, not {lacking}; "
            "choose another model, or leave these characters out"
        )
    return found


def _characters_of(allowed: str) -> str:
    """Returns the characters that the inside of a class stands for, in the order of ``spec.CHARACTERS``."""
    if len(allowed) > spec.MAX_EXPRESSION:
        raise _wrong(allowed, f"it is longer than {spec.MAX_EXPRESSION}")
    items = _items(allowed)
    found: set[str] = set()
    place = 0
    while place < len(items):
        first, _ = items[place]
        if place + 2 < len(items) and items[place + 1] == ("-", False):
            last, _ = items[place + 2]
            if len(first) > 1 or len(last) > 1 or first > last:
                raise _wrong(allowed, f"{first}-{last} is no range")
            found |= {chr(code) for code in range(ord(first), ord(last) + 1)}
            place += 3
        else:
            found |= set(first)
            place += 1
    strange = sorted(found - set(spec.CHARACTERS))
    if strange or not found:
        raise _wrong(allowed, f"{_shown(strange[0])} is none of them" if strange else "it is empty")
    return "".join(character for character in spec.CHARACTERS if character in found)


def _items(allowed: str) -> list[tuple[str, bool]]:
    r"""Returns what a class's inside lists, and whether a backslash is before it; ``\d`` is all digits."""
    items: list[tuple[str, bool]] = []
    rest = iter(allowed)
    for character in rest:
        escaped = next(rest, "\\") if character == "\\" else None
        items.append(
            (character, False) if escaped is None else (spec.DIGITS if escaped == "d" else escaped, True)
        )
    return items


def _wrong(allowed: str, reason: str) -> ConfigError:
    return ConfigError(
        f"allowed is {_shown(allowed)}: {reason}; expected characters of {spec.CHARACTERS}, such as '0-9.'"
    )


def _shown(text: str) -> str:
    return repr(text)[:80]
