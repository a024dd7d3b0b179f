"""The reader: pictures in, readings out.

Every public verb meets in one way: picture → candidates → one model call → calibrate → decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import InkdigitsError, InvalidArrayError
from inkdigits.find.number import is_one_digit
from inkdigits.picture import sources as images
from inkdigits.readings import Expect, Number, Reading
from inkdigits.recognition import bundle as bundles
from inkdigits.recognition.answers import digit_answer, likelier, number_answer, softmax
from inkdigits.recognition.bundle import Bundle
from inkdigits.recognition.engine import Engine, OnnxEngine
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

    Args:
        digit_model: a bundle's folder; None for the one that ships with the package.
        number_model: the same for whole numbers. It is loaded with the first number.
        max_error: answers with a higher probability of being wrong are "unsure", 0..1; None for each
            bundle's own.
        threads: processor threads for the models; None for all cores.
        engine: what computes logits of digits; None for ONNX Runtime. A fake goes here in tests.
        number_engine: the same for numbers.

    Raises:
        BundleError: a model folder is missing, damaged, too new or of the other kind.
        InkdigitsError: ``max_error`` or ``threads`` is out of range.
    """

    def __init__(
        self,
        digit_model: str | Path | None = None,
        number_model: str | Path | None = None,
        *,
        max_error: float | None = None,
        threads: int | None = None,
        engine: Engine | None = None,
        number_engine: Engine | None = None,
    ) -> None:
        _check_risk(max_error)
        if threads is not None and threads < 1:
            raise InkdigitsError(f"threads is {threads!r}; expected 1 or more, or None for all cores")
        self.bundle: Bundle = bundles.load(
            bundles.SHIPPED_DIGIT if digit_model is None else digit_model, "digit"
        )
        self.max_error = self.bundle.max_error if max_error is None else max_error
        self._asked_error, self._threads = max_error, threads
        self._engine = OnnxEngine(self.bundle, threads) if engine is None else engine
        self._given_number_engine = number_engine
        self._number_model = bundles.SHIPPED_NUMBER if number_model is None else number_model
        if number_model is not None:
            _ = self.number_bundle  # a wrong folder is told at once

    @cached_property
    def number_bundle(self) -> Bundle:
        """The bundle that reads whole numbers."""
        return bundles.load(self._number_model, "number")

    @cached_property
    def _number_engine(self) -> Engine:
        return self._given_number_engine or OnnxEngine(self.number_bundle, self._threads)

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
        _check(expect)
        _check_risk(max_error)
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

        Raises:
            InkdigitsError: ``expect`` is unknown.
        """
        _check(expect)
        return self._read_each(sources, expect)

    def classify(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Names digits that are already in MNIST's convention, in one model call.

        Args:
            images: uint8 (N, 28, 28), 255 = ink.

        Returns:
            float32 (N, 10): calibrated probabilities; each row sums to 1.

        Raises:
            InvalidArrayError: another shape or dtype.
        """
        side = spec.DIGIT_SIDE
        if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (side, side):
            raise InvalidArrayError(
                f"classify got {images.dtype} of shape {images.shape}; expected uint8 (N, {side}, {side}) "
                "with 255 = ink; use read() for other pictures"
            )
        if len(images) == 0:
            return np.zeros((0, len(spec.DIGITS)), np.float32)
        return softmax(self._engine.logits(images) / self.bundle.temperature)

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
        answer, best = digit_answer(inputs, self.classify(np.stack([one.image for one in inputs])))
        risk = self.max_error if max_error is None else max_error
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
        risk = self.number_max_error if max_error is None else max_error
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
        risk = self.number_max_error if max_error is None else max_error
        sure = all(1 - one.confidence <= risk for one in numbers)
        reading = Reading(name, "ok" if sure else "unsure", text, confidence, numbers)
        return Seen(reading, tuple(one.image for line in lines for _, one in line))

    @property
    def number_max_error(self) -> float:
        """The risk above which numbers are unsure: the one asked for, or the number bundle's own."""
        return self.number_bundle.max_error if self._asked_error is None else self._asked_error

    def _looked_at(self, inputs: list[NumberInput]) -> tuple[list[NumberInput], list[Transcript]]:
        """Reads each input; those of which less was read than stands there, or not for sure, in two ways.

        Returns:
            The likelier way to see each, and what was read then.
        """
        inputs, transcripts = list(inputs), self._transcribe(inputs)
        sure = 1 - self.number_bundle.max_error
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
        """Reads each input, those of similar width in one model call."""
        from inkdigits.recognition.text import transcribe  # a picture of one digit need not wait for it

        order = sorted(range(len(inputs)), key=lambda index: inputs[index].image.shape[1])
        out: dict[int, Transcript] = {}
        for start in range(0, len(order), spec.NUMBERS_A_CALL):
            part = order[start : start + spec.NUMBERS_A_CALL]
            widths = [inputs[index].image.shape[1] for index in part]
            batch = np.zeros((len(part), spec.NUMBER_HEIGHT, max(widths)), np.uint8)
            for row, index in enumerate(part):
                batch[row, :, : widths[row]] = inputs[index].image
            frames = [width // spec.FRAME_WIDTH for width in widths]
            read = transcribe(self._number_engine.logits(batch), frames, self.number_bundle.temperature)
            out.update(zip(part, read, strict=True))
        return [out[index] for index in range(len(inputs))]


def read(source: images.Source, expect: Expect = "auto") -> Reading:
    """Reads one picture with a reader that is made once; see :meth:`Reader.read`."""
    return _shared_reader().read(source, expect)


@lru_cache(maxsize=1)
def _shared_reader() -> Reader:
    return Reader()


def _decide(name: str, answer: Number, max_error: float) -> Reading:
    status = "ok" if 1 - answer.confidence <= max_error else "unsure"
    return Reading(name, status, answer.text, answer.confidence, (answer,))


def _check_risk(max_error: float | None) -> None:
    if max_error is not None and not 0 <= max_error <= 1:
        raise InkdigitsError(f"max_error is {max_error!r}; expected a probability from 0 to 1")


def _check(expect: str) -> None:
    if expect not in get_args(Expect):
        raise InkdigitsError(f"expect is {expect!r}; expected one of {', '.join(get_args(Expect))}")
