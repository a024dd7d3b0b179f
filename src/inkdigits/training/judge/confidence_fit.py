"""Judged answers → the model of confidence and the risk curve that a bundle holds.

The model is logistic, each weight with the sign that reason gives it, then isotonic. What is said of it is
said of answers that it was not fitted on: scenes are dealt into folds, and each is judged by the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import MissingExtraError, TrainingError
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.recognition.confidence import ConfidenceModel, RiskCurve
from inkdigits.recognition.evidence import SIGNS, Evidence
from inkdigits.training.judge.sureness import Judged

__all__ = ["crossfitted", "fit_confidence", "risk_curve"]

Floats = NDArray[np.float64]

FOLDS = 5
RIDGE = 0.003  # of the squared weights of standardised figures; keeps those that tell the same alike
STEPS = 40  # most of the isotonic part, and of the risk curve
PRIOR = 0.5  # right and wrong answers each, that a step is thought to hold besides: none is certain
MOST_A_SCENE = 12.0  # answers that a scene of many counts as


def fit_confidence(judged: Sequence[Judged]) -> ConfidenceModel:
    """Returns the model that makes numbers as sure as answers like them are right.

    Raises:
        MissingExtraError: SciPy or scikit-learn is not installed.
        TrainingError: all answers are right, or all are wrong.
    """
    figures, right, weights, scenes = _arrays(judged)
    scores = np.empty(len(right))
    for fold in range(FOLDS):
        out = scenes % FOLDS == fold
        if out.any():
            slopes, bias = _logistic(figures[~out], right[~out], weights[~out])
            scores[out] = figures[out] @ slopes + bias
    slopes, bias = _logistic(figures, right, weights)
    places, confidences = _isotonic(scores, right, weights)
    return ConfidenceModel(Evidence(*np.round(slopes, 5).tolist()), round(bias, 5), places, confidences)


def crossfitted(judged: Sequence[Judged]) -> Floats:
    """Returns the confidence of each answer by a model that was fitted on the scenes of the other folds."""
    scenes = np.array([one.scene for one in judged])
    out = np.empty(len(judged))
    for fold in range(FOLDS):
        rest = [one for one in judged if one.scene % FOLDS != fold]
        model = fit_confidence(rest)
        for place in np.flatnonzero(scenes % FOLDS == fold).tolist():
            evidence = judged[place].evidence
            out[place] = model.confidence(evidence) if evidence else judged[place].confidence
    return out


def risk_curve(confidences: Floats, right: NDArray[np.bool_]) -> RiskCurve:
    """Returns the risk among the answers from each confidence on, at up to 40 confidences.

    Args:
        confidences: float (N,) in 0..1, N at least 1.
        right: bool (N,).
    """
    levels = np.unique(np.quantile(confidences, np.linspace(0, 1, STEPS), method="lower"))
    answered, wrong, highest = list[int](), list[int](), list[float]()
    for level in levels:
        sure = confidences >= level
        answered.append(int(sure.sum()))
        wrong.append(int((sure & ~right).sum()))
        highest.append(round(clopper_pearson(wrong[-1], answered[-1], 0.9)[1], 6))  # one-sided 95 %
    return RiskCurve(tuple(levels.tolist()), tuple(answered), tuple(wrong), tuple(highest))


def _arrays(judged: Sequence[Judged]) -> tuple[Floats, NDArray[np.bool_], Floats, NDArray[np.int64]]:
    told = [one for one in judged if one.evidence is not None]
    right = np.array([one.right for one in told], dtype=bool)
    if not len(right) or right.all() or not right.any():
        raise TrainingError(
            f"expected right and wrong answers to fit confidence on, received {len(right)} of which "
            f"{int(right.sum())} are right; take more scenes"
        )
    scenes = np.array([one.scene for one in told], np.int64)
    counts = np.bincount(scenes)[scenes]
    weights = np.minimum(1.0, MOST_A_SCENE / counts)
    return np.array([one.evidence for one in told], np.float64), right, weights, scenes


def _logistic(figures: Floats, right: NDArray[np.bool_], weights: Floats) -> tuple[Floats, float]:
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise MissingExtraError("scipy", "train") from error
    signs = np.array(SIGNS)
    middle, spread = figures.mean(axis=0), figures.std(axis=0)
    spread = np.where(spread > 1e-9, spread, np.inf)
    x = signs * (figures - middle) / spread

    def cost(at: Floats) -> tuple[float, Floats]:
        z = x @ at[:-1] + at[-1]
        loss = np.logaddexp(0.0, np.where(right, -z, z))
        pull = weights * (1 / (1 + np.exp(-z)) - right) / weights.sum()
        slope = np.append(x.T @ pull + 2 * RIDGE * at[:-1], pull.sum())
        return float((weights * loss).sum() / weights.sum() + RIDGE * (at[:-1] ** 2).sum()), slope

    start = np.zeros(x.shape[1] + 1)
    bounds: list[Any] = [(0.0, None)] * x.shape[1] + [(None, None)]
    found = np.asarray(minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds).x, np.float64)
    slopes = signs * found[:-1] / spread
    return slopes, float(found[-1] - slopes @ middle)


def _isotonic(
    scores: Floats, right: NDArray[np.bool_], weights: Floats
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns rising scores and the share that is right around each, made not to fall."""
    try:
        from sklearn.isotonic import IsotonicRegression
    except ImportError as error:
        raise MissingExtraError("scikit-learn", "train") from error
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, STEPS) if len(part)]
    places = np.array([np.average(scores[part], weights=weights[part]) for part in parts])
    held = np.array([weights[part].sum() for part in parts])
    hits = np.array([weights[part][right[part]].sum() for part in parts])
    shares = (hits + PRIOR) / (held + 2 * PRIOR)
    smooth = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(places, shares, sample_weight=held)
    places = np.round(places, 5)
    kept = np.append(True, np.diff(places) > 0)
    return tuple(places[kept].tolist()), tuple(np.round(smooth, 6)[kept].tolist())
