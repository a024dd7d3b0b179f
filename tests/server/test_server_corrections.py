"""server/corrections.py: what people corrected, and that it can be trained on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import serving
from PIL import Image
from serving import encoded, picture, row_of_digits
from starlette.testclient import TestClient

from inkdigits.data.datasets import load_dataset
from inkdigits.errors import ConfigError, OutputError
from inkdigits.picture.sources import load
from inkdigits.reader import Reader
from inkdigits.readings import Box
from inkdigits.server.corrections import CorrectionStore
from inkdigits.server.schema import CorrectionListModel, CorrectionModel


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threads=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "corrected"


@pytest.fixture
def client(reader: Reader, folder: Path) -> Iterator[TestClient]:
    with serving.client(reader, corrections=folder) as opened:
        yield opened


def send(client: TestClient, content: bytes, **fields: str) -> Any:
    return client.post("/v1/corrections", files={"file": ("a.png", content)}, data=fields)


def test_a_correction_is_kept_shown_and_trained_on(client: TestClient, reader: Reader, folder: Path):
    page = encoded(row_of_digits())
    number = client.post("/v1/read?expect=number", content=page).json()["numbers"][0]
    for digit in number["digits"]:
        box = ",".join(map(str, digit["box"]))
        response = send(client, page, label=digit["value"], box=box, read="5")
        assert response.status_code == 201
        assert CorrectionModel.model_validate(response.json()).label == digit["value"]

    listed = CorrectionListModel.model_validate(client.get("/v1/corrections").json()).corrections
    assert [one.label for one in listed] == ["4", "1", "7"]  # the newest first
    assert [one.read for one in listed] == ["5"] * 3
    shown = client.get(listed[0].picture)
    assert shown.headers["content-type"] == "image/png"
    assert reader.read(shown.content, "digit").text == "4"

    rows = list(csv.DictReader(io.StringIO(client.get("/v1/corrections.csv").text)))
    assert [(row["id"], row["label"], row["read"]) for row in rows] == [
        (one.id, one.label, "5") for one in listed
    ]

    data = load_dataset(str(folder))
    assert sorted(data.labels) == ["1", "4", "7"]
    assert [reader.read(image, "digit").text for image in data.images] == list(data.labels)


def test_the_digit_is_cut_out_with_some_paper(client: TestClient, folder: Path):
    page = row_of_digits()
    page[:, ::2] = np.arange(240, dtype=np.uint8)  # so that every place can be told
    send(client, encoded(page), label="1", box="200,40,60,100")
    (path,) = folder.glob("1/*.png")
    np.testing.assert_array_equal(load(path), page[25:155, 185:275])
    send(client, encoded(page), label="2", box="0,0,480,160")
    (whole,) = folder.glob("2/*.png")
    np.testing.assert_array_equal(load(whole), page)


def test_without_a_box_it_is_the_whole_picture_upright(client: TestClient, folder: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    pixels = np.full((40, 80), 200, np.uint8)
    send(client, encoded(pixels, "JPEG", exif=exif), label="0")
    (path,) = folder.glob("0/*.png")
    with Image.open(path) as kept:
        assert kept.size == (40, 80)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "label"),
        ({"label": "x"}, "label"),
        ({"label": "12"}, "label"),
        ({"label": ""}, "label"),
        ({"label": "../1"}, "label"),
        ({"label": "٣"}, "label"),
        ({"label": "1", "box": "1,2,3"}, "box"),
        ({"label": "1", "box": "0,0,65,10"}, "inside the picture of 64 x 64"),
        ({"label": "1", "box": "-1,0,5,5"}, "box"),
        ({"label": "1", "box": "0,0,0,5"}, "box"),
        ({"label": "1", "read": "=cmd()"}, "read"),
    ],
)
def test_a_wrong_field_is_422_and_nothing_is_kept(
    client: TestClient, folder: Path, fields: dict[str, str], says: str
):
    response = send(client, picture(), **fields)
    assert response.status_code == 422, response.text
    assert says in response.json()["detail"]
    assert list(folder.rglob("*")) == []


def test_what_is_no_picture_is_not_kept(client: TestClient, folder: Path):
    assert send(client, b"no picture", label="1").status_code == 415
    assert client.post("/v1/corrections", content=picture()).status_code == 415
    assert client.post("/v1/corrections", files={"other": ("a", b"")}, data={"label": "1"}).status_code == 422
    assert list(folder.rglob("*")) == []


@pytest.mark.parametrize(
    "identifier", ["20261125T091500.123456-3f9a1c2b77d01e5f9a60c4d2", "..%2f..%2fetc%2fpasswd", "x", "%00"]
)
def test_an_id_that_does_not_exist(client: TestClient, identifier: str):
    assert client.get(f"/v1/corrections/{identifier}/picture").status_code in (404, 422)


def test_a_correction_is_taken_back(client: TestClient, folder: Path):
    first, second = (send(client, picture(int(label)), label=label, read="7").json()["id"] for label in "14")
    assert client.delete(f"/v1/corrections/{first}").status_code == 204
    assert [one["id"] for one in client.get("/v1/corrections").json()["corrections"]] == [second]
    assert sorted(path.stem for path in folder.rglob("*.*")) == [second, second]
    gone = client.delete(f"/v1/corrections/{first}")
    assert gone.status_code == 404
    assert first in gone.json()["detail"]


def test_one_digit_has_one_label_the_last(client: TestClient, folder: Path):
    page, box = encoded(row_of_digits()), "180,20,120,120"
    other = send(client, page, label="4", box="340,20,120,120").json()["id"]
    for label in "939":
        last = send(client, page, label=label, read="1", box=box).json()["id"]
    # Another expectation finds the same digit a little elsewhere; what is cut out is another picture.
    moved = send(client, page, label="1", read="9", box="184,26,110,112").json()["id"]
    assert [one["id"] for one in client.get("/v1/corrections").json()["corrections"]] == [moved, other]
    assert last != moved
    assert sorted(path.relative_to(folder).parent.name for path in folder.rglob("*.png")) == ["1", "4"]
    assert len(list(folder.rglob("*.json"))) == 2


def test_what_was_cut_out_and_is_sent_back_is_the_same_digit(client: TestClient, folder: Path):
    """The page does so when somebody wants a removed correction again."""
    first = send(client, encoded(row_of_digits()), label="1", box="180,20,120,120").json()["id"]
    cut = client.get(f"/v1/corrections/{first}/picture").content
    second = send(client, cut, label="7").json()["id"]
    assert [path.stem for path in folder.rglob("*.png")] == [second]
    assert next(folder.rglob("*.png")).parent.name == "7"


def test_of_many_who_label_one_digit_at_a_time_one_is_the_last(folder: Path):
    stores = [CorrectionStore(folder) for _ in range(4)]
    digit = np.full((8, 8), 200, np.uint8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: stores[number % 4].add(digit, None, str(number % 10), None), range(40)))
    assert len(stores[0].all()) == 1


def test_what_a_killed_server_left_twice_is_put_right_at_the_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    store = CorrectionStore(folder)
    with monkeypatch.context() as killed:
        killed.setattr(CorrectionStore, "_settle", lambda *_: None)
        for label in "35":
            store.add(np.zeros((9, 9), np.uint8), Box(1, 2, 3, 4), label, "6")
        store.add(np.zeros((9, 9), np.uint8), Box(5, 5, 4, 4), "8", "6")
    assert len(store.all()) == 3
    assert [one.label for one in CorrectionStore(folder).all()] == ["8", "5"]


def test_another_site_takes_nothing_back(client: TestClient, folder: Path):
    kept = send(client, picture(), label="1").json()["id"]
    foreign = client.delete(f"/v1/corrections/{kept}", headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert len(list(folder.glob("1/*.png"))) == 1


@pytest.mark.parametrize("identifier", ["..%2f1%2fx", "x", "%00", "."])
def test_no_path_is_deleted(client: TestClient, folder: Path, identifier: str):
    kept = send(client, picture(), label="1").json()["id"]
    assert client.delete(f"/v1/corrections/{identifier}").status_code in (404, 405, 422)
    assert [path.stem for path in folder.glob("1/*.png")] == [kept]


def test_the_page_of_corrections_is_there(client: TestClient):
    assert client.get("/corrections").status_code == 200


def test_many_writers_lose_nothing_and_replace_nothing(folder: Path):
    stores = [CorrectionStore(folder) for _ in range(4)]  # one a worker

    def write(number: int) -> str:
        digit = np.full((8, 8), number, np.uint8)
        return stores[number % 4].add(digit, Box(2, 2, 4, 4), str(number % 10), None).id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(200)))
    assert len(set(ids)) == 200
    assert sorted(one.id for one in stores[0].all()) == sorted(ids)
    assert len(load_dataset(str(folder))) == 200
    assert not list(folder.glob(".*")), "a hidden file was left"


def test_a_file_that_exists_is_never_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch):
    store = CorrectionStore(folder)
    monkeypatch.setattr("inkdigits.server.corrections.secrets.token_hex", lambda _: "00000000")
    monkeypatch.setattr("inkdigits.server.same_digit.hashes", lambda *_: "0" * 16)

    class Stopped:
        @staticmethod
        def now(zone: object) -> Any:
            from datetime import datetime

            return datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=zone)  # type: ignore[arg-type]

    monkeypatch.setattr("inkdigits.server.corrections.datetime", Stopped)
    store.add(np.zeros((4, 4), np.uint8), None, "3", None)
    (path,) = folder.glob("3/*.png")
    before = path.read_bytes()
    with pytest.raises(OutputError, match="cannot be kept"):
        store.add(np.ones((9, 9), np.uint8), None, "3", None)
    assert path.read_bytes() == before


def test_a_lost_note_hides_nothing(folder: Path):
    store = CorrectionStore(folder)
    for label in "12":
        store.add(np.full((4, 4), int(label), np.uint8), None, label, "7")
    next(folder.glob("1/*.json")).unlink()
    next(folder.glob("2/*.json")).write_text("{", encoding="utf-8")
    assert [(one.label, one.read) for one in store.all()] == [("2", None), ("1", None)]


def test_a_disk_that_is_full_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inkdigits.server.corrections.os.fsync", full)
    response = send(client, picture(), label="1")
    assert response.status_code == 507
    assert "No space left on device" in response.json()["detail"]


@pytest.mark.parametrize("name", ["labels.csv", "letters/", "train-images-idx3-ubyte"])
def test_a_folder_that_is_another_data_set_is_refused(tmp_path: Path, name: str):
    if name.endswith("/"):
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match="--corrections"):
        CorrectionStore(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be used"):
        CorrectionStore(tmp_path / "file" / "inside")


def test_the_note_says_where_the_digit_stood(folder: Path):
    store = CorrectionStore(folder)
    kept = store.add(np.zeros((9, 9), np.uint8), Box(1, 2, 3, 4), "5", "6")
    note = json.loads(next(folder.glob("5/*.json")).read_text(encoding="utf-8"))
    assert note == {"id": kept.id, "label": "5", "read": "6", "created": kept.created, "box": [1, 2, 3, 4]}
