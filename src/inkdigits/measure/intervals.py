"""The exact interval of a share, in plain Python: what is known of an accuracy after n tries."""

from __future__ import annotations

import math

__all__ = ["clopper_pearson", "incomplete_beta"]


def clopper_pearson(correct: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Returns the exact interval of a share (Clopper and Pearson, Biometrika 26, 1934).

    Args:
        correct: how many of ``n`` were right, 0..n.
        n: how many were tried; for 0 nothing is known and the interval is (0, 1).
        level: the interval holds the true share with at least this probability, between 0 and 1.

    Returns:
        Its lower and upper end, in 0..1.

    Raises:
        ValueError: ``correct`` or ``level`` is out of its range.
    """
    if not 0 <= correct <= n:
        raise ValueError(f"correct must be in 0..{n}, received {correct}")
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1, received {level}")
    tail = (1 - level) / 2
    low = 0.0 if correct == 0 else _beta_quantile(tail, correct, n - correct + 1)
    # The upper end of the right ones is the mirror image of the lower end of the wrong ones.
    high = 1.0 if correct == n else 1.0 - _beta_quantile(tail, n - correct, correct + 1)
    return low, high


def incomplete_beta(x: float, a: float, b: float) -> float:
    """Returns the regularised incomplete beta function: the probability that Beta(a, b) is at most ``x``.

    Args:
        x: a place in 0..1.
        a: first shape, above 0.
        b: second shape, above 0.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on one side only; this is the other
        return 1.0 - incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / a * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Evaluates the continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    # It needs about sqrt(max(a, b)) rounds; the limit is far above and only keeps the loop finite.
    for m in range(1, 1000 + 50 * math.isqrt(int(max(a, b)))):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        value *= c * d
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _beta_quantile(probability: float, a: float, b: float) -> float:
    """Returns the x whose incomplete beta function is ``probability``, by bisection to the last bit."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if incomplete_beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return middle
