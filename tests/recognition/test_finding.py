"""finding.py: what the finder finds is read again by both models, and less sure where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fakes import model_of
from numpy.typing import NDArray
from perfect_maps import Told, perfect

from inkdigits import Reader, spec
from inkdigits.find import maps
from inkdigits.find.marks import Marks
from inkdigits.ink.shades import Inks
from inkdigits.recognition import finding
from inkdigits.recognition.bundle import SHIPPED, load
from inkdigits.recognition.engine import FakeDigitEngine, FakeNumberEngine
from inkdigits.recognition.mark_crops import MarkedPage, boxes_of_ink
from inkdigits.recognition.model import Model

SHAPE = (80, 200)


class Finds:
    """Answers these marks, in pixels of the picture, whatever it is shown at the picture's own scale.

    Args:
        marks: what it finds.
        turn: by which it says that lines are turned, degrees clockwise.
    """

    def __init__(self, marks: Sequence[Told], turn: float = 0.0) -> None:
        self.marks, self.turn = marks, turn

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        side = images.shape[1:]
        whole = side[0] >= SHAPE[0] and side[1] >= SHAPE[1]
        room = 8  # the paper that is put around a picture
        moved = [
            (label, x + room, y + room, width, height, after and (after[0] + room, after[1] + room))
            for label, x, y, width, height, after in self.marks
        ]
        return perfect(moved if whole else [], side, turn=self.turn)[None]


def finder(marks: Sequence[Told], turn: float = 0.0) -> Model:
    bundle = load(SHIPPED["number"])
    return Model(replace(bundle, metadata={**bundle.metadata, "kind": "finder"}), Finds(marks, turn))


def digits(text: str, left: float = 30.0) -> list[Told]:
    middles = [(left + 20 * i, 40.0) for i in range(len(text))]
    following = [*middles[1:], None]
    return [(v, x, y, 12.0, 22.0, after) for v, (x, y), after in zip(text, middles, following, strict=True)]


def picture(marks: Sequence[Told]) -> NDArray[np.uint8]:
    out = np.full(SHAPE, 240, np.uint8)
    for _, x, y, _, height, _ in marks:
        out[int(y - height / 2) : int(y + height / 2), int(x - 2) : int(x + 2)] = 20
    return out


def reader(marks: Sequence[Told], numbers: str, digit: str = "1", logit: float = 12.0) -> Reader:
    return Reader(
        model_of("digit", FakeDigitEngine(digit, labels=spec.DIGITS, logit=1.0), spec.DIGITS),
        Model.shipped("number", FakeNumberEngine(numbers, logit)),
        finder(marks),
    )


def test_a_number_that_all_read_alike_is_sure_and_stands_where_its_marks_are():
    marks = digits("14")
    reading = reader(marks, "14").read(picture(marks), "page")
    assert (reading.status, reading.text) == ("ok", "14")
    (number,) = reading.numbers
    assert [digit.value for digit in number.digits] == ["1", "4"]
    # Around the ink, which is a bar in the middle of each mark, wherever the finder thinks that it ends.
    assert [tuple(digit.box) for digit in number.digits] == [(28, 29, 4, 22), (48, 29, 4, 22)]
    assert tuple(number.box) == (28, 29, 24, 22)


@pytest.mark.parametrize(("solid_rows", "is_whole"), [(22, True), (14, True), (9, False), (2, False)])
def test_a_mark_has_the_box_of_its_solid_ink_unless_only_a_part_is_solid(solid_rows: int, is_whole: bool):
    inks = Inks(picture(digits("14")))
    one = np.zeros((1, 2), np.float32)
    marks = Marks(np.array([[30, 40, 12, 22]], np.float32), one[:, 0], one, one[:, 0], one, one)
    pixels = inks.far.pixels.copy()
    pixels[29 + solid_rows :] = np.minimum(pixels[29 + solid_rows :], spec.SOLID - 1)
    (box,) = boxes_of_ink(MarkedPage(inks.far._replace(pixels=pixels), SHAPE, marks), np.array([0]))
    if is_whole:
        assert tuple(box) == (28, 29, 4, solid_rows)
    else:
        assert box.overlap(type(box)(24, 29, 12, 22)) > 0.6


def test_a_mark_without_ink_has_the_box_that_the_finder_tells():
    inks = Inks(picture(digits("14")))
    one = np.zeros((1, 2), np.float32)
    marks = Marks(np.array([[30, 40, 12, 22]], np.float32), one[:, 0], one, one[:, 0], one, one)
    page = MarkedPage(inks.far._replace(pixels=np.zeros_like(inks.far.pixels)), SHAPE, marks)
    (rough,) = boxes_of_ink(page, np.array([0]))
    assert rough.overlap(type(rough)(24, 29, 12, 22)) > 0.6


def test_a_number_that_is_read_otherwise_is_less_sure():
    marks = digits("14")
    same, other = (reader(marks, text).read(picture(marks), "page") for text in ("14", "74"))
    assert other.confidence < 0.8 < same.confidence
    assert other.status == "unsure"


def bars_and_blocks() -> tuple[list[Told], NDArray[np.uint8]]:
    """Ten bars, of which the last is said to be a 7, and eleven blocks, which are sevens."""
    marks: list[Told] = []
    page = np.full(SHAPE, 240, np.uint8)
    for index in range(21):
        x, y = 20 + 26 * (index % 7), 14 + 26 * (index // 7)
        half = 2 if index % 2 else 7
        page[y - 11 : y + 11, x - half : x + half] = 20
        value = "1" if index % 2 and index != 19 else "7"
        marks.append((value, float(x), float(y), 2.0 * half, 22.0, None))
    return marks, page


def test_a_mark_is_named_as_those_are_that_look_like_it(monkeypatch: pytest.MonkeyPatch):
    marks, page = bars_and_blocks()
    models = reader(marks, "1", "1", logit=3.0)
    given: list[NDArray[np.float64]] = []

    def alike(images: NDArray[np.uint8], chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """The bars are all alike, and so are the blocks."""
        assert images.shape == (21, 28, 28)
        given.append(chances)
        out = np.full((21, 10), -9.0)
        narrow = (images.max(axis=1) > 0).sum(axis=1) < 10
        out[narrow, 1] = out[~narrow, 7] = 0
        return out

    monkeypatch.setattr("inkdigits.recognition.finding.likeness", lambda *_: np.zeros((21, 10)))
    assert models.read(page, "page").text.split()[-3:] == ["7", "7", "7"]
    monkeypatch.setattr("inkdigits.recognition.finding.likeness", alike)
    assert models.read(page, "page").text.split() == ["7", "1"] * 10 + ["7"]
    assert given[0].argmax(axis=1).tolist() == [int(label) for label, *_ in marks]


def test_likeness_makes_a_number_little_surer(monkeypatch: pytest.MonkeyPatch):
    """Half as much as it says itself, in odds: the hand may be another one's."""
    marks, page = bars_and_blocks()
    models = reader(marks, "1", "1", logit=5.0)

    def confidence(one: float) -> float:
        told = np.full((21, 10), -one)
        told[:, 1] = 0
        monkeypatch.setattr("inkdigits.recognition.finding.likeness", lambda images, chances: told)
        return models.read(page, "page").numbers[1].confidence

    alone, little, certain = confidence(0.0), confidence(1.0), confidence(99.0)
    assert alone < little < certain < 0.9999


