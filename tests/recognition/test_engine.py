"""engine.py: ONNX Runtime and the fake answer the same question, and a broken model is one sentence."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.errors import BundleError, InkdigitsError
from inkdigits.recognition import bundle
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, Bundle
from inkdigits.recognition.engine import Engine, FakeDigitEngine, FakeNumberEngine, OnnxEngine
from inkdigits.recognition.runtime import onnxruntime
from inkdigits.recognition.text import transcribe

LABELS = spec.NUMBER_LABELS


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return bundle.load(SHIPPED_DIGIT)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """uint8 (64, 28, 28): a bar that wanders to the right."""
    images = np.zeros((64, 28, 28), np.uint8)
    for index, image in enumerate(images):
        image[4:24, index % 24 : index % 24 + 4] = 255
    return images


@pytest.mark.parametrize("fake", [True, False])
def test_every_engine_gives_a_float32_row_of_logits_for_each_image(
    shipped: Bundle, digits: np.ndarray, fake: bool
):
    engine: Engine = FakeDigitEngine() if fake else OnnxEngine(shipped)
    before = digits.copy()
    for count in (1, 3, 64):
        logits = engine.logits(digits[:count])
        assert (logits.shape, logits.dtype) == ((count, len(spec.DIGIT_LABELS)), np.float32)
        assert np.isfinite(logits).all()
    assert (digits == before).all()


def test_an_image_gets_the_same_logits_alone_and_in_company(shipped: Bundle, digits: np.ndarray):
    engine = OnnxEngine(shipped)
    together = engine.logits(digits)
    alone = np.concatenate([engine.logits(digits[index : index + 1]) for index in range(len(digits))])
    assert np.ptp(together, axis=0).max() > 1, "the images differ too little to tell an order"
    np.testing.assert_allclose(alone, together, atol=1e-4)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_changes_no_answer(shipped: Bundle, digits: np.ndarray, threads: int):
    expected = OnnxEngine(shipped).logits(digits)
    np.testing.assert_allclose(OnnxEngine(shipped, threads).logits(digits), expected, atol=1e-4)


def test_the_fake_answers_what_it_was_told(digits: np.ndarray):
    logits = FakeDigitEngine(3, 5.0).logits(digits)
    assert (logits.argmax(axis=1) == 3).all()
    assert (logits.max(), logits.min()) == (5, 0)


def test_the_fake_of_a_model_that_knows_what_is_no_digit_answers_that(digits: np.ndarray):
    logits = FakeDigitEngine(spec.OTHER, labels=spec.DIGIT_LABELS).logits(digits[:3])
    assert logits.shape == (3, 11)
    assert (logits.argmax(axis=1) == 10).all()


def test_the_fake_of_numbers_sees_nothing_for_a_space():
    near, far = (FakeNumberEngine(text).logits(np.zeros((1, 32, 120), np.uint8))[0] for text in ("1?", "1 ?"))
    assert [int(row.argmax()) for row in near if row.any() and row.argmax()] == [
        int(row.argmax()) for row in far if row.any() and row.argmax()
    ]
    assert np.flatnonzero(near.argmax(axis=1))[1] < np.flatnonzero(far.argmax(axis=1))[1]


@pytest.mark.parametrize("fake", [True, False])
@pytest.mark.parametrize("width", [16, 64])
def test_every_engine_of_numbers_gives_two_frames_of_logits_for_four_columns(fake: bool, width: int):
    labels = LABELS if fake else bundle.load(SHIPPED_NUMBER).labels
    engine: Engine = FakeNumberEngine() if fake else OnnxEngine(bundle.load(SHIPPED_NUMBER))
    images = np.zeros((3, 32, width), np.uint8)
    images[:, 8:24, 6:8] = 255
    logits = engine.logits(images)
    assert (logits.shape, logits.dtype) == ((3, width // 2, 1 + len(labels)), np.float32)
    assert np.isfinite(logits).all()


@pytest.mark.parametrize("text", ["", "7", "147", "-1.5", "1234567890", "12/05/26", "+3:1%"])
def test_the_fake_of_numbers_spells_its_text(text: str):
    (found,) = transcribe(FakeNumberEngine(text).logits(np.zeros((1, 32, 120), np.uint8)), [60], 1.0, LABELS)
    assert found.text == text
    assert found.probability > 0.99


# ---- ONNX Runtime ----


def test_a_provider_can_be_chosen(shipped: Bundle, digits: np.ndarray):
    there = onnxruntime().get_available_providers()
    engine = OnnxEngine(shipped, providers=[(there[-1], {}), "CPUExecutionProvider"][:1])
    np.testing.assert_allclose(engine.logits(digits), OnnxEngine(shipped).logits(digits), atol=1e-4)
    with pytest.raises(
        InkdigitsError, match=r"'MoonExecutionProvider' cannot be used here; expected one of"
    ) as no:
        OnnxEngine(shipped, providers=("MoonExecutionProvider", "CPUExecutionProvider"))
    assert "CPUExecutionProvider" in str(no.value)


def test_a_provider_that_is_installed_and_has_no_device_is_no_silent_fall_back(
    shipped: Bundle, monkeypatch: pytest.MonkeyPatch
):
    ort = onnxruntime()
    listed = [*ort.get_available_providers(), "CUDAExecutionProvider"]
    monkeypatch.setattr(ort, "get_available_providers", lambda: listed)
    session = ort.InferenceSession

    def without_a_device(model, options, providers):
        return session(model, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(ort, "InferenceSession", without_a_device)
    with pytest.raises(InkdigitsError, match="'CUDAExecutionProvider' cannot be used here"):
        OnnxEngine(shipped, providers=("CUDAExecutionProvider", "CPUExecutionProvider"))


def test_an_engine_pickles(shipped: Bundle, digits: np.ndarray):
    engine = OnnxEngine(shipped, 2)
    again = pickle.loads(pickle.dumps(engine))  # noqa: S301 - our own
    np.testing.assert_array_equal(again.logits(digits), engine.logits(digits))


def test_a_network_for_other_labels_than_its_bundle_s_is_refused(shipped: Bundle):
    few = replace(shipped, metadata={**shipped.metadata, "labels": "012345678"})
    with pytest.raises(BundleError, match="answers 11 classes; expected 9 for the labels '012345678'"):
        OnnxEngine(few)


@pytest.mark.parametrize("kind", ["empty", "text", "half"])
def test_a_model_that_is_no_onnx_is_refused(shipped: Bundle, kind: str):
    half = shipped.model[: len(shipped.model) // 2]
    content = {"empty": b"", "text": b"no network at all", "half": half}[kind]
    with pytest.raises(BundleError, match=r"model\.onnx cannot be loaded by ONNX Runtime .*export") as caught:
        OnnxEngine(replace(shipped, path=Path("there"), model=content))
    assert str(caught.value).startswith(str(Path("there") / "model.onnx"))
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_a_broken_model_makes_onnx_runtime_say_nothing_of_its_own():
    code = (
        "from pathlib import Path; from inkdigits.recognition.bundle import Bundle\n"
        "from inkdigits.recognition.engine import OnnxEngine; from inkdigits.errors import BundleError\n"
        "try: OnnxEngine(Bundle(Path('x'), 'x', {}, b'no network'))\n"
        "except BundleError: print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("refused\n", "")
