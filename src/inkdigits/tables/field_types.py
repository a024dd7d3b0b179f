r"""What may stand in a field, as a template says it: ``digits(9)``, ``number(0, 100, 0.5)``, ``date(DMY)``.

====================== ==================================================== =======================
digits(n), digits(n,m) n digits, or n to m; leading zeros count             text is all there is
number(min, max, step) a number; step's decimals are the most it has        value is a plain number
date(DMY)              day, month, year in any order of the three letters   value is 2026-07-01
time                   hours and minutes                                    value is 07:30
choice(a, b, …)        one of these texts; with a box each, which is ticked
mark                   ticked or not; text is x or nothing
free                   any number
====================== ==================================================== =======================
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import permutations
from typing import Literal, TypeAlias

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.readings import value_of

__all__ = ["MOST_DIGITS", "TICK", "FieldType", "field_type"]

Name: TypeAlias = Literal["digits", "number", "date", "time", "choice", "mark", "free"]

TICK = "x"  # text of a mark that is ticked
MOST_DIGITS = 40  # of one field; no form has more boxes in a row
LARGEST, SMALLEST = 1e30, 1e-20  # bounds and steps of numbers; written out they stay short
CENTURY = 100
PIVOT = 70  # years of two digits from here on are of the last century
SEPARATORS = "[./-]"
_FORM = re.compile(r"\s*([a-z]+)\s*(?:\((.*)\))?\s*")
_DAY, _MONTH = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])"
_LOOSE_DAY, _LOOSE_MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])"
_YEAR = r"((19|20)\d\d|\d\d)"


@dataclass(frozen=True, slots=True)
class FieldType:
    """What may stand in a field.

    Attributes:
        name: which of the types.
        text: as the template has it.
        arguments: what stands in its brackets, with no spaces around.
    """

    name: Name
    text: str
    arguments: tuple[str, ...] = ()

    def pattern(self, cells: int, written: int) -> str | None:
        """Returns the expression that what is written matches, None for any number.

        Args:
            cells: how many boxes the field has for one character each; 0 where it is one box for all.
            written: in how many of them something is written.
        """
        if self.name == "digits":
            least, most = self._counts()
            if cells and not least <= written <= most:  # what stands there is told, not what should
                return rf"\d{{{written}}}"
            return rf"\d{{{written}}}" if cells else rf"\d{{{least},{most}}}"
        if self.name == "number":
            return self._number(cells)
        if self.name == "date":
            return self._date(cells, written)
        if self.name == "time":
            hours = r"([01]\d|2[0-3])" if cells else r"([01]?\d|2[0-3])"
            return hours + ("" if cells else "[:.]") + r"[0-5]\d"
        if self.name == "choice":
            return "|".join(re.escape(value).replace(r"\-", "-") for value in self.arguments)
        return None

    def value(self, text: str) -> str | None:
        """Returns what a text is worth: of a date 2026-07-01, of a time 07:30, of a number a plain one."""
        if self.name in ("number", "free"):
            return value_of(text)
        if self.name == "date":
            found = self._day(text)
            return None if found is None else found.isoformat()
        if self.name == "time":
            found = re.fullmatch(r"(\d{1,2})[:.]?([0-5]\d)", text)
            return None if found is None or int(found[1]) > 23 else f"{int(found[1]):02d}:{found[2]}"
        return None

    def fault(self, text: str) -> str | None:
        """Returns what is wrong with a text that is read, in a few words; None if it may stand there."""
        if self.name == "digits":
            least, most = self._counts()
            if not (text.isdigit() and least <= len(text) <= most):
                wanted = str(least) if least == most else f"{least} to {most}"
                return f"{len(text)} digits, not {wanted}"
        elif self.name == "number":
            return self._number_fault(text)
        elif self.name == "date":
            return None if self._day(text) else "no such day"
        elif self.name == "time":
            return None if self.value(text) else "no such time"
        elif self.name == "choice":
            return None if text in self.arguments else "none of " + ", ".join(self.arguments)
        return None

    def _counts(self) -> tuple[int, int]:
        return int(self.arguments[0]), int(self.arguments[-1])

    def _numbers(self) -> list[Decimal | None]:
        given = [Decimal(text) if text else None for text in self.arguments]
        return given + [None] * (3 - len(given))

    def _number(self, cells: int) -> str:
        low, high, step = self._numbers()
        most = MOST_DIGITS
        if low is not None and high is not None:
            most = max(len(str(abs(int(bound)))) for bound in (low, high))
        sign = "-?" if low is None or low < 0 else ""
        decimals = MOST_DIGITS if step is None else _decimals(step)
        part = rf"(\.\d{{1,{decimals}}})?" if decimals else ""
        return sign + rf"\d{{1,{max(most, cells)}}}" + part

    def _number_fault(self, text: str) -> str | None:
        plain = value_of(text)
        if plain is None:
            return "no number"
        value = Decimal(plain)
        low, high, step = self._numbers()
        if low is not None and value < low:
            return f"below {low}"
        if high is not None and value > high:
            return f"above {high}"
        if step and (value - (low or 0)) % step:
            return f"not in steps of {step}"
        return None

    def _order(self) -> str:
        return self.arguments[0] if self.arguments else "DMY"

    def _date(self, cells: int, written: int) -> str:
        short = bool(cells) and written <= 6
        year = (r"\d\d" if short else r"(19|20)\d\d") if cells else _YEAR
        parts = {"D": _DAY if cells else _LOOSE_DAY, "M": _MONTH if cells else _LOOSE_MONTH, "Y": year}
        return ("" if cells else SEPARATORS).join(parts[letter] for letter in self._order())

    def _day(self, text: str) -> date | None:
        parts = re.split(SEPARATORS, text)
        order = self._order()
        if len(parts) == 1 and len(text) in (6, 8) and text.isdigit():  # in boxes there are no separators
            sizes = {"D": 2, "M": 2, "Y": len(text) - 4}
            parts, rest = [], text
            for letter in order:
                parts.append(rest[: sizes[letter]])
                rest = rest[sizes[letter] :]
        if len(parts) != len(order) or not all(part.isdigit() for part in parts):
            return None
        number = {letter: int(part) for letter, part in zip(order, parts, strict=True)}
        year = number["Y"]
        if year < CENTURY:
            year += 1900 if year >= PIVOT else 2000
        try:
            return date(year, number["M"], number["D"])
        except ValueError:
            return None


def field_type(text: str) -> FieldType:
    """Returns what a template's ``type`` stands for.

    Raises:
        ConfigError: there is no such type, or its brackets do not hold what it needs.
    """
    found = _FORM.fullmatch(text)
    name = found[1] if found else text
    arguments = tuple(part.strip() for part in found[2].split(",")) if found and found[2] else ()
    wanted = _WANTED.get(name)
    if wanted is None:
        raise ConfigError(
            f"type {text!r} is unknown: expected digits(n), number(min, max, step), date(DMY), time, "
            "choice(a, b), mark or free; write one of these"
        )
    if not wanted[1](arguments):
        raise ConfigError(f"type {text!r} cannot be used: expected {wanted[0]}; write it so")
    return FieldType(name, text, arguments)  # type: ignore[arg-type]


def _decimals(step: Decimal) -> int:
    return max(0, -int(step.normalize().as_tuple().exponent))


def _number(text: str) -> float | None:
    """Returns what an argument is worth: None for one that is left empty, NaN for what is no number."""
    if not text:
        return None
    try:
        return float(Decimal(text))
    except InvalidOperation:
        return math.nan


def _are_counts(given: tuple[str, ...]) -> bool:
    counts = [int(text) if text.isascii() and text.isdigit() else 0 for text in given]
    return len(counts) in (1, 2) and 1 <= counts[0] <= counts[-1] <= MOST_DIGITS


def _are_bounds(given: tuple[str, ...]) -> bool:
    values = [_number(text) for text in given]
    if len(values) > 3 or any(value is not None and not abs(value) < LARGEST for value in values):
        return False
    low, high, step = (*values, *[None] * (3 - len(values)))
    return (low is None or high is None or low <= high) and (step is None or step > SMALLEST)


def _are_choices(given: tuple[str, ...]) -> bool:
    known = set(spec.CHARACTERS)
    return (
        bool(given) and len(set(given)) == len(given) and all(text and set(text) <= known for text in given)
    )


def _are_none(given: tuple[str, ...]) -> bool:
    return not given


def _are_orders(given: tuple[str, ...]) -> bool:
    return not given or given in _ORDERS


_ORDERS = {("".join(order),) for order in permutations("DMY")}
_WANTED = {
    "digits": (f"digits(n) or digits(least, most), 1 to {MOST_DIGITS}", _are_counts),
    "number": ("number(min, max, step), each a number or empty, min <= max, step above 0", _are_bounds),
    "date": (
        "date or date(DMY), the letters in the order of the form",
        _are_orders,
    ),
    "time": ("time alone", _are_none),
    "choice": (f"choice(a, b, …) of different texts of the characters {spec.CHARACTERS}", _are_choices),
    "mark": ("mark alone", _are_none),
    "free": ("free alone", _are_none),
}
