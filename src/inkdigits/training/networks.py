"""The network family: a list of short layer descriptions becomes a Keras model.

Every network takes the digit as it is stored (uint8, 255 = ink) and scales it itself, so intensity
scaling travels in the file. The answer is ten logits; calibration turns them into probabilities.
"""

from __future__ import annotations

from typing import Any

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.training.backend import keras

__all__ = ["build"]

_GRAMMAR = (
    "'conv WIDTH KERNEL [valid] [/STRIDE] [+]', 'pool', 'mean', 'flatten', 'dropout RATE' or 'dense WIDTH'"
)
_OPTIONS = {"pool": 0, "mean": 0, "flatten": 0, "dropout": 1, "dense": 1}  # words behind the layer's name


def build(layers: tuple[str, ...], *, batch_norm: bool) -> Any:
    """Builds a digit network.

    Args:
        layers: one description a layer, from the input to the last hidden layer. ``conv 32 3`` is a
            3x3 convolution with 32 filters; ``valid`` drops the padding, ``/2`` is its stride, ``+``
            adds its input to its output.
        batch_norm: whether each convolution and dense layer is followed by batch normalisation.

    Returns:
        A ``keras.Model`` from uint8 (N, 28, 28), 255 = ink, to float32 logits (N, 10).

    Raises:
        ConfigError: a description cannot be read.
    """
    k = keras()
    source = k.Input((spec.DIGIT_SIDE, spec.DIGIT_SIDE), dtype="uint8", name="digits")
    x = k.layers.Reshape((spec.DIGIT_SIDE, spec.DIGIT_SIDE, 1))(source)
    x = k.layers.Rescaling(1 / 255)(x)
    for text in layers:
        try:
            x = _layer(x, text.split(), batch_norm=batch_norm)
        except (ValueError, IndexError, KeyError) as error:
            raise ConfigError(
                f"network.layers has {text!r}, which cannot be built ({error}); expected {_GRAMMAR}"
            ) from error
    if len(x.shape) != 2:  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigError("network.layers ends in a picture; expected 'flatten' or 'mean' before its end")
    logits = k.layers.Dense(len(spec.DIGITS), dtype="float32", name="logits")
    return k.Model(source, logits(x), name="digit")


def _layer(x: Any, words: list[str], *, batch_norm: bool) -> Any:
    layers = keras().layers

    kind, options = words[0], words[1:]
    if len(options) != _OPTIONS.get(kind, len(options)):
        raise ValueError(f"{len(options)} words behind {kind!r}, not {_OPTIONS[kind]}")
    if kind == "pool":
        return layers.MaxPooling2D()(x)
    if kind == "mean":
        return layers.GlobalAveragePooling2D()(x)
    if kind == "flatten":
        return layers.Flatten()(x)
    if kind == "dropout":
        return layers.Dropout(float(options[0]))(x)
    # With batch normalisation behind it, a bias would be subtracted again.
    common = {"use_bias": not batch_norm, "kernel_initializer": "he_uniform"}
    residual = False
    if kind == "dense":
        y = layers.Dense(int(options[0]), **common)(x)
    elif kind == "conv":
        width, kernel, *rest = options
        residual = "+" in rest
        stride = next((int(word[1:]) for word in rest if word.startswith("/")), 1)
        padding = "valid" if "valid" in rest else "same"
        unknown = [word for word in rest if word not in ("+", "valid") and not word.startswith("/")]
        if unknown:
            raise ValueError(f"unknown word {unknown[0]!r}")
        y = layers.Conv2D(int(width), int(kernel), strides=stride, padding=padding, **common)(x)
    else:
        raise ValueError(f"unknown layer {kind!r}")
    if batch_norm:
        y = layers.BatchNormalization(momentum=0.95)(y)
    if residual:
        y = layers.Add()([x, y])
    return layers.Activation("relu")(y)
