"""The weights of a network, of a bundle or a Keras file, taken over by a network that has grown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import MissingExtraError
from inkdigits.recognition.bundle import Bundle
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.layer_weights import LayerWeights
from inkdigits.training.learn.widening import Widening

__all__ = ["answers_of", "take_over", "weights_of_bundle", "weights_of_network"]

UNLIKELY = 3.0  # how much lower than the lowest old one the logit of a new answer begins

Floats = NDArray[np.float32]


def weights_of_bundle(bundle: Bundle) -> list[LayerWeights]:
    """Returns the weights of a bundle's layers, in the order of its graph, with normalisations folded in.

    Raises:
        MissingExtraError: onnx is not installed.
    """
    weights, scaled = _weights_of_graph(bundle.model)
    if scaled:  # the scaling of the input was folded into the first layer
        weights[0] = LayerWeights(255 * weights[0].kernel, weights[0].bias)
    return weights


def weights_of_network(model: Any) -> list[LayerWeights]:
    """Returns the weights of a ``keras.Model`` of :mod:`inkdigits.training.learn.networks`, in its order."""
    residual = _residual(model)
    out: list[LayerWeights] = []
    for layer, norm in _layers_of(model):
        kernel, *biases = layer.get_weights()
        bias = biases[0] if biases else np.zeros(kernel.shape[-1], np.float32)
        if norm is None:
            out.append(LayerWeights(kernel, bias))
        else:
            out.append(LayerWeights(kernel, bias, tuple(norm.get_weights()), norm.name in residual))
    return out


def answers_of(weights: Sequence[LayerWeights]) -> int:
    """Returns how many labels a network with these weights knows."""
    kernel = weights[-1].kernel
    return kernel.shape[-1] if kernel.ndim == 2 else kernel.shape[-1] // spec.FRAMES_A_COLUMN - 1


def take_over(
    given: Sequence[LayerWeights], old: str, model: Any, new: str, samples: NDArray[np.uint8]
) -> None:
    """Gives a network what another one has learned that has the same layers and labels, or fewer.

    Of digit networks the other one may also know what is no digit.

    More residual layers begin as the identity, wider ones with copies of what there was (Chen, Goodfellow and
    Shlens, "Net2Net", 2016), more labels as unlikely ones: what the other one answers does not change.

    Args:
        given: the weights of the other one.
        old: what its answers stand for, in order.
        model: a ``keras.Model`` from :func:`inkdigits.training.learn.networks.build`.
        new: what this one's answers stand for.
        samples: uint8, pictures as the network gets them, on which means and variances are found that are
            not known.

    Raises:
        ValueError: the layers do not fit.
    """
    left = [*given[:-1], _grown(given[-1], old, new, model.get_layer("logits"))]
    residual = _residual(model)
    added: set[str] = set()
    widening = Widening(channels=left[0].kernel.shape[-2])
    unknown: list[tuple[Any, Floats]] = []  # norms whose mean and variance are to be found, and the bias
    for layer, norm in _layers_of(model):
        if not left:
            raise ValueError(f"it has {len(given)} layers with weights, this one more")
        within = norm is not None and norm.name in residual
        if norm is not None and within and not _may_be_added(left[0], layer.kernel.shape):
            nothing = np.zeros(layer.kernel.shape[-1], np.float32)
            norm.set_weights([nothing, nothing, nothing, 1 + nothing])
            added.add(norm.name)
            unknown.append((norm, nothing))
            continue
        weights = left.pop(0)
        if weights.residual and norm is not None and not within:
            raise ValueError("one of its layers is added to its input, the same of this one is not")
        weights = widening.widened(weights, tuple(layer.kernel.shape), residual=within)
        if norm is None:
            if weights.norm is not None:
                raise ValueError("its layers are normalised over the batch, those of this one are not")
            layer.set_weights([weights.kernel, weights.bias])
            continue
        layer.set_weights([weights.kernel])
        if weights.norm is not None:
            norm.set_weights(weights.norm)
            continue
        # Until its inputs are known it only adds the bias.
        ones = np.ones_like(weights.bias)
        norm.set_weights([ones, weights.bias, 0 * ones, ones * (1 - norm.epsilon)])
        unknown.append((norm, weights.bias))
    if left:
        raise ValueError(f"it has {len(given)} layers with weights, this one {len(given) - len(left)}")
    if not unknown:
        return
    seen = keras().Model(model.input, [norm.input for norm, _ in unknown]).predict_on_batch(samples)
    for (norm, bias), values in zip(unknown, seen if isinstance(seen, list) else [seen], strict=True):
        flat = np.asarray(values, np.float64).reshape(-1, len(bias))
        mean, variance = flat.mean(axis=0), flat.var(axis=0)
        if norm.name in added:
            norm.set_weights([0 * bias, bias, mean, variance])
        else:
            norm.set_weights([np.sqrt(variance + norm.epsilon), bias + mean, mean, variance])


def _may_be_added(given: LayerWeights, shape: tuple[int, ...]) -> bool:
    """Tells whether what a layer has learned may be that of a residual layer with this kernel."""
    inputs, outputs = given.kernel.shape[-2:]
    return given.residual is not False and inputs == outputs and given.kernel.shape[:-2] == shape[:-2]


def _layers_of(model: Any) -> Iterator[tuple[Any, Any]]:
    """Gives each layer with a kernel, and the normalisation behind it or None."""
    layers = keras().layers
    norms = iter(layer for layer in model.layers if isinstance(layer, layers.BatchNormalization))
    for layer in model.layers:
        if isinstance(layer, (layers.Conv2D, layers.Dense)):
            yield layer, None if layer.use_bias else next(norms)


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


def _grown(given: LayerWeights, old: str, new: str, head: Any) -> LayerWeights:
    """Puts the weights of each answer to its place among those of a network that knows more of them.

    Of digits the answer that it is none may be missing there.

    Args:
        given: of the last layer: kernel (…, in, frames x answers) and bias (frames x answers,).
        old: the labels that the other network knows.
        new: those of this one.
        head: its last layer.
    """
    kernel, bias = given.kernel, given.bias
    wanted = int(head.kernel.shape[-1])
    if kernel.ndim == 2 and set(old) - set(new) == {spec.OTHER}:
        # A digit network that is not shown what is no digit would unlearn to say so: it answers digits alone.
        kept = [place for place, value in enumerate(old) if value != spec.OTHER]
        kernel, bias, old = kernel[:, kept], bias[kept], old.replace(spec.OTHER, "")
        given = LayerWeights(kernel, bias)
    if old == new or not set(old) <= set(new):
        return given
    none = 1 if kernel.ndim == 4 else 0  # number models have "no character" in front
    places = [*range(none), *(none + new.index(value) for value in old)]
    frames = kernel.shape[-1] // len(places)
    wide = np.zeros((*kernel.shape[:-1], frames, wanted // frames), np.float32)
    offsets = np.full((frames, wanted // frames), bias.min() - UNLIKELY, np.float32)
    wide[..., places] = kernel.reshape(*kernel.shape[:-1], frames, -1)
    offsets[:, places] = bias.reshape(frames, -1)
    return LayerWeights(wide.reshape(*kernel.shape[:-1], wanted), offsets.ravel())


def _weights_of_graph(onnx_file: bytes) -> tuple[list[LayerWeights], bool]:
    """Returns the weights of each layer in the order of the graph, and whether the first takes 0 to 255."""
    try:
        import onnx
        from onnx import numpy_helper
    except ModuleNotFoundError as error:
        raise MissingExtraError("onnx", "train") from error
    graph = onnx.load_from_string(onnx_file).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    out: list[LayerWeights] = []
    scaled = True
    for node in graph.node:
        held = [constants[name] for name in node.input if name in constants]
        if node.op_type == "Mul" and not out:
            scaled = False
        if node.op_type == "Conv":
            kernel = held[0].transpose(2, 3, 1, 0)
            bias = held[1].ravel() if len(held) > 1 else np.zeros(kernel.shape[3], np.float32)
            out.append(LayerWeights(kernel, bias))
        elif node.op_type == "MatMul" and held:
            out.append(LayerWeights(held[0], np.zeros(held[0].shape[1], np.float32)))
        elif node.op_type == "Add" and held and out and held[0].size == out[-1].bias.size:
            out[-1] = LayerWeights(out[-1].kernel, held[0].ravel())
    return out, scaled
