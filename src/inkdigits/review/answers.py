"""What people said of cells, in order, and what holds of each: the last that was not taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from inkdigits.errors import InkdigitsError

__all__ = ["Answer", "AnsweredError", "Answers", "Person", "Verdict"]

Verdict = Literal["text", "other", "skip"]
"""What a person says: this text stands there; it is no number; let somebody look later."""


class AnsweredError(InkdigitsError):
    """Somebody has answered this cell already."""


class Person(NamedTuple):
    """Who says something.

    Attributes:
        who: a name or initials.
        tab: the window, which cells are given to.
    """

    who: str
    tab: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the journal.

    Attributes:
        id: chosen by who sends it, so that sending it twice is answering once.
        cell: place of the cell in the table of results, from 0.
        verdict: a :data:`Verdict`, or "undo".
        text: what stands there; "" where that is not the verdict.
        who: the person's name.
        tab: the window in which it was given.
        at: when, ISO 8601, UTC.
        undoes: the answer that this one takes back; None for none.
        number: its place in the file.
    """

    id: str
    cell: int
    verdict: str
    text: str
    who: str
    tab: str
    at: str
    undoes: str | None
    number: int


class Answers:
    """All answers that were taken in.

    Attributes:
        histories: everything that was said of each cell, in order.
        standing: the answer that holds of each cell that has one.
        last: the number of the last one.
    """

    def __init__(self) -> None:
        self.histories: dict[int, list[Answer]] = {}
        self.standing: dict[int, Answer] = {}
        self.last = 0
        self._undone: set[str] = set()
        self._by_id: dict[str, Answer] = {}

    def take(self, answer: Answer) -> None:
        """Takes in one more; in the order of their numbers."""
        self.histories.setdefault(answer.cell, []).append(answer)
        self._by_id[answer.id] = answer
        if answer.undoes is not None:
            self._undone.add(answer.undoes)
        self.last = answer.number
        holds = self._holding(answer.cell)
        if holds is None:
            self.standing.pop(answer.cell, None)
        else:
            self.standing[answer.cell] = holds

    def get(self, identifier: str) -> Answer | None:
        """Returns the answer of an id."""
        return self._by_id.get(identifier)

    def _holding(self, cell: int) -> Answer | None:
        for answer in reversed(self.histories.get(cell, ())):
            if answer.verdict != "undo" and answer.id not in self._undone:
                return answer
        return None
