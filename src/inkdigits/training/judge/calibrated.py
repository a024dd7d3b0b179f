"""A bundle → the same with a model of confidence and a risk curve, fitted on made scenes.

A finder has two models: one for the numbers of pages, one for the lone number of a picture of which nothing
was said, which is read in two ways.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.errors import TrainingError
from inkdigits.measure.confidence import area_under_risk_coverage, brier_score, expected_calibration_error
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import Bundle, load
from inkdigits.recognition.model import Model
from inkdigits.training.judge.confidence_fit import crossfitted, fit_confidence, risk_curve
from inkdigits.training.judge.sureness import held_scribe, judged_scenes
from inkdigits.training.ship.export import check_place, copied

__all__ = ["calibrated"]


def calibrated(
    folder: Path,
    output: Path,
    *,
    scenes: int,
    seed: int,
    max_error: float | None = None,
    tell: Callable[[str], Any],
) -> Bundle:
    """Writes a bundle again with what was fitted on scenes, and returns it.

    Args:
        folder: the bundle.
        output: where the new one goes; may be the same.
        scenes: how many are made.
        seed: another one makes others.
        max_error: the bundle's new share of sure answers that may be wrong; None leaves it.
        tell: called with each line that says how good the fit is.

    Raises:
        BundleError: the folder holds no valid bundle.
        DataError: MNIST or the pen strokes are not there.
        TrainingError: nothing was answered, or all is right or all wrong: too few scenes.
    """
    check_place(output)
    bundle = load(folder)
    model = Model(replace(bundle, confidence=None, lone=None, risk=None))
    single = bundle.kind == "digit"
    reader = Reader(
        model if single else None,
        model if bundle.kind == "number" else None,
        model if bundle.kind == "finder" else None,
    )
    pages = bundle.kind == "finder"
    judged = list(judged_scenes(reader, held_scribe(), scenes, seed, digits=single, pages=pages))
    if not judged:
        raise TrainingError(f"expected answers to fit on, received none to {scenes} scenes; take more scenes")
    right = np.array([one.right for one in judged], dtype=bool)
    sure = np.array([one.confidence for one in judged])
    tell(_line("as it was", sure, right))
    metadata = json.loads(json.dumps(bundle.metadata))
    if not single:
        for name, lone in (("confidence", False), ("lone", True)):
            chosen = np.array([one.lone == lone for one in judged])
            metadata["calibration"].pop(name, None)
            if chosen.any():
                part = [one for one in judged if one.lone == lone]
                sure[chosen] = crossfitted(part)
                told = {"scenes": scenes, "seed": seed, "numbers": len(part)}
                metadata["calibration"][name] = fit_confidence(part).to_dict() | told
        tell(_line("calibrated, crossfitted", sure, right))
    metadata["thresholds"]["risk"] = risk_curve(sure, right).to_dict() | {"scenes": scenes, "seed": seed}
    if max_error is not None:
        metadata["thresholds"]["max_error"] = max_error
    return copied(bundle, output, json.dumps(metadata, indent=2) + "\n")


def _line(name: str, sure: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> str:
    safe = np.clip(sure, 1e-6, 1 - 1e-6)
    loss = float(-np.log(np.where(right, safe, 1 - safe)).mean())
    return (
        f"{name}: {len(right):,} answers, {100 * right.mean():.2f} % right, log loss {loss:.4f}, "
        f"Brier {brier_score(sure, right):.4f}, ECE {100 * expected_calibration_error(sure, right):.2f} %, "
        f"AURC {area_under_risk_coverage(sure, right):.5f}"
    )
