"""What an evaluation found: the figures of a set, its answers and its worst mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.labelled import Known
from inkdigits.measure.mistakes import count_mistakes
from inkdigits.measure.pages import PageFigures
from inkdigits.measure.scoring import Confusion, Score, right_answers
from inkdigits.readings import Status
from inkdigits.recognition.bundle import Kind

__all__ = ["Evaluation", "Expectation", "KindScore", "Mistake"]

Expectation = Known | Literal["mixed", "auto"]
"""What a reader is told that the pictures of a set hold; mixed: of each something else."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A picture, or a number of a page, that was answered wrongly or not at all.

    Attributes:
        index: the picture's position in the set, from 0.
        label: the truth; "" where nothing is to be read.
        prediction: the answer; "" for none.
        confidence: the answer's calibrated probability, 0..1.
        status: the answer's status.
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
class KindScore:
    """How those of one kind were read: pictures, or of pages the numbers.

    Attributes:
        n: how many.
        correct: right ones.
        sure_wrong: sure ones that are wrong.
    """

    n: int
    correct: int
    sure_wrong: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A reader's answers to one set, and what they are worth.

    The sequences have one entry a picture, or, of a set of pages, one a number: those that are written, and
    those that were read where nothing is.

    Attributes:
        score: the figures.
        sha256: hash of the set's content.
        labels: the truth; of numbers with ``.`` for a comma.
        predictions: the answers; "" where there is none.
        confidences: float64 (n,) in 0..1; 0 where there is no answer.
        statuses: "ok", "unsure", "empty" or "error".
        confusion: how often each label got each answer; of numbers how often each character got each, where
            as many characters were read as are written.
        mistakes: the most confident wrong answers, the worst first.
        unread: the first pictures that got no answer.
        first_error: why the first picture that could not be read failed; None if all could.
        digits_only: of a set of numbers the figures of those without sign or separator, if others are there.
        holds: what the set's pictures hold; "mixed" if not all the same.
        expect: what the reader was told: that, or "auto".
        auto: the answers that the reader gave when it was told nothing; None if it was not asked so.
        pages: of a set of pages, how well they were read as such.
        by_kind: the figures of each kind of picture, for a set that tells them.
        learned: how many of the pictures a model that answers has learned from; None where not known.
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
    holds: Expectation = "digit"
    expect: Expectation = "digit"
    auto: Evaluation | None = None
    pages: PageFigures | None = None
    by_kind: dict[str, KindScore] = field(default_factory=dict[str, KindScore])
    learned: int | None = None

    @property
    def mistakes_by_kind(self) -> dict[str, int]:
        """How many numbers are wrong in which way, by :data:`inkdigits.measure.mistakes.KINDS`."""
        return count_mistakes(self.labels, self.predictions)

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Which answers are right, bool (n,)."""
        return right_answers(self.labels, self.predictions, self.statuses)

    @property
    def models(self) -> set[Kind]:
        """The kinds of model that answered."""
        both: set[Kind] = {"digit", "number"}
        expectations: set[Expectation] = {self.expect, "auto"} if self.auto else {self.expect}
        if expectations & {"auto", "mixed"}:
            return both
        return {"digit"} if self.expect == "digit" else {"number"}
