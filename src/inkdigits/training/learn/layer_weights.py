"""What a layer has learned, apart from Keras and ONNX."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LayerWeights"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """What a layer with weights has learned, as Keras has it.

    Attributes:
        kernel: (rows, columns, in, out) or (in, out).
        bias: (out,).
        norm: gamma, beta, mean and variance of the normalisation behind the layer, (out,) each; None where
            there is none, or where it is folded into kernel and bias.
        residual: whether its input is added to its output; None where that is not known.
    """

    kernel: Floats
    bias: Floats
    norm: tuple[Floats, ...] | None = None
    residual: bool | None = None
