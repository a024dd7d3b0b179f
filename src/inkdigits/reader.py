"""The reader: pictures in, readings out.

Every public verb meets in one way: load → sheet → ink, once → find → read → decide → tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from os import PathLike
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits import arguments, spec
from inkdigits.many import read_each
from inkdigits.picture import sources as images
from inkdigits.readings import Expect, Reading
from inkdigits.recognition.bundle import Kind, versions
from inkdigits.recognition.decision import accepted_risk, decided
from inkdigits.recognition.engine import check_threads
from inkdigits.recognition.model import Model
from inkdigits.recognition.whole import FOUND, Whole, read_whole

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language
    from inkdigits.recognition.second import SecondReader

__all__ = ["Reader", "Seen", "read"]


class Seen(NamedTuple):
    """A reading together with what the model saw.

    Attributes:
        reading: the answer.
        inputs: the model's input for each of the reading's numbers: uint8 (28, 28) or (32, W), 255 = ink.
    """

    reading: Reading
    inputs: tuple[NDArray[np.uint8], ...] = ()


class Reader:
    """Reads handwritten digits and numbers; make one and use it for many pictures.

    Threads can share it, and it pickles with its models. The shipped ones are loaded when first needed.

    Args:
        digits: a model folder or a :class:`Model`; None for the one that ships with the package.
        numbers: the same for whole numbers.
        finder: the same for marks, which finds what is on pages.
        max_error: the share of the sure answers that may be wrong, None for each model's own.
        second: who reads unsure numbers again: "rapidocr", or what has its method ``read``; None: nobody.
        threads: processor threads, 1 to ``spec.MAX_THREADS``, of models given as folders, and of OpenCV, for
            which the last reader that is made decides in the process; None for all cores.

    Raises:
        BundleError: a model folder is missing, damaged, too old or too new, or of the other kind.
        MissingExtraError: the second reader is not installed.
        InkdigitsError: an argument is of another type or out of range.
    """

    def __init__(
        self,
        digits: str | PathLike[str] | Model | None = None,
        numbers: str | PathLike[str] | Model | None = None,
        finder: str | PathLike[str] | Model | None = None,
        *,
        max_error: float | None = None,
        second: str | SecondReader | None = None,
        threads: int | None = 1,
    ) -> None:
        self.max_error = max_error
        self._second = arguments.second_of(second)
        self._threads = check_threads(threads)
        self._models: dict[Kind, Model] = {}
        self._loading = Lock()
        given: dict[Kind, object] = {"digit": digits, "number": numbers, "finder": finder}
        for kind, model in given.items():
            if model is not None:  # a wrong folder is refused at once
                self._models[kind] = arguments.model_of(model, kind, self._threads)
        if self._threads is not None:
            cv2.setNumThreads(self._threads)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles the models, with their networks' bytes, and the settings."""
        make = partial(type(self), max_error=self.max_error, second=self._second, threads=self._threads)
        return make, (self.digits, self.numbers, self.finder)

    @property
    def digits(self) -> Model:
        """The model that reads single digits."""
        return self._loaded("digit")

    @property
    def numbers(self) -> Model:
        """The model that reads whole numbers."""
        return self._loaded("number")

    @property
    def finder(self) -> Model:
        """The model that finds marks."""
        return self._loaded("finder")

    @property
    def version(self) -> str:
        """Which models read: ``digit=ab12cd34 number=… finder=…``, the start of each network's SHA-256."""
        return versions({kind: model.bundle for kind, model in self._models.items()})

    @property
    def max_error(self) -> float | None:
        """The share of sure answers that may be wrong, 0..1; None for each model's own. It can be set."""
        return self._max_error

    @max_error.setter
    def max_error(self, value: float | None) -> None:
        self._max_error = arguments.check_risk(value)

    def max_error_of(self, kind: Kind) -> float:
        """Returns the risk, 1 - confidence, above which answers of a kind, digit or number, are unsure."""
        return self._accepted(kind, None)

    def read(
        self,
        source: images.Source,
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
        max_error: float | None = None,
    ) -> Reading:
        r"""Reads one picture.

        Args:
            source: a path, bytes, a file object, a PIL image or a NumPy array (uint8, uint16, float
                0..1 or bool; H×W, H×W×3 or H×W×4).
            expect: what the picture holds: one "digit", one "number", a "page" of them anywhere, or "auto",
                which tells these apart.
            allowed: the characters that may stand there, written as within the brackets of an expression,
                such as "0-9."; None for all.
            pattern: a Python regular expression that the text of each number matches as a whole, such as
                ``r"\d{2}/\d{2}/\d{4}"``; None for any text. The answer is the likeliest text that fits both;
                where another that does not was far likelier, it is "unsure".
            max_error: in place of the reader's own for this picture, 0..1.

        Returns:
            A reading with status "ok", "unsure" or "empty"; of a page by its least sure number.

        Raises:
            SourceError: the source cannot be read as a picture.
            ConfigError: ``allowed`` or ``pattern`` is invalid or too large, or the models can answer no text
                that fits.
            MissingExtraError: ``pattern`` needs a library that is not installed.
            InkdigitsError: ``expect`` is unknown, ``max_error`` out of range.
        """
        return self.see(source, expect, allowed=allowed, pattern=pattern, max_error=max_error).reading

    def see(
        self,
        source: images.Source,
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
        max_error: float | None = None,
    ) -> Seen:
        """Reads one picture and shows what the model saw of it; else as :meth:`read`."""
        arguments.check_risk(max_error)
        whole = self.answered(source, expect, allowed=allowed, pattern=pattern)
        found = expect in FOUND and not whole.single
        model = None if whole.single or not whole.rows else self.finder if found else self.numbers
        read, tables = whole.weighed(model and model.bundle), None
        if expect == "page" or len(read.flat) > 1:
            from inkdigits.tables.sheet_tables import in_cells  # one number need not wait for it

            read, tables = in_cells(read, whole.inks, as_read=bool(allowed or pattern))
        reading = Reading(images.describe(source), "empty")
        if read.rows:
            risk = self._accepted("digit" if whole.single else "number", max_error, found=found)
            if self._second is not None:
                from inkdigits.recognition.second import read_again  # most readers are alone

                read = read_again(read, whole.inks.picture, self._second, risk)
            reading = decided(reading.source, read.rows, risk)
        return Seen(tables.told_in(reading, whole.place) if tables else reading, read.inputs)

    def answered(
        self,
        source: images.Source,
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
    ) -> Whole:
        """Reads a picture without weighing how sure its numbers are; else as :meth:`read`."""
        arguments.check_expect(expect)
        language = self.language(expect, allowed, pattern)  # what is wrong with them is told first
        return read_whole(images.load(source), self, expect, language)

    def read_many(
        self,
        sources: Iterable[images.Source],
        expect: Expect = "auto",
        *,
        allowed: str | None = None,
        pattern: str | None = None,
        max_error: float | None = None,
        jobs: int = 1,
        timeout: float | None = None,
    ) -> Iterator[Reading]:
        """Reads many pictures, one reading a source in the same order.

        A source that cannot be read gives a reading with status "error"; nothing is raised for it.

        Args:
            sources: a list, a generator, an array of pictures (N, H, W) or (N, H, W, 3): what gives one
                source after another.
            expect: as for :meth:`read`, as are ``allowed``, ``pattern`` and ``max_error``.
            allowed: what may stand there.
            pattern: the same.
            max_error: as the reader's own.
            jobs: processes that read; 0 for one a core. Each has the models, and the reader's threads.
            timeout: seconds after which a source is given up, with the process that reads it; None: never.

        Raises:
            SourceError: ``sources`` is one source, or nothing that gives several.
            InkdigitsError: an argument is invalid, as for :meth:`read`.
        """
        arguments.check_expect(expect)
        arguments.check_risk(max_error)
        arguments.check_several(sources)
        self.language(expect, allowed, pattern)
        read = partial(self.read, expect=expect, allowed=allowed, pattern=pattern, max_error=max_error)
        return read_each(sources, read, jobs=jobs, timeout=timeout)

    def language(
        self, expect: Expect = "auto", allowed: str | None = None, pattern: str | None = None
    ) -> Language | None:
        """Returns the texts that fit, checked against what the models can answer; None for all.

        Raises:
            InkdigitsError: as for :meth:`read`.
        """
        language = arguments.language_from(allowed, pattern)
        if language is not None and expect == "digit":
            language.single(self.digits.bundle.labels)
        elif language is not None:
            language.over(self.numbers.bundle.labels)
        return language

    def classify(self, images: NDArray[np.uint8] | Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Names digits that are already in MNIST's convention, in one model call.

        Args:
            images: uint8 (N, 28, 28), 255 = ink; an array, or a list of arrays.

        Returns:
            float32 (N, 10): calibrated probabilities of the digits 0 to 9; a row's sum is less than 1 by how
            likely it is none. A model that does not know all ten gives a column for each that it knows.

        Raises:
            InvalidArrayError: another shape or dtype, or a masked array.
        """
        chances, labels = self.digits.classify(arguments.digits_of(images)), self.digits.bundle.labels
        known = spec.DIGITS if set(spec.DIGITS) <= set(labels) else labels.replace(spec.OTHER, "")
        return chances if known == labels else chances[:, [labels.index(value) for value in known]]

    def _accepted(self, kind: Kind, stated: float | None, *, found: bool = False) -> float:
        """Returns the risk up to which an answer is sure, where a share of the sure ones may be wrong."""
        stated = self._max_error if stated is None else stated
        return accepted_risk(self._loaded(kind).bundle, self.finder.bundle if found else None, stated)

    def _loaded(self, kind: Kind) -> Model:
        """Returns the model of a kind; whichever thread asks first loads it."""
        if kind not in self._models:
            with self._loading:
                model = self._models.get(kind) or Model.shipped(kind, threads=self._threads)
                self._models[kind] = model
        return self._models[kind]


def read(
    source: images.Source,
    expect: Expect = "auto",
    *,
    allowed: str | None = None,
    pattern: str | None = None,
    max_error: float | None = None,
) -> Reading:
    """Reads one picture with a reader that is made once; see :meth:`Reader.read`."""
    return _shared_reader().read(source, expect, allowed=allowed, pattern=pattern, max_error=max_error)


@lru_cache(maxsize=1)
def _shared_reader() -> Reader:
    return Reader()
