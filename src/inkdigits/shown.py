"""How values are shown to people: one way everywhere."""

from __future__ import annotations

import math

__all__ = ["percent"]


def percent(probability: float) -> str:
    """Returns a probability in 0..1 as a percentage, never rounded up to certainty; a dash for NaN."""
    # A reader that says "100.0 %" claims more than it can know, so the last step is rounded down.
    if not math.isfinite(probability):
        return "–"
    return f"{min(100 * probability, 99.94) if probability < 1 else 100:.1f} %"
