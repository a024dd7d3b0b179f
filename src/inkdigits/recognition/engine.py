"""The seam between reading and the runtime that multiplies matrices; a fake fits in ten lines."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import BundleError
from inkdigits.recognition.bundle import Bundle
from inkdigits.recognition.runtime import onnxruntime

__all__ = ["Engine", "FakeEngine", "OnnxEngine"]


class Engine(Protocol):
    """Gives logits for digits or for numbers."""

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns float32 (N, 10) for digits uint8 (N, 28, 28), (N, W / 2, 13) for numbers (N, 32, W)."""
        ...


class OnnxEngine:
    """Runs a bundle's ``model.onnx`` on the processor with ONNX Runtime."""

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        ort = onnxruntime()
        options = ort.SessionOptions()
        options.log_severity_level = 4  # what can go wrong is raised; its warnings are for its authors
        if threads is not None:
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
        try:
            session = ort.InferenceSession(bundle.model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors share no base class of their own
            raise BundleError(
                f"{bundle.path / 'model.onnx'} cannot be loaded by ONNX Runtime {ort.__version__}: "
                f"{_first_line(error)}; export the bundle again"
            ) from error
        self._session = session
        self._input = str(session.get_inputs()[0].name)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns float32 (N, 10) for digits uint8 (N, 28, 28), (N, W / 2, 13) for numbers (N, 32, W)."""
        return self._session.run(None, {self._input: images})[0]  # type: ignore[return-value]


class FakeEngine:
    """Answers every digit with the same value and certainty; for tests without a model."""

    def __init__(self, value: int = 7, logit: float = 9.0) -> None:
        self.row = np.zeros(len(spec.DIGITS), np.float32)
        self.row[value] = logit

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns the same float32 row for each image."""
        return np.tile(self.row, (len(images), 1))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
