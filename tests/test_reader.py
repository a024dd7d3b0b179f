"""reader.py: one way for every verb, answers judged by calibrated confidence, no bad source in the way."""

from __future__ import annotations

import io
import json
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
from PIL import Image

import inkdigits
from inkdigits import spec
from inkdigits.errors import InkdigitsError, SourceError
from inkdigits.reader import Reader
from inkdigits.recognition import bundle as bundles
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.model import Model
from inkdigits.recognition.prepare import digit_inputs

BLANK = np.full((60, 50), 240, np.uint8)


class SeenEngine:
    """Answers with logits that a function gives for each image, and keeps what it was asked."""

    def __init__(self, answer):
        self.answer, self.calls = answer, []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.calls.append(images)
        return np.stack([self.answer(image) for image in images]).astype(np.float32)


def fake(value: int = 7, logit: float = 9.0, numbers=None, **options) -> Reader:
    return reader_with(FakeDigitEngine(value, logit), numbers, **options)


def reader_with(digits=None, numbers=None, **options) -> Reader:
    """Returns a reader whose shipped bundles are computed by these engines."""
    return Reader(
        None if digits is None else Model.shipped("digit", digits),
        None if numbers is None else Model.shipped("number", numbers),
        **options,
    )


def logits(**of_digit: float) -> np.ndarray:
    """Returns a row of logits: ``logits(d3=5)`` has 5 for the digit 3 and 0 for the others."""
    row = np.zeros(10)
    for name, value in of_digit.items():
        row[int(name[1:])] = value
    return row


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return Reader(threads=1)


# ---- One reading ----


def test_a_digit_is_read_with_its_confidence_its_box_and_what_else_it_could_be():
    reader = reader_with(SeenEngine(lambda image: logits(d7=9, d1=3, d4=2)))
    reading = reader.read(draw_digit(7))
    assert (reading.source, reading.status, reading.text, reading.error) == ("<array>", "ok", "7", None)
    (number,) = reading.numbers
    (digit,) = number.digits
    assert (number.text, digit.value) == ("7", "7")
    assert reading.confidence == number.confidence == digit.confidence > 0.95
    assert number.box == digit.box == digit_inputs(draw_digit(7))[0].box
    assert [value for value, _ in digit.alternatives[:2]] == ["1", "4"]
    assert len(digit.alternatives) == 3
    chances = [digit.confidence, *(chance for _, chance in digit.alternatives)]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) <= 1 + 1e-6


def test_a_blank_picture_is_empty_and_costs_no_model_call():
    engine = SeenEngine(lambda image: logits(d1=9))
    reading = reader_with(engine).read(BLANK)
    assert (reading.status, reading.text, reading.confidence, reading.numbers) == ("empty", "", 0.0, ())
    assert engine.calls == []


def test_all_ways_to_see_a_picture_go_to_the_model_in_one_call():
    picture = scenes.marker_filling_its_picture()
    engine = SeenEngine(lambda image: logits(d5=9))
    reader_with(engine).read(picture)
    (images,) = engine.calls
    assert len(images) > 1
    np.testing.assert_array_equal(images, np.stack([way.image for way in digit_inputs(picture)]))


@pytest.mark.parametrize("expect", ["auto", "digit"])
def test_a_picture_of_one_digit_can_be_asked_for_by_name_or_not(expect: str):
    assert fake(3).read(draw_digit(7), expect).text == "3"


def test_the_source_is_named_as_it_was_given(tmp_path: Path):
    path = tmp_path / "sieben.png"
    Image.fromarray(draw_digit(7)).save(path)
    reader = fake()
    assert reader.read(path).source == str(path)
    assert reader.read(path.read_bytes()).source == "<bytes>"
    with path.open("rb") as file:
        assert reader.read(file).source == "<file>"
    assert reader.read(Image.open(path)).source == "<image>"


# ---- The decision ----


def test_an_answer_is_ok_up_to_the_allowed_error_and_unsure_beyond():
    chance_of_error = 1 - fake(7, 4.0).read(draw_digit(7)).confidence
    assert 0.001 < chance_of_error < 0.5
    for max_error, status in ((chance_of_error * 1.01, "ok"), (chance_of_error * 0.99, "unsure")):
        reading = fake(7, 4.0, max_error=max_error).read(draw_digit(7))
        assert (reading.status, reading.text) == (status, "7")  # also an unsure one tells its best guess


