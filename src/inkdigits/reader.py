"""The reader: pictures in, readings out.

Every public verb meets in one way: load → sheet → ink, once → find → read → decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import InkdigitsError, InvalidArrayError
from inkdigits.find.characters import Apart, characters_apart
from inkdigits.find.kind import DigitFound, Kind, NumbersFound, find
from inkdigits.ink.shades import Inks
from inkdigits.picture import sources as images
from inkdigits.picture.sheet import Sheet, find_sheet
from inkdigits.readings import Expect, Number, Reading
from inkdigits.recognition import bundle as bundles
from inkdigits.recognition.agreement import agreed
from inkdigits.recognition.answers import digit_answer, frames_of, likelier, number_answer, softmax
from inkdigits.recognition.bundle import Bundle
from inkdigits.recognition.decision import decide
from inkdigits.recognition.engine import Engine, OnnxEngine
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.prepare import NumberInput, inputs_of_digit, inputs_of_numbers

if TYPE_CHECKING:
    from inkdigits.recognition.text import Transcript

__all__ = ["Reader", "Seen", "read"]

_Rows: TypeAlias = list[list[tuple[Number, NDArray[np.uint8]]]]
"""What was read, row by row, each number with the model's input that it was read from."""


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
        sheet = find_sheet(picture) if expect in ("auto", "page") else None
        flat = picture if sheet is None else sheet.picture
        found = find(Inks(flat), expect)
        if found.kind == "digit":
            pairs = self._read_digit(found, flat.shape)
        elif found.kind == "number":
            pairs = self._read_number(found, flat.shape)
        else:
            pairs = self._read_page(found, flat.shape)
        if sheet is not None:
            pairs = [
                [(_on_source(number, sheet, picture.shape), image) for number, image in row] for row in pairs
            ]
        risk = self._risk_of(found.kind) if max_error is None else max_error
        return _seen(name, pairs, risk)

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

    def _read_digit(self, found: DigitFound, shape: tuple[int, ...]) -> _Rows:
        inputs = inputs_of_digit(found, shape)
        if not inputs:
            return []
        answer, best = digit_answer(inputs, self.classify(np.stack([way.image for way in inputs])))
        return [[(answer, inputs[best].image)]]

    def _read_number(self, found: NumbersFound, shape: tuple[int, ...]) -> _Rows:
        """Reads one number in each of the ways to see it, and keeps the likeliest."""
        inputs = [way for row in inputs_of_numbers(found, shape) for way in row]
        transcripts = self._read_numbers(inputs)
        if not any(read.characters for read in transcripts):
            return []
        best = likelier(inputs, transcripts)
        return [[(number_answer(inputs[best], transcripts[best]), inputs[best].image)]]

    def _read_page(self, found: NumbersFound, shape: tuple[int, ...]) -> _Rows:
        rows = inputs_of_numbers(found, shape)
        transcripts = iter(self._read_numbers([number for row in rows for number in row]))
        answers = [[(number_answer(seen, next(transcripts)), seen.image) for seen in row] for row in rows]
        # What the model makes nothing of was a word, a drawing or dirt.
        least = spec.PAGE_LEAST_CONFIDENCE
        kept = [[pair for pair in row if pair[0].text and pair[0].confidence >= least] for row in answers]
        return [row for row in kept if row]

    def _risk_of(self, kind: Kind) -> float:
        return self.max_error if kind == "digit" else self.number_max_error

    @property
    def number_max_error(self) -> float:
        """The risk above which numbers are unsure: the one asked for, or the number bundle's own."""
        return self.number_bundle.max_error if self._asked_error is None else self._asked_error

    def _read_numbers(self, inputs: list[NumberInput]) -> list[Transcript]:
        """Reads each input, and hears the digit model on the characters that stand apart."""
        transcripts = self._transcribe(inputs)
        heard = [bool(read.characters) and read.probability < spec.DIGIT_MODEL_HEARD for read in transcripts]
        apart = [
            characters_apart(seen.crop.ink) if doubt else Apart([], marks=False)
            for seen, doubt in zip(inputs, heard, strict=True)
        ]
        images = [normalize_digit(character.ink) for one in apart for character in one.characters]
        if not images:
            return transcripts
        chances = self.classify(np.stack(images))
        starts = np.cumsum([0, *(len(one.characters) for one in apart)])
        return [
            agreed(read, seen.crop, parts, chances[start:stop], frames_of(seen))
            for read, seen, parts, (start, stop) in zip(
                transcripts, inputs, apart, pairwise(starts), strict=True
            )
        ]

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


def _seen(name: str, rows: _Rows, max_error: float) -> Seen:
    """Decides how sure what was read is, and puts it together."""
    decided = [[(_decided(number, max_error), image) for number, image in row] for row in rows]
    numbers = tuple(number for row in decided for number, _ in row)
    if not numbers:
        return Seen(Reading(name, "empty"))
    text = "\n".join(" ".join(number.text for number, _ in row) for row in decided)
    confidence = min(number.confidence for number in numbers)
    reading = Reading(name, decide(confidence, max_error), text, confidence, numbers)
    return Seen(reading, tuple(image for row in decided for _, image in row))


def _decided(number: Number, max_error: float) -> Number:
    digits = tuple(replace(digit, status=decide(digit.confidence, max_error)) for digit in number.digits)
    return replace(number, digits=digits, status=decide(number.confidence, max_error))


def _on_source(number: Number, sheet: Sheet, shape: tuple[int, ...]) -> Number:
    """Returns a number of a straightened sheet with its boxes in the picture, (H, W), that holds it."""
    digits = tuple(replace(digit, box=sheet.box(digit.box, shape)) for digit in number.digits)
    return replace(number, box=sheet.box(number.box, shape), digits=digits)


def _check_risk(max_error: float | None) -> None:
    if max_error is not None and not 0 <= max_error <= 1:
        raise InkdigitsError(f"max_error is {max_error!r}; expected a probability from 0 to 1")


def _check(expect: str) -> None:
    if expect not in get_args(Expect):
        raise InkdigitsError(f"expect is {expect!r}; expected one of {', '.join(get_args(Expect))}")
