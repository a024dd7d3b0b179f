"""What a reader says of a labelled set, brought into the entries that are scored.

An entry is a picture with its label and the answer. Of a set of pages it is a number: one that is written, or
one that was read where nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.labelled import Dataset, Known
from inkdigits.errors import InkdigitsError
from inkdigits.measure.pages import ROW, PageFigures, align, comparable, rows_of
from inkdigits.picture import sources
from inkdigits.readings import Expect, Reading, Status
from inkdigits.recognition.bundle import Kind
from inkdigits.recognition.decision import decide
from inkdigits.spec import DIGITS

__all__ = [
    "Answer",
    "DigitReader",
    "Entry",
    "Progress",
    "classified",
    "entries_of_pages",
    "entries_of_pictures",
    "known_of",
    "seen",
]

BATCH = 256  # pictures a call of the model; larger ones are no faster on two cores

Progress = Callable[[int], object]  # called with how many more pictures are done
Image = NDArray[np.uint8]


class DigitReader(Protocol):
    """What an evaluation needs of a reader; :class:`inkdigits.Reader` is one, a test's fake another."""

    def max_error_of(self, kind: Kind) -> float:
        """Returns the highest probability of being wrong, 0..1, of an answer of a kind with status "ok"."""
        ...

    def classify(self, images: Image) -> NDArray[np.float32]:
        """Returns calibrated probabilities (N, 10) of images (N, 28, 28) in MNIST's convention."""
        ...

    def see(self, source: Any, expect: Expect = "auto") -> tuple[Reading, tuple[Image, ...]]:
        """Returns the reading of a source and the model's input of each of its numbers.

        Raises:
            InkdigitsError: the source cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one picture.

    Attributes:
        reading: the answer.
        inputs: for each number of the reading, uint8 (28, 28) or (32, W): what the model saw of it.
    """

    reading: Reading
    inputs: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What is scored as one.

    Attributes:
        picture: its position in the set, from 0.
        label: the truth, as it is compared; "" where nothing is to be read.
        prediction: the answer, as it is compared; "" for none.
        confidence: the answer's calibrated probability, 0..1.
        status: the answer's status.
        model_input: uint8 (28, 28) or (32, W), 255 = ink: what the model saw; None for nothing.
        counts: whether it can be right: not what was read on a page where nothing is written.
    """

    picture: int
    label: str
    prediction: str
    confidence: float
    status: Status
    model_input: Image | None
    counts: bool = True


def known_of(dataset: Dataset) -> tuple[Known, ...]:
    """Returns what each picture of a set holds: as the set says, else as its other labels show.

    They are pages if a label has rows, numbers if one has several characters with a digit among them, else
    digits.
    """
    expects = dataset.expects or (None,) * len(dataset)
    pairs = zip(dataset.labels, expects, strict=True)
    unspecified = [label for label, expect in pairs if expect is None and set(label) & set(DIGITS)]
    usual: Known = "digit"
    if any(ROW in label for label in unspecified):
        usual = "page"
    elif any(len(label) > 1 for label in unspecified):
        usual = "number"
    return tuple(expect or usual for expect in expects)


# ---- Answers ----


def classified(reader: DigitReader, images: Image, done: Progress) -> Iterator[Answer]:
    """Yields what the model says of each image (N, 28, 28) that is its input already."""
    risk = reader.max_error_of("digit")
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH]
        probabilities = reader.classify(batch)
        done(len(batch))
        for image, row in zip(batch, probabilities, strict=True):
            best = int(row.argmax())
            confidence = _bounded(float(row[best]))
            status = decide(confidence, risk)
            yield Answer(Reading("<array>", status, DIGITS[best], confidence), (image,))


def seen(
    reader: DigitReader, dataset: Dataset, expects: Sequence[Expect], done: Progress
) -> Iterator[Answer]:
    """Yields what the reader says of each picture; one that cannot be read has a reading that says why."""
    for picture, label, expect in zip(dataset.images, dataset.labels, expects, strict=True):
        try:
            reading, inputs = reader.see(picture, expect)
        except InkdigitsError as error:
            reading, inputs = Reading(sources.describe(picture), "error", error=str(error)), ()
        done(1)
        # What the model saw is asked of mistakes alone, and a set may be large.
        yield Answer(reading, () if reading.text == label else inputs)


# ---- Entries ----


def entries_of_pictures(
    labels: Sequence[str], known: Sequence[Known], answers: Sequence[Answer]
) -> list[Entry]:
    """Returns an entry a picture; a page is right when its numbers are, in order and no others."""
    entries: list[Entry] = []
    for index, (label, holds, answer) in enumerate(zip(labels, known, answers, strict=True)):
        written, text = label, answer.reading.text
        if holds == "page":
            written = " ".join(number for row in rows_of(label) for number in row)
            text = " ".join(text.split())
        if holds != "digit":
            written, text = comparable(written), comparable(text)
        shown = answer.inputs[0] if answer.inputs else None
        confidence = _bounded(answer.reading.confidence)
        entries.append(Entry(index, written, text, confidence, answer.reading.status, shown))
    return entries


def entries_of_pages(labels: Sequence[str], answers: Sequence[Answer]) -> tuple[list[Entry], PageFigures]:
    """Returns an entry a number of all pages, and how well the pages were read."""
    entries: list[Entry] = []
    rows = rows_whole = 0
    for index, (label, answer) in enumerate(zip(labels, answers, strict=True)):
        reading, aligned = answer.reading, align(label, answer.reading)
        rows, rows_whole = rows + aligned.rows, rows_whole + aligned.rows_whole
        for written, place in aligned.pairs:
            if place is None:
                status: Status = "error" if reading.status == "error" else "empty"
                entries.append(Entry(index, written, "", 0.0, status, None))
                continue
            number = reading.numbers[place]
            entries.append(
                Entry(
                    index,
                    written,
                    comparable(number.text),
                    _bounded(number.confidence),
                    number.status,
                    answer.inputs[place] if place < len(answer.inputs) else None,
                    counts=written != "",
                )
            )
    sure = [entry for entry in entries if entry.status == "ok"]
    return entries, PageFigures(
        pages=len(labels),
        written=sum(entry.counts for entry in entries),
        read=sum(entry.prediction != "" for entry in entries),
        right=sum(entry.prediction == entry.label for entry in entries),
        sure=len(sure),
        sure_wrong=sum(entry.prediction != entry.label for entry in sure),
        rows=rows,
        rows_whole=rows_whole,
    )


def _bounded(confidence: float) -> float:
    """Returns a confidence in 0..1; float32 probabilities may come out a hair above."""
    return min(max(confidence, 0.0), 1.0)
