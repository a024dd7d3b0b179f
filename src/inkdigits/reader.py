"""The reader: pictures in, readings out.

Every public verb meets in one way: load → sheet → ink, once → find → read → decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from os import PathLike
from threading import Lock
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.arguments import check_expect, check_risk, check_several, digits_of, model_of
from inkdigits.errors import InkdigitsError
from inkdigits.find.kind import find
from inkdigits.ink.shades import Inks
from inkdigits.picture import sources as images
from inkdigits.picture.sheet import Sheet, find_sheet
from inkdigits.readings import Expect, Number, Reading
from inkdigits.recognition.bundle import Kind
from inkdigits.recognition.decision import decide
from inkdigits.recognition.engine import check_threads
from inkdigits.recognition.interpret import Rows, interpret
from inkdigits.recognition.model import Model

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
            A reading with status "ok", "unsure" or "empty". A page is "ok" when each of its numbers is;
            its confidence is that of the least sure one.

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
        sheet = find_sheet(picture) if expect in ("auto", "page") else None
        flat = picture if sheet is None else sheet.picture
        found = find(Inks(flat), expect, cropped=sheet is None)
        rows = interpret(found, flat.shape, self)
        if sheet is not None:
            rows = [
                [(_on_source(number, sheet, picture.shape), image) for number, image in row] for row in rows
            ]
        if not rows:
            return Seen(Reading(name, "empty"))
        if max_error is None:
            max_error = self.max_error_of("digit" if found.kind == "digit" else "number")
        return _decided(name, rows, max_error)

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
            float32 (N, 10): calibrated probabilities of the digits 0 to 9. Each row sums to 1, or, of a model
            that knows what is no digit, to less: what is missing is the probability that it is none. A model
            that does not know all ten gives a column for each digit or sign that it knows, in its order.

        Raises:
            InvalidArrayError: another shape or dtype, or a masked array.
        """
        chances, labels = self.digits.classify(digits_of(images)), self.digits.bundle.labels
        known = spec.DIGITS if set(spec.DIGITS) <= set(labels) else labels.replace(spec.OTHER, "")
        return chances if known == labels else chances[:, [labels.index(value) for value in known]]

    def _read_each(self, sources: Iterable[images.Source], expect: Expect) -> Iterator[Reading]:
        for source in sources:
            try:
                yield self.read(source, expect)
            except InkdigitsError as error:
                yield Reading(images.describe(source), "error", error=str(error))

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


def _decided(name: str, rows: Rows, max_error: float) -> Seen:
    """Decides how sure what was read is, and puts it together."""
    numbers = tuple(_with_status(number, max_error) for row in rows for number, _ in row)
    text = "\n".join(" ".join(number.text for number, _ in row) for row in rows)
    confidence = min(number.confidence for number in numbers)
    reading = Reading(name, decide(confidence, max_error), text, confidence, numbers)
    return Seen(reading, tuple(image for row in rows for _, image in row))


def _with_status(number: Number, max_error: float) -> Number:
    digits = tuple(replace(digit, status=decide(digit.confidence, max_error)) for digit in number.digits)
    return replace(number, digits=digits, status=decide(number.confidence, max_error))


def _on_source(number: Number, sheet: Sheet, shape: tuple[int, ...]) -> Number:
    """Returns a number of a straightened sheet with its boxes in the picture, (H, W), that holds it."""
    digits = tuple(replace(digit, box=sheet.box(digit.box, shape)) for digit in number.digits)
    return replace(number, box=sheet.box(number.box, shape), digits=digits)
