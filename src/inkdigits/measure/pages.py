"""The numbers of a page against those written on it: which are right in order, missing, or not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from inkdigits.readings import Reading

__all__ = ["Aligned", "PageFigures", "align", "comparable", "longest_common", "rows_of"]

ROW = "|"  # between the rows of a label

_NEVER = -1  # below every count of matches


class Aligned(NamedTuple):
    """What is written on a page beside what was read.

    Attributes:
        pairs: for each number, in order, what is written and the index of the number that was read there. One
            that was missed has None in place of the index; one that is not there has "" in place of the text.
        rows: rows of the label.
        rows_whole: how many of them came out in one row of the reading, whole, with nothing in between.
    """

    pairs: tuple[tuple[str, int | None], ...]
    rows: int
    rows_whole: int


@dataclass(frozen=True, slots=True)
class PageFigures:
    """How well the pages of a set were read.

    Attributes:
        pages: how many.
        written: numbers on them.
        read: numbers in the readings.
        right: numbers read rightly and in order: the longest common sequence of each page.
        sure: numbers of the readings that are sure.
        sure_wrong: sure ones that are misread or not there.
        rows: rows of numbers that are written.
        rows_whole: how many of these came out in one row, whole, with nothing in between.
    """

    pages: int
    written: int
    read: int
    right: int
    sure: int
    sure_wrong: int
    rows: int
    rows_whole: int

    @property
    def sure_wrong_of_sure(self) -> float:
        """The share of the sure numbers that are misread or not there, 0..1."""
        return self.sure_wrong / self.sure if self.sure else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Returns the figures as JSON-ready values."""
        return {**asdict(self), "sure_wrong_of_sure": self.sure_wrong_of_sure}


def comparable(text: str) -> str:
    """Returns a number as it is compared: a comma and a point are the same."""
    return text.replace(",", ".")


def rows_of(label: str) -> list[list[str]]:
    """Returns the numbers of each row of a page's label; rows without any are left out."""
    return [numbers for row in label.split(ROW) if (numbers := comparable(row).split())]


def align(label: str, reading: Reading) -> Aligned:
    """Puts the numbers of a reading beside those of a page's label, both in reading order."""
    rows = rows_of(label)
    written = [number for row in rows for number in row]
    read = [comparable(number.text) for number in reading.numbers]
    common = longest_common(written, read)
    pairs: list[tuple[str, int | None]] = []
    left, right = 0, 0
    for i, j in [*common, (len(written), len(read))]:
        # Between two that are right, one is taken for the other as long as there are some of both.
        missed, others = range(left, i), range(right, j)
        for place in range(max(len(missed), len(others))):
            text = written[missed[place]] if place < len(missed) else ""
            pairs.append((text, others[place] if place < len(others) else None))
        if i < len(written):
            pairs.append((written[i], j))
        left, right = i + 1, j + 1
    return Aligned(tuple(pairs), len(rows), _whole(rows, dict(common), _row_of_each(reading)))


def longest_common(written: Sequence[str], read: Sequence[str]) -> list[tuple[int, int]]:
    """Returns the longest common subsequence of two lists, as pairs of places in both, in order.

    Of several that are as long the one with the most pairs that follow each other in both lists at once, so
    that a row that came out whole is seen as such.
    """
    n, m = len(written), len(read)
    unit = min(n, m) + 1  # what a match weighs; a pair that follows another weighs 1
    best = [[0] * (m + 1) for _ in range(n + 1)]  # of the first i and j
    ends = [[_NEVER] * (m + 1) for _ in range(n + 1)]  # the same, if the last two of these are a match
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            if written[i - 1] == read[j - 1]:
                before = ends[i - 1][j - 1]
                follows = before + 1 if before != _NEVER else _NEVER
                ends[i][j] = unit + max(best[i - 1][j - 1], follows)
            best[i][j] = max(best[i - 1][j], best[i][j - 1], ends[i][j])
    pairs: list[tuple[int, int]] = []
    i, j, matched = n, m, False
    while i and j:
        if matched or ends[i][j] == best[i][j]:
            pairs.append((i - 1, j - 1))
            before = ends[i - 1][j - 1]
            matched = before != _NEVER and ends[i][j] == unit + before + 1
            i, j = i - 1, j - 1
        elif best[i - 1][j] == best[i][j]:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _row_of_each(reading: Reading) -> list[int]:
    """Returns the row of each number of a reading; all are in one row where its text does not tell."""
    rows = [row for row, line in enumerate(reading.text.split("\n")) for _ in line.split()]
    return rows if len(rows) == len(reading.numbers) else [0] * len(reading.numbers)


def _whole(rows: list[list[str]], place_of: dict[int, int], row_of: list[int]) -> int:
    """Counts the rows whose numbers are right, in one row of the reading and next to each other."""
    count, start = 0, 0
    for row in rows:
        places = [place_of.get(index) for index in range(start, start + len(row))]
        found = [place for place in places if place is not None]
        start += len(row)
        if len(found) == len(row) and found == list(range(found[0], found[0] + len(row))):
            count += len({row_of[place] for place in found}) == 1
    return count
