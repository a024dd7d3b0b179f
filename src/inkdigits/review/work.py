"""One review: which cells come next, what was answered, and how much is left."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path
from typing import Any

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.output.cutouts import Pictures
from inkdigits.output.records import Origin, Record, load_records
from inkdigits.review.alternatives import alternatives_of
from inkdigits.review.answers import Answer, Person, Verdict
from inkdigits.review.journal import Journal
from inkdigits.review.questions import question_of, questions_in_order

__all__ = ["Progress", "Review", "journal_of", "reviewed"]

_ALTERNATIVES = 5  # a key each
_PLACE = 120  # characters of a column that says where a cell is
_TYPED = frozenset(spec.CHARACTERS + "x \n")  # x: a box that is ticked


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is.

    Attributes:
        cells: all that have a text.
        asked: those that a person is to look at.
        done: of these, those that have an answer.
        skipped: those that somebody wants to be looked at later; they are not done.
        corrected: answers that are another text than was read, or that there is no number.
        expected_errors: in how many of all cells that nobody has answered an error is expected, by their
            confidences.
        expected_unlooked: in how many of those among them that nobody is going to be asked about.
    """

    cells: int
    asked: int
    done: int
    skipped: int
    corrected: int
    expected_errors: float
    expected_unlooked: float

    @property
    def left(self) -> int:
        """The cells that are still to be answered."""
        return self.asked - self.done

    @property
    def share_left(self) -> float:
        """Which share of the work is left, 0..1."""
        return self.left / self.asked if self.asked else 0.0


def journal_of(results: Path) -> Path:
    """Returns where the review of a file of results is kept."""
    return results.with_name(f"{results.name}.review")


class Review:
    """The review of one file of results; threads may share it, and processes have one each.

    Args:
        results: what ``inkdigits read --output`` wrote.
        max_error: ask about sure cells with a higher risk than this, too; None for the unsure ones alone.
        pictures: a folder in which the pictures are looked for first; None for where their names say.

    Raises:
        DataError: the results cannot be read.
        ConfigError: the file beside them is of other results, or no review.
        OutputError: it cannot be written.
    """

    def __init__(self, results: Path, max_error: float | None = None, pictures: Path | None = None) -> None:
        self.results = results
        self.records = load_records(results)
        folders = [Path(), results.parent] if pictures is None else [pictures, Path(), results.parent]
        self.pictures = Pictures(folders)
        self._order = questions_in_order(self.records, max_error)
        self._asked = set(self._order)
        told = (place for place, record in enumerate(self.records) if record.status in ("ok", "unsure"))
        self._risks = {place: 1 - self.records[place].confidence for place in told}
        self._unlooked = fsum(risk for place, risk in self._risks.items() if place not in self._asked)
        self.journal = Journal(journal_of(results), _fingerprint(self.records))

    def close(self) -> None:
        """Lets go of the journal."""
        self.journal.close()

    def next_cells(self, tab: str, most: int, *, again: bool = False) -> list[dict[str, Any]]:
        """Returns the next cells for a window, JSON-ready; nobody else gets them meanwhile."""
        return [self.describe(cell) for cell in self.journal.lease(self._order, tab, most, again=again)]

    def describe(self, cell: int) -> dict[str, Any]:
        """Returns a cell, JSON-ready: what was read, and what else it may be."""
        record = self.records[cell]
        others = alternatives_of(record.text, record.confidence, record.digits, _ALTERNATIVES)
        return {
            "cell": cell,
            "source": record.source,
            "number": record.number,
            "text": record.text,
            "confidence": record.confidence,
            "alternatives": [list(pair) for pair in others],
            "question": question_of(record),
            "place": {name: str(value)[:_PLACE] for name, value in record.more.items()},
        }

    def answer(self, identifier: str, cell: int, verdict: Verdict, text: str, by: Person) -> Answer:
        """Keeps what a person says of a cell.

        Raises:
            ConfigError: there is no such cell to look at, or the text is none that can stand there.
            AnsweredError: it has another answer by now.
            OutputError: it cannot be written.
        """
        if cell not in self._asked:
            raise ConfigError(f"cell {cell} is not one to look at; expected one that /v1/review/next gave")
        if verdict == "text" and text != self.records[cell].text and (not text or set(text) - _TYPED):
            raise ConfigError(
                f"wrong text: expected what was read, or digits and {spec.SIGNS} (x for a tick), received "
                f"{text[:80]!r}; or say other"
            )
        return self.journal.add(identifier, cell, verdict, text if verdict == "text" else "", by)

    def undo(self, identifier: str, undone: str, by: Person) -> Answer:
        """Takes an answer back; raises AnsweredError or OutputError."""
        return self.journal.undo(identifier, undone, by)

    def progress(self) -> Progress:
        """Returns how far it is."""
        standing = self.journal.standing()
        looked_at = self._asked & standing.keys()
        done = {cell for cell in looked_at if standing[cell].verdict != "skip"}
        return Progress(
            cells=len(self._risks),
            asked=len(self._asked),
            done=len(done),
            skipped=len(looked_at) - len(done),
            corrected=sum(_origin(self.records[cell], standing[cell]) != "confirmed" for cell in done),
            expected_errors=self._unlooked + fsum(self._risks[cell] for cell in self._asked - done),
            expected_unlooked=self._unlooked,
        )

    def outcome(self) -> list[Record]:
        """Returns all cells, also those that nobody was asked about, with what holds of them now."""
        return _with_answers(self.records, self.journal)


def reviewed(results: Path) -> list[Record]:
    """Returns the cells of a file of results, with the answers of its review if it has one.

    Raises:
        DataError: the results cannot be read.
        ConfigError: the review beside them is of other results.
    """
    records = load_records(results)
    if not journal_of(results).is_file():
        return records
    journal = Journal(journal_of(results), _fingerprint(records))
    try:
        return _with_answers(records, journal)
    finally:
        journal.close()


def _with_answers(records: list[Record], journal: Journal) -> list[Record]:
    histories, standing = journal.histories(), journal.standing()
    return [
        record
        if (said := histories.get(place)) is None
        else _with_answer(replace(record, answers=_told(said)), standing.get(place))
        for place, record in enumerate(records)
    ]


def _with_answer(record: Record, answer: Answer | None) -> Record:
    if answer is None or answer.verdict == "skip":
        return record
    return replace(record, text=answer.text, origin=_origin(record, answer), who=answer.who, when=answer.at)


def _told(said: list[Answer]) -> tuple[dict[str, Any], ...]:
    """Returns everything that was said of a cell, in order, JSON-ready."""
    undone = {answer.undoes for answer in said}
    return tuple(
        {"verdict": answer.verdict, "text": answer.text, "who": answer.who, "when": answer.at}
        | {"undone": answer.id in undone}
        for answer in said
        if answer.verdict != "undo"
    )


def _origin(record: Record, answer: Answer) -> Origin:
    if answer.verdict == "other":
        return "no number"
    return "confirmed" if answer.text == record.read else "corrected"


def _fingerprint(records: list[Record]) -> str:
    """Returns what the cells are known by: where they stand and what was read, in their order."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(
            repr((record.source, record.number, record.text, record.box)).encode("utf-8", "replace")
        )
    return digest.hexdigest()
