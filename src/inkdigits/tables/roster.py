"""Which form is whose: the readings of all forms matched with a list of who is expected, together.

Each form is one row's, each row has one form at most. What a digit could be as well as what it was read as is
heard: a number with one doubtful digit is still the one on the list that fits best. All forms together,
because
a row that another form claims with more right is not this one's (linear assignment; Crouse, 2016, in SciPy).
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.readings import Box, FieldReading, Number, Reading
from inkdigits.tables.template import ROSTER, Template

__all__ = ["Roster", "load_roster", "matched"]

Floats = NDArray[np.float64]

ELSE = 2e-4  # probability of a digit that is not among those that a reading names
SLIP = 2e-4  # probability of a digit that is missing or one too many, as writers leave out or repeat
ANY = 0.5  # entries that each digit is counted more often than it stands at a place of the list
STRANGER = 1e-3  # share of forms whose owner is not on the list
ROUNDS = 30  # of making probabilities of rows and of columns add up to 1
SURE = 0.99  # probability from which a match needs nobody's eye


@dataclass(frozen=True, slots=True)
class Roster:
    """A list of who is expected.

    Attributes:
        columns: its header.
        rows: the cells of each entry.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def load_roster(path: str | Path) -> Roster:
    """Reads a list from a CSV file with a header; commas, semicolons or tabs.

    Raises:
        ConfigError: it cannot be read, or has no header and rows.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the roster {path}: {error}; name a CSV file with a header") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = [
        tuple(cell.strip() for cell in row)
        for row in csv.reader(text.splitlines(), delimiter=delimiter)
        if row
    ]
    if len(rows) < 2 or len(set(rows[0])) != len(rows[0]) or any(len(row) != len(rows[0]) for row in rows):
        raise ConfigError(
            f"the roster {path} is no table: expected a header of different names, and below it rows of "
            "as many "
            "cells; correct it"
        )
    return Roster(rows[0], tuple(rows[1:]))


def matched(readings: Sequence[Reading], template: Template, roster: Roster) -> list[Reading]:
    """Gives each form its best row of a list.

    Args:
        readings: of all forms.
        template: theirs; its fields with ``roster`` are matched with these columns.
        roster: who is expected.

    Returns:
        The readings, with a field more for each column of the list, ``roster NAME``: what the row has
        there, with
        the probability that it is the right row. A form is unsure of them where that is below ``SURE``,
        and where its own text says otherwise in more than one digit.

    Raises:
        ConfigError: no field is matched, or the list has no such column.
        MissingExtraError: SciPy is not installed.
    """
    pairs = [(one.name, one.roster) for one in template.fields if one.roster is not None]
    for name, column in pairs:
        if column not in roster.columns:
            raise ConfigError(
                f"the roster has no column {column!r}, which field {name!r} is matched with: it has "
                f"{', '.join(roster.columns)}; correct the template or the list"
            )
    if not pairs:
        raise ConfigError('no field is matched with a roster: expected roster = "COLUMN" of one; add it')
    places = [index for index, reading in enumerate(readings) if reading.fields]
    out = list(readings)
    if not places:
        return out
    scores = np.zeros((len(places), len(roster.rows)))
    strangers = np.full(len(places), math.log(STRANGER))
    for name, column in pairs:
        at = roster.columns.index(column)
        values = [row[at] for row in roster.rows]
        for row, place in enumerate(places):
            one = next(field for field in readings[place].fields if field.name == name)
            scores[row] += _log_chances(one, values)
            strangers[row] += _stranger(one, values)
    rows, chances = _assigned(scores, strangers)
    for place, row, chance in zip(places, rows, chances, strict=True):
        out[place] = _with_row(readings[place], roster, row, chance)
    return out


def _with_row(reading: Reading, roster: Roster, row: int | None, chance: float) -> Reading:
    reason = None
    if row is None:
        reason = "it fits no entry of the list"
    elif chance < SURE:
        reason = f"it fits another entry as well ({chance:.0%})"
    cells = [""] * len(roster.columns) if row is None else roster.rows[row]
    status = "ok" if reason is None else "unsure"
    nowhere = Box(0, 0, 1, 1)
    more = tuple(
        FieldReading(ROSTER + column, cell, status, chance, nowhere, None, reason if index == 0 else None)
        for index, (column, cell) in enumerate(zip(roster.columns, cells, strict=True))
    )
    kept = tuple(one for one in reading.fields if not one.name.startswith(ROSTER))
    whole = "unsure" if status == "unsure" else reading.status
    return replace(reading, fields=(*kept, *more), status=whole)


def _assigned(scores: Floats, strangers: Floats) -> tuple[list[int | None], list[float]]:
    """Returns for each form its row, None for none, and how probable that is.

    Args:
        scores: float64 (forms, rows), logs of how probable what is read on a form is if it is a row's.
        strangers: float64 (forms,), the same if it is of somebody who is not on the list.
    """
    try:
        from scipy.optimize import linear_sum_assignment
    except ImportError as error:
        raise MissingExtraError("SciPy", "forms") from error
    forms, entries = scores.shape
    # A form of a stranger fits no row. One such column a form.
    stranger = np.full((forms, forms), -1e9)
    np.fill_diagonal(stranger, strangers)
    whole = np.concatenate((scores, stranger), axis=1)
    chosen: NDArray[np.int64] = linear_sum_assignment(-whole)[1]
    # Each row has one form at most, each form one row: probabilities that respect both.
    weights = np.exp(whole - whole.max(axis=1, keepdims=True))
    for _ in range(ROUNDS):
        weights /= weights.sum(axis=1, keepdims=True)
        weights /= np.maximum(1.0, weights.sum(axis=0, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    chances = weights[np.arange(forms), chosen]
    rows = [int(column) if column < entries else None for column in chosen]
    return rows, [float(chance) for chance in chances]


def _log_chances(field: FieldReading, values: Sequence[str]) -> Floats:
    """Returns the logs of how probable what is read is if each value of the list is written there.

    Args:
        field: what was read.
        values: digits, and signs that a reading can have; others in it are left out.
    """
    if field.number is None:
        return math.log(1e-3) * np.array([max(1, len(value)) for value in values], np.float64)
    return _aligned(_chances(field.number), values)


def _stranger(field: FieldReading, values: Sequence[str]) -> float:
    """Returns the log of how probable what is read is if none of the list is written there, but one like it.

    At each place a stranger's number has the digits that those of the list have there: of numbers that follow
    each other the first digits say nothing, and few that differ make a stranger.
    """
    typical = math.log(1e-3) * float(np.median([max(1, len(value)) for value in values]))
    if field.number is None:
        return typical
    total = 0.0
    for place, one in enumerate(_chances(field.number)):
        there = Counter(value[place] for value in values if place < len(value))
        count = sum(there.values())
        if not count:
            total += math.log(SLIP)
            continue
        fits = sum(
            (there[digit] + ANY) / (count + 10 * ANY) * max(ELSE, one.get(digit, 0.0))
            for digit in {*there, *"0123456789"}
        )
        total += math.log(fits)
    return total


def _chances(number: Number) -> list[dict[str, float]]:
    """Returns what each character of a number could be, with probabilities."""
    return [{**dict(digit.alternatives), digit.value: digit.confidence} for digit in number.digits]


def _aligned(chances: list[dict[str, float]], values: Sequence[str]) -> Floats:
    """Returns the logs of the best way to lay each of some texts along what was read."""
    slip, unknown = math.log(SLIP), math.log(ELSE)
    lengths = np.array([len(value) for value in values])
    longest = int(lengths.max(initial=0))
    characters, places = np.unique([list(value.ljust(longest)) for value in values], return_inverse=True)
    codes = places.reshape(len(values), longest)  # which of the characters stands where in each text
    # The best up to each place of each text, after so many characters of what was read.
    before = np.tile(slip * np.arange(longest + 1.0), (len(values), 1))
    for one in chances:
        logs = np.array([math.log(max(ELSE, one.get(str(char), 0.0))) for char in characters] or [unknown])
        here = before + slip
        for place in range(1, longest + 1):
            same = before[:, place - 1] + logs[codes[:, place - 1]]
            here[:, place] = np.maximum(np.maximum(same, here[:, place]), here[:, place - 1] + slip)
        before = here
    return before[np.arange(len(values)), lengths]