def test_each_bundle_s_own_limit_holds_unless_another_is_asked_for_both():
    reader = fake(numbers=FakeNumberEngine())
    assert reader.max_error is None
    assert reader.max_error_of("digit") == reader.digits.bundle.max_error
    assert reader.max_error_of("number") == reader.numbers.bundle.max_error
    strict = fake(max_error=0.0)
    assert strict.max_error == strict.max_error_of("digit") == strict.max_error_of("number") == 0


def test_the_limit_can_be_set_later_for_both_kinds():
    reader = fake(7, 4.0, FakeNumberEngine("14", 4.0), max_error=1)
    digit, number = draw_digit(7), row_of(1, 4)
    assert [reader.read(digit).status, reader.read(number, "number").status] == ["ok", "ok"]
    reader.max_error = 0
    assert [reader.read(digit).status, reader.read(number, "number").status] == ["unsure", "unsure"]
    reader.max_error = None
    assert reader.max_error_of("number") == reader.numbers.bundle.max_error
    with pytest.raises(InkdigitsError, match="max_error is 'x'"):
        reader.max_error = "x"


def test_max_error_1_lets_everything_through_and_0_nothing_doubtful():
    assert fake(7, 0.1, max_error=1.0).read(draw_digit(7)).status == "ok"
    assert fake(7, 4.0, max_error=0.0).read(draw_digit(7)).status == "unsure"


def two_ways() -> np.ndarray:
    """Returns a picture that can be seen in several ways: a digit with a piece of a neighbour."""
    sheet = scenes.page(90, 80)
    scenes.write(sheet, scenes.pen_digit(3, 1), 8, 12, 64)
    scenes.write(sheet, scenes.pen_digit(8, 1), 56, 12, 64)
    return scenes.photo(sheet)


def test_the_surer_way_to_see_a_picture_decides():
    ways = digit_inputs(two_ways())
    assert len(ways) > 1
    wanted = ways[-1].image
    engine = SeenEngine(lambda image: logits(d2=12) if (image == wanted).all() else logits(d9=0.5))
    reading = reader_with(engine).read(two_ways(), "digit")
    assert reading.text == "2"
    assert reading.numbers[0].box == ways[-1].box


def test_between_equally_sure_ways_the_likeliest_decides():
    ways = digit_inputs(two_ways())
    values = {way.image.tobytes(): 9 - index for index, way in enumerate(ways)}
    engine = SeenEngine(lambda image: logits(**{f"d{values[image.tobytes()]}": 9}))
    reading = reader_with(engine).read(two_ways(), "digit")
    assert reading.text == "9"
    assert reading.numbers[0].box == ways[0].box


def test_ways_that_contradict_each_other_lower_the_confidence():
    ways = digit_inputs(two_ways())
    likeliest = ways[0].image
    agreed = reader_with(SeenEngine(lambda image: logits(d3=9))).read(two_ways(), "digit")
    engine = SeenEngine(lambda image: logits(d3=9) if (image == likeliest).all() else logits(d5=9))
    contradicted = reader_with(engine).read(two_ways(), "digit")
    assert contradicted.text == "3"
    assert contradicted.confidence < agreed.confidence - 0.1


# ---- Many readings ----


def test_many_keep_order_duplicates_and_failures(tmp_path: Path):
    seven, missing = draw_digit(7), tmp_path / "missing.png"
    sources = [seven, b"no picture", BLANK, missing, seven]
    readings = list(fake().read_many(sources))
    assert [reading.status for reading in readings] == ["ok", "error", "empty", "error", "ok"]
    assert readings[0] == readings[4] == fake().read(seven)
    assert readings[3].source == str(missing)
    for reading in (readings[1], readings[3]):
        assert reading.error
        assert "\n" not in reading.error
        assert (reading.text, reading.confidence, reading.numbers) == ("", 0.0, ())


def test_many_are_read_one_by_one_as_they_come():
    taken = []

    def sources():
        for index in range(3):
            taken.append(index)
            yield draw_digit(7)

    readings = fake().read_many(sources())
    assert taken == []
    next(readings)
    assert taken == [0]


def test_one_picture_that_cannot_be_read_is_raised():
    with pytest.raises(SourceError, match="no picture"):
        fake().read(b"no picture")


# ---- classify ----


