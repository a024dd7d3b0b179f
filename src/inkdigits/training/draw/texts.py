"""What people write into forms and lists: numbers, amounts, dates, times, sums, shares."""

from __future__ import annotations

import numpy as np

__all__ = ["random_text"]

Chance = np.random.Generator

LONGEST = 14  # characters of a text
LAST_ONES = 0.1  # of the numbers end in a 1 besides, which looks like the edge of a box there
BETWEEN = "+-/:.,'"  # no text ends in one of these


def random_text(rng: Chance, *, signs: float = 0.0) -> str:
    """Returns a number as people write them into forms and lists.

    Args:
        rng: the source of all chance.
        signs: share of dates, times, sums, fractions and the like.

    Returns:
        1 to 14 characters of ``0123456789.,-``, where there are signs of ``+/:%'`` too.
    """
    if signs and rng.random() < signs:
        kind = SIGNED[int(rng.choice(len(SIGNED), p=SHARES))]
        return kind(rng)[:LONGEST].rstrip(BETWEEN)
    return _plain(rng)


def _plain(rng: Chance) -> str:
    kind = rng.random()
    if kind < 0.12:
        count = 1
    elif kind < 0.92:
        count = int(rng.choice((2, 3, 4, 5, 6, 7), p=(0.3, 0.28, 0.18, 0.12, 0.07, 0.05)))
    else:
        count = int(rng.integers(8, 13))
    shares = np.full(10, 0.1)
    if rng.random() < 0.5:  # real numbers begin with small digits and end in zeros
        shares = np.array((0.16, 0.22, 0.13, 0.1, 0.09, 0.08, 0.06, 0.06, 0.05, 0.05))
    digits = "".join(str(value) for value in rng.choice(10, count, p=shares))
    if rng.random() < 0.2:
        digits = "1" + digits[1:]
    if count >= 3 and rng.random() < 0.1:
        digits = digits[:-2] + "00"
    if count >= 2 and rng.random() < LAST_ONES:
        digits = digits[:-1] + "1"
    if count >= 2 and rng.random() < 0.36:
        # Behind the mark stand one to three digits mostly.
        place = count - min(int(rng.choice((1, 2, 3, 4), p=(0.45, 0.3, 0.2, 0.05))), count - 1)
        digits = digits[:place] + str(rng.choice((".", ","))) + digits[place:]
    return "-" + digits if rng.random() < 0.07 else digits


def _digits(rng: Chance, least: int, most: int) -> str:
    count = int(rng.integers(least, most + 1))
    return "".join(str(value) for value in rng.integers(0, 10, count))


def _padded(value: int, rng: Chance, share: float = 0.6) -> str:
    return f"{value:02d}" if rng.random() < share else str(value)


def _date(rng: Chance) -> str:
    between = str(rng.choice(("/", ".", "-"), p=(0.5, 0.25, 0.25)))
    day, month = _padded(int(rng.integers(1, 32)), rng), _padded(int(rng.integers(1, 13)), rng)
    year = int(rng.integers(1900, 2050))
    shape = rng.random()
    if shape < 0.2:
        return between.join((day, month))
    if shape < 0.32:
        return between.join((str(year), month, day))
    shown = str(year) if rng.random() < 0.5 else f"{year % 100:02d}"
    return between.join((day, month, shown))


def _time(rng: Chance) -> str:
    parts = [_padded(int(rng.integers(0, 24)), rng, 0.5), f"{int(rng.integers(0, 60)):02d}"]
    if rng.random() < 0.15:
        parts.append(f"{int(rng.integers(0, 60)):02d}")
    return ":".join(parts)


def _sum(rng: Chance) -> str:
    terms = [_digits(rng, 1, 3) for _ in range(int(rng.choice((2, 3), p=(0.8, 0.2))))]
    out = terms[0]
    for term in terms[1:]:
        out += str(rng.choice(("+", "-"), p=(0.6, 0.4))) + term
    return out


def _fraction(rng: Chance) -> str:
    return f"{_digits(rng, 1, 3)}/{_digits(rng, 1, 3)}"


def _share(rng: Chance) -> str:
    whole = _digits(rng, 1, 2) if rng.random() < 0.9 else "100"
    return whole + (str(rng.choice((".", ","))) + _digits(rng, 1, 2) if rng.random() < 0.3 else "") + "%"


def _parts(rng: Chance) -> str:
    """Telephone and account numbers: groups with dashes between."""
    count = int(rng.choice((2, 3), p=(0.7, 0.3)))
    return "-".join(_digits(rng, 1, 4) for _ in range(count))


def _grouped(rng: Chance) -> str:
    """Thousands, with a point, a comma or an apostrophe, and cents at times."""
    groups = int(rng.choice((1, 2), p=(0.8, 0.2)))
    between = str(rng.choice((".", ",", "'"), p=(0.35, 0.4, 0.25)))
    out = between.join([_digits(rng, 1, 3), *(_digits(rng, 3, 3) for _ in range(groups))])
    if rng.random() < 0.4:
        out += ("," if between == "." else ".") + _digits(rng, 2, 2)
    return out


def _pointed(rng: Chance) -> str:
    """A point at the beginning."""
    return ("-" if rng.random() < 0.15 else "") + str(rng.choice((".", ","))) + _digits(rng, 1, 3)


def _plus(rng: Chance) -> str:
    return "+" + _plain(rng).lstrip("-")


def _minus(rng: Chance) -> str:
    return "-" + _plain(rng).lstrip("-")


def _ratio(rng: Chance) -> str:
    return f"{_digits(rng, 1, 2)}:{_digits(rng, 1, 2)}"


SIGNED = (_date, _time, _sum, _fraction, _share, _parts, _grouped, _pointed, _plus, _minus, _ratio)
SHARES = (0.25, 0.1, 0.12, 0.14, 0.08, 0.09, 0.08, 0.05, 0.03, 0.04, 0.02)
