"""The network family: a list of short layer descriptions becomes a Keras model.

Every network takes the digit as it is stored (uint8, 255 = ink) and scales it itself, so intensity
scaling travels in the file. The answer is ten logits; calibration turns them into probabilities.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.find import maps
from inkdigits.training.learn.backend import keras

__all__ = ["build"]

_GRAMMAR = (
    "'conv WIDTH KERNEL [valid] [/STRIDE] [+]', 'pool', 'mean', 'flatten', 'dropout RATE', 'dense WIDTH', or "
    "'keep' and later 'up'; a kernel or stride is a number, or ROWSxCOLUMNS"
)
# Words behind the layer's name.
_OPTIONS = {"pool": 0, "mean": 0, "flatten": 0, "dropout": 1, "dense": 1, "keep": 0, "up": 0}
UNLIKELY = -4.0  # logit of a mark's middle before anything is learned; nearly all places have none

_INPUTS = {"digit": "digits", "number": "numbers", "finder": "shades"}


def build(
    layers: tuple[str, ...], *, batch_norm: bool, kind: str = "digit", labels: str | None = None
) -> Any:
    """Builds a network.

    Args:
        layers: one description a layer, from the input to the last hidden layer. ``conv 32 3`` is a
            3x3 convolution with 32 filters; ``valid`` drops the padding, ``/2`` is its stride, ``/2x1`` one
            of rows alone, ``+`` adds its input to its output. ``keep`` puts aside what there is; ``up``
            doubles rows and columns and adds what was put aside last, in its width.
        batch_norm: whether each convolution and dense layer is followed by batch normalisation.
        kind: "digit", "number" or "finder".
        labels: what it can answer; None for the ten digits, or for ``spec.NUMBER_LABELS``.

    Returns:
        A ``keras.Model``. For digits, from uint8 (N, 28, 28), 255 = ink, to float32 logits (N, labels). For
        numbers, from uint8 (N, 32, W) to float32 logits (N, W / 2, 1 + labels): in each frame of two columns,
        no character or one of the labels. For the finder, from uint8 (N, H, W), both multiples of 16, to
        float32 (N, H / 4, W / 4, 2 x (``maps.FIELDS`` + labels)); see :mod:`inkdigits.find.maps`.

    Raises:
        ConfigError: a description cannot be read, or the layers do not end in what the kind needs.
    """
    k = keras()
    rows, columns = {
        "digit": (spec.DIGIT_SIDE, spec.DIGIT_SIDE),
        "number": (spec.NUMBER_HEIGHT, None),
        "finder": (None, None),
    }[kind]
    source = k.Input((rows, columns), dtype="uint8", name=_INPUTS[kind])
    x = k.layers.Reshape((rows, columns or -1, 1))(source) if rows else k.ops.expand_dims(source, -1)
    x = k.layers.Rescaling(1 / 255)(x)
    kept: list[Any] = []
    for text in layers:
        try:
            x = _step(x, text.split(), kept, batch_norm=batch_norm)
        except (ValueError, IndexError, KeyError) as error:
            raise ConfigError(
                f"network.layers has {text!r}, which cannot be built ({error}); expected {_GRAMMAR}"
            ) from error
    end = {"digit": _classes, "number": _frames, "finder": _places}[kind]
    model = k.Model(
        source, end(x, labels or (spec.DIGITS if kind == "digit" else spec.NUMBER_LABELS)), name=kind
    )
    if kind == "number":
        _check_columns(model)
    elif kind == "finder":
        _check_places(model)
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


def _places(x: Any, labels: str) -> Any:
    """Returns the maps of places: every column of the last layer answers for two, one behind the other."""
    if len(x.shape) != 4:  # pyright: ignore[reportUnknownArgumentType]
        raise ConfigError(f"network.layers ends in shape {tuple(x.shape)}; expected a picture")
    bias = spec.FRAMES_A_COLUMN * [
        UNLIKELY if field == maps.CENTRE else 0.0 for field in range(maps.FIELDS + len(labels))
    ]
    unlikely = keras().initializers.Constant(bias)
    return keras().layers.Conv2D(len(bias), 1, dtype="float32", bias_initializer=unlikely, name="logits")(x)


def _check_places(model: Any) -> None:
    """Refuses a finder that does not answer for each place of what it is given."""
    side = 8 * spec.FINDER_STEP
    try:
        found = tuple(model(np.zeros((1, side, side), np.uint8)).shape[1:3])
    except Exception as error:  # each backend has errors of its own for shapes that do not fit
        raise ConfigError(
            f"network.layers cannot be given {side} x {side} pixels "
            f"({' '.join(str(error).split())[:120]}); expected strides that 'up' takes back"
        ) from error
    expected = side // spec.FINDER_ROWS, side // spec.FINDER_COLUMNS // spec.FRAMES_A_COLUMN
    if found != expected:
        raise ConfigError(
            f"network.layers gives {found[0]} x {found[1]} answers for {side} x {side} pixels; expected "
            f"{expected[0]} x {expected[1]}: strides that make {spec.FINDER_ROWS} of either side, or 'up' "
            "until they do"
        )


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


def _step(x: Any, words: list[str], kept: list[Any], *, batch_norm: bool) -> Any:
    """Returns the output of the next layer; ``keep`` adds to what is kept, ``up`` takes from it."""
    if words == ["keep"]:
        kept.append(x)
        return x
    if words != ["up"]:
        return _layer(x, words, batch_norm=batch_norm)
    if not kept:
        raise ValueError("nothing was kept")
    layers, before = keras().layers, kept.pop()
    y = layers.Conv2D(before.shape[-1], 1, use_bias=not batch_norm, kernel_initializer="he_uniform")(x)
    if batch_norm:
        y = layers.BatchNormalization(momentum=0.95)(y)
    return layers.Activation("relu")(layers.Add()([before, layers.UpSampling2D()(y)]))


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
