"""A reader over a labelled set: what it answered, how sure it was, and where it was most wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError, InkdigitsError
from inkdigits.measure.mistakes import count_mistakes
from inkdigits.measure.scoring import Confusion, Score, confusion_matrix, score
from inkdigits.picture import sources as images
from inkdigits.readings import Expect, Reading, Status
from inkdigits.recognition.bundle import Kind
from inkdigits.recognition.prepare import digit_inputs, number_inputs
from inkdigits.spec import DIGITS, NUMBER_LABELS

if TYPE_CHECKING:
    from inkdigits.data.datasets import Dataset

__all__ = ["DigitReader", "Evaluation", "Mistake", "check", "evaluate"]

BATCH = 256  # pictures a call of the model; larger ones are no faster on two cores
MAX_MISTAKES = 24  # shown in a report: enough to see a pattern, few enough to be looked at one by one
MAX_UNREAD = 12  # pictures without an answer that are shown

Progress = Callable[[int], object]  # called with how many more pictures are done


class DigitReader(Protocol):
    """What an evaluation needs of a reader; :class:`inkdigits.Reader` is one, a test's fake another."""

    def max_error_of(self, kind: Kind) -> float:
        """Returns the highest probability of being wrong, 0..1, of an answer of a kind with status "ok"."""
        ...

    def classify(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns calibrated probabilities (N, 10) of images (N, 28, 28) in MNIST's convention."""
        ...

    def read_many(self, sources: Iterable[Any], expect: Expect = "auto") -> Iterator[Reading]:
        """Yields one reading a source, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture that was answered wrongly or not at all.

    Attributes:
        index: its position in the set, from 0.
        label: the truth.
        prediction: the answer; "" for none.
        confidence: the answer's calibrated probability, 0..1.
        status: the reading's status.
        source: the path or array that was read; None where the model got the set's own image.
        model_input: uint8 (28, 28) or, of a number, (32, W), 255 = ink; what the model saw; None for nothing.
        error: why it could not be read; None unless ``status`` is "error".
    """

    index: int
    label: str
    prediction: str
    confidence: float
    status: Status
    source: Any
    model_input: NDArray[np.uint8] | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A reader's answers to one set, and what they are worth.

    Attributes:
        score: the figures.
        sha256: hash of the set's content.
        labels: the truth, one a picture; of numbers with ``.`` for a comma.
        predictions: the answers; "" where there is none.
        confidences: float64 (n,) in 0..1; 0 where there is no answer.
        statuses: "ok", "unsure", "empty" or "error".
        confusion: how often each label got each answer; of numbers how often each character got each, where
            as many characters were read as are written.
        mistakes: the most confident wrong answers, the worst first.
        unread: the first pictures that got no answer.
        first_error: why the first picture that could not be read failed; None if all could.
        kind: what the set holds.
        digits_only: of a set of numbers the figures of those without sign or separator, if others are there.
    """

    score: Score
    sha256: str
    labels: tuple[str, ...]
    predictions: tuple[str, ...]
    confidences: NDArray[np.float64]
    statuses: tuple[Status, ...]
    confusion: Confusion
    mistakes: tuple[Mistake, ...]
    unread: tuple[Mistake, ...]
    first_error: str | None = None
    digits_only: Score | None = None
    kind: Kind = "digit"

    @property
    def mistakes_by_kind(self) -> dict[str, int]:
        """How many numbers are wrong in which way, by :data:`inkdigits.measure.mistakes.KINDS`."""
        return count_mistakes(self.labels, self.predictions)

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Which answers are right, bool (n,)."""
        return np.array(
            [p == t and p != "" for t, p in zip(self.labels, self.predictions, strict=True)], dtype=bool
        )


def evaluate(reader: DigitReader, dataset: Dataset, *, progress: Progress | None = None) -> Evaluation:
    """Reads every picture of a set and scores the answers.

    Images in MNIST's convention go straight to the model; all others take the whole way that a user's
    picture takes. A set with a label of several characters is one of numbers: the whole text has to be right,
    a comma and a point are the same. A picture without ink or one that cannot be read counts as wrong, with
    confidence 0.

    Args:
        reader: the reader to measure.
        dataset: the set; labels that are no digits stand for pictures to be rejected.
        progress: called with the number of pictures done since the last call.

    Raises:
        DataError: the set is empty.
    """
    check(dataset)
    done = progress or _silent
    numbers = _holds_numbers(dataset)
    expect: Expect = "number" if numbers else "digit"
    labels = tuple(label.replace(",", ".") for label in dataset.labels) if numbers else dataset.labels
    started = time.perf_counter()
    one_model_call = dataset.normalised and not numbers
    readings = list(
        _classify(reader, dataset, done) if one_model_call else _read(reader, dataset, expect, done)
    )
    seconds = time.perf_counter() - started

    predictions = tuple(reading.text for reading in readings)
    # Float32 probabilities may come out a hair above 1.
    confidences = np.clip([reading.confidence for reading in readings], 0.0, 1.0).astype(np.float64)
    statuses: tuple[Status, ...] = tuple(reading.status for reading in readings)
    result = score(dataset.name, labels, predictions, confidences, statuses, seconds=seconds)
    plain = [index for index, label in enumerate(labels) if label.isdigit()]
    digits_only = None
    if numbers and 0 < len(plain) < len(labels):
        digits_only = score(
            f"{dataset.name}, digits only",
            [labels[index] for index in plain],
            [predictions[index] for index in plain],
            confidences[plain],
            [statuses[index] for index in plain],
        )

    def mistake(index: int) -> Mistake:
        picture: Any = dataset.images[index]
        return Mistake(
            index=index,
            label=labels[index],
            prediction=predictions[index],
            confidence=float(confidences[index]),
            status=statuses[index],
            source=None if one_model_call else picture,
            model_input=picture if one_model_call else _model_input(reader, picture, readings[index], expect),
            error=readings[index].error,
        )

    wrong = [i for i, text in enumerate(predictions) if text and text != labels[i]]
    worst = sorted(wrong, key=lambda i: (-confidences[i], i))[:MAX_MISTAKES]
    silent = [i for i, text in enumerate(predictions) if not text][:MAX_UNREAD]
    return Evaluation(
        score=result,
        sha256=dataset.sha256,
        labels=labels,
        predictions=predictions,
        confidences=confidences,
        statuses=statuses,
        confusion=confusion_matrix(*_characters(labels, predictions) if numbers else (labels, predictions)),
        mistakes=tuple(mistake(i) for i in worst),
        unread=() if result.to_reject else tuple(mistake(i) for i in silent),
        first_error=next((reading.error for reading in readings if reading.status == "error"), None),
        digits_only=digits_only,
        kind="number" if numbers else "digit",
    )


def _holds_numbers(dataset: Dataset) -> bool:
    """Tells a set of whole numbers from one of digits or of other signs."""
    return any(len(label) > 1 and set(label) & set(DIGITS) for label in dataset.labels)


def _characters(labels: Sequence[str], predictions: Sequence[str]) -> tuple[list[str], list[str]]:
    """Returns the characters of the numbers of which as many were read as are written."""
    pairs = [
        pair
        for label, text in zip(labels, predictions, strict=True)
        if len(label) == len(text)
        for pair in zip(label, text, strict=True)
    ]
    return [written for written, _ in pairs], [read for _, read in pairs]


def _silent(count: int) -> None:
    """Shows no progress."""


def check(dataset: Dataset) -> None:
    """Raises DataError if a set cannot be evaluated: it is empty, or a number has other signs than digits."""
    if not len(dataset):
        raise DataError(f"the set {dataset.name} is empty, expected labelled pictures; give another --data")
    if not _holds_numbers(dataset):
        return
    for label in dataset.labels:
        if not label or set(label.replace(",", ".")) - set(NUMBER_LABELS):
            raise DataError(
                f"the set {dataset.name} has the label {label!r} beside whole numbers, expected the "
                f"characters {NUMBER_LABELS} and the comma; mend that label or leave the picture out"
            )


def _classify(reader: DigitReader, dataset: Dataset, done: Progress) -> Iterator[Reading]:
    """Yields a reading for each image that is model input already."""
    digits: NDArray[np.uint8] = np.asarray(dataset.images)
    for start in range(0, len(digits), BATCH):
        probabilities = reader.classify(digits[start : start + BATCH])
        done(len(probabilities))
        for row in probabilities:
            best = int(row.argmax())
            confidence = float(row[best])
            status: Status = "ok" if 1 - confidence <= reader.max_error_of("digit") else "unsure"
            yield Reading(source="<array>", status=status, text=DIGITS[best], confidence=confidence)


def _read(reader: DigitReader, dataset: Dataset, expect: Expect, done: Progress) -> Iterator[Reading]:
    """Yields a reading for each picture that has to be prepared first."""
    for reading in reader.read_many(dataset.images, expect=expect):
        done(1)
        yield reading


def _model_input(
    reader: DigitReader, source: Any, reading: Reading, expect: Expect
) -> NDArray[np.uint8] | None:
    """Returns what the model saw of a picture, (28, 28) or (32, W): of several ways the one it chose."""
    try:
        picture = images.load(source)
    except InkdigitsError:  # the reading already says why it cannot be read
        return None
    if expect == "number":
        seen = number_inputs(picture)
        boxes = [number.box for number in reading.numbers]
        return next((one.image for one in seen if one.box in boxes), seen[0].image if seen else None)
    inputs = digit_inputs(picture)
    if not inputs:
        return None
    if reading.text not in set(DIGITS):
        return inputs[0].image
    # A reading does not name its input, but only that one gives its very answer.
    probabilities = reader.classify(np.stack([one.image for one in inputs]))[:, DIGITS.index(reading.text)]
    return inputs[int(np.abs(probabilities - reading.confidence).argmin())].image
