"""Training: the only part of the package that imports Keras. Needs ``pip install 'inkdigits[train]'``.

::

    draw/    ink and scenes from a seed          learn/   settings, data, layers, the loop
    ship/    a network becomes a bundle          train    a training from its config to its bundle
    judge/   cross-validation, benchmarks, galleries
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkdigits.training.learn.estimator import DigitClassifier

__all__ = ["DigitClassifier"]


def __getattr__(name: str) -> Any:
    """Imports the estimator, and scikit-learn with it, when it is asked for."""
    if name == "DigitClassifier":
        from inkdigits.training.learn.estimator import DigitClassifier

        return DigitClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
