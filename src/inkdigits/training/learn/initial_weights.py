"""Where a training begins when not from chance: the network of a finished run, or the weights of a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import BundleError, ConfigError, TrainingError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, Bundle, load
from inkdigits.training.learn.config import load_settings
from inkdigits.training.learn.recipe import Recipe
from inkdigits.training.learn.run import Run
from inkdigits.training.learn.settings import Config
from inkdigits.training.learn.strict import from_record
from inkdigits.training.learn.weights import answers_of, take_over, weights_of_bundle, weights_of_network

__all__ = ["initial_bundle", "initial_settings", "load_initial_weights"]

SHIPPED = {"digit": SHIPPED_DIGIT, "number": SHIPPED_NUMBER}
SAMPLES = 256  # pictures that tell mean and variance of each layer


def initial_bundle(named: str) -> Bundle:
    """Returns the bundle that ``fit.init`` names: a shipped one by its kind, a bundle's folder, or a run's.

    Raises:
        BundleError: there is none.
    """
    if named in SHIPPED:
        return load(SHIPPED[named])
    folder = Path(named)
    return load(folder / "bundle" if Run(folder).config.exists() else folder)


def initial_settings(named: str) -> Config:
    """Returns how what ``fit.init`` names was trained: with which layers, holding out which digits.

    Raises:
        TrainingError: there is no such network, or its bundle does not say how it was made.
    """
    run = Run(Path(named))
    if named not in SHIPPED and run.config.exists():
        settings = load_settings(str(run.config))
        return settings.config if isinstance(settings, Recipe) else settings
    try:
        return from_record(_bundle(named).metadata["training"]["config"])
    except (KeyError, TypeError, ConfigError) as error:
        raise TrainingError(
            f"fit.init names {named}, which does not say how it was trained; name its layers with --config"
        ) from error


def load_initial_weights(named: str, model: Any, samples: NDArray[np.uint8], labels: str) -> None:
    """Gives a network the weights of another one with the same layers and labels, or with fewer and narrower.

    More residual layers begin as the identity, wider ones with copies of their channels, more labels as
    unlikely ones: what the other one answers does not change.

    Args:
        named: ``digit`` or ``number`` for a shipped bundle, the folder of a bundle, or of a finished run.
        model: a ``keras.Model`` from :func:`inkdigits.training.learn.networks.build`.
        samples: uint8, pictures as the network gets them. Where means and variances are not known, of a
            bundle and of new layers, they are found on these, so that the network can be trained on.
        labels: what the network's answers stand for, in order.

    Raises:
        TrainingError: there is no such network, or it has other layers.
    """
    run = Run(Path(named))
    try:
        if named not in SHIPPED and (run.config.exists() or run.model.exists()):
            given = weights_of_network(run.network())
            known = (labels.replace(spec.OTHER, "") + spec.OTHER)[: answers_of(given)]  # it grows at its end
            take_over(given, known, model, labels, samples[:SAMPLES])
        else:
            bundle = _bundle(named)
            take_over(weights_of_bundle(bundle), bundle.labels, model, labels, samples[:SAMPLES])
    except (ValueError, IndexError) as error:
        raise TrainingError(
            f"fit.init names {named}, whose network cannot be trained on: "
            f"{' '.join(str(error).split())[:160]}; name a bundle or run with the same network.layers"
        ) from error


def _bundle(named: str) -> Bundle:
    try:
        return initial_bundle(named)
    except BundleError as error:
        raise TrainingError(
            f"fit.init names {named}, where a training cannot begin: {error}; "
            "name digit, number, or the folder of a bundle or a finished run"
        ) from error
