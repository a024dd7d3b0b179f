"""The reader: pictures in, readings out.

Every public verb meets in one way: picture → candidates → one model call → calibrate → decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from os import PathLike
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.arguments import check_expect, check_risk, check_several, digits_of, model_of
from inkdigits.errors import InkdigitsError
from inkdigits.find.number import is_one_digit
from inkdigits.picture import sources as images
from inkdigits.readings import Expect, Number, Reading
from inkdigits.recognition.answers import digit_answer, likelier, number_answer
from inkdigits.recognition.bundle import Kind
from inkdigits.recognition.engine import check_threads
from inkdigits.recognition.model import Model
from inkdigits.recognition.prepare import NumberInput, digit_inputs, number_inputs, page_inputs, second_look

if TYPE_CHECKING:
    from inkdigits.recognition.text import Transcript

__all__ = ["Reader", "Seen", "read"]


class Seen(NamedTuple):
    """A reading together with what the model saw.

    Attributes:
        reading: the answer.
        inputs: for each of the reading's numbers, in the same order, the model's input that it was read from:
            uint8 (28, 28) for a digit, (32, W) for a number, 255 = ink.
    """

    reading: Reading
    inputs: tuple[NDArray[np.uint8], ...] = ()


class Reader:
    """Reads handwritten digits and numbers; make one and use it for many pictures.

    Threads can share it, and it pickles: its models travel as their bytes. The shipped models are loaded with
    the first picture that needs them.

    Args:
        digits: a model folder or a :class:`Model`; None for the one that ships with the package.
        numbers: the same for whole numbers.
        max_error: answers with a higher probability of being wrong are "unsure", 0..1, digits and numbers
            alike; None for each model's own.
        threads: processor threads, 1 to ``spec.MAX_THREADS``, of the models but those given as a
            :class:`Model`, and of OpenCV, for which the last reader that is made decides in the whole
            process; None for all cores. One picture is too little work for more than one.

    Raises:
        BundleError: a model folder is missing, damaged, too old or too new, or of the other kind.
        InkdigitsError: an argument is of another type or out of range.
    """

    def __init__(
        self,
        digits: str | PathLike[str] | Model | None = None,
        numbers: str | PathLike[str] | Model | None = None,
        *,
        max_error: float | None = None,
        threads: int | None = 1,
    ) -> None:
        self.max_error = max_error
        self._threads = check_threads(threads)
        self._models: dict[Kind, Model] = {}
        self._loading = Lock()
        given: dict[Kind, object] = {"digit": digits, "number": numbers}
        for kind, model in given.items():
            if model is not None:
                self._models[kind] = model_of(model, kind, self._threads)  # a wrong folder is refused at once
        if self._threads is not None:
            cv2.setNumThreads(self._threads)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the models, with their networks' bytes, and the settings."""
        make = partial(type(self), max_error=self.max_error, threads=self._threads)
        return make, (self.digits, self.numbers)

    @property
    def digits(self) -> Model:
        """The model that reads single digits."""
        return self._loaded("digit")

    @property
    def numbers(self) -> Model:
        """The model that reads whole numbers."""
        return self._loaded("number")

    @property
    def max_error(self) -> float | None:
        """The risk above which answers are "unsure", 0..1; None for each model's own. It can be set."""
        return self._max_error

    @max_error.setter
    def max_error(self, value: float | None) -> None:
        check_risk(value)
        self._max_error = None if value is None else float(value)

    def max_error_of(self, kind: Kind) -> float:
        """Returns the risk, 0..1, above which answers of a kind, "digit" or "number", are unsure."""
        return self._loaded(kind).bundle.max_error if self._max_error is None else self._max_error

    def read(self, source: images.Source, expect: Expect = "auto") -> Reading:
        """Reads one picture.

        Args:
            source: a path, bytes, a file object, a PIL image or a NumPy array (uint8, uint16, float
                0..1 or bool; H×W, H×W×3 or H×W×4).
            expect: what the picture holds: one "digit", one "number", a "page" of them anywhere, or "auto",
                which tells these apart.

        Returns:
            A reading with status "ok", "unsure" or "empty". A page is "ok" when each of its numbers is.

        Raises:
            SourceError: the source cannot be read as a picture.
            InkdigitsError: ``expect`` is unknown.
        """
        return self.see(source, expect).reading

    def see(self, source: images.Source, expect: Expect = "auto", *, max_error: float | None = None) -> Seen:
        """Reads one picture and shows what the model saw of it.

        Args:
            source: as for :meth:`read`.
            expect: as for :meth:`read`.
            max_error: in place of the reader's own for this picture, 0..1.

        Returns:
            The reading that :meth:`read` gives, with the model's input for each of its numbers.

        Raises:
            SourceError: the source cannot be read as a picture.
            InkdigitsError: ``expect`` is unknown, ``max_error`` out of range.
        """
        check_expect(expect)
        check_risk(max_error)
        picture, name = images.load(source), images.describe(source)
        if expect == "digit":
            return self._see_digit(name, picture, max_error)
        if expect == "number":
            return self._see_number(name, number_inputs(picture), max_error)
        if expect == "page":
            return self._see_page(name, page_inputs(picture), max_error)
        return self._see_unknown(name, picture, max_error)

    def read_many(self, sources: Iterable[images.Source], expect: Expect = "auto") -> Iterator[Reading]:
        """Reads many pictures, one reading a source in the same order.

        A source that cannot be read gives a reading with status "error"; nothing is raised for it.

        Args:
            sources: a list, a generator, an array of pictures (N, H, W) or (N, H, W, 3): what gives one
                source after another.
            expect: as for :meth:`read`.

        Raises:
            SourceError: ``sources`` is one source, or nothing that gives several.
            InkdigitsError: ``expect`` is unknown.
        """
        check_expect(expect)
        check_several(sources)
        return self._read_each(sources, expect)

    def classify(self, images: NDArray[np.uint8] | Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Names digits that are already in MNIST's convention, in one model call.

        Args:
            images: uint8 (N, 28, 28), 255 = ink; an array, or a list of arrays.

        Returns:
            float32 (N, 10): calibrated probabilities; each row sums to 1. A model with other labels than the
            ten digits gives a column for each.

        Raises:
            InvalidArrayError: another shape or dtype, or a masked array.
        """
        return self.digits.classify(digits_of(images))

    def _read_each(self, sources: Iterable[images.Source], expect: Expect) -> Iterator[Reading]:
        for source in sources:
            try:
                yield self.read(source, expect)
            except InkdigitsError as error:
                yield Reading(images.describe(source), "error", error=str(error))

    def _see_digit(self, name: str, picture: NDArray[np.uint8], max_error: float | None) -> Seen:
        inputs = digit_inputs(picture)
        if not inputs:
            return Seen(Reading(name, "empty"))
        answer, best = digit_answer(
            inputs, self.classify(np.stack([one.image for one in inputs])), self.digits.bundle.labels
        )
        risk = self.max_error_of("digit") if max_error is None else max_error
        return Seen(_decide(name, answer, risk), (inputs[best].image,))

    def _see_unknown(self, name: str, picture: NDArray[np.uint8], max_error: float | None) -> Seen:
        """Finds out what a picture holds, and reads it as such."""
        inputs = number_inputs(picture)
        if inputs and is_one_digit(inputs[0].crop, picture.shape[:2]):
            return self._see_digit(name, picture, max_error)
        if min(picture.shape[:2]) >= spec.PAGE_LEAST_SIDE:
            rows = page_inputs(picture)
            if len(rows) >= spec.PAGE_LEAST_ROWS:
                return self._see_page(name, rows, max_error)
        seen = self._see_number(name, inputs, max_error) if inputs else None
        # One digit beside pieces of others looks like a number until it is read; alone it is read better. A
        # bar beside it is no piece: if it was not read, the digit alone must not pass for a sure answer.
        number = seen and (len(seen.reading.text) > 1 or any(second_look(one) for one in inputs))
        return seen if seen and number else self._see_digit(name, picture, max_error)

    def _see_number(self, name: str, inputs: list[NumberInput], max_error: float | None) -> Seen:
        inputs, transcripts = self._looked_at(inputs)
        if not any(read.characters for read in transcripts):
            return Seen(Reading(name, "empty"))
        best = likelier(inputs, transcripts)
        answer = number_answer(inputs[best], transcripts[best])
        risk = self.max_error_of("number") if max_error is None else max_error
        return Seen(_decide(name, answer, risk), (inputs[best].image,))

    def _see_page(self, name: str, rows: list[list[NumberInput]], max_error: float | None) -> Seen:
        inputs, transcripts = self._looked_at([one for row in rows for one in row])
        answers = (number_answer(*pair) for pair in zip(inputs, transcripts, strict=True))
        found = iter(zip(answers, inputs, strict=True))
        lines = [[next(found) for _ in row] for row in rows]
        # What the model makes nothing of was a word, a drawing or dirt.
        least = spec.PAGE_LEAST_CONFIDENCE
        lines = [[pair for pair in line if pair[0].text and pair[0].confidence >= least] for line in lines]
        numbers = tuple(answer for line in lines for answer, _ in line)
        if not numbers:
            return Seen(Reading(name, "empty"))
        text = "\n".join(" ".join(answer.text for answer, _ in line) for line in lines if line)
        confidence = float(np.prod([one.confidence for one in numbers]))
        risk = self.max_error_of("number") if max_error is None else max_error
        sure = all(1 - one.confidence <= risk for one in numbers)
        reading = Reading(name, "ok" if sure else "unsure", text, confidence, numbers)
        return Seen(reading, tuple(one.image for line in lines for _, one in line))

    def _looked_at(self, inputs: list[NumberInput]) -> tuple[list[NumberInput], list[Transcript]]:
        """Reads each input; those of which less was read than stands there, or not for sure, in two ways.

        Returns:
            The likelier way to see each, and what was read then.
        """
        inputs, transcripts = list(inputs), self._transcribe(inputs)
        sure = 1 - self.numbers.bundle.max_error
        again: dict[int, NumberInput] = {}
        for index, (one, read) in enumerate(zip(inputs, transcripts, strict=True)):
            if len(read.characters) < one.crop.groups or read.probability < sure:
                other = second_look(one)
                if other is not None:
                    again[index] = other
        for (index, other), read in zip(again.items(), self._transcribe(list(again.values())), strict=True):
            first = transcripts[index]
            if likelier([inputs[index], other], [first, read]):
                inputs[index], transcripts[index] = other, read
            elif len(first.characters) < other.crop.groups:
                # A bar was left out: as sure as the less sure look.
                least = min(first.probability, read.probability)
                transcripts[index] = replace(first, probability=least)
        return inputs, transcripts

    def _transcribe(self, inputs: list[NumberInput]) -> list[Transcript]:
        """Reads each input."""
        return self.numbers.transcribe([one.image for one in inputs])

    def _loaded(self, kind: Kind) -> Model:
        """Returns the model of a kind; whichever thread asks first loads it."""
        model = self._models.get(kind)
        if model is None:
            with self._loading:
                model = self._models.get(kind) or Model.shipped(kind, threads=self._threads)
                self._models[kind] = model
        return model


def read(source: images.Source, expect: Expect = "auto") -> Reading:
    """Reads one picture with a reader that is made once; see :meth:`Reader.read`."""
    return _shared_reader().read(source, expect)


@lru_cache(maxsize=1)
def _shared_reader() -> Reader:
    return Reader()


def _decide(name: str, answer: Number, max_error: float) -> Reading:
    status = "ok" if 1 - answer.confidence <= max_error else "unsure"
    return Reading(name, status, answer.text, answer.confidence, (answer,))
