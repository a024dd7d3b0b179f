"""begin.py and against.py: a bundle's weights make the same network again; what that did to MNIST is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Result
from tiny import LIBRARIES_WARN, save_digits

from inkdigits.data.datasets import Dataset
from inkdigits.errors import DataError, TrainingError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.judge import on_mnist as against
from inkdigits.training.judge.on_mnist import Comparison, compare_on_mnist
from inkdigits.training.learn import networks
from inkdigits.training.learn.initial_weights import begin_from, bundle_of, settings_of

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]


def network_of(folder: Path) -> Any:
    """Returns a new network with the layers of a bundle."""
    bundle = load(folder)
    told = bundle.metadata["training"]["config"]["network"]
    return networks.build(tuple(told["layers"]), batch_norm=told["batch_norm"], kind=bundle.kind)


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
    begin_from(kind, model, images)
    ours = np.asarray(model.predict_on_batch(images))
    np.testing.assert_allclose(ours, OnnxEngine(load(folder)).logits(images), atol=5e-3)


def test_the_network_can_be_trained_on_at_once():
    """In training, layers are normalised by the batch: with the statistics found anew that changes little."""
    images, labels = write_digits(300, 6)
    model = network_of(SHIPPED_DIGIT)
    begin_from("digit", model, images)
    learning = np.asarray(model(images, training=True)).argmax(axis=1)
    assert (learning == labels).mean() > 0.9


def test_what_is_begun_with_says_how_it_was_trained(tmp_path: Path):
    told = settings_of("digit")
    recorded = load(SHIPPED_DIGIT).metadata["training"]["config"]
    assert (told.network.kind, list(told.network.layers)) == ("digit", recorded["network"]["layers"])
    assert told.data.leave_out == recorded["data"]["leave_out"]
    assert settings_of("number").network.kind == "number"
    (tmp_path / "config.toml").write_text('[network]\nlayers = ["flatten"]\n', encoding="utf-8")
    assert settings_of(str(tmp_path)).network.layers == ("flatten",)
    with pytest.raises(TrainingError, match="where a training cannot begin"):
        settings_of(str(tmp_path / "nothing"))


def test_other_layers_are_refused_in_one_line():
    model = networks.build(("conv 4 5 /2", "flatten"), batch_norm=True)
    with pytest.raises(TrainingError, match=r"fit.init names digit, whose network cannot.*network\.layers"):
        begin_from("digit", model, pictures("digit"))


def test_what_is_neither_run_nor_bundle_is_told(tmp_path: Path):
    with pytest.raises(TrainingError, match="name digit, number, or the folder of a bundle"):
        begin_from(str(tmp_path), network_of(SHIPPED_DIGIT), pictures("digit"))


# ---- What it did to MNIST ----


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Stands for MNIST's training digits: pen digits."""
    images, labels = write_digits(6000, 9)
    texts = tuple(str(label) for label in labels)
    monkeypatch.setattr(against, "load_dataset", lambda name, part: Dataset(name, images, texts, "0" * 64))
    return labels


def test_a_bundle_is_no_worse_than_itself(mnist: np.ndarray):
    bundle = bundle_of("digit")
    found = compare_on_mnist(bundle, replace(bundle, metadata=learned_from(bundle.metadata, ["other"])))
    assert found.before == found.after > 0.9
    assert "no worse than what it began with" in str(found)


def test_only_digits_that_neither_learned_count(mnist: np.ndarray):
    bundle = bundle_of("digit")
    with pytest.raises(DataError, match="were learned by neither model, expected 200"):
        compare_on_mnist(bundle, replace(bundle, metadata=learned_from(bundle.metadata, ["mnist"], seed=77)))


def test_worse_is_called_worse():
    assert Comparison(3000, 0.99, 0.98).worse
    assert "worse than what it began with" in str(Comparison(3000, 0.99, 0.98))
    assert "no worse" not in str(Comparison(3000, 0.99, 0.98))


def learned_from(metadata: dict[str, Any], train: list[str], **changes: Any) -> dict[str, Any]:
    config = metadata["training"]["config"]
    data = {**config["data"], "train": train, "validation": 0.3, **changes}
    return {**metadata, "training": {**metadata["training"], "config": {**config, "data": data}}}


def test_the_command_begins_with_the_shipped_digits_and_tells_what_happened(
    cli: Cli, tmp_path: Path, mnist: np.ndarray
):
    data = save_digits(tmp_path / "digits.npz")
    settings = ("fit.epochs=1", "fit.learning_rate=0.0001", "data.pen=0", "fit.batch_size=8")
    words = ["--data", str(data), *(word for text in settings for word in ("--set", text))]
    done = cli("train", *words, "--init", "digit", "--output", str(tmp_path / "mine"))
    assert done.code == 0, done.err
    assert "MNIST: " in done.out
    held = float(done.out.split("held out: ")[1].split(" %")[0])
    assert held > 80, "it began anew"
