"""Where a training begins when not from chance: the network of a finished run, or the weights of a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import BundleError, ConfigError, MissingExtraError, TrainingError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, Bundle, load
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import load_settings
from inkdigits.training.learn.recipe import Recipe
from inkdigits.training.learn.run import Run
from inkdigits.training.learn.settings import Config
from inkdigits.training.learn.strict import from_record

__all__ = ["initial_bundle", "initial_settings", "load_initial_weights"]

SHIPPED = {"digit": SHIPPED_DIGIT, "number": SHIPPED_NUMBER}
SAMPLES = 256  # pictures that tell mean and variance of each layer

Floats = NDArray[np.float32]


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


def load_initial_weights(named: str, model: Any, samples: NDArray[np.uint8]) -> None:
    """Gives a network the weights of another one with the same layers.

    Args:
        named: ``digit`` or ``number`` for a shipped bundle, the folder of a bundle, or of a finished run.
        model: a ``keras.Model`` from :func:`inkdigits.training.learn.networks.build`.
        samples: uint8, pictures as the network gets them. A bundle holds no means and variances; they are
            found anew on these, so that the network answers the same and can be trained on.

    Raises:
        TrainingError: there is no such network, or it has other layers.
    """
    run = Run(Path(named))
    if named not in SHIPPED and (run.config.exists() or run.model.exists()):
        run.copy_weights_to(model)
        return
    bundle = _bundle(named)
    try:
        _copy_kernels(model, bundle.model, samples[:SAMPLES])
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


def _copy_kernels(model: Any, onnx_file: bytes, samples: NDArray[np.uint8]) -> None:
    kernels, scaled = _weights(onnx_file)
    layers = keras().layers
    weighted = [layer for layer in model.layers if isinstance(layer, (layers.Conv2D, layers.Dense))]
    if len(weighted) != len(kernels):
        raise ValueError(f"it has {len(kernels)} layers with weights, this one {len(weighted)}")
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    if scaled:  # the scaling of the input was folded into the first layer
        kernels[0] = (255 * kernels[0][0], kernels[0][1])
    norms_left: Iterator[Any] = iter(norms)
    biases: list[Floats] = []
    for layer, (kernel, bias) in zip(weighted, kernels, strict=True):
        if layer.use_bias:
            layer.set_weights([kernel, bias])
            continue
        layer.set_weights([kernel])
        norm = next(norms_left)
        # Until its inputs are known it only adds the bias.
        ones = np.ones_like(bias)
        norm.set_weights([ones, bias, 0 * ones, ones * (1 - norm.epsilon)])
        biases.append(bias)
    if not norms:
        return
    seen = keras().Model(model.input, [norm.input for norm in norms]).predict_on_batch(samples)
    for norm, bias, values in zip(norms, biases, seen if isinstance(seen, list) else [seen], strict=True):
        flat = np.asarray(values, np.float64).reshape(-1, len(bias))
        mean, variance = flat.mean(axis=0), flat.var(axis=0)
        norm.set_weights([np.sqrt(variance + norm.epsilon), bias + mean, mean, variance])


def _weights(onnx_file: bytes) -> tuple[list[tuple[Floats, Floats]], bool]:
    """Returns kernel and bias of each layer in the order of the graph, as Keras has them.

    Returns:
        Kernels (rows, columns, in, out) or (in, out) with biases (out,); and whether the first takes the
        input as it is, 0 to 255.
    """
    try:
        import onnx
        from onnx import numpy_helper
    except ModuleNotFoundError as error:
        raise MissingExtraError("onnx", "train") from error
    graph = onnx.load_from_string(onnx_file).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    out: list[tuple[Floats, Floats]] = []
    scaled = True
    for node in graph.node:
        held = [constants[name] for name in node.input if name in constants]
        if node.op_type == "Mul" and not out:
            scaled = False
        if node.op_type == "Conv":
            kernel = held[0].transpose(2, 3, 1, 0)
            out.append((kernel, held[1].ravel() if len(held) > 1 else np.zeros(kernel.shape[3], np.float32)))
        elif node.op_type == "MatMul" and held:
            out.append((held[0], np.zeros(held[0].shape[1], np.float32)))
        elif node.op_type == "Add" and held and out and held[0].size == out[-1][1].size:
            out[-1] = (out[-1][0], held[0].ravel())
    return out, scaled
