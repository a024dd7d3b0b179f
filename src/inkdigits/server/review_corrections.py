"""What a review corrected becomes digits to train on, one a digit, as on the page of single pictures."""

from __future__ import annotations

import logging
from contextlib import suppress

from inkdigits import spec
from inkdigits.errors import InkdigitsError, SourceError
from inkdigits.output.records import Record
from inkdigits.readings import Box
from inkdigits.review.answers import Answer
from inkdigits.review.work import Review
from inkdigits.server.corrections import CorrectionStore
from inkdigits.server.logs import event

__all__ = ["keep", "keep_all", "let_go"]


def keep(review: Review, store: CorrectionStore, answer: Answer) -> int:
    """Keeps the digits that an answer changed; returns how many.

    Nothing can be said of single digits where the text has more or fewer characters than was read, or where
    the results tell no boxes.

    Raises:
        OutputError: they cannot be kept; the answer itself is.
    """
    known = review.journal.kept(answer.id)
    record = review.records[answer.cell]
    changed = _changed(record, answer) if not known else []
    if not changed:
        return len(known)
    try:
        picture = review.pictures.picture(record.source)
    except SourceError as error:  # it is shown without one, too
        event(logging.WARNING, "no correction", reason=str(error))
        return 0
    height, width = picture.shape[:2]
    inside = [
        (box, label, read)
        for box, label, read in changed
        if box.x + box.width <= width and box.y + box.height <= height
    ]
    ids = [store.add(picture, box, label, read).id for box, label, read in inside]
    review.journal.keep(answer.id, ids)
    return len(ids)


def let_go(review: Review, store: CorrectionStore, identifier: str) -> None:
    """Takes back what was kept because of an answer; raises OutputError."""
    for correction in review.journal.kept(identifier):
        store.remove(correction)  # gone already: removed on the page of corrections


def keep_all(review: Review, store: CorrectionStore) -> None:
    """Keeps what answers changed before there was a folder for it, or before the server was killed."""
    standing = review.journal.standing().values()
    for answer in sorted(standing, key=lambda one: review.records[one.cell].source):  # a picture is read once
        with suppress(InkdigitsError):  # told when the next answer comes
            keep(review, store, answer)


def _changed(record: Record, answer: Answer) -> list[tuple[Box, str, str]]:
    """Returns where a digit stands, what it is and what had been read, for each that a person changed."""
    if answer.verdict != "text" or answer.text == record.text:
        return []
    places = [(digit.value, digit.box) for digit in record.digits]
    if not places and len(record.text) == 1 and record.box is not None:
        places = [(record.text, record.box)]
    if "".join(value for value, _ in places) != record.text or len(places) != len(answer.text):
        return []
    return [
        (box, label, value)
        for label, (value, box) in zip(answer.text, places, strict=True)
        if label != value and label in spec.DIGITS
    ]
