"""reader.py with the shipped models: real pictures, threads and processes, and what the model saw."""

from __future__ import annotations

import io
import multiprocessing
import pickle
import shutil
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
import scenes
from conftest import draw_digit
from fakes import page_of, row_of
from PIL import Image

import inkdigits
from inkdigits import spec
from inkdigits.errors import InkdigitsError
from inkdigits.reader import Reader
from inkdigits.recognition import bundle as bundles
from inkdigits.recognition.bundle import SHIPPED_DIGIT
from inkdigits.recognition.engine import FakeDigitEngine
from inkdigits.recognition.model import Model


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return Reader(threads=1)


# ---- Many threads, many processes ----


def test_threads_share_a_reader_and_get_the_same_answers(monkeypatch: pytest.MonkeyPatch):
    pictures = [row_of(1, 4), draw_digit(7), page_of(3), row_of(7, 4, 7), draw_digit(4), row_of(4, 4, 1)]
    expected = list(Reader().read_many(pictures))
    loaded: list[str] = []
    load = bundles.load
    monkeypatch.setattr(bundles, "load", lambda path, kind=None: loaded.append(kind) or load(path, kind))
    for _ in range(3):
        loaded.clear()
        reader = Reader()
        together = threading.Barrier(len(pictures))

        def work(picture: np.ndarray, reader=reader, together=together):
            together.wait(60)
            return [reader.read(picture) for _ in range(2)]

        with ThreadPoolExecutor(len(pictures)) as pool:
            found = list(pool.map(work, pictures))
        assert found == [[reading] * 2 for reading in expected]
        assert sorted(loaded) == ["digit", "finder", "number"]  # each once, whoever came first


def test_a_reader_pickles_with_its_models_and_settings(tmp_path: Path):
    copy = shutil.copytree(SHIPPED_DIGIT, tmp_path / "copy")
    reader = Reader(copy, max_error=0.25, threads=2)
    shutil.rmtree(copy)  # another machine has no such folder
    again = pickle.loads(pickle.dumps(reader))  # noqa: S301 - our own
    assert (again.max_error, again.digits.bundle.path) == (0.25, copy)
    for picture in (draw_digit(7), row_of(1, 4, 7)):
        assert again.read(picture) == reader.read(picture)


def test_a_reader_goes_into_other_processes():
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        reading = pool.submit(Reader().read, draw_digit(7)).result(timeout=120)
    assert reading == Reader().read(draw_digit(7))


# ---- What was seen ----


def test_what_the_model_saw_comes_with_the_reading(shipped: Reader):
    for expect, shape in (("digit", (28, 28)), ("number", (32, None)), ("auto", (28, 28))):
        picture = row_of(1, 4, 7) if expect == "number" else draw_digit(4)
        seen = shipped.see(picture, expect)
        assert seen.reading == shipped.read(picture, expect)
        assert len(seen.inputs) == len(seen.reading.numbers) == 1
        assert seen.inputs[0].dtype == np.uint8
        assert seen.inputs[0].shape == (shape[0], shape[1] or seen.inputs[0].shape[1])
    digit = shipped.see(draw_digit(4), "digit")
    assert shipped.classify(digit.inputs[0][None]).argmax() == 4  # it is what the answer came from


def test_a_page_shows_one_input_for_each_of_its_numbers_in_their_order(shipped: Reader):
    seen = shipped.see(page_of(3), "page")
    assert len(seen.inputs) == len(seen.reading.numbers) >= 3
    for image, number in zip(seen.inputs, seen.reading.numbers, strict=True):
        again = shipped.see(255 - image, "number").reading  # ink on paper
        assert again.text == number.text


def test_nothing_is_seen_where_there_is_nothing(shipped: Reader):
    for expect in ("digit", "number", "page", "auto"):
        seen = shipped.see(np.full((60, 60), 255, np.uint8), expect)
        assert (seen.reading.status, seen.inputs) == ("empty", ())


