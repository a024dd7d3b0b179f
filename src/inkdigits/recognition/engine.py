"""The seam between reading and the runtime that multiplies matrices; a fake of each kind takes ten lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import BundleError, InkdigitsError
from inkdigits.recognition.bundle import Bundle
from inkdigits.recognition.runtime import onnxruntime

__all__ = [
    "CPU",
    "Engine",
    "FakeDigitEngine",
    "FakeNumberEngine",
    "OnnxEngine",
    "Providers",
    "check_threads",
]

Images = NDArray[np.uint8]
Logits = NDArray[np.float32]

Providers: TypeAlias = "Sequence[str | tuple[str, dict[str, Any]]]"
"""ONNX Runtime's execution providers, the preferred first, each alone or with its options."""

CPU: Providers = ("CPUExecutionProvider",)
"""What every machine has."""


class Engine(Protocol):
    """Gives the logits of a digit model or of a number model.

    An engine is called from several threads at once where a reader is.
    """

    def logits(self, images: Images) -> Logits:
        """Returns what a bundle's network answers.

        Args:
            images: digits uint8 (N, 28, 28), or numbers uint8 (N, 32, W) with W a multiple of 4; 255 = ink.

        Returns:
            float32 (N, labels) for digits; (N, W / 2, 1 + labels) for numbers, class 0 is "nothing here".
        """
        ...


class OnnxEngine:
    """Runs a bundle's ``model.onnx`` with ONNX Runtime. It pickles: the network travels as its bytes.

    Args:
        bundle: whose network.
        threads: processor threads, 1 to ``spec.MAX_THREADS``; None for all cores.
        providers: what it runs on, the preferred first, such as ``("CUDAExecutionProvider",
            "CPUExecutionProvider")``.

    Raises:
        BundleError: ONNX Runtime cannot load the network, or it answers for other labels than the bundle's.
        InkdigitsError: ``threads`` is out of range, or a provider cannot be used on this machine.
    """

    def __init__(self, bundle: Bundle, threads: int | None = 1, providers: Providers = CPU) -> None:
        self._made_of = bundle, check_threads(threads), tuple(providers)
        ort = onnxruntime()
        _check_providers(providers, ort.get_available_providers())
        options = ort.SessionOptions()
        options.log_severity_level = 4  # what can go wrong is raised; its warnings are for its authors
        if threads is not None:
            options.intra_op_num_threads = int(threads)
            options.inter_op_num_threads = 1
        file = bundle.path / "model.onnx"
        try:
            session = ort.InferenceSession(bundle.model, options, providers=list(providers))
        except Exception as error:  # ONNX Runtime's errors share no base class of their own
            raise BundleError(
                f"{file} cannot be loaded by ONNX Runtime {ort.__version__}: "
                f"{_first_line(error)}; export the bundle again"
            ) from error
        _check_providers(providers, session.get_providers())  # it goes on with the processor without a word
        classes = session.get_outputs()[0].shape[-1]
        if isinstance(classes, int) and classes != bundle.classes:
            raise BundleError(
                f"{file} answers {classes} classes; expected {bundle.classes} for the labels "
                f"{bundle.labels!r} of its bundle.json; export the bundle again"
            )
        self._session = session
        self._input = str(session.get_inputs()[0].name)

    def logits(self, images: Images) -> Logits:
        """Returns the network's answers; see :meth:`Engine.logits`."""
        return self._session.run(None, {self._input: images})[0]

    def __reduce__(self) -> tuple[Callable[..., OnnxEngine], tuple[Any, ...]]:
        """Pickles what it was made of: a session itself cannot travel."""
        return OnnxEngine, self._made_of


class FakeDigitEngine:
    """Answers every digit with the same label and certainty; for tests without a model.

    Args:
        value: the label; ``spec.OTHER`` for no digit.
        logit: of that label; the others have 0.
        labels: what it can answer, in the order of the bundle's that it stands in for.
    """

    def __init__(self, value: int | str = 7, logit: float = 9.0, labels: str = spec.DIGIT_LABELS) -> None:
        self.row = np.zeros(len(labels), np.float32)
        self.row[labels.index(str(value))] = logit

    def logits(self, images: Images) -> Logits:
        """Returns the same float32 row for each image."""
        return np.tile(self.row, (len(images), 1))


class FakeNumberEngine:
    """Reads the same text in every number, its characters evenly spread; for tests without a model.

    Args:
        text: the labels that it sees, from the left; a space is room for one that sees nothing.
        logit: of a frame's label; the others have 0.
        labels: what it can answer, in the order of the bundle's that it stands in for.
    """

    def __init__(self, text: str = "147", logit: float = 12.0, labels: str = spec.NUMBER_LABELS) -> None:
        self.classes = [0 if value == " " else 1 + labels.index(value) for value in text]
        self.logit, self.count = logit, 1 + len(labels)

    def logits(self, images: Images) -> Logits:
        """Returns float32 (N, W / 2, 1 + labels): nothing here, but for one frame each character."""
        frames = images.shape[2] // spec.FRAME_WIDTH
        path = np.zeros(frames, np.intp)
        path[[int((i + 0.5) * frames / len(self.classes)) for i in range(len(self.classes))]] = self.classes
        rows = np.eye(self.count, dtype=np.float32)[path] * np.float32(self.logit)
        return np.tile(rows, (len(images), 1, 1))


def check_threads(threads: Any) -> int | None:
    """Returns a number of threads as Python's own integer, None for all cores.

    Raises:
        InkdigitsError: it is no whole number from 1 to ``spec.MAX_THREADS``.
    """
    if threads is None:
        return None
    whole = not isinstance(threads, bool) and isinstance(threads, Integral)
    if whole and 1 <= int(threads) <= spec.MAX_THREADS:
        return int(threads)
    raise InkdigitsError(
        f"threads is {threads!r}; expected a whole number from 1 to {spec.MAX_THREADS}, or None for all cores"
    )


def _check_providers(providers: Providers, there: Sequence[str]) -> None:
    """Raises InkdigitsError for the first provider that is not there."""
    for provider in providers:
        name = provider if isinstance(provider, str) else provider[0]
        if name not in there:
            raise InkdigitsError(
                f"the ONNX Runtime provider {name!r} cannot be used here; expected one of "
                f"{', '.join(there)}; install the onnxruntime and the drivers that have it, or choose another"
            )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