def test_classify_gives_calibrated_probabilities_in_the_order_of_the_images():
    engine = SeenEngine(lambda image: logits(**{f"d{image[0, 0]}": 6}))
    reader = reader_with(engine)
    images = np.zeros((4, 28, 28), np.uint8)
    images[:, 0, 0] = (3, 1, 4, 1)
    chances = reader.classify(images)
    assert (chances.shape, chances.dtype) == ((4, 10), np.float32)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-6)
    assert chances.argmax(axis=1).tolist() == [3, 1, 4, 1]
    calibrated = np.exp(6 / reader.digits.bundle.temperature)
    assert chances[0, 3] == pytest.approx(calibrated / (calibrated + 9), rel=1e-5)


def test_classify_stays_finite_for_extreme_logits():
    chances = reader_with(SeenEngine(lambda image: logits(d2=1e5, d3=-1e5))).classify(
        np.zeros((1, 28, 28), np.uint8)
    )
    np.testing.assert_array_equal(chances, [[0, 0, 1, 0, 0, 0, 0, 0, 0, 0]])


def test_classify_of_none_is_none():
    engine = SeenEngine(lambda image: logits())
    assert reader_with(engine).classify(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)
    assert engine.calls == []


def test_the_labels_are_those_of_the_bundle(tmp_path: Path):
    turned = bundle_with(tmp_path, SHIPPED_DIGIT, labels="9876543210")
    reader = Reader(Model(turned, FakeDigitEngine(7)))
    assert reader.read(draw_digit(7)).text == "2"
    letters = bundle_with(tmp_path, SHIPPED_NUMBER, labels="0123456789+/")
    model = Model(letters, FakeNumberEngine("1.-"))  # the classes that are called + and / there
    assert Reader(numbers=model).read(row_of(1, 4, 7), "number").text == "1+/"


def bundle_with(folder: Path, shipped: Path, **changes) -> Path:
    """Returns a copy of a shipped bundle whose ``bundle.json`` says something else."""
    copy = shutil.copytree(shipped, folder / f"{shipped.name}-changed")
    told = json.loads((copy / "bundle.json").read_text())
    (copy / "bundle.json").write_text(json.dumps({**told, **changes}))
    return copy


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
        assert sorted(loaded) == ["digit", "number"]  # each once, whoever came first


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


# ---- Numbers ----


class Spells(FakeNumberEngine):
    """Keeps how wide the batches were that it was asked."""

    def __init__(self, text: str, logit: float = 12.0):
        super().__init__(text, logit)
        self.widths: list[int] = []

    def logits(self, images: np.ndarray) -> np.ndarray:
        self.widths.append(images.shape[2])
        return super().logits(images)


def row_of(*digits: int) -> np.ndarray:
    """Returns digits written side by side, uint8 (120, 90 each)."""
    return np.hstack([draw_digit(digit, 120)[:, 15:105] for digit in digits])


def test_a_number_has_its_characters_in_their_places():
    reading = fake(numbers=Spells("147")).read(row_of(1, 4, 7), "number")
    (number,) = reading.numbers
    assert (reading.status, reading.text, number.text) == ("ok", "147", "147")
    assert [digit.value for digit in number.digits] == ["1", "4", "7"]
    for place, digit in enumerate(number.digits):
        x, y, width, height = digit.box
        assert 90 * place < x + width / 2 < 90 * (place + 1)
        assert 10 < y < 40
        assert 60 < height < 100
        assert digit.confidence > 0.99
        assert len(digit.alternatives) == 3
    left = min(digit.box.x for digit in number.digits)
    assert abs(number.box.x - left) <= 3


@pytest.mark.parametrize("text", ["147", "4714", "1741"])
def test_no_box_cuts_through_a_digit(shipped: Reader, text: str):
    row = row_of(*map(int, text))
    (number,) = shipped.read(row, "number").numbers
    assert number.text == text
    for place, digit in enumerate(number.digits):
        columns = np.flatnonzero((row[:, 90 * place : 90 * (place + 1)] < 128).any(axis=0)) + 90 * place
        assert abs(digit.box.x - columns[0]) <= 4
        assert abs(digit.box.x + digit.box.width - 1 - columns[-1]) <= 4


