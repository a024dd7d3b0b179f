"""What a text is worth as a number, and how it reads with other numbers in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["text_with", "value_of"]

# A sign, then digits with at most one point among them, or groups of thousands with or without a fraction.
_ONE_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?"
    r"|(?P<groups>[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})"
    r"|(?P<money>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)\.(?P<cents>[0-9]{1,2}))"
)


def value_of(text: str) -> str | None:
    """Returns what a text is worth as a plain decimal number, None where it is not one number.

    The last point is that of a fraction, points before it are those of thousands: ``1.234.50`` is 1234.50 and
    ``1.234`` stays 1.234. With two points or more and three digits behind each, all are thousands:
    ``1.234.567`` is 1234567. Thousands begin with no zero, and a fraction behind them has one or two digits,
    so that dates and codes are no numbers: ``12.05.2026``. One sign may lead. A percentage is none, for
    ``12%`` is 12 to one table and 0.12 to another; neither is what has a sign elsewhere: ``3/4``, ``12-05``,
    ``1+2``, ``5:30``.

    Args:
        text: digits and signs, as :attr:`Number.text` has them.

    Returns:
        Digits with at most one point amid them and a minus before them, no needless zero in front: ``00123``
        is ``123``, ``.5`` is ``0.5``, ``5.`` is ``5``; zeros behind the point stay.
    """
    found = _ONE_NUMBER.fullmatch(text)
    if found is None or not any(character.isdigit() for character in text):
        return None
    whole = found["whole"] or (found["groups"] or found["money"] or "").replace(".", "")
    part = found["part"] or found["cents"]
    minus = "-" if found["sign"] == "-" else ""
    return minus + (whole.lstrip("0") or "0") + (f".{part}" if part else "")


def text_with(text: str, numbers: Sequence[tuple[str, str | None]]) -> str | None:
    """Returns the text of a page with other numbers in place of some.

    Args:
        text: numbers with spaces between those of a line, lines with newlines.
        numbers: each number and the other one, "" for nothing, which is shown as ``?``; None leaves it.

    Returns:
        None where all are left.
    """
    if all(other is None for _, other in numbers):
        return None
    told = (number if other is None else other or "?" for number, other in numbers)
    return "\n".join(" ".join(next(told) for _ in line.split(" ")) for line in text.split("\n"))
