"""Temperature scaling: one number that makes the network as sure as it is right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["fit_temperature", "least", "negative_log_likelihood"]

LOWEST, HIGHEST = 0.05, 20.0


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.int64]) -> float:
    """Returns the temperature under which the labels are likeliest.

    Args:
        logits: (N, K), any float dtype, of digits the network has not learned from.
        labels: int64 (N,), 0..K-1.

    Returns:
        A number from 0.05 to 20; probabilities are ``softmax(logits / temperature)``.
    """
    return least(lambda temperature: negative_log_likelihood(logits, labels, temperature))


def least(cost: Callable[[float], float], steps: int = 60) -> float:
    """Returns the temperature from 0.05 to 20 that costs least, by golden-section search over its log.

    Args:
        cost: of a temperature; falls and then rises.
        steps: each keeps 0.618 of the interval; 60 leave far less than any visible difference.
    """
    golden = (np.sqrt(5) - 1) / 2
    low, high = np.log(LOWEST), np.log(HIGHEST)
    for _ in range(steps):
        width = golden * (high - low)
        left, right = high - width, low + width
        if cost(float(np.exp(left))) < cost(float(np.exp(right))):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def negative_log_likelihood(
    logits: NDArray[np.floating], labels: NDArray[np.int64], temperature: float = 1.0
) -> float:
    """Returns the mean negative log-likelihood, nats, of the labels at this temperature."""
    scaled = np.asarray(logits, np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    totals = np.log(np.exp(scaled).sum(axis=1))
    return float((totals - scaled[np.arange(len(labels)), labels]).mean())