@pytest.mark.parametrize(
    ("links", "linked"),
    [((0.9, 0.1), 0.9), ((0.55, 0.1), 0.55), ((0.9, 0.45), 0.55), ((1.0, 0.0), 1.0)],
)
def test_a_number_is_as_doubtful_as_the_link_that_is_nearly_missed_or_made(
    links: tuple[float, float], linked: float
):
    one = np.zeros((2, 2), np.float32)
    marks = Marks(np.zeros((2, 4), np.float32), one[:, 0], one, np.array(links, np.float32), one, one)
    assert finding._linked(marks, np.array([0, 1])) == pytest.approx(linked)
    assert finding._linked(marks, np.array([1])) == pytest.approx(1 - links[1])


def test_a_number_that_may_be_part_of_another_is_less_sure(monkeypatch: pytest.MonkeyPatch):
    marks = digits("14")
    usual = reader(marks, "14").read(picture(marks), "page")
    monkeypatch.setattr(finding, "_linked", lambda marks, number: 0.5)
    page, asked = (reader(marks, "14").read(picture(marks), expect) for expect in ("page", "number"))
    assert page.confidence == pytest.approx(usual.confidence * 0.5 / finding.SURELY_LINKED)
    assert asked.confidence > page.confidence, "of a number that is asked for it is known that it is one"


def test_numbers_are_told_in_rows_and_what_is_no_character_in_none():
    marks = [*digits("14"), *digits("7", 120.0), ("?", 170.0, 40.0, 20.0, 22.0, None)]
    assert reader(marks, "1", logit=3.0).read(picture(marks), "page").text == "14 7"


def test_of_a_number_all_that_stands_in_its_row_is_one():
    marks = [*digits("14"), *digits("7", 90.0)]
    assert reader(marks, "147").read(picture(marks), "number").text == "147"


def test_of_a_digit_the_surest_mark_is_the_answer():
    reading = reader(digits("4"), "4", "4").read(picture(digits("4")), "digit")
    assert reading.text == "4"


def test_where_nothing_is_found_on_a_page_nothing_is_read():
    assert reader([], "1").read(picture(digits("14")), "page").status == "empty"


def test_what_may_not_stand_there_is_not_read():
    marks = digits("14")
    assert reader(marks, "74").read(picture(marks), "number", allowed="74").text == "74"


def test_a_reader_has_the_shipped_finder_unless_it_is_given_one_which_travels_with_it():
    assert Reader().finder.bundle.path == SHIPPED["finder"]
    function, arguments = reader(digits("1"), "1").__reduce__()
    assert function(*arguments).finder is arguments[2]


class Raves:
    """Answers anything anywhere."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def logits(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        count, height, width = images.shape
        answers = 2 * (maps.FIELDS + len(spec.NUMBER_LABELS))
        shape = (count, height // spec.FINDER_ROWS, width // spec.FINDER_ROWS, answers)
        return self.rng.normal(0, 4, shape).astype(np.float32)


@pytest.mark.parametrize("expect", ["auto", "digit", "number", "page"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (40, 60), (230, 250, 3)])
def test_whatever_a_finder_answers_a_reading_comes_of_it(expect, shape):
    rng = np.random.default_rng(1)
    raving = Model(finder([]).bundle, Raves(2))
    models = reader([], "14")
    for drawn in (np.full(shape, 30), rng.integers(0, 255, shape), 255 * (rng.random(shape) > 0.05)):
        seen = Reader(models.digits, models.numbers, raving).read(drawn.astype(np.uint8), expect)
        assert seen.status in ("ok", "unsure", "empty")
        for number in seen.numbers:
            assert number.box.x >= 0 <= number.box.y
            assert number.box.x + number.box.width <= shape[1]
            assert number.box.y + number.box.height <= shape[0]


def test_marks_too_faint_to_be_solid_are_read_all_the_same():
    marks = digits("14")
    faint = np.full(SHAPE, 240, np.uint8)
    faint[30:50, 150:154] = 20  # what is solid here
    faint[30:50, 28:52] = 232
    assert reader(marks, "74").read(faint).numbers
