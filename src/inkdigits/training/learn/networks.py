"""The network family: a list of short layer descriptions becomes a Keras model.

Every network takes the digit as it is stored (uint8, 255 = ink) and scales it itself, so intensity
scaling travels in the file. The answer is ten logits; calibration turns them into probabilities.
"""

from __future__ import annotations

from typing import Any

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.training.learn.backend import keras

__all__ = ["build"]

_GRAMMAR = (
    "'conv WIDTH KERNEL [valid] [/STRIDE] [+]', 'pool', 'mean', 'flatten', 'dropout RATE' or 'dense WIDTH'; "
    "a kernel or stride is a number, or ROWSxCOLUMNS"
)
_OPTIONS = {"pool": 0, "mean": 0, "flatten": 0, "dropout": 1, "dense": 1}  # words behind the layer's name


def build(
    layers: tuple[str, ...], *, batch_norm: bool, kind: str = "digit", labels: str | None = None
) -> Any:
    """Builds a network.

    Args:
        layers: one description a layer, from the input to the last hidden layer. ``conv 32 3`` is a
            3x3 convolution with 32 filters; ``valid`` drops the padding, ``/2`` is its stride, ``/2x1`` one
            of rows alone, ``+`` adds its input to its output.
        batch_norm: whether each convolution and dense layer is followed by batch normalisation.
        kind: "digit" or "number".
        labels: what it can answer; None for the ten digits, or for ``spec.NUMBER_LABELS``.

    Returns:
        A ``keras.Model``. For digits, from uint8 (N, 28, 28), 255 = ink, to float32 logits (N, labels). For
        numbers, from uint8 (N, 32, W) to float32 logits (N, W / 2, 1 + labels): in each frame of two columns,
        no character or one of the labels.

    Raises:
        ConfigError: a description cannot be read, or the layers do not end in what the kind needs.
    """
    k = keras()
    number = kind == "number"
    rows, columns = (spec.NUMBER_HEIGHT, None) if number else (spec.DIGIT_SIDE, spec.DIGIT_SIDE)
    source = k.Input((rows, columns), dtype="uint8", name="numbers" if number else "digits")
    x = k.layers.Reshape((rows, columns or -1, 1))(source)
    x = k.layers.Rescaling(1 / 255)(x)
    for text in layers:
        try:
            x = _layer(x, text.split(), batch_norm=batch_norm)
        except (ValueError, IndexError, KeyError) as error:
            raise ConfigError(
                f"network.layers has {text!r}, which cannot be built ({error}); expected {_GRAMMAR}"
            ) from error
    answers = _frames(x, labels or spec.NUMBER_LABELS) if number else _classes(x, labels or spec.DIGITS)
    model = k.Model(source, answers, name=kind)
    if number:
        _check_columns(model)
    return model


def _classes(x: Any, labels: str) -> Any:
    """Returns the logits of the labels."""
    if len(x.shape) != 2:  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigError("network.layers ends in a picture; expected 'flatten' or 'mean' before its end")
    return keras().layers.Dense(len(labels), dtype="float32", name="logits")(x)


def _frames(x: Any, labels: str) -> Any:
    """Returns the logits of each frame: every column of the last layer answers for two."""
    if len(x.shape) != 4 or x.shape[1] != 1:  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigError(
            f"network.layers ends in shape {tuple(x.shape)}; expected one row of columns: "
            "strides of rows, then 'conv WIDTH ROWSx1 valid'"
        )
    layers = keras().layers
    classes = 1 + len(labels)
    x = layers.Conv2D(spec.FRAMES_A_COLUMN * classes, (1, 3), padding="same", dtype="float32", name="logits")(
        x
    )
    return layers.Reshape((-1, classes), dtype="float32")(x)


def _check_columns(model: Any) -> None:
    """Refuses a network that does not answer for each frame of what it is given."""
    width = 64 * spec.NUMBER_STEP
    frames, expected = (
        model.compute_output_shape((1, spec.NUMBER_HEIGHT, width))[1],
        width // spec.FRAME_WIDTH,
    )
    if frames != expected:
        raise ConfigError(
            f"network.layers gives {frames} frames for {width} columns; expected {expected}: "
            f"strides that make one column of {spec.NUMBER_STEP}, 'valid' for kernels of one column alone"
        )


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
        stride = next((_sides(word[1:]) for word in rest if word.startswith("/")), (1, 1))
        padding = "valid" if "valid" in rest else "same"
        unknown = [word for word in rest if word not in ("+", "valid") and not word.startswith("/")]
        if unknown:
            raise ValueError(f"unknown word {unknown[0]!r}")
        y = layers.Conv2D(int(width), _sides(kernel), strides=stride, padding=padding, **common)(x)
    else:
        raise ValueError(f"unknown layer {kind!r}")
    if batch_norm:
        y = layers.BatchNormalization(momentum=0.95)(y)
    if residual:
        y = layers.Add()([x, y])
    return layers.Activation("relu")(y)


def _sides(word: str) -> tuple[int, int]:
    """Reads "3" or "4x1" as rows and columns."""
    rows, by, columns = word.partition("x")
    return int(rows), int(columns if by else rows)