def test_max_error_may_be_given_for_one_picture(shipped: Reader):
    for expect in ("digit", "number", "page", "auto"):
        strict, lenient = (shipped.see(row_of(1, 4, 7), expect, max_error=one).reading for one in (0.0, 1.0))
        assert (strict.status, lenient.status) == ("unsure", "ok")
        assert strict.text == lenient.text
    with pytest.raises(InkdigitsError, match="max_error"):
        shipped.see(draw_digit(4), max_error=2.0)


# ---- The shipped model ----


def test_another_folder_with_the_same_model_reads_the_same(tmp_path: Path, shipped: Reader):
    copy = shutil.copytree(SHIPPED_DIGIT, tmp_path / "copy")
    assert Reader(copy, threads=1).read(draw_digit(4)) == shipped.read(draw_digit(4))


@pytest.mark.parametrize("value", range(10))
def test_real_digits_are_read_whatever_the_margin(shipped: Reader, value: int):
    for which in range(3):
        digit = scenes.mnist_digit(value, which)
        for margin in (0, 6, 40):
            picture = 255 - np.pad(digit, margin)
            assert shipped.read(picture).text == str(value), (which, margin)


def test_classify_and_read_agree_on_real_digits(shipped: Reader):
    digits = np.stack([scenes.mnist_digit(value, 3) for value in range(10)])
    values = [spec.DIGITS[index] for index in shipped.classify(digits).argmax(axis=1)]
    assert values == [reading.text for reading in shipped.read_many(255 - digits)] == list(spec.DIGITS)


def test_a_batch_is_classified_as_its_images_one_by_one(shipped: Reader):
    digits = np.stack([scenes.mnist_digit(value, 4) for value in range(10)])
    alone = np.concatenate([shipped.classify(digit[None]) for digit in digits])
    np.testing.assert_allclose(shipped.classify(digits), alone, atol=1e-5)


def test_the_box_is_around_the_digit_wherever_it_stands(shipped: Reader):
    sheet = scenes.page(400, 600)
    scenes.write(sheet, scenes.pen_digit(2, 3), 330, 40, 120)
    drawn = np.argwhere(scenes.grey(scenes.photo(sheet)) < 150)
    (top, left), (bottom, right) = drawn.min(axis=0), drawn.max(axis=0) + 1
    x, y, width, height = shipped.read(scenes.photo(sheet)).numbers[0].box
    assert (x, y, x + width, y + height) == pytest.approx((left, top, right, bottom), abs=3)


def test_the_box_is_in_the_picture_as_its_exif_rotation_shows_it(shipped: Reader):
    sheet = scenes.page(200, 320)
    scenes.write(sheet, scenes.pen_digit(2, 3), 210, 40, 100)
    upright = shipped.read(scenes.photo(sheet)).numbers[0].box
    image = Image.fromarray(scenes.photo(sheet)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=exif)
    assert shipped.read(buffer.getvalue()).numbers[0].box == upright


def test_the_package_s_own_read_uses_one_reader(monkeypatch: pytest.MonkeyPatch):
    made = []

    class Counted(Reader):
        def __init__(self):
            made.append(self)
            super().__init__(Model.shipped("digit", FakeDigitEngine(5)))

    monkeypatch.setattr("inkdigits.reader.Reader", Counted)
    inkdigits.reader._shared_reader.cache_clear()
    try:
        assert [inkdigits.read(draw_digit(7)).text for _ in range(2)] == ["5", "5"]
    finally:
        inkdigits.reader._shared_reader.cache_clear()
    assert len(made) == 1


def test_a_digit_beside_a_bar_that_is_not_read_is_no_sure_answer():
    ink = np.full((265, 380), 255, np.uint8)
    two = np.array([(68, 110), (90, 70), (140, 70), (155, 110), (120, 150), (68, 205), (160, 205)])
    cv2.polylines(ink, [two], False, (30,), 14, cv2.LINE_AA)
    for x in (228, 248, 268):
        picture = cv2.line(ink.copy(), (x, 60), (x, 205), (30,), 14, cv2.LINE_AA)
        reading = Reader(threads=1).read(picture)
        assert reading.text == "21" or reading.status == "unsure"
