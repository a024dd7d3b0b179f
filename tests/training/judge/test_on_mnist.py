"""on_mnist.py: what a training did to MNIST is said of digits that neither model has learned."""

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
from inkdigits.errors import DataError
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.judge import on_mnist
from inkdigits.training.judge.on_mnist import Comparison, compare_on_mnist
from inkdigits.training.learn.initial_weights import initial_bundle

pytestmark = LIBRARIES_WARN

Cli = Callable[..., Result]


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Stands for MNIST's training digits: pen digits."""
    images, labels = write_digits(6000, 9)
    texts = tuple(str(label) for label in labels)
    monkeypatch.setattr(on_mnist, "load_dataset", lambda name, part: Dataset(name, images, texts, "0" * 64))
    return labels


def test_a_bundle_is_no_worse_than_itself(mnist: np.ndarray):
    bundle = initial_bundle("digit")
    found = compare_on_mnist(bundle, replace(bundle, metadata=learned_from(bundle.metadata, ["other"])))
    assert found.before == found.after > 0.9
    assert "no worse than what it began with" in str(found)


def test_only_digits_that_neither_learned_count(mnist: np.ndarray):
    bundle = initial_bundle("digit")
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
