"""Where a training begins when not from chance: the network of a finished run, or the weights of a bundle."""

from __future__ import annotations

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
UNLIKELY = 3.0  # how much lower than the lowest old one the logit of a new answer begins

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


def load_initial_weights(named: str, model: Any, samples: NDArray[np.uint8], labels: str) -> None:
    """Gives a network the weights of another one with the same layers, or with fewer.

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
        _copy_kernels(model, bundle, labels, samples[:SAMPLES])
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


def _copy_kernels(model: Any, bundle: Bundle, labels: str, samples: NDArray[np.uint8]) -> None:
    """Copies what a bundle holds into a network with the same layers, or with more.

    More residual layers begin as the identity, more answers as unlikely ones: what the bundle answers does not
    change.
    """
    kernels, scaled = _weights(bundle.model)
    layers = keras().layers
    if scaled:  # the scaling of the input was folded into the first layer
        kernels[0] = (255 * kernels[0][0], kernels[0][1])
    head = model.get_layer("logits")
    kernels[-1] = _answers_of(kernels[-1], bundle.labels, labels, head)
    residual = _residual(model)
    added: set[str] = set()
    norms: list[Any] = []
    biases: list[Floats] = []
    following = iter(layer for layer in model.layers if isinstance(layer, layers.BatchNormalization))
    left = list(kernels)
    for layer in model.layers:
        if not isinstance(layer, (layers.Conv2D, layers.Dense)):
            continue
        norm = None if layer.use_bias else next(following)
        if norm is not None and norm.name in residual and left[0][0].shape != layer.kernel.shape:
            added.add(norm.name)
            norms.append(norm)
            biases.append(np.zeros(layer.kernel.shape[-1], np.float32))
            norm.set_weights([0 * biases[-1], biases[-1], biases[-1], 1 + biases[-1]])
            continue
        kernel, bias = left.pop(0)
        if norm is None:
            layer.set_weights([kernel, bias])
            continue
        layer.set_weights([kernel])
        # Until its inputs are known it only adds the bias.
        ones = np.ones_like(bias)
        norm.set_weights([ones, bias, 0 * ones, ones * (1 - norm.epsilon)])
        norms.append(norm)
        biases.append(bias)
    if left:
        raise ValueError(f"it has {len(kernels)} layers with weights, this one {len(kernels) - len(left)}")
    if not norms:
        return
    seen = keras().Model(model.input, [norm.input for norm in norms]).predict_on_batch(samples)
    for norm, bias, values in zip(norms, biases, seen if isinstance(seen, list) else [seen], strict=True):
        flat = np.asarray(values, np.float64).reshape(-1, len(bias))
        mean, variance = flat.mean(axis=0), flat.var(axis=0)
        if norm.name in added:
            norm.set_weights([0 * bias, bias, mean, variance])
        else:
            norm.set_weights([np.sqrt(variance + norm.epsilon), bias + mean, mean, variance])


def _residual(model: Any) -> set[str]:
    """Returns the names of the norms whose output is added to their layer's input."""
    layers = keras().layers
    sums = [layer for layer in model.layers if isinstance(layer, layers.Add)]
    return {
        tensor._keras_history.operation.name
        for layer in sums
        for tensor in layer.input
        if isinstance(tensor._keras_history.operation, layers.BatchNormalization)
    }


def _answers_of(given: tuple[Floats, Floats], old: str, new: str, head: Any) -> tuple[Floats, Floats]:
    """Puts the weights of each answer to its place among those of a network that knows more of them.

    Args:
        given: kernel (…, in, frames x answers) and bias (frames x answers,) of the last layer.
        old: the characters that the bundle knows.
        new: those of the network.
        head: its last layer.
    """
    kernel, bias = given
    wanted = int(head.kernel.shape[-1])
    if old == new or not set(old) <= set(new):
        return given
    none = 1 if kernel.ndim == 4 else 0  # number models have "no character" in front
    places = [*range(none), *(none + new.index(value) for value in old)]
    frames = kernel.shape[-1] // len(places)
    wide = np.zeros((*kernel.shape[:-1], frames, wanted // frames), np.float32)
    offsets = np.full((frames, wanted // frames), bias.min() - UNLIKELY, np.float32)
    wide[..., places] = kernel.reshape(*kernel.shape[:-1], frames, -1)
    offsets[:, places] = bias.reshape(frames, -1)
    return wide.reshape(*kernel.shape[:-1], wanted), offsets.ravel()


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
