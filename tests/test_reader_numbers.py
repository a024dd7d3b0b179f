"""reader.py: numbers and pages are read in their places, and a page is as sure as its least sure number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scenes
from conftest import draw_digit
from fakes import Spells, fake, model_of, page_of, row_of
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.errors import InkdigitsError
from inkdigits.reader import Reader
from inkdigits.recognition import bundle as bundles
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.model import Model

BLANK = np.full((60, 50), 240, np.uint8)


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return Reader(threads=1)


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


def doubtful(text: str, logit: float = 6.0, **options) -> Reader:
    """Returns a reader of which the number model is unsure and the digit model knows nothing."""
    return fake(7, 0.0, numbers=Spells(text, logit), **options)


def test_a_number_is_as_sure_as_the_model_and_unsure_beyond_the_allowed_error():
    assert fake(numbers=Spells("14")).read(row_of(1, 4), "number").confidence > 0.99
    reading = doubtful("14").read(row_of(1, 4), "number")
    assert (reading.status, reading.text) == ("unsure", "14")
    assert doubtful("14", max_error=1.0).read(row_of(1, 4), "number").status == "ok"


def test_of_two_models_that_contradict_each_other_the_surer_one_is_heard():
    picture = row_of(7, 7)
    reading = fake(7, numbers=Spells("17", 4.0)).read(picture, "number")
    assert reading.text == "77"
    unsure = fake(7, 3.0, numbers=Spells("17", 9.0)).read(picture, "number")
    assert unsure.text == "17"


def test_a_blank_picture_and_one_without_a_character_are_empty():
    engine = Spells("")
    assert fake(numbers=engine).read(BLANK, "number").status == "empty"
    assert engine.widths == []
    assert fake(numbers=engine).read(row_of(1, 4), "number").status == "empty"
    assert len(engine.widths) == 1


@pytest.mark.parametrize("expect", ["page", "auto"])
def test_the_numbers_of_a_page_come_in_reading_order(expect: str):
    reading = Reader().read(page_of(3), expect)
    assert (reading.status, reading.text) == ("ok", "14 74\n14 74\n14 74")
    places = [(number.box.y // 180, number.box.x // 480) for number in reading.numbers]
    assert places == [(row, column) for row in range(3) for column in range(2)]
    assert reading.confidence == min(number.confidence for number in reading.numbers)


def test_a_page_is_unsure_when_one_number_is_and_empty_without_any():
    assert doubtful("47").read(page_of(3), "page").status == "unsure"
    assert fake(numbers=Spells("")).read(page_of(3), "page").status == "empty"
    assert fake(numbers=Spells("47")).read(BLANK, "page").status == "empty"


def test_what_the_models_read_differently_on_a_page_is_unsure():
    reading = fake(7, 9.0, numbers=Spells("4747", 9.0)).read(page_of(3), "page")
    assert {number.status for number in reading.numbers} == {"unsure"}


@settings(max_examples=40)
@given(st.text(spec.NUMBER_LABELS, min_size=1, max_size=7), st.floats(2.0, 12.0), st.sampled_from("47?"))
def test_what_is_no_character_of_a_number_stands_in_no_answer(text: str, logit: float, digit: str):
    reader = Reader(
        model_of("digit", FakeDigitEngine(digit, labels=spec.DIGIT_LABELS), spec.DIGIT_LABELS),
        model_of("number", FakeNumberEngine(text, logit), spec.NUMBER_LABELS),
    )
    for picture, expect in ((row_of(1, 4, 7), "number"), (page_of(1), "page")):
        reading = reader.read(picture, expect)
        assert spec.OTHER not in repr(reading)
        assert (reading.status == "empty") is (reading.text == "")
        for number in reading.numbers:
            assert number.text == "".join(one.value for one in number.digits) != ""
            if logit > 10 and expect == "number":
                assert number.text == text.replace(spec.OTHER, "")


@pytest.mark.parametrize(
    ("text", "status"), [("?", "empty"), ("???", "empty"), ("14?", "ok"), ("1?4", "unsure")]
)
def test_words_alone_are_no_number_beside_one_left_out_and_amid_one_its_doubt(text: str, status: str):
    reader = Reader(numbers=model_of("number", FakeNumberEngine(text), spec.NUMBER_LABELS))
    reading = reader.read(row_of(1, 4, 7), "number")
    assert (reading.status, reading.text) == (status, text.replace(spec.OTHER, ""))


def test_the_reader_finds_out_by_itself_whether_it_is_a_digit_or_a_number():
    reader = fake(3, numbers=Spells("147"))
    assert reader.read(draw_digit(7)).text == "3"
    assert reader.read(row_of(1, 4, 7)).text == "147"
    assert reader.read(BLANK).status == "empty"


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
        return Model(bundles.load(bundles.SHIPPED[kind]), shipped.get(kind))

    monkeypatch.setattr(Model, "shipped", load)
    reader = Reader()
    assert (reader.read(BLANK, "number").status, loaded) == ("empty", [])
    assert (reader.read(draw_digit(7), "digit").text, loaded) == ("3", ["digit"])
    assert (reader.read(row_of(1, 4, 7), "number").text, loaded) == ("147", ["digit", "number"])
    assert (reader.read(row_of(1, 4, 7)).text, loaded) == ("147", ["digit", "number", "finder"])
    reader.read(row_of(1, 4, 7))
    assert loaded == ["digit", "number", "finder"]


@pytest.mark.parametrize("digits", [(1, 4), (7, 4, 7), (4, 4, 7, 7, 1)])
def test_the_shipped_model_reads_a_drawn_number(digits: tuple[int, ...]):
    assert Reader().read(row_of(*digits)).text == "".join(map(str, digits))


# ---- The status of a page ----


class Widths(FakeNumberEngine):
    """Is as sure of a number as its width says: the wider, the surer."""

    def logits(self, images: np.ndarray) -> np.ndarray:
        return super().logits(images) * (images.shape[2] / 100)


@settings(max_examples=15)
@given(st.floats(0.0, 1.0), st.floats(2.0, 12.0))
def test_a_page_is_ok_when_its_least_sure_number_is(max_error: float, logit: float):
    reading = fake(7, 0.0, numbers=Widths("47", logit), max_error=max_error).read(page_of(2), "page")
    if reading.status == "empty":  # nothing that the model made something of
        return
    least = min(number.confidence for number in reading.numbers)
    assert reading.confidence == least
    assert reading.status == ("ok" if 1 - least <= max_error else "unsure")
    assert reading.status == ("unsure" if "unsure" in {n.status for n in reading.numbers} else "ok")
    for number in reading.numbers:
        assert number.status == ("ok" if 1 - number.confidence <= max_error else "unsure")
        assert [d.status for d in number.digits] == [
            "ok" if 1 - d.confidence <= max_error else "unsure" for d in number.digits
        ]


@pytest.mark.parametrize("expect", ["auto", "digit", "number", "page"])
@pytest.mark.parametrize("max_error", [0.0, 0.05, 1.0])
def test_status_and_confidence_never_contradict_each_other(shipped: Reader, expect: str, max_error: float):
    for picture in (draw_digit(4), row_of(1, 4, 7), page_of(2)):
        reading = shipped.see(picture, expect, max_error=max_error).reading
        if reading.status != "empty":
            assert reading.status == ("ok" if 1 - reading.confidence <= max_error else "unsure")


# ---- A sheet on a desk ----


def written_sheet() -> np.ndarray:
    """Returns a sheet with three rows of two numbers, uint8 (600, 840, 3)."""
    sheet = scenes.page(600, 840, (235, 235, 232))
    for row in range(3):
        for column in range(2):
            for place, value in enumerate((2, 5) if column else (6, 3)):
                x, y = 110 + 400 * column + 52 * place, 70 + 170 * row
                scenes.write(sheet, scenes.plain_digit(value), x, y, 76)
    return scenes.photo(sheet)


def test_boxes_on_a_photo_of_a_sheet_are_in_pixels_of_the_photo(shipped: Reader):
    sheet = written_sheet()
    photo, to_photo = scenes.on_desk(sheet, degrees=20)
    flat, reading = shipped.read(sheet, "page"), shipped.read(photo, "page")
    assert reading.text == flat.text == "63 25\n63 25\n63 25"
    for there, here in zip(flat.numbers, reading.numbers, strict=True):
        pairs = [(there, here), *zip(there.digits, here.digits, strict=True)]
        for true, found in pairs:
            middle = np.array((true.box.x + true.box.width / 2, true.box.y + true.box.height / 2, 1.0))
            x, y = (to_photo @ middle)[:2] / (to_photo @ middle)[2]
            assert found.box.x + found.box.width / 2 == pytest.approx(x, abs=8)
            assert found.box.y + found.box.height / 2 == pytest.approx(y, abs=8)


def test_auto_reads_the_sheet_on_a_desk_as_the_page_that_it_is(shipped: Reader):
    photo, _ = scenes.on_desk(written_sheet(), degrees=-12)
    assert shipped.read(photo) == shipped.read(photo, "page")


def test_a_picture_asked_for_as_digit_or_number_is_not_looked_over_for_a_sheet(
    monkeypatch: pytest.MonkeyPatch,
):
    looked: list[tuple[int, ...]] = []
    monkeypatch.setattr(
        "inkdigits.recognition.whole.find_sheet", lambda picture: looked.append(picture.shape)
    )
    reader = fake(numbers=Spells("47"))
    for expect in ("digit", "number"):
        reader.read(page_of(2), expect)
    assert looked == []
    for expect in ("page", "auto"):
        reader.read(page_of(2), expect)
    assert len(looked) == 2


# ---- What may stand there ----


def test_the_same_is_said_to_every_verb():
    reader, picture = fake(numbers=Spells("147")), row_of(1, 4, 7)
    fits = {"allowed": "0-9", "pattern": r"\d{3}"}
    reading = reader.read(picture, "number", **fits)
    assert (reading.status, reading.text) == ("ok", "147")
    assert reader.see(picture, "number", **fits).reading == reading
    assert list(reader.read_many([picture], "number", **fits)) == [reading]
    assert reader.read(picture, "number", **fits, max_error=0.0).status == "unsure"
    assert next(reader.read_many([picture], "number", **fits, max_error=0.0)).status == "unsure"


def test_what_is_far_likelier_and_does_not_fit_is_no_sure_answer():
    reading = fake(numbers=Spells("147")).read(row_of(1, 4, 7), "number", pattern=r"\d{4}")
    assert (reading.status, len(reading.text)) == ("unsure", 4)


def test_a_picture_of_one_digit_is_read_as_a_number_if_one_digit_cannot_fit():
    reader = fake(7, numbers=Spells("14"))
    assert reader.read(draw_digit(7)).text == "7"
    assert reader.read(draw_digit(7), pattern=r"\d\d?").text == "7"
    assert len(reader.read(draw_digit(7), pattern=r"\d\d").text) == 2


@pytest.mark.parametrize(
    ("expect", "said", "words"),
    [
        ("digit", {"pattern": r"\d\d"}, "none of 0123456789, which the digit model knows, fits pattern"),
        (
            "digit",
            {"allowed": "./"},
            "none of 0123456789, which the digit model knows, fits allowed './' alone",
        ),
        ("number", {"pattern": "1x2"}, "no text can match the pattern '1x2'"),
        ("auto", {"pattern": "(1"}, "is no regular expression"),
        ("page", {"allowed": "a-z"}, "allowed is 'a-z': 'a' is none of them; expected characters of"),
        ("auto", {"allowed": 5}, "allowed is 5; expected a string such as '0-9.', or None"),
        ("auto", {"pattern": b"1"}, r"pattern is b'1'; expected a string such as r'\\d\{2\}.*', or None"),
        ("auto", {"max_error": 2}, "max_error is 2; expected a probability"),
    ],
)
def test_what_cannot_be_meant_is_one_clear_line_before_anything_is_read(expect: str, said: dict, words: str):
    reader = fake(numbers=Spells("14"))
    for call in (reader.read, reader.see, reader.read_many):
        with pytest.raises(InkdigitsError, match=words) as caught:
            call([Path("missing.png")], expect, **said)
        assert "\n" not in str(caught.value)
