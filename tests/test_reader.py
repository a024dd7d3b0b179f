"""reader.py: one way for every verb, answers judged by calibrated confidence, no bad source in the way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import scenes
from conftest import draw_digit
from fakes import SeenEngine, fake, logits, model_of, reader_with, row_of
from PIL import Image

from inkdigits import spec
from inkdigits.errors import InkdigitsError, SourceError
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.model import Model
from inkdigits.recognition.prepare import digit_inputs

BLANK = np.full((60, 50), 240, np.uint8)


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
    reader_with(engine).read(picture, "digit")
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


def test_classify_of_a_model_that_knows_what_is_no_digit_leaves_its_share_out():
    row = np.append(logits(d3=2.0), 4.0)
    reader = Reader(model_of("digit", SeenEngine(lambda image: row), spec.DIGIT_LABELS))
    images = np.zeros((2, 28, 28), np.uint8)
    chances, whole = reader.classify(images), reader.digits.classify(images)
    assert (chances.shape, chances.dtype, whole.shape) == ((2, 10), np.float32, (2, 11))
    np.testing.assert_array_equal(chances, whole[:, :10])
    assert (chances.sum(axis=1) < 0.2).all()
    assert reader.classify(images[:0]).shape == (0, 10)


@pytest.mark.parametrize(
    ("labels", "columns"),
    [("9876543210", [*range(9, -1, -1)]), ("?0123456789", [*range(1, 11)]), ("4?1", [0, 2])],
)
def test_classify_has_the_digits_in_their_order_whatever_the_order_of_the_labels(
    labels: str, columns: list[int]
):
    engine = SeenEngine(lambda image: np.arange(len(labels)))
    reader = Reader(model_of("digit", engine, labels))
    images = np.zeros((1, 28, 28), np.uint8)
    np.testing.assert_array_equal(reader.classify(images), reader.digits.classify(images)[:, columns])


# ---- What is no digit ----


@pytest.mark.parametrize("expect", ["digit", "auto"])
def test_what_is_no_digit_is_unsure_and_never_called_what_it_is(expect: str):
    row = np.append(logits(d4=3.0), 9.0)
    reader = Reader(model_of("digit", SeenEngine(lambda image: row), spec.DIGIT_LABELS))
    reading = reader.read(draw_digit(4), expect)
    assert (reading.status, reading.text, reading.numbers[0].status) == ("unsure", "4", "unsure")
    assert reading.confidence < 0.05
    assert len(reading.numbers[0].digits[0].alternatives) == 3
    assert spec.OTHER not in repr(reading)


def test_a_digit_is_as_sure_as_the_model_leaves_it():
    ten = fake(4, 5.0).read(draw_digit(4)).confidence
    row = np.append(logits(d4=5.0), 3.0)
    eleven = Reader(model_of("digit", SeenEngine(lambda image: row), spec.DIGIT_LABELS)).read(draw_digit(4))
    assert (eleven.text, eleven.confidence < ten) == ("4", True)


def test_the_labels_are_those_of_the_bundle(tmp_path: Path):
    turned = bundle_with(tmp_path, SHIPPED_DIGIT, labels="9876543210")
    reader = Reader(Model(turned, FakeDigitEngine(7, labels=spec.DIGITS)))
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