def test_a_number_is_as_sure_as_the_model_and_unsure_beyond_the_allowed_error():
    sure, doubtful = (fake(numbers=Spells("14", logit)) for logit in (12.0, 4.0))
    assert sure.read(row_of(1, 4), "number").confidence > 0.99
    reading = doubtful.read(row_of(1, 4), "number")
    assert (reading.status, reading.text) == ("unsure", "14")
    assert fake(numbers=Spells("14", 4.0), max_error=1.0).read(row_of(1, 4), "number").status == "ok"


def test_a_blank_picture_and_one_without_a_character_are_empty():
    engine = Spells("")
    assert fake(numbers=engine).read(BLANK, "number").status == "empty"
    assert engine.widths == []
    assert fake(numbers=engine).read(row_of(1, 4), "number").status == "empty"
    assert len(engine.widths) == 1


def page_of(rows: int) -> np.ndarray:
    """Returns rows of two numbers each."""
    row = np.hstack([row_of(1, 4), np.full((120, 300), 245, np.uint8), row_of(7, 4)])
    gap = np.full((60, row.shape[1]), 245, np.uint8)
    return np.vstack([gap, *[part for _ in range(rows) for part in (row, gap)]])


@pytest.mark.parametrize("expect", ["page", "auto"])
def test_the_numbers_of_a_page_come_in_reading_order(expect: str):
    reading = fake(numbers=Spells("47")).read(page_of(3), expect)
    assert (reading.status, reading.text) == ("ok", "47 47\n47 47\n47 47")
    places = [(number.box.y // 180, number.box.x // 480) for number in reading.numbers]
    assert places == [(row, column) for row in range(3) for column in range(2)]
    assert reading.confidence == pytest.approx(np.prod([number.confidence for number in reading.numbers]))


def test_a_page_is_unsure_when_one_number_is_and_empty_without_any():
    assert fake(numbers=Spells("47", 6.0)).read(page_of(3), "page").status == "unsure"
    assert fake(numbers=Spells("")).read(page_of(3), "page").status == "empty"
    assert fake(numbers=Spells("47")).read(BLANK, "page").status == "empty"


def test_what_the_model_makes_nothing_of_is_left_out_of_a_page():
    assert fake(numbers=Spells("4747", 0.5)).read(page_of(3), "page").status == "empty"


def test_the_reader_finds_out_by_itself_whether_it_is_a_digit_or_a_number():
    reader = fake(3, numbers=Spells("147"))
    assert reader.read(draw_digit(7)).text == "3"
    assert reader.read(row_of(1, 4, 7)).text == "147"
    assert reader.read(BLANK).status == "empty"


def test_a_number_of_one_character_is_read_again_as_a_digit():
    assert fake(3, numbers=Spells("7")).read(row_of(1, 4, 7)).text == "3"
    assert fake(3, numbers=Spells("7")).read(row_of(1, 4, 7), "number").text == "7"


def test_a_page_whose_ink_hangs_together_is_still_a_page():
    page = page_of(3)
    page[:3], page[-3:], page[:, :3], page[:, -3:] = 20, 20, 20, 20
    page[::180], page[1::180] = 20, 20
    assert fake(3, numbers=Spells("47")).read(page).text == "47 47\n47 47\n47 47"


def test_a_model_is_loaded_with_the_first_picture_that_needs_it(monkeypatch: pytest.MonkeyPatch):
    loaded: list[str] = []
    shipped = {"digit": FakeDigitEngine(3), "number": FakeNumberEngine("147")}

    def load(kind: str, **options) -> Model:
        loaded.append(kind)
        return Model(bundles.load(bundles.SHIPPED[kind]), shipped[kind])

    monkeypatch.setattr(Model, "shipped", load)
    reader = Reader()
    assert (reader.read(BLANK).status, loaded) == ("empty", [])
    assert (reader.read(draw_digit(7)).text, loaded) == ("3", ["digit"])
    assert (reader.read(row_of(1, 4, 7)).text, loaded) == ("147", ["digit", "number"])
    reader.read(row_of(1, 4, 7))
    assert loaded == ["digit", "number"]


@pytest.mark.parametrize("digits", [(1, 4), (7, 4, 7), (4, 4, 7, 7, 1)])
def test_the_shipped_model_reads_a_drawn_number(digits: tuple[int, ...]):
    assert Reader().read(row_of(*digits)).text == "".join(map(str, digits))


# ---- Wrong arguments ----


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
