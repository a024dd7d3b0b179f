"""Which cells a person is asked about, and in which order: those that ask the same stand together."""

from __future__ import annotations

from collections.abc import Sequence

from inkdigits.output.records import Record
from inkdigits.review.alternatives import alternatives_of

__all__ = ["is_asked", "question_of", "questions_in_order"]


def is_asked(record: Record, max_error: float | None) -> bool:
    """Tells whether a person is to look at a cell: it is unsure, or its risk is above ``max_error``."""
    if record.status not in ("ok", "unsure"):
        return False
    return record.status == "unsure" or (max_error is not None and 1 - record.confidence > max_error)


def question_of(record: Record) -> str:
    """Returns what is doubtful about a cell: ``1 or 7``; its length where no characters are told."""
    others = alternatives_of(record.text, record.confidence, record.digits, 1)
    if not others:
        return record.text if len(record.text) == 1 else f"{len(record.text)} characters"
    pairs = zip(record.text, others[0][0], strict=True)
    return " or ".join(sorted(next(pair for pair in pairs if pair[0] != pair[1])))


def questions_in_order(records: Sequence[Record], max_error: float | None) -> list[int]:
    """Returns the places of the cells to look at: those with the same question, then text, together."""
    asked = [place for place, record in enumerate(records) if is_asked(record, max_error)]

    def alike(place: int) -> tuple[str, int, str, float, int]:
        record = records[place]
        return question_of(record), len(record.text), record.text, -record.confidence, place

    return sorted(asked, key=alike)
