"""The reader: pictures in, readings out.

Every public verb meets in one way: picture → candidates → one model call → calibrate → decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import cast, get_args

import numpy as np
from numpy.typing import NDArray

from inkdigits import bundle as bundles
from inkdigits import images, spec
from inkdigits.bundle import Bundle
from inkdigits.engine import Engine, OnnxEngine
from inkdigits.errors import InkdigitsError, InvalidArrayError
from inkdigits.prepare import DigitInput, digit_inputs
from inkdigits.readings import Digit, Expect, Number, Reading

__all__ = ["Reader", "read"]


class Reader:
    """Reads handwritten digits; make one and use it for many pictures.

    Args:
        digit_model: a bundle's folder; None for the one that ships with the package.
        number_model: kept for numbers of several digits; only None is accepted so far.
        max_error: answers with a higher probability of being wrong are "unsure", 0..1; None for the
            bundle's own.
        threads: processor threads for the model; None for all cores.
        engine: what computes logits; None for ONNX Runtime. A fake goes here in tests.

    Raises:
        BundleError: the model folder is missing, damaged or too new.
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
    ) -> None:
        if number_model is not None:
            raise InkdigitsError("number_model is not supported by this version; leave it out")
        if max_error is not None and not 0 <= max_error <= 1:
            raise InkdigitsError(f"max_error is {max_error!r}; expected a probability from 0 to 1")
        if threads is not None and threads < 1:
            raise InkdigitsError(f"threads is {threads!r}; expected 1 or more, or None for all cores")
        self.bundle: Bundle = bundles.load(digit_model if digit_model is not None else bundles.SHIPPED_DIGIT)
        self.max_error = self.bundle.max_error if max_error is None else max_error
        self._engine = OnnxEngine(self.bundle, threads) if engine is None else engine

    def read(self, source: images.Source, expect: Expect = "auto") -> Reading:
        """Reads one picture.

        Args:
            source: a path, bytes, a file object, a PIL image or a NumPy array (uint8, uint16, float
                0..1 or bool; H×W, H×W×3 or H×W×4).
            expect: what the picture holds; "auto" means "digit" for now.

        Returns:
            A reading with status "ok", "unsure" or "empty".

        Raises:
            SourceError: the source cannot be read as a picture.
            InkdigitsError: ``expect`` is unknown or not supported yet.
        """
        _check(expect)
        picture = images.load(source)
        return self._decide(images.describe(source), digit_inputs(picture))

    def read_many(self, sources: Iterable[images.Source], expect: Expect = "auto") -> Iterator[Reading]:
        """Reads many pictures, one reading a source in the same order.

        A source that cannot be read gives a reading with status "error"; nothing is raised for it.

        Raises:
            InkdigitsError: ``expect`` is unknown or not supported yet.
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
        return _softmax(self._engine.logits(images) / self.bundle.temperature)

    def _read_each(self, sources: Iterable[images.Source], expect: Expect) -> Iterator[Reading]:
        for source in sources:
            try:
                yield self.read(source, expect)
            except InkdigitsError as error:
                yield Reading(images.describe(source), "error", error=str(error))

    def _decide(self, name: str, inputs: list[DigitInput]) -> Reading:
        """Weighs the ways to see the digit by how sure the model is of each, and judges the answer.

        The mean over the ways, not the surest way alone: where they contradict each other, the
        confidence says so.
        """
        if not inputs:
            return Reading(name, "empty")
        probabilities = self.classify(np.stack([one.image for one in inputs]))
        scores = np.log(probabilities.max(axis=1)) + np.array([one.prior for one in inputs])
        weights = _softmax(spec.CHOICE_SHARPNESS * scores[None])[0]
        row = weights @ probabilities
        order = np.argsort(-row, kind="stable")
        ranked = tuple((spec.DIGITS[index], float(row[index])) for index in order)
        value, confidence = ranked[0]
        box = inputs[int(np.argmax(weights * probabilities[:, order[0]]))].box
        digit = Digit(value, confidence, box, ranked[1:4])
        status = "ok" if 1 - confidence <= self.max_error else "unsure"
        return Reading(name, status, value, confidence, (Number(value, confidence, box, (digit,)),))


def read(source: images.Source, expect: Expect = "auto") -> Reading:
    """Reads one picture with a reader that is made once; see :meth:`Reader.read`."""
    return _shared_reader().read(source, expect)


@lru_cache(maxsize=1)
def _shared_reader() -> Reader:
    return Reader()


def _check(expect: str) -> None:
    if expect not in get_args(Expect):
        raise InkdigitsError(f"expect is {expect!r}; expected one of {', '.join(get_args(Expect))}")
    if expect not in ("auto", "digit"):
        raise InkdigitsError(f"expect={expect!r} is not supported by this version; use 'digit' or 'auto'")


def _softmax(logits: NDArray[np.floating]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return cast("NDArray[np.float32]", shifted / shifted.sum(axis=1, keepdims=True))
