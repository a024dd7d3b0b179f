"""A reader over a labelled set: what it answered, how sure it was, and where it was most wrong."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from inkdigits.data.labelled import Dataset, Known
from inkdigits.errors import DataError
from inkdigits.measure import entries as scored
from inkdigits.measure.entries import Answer, DigitReader, Entry, Progress
from inkdigits.measure.result import Evaluation, Expectation, KindScore, Mistake
from inkdigits.measure.scoring import Score, confusion_matrix, right_answers, score
from inkdigits.readings import Expect
from inkdigits.spec import DIGITS

__all__ = [
    "Asked",
    "DigitReader",
    "Evaluation",
    "KindScore",
    "Mistake",
    "Progress",
    "evaluate",
    "pictures_to_read",
]

MAX_MISTAKES = 24  # shown in a report: enough to see a pattern, few enough to be looked at one by one
MAX_UNREAD = 12  # pictures without an answer that are shown

Asked = Literal["known", "auto", "both"]
"""What the reader is told of a set's pictures: what they hold, nothing (``auto``), or one after the other."""


def evaluate(
    reader: DigitReader, dataset: Dataset, *, expect: Asked = "both", progress: Progress | None = None
) -> Evaluation:
    """Reads every picture of a set and scores the answers.

    Images in MNIST's convention go straight to the model; all others take the whole way that a user's
    picture takes: once with what they are known to hold, once with "auto". What is known is what the set says
    of a picture; of others it is inferred from the labels (:func:`inkdigits.measure.entries.known_of`). Of a
    number the whole text has to be right, a comma and a point are the same; characters that the models lack
    are no excuse. Of a page the numbers are counted that are right and in order. A picture in which nothing
    was read or one that cannot be read counts as wrong, with confidence 0; silence is right where nothing is
    to be read.

    Args:
        reader: the reader to measure.
        dataset: the set; labels that are no digits stand for pictures to be rejected.
        expect: what the reader is told; images in MNIST's convention are read once, whatever this is.
        progress: called with the number of pictures done since the last call.

    Returns:
        The answers to what was asked; with "both", those of "auto" are in ``auto``.

    Raises:
        DataError: the set is empty.
    """
    if not len(dataset):
        raise DataError(f"the set {dataset.name} is empty, expected labelled pictures; give another --data")
    known, done = scored.known_of(dataset), progress or _silent
    if _straight(dataset, known):
        started = time.perf_counter()
        answers = list(scored.classified(reader, np.asarray(dataset.images), done))
        entries = scored.entries_of_pictures(dataset.labels, known, answers)
        return _evaluation(dataset, entries, answers, time.perf_counter() - started)

    def read(expectation: Expectation, expects: Sequence[Expect]) -> Evaluation:
        started = time.perf_counter()
        answers = list(scored.seen(reader, dataset, expects, done))
        seconds = time.perf_counter() - started
        entries, pages = scored.entries_of_pictures(dataset.labels, known, answers), None
        if _holds(known) == "page" and any(entry.label for entry in entries):
            entries, pages = scored.entries_of_pages(dataset.labels, answers)
        found = _evaluation(dataset, entries, answers, seconds, numbers=_holds(known) != "digit")
        if _holds(known) == "number":
            found = replace(found, digits_only=_digits_only(dataset.name, entries))
        return replace(found, holds=_holds(known), expect=expectation, pages=pages)

    nothing: list[Expect] = ["auto"] * len(dataset)
    if expect == "auto":
        return read("auto", nothing)
    found = read(_holds(known), known)
    return replace(found, auto=read("auto", nothing)) if expect == "both" else found


def pictures_to_read(dataset: Dataset, expect: Asked = "both") -> int:
    """Returns how many pictures :func:`evaluate` reports as done in all."""
    twice = expect == "both" and not _straight(dataset, scored.known_of(dataset))
    return len(dataset) * (2 if twice else 1)


def _straight(dataset: Dataset, known: Sequence[Known]) -> bool:
    """Tells whether the pictures of a set are digits that go straight to the model."""
    return dataset.normalised and _holds(known) == "digit"


