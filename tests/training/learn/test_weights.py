"""weights.py: a network that has grown answers as the smaller one did, or says in one line why it cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tiny import LIBRARIES_WARN

from inkdigits import spec
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.networks import build
from inkdigits.training.learn.weights import answers_of, take_over, weights_of_bundle, weights_of_network

pytestmark = LIBRARIES_WARN

DIGIT = ("conv 4 5 /2", "conv 8 3 /2", "conv 8 3 +", "flatten", "dropout 0.1")
NUMBER = ("conv 4 5 /2", "conv 6 3 /2", "conv 6 8x1 valid", "conv 6 1x3 +")
WIDER = ("conv 6 5 /2", "conv 14 3 /2", "conv 14 3 +", "conv 9 8x1 valid", "conv 9 1x3 +", "conv 9 1x3 +")


def pictures(kind: str) -> np.ndarray:
    if kind == "digit":
        return write_digits(60, 5)[0]
    rows = np.random.default_rng(1).integers(0, 256, (20, 32, 48), np.uint8)
    rows[:, :, ::3] = 0
    return rows


def trained(layers: tuple[str, ...], kind: str, labels: str, seed: int = 1) -> Any:
    """Returns a network all of whose weights are set, as if it had learned."""
    model = build(layers, batch_norm=True, kind=kind, labels=labels)
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        given = layer.get_weights()
        if type(layer).__name__ == "BatchNormalization":
            layer.set_weights([rng.uniform(0.5, 1.5, each.shape) for each in given])
        elif given:
            layer.set_weights([each + rng.normal(0, 0.1, each.shape) for each in given])
    return model


def grown(model: Any, old: str, layers: tuple[str, ...], kind: str, new: str) -> Any:
    bigger = build(layers, batch_norm=True, kind=kind, labels=new)
    take_over(weights_of_network(model), old, bigger, new, pictures(kind))
    return bigger


def of_old_labels(logits: np.ndarray, old: str, new: str, kind: str) -> np.ndarray:
    places = [new.index(value) for value in old]
    return logits[..., [0, *(1 + place for place in places)]] if kind == "number" else logits[..., places]


@pytest.mark.parametrize(("kind", "layers"), [("digit", DIGIT), ("number", NUMBER)])
def test_the_same_network_gets_the_same_weights(kind: str, layers: tuple[str, ...]):
    labels = spec.DIGITS if kind == "digit" else spec.NUMBER_LABELS
    model = trained(layers, kind, labels)
    assert answers_of(weights_of_network(model)) == len(labels)
    for ours, theirs in zip(
        grown(model, labels, layers, kind, labels).get_weights(), model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("kind", "layers", "bigger", "old", "new"),
    [
        ("digit", DIGIT, (*DIGIT[:3], "conv 8 3 +", *DIGIT[3:]), "0123456789", "0123456789?"),
        ("digit", DIGIT, (*DIGIT[:2], "conv 8 5 +", "conv 8 3 +", *DIGIT[2:]), "0123456789", "0123456789"),
        ("digit", DIGIT, DIGIT[:-1], "0123456789", "0123456789?"),
        ("number", NUMBER, (*NUMBER, "conv 6 1x3 +", "conv 6 1x5 +"), "0123456789.-", spec.NUMBER_LABELS),
        ("number", NUMBER, WIDER, "0123456789.-", spec.NUMBER_LABELS),
        (
            "digit",
            DIGIT,
            ("conv 5 5 /2", "conv 30 3 /2", "conv 30 3 +", "flatten"),
            "0123456789",
            "0123456789?",
        ),
        ("number", NUMBER, (NUMBER[0], "conv 4 3 +", *NUMBER[1:]), "0123456789.-", "0123456789-?."),
    ],
)
def test_more_residual_layers_and_labels_answer_the_same_for_the_old_ones(
    kind: str, layers: tuple[str, ...], bigger: tuple[str, ...], old: str, new: str
):
    model = trained(layers, kind, old)
    images = pictures(kind)
    before = np.asarray(model.predict_on_batch(images))
    after = np.asarray(grown(model, old, bigger, kind, new).predict_on_batch(images))
    np.testing.assert_allclose(of_old_labels(after, old, new, kind), before, atol=1e-4)
    added = [new.index(value) + (kind == "number") for value in new if value not in old]
    if added:
        chance = np.exp(after) / np.exp(after).sum(axis=-1, keepdims=True)
        assert chance[..., added].sum(axis=-1).mean() < 0.05
        assert (after.argmax(axis=-1)[..., None] != np.array(added)).all(), (
            "the new ones are unlikely at first"
        )


@pytest.mark.parametrize(
    ("kind", "folder", "added"),
    [("digit", SHIPPED_DIGIT, "conv 144 3 +"), ("number", SHIPPED_NUMBER, "conv 128 1x5 +")],
)
def test_a_bundle_in_a_network_with_more_layers_and_labels_answers_the_same(kind: str, folder, added: str):
    bundle = load(folder)
    layers = tuple(bundle.metadata["training"]["config"]["network"]["layers"])
    at = next((index for index, layer in enumerate(layers) if layer == "flatten"), len(layers))
    missing = spec.OTHER if kind == "digit" else "+/:%?"
    new = bundle.labels + "".join(value for value in missing if value not in bundle.labels)
    model = build((*layers[:at], added, *layers[at:]), batch_norm=True, kind=kind, labels=new)
    images = pictures(kind)
    take_over(weights_of_bundle(bundle), bundle.labels, model, new, images)
    after = of_old_labels(np.asarray(model.predict_on_batch(images)), bundle.labels, new, kind)
    np.testing.assert_allclose(after, OnnxEngine(bundle).logits(images), atol=5e-3)


def test_a_digit_network_may_go_on_without_the_answer_for_what_is_no_digit():
    model = trained(DIGIT, "digit", spec.DIGIT_LABELS)
    images = pictures("digit")
    before = np.asarray(model.predict_on_batch(images))
    after = grown(model, spec.DIGIT_LABELS, DIGIT, "digit", spec.DIGITS).predict_on_batch(images)
    np.testing.assert_allclose(np.asarray(after), before[:, :10], atol=1e-4)


def test_what_is_added_can_be_learned():
    """A layer that begins as the identity has a gradient: it does not stay one."""
    model = trained(DIGIT, "digit", spec.DIGITS)
    bigger = grown(model, spec.DIGITS, (*DIGIT[:3], "conv 8 3 +", *DIGIT[3:]), "digit", "0123456789?")
    norm = [layer for layer in bigger.layers if type(layer).__name__ == "BatchNormalization"][3]
    assert not norm.gamma.numpy().any()
    assert norm.moving_variance.numpy().min() > 0
    bigger.compile(
        keras().optimizers.SGD(0.1), keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    images, labels = write_digits(60, 5)
    bigger.train_on_batch(images, labels)
    assert norm.gamma.numpy().any()
    head = bigger.get_layer("logits").kernel.numpy()
    assert head[:, 10].any()


def test_a_residual_layer_is_not_mistaken_for_one_that_is_none():
    """Of the same shape, but the old network's second layer was not added to its input."""
    layers = ("conv 4 3", "conv 4 3", "conv 4 3 +", "mean")
    model = trained(layers, "digit", spec.DIGITS)
    bigger = grown(model, spec.DIGITS, (layers[0], "conv 4 3 +", *layers[1:]), "digit", spec.DIGITS)
    images = pictures("digit")
    np.testing.assert_allclose(
        np.asarray(bigger.predict_on_batch(images)), np.asarray(model.predict_on_batch(images)), atol=1e-4
    )


