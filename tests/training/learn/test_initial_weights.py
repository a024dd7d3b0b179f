"""initial_weights.py: a bundle's weights make the same network again, or say in one line why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Result
from tiny import LIBRARIES_WARN

from inkdigits import spec
from inkdigits.errors import TrainingError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.learn import networks
from inkdigits.training.learn.initial_weights import initial_settings, load_initial_weights
from inkdigits.training.learn.run import Run, save_model

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]


def network_of(folder: Path) -> Any:
    """Returns a new network with the layers of a bundle."""
    bundle = load(folder)
    told = bundle.metadata["training"]["config"]["network"]
    layers, batch_norm = tuple(told["layers"]), told["batch_norm"]
    return networks.build(layers, batch_norm=batch_norm, kind=bundle.kind, labels=bundle.labels)


def pictures(kind: str) -> np.ndarray:
    if kind == "digit":
        return write_digits(300, 5)[0]
    rows = np.random.default_rng(1).integers(0, 256, (40, 32, 96), np.uint8)
    rows[:, :, ::3] = 0
    return rows


@pytest.mark.parametrize(("kind", "folder"), [("digit", SHIPPED_DIGIT), ("number", SHIPPED_NUMBER)])
def test_a_shipped_bundle_becomes_a_network_with_the_same_answers(kind: str, folder: Path):
    images = pictures(kind)
    model = network_of(folder)
    load_initial_weights(kind, model, images, load(folder).labels)
    ours = np.asarray(model.predict_on_batch(images))
    np.testing.assert_allclose(ours, OnnxEngine(load(folder)).logits(images), atol=5e-3)


def test_the_network_can_be_trained_on_at_once():
    """In training, layers are normalised by the batch: with the statistics found anew that changes little."""
    images, labels = write_digits(300, 6)
    model = network_of(SHIPPED_DIGIT)
    load_initial_weights("digit", model, images, spec.DIGIT_LABELS)
    learning = np.asarray(model(images, training=True)).argmax(axis=1)
    assert (learning == labels).mean() > 0.9


def test_a_run_s_network_may_have_fewer_labels_and_residual_layers(tmp_path: Path):
    """Which labels it knows its number of answers says: an alphabet grows at its end."""
    layers = ("conv 4 5 /2", "conv 8 3 /2", "conv 8 3 +", "flatten")
    smaller = networks.build(layers, batch_norm=True, labels=spec.DIGITS)
    save_model(smaller, Run(tmp_path).model)
    bigger = networks.build((*layers[:3], "conv 8 3 +", "flatten"), batch_norm=True, labels=spec.DIGIT_LABELS)
    images = pictures("digit")
    load_initial_weights(str(tmp_path), bigger, images, spec.DIGIT_LABELS)
    logits, before = (np.asarray(model.predict_on_batch(images)) for model in (bigger, smaller))
    np.testing.assert_allclose(logits[:, :10], before, atol=1e-4)
    assert (logits[:, 10] < before.max(axis=1)).all()


def test_what_is_begun_with_says_how_it_was_trained(tmp_path: Path):
    told = initial_settings("digit")
    recorded = load(SHIPPED_DIGIT).metadata["training"]["config"]
    assert (told.task, list(told.network.layers)) == ("digit", recorded["network"]["layers"])
    assert told.data.leave_out == recorded["data"]["leave_out"]
    assert initial_settings("number").task == "number"
    (tmp_path / "config.toml").write_text('[network]\nlayers = ["flatten"]\n', encoding="utf-8")
    assert initial_settings(str(tmp_path)).network.layers == ("flatten",)
    with pytest.raises(TrainingError, match="where a training cannot begin"):
        initial_settings(str(tmp_path / "nothing"))


def test_other_layers_are_refused_in_one_line():
    model = networks.build(("conv 4 5 /2", "flatten"), batch_norm=True)
    with pytest.raises(TrainingError, match=r"fit.init names digit, whose network cannot.*network\.layers"):
        load_initial_weights("digit", model, pictures("digit"), spec.DIGITS)


def test_what_is_neither_run_nor_bundle_is_told(tmp_path: Path):
    with pytest.raises(TrainingError, match="name digit, number, or the folder of a bundle"):
        load_initial_weights(str(tmp_path), network_of(SHIPPED_DIGIT), pictures("digit"), spec.DIGITS)