def _holds(known: Sequence[Known]) -> Expectation:
    return known[0] if len(set(known)) == 1 else "mixed"


def _silent(count: int) -> None:
    """Shows no progress."""


def _evaluation(
    dataset: Dataset,
    entries: Sequence[Entry],
    answers: Sequence[Answer],
    seconds: float,
    *,
    numbers: bool = False,
) -> Evaluation:
    """Scores the answers to a set; the confusions of ``numbers`` are those of their characters."""
    readings = [answer.reading for answer in answers]
    result = replace(
        _score(dataset.name, entries, seconds),
        empty=sum(reading.status == "empty" for reading in readings),
        failed=sum(reading.status == "error" for reading in readings),
    )
    labels = tuple(entry.label for entry in entries)
    predictions = tuple(entry.prediction for entry in entries)
    wrong = [entry for entry in entries if entry.prediction and entry.prediction != entry.label]
    worst = sorted(wrong, key=lambda entry: -entry.confidence)[:MAX_MISTAKES]
    silent = [
        Entry(index, label, "", 0.0, reading.status, None)
        for index, (label, reading) in enumerate(zip(dataset.labels, readings, strict=True))
        if label and not reading.text
    ]

    def mistake(entry: Entry) -> Mistake:
        return Mistake(
            index=entry.picture,
            label=entry.label,
            prediction=entry.prediction,
            confidence=entry.confidence,
            status=entry.status,
            source=dataset.images[entry.picture] if numbers or not dataset.normalised else None,
            model_input=entry.model_input,
            error=readings[entry.picture].error,
        )

    return Evaluation(
        score=result,
        sha256=dataset.sha256,
        labels=labels,
        predictions=predictions,
        confidences=np.array([entry.confidence for entry in entries], np.float64),
        statuses=tuple(entry.status for entry in entries),
        confusion=confusion_matrix(*(_characters(labels, predictions) if numbers else (labels, predictions))),
        mistakes=tuple(mistake(entry) for entry in worst),
        unread=() if result.to_reject else tuple(mistake(entry) for entry in silent[:MAX_UNREAD]),
        first_error=next((reading.error for reading in readings if reading.status == "error"), None),
        by_kind=_by_kind(dataset.kinds, entries),
    )


def _digits_only(name: str, entries: Sequence[Entry]) -> Score | None:
    """Returns the figures of the numbers without sign or separator; None if that are all or none."""
    plain = [entry for entry in entries if entry.label and set(entry.label) <= set(DIGITS)]
    return _score(f"{name}, digits only", plain) if 0 < len(plain) < len(entries) else None


def _score(name: str, entries: Sequence[Entry], seconds: float = 0.0) -> Score:
    return score(
        name,
        [entry.label for entry in entries],
        [entry.prediction for entry in entries],
        [entry.confidence for entry in entries],
        [entry.status for entry in entries],
        n=sum(entry.counts for entry in entries),
        seconds=seconds,
    )


def _by_kind(kinds: Sequence[str], entries: Iterable[Entry]) -> dict[str, KindScore]:
    """Returns the figures of each kind, in the order in which they first occur."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries if kinds else ():
        groups.setdefault(kinds[entry.picture], []).append(entry)
    return {kind: _kind_score(group) for kind, group in groups.items()}


def _kind_score(entries: Sequence[Entry]) -> KindScore:
    right = right_answers(*zip(*((e.label, e.prediction, e.status) for e in entries), strict=True))
    sure = np.array([entry.status == "ok" for entry in entries])
    return KindScore(sum(entry.counts for entry in entries), int(right.sum()), int((sure & ~right).sum()))


def _characters(labels: Sequence[str], predictions: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns the characters of the numbers of which as many were read as are written."""
    pairs = [
        pair
        for label, text in zip(labels, predictions, strict=True)
        if len(label) == len(text)
        for pair in zip(label, text, strict=True)
    ]
    return [written for written, _ in pairs], [read for _, read in pairs]
