"""annotate.py: what was read is drawn where it stands, covers no number, and fits any picture."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.output import annotate as module
from inkdigits.output.annotate import annotate
from inkdigits.output.label_places import covered
from inkdigits.readings import Box, Digit, Number, Reading, Status

INK = 20
PAPER = 240
SURE = np.array(module._SURE)
UNSURE = np.array(module._UNSURE)


def number(text: str, box: Box, confidence: float = 0.99, status: Status = "ok") -> Number:
    wide = box.width // len(text)
    digits = tuple(
        Digit(value, confidence, Box(box.x + index * wide, box.y, wide, box.height), status=status)
        for index, value in enumerate(text)
    )
    return Number(text, confidence, box, digits, status)


def reading(*numbers: Number) -> Reading:
    status = "ok" if all(number.status == "ok" for number in numbers) else "unsure"
    return Reading("a.png", status, " ".join(number.text for number in numbers), 0.9, numbers)


def paper(height: int, width: int, numbers: tuple[Number, ...] = ()) -> np.ndarray:
    """A page with a block of ink for each number, inset so that its outline is no box edge."""
    picture = np.full((height, width), PAPER, np.uint8)
    for one in numbers:
        x, y, wide, tall = one.box
        picture[y : y + tall, x : x + wide] = INK
    return picture


def share(picture: np.ndarray, colour: np.ndarray) -> float:
    return float((picture == colour).all(axis=2).mean())


@pytest.mark.parametrize("shape", [(300, 500), (300, 500, 3)])
def test_grey_and_colour_pictures_come_back_as_rgb_and_are_not_changed(shape: tuple[int, ...]):
    picture = np.full(shape, PAPER, np.uint8)
    drawn = annotate(picture, reading(number("7", Box(100, 100, 40, 60))))
    assert (drawn.dtype, drawn.shape) == (np.uint8, (300, 500, 3))
    assert (picture == PAPER).all()


def test_the_box_is_around_the_ink_and_covers_none_of_it():
    one = number("7", Box(100, 120, 60, 80))
    drawn = annotate(paper(400, 500, (one,)), reading(one))
    assert (drawn[120:200, 100:160] == INK).all()
    marked = np.argwhere((drawn == SURE).all(axis=2))
    box = marked[marked[:, 0] >= 118]  # below the label
    assert box[:, 0].max() in (200, 201, 202)
    assert (box[:, 1].min(), box[:, 1].max()) in [(97, 162), (98, 161)]


def test_a_box_at_the_border_is_whole_because_the_picture_grows_by_its_rim():
    one = number("7", Box(0, 0, 500, 400))
    drawn = annotate(paper(400, 500, (one,)), reading(one))
    assert (drawn == INK).all(axis=2).sum() == 400 * 500
    blue = (drawn == SURE).all(axis=2)
    assert blue.sum(axis=1).max() > 500  # the side above or below
    assert (blue[:, :4].sum(axis=0).max(), blue[:, -4:].sum(axis=0).max()) > (400, 400)


def test_a_box_that_is_not_of_this_picture_does_not_make_it_grow_to_it():
    drawn = annotate(paper(400, 500), reading(number("7", Box(90_000, 90_000, 50, 50))))
    assert drawn.size < 3 * 700 * 700


@pytest.mark.parametrize("confidence", [0.01, 0.99])
def test_a_number_is_drawn_as_sure_as_its_status_says_whatever_its_confidence(confidence: float):
    cases: tuple[tuple[Status, np.ndarray, np.ndarray], ...] = (
        ("ok", SURE, UNSURE),
        ("unsure", UNSURE, SURE),
    )
    for status, colour, other in cases:
        seven = number("7", Box(100, 120, 60, 80), confidence, status)
        drawn = annotate(paper(400, 500, (seven,)), reading(seven))
        assert share(drawn, colour) > 0
        assert share(drawn, other) == 0


def test_on_a_page_each_number_is_drawn_by_its_own_status():
    sure = number("1", Box(50, 200, 60, 80))
    unsure = number("2", Box(400, 200, 60, 80), status="unsure")
    drawn = annotate(paper(500, 600, (sure, unsure)), reading(sure, unsure))
    left, right = drawn[:, :300], drawn[:, 300:]
    assert share(left, SURE) > 0
    assert share(left, UNSURE) == 0
    assert share(right, UNSURE) > 0
    assert share(right, SURE) == 0


def test_unsure_is_told_without_colour_too():
    sure = number("7", Box(100, 120, 60, 80))
    unsure = number("7", Box(100, 120, 60, 80), status="unsure")
    sides = {}
    for seven, colour in ((sure, SURE), (unsure, UNSURE)):
        drawn = annotate(paper(400, 500, (seven,)), reading(seven))
        rows = (drawn[201:204] == colour).all(axis=2).sum(axis=1)
        sides[seven.status] = rows.max()
    assert sides["unsure"] < 0.8 * sides["ok"]  # dashes have gaps
    assert module._mark(unsure, 1, (400, 500)).text.endswith("?")
    assert not module._mark(sure, 1, (400, 500)).text.endswith("?")


def test_an_unsure_digit_is_marked_inside_a_number_that_is_sure():
    digits = (
        Digit("1", 0.99, Box(100, 100, 50, 80)),
        Digit("2", 0.6, Box(150, 100, 50, 80), status="unsure"),
    )
    drawn = annotate(paper(400, 500), reading(Number("12", 0.98, Box(100, 100, 100, 80), digits)))
    assert share(drawn[100:180, 152:202], UNSURE) > 0
    assert share(drawn[100:180, 95:149], UNSURE) == 0


def test_confidence_is_cut_and_never_says_100_percent_for_less():
    assert module._mark(number("7", Box(0, 0, 9, 9), 0.9999), 1, (400, 500)).text == "7  99.9 %"


@pytest.mark.parametrize("shape", [(34, 60), (28, 28), (12, 300), (300, 12), (1, 1)])
def test_small_pictures_are_enlarged_by_whole_pixels_and_only_margins_are_added(shape: tuple[int, int]):
    height, width = shape
    one = number("12" if width > 1 else "1", Box(0, 0, width, height))
    picture = paper(height, width, (one,))
    drawn = annotate(picture, reading(one))
    factor = -(-spec.ANNOTATED_SIDE // max(shape))
    ink = (drawn == INK).all(axis=2)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    assert drawn.shape[0] >= factor * height
    assert drawn.shape[1] >= factor * width
    # All of it is there but for the thin box of the digit.
    assert rows[-1] - rows[0] >= 0.9 * factor * height - 4
    assert columns[-1] - columns[0] >= 0.9 * factor * width - 4


def test_small_writing_on_a_large_page_is_enlarged_but_a_huge_page_is_not():
    one = number("12", Box(100, 100, 12, 10))
    assert annotate(paper(1000, 800), reading(one)).shape == (3000, 2400, 3)
    assert annotate(paper(3500, 2480), reading(one)).shape == (3500, 2480, 3)


@pytest.mark.parametrize("paper_level", [0, 255])
def test_labels_are_legible_on_light_and_dark_paper(paper_level: int):
    picture = np.full((400, 500), paper_level, np.uint8)
    drawn = annotate(picture, reading(number("7", Box(100, 120, 60, 80))))
    colours = {tuple(int(value) for value in row) for row in drawn.reshape(-1, 3)}
    assert tuple(module._SURE) in colours  # the plate
    assert (255, 255, 255) in colours  # the text, and the rim of the box


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast ratio of the Web Content Accessibility Guidelines, 1 to 21."""

    def light(colour: tuple[int, int, int]) -> float:
        shares = [value / 255 for value in colour]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [module._SURE, module._UNSURE, module._NEUTRAL])