@pytest.mark.parametrize(
    ("layers", "batch_norm", "labels"),
    [
        (DIGIT[:2] + DIGIT[3:], True, spec.DIGITS),  # fewer
        (
            ("conv 4 5 /2", "conv 8 3 /2", "conv 8 3", "conv 8 3 +", "flatten"),
            True,
            spec.DIGITS,
        ),  # more, and no identity
        (("conv 3 5 /2", *DIGIT[1:]), True, spec.DIGITS),  # narrower
        (DIGIT, False, spec.DIGITS),
        (DIGIT, True, "01234"),
    ],
)
def test_what_does_not_fit_is_refused(layers: tuple[str, ...], batch_norm: bool, labels: str):
    model = build(layers, batch_norm=batch_norm, labels=labels)
    given = weights_of_network(trained(DIGIT, "digit", spec.DIGITS))
    with pytest.raises(ValueError, match=r"\w"):
        take_over(given, spec.DIGITS, model, labels, pictures("digit"))


def test_a_network_without_normalisation_is_taken_over_by_one_that_has_it():
    model = build(DIGIT[:-1], batch_norm=False, labels=spec.DIGITS)
    bigger = build(DIGIT, batch_norm=True, labels=spec.DIGITS)
    images = pictures("digit")
    take_over(weights_of_network(model), spec.DIGITS, bigger, spec.DIGITS, images)
    np.testing.assert_allclose(
        np.asarray(bigger.predict_on_batch(images)), np.asarray(model.predict_on_batch(images)), atol=1e-3
    )
