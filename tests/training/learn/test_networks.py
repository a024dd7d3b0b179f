"""networks.py: layer descriptions become the network they say, and a wrong one is quoted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.find import maps
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import config_names, load_settings
from inkdigits.training.learn.networks import build
from inkdigits.training.learn.recipe import Recipe
from inkdigits.training.learn.settings import Network


def digits(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)


def numbers(count: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, spec.NUMBER_HEIGHT, width), np.uint8)


def shapes(*layers: str, batch_norm: bool = False) -> list[tuple[int, ...]]:
    """Returns the shape behind each layer description, without the number of digits."""
    model = build(layers, batch_norm=batch_norm)
    kinds = ("Activation", "MaxPooling2D", "GlobalAveragePooling2D", "Flatten", "Dropout")
    return [layer.output.shape[1:] for layer in model.layers if type(layer).__name__ in kinds]


def shipped(task: str) -> list[Any]:
    """Returns the networks of a task's configs, each step of a recipe with its own, as parameters."""
    found: dict[str, Network] = {}
    for name in config_names():
        settings = load_settings(name)
        if isinstance(settings, Recipe):
            configs = {f"{name}-{step.name}": step.config for step in settings.steps}
        else:
            configs = {name: settings}
        found |= {key: config.network for key, config in configs.items() if config.task == task}
    return [pytest.param(network, id=key) for key, network in found.items()]


@pytest.mark.parametrize("network", shipped("digit"))
def test_every_shipped_digit_network_takes_bytes_and_gives_ten_logits(network: Network):
    model = build(network.layers, batch_norm=network.batch_norm)
    assert model.input_shape == (None, 28, 28)
    assert model.inputs[0].dtype == "uint8"
    logits = np.asarray(model.predict_on_batch(digits(3)))
    assert (logits.shape, logits.dtype) == ((3, 10), np.float32)
    assert (logits < 0).any(), "probabilities, not logits"
    assert model.count_params() < 500_000  # two megabytes: the wheel carries it


@pytest.mark.parametrize("network", shipped("number"))
def test_every_shipped_number_network_answers_for_each_two_columns_of_any_width(network: Network):
    model = build(network.layers, batch_norm=network.batch_norm, kind="number")
    assert model.input_shape == (None, spec.NUMBER_HEIGHT, None)
    assert model.inputs[0].dtype == "uint8"
    for width in (16, 20, 64, 640):
        logits = np.asarray(model.predict_on_batch(numbers(2, width)))
        frames = width // spec.FRAME_WIDTH
        assert (logits.shape, logits.dtype) == ((2, frames, 1 + len(spec.NUMBER_LABELS)), np.float32)
        assert (logits < 0).any(), "probabilities, not logits"
    assert model.count_params() < 600_000  # with others' thousands, the wheel still carries it


@pytest.mark.parametrize("network", shipped("number"))
def test_paper_behind_a_number_changes_its_answers_no_further_than_the_network_sees(network: Network):
    model = build(network.layers, batch_norm=network.batch_norm, kind="number")
    image = numbers(1, 256)
    alone = np.asarray(model.predict_on_batch(image))
    padded = np.asarray(model.predict_on_batch(np.pad(image, ((0, 0), (0, 0), (0, 64)))))
    np.testing.assert_allclose(padded[:, :96], alone[:, :96], atol=1e-4)


def test_layers_do_what_their_words_say():
    assert shapes("conv 4 3", "conv 5 3 valid", "conv 6 3 /2", "pool", "flatten", "dense 7") == [
        (28, 28, 4),
        (26, 26, 5),
        (13, 13, 6),
        (6, 6, 6),
        (216,),
        (7,),
    ]
    assert shapes("conv 4 5 /2 valid", "mean", "dropout 0.5") == [(12, 12, 4), (4,), (4,)]


def test_kernels_and_strides_may_differ_for_rows_and_columns():
    assert shapes("conv 4 5 /2x1", "conv 5 1x3 valid", "conv 6 4x1 valid", "conv 7 3 /1x2", "mean") == [
        (14, 28, 4),
        (14, 26, 5),
        (11, 26, 6),
        (11, 13, 7),
        (7,),
    ]


def test_plus_adds_the_input_to_the_output():
    model = build(("conv 4 3", "conv 4 3 +", "flatten"), batch_norm=False)
    _, second = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    second.set_weights([np.zeros_like(values) for values in second.get_weights()])
    outputs = [layer.output for layer in model.layers if type(layer).__name__ == "Activation"]
    before, after = keras().Model(model.inputs, outputs).predict_on_batch([digits(2)])
    assert before.any()
    np.testing.assert_array_equal(after, before)


def test_batch_normalisation_takes_the_place_of_the_bias():
    layers = ("conv 4 3", "flatten", "dense 5")
    plain, normed = build(layers, batch_norm=False), build(layers, batch_norm=True)
    count = [sum(type(one).__name__ == "BatchNormalization" for one in m.layers) for m in (plain, normed)]
    assert count == [0, 2]
    hidden = [layer for layer in normed.layers if hasattr(layer, "use_bias") and layer.name != "logits"]
    assert [layer.use_bias for layer in hidden] == [False, False]


