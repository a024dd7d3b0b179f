"""Forms as a whole: scans and photos in, a reading with a field each out."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_forms import DESIGN, OTHER, TEXTS, TOLD, photographed, save_template, scanned, template, toml_of

from inkdigits.errors import ConfigError, SourceError
from inkdigits.reader import Reader
from inkdigits.readings import Reading
from inkdigits.tables.forms import FormReader
from inkdigits.tables.template_file import load_template
from inkdigits.training.draw.form import draw_blank


class Nothing:
    """Reads nothing; for tests of what stands around the reading."""

    def read(self, source, expect="auto", *, allowed=None, pattern=None, max_error=None) -> Reading:
        return Reading("<array>", "empty")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FormReader:
    return FormReader(template(tmp_path_factory.mktemp("form")), Reader())


def told(reading: Reading) -> dict[str, str]:
    return {one.name: one.text for one in reading.fields}


@pytest.mark.parametrize("turn", [None, 0, 90, 180])
def test_a_form_is_read_at_any_turn_upside_down_too(reader: FormReader, turn: int | None):
    reading = reader.read(scanned() if turn is None else photographed(turn=turn))
    assert told(reading) == TOLD
    assert reading.error is None


def test_a_reading_has_boxes_in_the_picture_and_values(reader: FormReader):
    picture = scanned()
    reading = reader.read(np.rot90(picture, 2))  # upside down
    fields = {one.name: one for one in reading.fields}
    assert fields["day"].value == "2026-06-17"
    assert fields["weight"].value == "412.5"
    height, width = picture.shape
    box = fields["animal"].box
    assert box.y > height / 2  # the head of the form is below
    assert 0 <= box.x < width - box.width
    assert reading.numbers == tuple(one.number for one in reading.fields if one.number is not None)
    assert Reading.from_dict(reading.to_dict()) == reading


def test_nothing_written_is_an_empty_form(reader: FormReader):
    reading = reader.read(draw_blank(DESIGN)[0])
    assert reading.status == "empty"
    assert {one.status for one in reading.fields} == {"empty"}
    assert reading.numbers == ()


def test_another_form_is_an_error_row_and_the_next_is_read(reader: FormReader):
    first, second = reader.read_many([draw_blank(OTHER)[0], scanned()])
    assert first.status == "error"
    assert "not the form of the template" in (first.error or "")
    assert told(second) == TOLD


def test_a_field_that_is_crossed_out_is_never_sure(reader: FormReader):
    picture = scanned()
    _, places = draw_blank(DESIGN)
    for name in ("weight", "stall"):
        ((x, y, _, tall),) = places[name]
        for row in (0.35, 0.5, 0.62):
            at = round(y + row * tall)
            cv2.line(picture, (x + 2, at + 3), (x + 200, at - 3), 60, 3, cv2.LINE_AA)
    fields = {one.name: one for one in reader.read(picture).fields}
    assert fields["weight"].status == fields["stall"].status == "unsure"
    assert fields["animal"].text == TOLD["animal"]


def test_two_numbers_in_one_field_are_never_sure(reader: FormReader):
    picture = scanned(TEXTS | {"weight": "41"})
    ((x, y, wide, tall),) = draw_blank(DESIGN)[1]["weight"]
    first = picture[y : y + tall, x : x + wide // 2].copy()
    picture[y : y + tall, x + wide - wide // 2 : x + wide] = first  # once more, behind it
    fields = {one.name: one for one in reader.read(picture).fields}
    assert fields["weight"].status == "unsure"


def test_what_the_pen_writes_outside_of_its_box_is_read_as_well(reader: FormReader):
    picture = scanned(TEXTS | {"stall": ""})
    ((x, y, _, tall),) = draw_blank(DESIGN)[1]["stall"]
    low, high = y + round(1.35 * tall), y - tall // 4
    seven = [(x + 30, high), (x + 66, high), (x + 44, low)]
    cv2.polylines(picture, [np.array(seven)], False, 60, 4, cv2.LINE_AA)
    fields = {one.name: one for one in reader.read(picture).fields}
    assert fields["stall"].text == "7"
    number = fields["stall"].number
    assert number is not None
    assert number.box.height > 1.4 * tall


def test_a_field_that_the_picture_cuts_off_is_in_doubt(reader: FormReader):
    _, places = draw_blank(DESIGN)
    x, _, wide, _ = places["animal"][4]
    reading = reader.read(np.ascontiguousarray(scanned()[:, : x + wide // 2]))
    fields = {one.name: one for one in reading.fields}
    assert fields["animal"].status == "unsure"
    assert "cuts it off" in (fields["animal"].reason or "")


def test_what_does_not_add_up_is_in_doubt_and_stays_as_it_is(tmp_path: Path):
    path = save_template(tmp_path)
    path.write_text(toml_of() + '[[sum]]\nfields = ["stall"]\ntotal = "weight"\n', encoding="utf-8")
    fields = {one.name: one for one in FormReader(load_template(path), Reader()).read(scanned()).fields}
    for name in ("stall", "weight"):
        assert fields[name].text == TOLD[name]
        assert fields[name].status == "unsure"
        assert "sum of stall is not weight" in (fields[name].reason or "")


def test_the_blank_of_a_template_must_have_print(tmp_path: Path):
    path = save_template(tmp_path)
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((900, 600), 255, np.uint8))
    with pytest.raises(ConfigError, match="too little print"):
        FormReader(load_template(path), Nothing())
    (tmp_path / "blank.png").write_bytes(b"no picture")
    with pytest.raises(ConfigError, match="cannot be used"):
        FormReader(load_template(path), Nothing())


def test_a_wrong_blank_refuses_every_form(tmp_path: Path):
    path = save_template(tmp_path)
    cv2.imwrite(str(tmp_path / "blank.png"), draw_blank(OTHER)[0])
    (reading,) = FormReader(load_template(path), Nothing()).read_many([scanned()])
    assert reading.status == "error"


@pytest.fixture
def two_pages(tmp_path: Path) -> FormReader:
    """Reads forms of two pages: the card, and another behind it."""
    path = save_template(tmp_path)
    cv2.imwrite(str(tmp_path / "second.png"), draw_blank(OTHER)[0])
    second = toml_of(OTHER).split("\n\n", 1)[1].replace("[[field]]", "[[field]]\npage = 2")
    first = toml_of().replace('"blank.png"', '["blank.png", "second.png"]')
    path.write_text(first + "\n" + second, encoding="utf-8")
    return FormReader(load_template(path), Nothing())


def test_a_form_of_two_pages_is_one_row(two_pages: FormReader):
    reading = two_pages.read([draw_blank(DESIGN)[0], draw_blank(OTHER)[0]])
    assert [one.name for one in reading.fields] == [one.name for one in (*DESIGN.fields, *OTHER.fields)]
    assert reading.status == "empty"


def test_pages_that_are_swapped_are_found_and_told(two_pages: FormReader):
    reading = two_pages.read([draw_blank(OTHER)[0], draw_blank(DESIGN)[0]])
    assert {one.status for one in reading.fields} == {"unsure"}
    assert {one.reason for one in reading.fields} == {"its pages are swapped"}


def test_a_page_that_is_missing_leaves_its_fields_in_doubt(two_pages: FormReader):
    reading = two_pages.read([draw_blank(DESIGN)[0]])
    reasons = {one.name: one.reason for one in reading.fields}
    assert reasons["town"] == "page 2 is missing"
    assert reasons["animal"] is None
    assert reading.status == "unsure"


def test_a_page_twice_is_an_error_row(two_pages: FormReader):
    with pytest.raises(SourceError, match="page 1 of the form a second time"):
        two_pages.read([draw_blank(DESIGN)[0], scanned(TEXTS)])
