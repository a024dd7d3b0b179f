"""arguments.py: what is passed wrongly is one clear line; what was meant is taken."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import draw_digit
from PIL import Image

from inkdigits.errors import BundleError, InkdigitsError, InvalidArrayError, SourceError
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.model import Model

BLANK = np.full((160, 160), 240, np.uint8)


def fake(value: int = 7) -> Reader:
    """Returns a reader whose digit model always gives the same answer."""
    return Reader(Model.shipped("digit", FakeDigitEngine(value)))


# ---- Of the reader ----


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"numbers": "x"}, "model x is no folder"),
        ({"numbers": SHIPPED_DIGIT}, "is a 'digit' model; expected a 'number' model"),
        ({"digits": SHIPPED_NUMBER}, "is a 'number' model; expected a 'digit' model"),
        ({"numbers": Model.shipped("digit", FakeDigitEngine())}, "numbers is the 'digit' model .*as digits"),
        ({"digits": 5}, "digits is of type int; expected a model folder, a Model, or None"),
        ({"numbers": FakeNumberEngine()}, "numbers is of type FakeNumberEngine; expected a model folder"),
        ({"max_error": 1.5}, "max_error is 1.5; expected a probability from 0 to 1"),
        ({"max_error": -0.1}, "max_error is -0.1"),
        ({"max_error": float("nan")}, "max_error is nan"),
        ({"max_error": "x"}, "max_error is 'x'; expected a probability"),
        ({"max_error": True}, "max_error is True"),
        ({"max_error": np.zeros((20, 20))}, r"max_error is array\(.*; expected a probability"),
        ({"threads": 0}, "threads is 0; expected a whole number from 1 to 256, or None for all cores"),
        ({"threads": 1.5}, "threads is 1.5; expected a whole number"),
        ({"threads": True}, "threads is True"),
        ({"threads": "2"}, "threads is '2'"),
        ({"threads": 10**9}, "threads is 1000000000; expected a whole number from 1 to 256"),
    ],
)
def test_an_argument_out_of_range_is_named(options: dict, words: str):
    with pytest.raises(InkdigitsError, match=words) as caught:
        Reader(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"threads": np.int64(2)}, {"max_error": np.float32(0.5)}, {"max_error": 1}]
)
def test_an_argument_may_be_a_number_of_numpy(options: dict):
    Reader(**options)


def test_threads_bound_opencv_too_and_by_default_there_is_one():
    before = cv2.getNumThreads()
    try:
        Reader(threads=3)
        assert cv2.getNumThreads() == 3
        Reader(threads=None)
        assert cv2.getNumThreads() == 3
        Reader()
        assert cv2.getNumThreads() == 1
    finally:
        cv2.setNumThreads(before)


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        ("scan.png", "scan.png"),
        (Path("scan.png"), "scan.png"),
        (b"content", "<bytes>"),
        (io.BytesIO(b"content"), "<file>"),
        (draw_digit(7), "<array>"),
        (np.zeros((9, 9, 3), np.uint8), "<array>"),
        (Image.new("L", (9, 9)), "<image>"),
        (None, "<NoneType>"),
        (5, "<int>"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_one_source_in_place_of_many_is_refused_at_once(sources, name: str):
    with pytest.raises(SourceError, match=rf"read_many got {name} alone; expected several.*use read\(\)"):
        fake().read_many(sources)


def test_an_array_of_pictures_is_many(tmp_path: Path):
    grey = np.stack([draw_digit(7), BLANK])
    for pictures in (grey, np.repeat(grey[..., None], 3, axis=3)):
        assert [reading.status for reading in fake().read_many(pictures)] == ["ok", "empty"]


def test_pixels_that_are_masked_are_refused_and_a_mask_of_none_is_not():
    picture = np.ma.masked_array(draw_digit(7))
    assert fake().read(picture).text == "7"
    picture[:5, :5] = np.ma.masked
    with pytest.raises(InvalidArrayError, match=r"25 masked pixels.*array\.filled\(255\)"):
        fake().read(picture)
    assert fake().read(picture.filled(255)).text == "7"
    digits = np.ma.masked_array(np.zeros((2, 28, 28), np.uint8))
    digits[0, 0, 0] = np.ma.masked
    with pytest.raises(InvalidArrayError, match="1 masked pixels"):
        fake().classify(digits)


@pytest.mark.parametrize(
    ("expect", "words"),
    [("digits", "expect is 'digits'; expected one of auto"), ("", "expected one of auto")],
)
def test_an_expectation_that_cannot_be_met_is_refused_before_anything_is_read(expect: str, words: str):
    with pytest.raises(InkdigitsError, match=words):
        fake().read(draw_digit(7), expect)
    with pytest.raises(InkdigitsError, match=words):
        fake().read_many([], expect)  # at once, not with the first reading


def test_a_model_that_is_none_is_refused_when_the_reader_is_made(tmp_path: Path):
    with pytest.raises(BundleError, match="is no folder"):
        Reader(tmp_path / "none")


# ---- Of classify ----


@pytest.mark.parametrize(
    "images",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((2, 28, 28), np.float32),
        np.zeros((2, 28, 28, 1), np.uint8),
        np.zeros((2, 32, 32), np.uint8),
    ],
)
def test_classify_refuses_other_arrays_and_names_the_other_verb(images: np.ndarray):
    with pytest.raises(InvalidArrayError, match=r"expected uint8 \(N, 28, 28\).*use read\(\)") as caught:
        fake().classify(images)
    assert f"{images.dtype} of shape {images.shape}" in str(caught.value)


def test_classify_takes_a_list_of_digits_and_refuses_a_list_that_is_none():
    digits = [np.zeros((28, 28), np.uint8), np.full((28, 28), 9, np.uint8)]
    assert fake(4).classify(digits).argmax(axis=1).tolist() == [4, 4]
    for wrong, words in (
        ([[0.5] * 28] * 28, r"float64 of shape \(28, 28\)"),
        ([[1, 2], [3]], "list that is no array"),
        ("digit.png", "of shape"),
        (None, "object of shape"),
    ):
        with pytest.raises(InvalidArrayError, match=words) as caught:
            fake().classify(wrong)
        assert "expected uint8 (N, 28, 28)" in str(caught.value)
        assert "\n" not in str(caught.value)
