"""What is printed and written beside numbers: names, headings, labels, units, sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

__all__ = [
    "UNITS",
    "code",
    "field_label",
    "grade",
    "heading",
    "name",
    "sentence",
    "sub_header",
    "subject",
    "title",
]

Chance = np.random.Generator


def _lists() -> dict[str, tuple[str, ...]]:
    """Reads the lists of words beside this file."""
    text = Path(__file__).with_name("words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    parts = "\n".join(lines).split("[")[1:]
    named = (part.split("]", 1) for part in parts)
    return {name: tuple(" ".join(value.split()) for value in values.split(";")) for name, values in named}


_WORDS = _lists()
_CAPITALS = "ABCDEFGHKLMPRST"
UNITS = _WORDS["units"]
"""What stands behind numbers."""


def _one(rng: Chance, values: Sequence[str]) -> str:
    return values[int(rng.integers(len(values)))]


def name(rng: Chance) -> str:
    """Returns a person's name, in one of the ways in which lists have it."""
    kind = rng.random()
    first = _one(rng, _WORDS["first"]) if rng.random() < 0.8 else _made_up(rng)
    last = _one(rng, _WORDS["last"]) if rng.random() < 0.7 else _made_up(rng)
    if kind < 0.45:
        return f"{first} {last}"
    if kind < 0.6:
        return f"{last}, {first}"
    if kind < 0.7:
        return f"{first[0]}. {last}"
    if kind < 0.85:
        return f"{first} {last}".upper()
    return last


def _made_up(rng: Chance) -> str:
    return "".join(_one(rng, _WORDS["syllables"]) for _ in range(int(rng.integers(2, 5)))).capitalize()


def subject(rng: Chance) -> str:
    """Returns what a column of marks is about."""
    value = _one(rng, _WORDS["subjects"])
    return value.upper() if rng.random() < 0.15 else value


def sub_header(rng: Chance, index: int) -> str:
    """Returns a short head of a column: ``d1``, ``Q3``, ``(2)``; its digits are no number of the sheet."""
    kind = rng.random()
    if kind < 0.6:
        return f"{_one(rng, 'dQTAPxabMC')}{index + 1}"
    return f"({index + 1})" if kind < 0.8 else f"{_one(rng, 'ABCDEFGH')}."


def field_label(rng: Chance) -> str:
    """Returns the printed label of a field."""
    value = _one(rng, _WORDS["labels"])
    kind = rng.random()
    if kind < 0.12:
        value = value.upper()
    elif kind < 0.24:
        value = f"{int(rng.integers(1, 30))}. {value}"
    return value + (":" if rng.random() < 0.4 else "")


def title(rng: Chance) -> str:
    """Returns a form's title."""
    value = _one(rng, _WORDS["titles"])
    if rng.random() < 0.25:
        value += f" {int(rng.integers(1990, 2030))}"
    return value.upper() if rng.random() < 0.25 else value


def heading(rng: Chance) -> str:
    """Returns a heading or what else stands above a table."""
    kind = rng.random()
    if kind < 0.4:
        return f"{_one(rng, _WORDS['labels'])}: {_made_up(rng)}"
    if kind < 0.7:
        return f"{_one(rng, _WORDS['subjects'])} {int(rng.integers(1, 13))}"
    return code(rng)


def code(rng: Chance) -> str:
    """Returns a printed code, date or number of a form."""
    kind = rng.random()
    if kind < 0.35:
        letters = _one(rng, _CAPITALS) + _one(rng, _CAPITALS)
        return f"{letters}-{int(rng.integers(100, 99999))}"
    if kind < 0.7:
        return (
            f"{int(rng.integers(1, 29)):02d}.{int(rng.integers(1, 13)):02d}.{int(rng.integers(1980, 2030))}"
        )
    return f"No. {int(rng.integers(1, 9_999_999))}"


def sentence(rng: Chance, words: int) -> str:
    """Returns so many words in a row, printed numbers among them."""
    out = [
        str(int(rng.integers(1, 2000)))
        if rng.random() < 0.06
        else _one(rng, _WORDS["plain"])
        if rng.random() < 0.7
        else _made_up(rng).lower()
        for _ in range(words)
    ]
    return " ".join(out).capitalize() + ("." if rng.random() < 0.6 else "")


def grade(rng: Chance) -> str:
    """Returns a grade in letters, with a sign at times."""
    return _one(rng, "AAABBBCCDDEF") + _one(rng, ["", "", "", "+", "-"])
