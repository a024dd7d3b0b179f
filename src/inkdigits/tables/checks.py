"""What the text of a field must fulfil beside its type: check digits, lists of what there is, sums.

A check only ever says what is wrong. It never changes what was read.

The check digits of known numbers are left to python-stdnum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from typing import Any

from inkdigits.errors import ConfigError, MissingExtraError

__all__ = ["KNOWN", "Check", "Sum", "check_named"]

KNOWN = {
    "luhn": "stdnum.luhn",
    "mod11": "stdnum.iso7064.mod_11_10",
    "mod97": "stdnum.iso7064.mod_97_10",
    "isbn": "stdnum.isbn",
    "ean": "stdnum.ean",
    "iban": "stdnum.iban",
    "verhoeff": "stdnum.verhoeff",
    "damm": "stdnum.damm",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A check of one field.

    Attributes:
        name: what a reading calls it that fails it: one of ``KNOWN``, "weights" or "list".
        before: what is printed in front of the field and belongs to the number, as an IBAN's country.
        weights: of "weights": what each digit is multiplied by; the sum is a multiple of ``modulus``.
        modulus: of "weights".
        values: of "list": what may stand there.
    """

    name: str
    before: str = ""
    weights: tuple[int, ...] = ()
    modulus: int = 0
    values: tuple[str, ...] = ()

    def fault(self, text: str) -> str | None:
        """Returns the check's name where a text fails it."""
        return None if self._fulfilled(text) else self.name

    def _fulfilled(self, text: str) -> bool:
        if self.name == "list":
            return text in self.values
        if self.name == "weights":
            if not text.isdigit() or len(text) != len(self.weights):
                return False
            return (
                sum(int(digit) * by for digit, by in zip(text, self.weights, strict=True)) % self.modulus == 0
            )
        return bool(_library(self.name).is_valid(self.before + text))


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum over fields.

    Attributes:
        fields: the names of those that are added; what is empty counts as 0.
        total: the name of the field that has the sum.
    """

    fields: tuple[str, ...]
    total: str

    def fault(self, values: Mapping[str, str | None], empty: Sequence[str]) -> bool:
        """Tells whether the sum is wrong.

        Args:
            values: the plain number of each field, None where it is none.
            empty: the names of the fields in which nothing is written.
        """
        if self.total in empty and all(name in empty for name in self.fields):
            return False
        parts = ["0" if name in empty else values[name] for name in self.fields]
        total = values[self.total]
        if total is None or None in parts:
            return True
        return sum(Decimal(part) for part in parts if part is not None) != Decimal(total)


def check_named(text: str) -> Check:
    """Returns the check digit that a template's ``check`` names, such as luhn, isbn or iban:DE.

    Raises:
        ConfigError: there is none of that name.
        MissingExtraError: the library that knows it is not installed.
    """
    name, _, before = text.partition(":")
    if name not in KNOWN:
        raise ConfigError(
            f"check {text!r} is unknown: expected one of {', '.join(KNOWN)}, or weights and modulus, or "
            "values; "
            "write one of these"
        )
    _library(name)
    return Check(name, before=before)


def _library(name: str) -> Any:
    try:
        return import_module(KNOWN[name])
    except ImportError as error:
        raise MissingExtraError("python-stdnum", "forms") from error
