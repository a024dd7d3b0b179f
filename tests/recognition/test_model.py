"""model.py: digits and numbers alike, a bundle with what computes its answers."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from conftest import draw_digit

from inkdigits import spec
from inkdigits.errors import BundleError
from inkdigits.recognition import bundle
from inkdigits.recognition.bundle import SHIPPED, Kind
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine, OnnxEngine
from inkdigits.recognition.model import Model
from inkdigits.recognition.normalize import normalize_number

FAKES = {"digit": FakeDigitEngine(3), "number": FakeNumberEngine("147")}
INPUTS = {
    "digit": np.zeros((2, 28, 28), np.uint8),
    "number": [np.zeros((32, 64), np.uint8)] * 2,
}


def answers(model: Model, images: object) -> list[str]:
    """Returns what a model of either kind reads."""
    if model.kind == "digit":
        return [model.bundle.labels[index] for index in model.classify(images).argmax(axis=1)]
    return [read.text for read in model.transcribe(images)]


@pytest.mark.parametrize("kind", ["digit", "number"])
def test_a_model_is_made_of_a_folder_or_of_a_bundle_with_any_engine(kind: Kind):
    folder = SHIPPED[kind]
    for made_of in (folder, str(folder), bundle.load(folder)):
        model = Model(made_of)
        assert (model.kind, model.bundle.path) == (kind, folder)
        assert isinstance(model.engine, OnnxEngine)
    assert Model.shipped(kind).bundle == bundle.load(folder)
    fake = Model(folder, FAKES[kind])
    assert answers(fake, INPUTS[kind]) == {"digit": ["3", "3"], "number": ["147", "147"]}[kind]


@pytest.mark.parametrize("kind", ["digit", "number"])
def test_a_model_pickles_with_the_network_s_bytes(kind: Kind):
    model = Model.shipped(kind)
    images = np.random.default_rng(1).integers(
        0, 256, (5, 28, 28) if kind == "digit" else (5, 32, 60), np.uint8
    )
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own
    np.testing.assert_array_equal(again.engine.logits(images), model.engine.logits(images))
    assert again.bundle == model.bundle


@pytest.mark.parametrize("kind", ["digit", "number"])
def test_a_model_asked_for_the_other_kind_says_so(kind: Kind):
    model = Model.shipped(kind, FAKES[kind])
    asked = model.transcribe if kind == "digit" else model.classify
    with pytest.raises(BundleError, match=f"is a {kind!r} model; expected a"):
        asked(INPUTS["digit"])


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path):
    with pytest.raises(BundleError, match="is no folder"):
        Model(tmp_path / "none")


class Widths(FakeNumberEngine):
    """Keeps the shapes of the batches it was asked."""

    def __init__(self) -> None:
        super().__init__("7")
        self.shapes: list[tuple[int, ...]] = []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.shapes.append(images.shape)
        return super().logits(images)


def test_many_digits_are_named_in_parts_as_they_are_alone():
    model = Model.shipped("digit")
    rng = np.random.default_rng(5)
    images = rng.integers(0, 256, (2 * spec.DIGITS_A_CALL + 3, 28, 28), np.uint8)
    given: list[int] = []
    usual = model.engine

    class Counted:
        def logits(self, images: np.ndarray) -> np.ndarray:
            given.append(len(images))
            return usual.logits(images)

    named = Model.shipped("digit", Counted()).classify(images)
    assert given == [spec.DIGITS_A_CALL, spec.DIGITS_A_CALL, 3]
    np.testing.assert_allclose(named[-5:], model.classify(images[-5:]), atol=1e-5)


def test_numbers_of_similar_width_are_read_together():
    engine = Widths()
    widths = [16 + 4 * (7 * index % 40) for index in range(40)]
    read = Model.shipped("number", engine).transcribe([np.zeros((32, width), np.uint8) for width in widths])
    assert len(read) == len(widths)
    size = spec.NUMBERS_A_CALL
    ordered = sorted(widths)
    assert engine.shapes == [
        (len(part), 32, max(part)) for part in (ordered[start : start + size] for start in range(0, 40, size))
    ]


def test_numbers_keep_their_order_and_read_the_same_alone_and_together():
    model = Model.shipped("number")
    texts = ["147", "7", "4714", "41", "1"]
    rows = [np.hstack([255 - draw_digit(int(value), 120)[:, 15:105] for value in text]) for text in texts]
    images = [normalize_number(row[15:105]) for row in rows]
    assert [read.text for read in model.transcribe(images)] == texts
    assert [model.transcribe([image])[0].text for image in images] == texts
    assert model.transcribe([]) == []
