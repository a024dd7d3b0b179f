"""exchange/: files that other programs take in, made by the descriptions of their formats."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from inkdigits.errors import ConfigError, DataError
from inkdigits.output.cutouts import Pictures
from inkdigits.output.exchange.alto import NAMESPACE
from inkdigits.output.exchange.formats import FORMATS, exchange
from inkdigits.output.records import Record
from inkdigits.readings import Box, Digit


def cell(source: str, text: str, box: tuple[int, int, int, int] | None = None, **more: Any) -> Record:
    """Returns a sure cell, unless it is said to be another."""
    place = None if box is None else Box(*box)
    told = {"confidence": 0.9, "status": "ok", "number": 1, "read": text, **more}
    return Record(source, told.pop("number"), text, told.pop("confidence"), told.pop("status"), place, **told)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    for name in ("a.png", "b & 2.png"):
        Image.fromarray(np.full((100, 200), 255, np.uint8)).save(tmp_path / name)
    return Pictures([tmp_path])


def written(name: str, records: list[Record], pictures: Pictures | None = None, given: Any = None) -> bytes:
    return exchange(name, records, pictures or Pictures(), given)


# ---- SDAPS ----


def test_sdaps_has_its_pictures_replaced_by_texts_that_it_takes_for_texts():
    export = (
        b"questionnaire_id,global_id,1_1_1,1_2_0\r\n1,,1,images/1_2_0.png\r\n2,,0,0\r\n3,,1,images/3.png\r\n"
    )
    read = [cell("data/images/1_2_0.png", "017"), cell("data/images/3.png", "7", status="unsure")]
    out = rows(written("sdaps", read, given=export))
    assert out[0] == ["questionnaire_id", "global_id", "1_1_1", "1_2_0"]
    assert [row[3] for row in out[1:]] == ["#017", "0", "1"]  # the unsure one: something is written
    with pytest.raises(ValueError, match="invalid literal"):
        int(out[1][3])  # as SDAPS tells a text from the state of a box


@pytest.mark.parametrize(
    ("export", "says"),
    [(b"a,b\n1,2\n", "questionnaire_id"), (b"questionnaire_id\n1\n", "none of the pictures")],
)
def test_what_is_no_export_of_sdaps_is_told(export: bytes, says: str):
    with pytest.raises(DataError, match=says):
        written("sdaps", [cell("a.png", "7")], given=export)


# ---- auto-multiple-choice ----


def test_amc_gets_a_command_a_sheet_with_its_copy(tmp_path: Path):
    read = [
        cell("cr/name-12.jpg", "0042"),
        cell("cr/name-13-2.jpg", "1", number=1),
        cell("cr/name-13-2.jpg", "7", number=2),
        cell("cr/name-14.jpg", "9", status="unsure"),
        cell("cr/name-15.jpg", "5", status="unsure", origin="confirmed"),
        cell("cr/name-16.jpg", "", status="empty"),
    ]
    script = tmp_path / "associate.sh"
    script.write_bytes(written("amc", read))
    fake = tmp_path / "auto-multiple-choice"
    fake.write_text('#!/bin/sh\necho "$@"\n')
    fake.chmod(0o755)
    done = subprocess.run(
        ["sh", script, "my exam/data"],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == [
        "association --data my exam/data --set --student 12 --copy 0 --id 0042",
        "association --data my exam/data --set --student 13 --copy 2 --id 17",
        "association --data my exam/data --set --student 15 --copy 0 --id 5",
    ]
    assert "# unsure: auto-multiple-choice" in script.read_text()


def test_a_name_that_tells_no_answer_sheet_is_refused():
    with pytest.raises(DataError, match="tells no answer sheet"):
        written("amc", [cell("scan.jpg", "7")])


# ---- queXF ----

BANDING = """<?xml version="1.0"?>
<queXF><questionnaire><id>1</id><page><id>10101</id>
<boxgroup><type>3</type><width>3</width><varname>age</varname><sortorder>2</sortorder>
<box><tlx>0</tlx><tly>0</tly><brx>20</brx><bry>20</bry></box>
<box><tlx>20</tlx><tly>0</tly><brx>40</brx><bry>20</bry></box>
<box><tlx>40</tlx><tly>0</tly><brx>60</brx><bry>20</bry></box></boxgroup>
<boxgroup><type>1</type><width>1</width><varname>sex</varname><sortorder>3</sortorder></boxgroup>
<boxgroup><type>4</type><width>1</width><varname>room</varname><sortorder>1</sortorder>
<box><tlx>0</tlx><tly>50</tly><brx>20</brx><bry>70</bry></box></boxgroup>
</page></questionnaire></queXF>"""


def test_quexf_has_a_column_a_variable_joined_from_one_character_boxes():
    digits = (Digit("4", 0.9, Box(2, 2, 15, 15)), Digit("7", 0.6, Box(42, 2, 15, 15), status="unsure"))
    read = [
        cell("p1.png", "4", (2, 2, 15, 15)),
        cell("p1.png", "2", (23, 3, 15, 15)),
        cell("p1.png", "9", (1, 52, 15, 15)),
        cell("p1.png", "8", (150, 150, 9, 9)),  # beside all boxes
        cell("p2.png", "47", (2, 2, 55, 15), digits=digits, status="unsure"),
        cell("p3.png", "", (2, 2, 5, 5), origin="no number"),
    ]
    assert rows(written("quexf", read, given=BANDING.encode())) == [
        ["room", "age", "formid", "rpc_id"],
        ["9", "42", "p1.png", ""],
        ["", "4 ?", "p2.png", ""],
        ["", "", "p3.png", ""],
    ]


@pytest.mark.parametrize(
    ("banding", "says"),
    [
        (b"<queXF>", "no banding of queXF"),
        (b"<queXF/>", "no boxes for characters"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><queXF/>', "declares entities"),
        (BANDING.replace("<tlx>0</tlx>", "<tlx>x</tlx>").encode(), "no banding of queXF"),
    ],
)
def test_what_is_no_banding_is_told(banding: bytes, says: str):
    with pytest.raises(DataError, match=says):
        written("quexf", [cell("a.png", "7")], given=banding)


# ---- Moodle's offline quiz ----


def test_offlinequiz_says_who_was_present():
    listed = (
        "Full name, ID number, Participants list, Attempt exists, Present \n"
        "Lee, Ann, 0042, Room 1, Yes, No\nBen Ode, 17, Room 1, No, No\nCy Fo, 18, Room 1, No, No\n"
    )
    read = [
        cell("a.png", "0042"),
        cell("a.png", "17", status="unsure", number=2),
        cell("a.png", "99", status="unsure", origin="corrected", number=3),
    ]
    assert written("offlinequiz", read, given=listed.encode()).decode().splitlines() == [
        "Full name, ID number, Participants list, Attempt exists, Present",
        "Lee, Ann, 0042, Room 1, Yes, Yes",
        "Ben Ode, 17, Room 1, No, ?",
        "Cy Fo, 18, Room 1, No, No",
        ", 99, , , Yes",
    ]
    with pytest.raises(DataError, match="no list of participants"):
        written("offlinequiz", read, given=b"a,b\n")


# ---- Label Studio ----


def test_label_studio_has_a_task_a_picture_with_places_in_percent(pictures: Pictures):
    read = [cell("a.png", "12", (20, 10, 40, 30)), cell("b & 2.png", "", status="empty", number=0)]
    first, second = json.loads(written("label-studio", read, pictures))
    assert (first["data"], second) == (
        {"image": "a.png"},
        {"data": {"image": "b & 2.png"}, "predictions": []},
    )
    (prediction,) = first["predictions"]
    assert (prediction["score"], prediction["model_version"].split()[0]) == (0.9, "inkdigits")
    label, text = prediction["result"]
    place = {"x": 10, "y": 10, "width": 20, "height": 30, "rotation": 0}
    assert (label["type"], label["value"]) == ("rectanglelabels", {**place, "rectanglelabels": ["number"]})
    assert (text["type"], text["value"]) == ("textarea", {**place, "text": ["12"]})
    assert label["id"] == text["id"]
    assert (text["original_width"], text["original_height"]) == (200, 100)
    assert {text["to_name"], label["to_name"]} == {"image"}


# ---- hOCR and ALTO ----


@pytest.fixture
def page() -> list[Record]:
    return [
        cell("b & 2.png", "14", (10, 10, 20, 10)),
        cell("b & 2.png", "206", (60, 12, 30, 10), number=2, confidence=0.876),
        cell("b & 2.png", "8.5", (10, 40, 20, 10), number=3),
        cell("gone.png", "", status="error", number=0),
    ]


def test_hocr_has_lines_and_words_with_their_boxes(page: list[Record], pictures: Pictures):
    text = written("hocr", page, pictures).decode()
    root = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>", "", text).replace('xmlns="', 'x="'))  # noqa: S314 - we made it
    found = {one.get("class"): one for one in root.iter() if one.get("class")}
    assert found["ocr_page"].get("title") == 'image "b & 2.png"; bbox 0 0 200 100; ppageno 0'
    lines = root.findall(".//span[@class='ocr_line']")
    assert [one.get("title") for one in lines] == ["bbox 10 10 90 22", "bbox 10 40 30 50"]
    assert [[word.text for word in line] for line in lines] == [["14", "206"], ["8.5"]]
    assert lines[0][1].get("title") == "bbox 60 12 90 22; x_wconf 88"


def test_alto_has_strings_with_their_places_and_confidences(page: list[Record], pictures: Pictures):
    root = ElementTree.fromstring(written("alto", page, pictures))  # noqa: S314 - we made it
    names = {"a": NAMESPACE}
    assert root.findtext(".//a:fileName", namespaces=names) == "b & 2.png"
    (sheet,) = root.findall(".//a:Page", names)
    assert (sheet.get("WIDTH"), sheet.get("HEIGHT")) == ("200", "100")
    lines = root.findall(".//a:TextLine", names)
    assert [[one.get("CONTENT") for one in line] for line in lines] == [["14", "206"], ["8.5"]]
    word = lines[0][1]
    assert [word.get(side) for side in ("HPOS", "VPOS", "WIDTH", "HEIGHT")] == ["60", "12", "30", "10"]
    assert word.get("WC") == "0.8760"
    identifiers = [one.get("ID") for one in root.iter() if one.get("ID")]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_whether_it_fills_a_file(name: str, pictures: Pictures):
    given = None if name in ("sdaps", "quexf", "offlinequiz") else b"x"
    with pytest.raises(ConfigError, match=f"--format {name} fills"):
        exchange(name, [cell("name-1.png", "7")], pictures, given)