def test_scaling_travels_in_the_network():
    model = build(("flatten",), batch_norm=False)
    full = np.asarray(model.predict_on_batch(np.full((1, 28, 28), 255, np.uint8)))
    weights, bias = model.get_layer("logits").get_weights()
    np.testing.assert_allclose(full[0], weights.sum(axis=0) + bias, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ""),
        ("convolution 32 3", "unknown layer 'convolution'"),
        ("Conv 32 3", "unknown layer 'Conv'"),
        ("conv 32", ""),
        ("conv wide 3", "wide"),
        ("conv 32 3.5", "3.5"),
        ("conv 0 3", ""),
        ("conv -4 3", ""),
        ("conv 32 0", ""),
        ("conv 32 3 /0", ""),
        ("conv 32 3 /x", "x"),
        ("conv 32 3x", ""),
        ("conv 32 x3", ""),
        ("conv 32 3x3x3", ""),
        ("conv 32 3 /2x", ""),
        ("conv 32 3 /2x0", ""),
        ("conv 32 3 same", "unknown word 'same'"),
        ("conv 32 29 valid", ""),
        ("conv 32 3 /2 +", ""),
        ("dense", "0 words behind 'dense', not 1"),
        ("dense 0", ""),
        ("dense many", "many"),
        ("dense 10 relu", "2 words behind 'dense'"),
        ("dropout", "0 words"),
        ("dropout 2", ""),
        ("dropout nan", ""),
        ("dropout 0.3 0.5", "2 words"),
        ("pool 3", "1 words behind 'pool', not 0"),
        ("mean 2", "1 words"),
        ("flatten all", "1 words"),
    ],
)
def test_a_description_that_cannot_be_built_is_quoted_with_the_grammar(text: str, reason: str):
    with pytest.raises(ConfigError) as caught:
        build((text, "flatten"), batch_norm=True)
    message = str(caught.value)
    assert message.startswith(f"network.layers has {text!r}, which cannot be built (")
    assert reason in message
    assert "expected 'conv WIDTH KERNEL [valid] [/STRIDE] [+]', 'pool'" in message
    assert "\n" not in message


@pytest.mark.parametrize("layers", [("flatten", "conv 4 3"), ("mean", "pool"), ("flatten", "mean")])
def test_a_layer_in_a_wrong_place_is_quoted(layers: tuple[str, str]):
    with pytest.raises(ConfigError, match=f"network.layers has '{layers[1]}', which cannot be built"):
        build(layers, batch_norm=False)


@pytest.mark.parametrize("layers", [("conv 4 3",), ("dense 5",), ("pool",)])
def test_a_network_that_ends_in_a_picture_says_what_is_missing(layers: tuple[str, ...]):
    with pytest.raises(ConfigError, match="ends in a picture; expected 'flatten' or 'mean'"):
        build(layers, batch_norm=True)


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        (("conv 4 3",), r"\(None, 32, None, 4\)"),
        (("conv 4 5 /2", "conv 4 3 /2x1"), r"\(None, 8, None, 4\)"),
        (("mean",), r"\(None, 1\)"),
    ],
)
def test_a_number_network_that_ends_in_more_than_a_row_says_what_is_missing(
    layers: tuple[str, ...], shape: str
):
    with pytest.raises(
        ConfigError, match=f"ends in shape {shape}; expected one row of columns: .*ROWSx1 valid"
    ):
        build(layers, batch_norm=True, kind="number")


@pytest.mark.parametrize(
    ("layers", "frames"),
    [
        (("conv 4 3 /2", "conv 4 16x1 valid"), 256),
        (("conv 4 3 /2", "conv 4 3 /2", "conv 4 3 /2", "conv 4 4x1 valid"), 64),
        (("conv 4 3 /2", "conv 4 3 /2", "conv 4 8x3 valid"), 124),
    ],
)
def test_a_number_network_that_answers_for_other_than_two_columns_is_refused(
    layers: tuple[str, ...], frames: int
):
    with pytest.raises(
        ConfigError, match=f"gives {frames} frames for 256 columns; expected 128: strides that"
    ):
        build(layers, batch_norm=True, kind="number")


# ---- The finder ----


@pytest.mark.parametrize("network", shipped("finder"))
def test_the_finder_answers_for_every_place_of_a_picture_of_any_size(network: Network):
    model = build(network.layers, batch_norm=network.batch_norm, kind="finder")
    rng = np.random.default_rng(1)
    answers = 2 * (maps.FIELDS + len(spec.NUMBER_LABELS))
    for height, width in ((16, 16), (48, 112), (96, 64)):
        told = np.asarray(model.predict_on_batch(rng.integers(0, 255, (2, height, width)).astype(np.uint8)))
        assert (told.shape, told.dtype) == ((2, height // 4, width // 4, answers), np.float32)
    assert model.count_params() < 700_000
    blank = np.asarray(model.predict_on_batch(np.zeros((1, 64, 64), np.uint8)))
    assert (blank.reshape(16, 32, -1)[..., maps.CENTRE] < -3).all(), "nothing is likely before it has learned"


@pytest.mark.parametrize("network", shipped("finder"))
def test_the_finder_sees_more_than_three_digits_around_a_place(network: Network):
    model = build(network.layers, batch_norm=network.batch_norm, kind="finder")
    reach = 3 * spec.FINDER_HEIGHT // 2
    images = np.zeros((2, 192, 192), np.uint8)
    images[1, 96, 96 + reach] = 255
    one, other = np.asarray(model.predict_on_batch(images))
    assert np.abs(one - other)[24, 24].max() > 0


def test_up_brings_back_what_was_kept_and_must_come_back_to_every_place():
    layers = ("conv 4 3 /2", "conv 6 3 /2", "keep", "conv 8 3 /2", "up")
    model = build(layers, batch_norm=True, kind="finder")
    assert model.get_layer("logits").input.shape[-1] == 6
    with pytest.raises(ConfigError, match=r"'up', which cannot be built \(nothing was kept\)"):
        build(("conv 4 3 /2", "conv 6 3 /2", "up"), batch_norm=True, kind="finder")
    with pytest.raises(ConfigError, match="gives 16 x 16 answers for 128 x 128 pixels; expected 32 x 32"):
        build(("conv 4 3 /2", "conv 6 3 /2", "conv 8 3 /2"), batch_norm=True, kind="finder")
