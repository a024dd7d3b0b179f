"""engine.py: ONNX Runtime and the fake answer the same question, and a broken model is one sentence."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inkdigits.errors import BundleError
from inkdigits.recognition import bundle
from inkdigits.recognition.bundle import SHIPPED_DIGIT, Bundle
from inkdigits.recognition.engine import Engine, FakeEngine, OnnxEngine


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
def test_every_engine_gives_a_float32_row_of_ten_logits_for_each_image(
    shipped: Bundle, digits: np.ndarray, fake: bool
):
    engine: Engine = FakeEngine() if fake else OnnxEngine(shipped)
    before = digits.copy()
    for count in (1, 3, 64):
        logits = engine.logits(digits[:count])
        assert (logits.shape, logits.dtype) == ((count, 10), np.float32)
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
    logits = FakeEngine(3, 5.0).logits(digits)
    assert (logits.argmax(axis=1) == 3).all()
    assert (logits.max(), logits.min()) == (5, 0)


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
