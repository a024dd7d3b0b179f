"""Digits under corruptions: the mean over all of them, and which a training has seen the like of.

The corruptions are those of MNIST-C (Mu and Gilmer, 2019, arXiv 1906.02337).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from inkdigits.measure.scoring import Score

__all__ = ["CLEAN", "RESEMBLES", "CorruptionMean", "corruption_means", "resembling"]

CLEAN = "identity"  # the digits as they were, no corruption

RESEMBLES: dict[str, tuple[str, ...]] = {
    "shot_noise": ("noise",),
    "glass_blur": ("elastic", "blur"),
    "motion_blur": ("blur",),
    "shear": ("shear",),
    "scale": ("zoom",),
    "rotate": ("turn",),
    "brightness": ("contrast",),
    "translate": ("shift", "refit"),
    "dotted_line": ("rulings",),
    "spatter": ("noise", "erase"),
    "fog": ("contrast",),
    "impulse_noise": ("pixels",),
    "stripe": ("band",),
    "zigzag": ("scribble",),
    "canny_edges": ("outline",),
}
"""The settings of a training (``[augment]``) that do something like each corruption."""


@dataclass(frozen=True, slots=True)
class CorruptionMean:
    """The mean over the corruptions of one set of digits.

    Attributes:
        name: of the set.
        corruptions: how many.
        accuracy: mean of their accuracies, 0..1.
        clean: accuracy on the digits as they were; None when they are not there.
        worst: name and accuracy of the hardest.
        sure_wrong_share: mean of their shares of sure answers that are wrong, 0..1.
    """

    name: str
    corruptions: int
    accuracy: float
    clean: float | None
    worst: tuple[str, float]
    sure_wrong_share: float


def corruption_means(scores: Sequence[Score]) -> list[CorruptionMean]:
    """Returns the mean of each group of sets called ``NAME/CORRUPTION``, in their order."""
    groups: dict[str, dict[str, Score]] = {}
    for score in scores:
        name, slash, kind = score.name.rpartition("/")
        if slash:
            groups.setdefault(name, {})[kind] = score
    out: list[CorruptionMean] = []
    for name, found in groups.items():
        clean = found.pop(CLEAN, None)
        if not found:
            continue
        worst = min(found, key=lambda kind: found[kind].accuracy)
        out.append(
            CorruptionMean(
                name=name,
                corruptions=len(found),
                accuracy=fmean(score.accuracy for score in found.values()),
                clean=clean.accuracy if clean else None,
                worst=(worst, found[worst].accuracy),
                sure_wrong_share=fmean(score.sure_wrong_share for score in found.values()),
            )
        )
    return out


def resembling(training: Mapping[str, Any]) -> list[str]:
    """Returns the corruptions that a model has learned something like.

    Args:
        training: its settings, as ``bundle.json`` has them under ``training.config``; a distortion that is
            not there was not known when it was trained.
    """
    strength = training.get("augment", {})
    return [kind for kind, names in RESEMBLES.items() if any(strength.get(name) for name in names)]