def test_the_text_stands_out_from_its_plate(colour: tuple[int, int, int]):
    assert contrast(colour, (255, 255, 255)) >= 4.5


@pytest.mark.parametrize("status", ["empty", "error"])
def test_a_picture_without_a_number_says_so(status: str):
    drawn = annotate(paper(60, 90), Reading("a.png", status))  # type: ignore[arg-type]
    assert share(drawn, np.array(module._NEUTRAL)) > 0
    assert share(drawn, SURE) == share(drawn, UNSURE) == 0


def page(count: int) -> tuple[Number, ...]:
    rng = np.random.default_rng(5)
    return tuple(
        number(
            "".join(map(str, rng.integers(0, 10, 4))),
            Box(40 + 190 * (index % 5) + int(rng.integers(0, 20)), 50 + 80 * (index // 5), 80, 30),
        )
        for index in range(count)
    )


def test_a_page_of_80_numbers_keeps_all_its_ink_and_its_labels_apart(monkeypatch: pytest.MonkeyPatch):
    numbers = page(80)
    seen: list[tuple[int, int, int, int]] = []
    real = module.label_places
    monkeypatch.setattr(module, "label_places", lambda *given: seen.extend(real(*given)) or seen)
    drawn = annotate(paper(1400, 1000, numbers), reading(*numbers))
    assert drawn.shape == (1400, 1000, 3)
    areas = [module._area(one.box, 1, drawn.shape) for one in numbers]
    for one, other in [*combinations(seen, 2), *((label, area) for label in seen for area in areas)]:
        assert covered([one], [other]) == 0
    for label, area in zip(seen, areas, strict=True):  # near its own number
        assert abs(label[1] - area[1]) < 60
        assert abs(label[0] - area[0]) < 90


def sheet(wide: int, tall: int, status: Status = "ok") -> tuple[Number, ...]:
    """A table of two-digit numbers, a cell of so many pixels for each."""
    return tuple(
        number("57", Box(40 + wide * column, 40 + tall * row, 60, 44), status=status)
        for row in range(12)
        for column in range(7)
    )


def test_on_a_sheet_with_little_room_sure_numbers_are_labelled_without_their_confidence():
    numbers = sheet(110, 70)
    layout = module._layout(paper(900, 860, numbers), reading(*numbers))
    assert {text for text, _ in layout.labels} == {"57"}
    assert layout.hides <= module._CROWDED
    assert layout.canvas.shape == (900, 860, 3)


def test_a_crowded_sheet_is_enlarged_until_its_labels_hide_no_number():
    numbers = sheet(110, 60, "unsure")
    layout = module._layout(paper(800, 860, numbers), reading(*numbers))
    assert {text for text, _ in layout.labels} == {"57  99.0 % ?"}, "doubt is told in any case"
    assert layout.hides <= module._CROWDED
    assert layout.canvas.shape[0] in (1600, 2400)


def test_where_no_layout_is_free_the_one_that_hides_least_is_drawn():
    numbers = (number("57", Box(60, 20, 60, 44), status="unsure"),) * 30
    picture = paper(100, 200, numbers)
    layout = module._layout(picture, reading(*numbers))
    assert module._CROWDED < layout.hides <= module._laid_out(picture, reading(*numbers), 2).hides
    assert annotate(picture, reading(*numbers)).shape[2] == 3


def test_a_label_keeps_off_other_writing():
    one = number("7", Box(200, 200, 60, 60))
    picture = paper(500, 500, (one,))
    picture[165:196:3] = INK  # lines of print right above it
    drawn = annotate(picture, reading(one))
    above = drawn[160:196]
    assert share(above, SURE) == 0
    assert share(drawn[264:], SURE) > 0.001


@settings(max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 120), st.integers(1, 120)),
    corners=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), max_size=6
    ),
    confidence=st.floats(0, 1),
)
def test_any_boxes_in_any_picture_can_be_drawn(
    shape: tuple[int, int], corners: list[tuple[float, float, float, float]], confidence: float
):
    height, width = shape
    numbers = [
        number(
            "007",
            Box(int(x * (width - 1)), int(y * (height - 1)), 1 + int(w * width), 1 + int(h * height)),
            confidence,
        )
        for x, y, w, h in corners
    ]
    drawn = annotate(paper(height, width), reading(*numbers))
    assert drawn.dtype == np.uint8
    assert drawn.shape[2] == 3
